//! `specie login`: this program asks a server to let it in, and somebody with a store says yes in a browser.

use clap::Args;
use serde_json::json;
use specie_client::{Client, Key};

use super::account::Account;
use super::{Kept, plain};

/// Where it is logged in.
#[derive(Debug, Args)]
pub(in crate::cli) struct Login {
    /// The server: https://pay.example.com
    server: String,
    /// What this computer is called in the store's list of access tokens.
    #[arg(long, value_name = "NAME", default_value = "Command line")]
    label: String,
    /// A pairing code that the store has made already: nobody has to say yes then.
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    #[command(flatten)]
    kept: Kept,
}

impl Login {
    pub(super) async fn run(self, json: bool) -> Result<(), String> {
        let server =
            if self.server.contains("://") { self.server } else { format!("https://{}", self.server) };
        let client = Client::new(&server, Key::generate()).map_err(|e| e.to_string())?;
        let client = match &self.code {
            Some(code) => {
                let claimed = client.claim_pairing(code, Some(&self.label)).await;
                let tokens = claimed.map_err(|e| e.to_string())?.tokens();
                client.with_tokens(tokens)
            }
            None => approved(client, &self.label, json).await?,
        };
        let path = Account::of(&client).keep(&self.kept)?;
        if json {
            println!("{}", json!({ "host": client.host(), "file": path }));
        } else {
            println!("Logged in at {}. Who you are is kept in {}.", client.host(), path.display());
        }
        Ok(())
    }
}

/// Shows where somebody says yes, and waits for them.
async fn approved(client: Client, label: &str, json: bool) -> Result<Client, String> {
    let asked = client.request_pairing("merchant", label).await.map_err(|e| e.to_string())?;
    let (code, url) = (asked.pairing_code.clone().unwrap_or_default(), client.approval_url(&asked));
    if json {
        println!("{}", json!({ "code": code, "url": url }));
    } else {
        let (code, url) = (plain(&code), plain(&url));
        println!("Open this page, log in and approve the code {code}:\n\n  {url}\n\nWaiting …");
    }
    client.wait_until_approved(&asked).await.map_err(|e| e.to_string())
}
