//! The same request again is the same invoice, and says so.

use serde_json::json;

use super::{House, generate, public_id, refused};

const KEY: (&str, &str) = ("idempotency-key", "order-1");
const PATH: &str = "/stores/1/invoices";

#[test]
fn a_repeated_key_gets_the_first_answer_byte_for_byte_and_says_that_it_does() {
    let mut house = House::open();
    let body = json!({ "amount": 20, "currency": "USD" }).to_string();
    let send = |house: &House| house.call_with(&house.token, "POST", PATH, &body, &[KEY]);
    let first = send(&house);
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
    house.server.pay(public_id(&first.json()["data"]));
    house.until_status(&json!(1), "paid");
    house.server.restart();
    let again = send(&house);
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_ne!(again.header("request-id"), first.header("request-id"));
    assert_eq!(house.server.sql().query("SELECT id FROM invoices", &[]).len(), 1);
}

#[test]
fn a_key_belongs_to_its_token_its_store_and_its_body() {
    let mut house = House::open();
    house.server.practice_store("Own, too", &[]);
    let other = generate(&mut house.browser, &[]);
    let body = json!({ "amount": 20, "currency": "USD" }).to_string();
    let number = |token: &str, path: &str| {
        let reply = house.call_with(token, "POST", path, &body, &[KEY]);
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()["data"]["id"].as_i64().unwrap()
    };
    let made = [number(&house.token, PATH), number(&other, PATH), number(&house.token, "/stores/2/invoices")];
    assert_eq!(made, [1, 2, 3]);
    let conflict = json!({ "success": false, "message": "this idempotency key was used with another body" });
    let reply = house.call_with(&house.token, "POST", PATH, r#"{"amount":21,"currency":"USD"}"#, &[KEY]);
    refused(&reply, 409, &conflict, "another body");
    for key in ["", &"k".repeat(201)] {
        let reply = house.call_with(&house.token, "POST", PATH, &body, &[("idempotency-key", key)]);
        assert_eq!((reply.status, &reply.json()["success"]), (400, &json!(false)), "{key}");
    }
    assert_eq!(house.twenty()["id"], 4, "without one every request is new");
}
