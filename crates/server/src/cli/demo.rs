//! `specie demo`: a whole sale on the practice chain, over real HTTP, with nothing installed.
//!
//! The client below is a shop's: its key signs requests and can spend nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use bitcoin::secp256k1::{Message, Secp256k1, SecretKey, SignOnly};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use specie_core::facade::Facade;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{Running, fail, log, start};
use crate::clock::Clock;
use crate::config::{Place, Settings};
use crate::entropy;
use crate::http::admin::{Command, PracticeWords, StoreWords, execute};
use crate::http::auth::bitauth::Sin;
use crate::secret::Password;

/// How long a single step may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the demo runs.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The address and port to listen on. By default a free port on 127.0.0.1.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: String,
    /// End when the sale is complete, instead of leaving the server up.
    #[arg(long)]
    exit: bool,
}

/// Runs the demo.
pub async fn run(place: &Place, options: &Options) -> ExitCode {
    log(Some("error"));
    // A folder of its own, gone afterwards, unless one was named.
    let passing = match &place.data {
        Some(_) => None,
        None => match tempfile::Builder::new().prefix("specie-demo-").tempdir() {
            Ok(folder) => Some(folder),
            Err(error) => return fail(&format!("no temporary folder: {error}"), false),
        },
    };
    let data = match (&place.data, &passing) {
        (Some(data), _) => data.clone(),
        (None, Some(folder)) => folder.path().to_owned(),
        (None, None) => PathBuf::new(),
    };
    let settings = Settings {
        listen: Some(options.listen.clone()),
        allow_private: vec!["127.0.0.0/8".to_owned()],
        ..Settings::default()
    };
    let running = match start(&data, &settings, Clock::system()).await {
        Ok(running) => running,
        Err(error) => return fail(&error.to_string(), false),
    };
    let sold = sell(&running).await;
    match sold {
        Ok(shop) if !options.exit => {
            if let Err(problem) = invite(&shop, &data).await {
                eprintln!("specie: {problem}");
            }
            running.until_signalled().await;
            ExitCode::SUCCESS
        }
        sold => {
            running.stop().await;
            match sold {
                Ok(_) => ExitCode::SUCCESS,
                Err(problem) => fail(&problem, false),
            }
        }
    }
}

/// A shop's client: it signs what it asks.
struct Shop {
    url: String,
    key: SecretKey,
    secp: Secp256k1<SignOnly>,
    http: reqwest::Client,
}

impl Shop {
    fn new(url: String) -> Result<Self, String> {
        let key = std::iter::repeat_with(|| SecretKey::from_slice(&entropy::bytes::<32>())).flatten().next();
        Ok(Self {
            url,
            key: key.ok_or("no key")?,
            secp: Secp256k1::signing_only(),
            http: reqwest::Client::builder()
                .timeout(PATIENCE)
                .no_proxy()
                .build()
                .map_err(|e| e.to_string())?,
        })
    }

    fn identity(&self) -> String {
        self.key.public_key(&self.secp).to_string()
    }

    /// Sends a request, signed over its address and its body.
    async fn ask(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let url = format!("{}{path}", self.url);
        let body = body.map(Value::to_string).unwrap_or_default();
        let digest: [u8; 32] = Sha256::digest(format!("{url}{body}")).into();
        let signature = self.secp.sign_ecdsa(&Message::from_digest(digest), &self.key);
        let request = self
            .http
            .request(method, &url)
            .header("content-type", "application/json")
            .header("x-identity", self.identity())
            .header("x-signature", signature.to_string())
            .body(body);
        let response = request.send().await.map_err(|e| format!("{path}: {e}"))?;
        let answer: Value = response.json().await.map_err(|e| format!("{path}: {e}"))?;
        match answer.get("error") {
            Some(error) => Err(format!("{path}: {error}")),
            None => Ok(answer["data"].clone()),
        }
    }

    async fn invoice(&self, order: &str, ipn: Option<&str>) -> Result<Value, String> {
        let body = json!({
            "price": 20, "currency": "USD", "orderId": order, "itemDesc": "Two tins of tea",
            "notificationURL": ipn, "fullNotifications": true,
        });
        self.ask(reqwest::Method::POST, "/invoices", Some(&body)).await
    }

    /// Reads the invoice until it has a status.
    async fn until(&self, id: &str, status: &str) -> Result<(), String> {
        let waiting = async {
            loop {
                let invoice = self.ask(reqwest::Method::GET, &format!("/invoices/{id}"), None).await?;
                if invoice["status"] == status {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .map_err(|_| format!("the invoice did not become {status}"))?
    }
}

async fn sell(running: &Running) -> Result<Shop, String> {
    let url = running.app.public_url();
    let admin = async |command| execute(&running.app, command).await.map_err(|e| e.message().to_owned());
    say("server", &format!("listening at {url}"));

    let owner = format!("demo-{}@specie.example", entropy::pairing_code().to_lowercase());
    let password = Password::new(entropy::api_key());
    admin(Command::CreateUser { email: owner.clone(), password }).await?;
    let words = StoreWords {
        owner,
        name: "Demo Tea House".into(),
        currency: "USD".into(),
        sandbox: true,
        ..StoreWords::default()
    };
    let store =
        admin(Command::CreateStore(Box::new(words))).await?["id"].as_str().unwrap_or_default().to_owned();
    say("store", &format!("Demo Tea House, a practice store ({store}); its wallet is a public key"));

    let shop = Shop::new(url)?;
    let sin = Sin::from_sent_key(&shop.identity()).map_err(|e| e.to_string())?;
    let label = Some("demo client".into());
    let code = admin(Command::CreateToken { store, label, facade: Facade::Merchant }).await?;
    let code = code["pairing_code"].as_str().unwrap_or_default().to_owned();
    say("pairing", &format!("code {code} issued; a client claims it"));
    let claim = json!({ "id": sin.to_string(), "pairingCode": code });
    shop.ask(reqwest::Method::POST, "/tokens", Some(&claim)).await?;
    say("paired", &format!("client {sin}"));

    let (receiver, mut heard) = receive_notifications().await?;
    let invoice = shop.invoice("demo-1", Some(&receiver)).await?;
    let id = invoice["id"].as_str().ok_or("no invoice id")?.to_owned();
    let text = |key: &str| invoice[key].as_str().unwrap_or_default().to_owned();
    say(
        "invoice",
        &format!("{} USD = {} BTC to {}", invoice["price"], text("btcPrice"), text("bitcoinAddress")),
    );
    say("checkout", &text("url"));

    let paid = admin(Command::Practice(PracticeWords::Pay { invoice: id.clone(), amount: None })).await?;
    say("buyer", &format!("pays with transaction {}", paid["txid"].as_str().unwrap_or_default()));
    shop.until(&id, "paid").await?;
    hear(&mut heard, "paid").await?;
    admin(Command::Practice(PracticeWords::Mine { blocks: 1 })).await?;
    say("miner", "finds a block");
    shop.until(&id, "confirmed").await?;
    hear(&mut heard, "confirmed").await?;
    admin(Command::Practice(PracticeWords::Mine { blocks: 5 })).await?;
    say("miner", "finds five more");
    shop.until(&id, "complete").await?;
    hear(&mut heard, "complete").await?;
    say("done", "the sale is complete");
    Ok(shop)
}

/// A second invoice, for the visitor to look at and to pay.
async fn invite(shop: &Shop, data: &Path) -> Result<(), String> {
    let invoice = shop.invoice("demo-2", None).await?;
    let id = invoice["id"].as_str().ok_or("no invoice id")?;
    println!();
    println!("An invoice waits for you at {}", invoice["url"].as_str().unwrap_or_default());
    let specie = std::env::current_exe().unwrap_or_else(|_| "specie".into());
    println!("Pay it:   {} sandbox pay {id} --data {}", specie.display(), data.display());
    println!("Mine:     {} sandbox mine --data {}", specie.display(), data.display());
    println!("Stop the server with Ctrl-C.");
    Ok(())
}

/// A receiver of notifications on a free port, as a shop would have one.
async fn receive_notifications() -> Result<(String, mpsc::Receiver<Value>), String> {
    let (sender, receiver) = mpsc::channel(16);
    let sender = Arc::new(sender);
    let receive = move |axum::Json(body): axum::Json<Value>| {
        let sender = Arc::clone(&sender);
        async move {
            // Nobody listens any more once the demo is told.
            let _ = sender.send(body).await;
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let router = Router::new().route("/ipn", post(receive));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((format!("http://{address}/ipn"), receiver))
}

async fn hear(heard: &mut mpsc::Receiver<Value>, status: &str) -> Result<(), String> {
    let wanted = async {
        while let Some(body) = heard.recv().await {
            if body["status"] == status {
                return Ok(());
            }
        }
        Err("the receiver is gone".to_owned())
    };
    tokio::time::timeout(PATIENCE, wanted)
        .await
        .map_err(|_| format!("no notification of {status} came"))??;
    say("shop", &format!("is notified: {status}"));
    Ok(())
}

fn say(who: &str, what: &str) {
    let (bold, plain) = (anstyle::Style::new().bold(), anstyle::Reset);
    let fancy = std::io::IsTerminal::is_terminal(&std::io::stdout());
    if fancy { println!("{bold}{who:>9}{plain}  {what}") } else { println!("{who:>9}  {what}") }
}
