//! Notifications, heard by a receiver as a shop has one: which, in which order, with which
//! bodies, and what becomes of those that do not arrive.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../time/aging.rs"]
mod aging;
mod bodies;
mod database;
mod delivery;
mod endpoints;
mod events;

use serde_json::{Value, json};
use specie_testkit::receiver::Receiver;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// A server with a practice store and a client of it.
fn open() -> (Server, Shop) {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    (server, shop)
}

/// An order of 20 USD, told to a receiver, with further fields.
fn order(receiver: &Receiver, more: &Value) -> Value {
    let mut body = json!({ "price": 20, "currency": "USD", "notificationURL": receiver.url("/ipn") });
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

fn id_of(invoice: &Value) -> String {
    invoice["id"].as_str().expect("an id").to_owned()
}

/// What a body tells, in short: the status; of a named one, the number before it.
fn short(body: &Value) -> String {
    match body.get("event") {
        Some(event) => format!("{} {}", event["code"], body["data"]["status"].as_str().expect("a status")),
        None => body["status"].as_str().expect("a status").to_owned(),
    }
}

/// Waits until as many have arrived as are expected, then compares all that has arrived about an
/// invoice.
fn assert_told(receiver: &Receiver, invoice: &str, expected: &[&str]) {
    let about = |body: &Value| body["id"] == invoice || body["data"]["id"] == invoice;
    let told = || receiver.bodies().iter().filter(|body| about(body)).map(short).collect::<Vec<_>>();
    specie_testkit::wait::until(&format!("{expected:?}"), || (told().len() >= expected.len()).then_some(()));
    assert_eq!(told(), expected);
}
