//! A merchant's metrics: what they add up to, and that they are what the invoices say.

use serde_json::{Value, json};
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::wait::until;

use super::{House, generate, public_id};

fn summary(house: &House, token: &str) -> Value {
    let reply = house.call_with(token, "GET", "/balance-or-summary", "", &[]);
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["data"].clone()
}

/// The metrics as soon as a part of them is as it should be.
fn until_part(house: &House, part: &str, expected: &Value) -> Value {
    let what = format!("{part} becoming {expected}");
    until(&what, || Some(summary(house, &house.token)).filter(|all| all.pointer(part) == Some(expected)))
}

fn statuses(expected: &[(&str, i64)]) -> Value {
    let mut all = json!({ "new": 0, "paid": 0, "confirmed": 0, "complete": 0, "expired": 0, "invalid": 0 });
    for (status, count) in expected {
        all[*status] = json!(count);
    }
    all["total"] = json!(expected.iter().map(|(_, count)| count).sum::<i64>());
    all
}

#[test]
fn nothing_sold_is_nothing() {
    let house = House::open();
    let nothing = json!({ "sales": 0, "currencies": {}, "btc": 0 });
    let metrics = json!({
        "balance": { "BTC": { "settled": 0, "pending": 0, "refunded": 0 } },
        "invoices": statuses(&[]),
        "volume": { "today": nothing, "last_7_days": nothing, "last_30_days": nothing },
        "average_ticket": {},
        "conversion": null,
        "needs_attention": { "partial": 0, "late": 0, "over": 0, "failing_webhooks": 0 },
    });
    let mut all = summary(&house, &house.token);
    let mut store = all["stores"][0].take();
    all.as_object_mut().unwrap().remove("stores");
    assert_eq!(all, metrics);
    assert_eq!((store["id"].take(), store["name"].take()), (json!(1), json!("Alder & Finch Books")));
    store.as_object_mut().unwrap().retain(|name, _| !["id", "name"].contains(&name.as_str()));
    assert_eq!(store, metrics, "a store has the same");
    let reply = house.with_headers("GET", "/balance-or-summary", "", &[]);
    assert_eq!(
        (reply.status, reply.json()),
        (401, json!({ "message": "Unauthenticated. Invalid API Key." }))
    );
}

#[test]
fn sales_are_counted_once_they_are_confirmed_and_in_their_own_currency() {
    let house = House::open();
    let order =
        |amount: &str, currency: &str| house.invoice(&json!({ "amount": amount, "currency": currency }));
    let sold = [order("20", "USD"), order("30.5", "USD"), order("0.001", "BTC")];
    order("7", "USD");
    until_part(&house, "/invoices", &statuses(&[("new", 4)]));
    for invoice in &sold {
        house.server.pay(public_id(invoice));
    }
    let paid = until_part(&house, "/invoices", &statuses(&[("new", 1), ("paid", 3)]));
    // 0.0004 and 0.00061 at 50,000, and 0.001.
    assert_eq!(paid["balance"]["BTC"], json!({ "settled": 0, "pending": number("0.00201"), "refunded": 0 }));
    assert_eq!(paid["conversion"].to_string(), "0.75");
    assert_eq!(paid["volume"]["today"]["sales"], 0, "an unconfirmed payment is no sale yet");
    house.server.mine(1);
    let confirmed = until_part(&house, "/invoices", &statuses(&[("new", 1), ("confirmed", 3)]));
    let volume = json!({
        "sales": 3,
        "currencies": { "USD": number("50.5"), "BTC": number("0.001") },
        "btc": number("0.00201"),
    });
    for period in ["today", "last_7_days", "last_30_days"] {
        assert_eq!(confirmed["volume"][period], volume, "{period}");
    }
    assert_eq!(confirmed["average_ticket"], json!({ "USD": number("25.25"), "BTC": number("0.001") }));
    house.server.mine(5);
    let complete = until_part(&house, "/invoices", &statuses(&[("new", 1), ("complete", 3)]));
    assert_eq!(
        complete["balance"]["BTC"],
        json!({ "settled": number("0.00201"), "pending": 0, "refunded": 0 })
    );
    assert_eq!(complete["volume"]["today"], volume, "a sale is counted once");

    // As if all that had been a week ago.
    let mut sql = house.server.sql();
    assert_eq!(sql.execute("UPDATE summary_sales SET day = day - 7", &[]), 2);
    let later = summary(&house, &house.token)["volume"].clone();
    let sales = |period: &str| later[period]["sales"].as_i64().unwrap();
    assert_eq!((sales("today"), sales("last_7_days"), sales("last_30_days")), (0, 0, 3));
}

#[test]
fn a_sale_that_a_reorganisation_undoes_is_taken_back() {
    let house = House::open();
    let made = house.twenty();
    let txid = house.server.pay(public_id(&made));
    house.server.mine(1);
    until_part(&house, "/volume/today/sales", &json!(1));
    house.server.run(&["sandbox", "reorg", "1"]);
    house.server.run(&["sandbox", "double-spend", &txid]);
    let after = until_part(&house, "/invoices", &statuses(&[("invalid", 1)]));
    assert_eq!(after["volume"]["today"], json!({ "sales": 0, "currencies": {}, "btc": 0 }));
}

#[test]
fn what_needs_attention_is_counted() {
    let house = House::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Status(500));
    let [short, over] = ["0.0001", "0.001"].map(|amount| {
        let made = house.twenty();
        house.server.run(&["sandbox", "pay", public_id(&made), "--amount", amount]);
        made
    });
    assert_ne!(short["id"], over["id"]);
    let failing = json!({ "amount": 1, "currency": "USD", "webhook_url": receiver.url("/hook") });
    house.invoice(&failing);
    let attention = json!({ "partial": 1, "late": 0, "over": 1, "failing_webhooks": 1 });
    let all = until_part(&house, "/needs_attention", &attention);
    assert_eq!(all["stores"][0]["needs_attention"], attention);
}

#[test]
fn stores_add_up_and_a_token_sees_its_own_alone() {
    let mut house = House::open();
    let theirs = house.neighbour();
    house.server.practice_store("Own, too", &[]);
    let order = json!({ "amount": 20, "currency": "USD" });
    for store in [1, 3, 3] {
        assert_eq!(house.post(&format!("/stores/{store}/invoices"), &order).status, 201);
    }
    let all = until_part(&house, "/invoices/total", &json!(3));
    let stores: Vec<_> = all["stores"].as_array().unwrap().iter().collect();
    let short: Vec<_> = stores.iter().map(|one| (&one["id"], &one["invoices"]["total"])).collect();
    assert_eq!(short, [(&json!(3), &json!(2)), (&json!(1), &json!(1))]);
    assert_eq!(summary(&house, &theirs)["invoices"]["total"], 0);
    let narrow = generate(&mut house.browser, &[("store", &house.store.clone())]);
    let one = summary(&house, &narrow);
    assert_eq!((&one["invoices"]["total"], one["stores"].as_array().unwrap().len()), (&json!(1), 1));
}

#[test]
fn a_restart_counts_nothing_twice() {
    let mut house = House::open();
    house.twenty();
    until_part(&house, "/invoices/total", &json!(1));
    house.server.restart();
    house.twenty();
    let all = until_part(&house, "/invoices", &statuses(&[("new", 2)]));
    assert_eq!(all["conversion"], 0);
}

/// A number as it is written.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
