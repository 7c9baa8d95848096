//! What the time does to codes and invoices: the server runs inside the test, which holds its
//! clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use specie::cli::{Running, start};
use specie::clock::Clock;
use specie::config::Settings;
use specie::http::admin::{Command, PracticeWords, StoreWords, execute};
use specie::secret::Password;
use specie_core::time::Timestamp;
use specie_testkit::data::DataFolder;
use specie_testkit::http::client;
use specie_testkit::server::{OWNER, PASSWORD};
use specie_testkit::shop::Shop;
use tokio::runtime::Runtime;

use super::refused;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A server with a practice store and its shop, at a time that the test says.
struct Timed {
    store: String,
    shop: Shop,
    now: Arc<AtomicI64>,
    running: Running,
    runtime: Runtime,
    _data: DataFolder,
}

impl Timed {
    fn open() -> Self {
        // Its making installs what TLS needs.
        client();
        let runtime = Runtime::new().unwrap();
        let data = DataFolder::fresh();
        let now = Arc::new(AtomicI64::new(1_800_000_000_123));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || Timestamp::from_millis(told.load(Ordering::Relaxed)));
        let settings = Settings {
            listen: Some("127.0.0.1:0".to_owned()),
            database: data.database_url().map(str::to_owned),
            ..Settings::default()
        };
        let running = runtime.block_on(start(data.path(), &settings, clock)).unwrap();
        let shop = Shop::named(&running.app.public_url(), "shop");
        let mut timed = Self { store: String::new(), shop, now, running, runtime, _data: data };
        timed.run(Command::CreateUser {
            email: OWNER.to_owned(),
            password: Password::new(PASSWORD.to_owned()),
        });
        let store = timed.run(Command::CreateStore(Box::new(StoreWords {
            owner: OWNER.to_owned(),
            name: "Alder & Finch Books".to_owned(),
            currency: "USD".to_owned(),
            sandbox: true,
            ..StoreWords::default()
        })));
        timed.store = store["id"].as_str().unwrap().to_owned();
        let claimed = timed.claim(&timed.code());
        assert_eq!(claimed.status, 200, "{}", claimed.body);
        timed
    }

    fn run(&self, command: Command) -> Value {
        self.runtime.block_on(execute(&self.running.app, command)).unwrap()
    }

    fn code(&self) -> String {
        let made = self.run(Command::CreateToken {
            store: self.store.clone(),
            label: None,
            facade: specie_core::facade::Facade::Merchant,
        });
        made["pairing_code"].as_str().unwrap().to_owned()
    }

    fn claim(&self, code: &str) -> specie_testkit::http::Reply {
        self.shop.post("/tokens", &json!({ "pairingCode": code }))
    }

    fn wait(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::Relaxed);
    }
}

#[test]
fn a_code_is_good_for_fifteen_minutes() {
    let timed = Timed::open();
    let (first, second) = (timed.code(), timed.code());
    timed.wait(15 * MINUTE - 1);
    assert_eq!(timed.claim(&first).status, 200);
    timed.wait(1);
    refused(&timed.claim(&second), 400, "Error while pairing (Expired)", "from either side: claimed");

    let asked = timed.shop.post("/tokens", &json!({ "id": timed.shop.sin() })).data()[0].clone();
    timed.wait(15 * MINUTE);
    let code = asked["pairingCode"].as_str().unwrap().to_owned();
    let approval = Command::ApproveToken { code, store: timed.store.clone() };
    let late = timed.runtime.block_on(execute(&timed.running.app, approval)).unwrap_err();
    assert!(late.message().contains("expired"), "{late:?}");
}

#[test]
fn an_unpaid_invoice_expires_and_a_late_payment_is_said_to_be_late() {
    let timed = Timed::open();
    let made = timed.shop.invoice(&json!({ "price": 20 }));
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["invoiceTime"], json!(1_800_000_000_000_i64), "whole seconds");
    assert_eq!(made["currentTime"], json!(1_800_000_000_123_i64));
    assert_eq!(made["expirationTime"], json!(1_800_000_900_123_i64));
    timed.wait(15 * MINUTE);
    let expired = timed.shop.until_status(id, "expired");
    assert_eq!(expired["exceptionStatus"], json!(false));
    let listed = timed.shop.get("/invoices?status=expired").data();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &json!(id)));
    assert_eq!(timed.shop.get("/invoices?status=new").data(), json!([]));

    timed.run(Command::Practice(PracticeWords::Pay {
        invoice: id.to_owned(),
        amount: Some("0.0004".to_owned()),
    }));
    let late = specie_testkit::wait::until("the late payment", || {
        Some(timed.shop.read(id)).filter(|invoice| invoice["exceptionStatus"] == "paidLate")
    });
    assert_eq!((&late["status"], &late["btcPaid"]), (&json!("expired"), &json!("0.00040000")));
}

#[test]
fn a_day_of_a_list_ends_at_midnight_and_counts_whole() {
    let timed = Timed::open();
    // 2027-01-15, 08:00:00.123.
    let ids: Vec<String> = [0, 16 * 60 * MINUTE - 124, 1, DAY - 1, 1]
        .map(|later| {
            timed.wait(later);
            timed.shop.invoice(&json!({ "price": 1 }))["id"].as_str().unwrap().to_owned()
        })
        .to_vec();
    for (query, expected) in [
        ("dateStart=01/15/2027&dateEnd=01/15/2027", &ids[..2]),
        ("dateStart=01/16/2027&dateEnd=2027-1-16", &ids[2..4]),
        ("dateStart=2027-01-17", &ids[4..]),
        ("dateEnd=2027-01-16", &ids[..4]),
        ("dateStart=2027-01-15T23:59:59.999Z&dateEnd=2027-01-16T00:00:00Z", &ids[1..3]),
        ("dateStart=2027-01-16T00:00:00%2B00:00&dateEnd=1800144000000", &ids[2..5]),
        ("dateEnd=1800057599999", &ids[..2]),
    ] {
        let listed = timed.shop.get(&format!("/invoices?{query}")).data();
        let mut listed: Vec<_> = listed.as_array().unwrap().iter().map(|i| i["id"].clone()).collect();
        listed.reverse();
        assert_eq!(listed, expected, "{query}");
    }
}

#[test]
fn the_least_time_to_pay_is_thirty_seconds() {
    let timed = Timed::open();
    let now = timed.now.load(Ordering::Relaxed);
    let ask = |at: i64| timed.shop.post("/invoices", &json!({ "price": 1, "expirationTime": at }));
    refused(&ask(now + 29_999), 400, "The expirationTime is set too soon", "a millisecond too soon");
    assert_eq!(ask(now + 30_000).data()["expirationTime"], json!(now + 30_000));
}
