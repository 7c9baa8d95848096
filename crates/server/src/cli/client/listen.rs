//! `specie listen`: hears what a webhook would be posted, checks who signed it, passes it on to a program on this
//! computer, and says what came of it. No address leads here, and none is needed.
//!
//! What was not passed on when this ended is heard when it begins again: the server keeps it under the listener's name.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use clap::Args;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use specie_client::webhook::{self, NotGenuine};
use specie_client::{Client, Error, Heard, Listener, PassedOn, Settings};

use super::account::Account;
use super::{Kept, plain};
use crate::clock::{Clock, Stopwatch};
use crate::dialect::delivery::{ID, SIGNATURE, SIGNATURE_AS_BTCPAY};
use crate::dialect::excerpt::excerpt;

/// How long the server may wait for something to hear, in seconds.
const WAIT: u32 = 20;
/// How long the program may take for an answer, as a webhook's may.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is waited for a server that is not there.
const PAUSE: Duration = Duration::from_secs(1);
/// How much is read of the program's answer, in bytes.
const LOOKED_AT: usize = 4096;
/// What the program is told beside the body. The server has no other say in what is posted here.
const HEADERS: [&str; 5] = ["Content-Type", "User-Agent", ID, SIGNATURE, SIGNATURE_AS_BTCPAY];
/// How many deliveries are remembered, so that none is passed on twice though what came of it was not heard.
const REMEMBERED: usize = 1000;

/// What is listened to, and where it goes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Listen {
    /// The program that is told: localhost:3000/hook
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// The events, with commas: invoice.paid,invoice.confirmed [default: all]
    #[arg(long, value_name = "EVENTS", value_delimiter = ',')]
    events: Vec<String>,
    /// What listens is called: under the same name it goes on where it was, with the same secret [default: this
    /// computer's own].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Print each event as it came, too.
    #[arg(long)]
    print_json: bool,
    /// Take any certificate of the program that is told.
    #[arg(long)]
    skip_verify: bool,
    #[command(flatten)]
    kept: Kept,
}

impl Listen {
    /// Listens until it is interrupted.
    pub(super) async fn run(self, json: bool) -> Result<(), String> {
        let settings = Settings::new().timeout(Duration::from_secs(u64::from(WAIT) + 10));
        let client = Account::client(&self.kept, settings)?;
        let program = self.program()?;
        let name = self.name.clone().unwrap_or_else(|| own_name(&client));
        let listener = client.listen(&name, &self.events).await.map_err(|e| e.to_string())?;
        begin(&client, &name, &listener, json);
        let mut ear =
            Ear { client, name, listener, program, options: self, json, passed_on: Remembered::default() };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => Ok(()),
            ended = ear.listen() => ended,
        }
    }

    /// The program that is told, if there is one.
    fn program(&self) -> Result<Option<Program>, String> {
        let Some(to) = &self.forward_to else { return Ok(None) };
        let to = if to.contains("://") { to.clone() } else { format!("http://{to}") };
        let url = url::Url::parse(&to).map_err(|e| format!("{to} is no address: {e}"))?;
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .danger_accept_invalid_certs(self.skip_verify)
            .build();
        Ok(Some(Program { http: http.map_err(|e| e.to_string())?, url }))
    }
}

/// What a computer listens as: what was told to one is not told to another that is let into the same store.
fn own_name(client: &Client) -> String {
    let id = client.key().sin();
    format!("cli-{}", &id[id.len() - 6..])
}

fn begin(client: &Client, name: &str, listener: &Listener, json: bool) {
    let secret = listener.secret.reveal();
    if json {
        println!("{}", json!({ "listener": listener.id, "name": name, "secret": secret }));
    } else {
        println!("Listening to {} as {name}. Signed with {secret}, whenever it listens.", client.host());
    }
}

/// Whoever is told.
struct Program {
    http: reqwest::Client,
    url: url::Url,
}

impl Program {
    /// Posts something once, and says what came of it.
    async fn tell(&self, heard: &Heard) -> PassedOn {
        let took = Stopwatch::start();
        let request = self.http.post(self.url.clone()).body(heard.body.clone());
        let known = HEADERS.iter().filter_map(|name| Some((*name, heard.headers.get(*name)?)));
        let request = known.fold(request, |request, (name, value)| request.header(name, value));
        let told = PassedOn { attempt: heard.attempt, ..PassedOn::default() };
        match request.send().await {
            Ok(answer) => {
                let status = Some(answer.status().as_u16());
                let excerpt = excerpt(&beginning(answer).await);
                PassedOn { status, excerpt, duration: took.millis(), ..told }
            }
            Err(e) => PassedOn { failure: Some(coarse(&e).to_owned()), duration: took.millis(), ..told },
        }
    }
}

/// The first bytes of an answer, as far as it comes.
async fn beginning(mut answer: reqwest::Response) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < LOOKED_AT
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

fn coarse(error: &reqwest::Error) -> &'static str {
    match () {
        () if error.is_timeout() => "timed out",
        () if error.is_connect() => "could not connect",
        () => "the connection broke",
    }
}

/// The same may succeed a moment later. What has no name in the server's log is not its own word, but that of a proxy
/// that stands before it while it starts again.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Refused { status, request_id, .. } => {
            *status >= 500 || request_id.is_none() || error.is_passing()
        }
        Error::NotJson { .. } => true,
        _ => error.is_passing(),
    }
}

/// What became of the last deliveries, by id and attempt.
#[derive(Default)]
struct Remembered {
    told: HashMap<(String, u32), PassedOn>,
    order: VecDeque<(String, u32)>,
}

impl Remembered {
    fn of(&self, heard: &Heard) -> Option<PassedOn> {
        self.told.get(&(heard.id.clone(), heard.attempt)).cloned()
    }

    fn keep(&mut self, heard: &Heard, told: PassedOn) {
        let name = (heard.id.clone(), heard.attempt);
        self.order.push_back(name.clone());
        self.told.insert(name, told);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.told.remove(&oldest);
        }
    }
}

struct Ear {
    client: Client,
    name: String,
    listener: Listener,
    program: Option<Program>,
    options: Listen,
    json: bool,
    passed_on: Remembered,
}

impl Ear {
    /// Hears and passes on for ever, whatever goes down meanwhile; ends where it makes no sense to go on.
    async fn listen(&mut self) -> Result<(), String> {
        let mut silent = false;
        loop {
            match self.client.hear(self.listener.id, WAIT).await {
                Ok(all) => {
                    silent = false;
                    for heard in all {
                        self.pass_on(&heard).await?;
                    }
                }
                Err(error) if may_pass(&error) => {
                    if !silent {
                        eprintln!("specie: {error}; trying again");
                    }
                    silent = true;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    async fn pass_on(&mut self, heard: &Heard) -> Result<(), String> {
        let told = match self.passed_on.of(heard) {
            Some(told) => told,
            None => match self.refusal(heard).await? {
                Some(refused) => {
                    self.print(heard, &refused);
                    refused
                }
                None => {
                    let told = self.tell(heard).await;
                    self.print(heard, &told);
                    self.passed_on.keep(heard, told.clone());
                    told
                }
            },
        };
        match self.client.passed_on(self.listener.id, &heard.id, &told).await {
            Ok(_) => Ok(()),
            // It comes again, and is remembered.
            Err(error) if may_pass(&error) => Ok(()),
            Err(Error::Refused { status: 404, .. }) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What is not signed as it should be is told to nobody; none: it is. The secret may have been replaced meanwhile.
    async fn refusal(&mut self, heard: &Heard) -> Result<Option<PassedOn>, String> {
        if self.genuine(heard) == Err(NotGenuine::WrongSignature) {
            match self.client.listen(&self.name, &self.options.events).await {
                Ok(again) => self.listener = again,
                Err(error) if may_pass(&error) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(self.genuine(heard).err().map(|why| {
            let failure = Some(format!("not passed on: {why}"));
            PassedOn { attempt: heard.attempt, failure, ..PassedOn::default() }
        }))
    }

    fn genuine(&self, heard: &Heard) -> Result<(), NotGenuine> {
        let signature = heard.headers.get(SIGNATURE).map_or("", String::as_str);
        webhook::receive(self.listener.secret.reveal(), signature, heard.body.as_bytes()).map(drop)
    }

    async fn tell(&self, heard: &Heard) -> PassedOn {
        match &self.program {
            Some(program) => program.tell(heard).await,
            // Nobody is told but whoever looks at the screen.
            None => PassedOn { attempt: heard.attempt, status: Some(200), ..PassedOn::default() },
        }
    }

    /// A line for each delivery: when, what, of which invoice, how it was answered and after how long.
    fn print(&self, heard: &Heard, told: &PassedOn) {
        let body: Value = serde_json::from_str(&heard.body).unwrap_or(Value::Null);
        let invoice = plain(heard.invoice.as_deref().unwrap_or("-"));
        if self.json {
            let mut line = json!({
                "at": Clock::system().now().as_millis(), "delivery": heard.id, "event": heard.event.as_str(),
                "invoice": heard.invoice, "attempt": heard.attempt, "status": told.status,
                "failure": told.failure, "duration_ms": told.duration,
            });
            if self.options.print_json {
                line["body"] = body;
            }
            println!("{line}");
            return;
        }
        let outcome = told.status.map_or_else(
            || plain(told.failure.as_deref().unwrap_or_default()),
            |status| if self.program.is_some() { status.to_string() } else { "heard".to_owned() },
        );
        let (at, event) = (plain(body["created_at"].as_str().unwrap_or("-")), plain(heard.event.as_str()));
        println!("{at}  {event:<28}{invoice:<23}{outcome}  {} ms", told.duration);
        if self.options.print_json {
            println!("{body:#}");
        }
    }
}
