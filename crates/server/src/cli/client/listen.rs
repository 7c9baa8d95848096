//! `specie listen`: hears what a webhook would be posted, checks who signed it, passes it on to a program on this
//! computer, and says what came of it. No address leads here, and none is needed.
//!
//! What was not passed on when this ended is heard when it begins again: the server keeps it under the listener's name.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use clap::Args;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use specie_client::{Client, Error, Heard, Listener, PassedOn, Settings, webhook};

use super::Kept;
use super::account::Account;
use crate::clock::{Clock, Stopwatch};
use crate::dialect::delivery::SIGNATURE;

/// How long the server may wait for something to hear, in seconds.
const WAIT: u32 = 20;
/// How long the program may take for an answer, as a webhook's may.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is waited for a server that is not there.
const PAUSE: Duration = Duration::from_secs(1);
/// How much is told of an answer, in characters.
const EXCERPT: usize = 500;
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
    /// What listens is called: under the same name it goes on where it was, with the same secret.
    #[arg(long, value_name = "NAME", default_value = "cli")]
    name: String,
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
        let listener = client.listen(&self.name, &self.events).await.map_err(|e| e.to_string())?;
        self.begin(&client, &listener, json);
        let mut ear =
            Ear { client, listener, program, options: self, json, passed_on: Remembered::default() };
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

    fn begin(&self, client: &Client, listener: &Listener, json: bool) {
        let secret = listener.secret.reveal();
        if json {
            println!("{}", json!({ "listener": listener.id, "secret": secret }));
        } else {
            println!("Listening to {} as {}. Signed with {secret}, now and ever.", client.host(), self.name);
        }
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
        let request =
            heard.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let told = PassedOn { attempt: heard.attempt, ..PassedOn::default() };
        match request.send().await {
            Ok(answer) => {
                let status = Some(answer.status().as_u16());
                let text = answer.text().await.unwrap_or_default();
                let excerpt =
                    Some(text.chars().take(EXCERPT).collect()).filter(|text: &String| !text.is_empty());
                PassedOn { status, excerpt, duration: took.millis(), ..told }
            }
            Err(e) => PassedOn { failure: Some(coarse(&e).to_owned()), duration: took.millis(), ..told },
        }
    }
}

fn coarse(error: &reqwest::Error) -> &'static str {
    match () {
        () if error.is_timeout() => "timed out",
        () if error.is_connect() => "could not connect",
        () => "the connection broke",
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
                Err(error) if error.is_passing() => {
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
            None => {
                let told = self.tell(heard).await;
                self.print(heard, &told);
                self.passed_on.keep(heard, told.clone());
                told
            }
        };
        match self.client.passed_on(self.listener.id, &heard.id, &told).await {
            Ok(_) => Ok(()),
            // It comes again, and is remembered.
            Err(error) if error.is_passing() => Ok(()),
            Err(Error::Refused { status: 404, .. }) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What is not signed as it should be is told to nobody.
    async fn tell(&self, heard: &Heard) -> PassedOn {
        let signature = heard.headers.get(SIGNATURE).map_or("", String::as_str);
        if let Err(why) = webhook::receive(self.listener.secret.reveal(), signature, heard.body.as_bytes()) {
            let failure = Some(format!("not passed on: {why}"));
            return PassedOn { attempt: heard.attempt, failure, ..PassedOn::default() };
        }
        match &self.program {
            Some(program) => program.tell(heard).await,
            // Nobody is told but whoever looks at the screen.
            None => PassedOn { attempt: heard.attempt, status: Some(200), ..PassedOn::default() },
        }
    }

    /// A line for each delivery: when, what, of which invoice, how it was answered and after how long.
    fn print(&self, heard: &Heard, told: &PassedOn) {
        let body: Value = serde_json::from_str(&heard.body).unwrap_or(Value::Null);
        let invoice = heard.invoice.as_deref().unwrap_or("-");
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
            || told.failure.clone().unwrap_or_default(),
            |status| if self.program.is_some() { status.to_string() } else { "heard".to_owned() },
        );
        let at = body["created_at"].as_str().unwrap_or("-");
        println!("{at}  {:<28}{invoice:<23}{outcome}  {} ms", heard.event.as_str(), told.duration);
        if self.options.print_json {
            println!("{body:#}");
        }
    }
}
