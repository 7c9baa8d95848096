//! What every schedule begins with: a database with a merchant and a store, made once and copied.

use specie::app::{App, Network, NewStore, Outside, Parts, Settings, Store};
use specie::clock::Clock;
use specie::notify::guard::AddressPolicy;
use specie::secret::{Password, ServerKey};
use specie::worker::Hints;
use specie_core::time::Timestamp;
use specie_db::{Db, Fate};
use specie_testkit::wallet::account_key;

/// When every schedule begins.
const BEGINNING: Timestamp = Timestamp::from_secs(1_800_000_000);

/// A database to copy.
pub struct Template {
    pub store: Store,
    fate: Fate,
}

impl Template {
    /// Makes the merchant and the store.
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let (db, fate) = Db::in_memory(0, BEGINNING).expect("a database");
        let store = runtime.expect("a runtime").block_on(store(db));
        Self { store, fate }
    }

    /// A copy of the database.
    pub fn database(&self, chance: u64) -> (Db, Fate) {
        self.fate.copy(chance).expect("a copy")
    }

    /// The time of a schedule that begins now: what the runtime says has passed.
    pub fn clock(&self) -> Clock {
        #[expect(
            clippy::disallowed_methods,
            reason = "the runtime's time is the schedule's, and no one else's"
        )]
        let began = tokio::time::Instant::now();
        Clock::from_fn(move || {
            let passed = i64::try_from(began.elapsed().as_millis()).expect("a short time");
            Timestamp::from_millis(BEGINNING.as_millis() + passed)
        })
    }
}

async fn store(db: Db) -> Store {
    let outside: Box<dyn Outside> = Box::new(Hints::new(Vec::new(), AddressPolicy::default()));
    let parts = Parts {
        db,
        clock: Clock::from_fn(|| BEGINNING),
        key: ServerKey::from_bytes([7; 32]),
        networks: vec![Network::SANDBOX],
        public_url: "https://pay.example".to_owned(),
        feeds: Vec::new(),
        outside,
    };
    let app = App::new(parts).await.expect("an application");
    let password: Password = serde_json::from_str("\"correct horse battery\"").expect("a password");
    let owner_id = app.create_user("owner@shop.example", password).await.expect("a merchant");
    let new = NewStore {
        owner_id,
        name: "Alder & Finch Books".to_owned(),
        currency: "BTC".parse().expect("a currency"),
        network: Network::SANDBOX,
        // Always the same: what is paid to whom decides the order in which things are looked at.
        wallet: Some(account_key("rehearsal")),
        share_wallet: false,
        next_index: 0,
        settings: Settings { expiry_secs: 33, monitoring_secs: 41, ..Settings::default() },
    };
    app.create_store(new).await.expect("a store")
}
