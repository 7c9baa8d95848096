//! Administration: the commands of the command line, over a socket that only this user can open,
//! or in process where no server runs.

mod applications;
mod practice;

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use specie_core::facade::Facade;
use specie_core::ids::StoreId;
use specie_core::invoice::Speed;
use specie_core::money::{Currency, parse_decimal};

use super::auth::read_body;
use super::requests::Seen;
use super::{ApiError, Web, fields};
use crate::app::view::NewCode;
use crate::app::{Actor, App, AppError, NewStore, Settings};
use crate::secret::Password;

pub use applications::ApplicationWords;
pub use practice::PracticeWords;

/// What a store is made of, as the command line says it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StoreWords {
    /// The owner's e-mail address.
    pub owner: String,
    /// The store's name.
    pub name: String,
    /// The currency of a price that names none.
    pub currency: String,
    /// Extended public key or descriptor; a practice store may do without.
    pub wallet: Option<String>,
    /// Paid on the practice chain.
    pub sandbox: bool,
    /// The wallet may serve another store already.
    pub share_wallet: bool,
    /// The first index of the wallet that may be issued; what was issued before is passed over.
    #[serde(default)]
    pub next_index: u32,
    /// `high`, `medium`, `low-medium` or `low`.
    pub speed: Option<String>,
    /// Minutes to pay.
    pub expiry_minutes: Option<u32>,
    /// Percent under the due that still counts as paid in full.
    pub tolerance_percent: Option<String>,
    /// Satoshis above which nothing is confirmed without a block.
    pub unconfirmed_limit_sats: Option<u64>,
    /// Invoices over nothing are made.
    pub allow_zero_price: bool,
    /// Anyone may make invoices.
    pub anyone_can_create: bool,
    /// Buyers cannot go on once an invoice has expired.
    #[serde(default)]
    pub no_renewals: bool,
    /// The shop's address.
    pub website: Option<String>,
}

/// An administration command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Command {
    /// Makes a user.
    CreateUser {
        /// E-mail address.
        email: String,
        /// Password.
        password: Password,
    },
    /// Gives a user another password.
    ResetPassword {
        /// E-mail address.
        email: String,
        /// The new password.
        password: Password,
    },
    /// Makes a store.
    CreateStore(Box<StoreWords>),
    /// Lists the stores.
    ListStores,
    /// Issues a pairing code for a store.
    CreateToken {
        /// The store.
        store: String,
        /// What it is called.
        label: Option<String>,
        /// What the client may do.
        facade: Facade,
    },
    /// Approves a client's pairing code for a store.
    ApproveToken {
        /// The code.
        code: String,
        /// The store.
        store: String,
    },
    /// Makes a new legacy API key for a store.
    RenewApiKey {
        /// The store.
        store: String,
    },
    /// Fixes a rate.
    SetRate {
        /// The store.
        store: String,
        /// `BTC_USD`.
        pair: String,
        /// Units of the currency for one bitcoin.
        rate: String,
    },
    /// Removes a rate that was fixed.
    UnsetRate {
        /// The store.
        store: String,
        /// `BTC_USD`.
        pair: String,
    },
    /// Lists a store's rates.
    ListRates {
        /// The store.
        store: String,
    },
    /// Decides on applications for an account.
    Application(ApplicationWords),
    /// Lets something happen on the practice chain.
    Practice(PracticeWords),
    /// How the server is.
    Status,
    /// Whether the database is sound.
    Verify,
}

impl Command {
    /// Whether the practice chain acts.
    #[must_use]
    pub fn is_practice(&self) -> bool {
        matches!(self, Self::Practice(_))
    }

    /// The command, after what it makes and builds on: between the two the chain has to be followed.
    #[must_use]
    pub fn in_steps(self) -> Vec<Self> {
        match self {
            Self::Practice(PracticeWords::Trigger { scenario, invoice }) => {
                let (first, then) = (scenario.clone(), invoice.clone());
                vec![
                    Self::Practice(PracticeWords::Prepare { scenario: first, invoice: then }),
                    Self::Practice(PracticeWords::Trigger { scenario, invoice }),
                ]
            }
            other => vec![other],
        }
    }
}

/// The routes of the socket.
pub fn router(web: &Web) -> Router {
    Router::new().route("/command", post(command)).route("/requests", post(requests)).with_state(web.clone())
}

/// Which of the last requests somebody wants to see.
#[derive(Deserialize)]
struct Tail {
    log: Option<String>,
    after: Option<u64>,
    lines: usize,
    /// Seconds.
    wait: u64,
}

/// The last requests, or those after one; waits for the next.
async fn requests(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let body = read_body(request.into_body()).await?;
    let tail: Tail = serde_json::from_slice(&body).map_err(|e| ApiError::bad_request(e.to_string()))?;
    let seen = Seen { log: tail.log.as_deref(), number: tail.after };
    let found = tokio::select! {
        biased;
        found = web.requests().after(seen, tail.lines, Duration::from_secs(tail.wait)) => found,
        () = web.changes().over() => web.requests().after(seen, tail.lines, Duration::ZERO).await,
    };
    Ok(axum::Json(found).into_response())
}

async fn command(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let body = read_body(request.into_body()).await?;
    let command = serde_json::from_slice(&body).map_err(|e| ApiError::bad_request(e.to_string()))?;
    let answer = execute(web.app(), command).await?;
    // A first user that was made here ends the first run as well.
    web.is_set_up().await?;
    Ok(axum::Json(answer).into_response())
}

/// Does what a command says and answers with one object.
///
/// # Errors
/// [`ApiError`] with the cause in words.
pub async fn execute(app: &App, command: Command) -> Result<Value, ApiError> {
    let app = &app.on_behalf_of(Actor::command_line());
    match command {
        Command::CreateUser { email, password } => {
            Ok(json!({ "id": plain(app.create_user(&email, password).await)?.to_string() }))
        }
        Command::ResetPassword { email, password } => {
            Ok(json!({ "id": plain(app.reset_password(&email, password).await)?.to_string() }))
        }
        Command::CreateStore(words) => create_store(app, *words).await,
        Command::ListStores => {
            let stores = plain(app.stores(None).await)?.into_iter().map(|store| {
                json!({
                    "id": store.id.to_string(),
                    "name": store.name,
                    "network": store.network,
                    "currency": store.currency.code(),
                })
            });
            Ok(json!({ "stores": stores.collect::<Vec<_>>() }))
        }
        Command::CreateToken { store, label, facade } => {
            let new = NewCode { facade, sin: None, store: Some(store_id(&store)?), label };
            let code = plain(app.issue_code(new, None).await)?.answer;
            Ok(json!({ "pairing_code": code.code, "expires_at": code.expires_at.as_millis() }))
        }
        Command::ApproveToken { code, store } => {
            let code = plain(app.approve_code(code, store_id(&store)?, None, None).await)?.answer;
            match code.is_active() {
                true => Ok(json!({ "paired": true })),
                false => Ok(json!({ "paired": false, "pairing_code": code.code })),
            }
        }
        Command::RenewApiKey { store } => {
            Ok(json!({ "api_key": plain(app.renew_api_key(store_id(&store)?).await)? }))
        }
        Command::SetRate { store, pair, rate } => {
            let currency = quoted(&pair)?;
            let per_btc = parse_decimal(&rate).map_err(|e| bad(&e.to_string()))?;
            plain(app.set_rate(store_id(&store)?, currency, per_btc).await)?;
            Ok(json!({ "pair": format!("BTC_{currency}"), "rate": per_btc.to_string() }))
        }
        Command::UnsetRate { store, pair } => {
            let currency = quoted(&pair)?;
            plain(app.remove_rate(store_id(&store)?, currency).await)?;
            Ok(json!({ "pair": format!("BTC_{currency}"), "rate": null }))
        }
        Command::ListRates { store } => list_rates(app, store_id(&store)?).await,
        Command::Application(words) => applications::execute(app, words).await,
        Command::Practice(words) => practice::execute(app, words).await,
        Command::Status => status(app).await,
        Command::Verify => {
            let verified = plain(app.verify().await)?;
            Ok(json!({
                "sound": verified.problems.is_empty(),
                "invoices": verified.invoices,
                "events": verified.events,
                "problems": verified.problems,
            }))
        }
    }
}

/// The currency of a pair such as `BTC_USD`.
fn quoted(pair: &str) -> Result<Currency, ApiError> {
    let pair = pair.split_once(['_', '-']).filter(|(base, _)| base.eq_ignore_ascii_case("BTC"));
    pair.and_then(|(_, code)| code.parse().ok()).ok_or_else(|| bad("a pair is written BTC_USD"))
}

async fn list_rates(app: &App, store: StoreId) -> Result<Value, ApiError> {
    let store = plain(app.store(store).await)?;
    let lines = plain(app.rate_lines(&store).await)?.into_iter().map(|line| {
        json!({
            "pair": format!("BTC_{}", line.currency),
            "rate": line.per_btc.map(|per_btc| per_btc.to_string()),
            "source": line.source,
            "age_seconds": line.age_ms.map(|age| age.div_euclid(1000)),
            "trouble": line.trouble,
        })
    });
    Ok(json!({ "rates": lines.collect::<Vec<_>>() }))
}

async fn create_store(app: &App, words: StoreWords) -> Result<Value, ApiError> {
    let owner = plain(app.user_by_email(&words.owner).await)?;
    let network = app.networks().iter().find(|network| network.is_sandbox() == words.sandbox).cloned();
    let network = network.ok_or_else(|| {
        bad("this server follows no real chain: give it --network and a node, or make a --sandbox store")
    })?;
    let defaults = Settings::default();
    let speed = match &words.speed {
        Some(name) => {
            Speed::from_name(name).ok_or_else(|| bad("a speed is high, medium, low-medium or low"))?
        }
        None => defaults.speed,
    };
    let tolerance = match &words.tolerance_percent {
        Some(percent) => fields::tolerance(percent).map_err(|words| bad(&words))?,
        None => defaults.tolerance,
    };
    let new = NewStore {
        owner_id: owner.id,
        name: words.name,
        currency: words
            .currency
            .parse()
            .map_err(|e: specie_core::money::UnknownCurrency| bad(&e.to_string()))?,
        network,
        wallet: words.wallet,
        share_wallet: words.share_wallet,
        next_index: words.next_index,
        settings: Settings {
            speed,
            tolerance,
            expiry_secs: words
                .expiry_minutes
                .map_or(defaults.expiry_secs, |minutes| i64::from(minutes.max(1)) * 60),
            unconfirmed_limit: words.unconfirmed_limit_sats.map_or(defaults.unconfirmed_limit, |sats| {
                bitcoin::Amount::from_sat(sats.min(21_000_000 * 100_000_000))
            }),
            allow_zero_price: words.allow_zero_price,
            anyone_can_create: words.anyone_can_create,
            renewals: !words.no_renewals,
            website: words.website,
            ..defaults
        },
    };
    Ok(json!({ "id": plain(app.create_store(new).await)?.id.to_string() }))
}

async fn status(app: &App) -> Result<Value, ApiError> {
    let now = app.now();
    let chains: Vec<Value> = app
        .networks()
        .iter()
        .map(|network| {
            let state = app.chain_state(network.name);
            let tip = state.locator.tip();
            json!({
                "network": network.name,
                "height": tip.map(|tip| tip.height),
                "tip": tip.map(|tip| tip.hash.to_string()),
                "synced_seconds_ago": tip.map(|_| now.millis_since(state.locator.synced_at).div_euclid(1000)),
                "trouble": state.trouble,
            })
        })
        .collect();
    let sources = app.source_states();
    // One that lives is enough; one that was not asked yet may.
    let priced = sources.is_empty() || sources.iter().any(|source| source.fresh || source.trouble.is_none());
    let followed = app.networks().iter().all(|n| app.chain_state(n.name).trouble.is_none());
    let sources = sources.into_iter().map(|source| {
        json!({
            "source": source.feed.name(),
            "currencies": source.currencies,
            "seen_seconds_ago": source.last_success.map(|at| now.millis_since(at).div_euclid(1000)),
            "trouble": source.trouble,
        })
    });
    let (invoices, deliveries) = plain(app.counts().await)?;
    let counts = |counts: Vec<(&str, i64)>| {
        counts.into_iter().map(|(k, n)| (k.to_owned(), json!(n))).collect::<Value>()
    };
    Ok(json!({
        "running": true,
        "version": env!("CARGO_PKG_VERSION"),
        "public_url": app.public_url(),
        "healthy": followed && priced,
        "chains": chains,
        "rates": sources.collect::<Vec<_>>(),
        "invoices": counts(invoices),
        "deliveries": counts(deliveries),
    }))
}

/// In administration the cause is said as it is, not in the words of BitPay's API.
fn plain<T>(result: Result<T, AppError>) -> Result<T, ApiError> {
    result.map_err(|error| match &error {
        AppError::Db(cause) => {
            tracing::error!(error = %cause, "the database failed a command");
            ApiError::bad_request(error.to_string())
        }
        AppError::StoreNotFound
        | AppError::InvoiceNotFound
        | AppError::UserNotFound
        | AppError::ApplicationNotFound
        | AppError::CodeNotFound => ApiError::not_found(error.to_string()),
        _ => bad(&error.to_string()),
    })
}

fn bad(message: &str) -> ApiError {
    ApiError::bad_request(message)
}

fn store_id(text: &str) -> Result<StoreId, ApiError> {
    text.parse().map_err(|_| bad("not a store id"))
}
