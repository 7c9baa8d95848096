//! Scenarios over the API: each leads where its name says, and what is paid with real coins is refused.

use serde_json::{Value, json};
use specie_testkit::http::Reply;

use super::{House, generate, refused};

fn play(house: &House, number: &Value, body: &Value) -> Reply {
    house.post(&format!("/invoices/{number}/practice"), body)
}

#[test]
fn each_scenario_is_answered_with_the_invoice_as_it_is_then() {
    let house = House::open();
    let made = house.twenty();
    assert_eq!(made["livemode"], false);
    assert_eq!(house.get("/stores/1").json()["data"]["livemode"], false);
    for (scenarios, status, exception) in [
        (vec![json!({ "scenario": "pay" })], "paid", json!(null)),
        (vec![json!({ "scenario": "pay", "amount": 0.0001 })], "new", json!("paid_partial")),
        (vec![json!({ "scenario": "underpay", "amount": "0.00039999" })], "new", json!("paid_partial")),
        (
            vec![json!({ "scenario": "overpay" }), json!({ "scenario": "mine", "blocks": 6 })],
            "complete",
            json!("paid_over"),
        ),
        (vec![json!({ "scenario": "pay_late" })], "expired", json!("paid_late")),
        (vec![json!({ "scenario": "pay" }), json!({ "scenario": "replace" })], "paid", json!(null)),
        (vec![json!({ "scenario": "pay" }), json!({ "scenario": "double_spend" })], "new", json!(null)),
        (
            vec![
                json!({ "scenario": "pay" }),
                json!({ "scenario": "mine", "blocks": 2 }),
                json!({ "scenario": "reorg", "blocks": 2 }),
            ],
            // What was confirmed is, until it is lost.
            "confirmed",
            json!(null),
        ),
        (
            vec![
                json!({ "scenario": "pay" }),
                json!({ "scenario": "mine" }),
                json!({ "scenario": "reorg_vanish" }),
            ],
            "invalid",
            json!(null),
        ),
        (vec![json!({ "scenario": "expire" })], "expired", json!(null)),
    ] {
        let number = house.twenty()["id"].clone();
        let replies: Vec<Reply> = scenarios.iter().map(|body| play(&house, &number, body)).collect();
        for reply in &replies {
            assert_eq!((reply.status, &reply.json()["success"]), (200, &json!(true)), "{}", reply.body);
        }
        let invoice = &replies.last().unwrap().json()["data"];
        assert_eq!(
            (&invoice["status"], &invoice["exception"]),
            (&json!(status), &exception),
            "{scenarios:?}"
        );
    }
    let verified = house.server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let house = House::open();
    let number = house.twenty()["id"].clone();
    for (body, status, message) in [
        (json!({ "scenario": "reorg" }), 409, "no payment of this invoice is in a block"),
        (json!({ "scenario": "replace" }), 409, "no payment of this invoice waits for its first block"),
        (
            json!({ "scenario": "overpay", "amount": 0.0004 }),
            409,
            "this amount does not fit: it has to be more than what is missing",
        ),
        (
            json!({ "scenario": "mine", "amount": 1 }),
            422,
            "The amount field must not be there: nothing is paid by mine.",
        ),
        (json!({}), 422, "The scenario field is required."),
    ] {
        let reply = play(&house, &number, &body);
        assert_eq!((reply.status, &reply.json()["message"]), (status, &json!(message)), "{body}");
    }
    assert_eq!(house.read(&number)["status"], "new");
}

#[test]
fn only_who_may_change_the_invoice_plays() {
    let house = House::open();
    let number = house.twenty()["id"].clone();
    let path = format!("/invoices/{number}/practice");
    let body = json!({ "scenario": "pay" }).to_string();
    let unauthorized = json!({ "message": "This action is unauthorized." });
    let mut browser = super::merchant(&house.server, super::OWNER);
    let reader = generate(&mut browser, &[("read_only", "1")]);
    for token in [house.neighbour(), reader] {
        refused(&house.call_with(&token, "POST", &path, &body, &[]), 403, &unauthorized, "another");
    }
    let nobody = json!({ "message": "Unauthenticated. Invalid API Key." });
    refused(&house.with_headers("POST", &path, &body, &[]), 401, &nobody, "nobody");
    assert_eq!(house.post("/invoices/999/practice", &json!({ "scenario": "pay" })).status, 404);
    assert_eq!(house.read(&number)["status"], "new");
}

#[test]
fn what_is_paid_with_real_coins_is_not_played_with() {
    let mut house = House::open();
    let number = house.twenty()["id"].clone();
    // As if this server had followed a real chain once.
    assert_eq!(house.server.stop(), 0);
    for table in ["invoices", "stores"] {
        house.server.sql().execute(&format!("UPDATE {table} SET network = 'regtest'"), &[]);
    }
    house.server.restart();
    assert_eq!(house.read(&number)["livemode"], true);
    let message = "only invoices of practice stores can be paid or changed so";
    for scenario in ["pay", "mine", "expire"] {
        let reply = play(&house, &number, &json!({ "scenario": scenario }));
        refused(&reply, 409, &json!({ "success": false, "message": message }), scenario);
    }
    assert_eq!(house.read(&number)["status"], "new");
}
