//! One invoice's whole JSON in its states, and a store's.

use serde_json::{Value, json};
use specie_testkit::wait::until;

use super::{House, public_id};

/// Compares with `snapshots/NAME.snap`, which is the same file on every engine.
fn assert_golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What differs from run to run is replaced by its name, wherever it stands: inside links too.
fn redacted(house: &House, shown: &Value) -> String {
    let mut text = serde_json::to_string_pretty(shown).unwrap();
    let mut names = vec![(house.server.url().to_owned(), "https://pay.example")];
    if shown["checkout_url"].is_string() {
        names.push((public_id(shown).to_owned(), "[id]"));
    }
    for (field, name) in [("address", "[address]"), ("expires_at", "[time]"), ("created_at", "[time]")] {
        names.extend(shown[field].as_str().map(|value| (value.to_owned(), name)));
    }
    for (field, name) in [("txid", "[txid]"), ("seen_at", "[time]")] {
        names.extend(shown["payments"][0][field].as_str().map(|value| (value.to_owned(), name)));
    }
    for (value, name) in names {
        text = text.replace(&value, name);
    }
    text
}

#[test]
fn an_invoice_from_new_to_complete_and_its_store() {
    let house = House::open();
    let made = house.invoice(&json!({
        "amount": 20, "currency": "USD", "order_id": "A-1", "buyer_email": "ann@shop.example",
        "description": "A book", "metadata": { "till": 7 }, "redirect_url": "https://shop.example/thanks",
    }));
    assert_golden("created", &redacted(&house, &made));
    house.server.pay(public_id(&made));
    assert_golden("paid", &redacted(&house, &house.until_status(&made["id"], "paid")));
    house.server.mine(6);
    assert_golden("complete", &redacted(&house, &house.until_status(&made["id"], "complete")));
    assert_golden("store", &redacted(&house, &house.get("/stores/1").json()["data"]));
}

#[test]
fn an_invoice_that_is_not_paid_in_full() {
    let house = House::open();
    let made = house.twenty();
    house.server.run(&["sandbox", "pay", public_id(&made), "--amount", "0.0001"]);
    let partial = until("the payment", || {
        Some(house.read(&made["id"])).filter(|invoice| invoice["exception"] == "paid_partial")
    });
    assert_golden("partial", &redacted(&house, &partial));
}
