//! What the server does, in plain words: stores, wallets, tokens, invoices, deliveries.
//!
//! Everything that is written goes through here, and only here is the database touched. There is
//! one way an invoice changes, a fact that is taken in: by [`settle`](App::settle) whatever the chain
//! and the time say, by [`adjust`](App::adjust) and [`mark`](App::mark) what its merchant decides, by
//! [`renew_quote`](App::renew_quote) and [`open_payment`](App::open_payment) what its buyer wants, by
//! [`end_quote`](App::end_quote) the end of a practice invoice's time. This
//! floor knows no HTTP, no wire names and no node; what it needs of the outside it gets as [`Outside`].

mod access;
mod addresses;
mod adjust;
mod api_tokens;
mod applications;
mod archive;
mod attention;
mod audit;
mod brand;
mod browse;
mod buttons;
mod claims;
mod coins;
mod create;
mod deliveries;
mod detail;
mod ending;
mod error;
mod feeds;
mod follow;
mod idempotency;
mod issue;
mod ledger;
mod listening;
mod logo;
mod members;
mod opening;
mod outbox;
mod outgoing;
mod overview;
mod pairing;
mod practice;
mod rates;
mod refund_view;
mod refunds;
mod renewal;
mod reports;
mod saved_views;
mod scenario;
mod search;
mod sessions;
mod settle;
mod signing;
mod spend_view;
mod spends;
mod stores;
mod summary;
mod users;
mod verify;
pub mod view;
mod wallet_file;
mod wallet_page;
mod wallets;
mod webhooks;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

use bitcoin::ScriptBuf;
use specie_core::chain::{FeeRates, Locator};
use specie_core::ids::{DeliveryId, InvoiceId, StoreId};
use specie_core::time::Timestamp;
use specie_db::rates::FixedRate;
use specie_db::webhooks::Webhook;
use specie_db::{Db, Memory, identity};
use tokio::sync::broadcast;

use crate::clock::Clock;
use crate::secret::ServerKey;

pub use access::{Access, Scope};
pub use api_tokens::{Grant, NewApiToken};
pub use applications::Invited;
pub use attention::{MOST_OF_A_CAUSE, MOST_RESENT};
pub use audit::{AUDIT_PAGE, Actor, Deed, Via};
pub use brand::NewLogo;
pub use create::MIN_EXPIRY_SECS;
pub use deliveries::LEASE_SECS;
pub use error::{AppError, NotPayable, SpendRefused};
pub use feeds::{Feed, SourceState};
pub use follow::{Ear, Following};
pub use idempotency::{Answered, Idempotency, MAX_KEY};
pub use logo::{LogoRefused, MAX_UPLOADED_BYTES};
pub use members::People;
pub use outbox::{MAX_AT_ONCE, Redelivered};
pub use outgoing::Outgoing;
pub use practice::{Fate, Practice, Practised};
pub use rates::RateLine;
pub use refunds::{AskRefund, RateOf, RefundAmount};
pub use scenario::{MAX_BLOCKS, NotPlayed, Play, Played, Scenario, confirming_blocks, may_play};
pub use settle::{Missing, Watched};
pub use specie_core::invoice::{NotRenewed, Refused};
pub use specie_core::role::{Permission, Role};
pub use specie_db::audit::Entry;
pub use specie_db::idempotency::Key as IdempotencyKey;
pub use specie_db::logos::Picture;
pub use specie_db::stores::{Brand, Settings, Store};
pub use specie_db::users::User;
pub use specie_psbt::{BuildError, MAX_RETURNED_BYTES};
pub use spends::{FeeChoice, MAX_CONSOLIDATED, MAX_PAYEES};
pub use stores::NewStore;
pub use verify::Verified;
pub use webhooks::{MAX_WEBHOOKS, NewWebhook, WebhookChange};

/// A network that invoices are paid on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its name in rows and configuration: `mainnet`, `testnet4`, `signet`, `regtest`, `sandbox`.
    pub name: &'static str,
    /// Its address and key formats.
    pub params: bitcoin::Network,
}

impl Network {
    /// The practice network, inside this program.
    pub const SANDBOX: Self = Self { name: "sandbox", params: bitcoin::Network::Regtest };

    /// The real network of that name.
    #[must_use]
    pub fn live(name: &str) -> Option<Self> {
        [
            ("mainnet", bitcoin::Network::Bitcoin),
            ("testnet4", bitcoin::Network::Testnet4),
            ("signet", bitcoin::Network::Signet),
            ("regtest", bitcoin::Network::Regtest),
        ]
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(name, params)| Self { name, params })
    }

    /// Whether what is paid here is worth nothing, because it exists only inside this program.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        *self == Self::SANDBOX
    }
}

/// What the application asks of the outside. Each call is a hint or an action of the practice
/// chain; none may block.
pub trait Outside: Send + Sync {
    /// A script was issued on a network: it has to be watched from now on. Called before the
    /// invoice is shown to anyone.
    fn issued(&self, network: &str, script: &ScriptBuf);
    /// Another process issued a script on a network when its chain was no lower than this: blocks
    /// from there up may pay it.
    fn issued_elsewhere(&self, network: &str, script: &ScriptBuf, height: u32);
    /// Deliveries were written.
    fn deliveries_written(&self);
    /// Whether something may be delivered to an address, as far as its text says.
    ///
    /// # Errors
    /// Why not, in words.
    fn may_be_told(&self, url: &str) -> Result<(), String>;
    /// A signed transaction was stored on a network: it may be handed to the node.
    fn signed(&self, network: &str);
    /// An invoice changed: pages that show it may look again.
    fn changed(&self, invoice: InvoiceId);
    /// Makes something happen on the practice chain.
    ///
    /// # Errors
    /// Why it cannot, in words.
    fn practise(&self, practice: Practice, now: Timestamp) -> Result<Practised, String>;
}

/// How far a network is followed, and what keeps it from being followed further.
#[derive(Debug, Clone, Default)]
pub struct ChainState {
    /// Where the chain was followed to.
    pub locator: Locator,
    /// The height of the tip that invoices were last settled at, or are just being: what
    /// confirmations are counted to wherever an invoice is shown.
    pub shown_height: u32,
    /// Why the last look failed; none: it did not.
    pub trouble: Option<String>,
}

impl ChainState {
    /// A chain that was followed to there.
    fn at(locator: Locator) -> Self {
        let shown_height = locator.tip().map_or(0, |tip| tip.height);
        Self { locator, shown_height, trouble: None }
    }
}

/// The application, on behalf of somebody or of itself. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>, Option<Arc<Actor>>);

struct Inner {
    db: Db,
    clock: Clock,
    key: ServerKey,
    networks: Vec<Network>,
    public_url: RwLock<String>,
    outside: Box<dyn Outside>,
    chains: RwLock<HashMap<&'static str, ChainState>>,
    /// What the nodes said last, and when.
    fees: RwLock<HashMap<&'static str, (FeeRates, Timestamp)>>,
    locators_written: Mutex<HashMap<&'static str, Timestamp>>,
    followed_here: follow::Here,
    wallets: wallets::Windows,
    kept: Kept,
    feeds: feeds::Feeds,
    /// Deliveries at which an attempt was recorded here.
    attempted: broadcast::Sender<DeliveryId>,
    hashing: tokio::sync::Semaphore,
    playing: scenario::Playing,
    /// Logos that are read at a time: each takes some memory.
    drawing: tokio::sync::Semaphore,
    /// The hash of nobody's password, verified for addresses that nobody has.
    decoy: tokio::sync::OnceCell<String>,
}

/// How many attempts may be recorded before somebody who waits for one has to look at all of theirs.
const ATTEMPTS: usize = 256;

/// How long what a node says of fees is good, in seconds.
const MAX_FEE_AGE_SECS: i64 = 15 * 60;

/// What is asked for with every request, and changed by hand.
#[derive(Default)]
struct Kept {
    stores: Memory<StoreId, Store>,
    stores_of_keys: Memory<[u8; 32], Store>,
    /// By identity: the store, and the tokens that open it.
    clients: Memory<String, Arc<(Store, Vec<specie_db::pairing::Token>)>>,
    rates: Memory<StoreId, Arc<Vec<FixedRate>>>,
    /// By store.
    webhooks: Memory<StoreId, Arc<Vec<Webhook>>>,
}

/// What an application is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The key that tokens are derived with.
    pub key: ServerKey,
    /// The networks that are followed.
    pub networks: Vec<Network>,
    /// The address that buyers and shops know this server by, without a slash at the end.
    pub public_url: String,
    /// The live sources of rates, in the order in which they are asked.
    pub feeds: Vec<Feed>,
    /// Everything outside.
    pub outside: Box<dyn Outside>,
}

impl App {
    /// Puts an application together and reads how far each chain was followed.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn new(parts: Parts) -> Result<Self, AppError> {
        let inner = Inner {
            db: parts.db,
            clock: parts.clock,
            key: parts.key,
            networks: parts.networks,
            public_url: RwLock::new(parts.public_url),
            outside: parts.outside,
            chains: RwLock::new(HashMap::new()),
            fees: RwLock::new(HashMap::new()),
            locators_written: Mutex::default(),
            followed_here: follow::Here::default(),
            wallets: wallets::Windows::default(),
            kept: Kept::default(),
            feeds: feeds::Feeds::new(parts.feeds),
            attempted: broadcast::channel(ATTEMPTS).0,
            // Hashing a password takes 19 MiB: two at a time is enough for people.
            hashing: tokio::sync::Semaphore::new(2),
            playing: scenario::Playing::default(),
            drawing: tokio::sync::Semaphore::new(1),
            decoy: tokio::sync::OnceCell::new(),
        };
        let app = Self(Arc::new(inner), None);
        app.check_key().await?;
        for network in app.0.networks.clone() {
            let locator = app.0.db.read(move |r| specie_db::chains::load(r, network.name)).await?;
            app.chains_mut().insert(network.name, ChainState::at(locator));
        }
        Ok(app)
    }

    /// The database and the key belong together.
    async fn check_key(&self) -> Result<(), AppError> {
        let mine = self.0.key.fingerprint();
        let known = mine.clone();
        let claim = move |tx: &mut specie_db::Tx<'_>| Ok::<_, AppError>(identity::claim(tx, &mine)?);
        let claimed = self.0.db.write("claim_database", claim).await?;
        if claimed == known { Ok(()) } else { Err(AppError::ForeignKey) }
    }

    /// Ends every connection to the database, after what was asked of it before.
    pub async fn close(&self) {
        self.0.db.close().await;
    }

    /// Bytes that the database takes.
    ///
    /// # Errors
    /// [`AppError`] if it cannot answer.
    pub async fn database_size(&self) -> Result<u64, AppError> {
        Ok(self.0.db.read(specie_db::size::of_all).await?)
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The networks that are followed.
    #[must_use]
    pub fn networks(&self) -> &[Network] {
        &self.0.networks
    }

    /// The network of that name, if it is followed.
    #[must_use]
    pub fn network(&self, name: &str) -> Option<&Network> {
        self.0.networks.iter().find(|network| network.name == name)
    }

    /// The address that buyers and shops know this server by, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        self.0.public_url.read().expect("no writer panics").clone()
    }

    /// Sets the public address, where it follows from the port that the system gave.
    pub fn set_public_url(&self, url: String) {
        *self.0.public_url.write().expect("no writer panics") = url;
    }

    /// How far a network is followed.
    #[must_use]
    pub fn chain_state(&self, network: &str) -> ChainState {
        self.0.chains.read().expect("no writer panics").get(network).cloned().unwrap_or_default()
    }

    /// What a node says that a transaction has to pay, if it said so not long ago.
    #[must_use]
    pub fn fees(&self, network: &str) -> Option<FeeRates> {
        let fees = self.0.fees.read().expect("no writer panics");
        let (rates, said_at) = fees.get(network)?;
        (self.now() < said_at.plus_secs(MAX_FEE_AGE_SECS)).then_some(*rates)
    }

    /// Takes note of what a node says that a transaction has to pay.
    pub fn fees_said(&self, network: &'static str, rates: FeeRates) {
        self.0.fees.write().expect("no writer panics").insert(network, (rates, self.now()));
    }

    fn chains_mut(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<&'static str, ChainState>> {
        self.0.chains.write().expect("no writer panics")
    }
}
