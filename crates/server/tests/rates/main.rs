//! Live rates from sources that the tests play: which one is asked, how long it is believed, and
//! what is refused. Nothing here goes over the network.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod hostile;
mod order;
mod program;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use specie::app::{App, Feed, SourceState};
use specie::cli::{Running, start};
use specie::clock::Clock;
use specie::config::Settings;
use specie::http::admin::{Command, StoreWords, execute};
use specie::secret::Password;
use specie_core::time::Timestamp;
use specie_testkit::data::DataFolder;
use specie_testkit::http::client;
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, PASSWORD};
use specie_testkit::wait::until;
use specie_testkit::wallet::account_key;
use tokio::runtime::Runtime;

const KRAKEN: &str = include_str!("../data/rates/kraken.json");
const COINBASE: &str = include_str!("../data/rates/coinbase.json");

/// A source that answers so.
fn source(answer: Answer) -> Receiver {
    let source = Receiver::start();
    source.answer(answer);
    source
}

fn says(body: &str) -> Answer {
    Answer::Body(200, body.to_owned())
}

/// A ticker of Kraken's with one price.
fn kraken_says(usd: &str) -> Answer {
    let ticker = json!({ "a": [usd, "1", "1.000"], "b": [usd, "1", "1.000"], "c": [usd, "0.1"] });
    says(&json!({ "error": [], "result": { "XXBTZUSD": ticker } }).to_string())
}

/// An answer of Coinbase's with these prices.
fn coinbase_says(rates: &Value) -> Answer {
    says(&json!({ "data": { "currency": "BTC", "rates": rates } }).to_string())
}

/// A server that asks these sources, with a real store and a practice store, at a time that the
/// test says. Its node is nowhere: rates need none.
struct House {
    store: String,
    practice: String,
    now: Arc<AtomicI64>,
    running: Running,
    runtime: Runtime,
    kraken: Receiver,
    _coinbase: Receiver,
    _data: DataFolder,
}

impl House {
    /// Opens when both sources were asked once.
    fn open(kraken: Answer, coinbase: Answer) -> Self {
        let house = Self::asking(&["kraken", "coinbase"], kraken, coinbase);
        until("both sources being asked", || {
            let asked = |state: &SourceState| state.last_success.is_some() || state.trouble.is_some();
            house.app().source_states().iter().all(asked).then_some(())
        });
        house
    }

    fn asking(rates: &[&str], kraken: Answer, coinbase: Answer) -> Self {
        // Its making installs what TLS needs.
        client();
        let runtime = Runtime::new().unwrap();
        let data = DataFolder::fresh();
        let now = Arc::new(AtomicI64::new(1_800_000_000_000));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || Timestamp::from_millis(told.load(Ordering::Relaxed)));
        let (kraken, coinbase) = (source(kraken), source(coinbase));
        let settings = Settings {
            listen: Some("127.0.0.1:0".to_owned()),
            network: Some("regtest".to_owned()),
            bitcoind_url: Some("http://127.0.0.1:1".to_owned()),
            bitcoind_cookie: Some(data.path().join("no-cookie")),
            database: data.database_url().map(str::to_owned),
            rates: rates.iter().map(|name| (*name).to_owned()).collect(),
            rates_kraken: Some(kraken.url("")),
            rates_coinbase: Some(coinbase.url("")),
            ..Settings::default()
        };
        let running = runtime.block_on(start(data.path(), &settings, clock)).unwrap();
        let mut house = Self {
            store: String::new(),
            practice: String::new(),
            now,
            running,
            runtime,
            kraken,
            _coinbase: coinbase,
            _data: data,
        };
        house.run(Command::CreateUser {
            email: OWNER.to_owned(),
            password: Password::new(PASSWORD.to_owned()),
        });
        house.store = house.make("Alder & Finch Books", false);
        house.practice = house.make("Practice", true);
        house
    }

    fn make(&self, name: &str, sandbox: bool) -> String {
        let made = self.run(Command::CreateStore(Box::new(StoreWords {
            owner: OWNER.to_owned(),
            name: name.to_owned(),
            currency: "USD".to_owned(),
            wallet: (!sandbox).then(|| account_key(name)),
            sandbox,
            ..StoreWords::default()
        })));
        made["id"].as_str().unwrap().to_owned()
    }

    fn app(&self) -> &App {
        &self.running.app
    }

    fn run(&self, command: Command) -> Value {
        self.runtime.block_on(execute(&self.running.app, command)).unwrap()
    }

    fn wait(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::Relaxed);
    }

    /// The rate of a currency in a store: source and figure, or why there is none.
    fn rate_in(&self, store: &str, code: &str) -> Result<String, String> {
        let (app, currency) = (self.app(), code.parse().unwrap());
        let rate = self.runtime.block_on(async {
            let store = app.store(store.parse().unwrap()).await.unwrap();
            app.rate(Some(&store), currency).await
        });
        rate.map(|rate| format!("{} {}", rate.source, rate.per_btc)).map_err(|error| error.to_string())
    }

    fn rate(&self, code: &str) -> Result<String, String> {
        self.rate_in(&self.store, code)
    }

    /// The line of a currency, as `specie rates list` shows it.
    fn line(&self, code: &str) -> Value {
        let listed = self.run(Command::ListRates { store: self.store.clone() });
        let pair = format!("BTC_{code}");
        let lines = listed["rates"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["pair"] == pair).unwrap_or(Value::Null)
    }

    fn set(&self, store: &str, pair: &str, rate: &str) {
        let (store, pair, rate) = (store.to_owned(), pair.to_owned(), rate.to_owned());
        self.run(Command::SetRate { store, pair, rate });
    }

    fn state(&self, feed: Feed) -> SourceState {
        self.app().source_states().into_iter().find(|state| state.feed == feed).unwrap()
    }
}
