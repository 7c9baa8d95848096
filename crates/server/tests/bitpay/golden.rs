//! One invoice's whole JSON in each of its states, for its store and for the public.

use serde_json::{Value, json};

use super::House;

/// Compares with `snapshots/NAME.snap`, which is the same file on every engine.
pub fn assert_golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What differs from run to run is replaced by its name, wherever it stands: inside links too.
fn redacted(house: &House, invoice: &Value) -> String {
    let mut text = serde_json::to_string_pretty(invoice).unwrap();
    let mut names = vec![(house.server.url().to_owned(), "https://pay.example")];
    for (field, name) in
        [("id", "[id]"), ("bitcoinAddress", "[address]"), ("token", "[token]"), ("guid", "[guid]")]
    {
        names.extend(invoice[field].as_str().map(|value| (value.to_owned(), name)));
    }
    let payment = &invoice["transactions"][0];
    names.extend(payment["txid"].as_str().map(|txid| (txid.to_owned(), "[txid]")));
    for field in ["time", "receivedTime"] {
        let time = payment[field].as_str().filter(|time| !time.starts_with("1970"));
        names.extend(time.map(|time| (time.to_owned(), "[time]")));
    }
    let received = &invoice["cryptoInfo"][0]["payments"][0]["receivedDate"];
    names.extend(received.as_str().map(|date| (date.to_owned(), "[date]")));
    for field in ["invoiceTime", "expirationTime", "currentTime"] {
        names.push((invoice[field].to_string(), "\"[ms]\""));
    }
    for (value, name) in names {
        text = text.replace(&value, name);
    }
    text
}

#[test]
fn an_invoice_from_new_to_complete() {
    let house = House::open();
    let made = house.shop.post(
        "/invoices",
        &json!({
            "price": 20, "currency": "USD", "orderId": "A-1", "itemDesc": "A book", "itemCode": "978",
            "posData": "{\"till\": 7}", "taxIncluded": 1.5, "buyer": { "name": "Ann", "city": "Zürich" },
            "redirectURL": "https://shop.example/thanks",
        }),
    );
    let created = made.json();
    assert_eq!(created["facade"], "pos/invoice");
    let id = created["data"]["id"].as_str().unwrap();
    let public = || house.anyone("GET", &format!("/invoices/{id}"), "").data();
    assert_golden("created", &redacted(&house, &created["data"]));
    // Read, it differs in nothing but the time.
    assert_eq!(redacted(&house, &house.shop.read(id)), redacted(&house, &created["data"]));
    assert_golden("new_public", &redacted(&house, &public()));

    house.server.pay(id);
    assert_golden("paid", &redacted(&house, &house.shop.until_status(id, "paid")));
    house.server.mine(1);
    assert_golden("confirmed", &redacted(&house, &house.shop.until_status(id, "confirmed")));
    house.server.mine(5);
    assert_golden("complete", &redacted(&house, &house.shop.until_status(id, "complete")));
    assert_golden("complete_public", &redacted(&house, &public()));
}

#[test]
fn an_invoice_that_is_not_paid_in_full() {
    let house = House::open();
    let id = house.twenty()["id"].as_str().unwrap().to_owned();
    house.server.run(&["sandbox", "pay", &id, "--amount", "0.0001"]);
    let partial = specie_testkit::wait::until("the payment", || {
        Some(house.shop.read(&id)).filter(|invoice| invoice["exceptionStatus"] == "paidPartial")
    });
    assert_golden("partial", &redacted(&house, &partial));
}

#[test]
fn an_invoice_whose_price_is_not_known_yet() {
    let house = House::open();
    let made = house.shop.invoice(&json!({ "currency": "EUR" }));
    assert_golden("top_up", &redacted(&house, &made));
}

#[test]
fn a_free_invoice() {
    let house = House::with(&[], &["--allow-zero-price"]);
    let made = house.shop.invoice(&json!({ "price": 0 }));
    assert_golden("free", &redacted(&house, &made));
}
