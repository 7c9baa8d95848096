//! The same request again is the same invoice.

use serde_json::json;

use super::{House, refused};

const KEY: (&str, &str) = ("idempotency-key", "order-1");

#[test]
fn a_repeated_key_gets_the_first_answer_byte_for_byte() {
    let mut house = House::open();
    let body = json!({ "price": 20, "orderId": "1", "posData": "é" }).to_string();
    let first = house.shop.send_with("POST", "/invoices", &body, &[KEY]);
    let id = first.data()["id"].as_str().unwrap().to_owned();
    // Whatever happened in between: what was answered is what is answered.
    house.server.pay(&id);
    house.shop.until_status(&id, "paid");
    for path in ["/invoices", "/invoices/", "//invoices"] {
        let again = house.shop.send_with("POST", path, &body, &[KEY]);
        assert_eq!((again.status, &again.body), (200, &first.body), "{path}");
    }
    house.server.restart();
    let again = house.shop.send_with("POST", "/invoices", &body, &[KEY]);
    assert_eq!((again.status, &again.body), (200, &first.body), "after a restart");
    assert_eq!(house.invoices(), 1);
}

#[test]
fn a_key_with_another_body_is_409() {
    let house = House::open();
    let body = json!({ "price": 20 }).to_string();
    assert_eq!(house.shop.send_with("POST", "/invoices", &body, &[KEY]).status, 200);
    for other in [r#"{"price": 20}"#, r#"{"price":21}"#] {
        let reply = house.shop.send_with("POST", "/invoices", other, &[KEY]);
        refused(&reply, 409, "used with another body", other);
    }
    assert_eq!(house.shop.send_with("POST", "/invoices", &body, &[KEY]).status, 200);
    assert_eq!(house.invoices(), 1);
}

#[test]
fn a_key_is_its_caller_s_own() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    let key = super::auth::basic(&house.api_key());
    let body = json!({ "price": 20 }).to_string();
    let own = house.shop.send_with("POST", "/invoices", &body, &[KEY]).data();
    let theirs = neighbour.send_with("POST", "/invoices", &body, &[KEY]).data();
    let headers = [("content-type", "application/json"), ("authorization", &*key), KEY];
    let with_key = house.with_headers("POST", "/invoices", &body, &headers).data();
    assert!(own["id"] != theirs["id"] && own["id"] != with_key["id"]);
    assert_eq!(house.with_headers("POST", "/invoices", &body, &headers).data(), with_key);
}

#[test]
fn a_request_that_was_refused_can_be_made_again() {
    let house = House::open();
    let body = json!({ "price": 100, "currency": "NOK" }).to_string();
    refused(&house.shop.send_with("POST", "/invoices", &body, &[KEY]), 400, "no rate", "before");
    house.server.run(&["rates", "set", "--store", &house.store, "BTC_NOK", "500000"]);
    assert_eq!(house.shop.send_with("POST", "/invoices", &body, &[KEY]).status, 200);
}

#[test]
fn a_guid_repeats_its_request_but_with_another_body_it_is_another_invoice() {
    let house = House::open();
    let body = json!({ "price": 20, "guid": "order-1" });
    let first = house.shop.post("/invoices", &body);
    let again = house.shop.post("/invoices", &body);
    assert_eq!((again.status, &again.body), (200, &first.body));
    let other = json!({ "price": 30, "guid": "order-1" });
    let second = house.shop.post("/invoices", &other);
    assert_ne!(second.data()["id"], first.data()["id"]);
    // Each body has its own answer from then on.
    assert_eq!(house.shop.post("/invoices", &other).body, second.body);
    assert_eq!(house.shop.post("/invoices", &body).body, first.body);
    assert_eq!(house.invoices(), 2);
    // Without either, every request is new.
    assert_ne!(house.twenty()["id"], house.twenty()["id"]);
}

#[test]
fn keys_that_are_none_are_refused() {
    let house = House::open();
    for key in ["", &"k".repeat(201)] {
        let reply = house.shop.send_with("POST", "/invoices", r#"{"price":1}"#, &[("idempotency-key", key)]);
        refused(&reply, 400, "Idempotency-Key", key);
    }
    assert_eq!(house.invoices(), 0);
    // A guid that cannot be one is just not one.
    for guid in [json!("k".repeat(201)), json!({ "a": 1 }), json!([1]), json!("")] {
        let body = json!({ "price": 1, "guid": guid });
        assert_ne!(house.shop.invoice(&body)["id"], house.shop.invoice(&body)["id"], "{guid}");
    }
}
