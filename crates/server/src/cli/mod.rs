//! The command line: what a person or a script types.

mod admin;
mod client;
mod demo;
mod logs;
mod sandbox;
mod server;
mod trigger;

use std::io::{IsTerminal, Read};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use specie_core::facade::Facade;
use tracing_subscriber::EnvFilter;

use crate::config::{self, Origins, Place, Settings};
use crate::first_run;
use crate::http::admin::{ApplicationWords, Command as Admin, StoreWords};
use crate::request_id::ALWAYS_LOGGED;
use crate::secret::Password;
use client::Invoices;
use sandbox::Sandbox;
use trigger::Trigger;

pub use server::{Running, StartError, start};

/// A self-hosted Bitcoin payment server that speaks BitPay's API.
#[derive(Debug, Parser)]
#[command(name = "specie", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    place: Place,
    /// Print one JSON object and nothing else.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(Box<Settings>),
    /// Show what Specie does, with nothing installed: a store, a client, an invoice paid.
    Demo(demo::Options),
    /// Say how the server is.
    Status,
    /// Fold the log of events, sum the ledger, and compare both with what is stored.
    Verify,
    /// Users.
    #[command(subcommand)]
    User(User),
    /// Stores.
    #[command(subcommand)]
    Store(Store),
    /// Access tokens.
    #[command(subcommand)]
    Token(Token),
    /// Applications for an account.
    #[command(subcommand)]
    Application(Application),
    /// Rates.
    #[command(subcommand)]
    Rates(Rates),
    /// The practice chain.
    #[command(subcommand)]
    Sandbox(Sandbox),
    /// Make something happen to an invoice of a practice store.
    Trigger(Trigger),
    /// Let this computer's command line into a store, on whichever server.
    Login(client::Login),
    /// Hear what happens to a store's invoices, and pass it on to a program on this computer.
    Listen(client::Listen),
    /// Invoices of the store that this computer is logged in to.
    #[command(subcommand)]
    Invoices(Invoices),
    /// What the server does.
    #[command(subcommand)]
    Logs(logs::Logs),
    /// Print the reference of all settings.
    #[command(hide = true)]
    Reference,
}

#[derive(Debug, Subcommand)]
enum User {
    /// Make a user. The first one is the administrator.
    Create(Credentials),
    /// Give a user another password. Ends their sessions.
    ResetPassword(Credentials),
}

#[derive(Debug, clap::Args)]
struct Credentials {
    /// E-mail address.
    #[arg(long)]
    email: String,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
}

#[derive(Debug, Subcommand)]
enum Store {
    /// Make a store.
    Create(Box<CreateStore>),
    /// List the stores.
    List,
}

#[derive(Debug, clap::Args)]
struct CreateStore {
    /// The owner's e-mail address.
    #[arg(long)]
    owner: String,
    /// The store's name, which buyers see.
    #[arg(long)]
    name: String,
    /// The currency of a price that names none.
    #[arg(long, default_value = "USD")]
    currency: String,
    /// Extended public key or output descriptor. A practice store may do without.
    #[arg(long, value_name = "DESCRIPTOR_OR_XPUB", required_unless_present = "sandbox")]
    wallet: Option<String>,
    /// A practice store: paid on the practice chain, with nothing of worth.
    #[arg(long)]
    sandbox: bool,
    /// Let a wallet serve several stores, on purpose.
    #[arg(long)]
    share_wallet: bool,
    /// The index of the next address, for a wallet that was in use before.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..0x8000_0000))]
    next_index: u32,
    /// Confirmations wanted: high (0), medium (1), low-medium (2) or low (6).
    #[arg(long)]
    speed: Option<String>,
    /// Minutes to pay.
    #[arg(long)]
    expiry_minutes: Option<u32>,
    /// Percent under the due that still counts as paid in full.
    #[arg(long, value_name = "PERCENT")]
    tolerance: Option<String>,
    /// Satoshis above which nothing is confirmed without a block.
    #[arg(long, value_name = "SATS")]
    unconfirmed_limit: Option<u64>,
    /// Make invoices over nothing, which are complete at once.
    #[arg(long)]
    allow_zero_price: bool,
    /// Let anyone make invoices, without a key.
    #[arg(long)]
    anyone_can_create: bool,
    /// Let no buyer go on once an invoice has expired, by a new price or more time.
    #[arg(long)]
    no_renewals: bool,
    /// The shop's address, where buyers go back to.
    #[arg(long)]
    website: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Token {
    /// Issue a pairing code for a client of a store.
    Create {
        /// The store.
        #[arg(long)]
        store: String,
        /// What it is called.
        #[arg(long)]
        label: Option<String>,
        /// What the client may do: everything (merchant), or only make invoices (pos).
        #[arg(long, default_value = "merchant", value_parser = facade)]
        facade: Facade,
    },
    /// Approve the pairing code that a client asked for.
    Approve {
        /// The code.
        code: String,
        /// The store.
        #[arg(long)]
        store: String,
    },
    /// Make a new legacy API key for a store. The former one is void.
    ApiKey {
        /// The store.
        #[arg(long)]
        store: String,
    },
}

#[derive(Debug, Subcommand)]
enum Application {
    /// List those that wait for a decision, or for their user to set a password.
    List,
    /// Make the account and a first store, and show the link with which the person sets a password.
    /// Approving again makes another link, and the former one void.
    Approve {
        /// The application.
        id: String,
    },
    /// Delete the application. Nobody is told.
    Decline {
        /// The application.
        id: String,
    },
}

impl Application {
    fn words(self) -> ApplicationWords {
        match self {
            Self::List => ApplicationWords::List,
            Self::Approve { id } => ApplicationWords::Approve { id },
            Self::Decline { id } => ApplicationWords::Decline { id },
        }
    }
}

#[derive(Debug, Subcommand)]
enum Rates {
    /// List a store's rates with source and age, or why there is none.
    List {
        /// The store.
        #[arg(long)]
        store: String,
    },
    /// Remove a fixed rate: specie rates unset --store ID BTC_USD
    Unset {
        /// The store.
        #[arg(long)]
        store: String,
        /// The pair.
        pair: String,
    },
    /// Fix a rate: specie rates set --store ID BTC_USD 50000
    Set {
        /// The store.
        #[arg(long)]
        store: String,
        /// The pair.
        pair: String,
        /// Units of the currency for one bitcoin.
        rate: String,
    },
}

impl Cli {
    /// Reads the command line and the environment, and remembers which of them said what. Ends the program with words if
    /// they make no sense.
    #[must_use]
    pub fn read() -> Self {
        let found = Self::command().get_matches();
        let mut cli = Self::from_arg_matches(&found).unwrap_or_else(|error| error.exit());
        if let (Command::Serve(settings), Some(("serve", found))) = (&mut cli.command, found.subcommand()) {
            settings.origins = Origins::of(found);
        }
        cli
    }
}

/// Does what the command line says.
pub async fn run(cli: Cli) -> ExitCode {
    let Cli { place, json, command } = cli;
    match command {
        Command::Serve(settings) => serve(&place, *settings).await,
        Command::Demo(options) => demo::run(&place, &options).await,
        Command::Reference => {
            print!("{}", config::reference());
            ExitCode::SUCCESS
        }
        Command::Login(login) => client::run(client::Command::Login(login), json).await,
        Command::Listen(listen) => client::run(client::Command::Listen(listen), json).await,
        Command::Invoices(invoices) => client::run(client::Command::Invoices(invoices), json).await,
        Command::Logs(logs) => logs::run(&place, logs, json).await,
        other => {
            let command = match admin_command(other) {
                Ok(command) => command,
                Err(problem) => return fail(&problem, json),
            };
            log(None);
            admin::run(&place, command, json).await
        }
    }
}

async fn serve(place: &Place, settings: Settings) -> ExitCode {
    let settings = match place.file() {
        Ok(file) => settings.or(file),
        Err(error) => return fail(&error.to_string(), false),
    };
    log(Some(settings.log.as_deref().unwrap_or("info")));
    let running = match place.data_dir().map_err(StartError::from) {
        Ok(data) => {
            start(&data, &settings, crate::clock::Clock::system()).await.map(|running| (running, data))
        }
        Err(error) => Err(error),
    };
    match running {
        Ok((running, data)) => {
            if let Some(link) = &running.invitation {
                first_run::announce(link, &data);
            }
            running.until_signalled().await;
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.to_string(), false),
    }
}

fn admin_command(command: Command) -> Result<Admin, String> {
    Ok(match command {
        Command::Status => Admin::Status,
        Command::Verify => Admin::Verify,
        Command::User(User::Create(who)) => Admin::CreateUser { email: who.email, password: password()? },
        Command::User(User::ResetPassword(who)) => {
            Admin::ResetPassword { email: who.email, password: password()? }
        }
        Command::Store(Store::Create(new)) => Admin::CreateStore(Box::new(StoreWords {
            owner: new.owner,
            name: new.name,
            currency: new.currency,
            wallet: new.wallet,
            sandbox: new.sandbox,
            share_wallet: new.share_wallet,
            next_index: new.next_index,
            speed: new.speed,
            expiry_minutes: new.expiry_minutes,
            tolerance_percent: new.tolerance,
            unconfirmed_limit_sats: new.unconfirmed_limit,
            allow_zero_price: new.allow_zero_price,
            anyone_can_create: new.anyone_can_create,
            no_renewals: new.no_renewals,
            website: new.website,
        })),
        Command::Store(Store::List) => Admin::ListStores,
        Command::Token(Token::Create { store, label, facade }) => Admin::CreateToken { store, label, facade },
        Command::Token(Token::Approve { code, store }) => Admin::ApproveToken { code, store },
        Command::Token(Token::ApiKey { store }) => Admin::RenewApiKey { store },
        Command::Rates(Rates::Set { store, pair, rate }) => Admin::SetRate { store, pair, rate },
        Command::Rates(Rates::List { store }) => Admin::ListRates { store },
        Command::Rates(Rates::Unset { store, pair }) => Admin::UnsetRate { store, pair },
        Command::Application(application) => Admin::Application(application.words()),
        Command::Sandbox(sandbox) => Admin::Practice(sandbox.words()),
        Command::Trigger(trigger) => Admin::Practice(trigger.words()),
        Command::Serve(_)
        | Command::Demo(_)
        | Command::Reference
        | Command::Login(_)
        | Command::Listen(_)
        | Command::Invoices(_)
        | Command::Logs(_) => {
            return Err("not a command of the socket".to_owned());
        }
    })
}

fn facade(name: &str) -> Result<Facade, String> {
    Facade::from_name(name).ok_or_else(|| "either merchant or pos".to_owned())
}

/// A password from standard input, without the newline behind it.
fn password() -> Result<Password, String> {
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|e| format!("the password cannot be read: {e}"))?;
    Ok(Password::new(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Logs go to standard error; without a filter, only what went wrong.
fn log(filter: Option<&str>) {
    let filter = EnvFilter::try_new(filter.unwrap_or("warn")).unwrap_or_else(|_| EnvFilter::new("info"));
    let named = ALWAYS_LOGGED.parse().expect("a filter");
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter.add_directive(named))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    // A second start within one process (a demo after a test) keeps the first one's log.
    drop(started);
}

fn fail(problem: &str, json: bool) -> ExitCode {
    if json {
        println!("{}", serde_json::json!({ "error": problem }));
    } else {
        eprintln!("specie: {problem}");
    }
    ExitCode::FAILURE
}
