//! Every call that changes something, made again: with an `Idempotency-Key`, and with a `guid`. A call
//! that is not in the table fails the test.

use std::collections::BTreeSet;
use std::sync::Barrier;

use serde_json::{Value, json};
use specie::dialect::bitpay::facade::Call;
use specie_testkit::http::{self, Reply};
use specie_testkit::shop::Shop;

use super::applications::{OPEN, satoshi};
use super::facades::token_of;
use super::ledgers::paid;
use super::{House, refused};

/// One call, as its caller makes it.
struct Made {
    path: String,
    body: Value,
    /// Without a signature.
    anyone: bool,
}

impl Made {
    fn signed(path: impl Into<String>, body: Value) -> Self {
        Self { path: path.into(), body, anyone: false }
    }

    fn unsigned(path: &str, body: Value) -> Self {
        Self { path: path.to_owned(), body, anyone: true }
    }

    fn rpc(token: &str, method: &str, params: Value) -> Self {
        let path = if token.is_empty() { "/api".to_owned() } else { format!("/api/{token}") };
        Self::signed(path, json!({ "method": method, "params": params }))
    }

    fn send(&self, house: &House, body: &Value, key: Option<&str>) -> Reply {
        let mut headers = vec![];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let body = body.to_string();
        if self.anyone {
            headers.push(("content-type", "application/json"));
            return house.with_headers("POST", &self.path, &body, &headers);
        }
        house.shop.send_with("POST", &self.path, &body, &headers)
    }

    /// The body with something in it, or in its parameters.
    fn with(&self, name: &str, value: &str) -> Value {
        let mut body = self.body.clone();
        let fields = if body.get("params").is_some() { &mut body["params"] } else { &mut body };
        fields[name] = value.into();
        body
    }
}

/// What is asked, and how often it was done, by the database.
struct Row {
    name: &'static str,
    route: &'static str,
    method: Option<&'static str>,
    call: fn(&House) -> Made,
    done: &'static str,
    /// A `guid` is heard: it is known who asks.
    guid: bool,
}

const CODES: &str = "SELECT count(*) FROM pairing_codes";
const TOKENS: &str = "SELECT count(*) FROM tokens";
const INVOICES: &str = "SELECT count(*) FROM invoices";
const EVENTS: &str = "SELECT count(*) FROM events";
const REFUNDS: &str = "SELECT count(*) FROM refunds";
const DELIVERIES: &str = "SELECT count(*) FROM deliveries";
const APPLICATIONS: &str = "SELECT count(*) FROM applications";
/// It is not in the database.
const NOWHERE: &str = "SELECT 0";

fn row(name: &'static str, route: &'static str, done: &'static str, call: fn(&House) -> Made) -> Row {
    Row { name, route, method: None, call, done, guid: true }
}

fn rpc(method: &'static str, route: &'static str, done: &'static str, call: fn(&House) -> Made) -> Row {
    Row { name: method, route, method: Some(method), call, done, guid: true }
}

fn client(house: &House) -> Shop {
    Shop::named(house.server.url(), "a new one")
}

fn merchant(house: &House) -> String {
    token_of(&house.shop, "merchant")
}

fn order() -> Value {
    json!({ "price": 20, "currency": "USD", "notificationURL": "https://shop.example/ipn" })
}

/// An invoice that its shop can be told of, and its token.
fn told(house: &House) -> (String, String) {
    let made = house.shop.invoice(&order());
    (made["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned())
}

fn rows() -> Vec<Row> {
    vec![
        row("begin", "/tokens", CODES, |house| {
            Made::unsigned("/tokens", json!({ "id": client(house).sin(), "facade": "pos" }))
        }),
        row("claim unsigned", "/tokens", TOKENS, |house| {
            let code = house.code(&house.store);
            Made::unsigned("/tokens", json!({ "id": client(house).sin(), "pairingCode": code }))
        }),
        row("claim", "/tokens", TOKENS, |house| {
            let code = house.code(&house.store);
            Made::signed("/tokens", json!({ "id": house.shop.sin(), "pairingCode": code }))
        }),
        row("invoice", "/invoices", INVOICES, |_| Made::signed("/invoices", order())),
        Row {
            guid: false,
            ..row("invoice of anyone", "/invoices", INVOICES, |house| {
                let token = house
                    .shop
                    .post(&format!("/api/{}", merchant(house)), &json!({ "method": "createPublicPOSToken" }));
                let mut order = order();
                order["token"] = token.data()[0]["token"].clone();
                Made::unsigned("/invoices", order)
            })
        },
        row("adjustment", "/invoices/{id}/adjustments", EVENTS, |house| {
            let invoice = paid(house, "0.0005", 6);
            let path = format!("/invoices/{}/adjustments", invoice["id"].as_str().unwrap());
            Made::signed(path, json!({ "type": "acceptOverPayment" }))
        }),
        row("notification", "/invoices/{id}/notifications", DELIVERIES, |house| {
            Made::signed(format!("/invoices/{}/notifications", told(house).0), json!({}))
        }),
        row("refund", "/invoices/{id}/refunds", REFUNDS, |house| {
            let invoice = paid(house, "0.0004", 6);
            Made::signed(format!("/invoices/{}/refunds", invoice["id"].as_str().unwrap()), json!({}))
        }),
        row("refund of", "/refunds", REFUNDS, |house| {
            let invoice = paid(house, "0.0004", 6);
            Made::signed("/refunds", json!({ "invoiceId": invoice["id"], "amount": 5, "currency": "USD" }))
        }),
        row("session", "/sessions", NOWHERE, |_| Made::signed("/sessions", json!({}))),
        Row {
            guid: false,
            ..row("session of anyone", "/sessions", NOWHERE, |_| Made::unsigned("/sessions", json!({})))
        },
        Row {
            guid: false,
            ..row("application", "/applications", APPLICATIONS, |_| {
                Made::unsigned("/applications", satoshi())
            })
        },
        rpc("createAccount", "/api", APPLICATIONS, |_| Made::rpc("", "createAccount", satoshi())),
        rpc("createToken", "/api", CODES, |house| {
            Made::rpc("", "createToken", json!({ "id": client(house).sin() }))
        }),
        rpc("createToken", "/api", TOKENS, |house| {
            let code = house.code(&house.store);
            Made::rpc("", "createToken", json!({ "id": house.shop.sin(), "pairingCode": code }))
        }),
        rpc("createToken", "/api/{token}", TOKENS, |house| {
            let client = client(house);
            let begun = client.post("/tokens", &json!({ "id": client.sin() })).data()[0].clone();
            let params = json!({ "pairingCode": begun["pairingCode"], "facade": begun["facade"] });
            Made::rpc(&merchant(house), "createToken", params)
        }),
        rpc("createInvoice", "/api/{token}", INVOICES, |house| {
            Made::rpc(&merchant(house), "createInvoice", order())
        }),
        rpc("createPublicPOSToken", "/api/{token}", TOKENS, |house| {
            Made::rpc(&merchant(house), "createPublicPOSToken", json!({ "label": "Phones" }))
        }),
        rpc("creditPartialPayment", "/api/{token}", EVENTS, |house| {
            let invoice = paid(house, "0.0001", 6);
            let token = invoice["token"].as_str().unwrap();
            Made::rpc(token, "creditPartialPayment", json!({ "commit": true }))
        }),
        rpc("creditOverpayment", "/api/{token}", EVENTS, |house| {
            let invoice = paid(house, "0.0005", 6);
            Made::rpc(invoice["token"].as_str().unwrap(), "creditOverpayment", json!({ "commit": true }))
        }),
        rpc("sendNotification", "/api/{token}", DELIVERIES, |house| {
            Made::rpc(&told(house).1, "sendNotification", json!({}))
        }),
        rpc("refund", "/api/{token}", REFUNDS, |house| {
            let invoice = paid(house, "0.0004", 6);
            let address = "mtX8nPZZdJ8d3QNLRJ1oJTiEi26Sj6LQXS";
            let params = json!({ "bitcoinAddress": address, "amount": 20, "currency": "USD" });
            Made::rpc(invoice["token"].as_str().unwrap(), "refund", params)
        }),
    ]
}

fn count(house: &House, row: &Row) -> i64 {
    house.server.sql().query(row.done, &[])[0].integer(0)
}

#[track_caller]
fn is_replay(reply: &Reply, first: &Reply, what: &str) {
    assert_eq!((reply.status, &reply.body), (200, &first.body), "{what}");
    assert_eq!(reply.header("idempotent-replayed"), Some("true"), "{what}");
    assert_ne!(reply.header("request-id"), first.header("request-id"), "{what}");
}

#[test]
fn the_same_call_under_a_key_has_the_same_answer_and_another_one_none() {
    let mut house = House::with(&OPEN, &[]);
    let mut answered = Vec::new();
    for (n, row) in rows().into_iter().enumerate() {
        let (made, key) = ((row.call)(&house), format!("call {n}"));
        let before = count(&house, &row);
        let first = made.send(&house, &made.body, Some(&key));
        assert_eq!(first.status, 200, "{}: {}", row.name, first.body);
        assert_eq!(first.header("idempotent-replayed"), None, "{}", row.name);
        let done = count(&house, &row);
        assert!(done != before || row.done == NOWHERE, "{}: nothing was done", row.name);
        is_replay(&made.send(&house, &made.body, Some(&key)), &first, row.name);
        let other = made.send(&house, &made.with("label", "another"), Some(&key));
        refused(&other, 409, "used with another body", row.name);
        assert_eq!(count(&house, &row), done, "{}: it was done again", row.name);
        answered.push((row, made, key, first));
    }
    // All of them, and a little later.
    house.server.restart();
    for (row, made, key, first) in answered {
        let again = made.send(&house, &made.body, Some(&key));
        match row.route {
            // A session ends with the process that it was begun in.
            "/sessions" => assert_ne!(again.body, first.body),
            _ => is_replay(&again, &first, row.name),
        }
    }
    assert_eq!(house.server.run(&["verify"])["sound"], true);
}

#[test]
fn a_guid_repeats_its_call_and_with_another_body_it_is_another_call() {
    let house = House::with(&OPEN, &[]);
    for (n, row) in rows().into_iter().enumerate() {
        let made = (row.call)(&house);
        let guid = made.with("guid", &format!("call {n}"));
        let first = made.send(&house, &guid, None);
        assert_eq!(first.status, 200, "{}: {}", row.name, first.body);
        let done = count(&house, &row);
        let again = made.send(&house, &guid, None);
        if row.guid {
            is_replay(&again, &first, row.name);
            assert_eq!(count(&house, &row), done, "{}: it was done again", row.name);
        } else {
            assert_eq!((again.status, again.header("idempotent-replayed")), (200, None), "{}", row.name);
            assert_ne!(again.body, first.body, "{}", row.name);
        }
        let mut other = guid.clone();
        other["label"] = "another".into();
        let other = made.send(&house, &other, None);
        assert_eq!(other.header("idempotent-replayed"), None, "{}", row.name);
        assert_ne!(other.status, 409, "{}: {}", row.name, other.body);
    }
}

#[test]
fn no_call_that_changes_something_is_missing_here() {
    const READS: [Call; 9] = [
        Call::GetInvoice,
        Call::GetInvoiceBusToken,
        Call::GetRateForCurrency,
        Call::GetRates,
        Call::GetCurrencies,
        Call::GetInvoiceSettings,
        Call::FindInvoices,
        Call::GetLedgers,
        Call::GetRefunds,
    ];
    // Listening is the same however often it is said: by the listener's name, and by the attempt that was made.
    const REPEATABLE: [&str; 3] = ["/listeners", "/listeners/{}/deliveries", "/listeners/{}/deliveries/{}"];
    let rows = rows();
    let routes = rows.iter().map(|row| unnamed(row.route)).chain(REPEATABLE.map(str::to_owned));
    assert_eq!(routes.collect::<BTreeSet<_>>(), posts(&House::open()));
    let methods: BTreeSet<&str> = rows.iter().filter_map(|row| row.method).collect();
    let changing =
        Call::ALL.into_iter().filter(|call| !READS.contains(call) && *call != Call::GetLedgerEntries);
    assert_eq!(methods, changing.map(Call::method).collect());
}

/// The paths that take `POST`, as the server's own reference has them, apart from the panel's.
fn posts(house: &House) -> BTreeSet<String> {
    let reference = http::get(&format!("{}/openapi.json", house.server.url())).json();
    let paths = reference["paths"].as_object().unwrap().iter();
    let posts = paths.filter(|(path, item)| !path.starts_with("/api/v1/") && item.get("post").is_some());
    posts.map(|(path, _)| unnamed(path)).collect()
}

#[test]
fn nobody_gets_anothers_answer_by_guessing_the_key() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    let key = [("idempotency-key", "1"), ("content-type", "application/json")];
    let body = json!({ "id": client(&house).sin(), "facade": "pos" }).to_string();
    let begun = house.with_headers("POST", "/tokens", &body, &key);
    // The identity is the same, but nothing says that it is the one that asked before.
    for other in [&house.shop, &neighbour] {
        let signed = other.send_with("POST", "/tokens", &body, &key[..1]);
        assert_eq!((signed.status, signed.header("idempotent-replayed")), (200, None));
        assert_ne!(signed.data()[0]["pairingCode"], begun.data()[0]["pairingCode"]);
    }
    // The same bytes with the tokens of two invoices are two calls.
    let call = json!({ "method": "sendNotification" }).to_string();
    for _ in 0..2 {
        let path = format!("/api/{}", told(&house).1);
        let reply = house.shop.send_with("POST", &path, &call, &key[..1]);
        assert_eq!((reply.status, reply.header("idempotent-replayed")), (200, None), "{}", reply.body);
    }
    let stored = house.server.sql().query("SELECT reply FROM idempotency", &[]);
    let token = begun.data()[0]["token"].as_str().unwrap().to_owned();
    assert!(
        !stored.is_empty() && stored.iter().all(|row| !row.text(0).contains(&token)),
        "no secret is kept"
    );
}

#[test]
fn an_unsigned_call_is_repeated_from_the_same_address_alone() {
    let house = House::with(&["--trusted-proxy", "127.0.0.1"], &[]);
    let body = json!({ "id": client(&house).sin(), "facade": "pos" }).to_string();
    let ask = |from: &str| {
        let headers =
            [("idempotency-key", "1"), ("content-type", "application/json"), ("x-forwarded-for", from)];
        house.with_headers("POST", "/tokens", &body, &headers)
    };
    let (first, elsewhere, again) = (ask("192.0.2.1"), ask("192.0.2.2"), ask("192.0.2.1"));
    is_replay(&again, &first, "the same address");
    assert_ne!(elsewhere.data()[0]["pairingCode"], first.data()[0]["pairingCode"]);
}

#[test]
fn what_was_refused_can_be_done_under_the_same_key_later() {
    let house = House::open();
    let code = house.code(&house.store);
    let key = [("idempotency-key", "1")];
    // Burnt by somebody whose identity is paired with another store.
    let (_, neighbour) = house.neighbour();
    let claim = json!({ "id": neighbour.sin(), "pairingCode": code }).to_string();
    for words in ["ReusedKey", "not found"] {
        let reply = neighbour.send_with("POST", "/tokens", &claim, &key);
        assert!(reply.status >= 400 && reply.error().contains(words), "{}", reply.body);
    }
    let invoice = house.twenty();
    let path = format!("/invoices/{}/adjustments", invoice["id"].as_str().unwrap());
    let accept = json!({ "type": "acceptOverPayment" }).to_string();
    assert_eq!(house.shop.send_with("POST", &path, &accept, &key).status, 400, "nothing was paid");
    assert_eq!(house.server.sql().query("SELECT 1 FROM idempotency", &[]).len(), 0);
}

#[test]
fn what_was_answered_stays_the_answer_though_it_could_not_be_done_any_more() {
    let mut house = House::open();
    house.server.run(&["rates", "set", "--store", &house.store, "BTC_NOK", "500000"]);
    let body = json!({ "price": 100, "currency": "NOK" }).to_string();
    let send = |house: &House| house.shop.send_with("POST", "/invoices", &body, &[("idempotency-key", "1")]);
    let first = send(&house);
    assert_eq!(first.status, 200, "{}", first.body);
    house.server.run(&["rates", "unset", "--store", &house.store, "BTC_NOK"]);
    house.server.restart();
    is_replay(&send(&house), &first, "there is no rate any more");
    refused(&house.shop.send("POST", "/invoices", &body), 400, "no rate", "without the key");
}

#[test]
fn of_many_at_once_under_one_key_one_is_done_and_those_with_another_body_are_told() {
    let house = House::open();
    let all_ready = Barrier::new(8);
    let ask = &|n: usize| {
        let body = json!({ "price": 20 + n % 2, "currency": "USD" }).to_string();
        all_ready.wait();
        house.shop.send_with("POST", "/invoices", &body, &[("idempotency-key", "1")])
    };
    let replies: Vec<Reply> = std::thread::scope(|all| {
        let asked: Vec<_> = (0..8).map(|n| all.spawn(move || ask(n))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    let answers: BTreeSet<&str> =
        replies.iter().filter(|reply| reply.status == 200).map(|reply| reply.body.as_str()).collect();
    assert_eq!(answers.len(), 1, "{replies:?}");
    assert_eq!(replies.iter().filter(|reply| reply.status == 409).count(), 4, "{replies:?}");
    let anew = |reply: &&Reply| reply.status == 200 && reply.header("idempotent-replayed").is_none();
    assert_eq!(replies.iter().filter(anew).count(), 1, "{replies:?}");
    assert_eq!(house.invoices(), 1);
}

/// A path without the names of its parts.
fn unnamed(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
