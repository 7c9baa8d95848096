//! Making and reading invoices.

use serde_json::{Value, json};
use specie_testkit::wait::until;

use super::{House, bitpay, public_id, refused};

#[test]
fn an_invoice_is_made_from_the_documents_own_example() {
    let house = House::open();
    let made = house.invoice(&json!({
        "amount": 0.001, "currency": "BTC", "order_id": "ORD-123", "buyer_email": "jdach@example.org",
    }));
    assert_eq!(made["id"], 1);
    assert_eq!(made["invoice_number"], "INV-000001");
    assert_eq!(made["amount"].to_string(), "0.001");
    assert_eq!((&made["currency"], &made["status"]), (&json!("BTC"), &json!("new")));
    assert_eq!(made["amount_due_btc"].to_string(), "0.001");
    assert_eq!(made["order_id"], "ORD-123");
    assert_eq!(made["buyer_email"], "jdach@example.org");
    assert_eq!(house.read(&made["id"]), made, "read, it is the same");
    let next = house.twenty();
    assert_eq!((&next["id"], &next["invoice_number"]), (&json!(2), &json!("INV-000002")));
}

#[test]
fn what_was_given_along_comes_back_and_leads_the_buyer() {
    let house = House::open();
    let metadata = json!({ "table": 7, "note": "é \u{0}", "exact": 0.10 });
    let made = house.invoice(&json!({
        "amount": "19.90", "currency": "EUR", "order_id": 42, "description": "Tea for two", "expires_in": 60,
        "metadata": metadata, "redirect_url": "https://shop.example/thanks",
    }));
    assert_eq!(made["amount"].to_string(), "19.9");
    assert_eq!((&made["order_id"], &made["description"]), (&json!("42"), &json!("Tea for two")));
    assert_eq!(
        (&made["metadata"], &made["redirect_url"]),
        (&metadata, &json!("https://shop.example/thanks"))
    );
    let at = |field: &str| made[field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(at("expires_at").as_second() - at("created_at").as_second(), 3600);
    let page = specie_testkit::http::get(made["checkout_url"].as_str().unwrap());
    assert_eq!(page.status, 200);
    assert!(page.body.contains(made["address"].as_str().unwrap()), "{}", page.body);
    let link = made["bip21"].as_str().unwrap();
    assert_eq!(link, format!("bitcoin:{}?amount={}", made["address"].as_str().unwrap(), made["due_btc"]));
}

#[test]
fn payments_are_shown_with_what_is_missing() {
    let house = House::open();
    let made = house.twenty();
    let id = public_id(&made).to_owned();
    house.server.run(&["sandbox", "pay", &id, "--amount", "0.0001"]);
    let partial = until("the payment", || {
        Some(house.read(&made["id"])).filter(|invoice| invoice["exception"] == "paid_partial")
    });
    assert_eq!((&partial["status"], &partial["paid_btc"].to_string()), (&json!("new"), &"0.0001".to_owned()));
    let due = |invoice: &Value, field: &str| -> rust_decimal::Decimal {
        invoice[field].to_string().parse().unwrap()
    };
    assert_eq!(due(&partial, "due_btc") + due(&partial, "paid_btc"), due(&partial, "amount_due_btc"));
    let rest = house.server.pay(&id);
    let paid = house.until_status(&made["id"], "paid");
    assert_eq!((&paid["exception"], &paid["due_btc"]), (&Value::Null, &json!(0)));
    assert_eq!(paid["payments"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&paid["payments"][1]["txid"], &paid["payments"][1]["confirmations"]),
        (&json!(rest), &json!(0))
    );
    house.server.mine(1);
    let confirmed = house.until_status(&made["id"], "confirmed");
    assert_eq!(confirmed["payments"][0]["confirmations"], 1);
    house.server.mine(5);
    assert_eq!(house.until_status(&made["id"], "complete")["payments"][1]["confirmations"], 6);
}

#[test]
fn an_invoice_of_the_other_api_is_one_here_too() {
    let house = House::open();
    let shop = bitpay(&house);
    shop.invoice(&json!({ "price": 20, "currency": "USD", "posData": "no object", "orderId": "B-1" }));
    shop.invoice(&json!({ "currency": "USD", "posData": "{\"a\":1}" }));
    let (priced, top_up) = (house.read(&json!(1)), house.read(&json!(2)));
    assert_eq!((&priced["amount"], &priced["metadata"]), (&json!(20), &Value::Null));
    assert_eq!(priced["order_id"], "B-1");
    assert_eq!((&top_up["amount"], &top_up["amount_due_btc"]), (&Value::Null, &Value::Null));
    assert_eq!((&top_up["due_btc"], &top_up["metadata"]), (&Value::Null, &json!({ "a": 1 })));
    assert!(top_up["address"].is_string());
    let made = house.twenty();
    let there = shop.read(public_id(&made));
    assert_eq!((&there["price"], &there["currency"]), (&json!(20.0), &json!("USD")));
}

#[test]
fn what_makes_no_invoice_is_refused_with_its_cause() {
    let house = House::open();
    let path = "/stores/1/invoices";
    let post = |body: &str| house.call_with(&house.token, "POST", path, body, &[]);
    let both = json!({
        "message": "The amount field is required.",
        "errors": {
            "amount": ["The amount field is required."],
            "currency": ["The currency field is required."],
        },
    });
    refused(&post("{}"), 422, &both, "nothing");
    let one = json!({
        "message": "The amount field must have at most 2 decimal places in USD.",
        "errors": { "amount": ["The amount field must have at most 2 decimal places in USD."] },
    });
    refused(&post(r#"{"amount":"1.005","currency":"USD"}"#), 422, &one, "too exact");
    let expiry = post(r#"{"amount":1,"currency":"USD","expires_in":527040}"#);
    assert_eq!(expiry.status, 201, "{}", expiry.body);
    for (body, status, words) in [
        (r#"{"amount":1,"currency":"NOK"}"#, 503, "no rate for NOK"),
        ("[1]", 400, "The body is not a JSON object"),
        ("", 400, "The body is not a JSON object"),
        (r#"{"amount":1,"amount":2,"currency":"USD"}"#, 400, "given twice"),
    ] {
        let reply = post(body);
        assert_eq!(reply.status, status, "{}", reply.body);
        assert_eq!(reply.json()["success"], false, "{}", reply.body);
        assert!(reply.json()["message"].as_str().unwrap().contains(words), "{}", reply.body);
    }
    let bearer = format!("Bearer {}", house.token);
    let form = [("authorization", &*bearer), ("content-type", "application/x-www-form-urlencoded")];
    let reply = house.with_headers("POST", path, "amount=1&currency=USD", &form);
    assert_eq!((reply.status, &reply.json()["success"]), (415, &json!(false)));

    assert_eq!(house.server.sql().execute("UPDATE stores SET wallet_id = NULL", &[]), 1);
    let reply = post(r#"{"amount":1,"currency":"USD"}"#);
    let none = json!({ "success": false, "message": "no wallet is connected to the store" });
    refused(&reply, 409, &none, "no wallet");
    let store = house.get("/stores/1").json();
    assert_eq!(
        (&store["data"]["status"], &store["data"]["wallet"]),
        (&json!("incomplete"), &json!("not configured"))
    );
    assert_eq!(house.server.sql().query("SELECT id FROM invoices", &[]).len(), 1);
}
