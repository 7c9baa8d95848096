//! `POST /invoices/{id}/notifications`, and the same call over JSON-RPC: how often a shop is told again.

use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::receiver::Receiver;

use super::{House, refused};

#[test]
fn a_store_has_sixty_invoices_a_minute_told_again_over_both_ways_together() {
    let house = House::open();
    let receiver = Receiver::start();
    let order = json!({ "price": 20, "currency": "USD", "notificationURL": receiver.url("/ipn") });
    let invoice = house.shop.invoice(&order);
    let path = |invoice: &Value| format!("/invoices/{}/notifications", invoice["id"].as_str().unwrap());
    let call = |invoice: &Value| {
        let path = format!("/api/{}", invoice["token"].as_str().unwrap());
        house.shop.post(&path, &json!({ "method": "sendNotification" }))
    };
    let ask =
        |by_path: bool| if by_path { house.shop.post(&path(&invoice), &json!({})) } else { call(&invoice) };
    let first: Vec<u16> = (0..60).map(|n| ask(n < 30).status).collect();
    assert_eq!(first, [200; 60]);
    // A second brings back one.
    let limited = |reply: &Reply| reply.status != 200;
    let refusal = (0..200).map(|_| ask(true)).find(limited).expect("a refusal");
    refused(&refusal, 429, "Too many requests", "by its path");
    let refusal = (0..200).map(|_| ask(false)).find(limited).expect("a refusal");
    refused(&refusal, 429, "Too many requests", "by its method");
    let (_, neighbour) = house.neighbour();
    let theirs = neighbour.invoice(&order);
    assert_eq!(neighbour.post(&path(&theirs), &json!({})).status, 200, "another store is not held up");
}
