//! A server inside the test, which holds its clock and can ask the application itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use specie::app::view::InvoiceView;
use specie::app::{App, AppError};
use specie::cli::{Running, start};
use specie::clock::Clock;
use specie::config::Settings;
use specie::http::admin::{Command, PracticeWords, StoreWords, execute};
use specie::secret::Password;
use specie_core::invoice::{NewInvoice, Order};
use specie_core::time::Timestamp;
use specie_testkit::data::DataFolder;
use specie_testkit::http::{Reply, client, get, send};
use specie_testkit::server::{OWNER, PASSWORD};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;
use tokio::runtime::Runtime;

pub const MINUTE: i64 = 60_000;
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A server with a practice store and its shop, at a time that the test says.
pub struct Timed {
    pub store: String,
    pub shop: Shop,
    pub data: DataFolder,
    now: Arc<AtomicI64>,
    running: Running,
    pub runtime: Runtime,
}

impl Timed {
    pub fn open() -> Self {
        Self::with(StoreWords::default())
    }

    /// One whose store is made with these words.
    pub fn with(words: StoreWords) -> Self {
        // Its making installs what TLS needs.
        client();
        let (runtime, data) = (Runtime::new().unwrap(), DataFolder::fresh());
        // Sessions are of the present.
        let now = Arc::new(AtomicI64::new(Clock::system().now().as_millis()));
        let running = runtime.block_on(serve(&data, &now));
        let shop = Shop::named(&running.app.public_url(), "shop");
        let mut timed = Self { store: String::new(), shop, data, now, running, runtime };
        let password = Password::new(PASSWORD.to_owned());
        timed.run(Command::CreateUser { email: OWNER.to_owned(), password });
        let store = timed.run(Command::CreateStore(Box::new(StoreWords {
            owner: OWNER.to_owned(),
            name: "Alder & Finch Books".to_owned(),
            currency: "USD".to_owned(),
            sandbox: true,
            ..words
        })));
        timed.store = store["id"].as_str().unwrap().to_owned();
        timed.rate("USD", "50000");
        let code = timed.run(Command::CreateToken {
            store: timed.store.clone(),
            label: None,
            facade: specie_core::facade::Facade::Merchant,
        });
        let claimed = timed.shop.post("/tokens", &json!({ "pairingCode": code["pairing_code"] }));
        assert_eq!(claimed.status, 200, "{}", claimed.body);
        timed
    }

    pub fn run(&self, command: Command) -> Value {
        self.runtime.block_on(execute(self.app(), command)).unwrap()
    }

    /// Fixes the store's rate of a currency.
    pub fn rate(&self, currency: &str, rate: &str) {
        let (store, pair) = (self.store.clone(), format!("BTC_{currency}"));
        self.run(Command::SetRate { store, pair, rate: rate.to_owned() });
    }

    pub fn app(&self) -> &App {
        &self.running.app
    }

    pub fn url(&self) -> String {
        self.running.app.public_url()
    }

    /// Time passes.
    pub fn wait(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::Relaxed);
    }

    /// Time passes, and the chain says of an invoice that it has expired.
    pub fn expire(&self, id: &str, millis: i64) -> Value {
        self.wait(millis);
        self.shop.until_status(id, "expired")
    }

    pub fn pay(&self, id: &str, btc: &str) {
        let (invoice, amount) = (id.to_owned(), Some(btc.to_owned()));
        self.run(Command::Practice(PracticeWords::Pay { invoice, amount }));
    }

    pub fn mine(&self, blocks: u32) {
        self.run(Command::Practice(PracticeWords::Mine { blocks }));
    }

    /// What a buyer sends, without being anybody.
    pub fn post(&self, path: &str) -> Reply {
        send("POST", &format!("{}{path}", self.url()), &[FORM], b"")
    }

    pub fn get(&self, path: &str) -> Reply {
        get(&format!("{}{path}", self.url()))
    }

    pub fn view(&self, id: &str) -> InvoiceView {
        self.runtime.block_on(self.app().invoice(id.parse().unwrap(), None)).unwrap()
    }

    /// An invoice over 20 USD whose address is issued later.
    pub fn unopened(&self) -> InvoiceView {
        let new = NewInvoice::new(Some(20.into()), "USD".parse().unwrap(), None, None, Order::default());
        let new = new.unwrap().issue_later(true);
        let made = async {
            let store = self.app().store(self.store.parse().unwrap()).await?;
            self.app().create_invoice(store, new, None).await
        };
        self.runtime.block_on(made).unwrap()
    }

    pub fn renew(&self, id: &str) -> Result<InvoiceView, AppError> {
        self.runtime.block_on(self.app().renew_quote(id.parse().unwrap()))
    }

    /// Everything that is stored follows from the log.
    pub fn assert_sound(&self) {
        let verified = until("the summaries", || {
            let verified = self.run(Command::Verify);
            (verified["sound"] == true).then_some(verified.clone()).or_else(|| {
                let problems = verified["problems"].to_string();
                assert!(problems.contains("summed up"), "{problems}");
                None
            })
        });
        assert_eq!(verified["sound"], true);
    }
}

/// A server on a data folder, by a clock that is told.
pub async fn serve(data: &DataFolder, now: &Arc<AtomicI64>) -> Running {
    let told = Arc::clone(now);
    let clock = Clock::from_fn(move || Timestamp::from_millis(told.load(Ordering::Relaxed)));
    let settings = Settings {
        listen: Some("127.0.0.1:0".to_owned()),
        database: data.database_url().map(str::to_owned),
        allow_private: vec!["127.0.0.0/8".to_owned()],
        ..Settings::default()
    };
    start(data.path(), &settings, clock).await.unwrap()
}
