//! `POST /invoices` and `GET /invoices/{id}`: every field in and out.

use serde_json::{Value, json};
use specie_testkit::receiver::Receiver;

use super::{House, keys, refused};

/// The fields of an invoice, in order, which is part of what is promised.
const FIELDS: [&str; 42] = [
    "url",
    "posData",
    "status",
    "btcPrice",
    "btcDue",
    "btcPaid",
    "cryptoInfo",
    "price",
    "taxIncluded",
    "currency",
    "exRates",
    "buyerTotalBtcAmount",
    "itemDesc",
    "itemCode",
    "orderId",
    "guid",
    "id",
    "invoiceTime",
    "expirationTime",
    "currentTime",
    "lowFeeDetected",
    "rate",
    "exceptionStatus",
    "paymentUrls",
    "refundAddressRequestPending",
    "buyerPaidBtcMinerFee",
    "bitcoinAddress",
    "token",
    "flags",
    "paymentSubtotals",
    "paymentTotals",
    "amountPaid",
    "minerFees",
    "exchangeRates",
    "supportedTransactionCurrencies",
    "addresses",
    "paymentCodes",
    "buyer",
    "redirectURL",
    "transactionSpeed",
    "transactionCurrency",
    "transactions",
];

fn path(invoice: &Value) -> String {
    format!("/invoices/{}", invoice["id"].as_str().unwrap())
}

#[test]
fn an_answer_is_200_json_and_nothing_that_looks_like_an_error() {
    let house = House::open();
    let made = house.shop.post("/invoices/", &json!({ "price": 20, "currency": "USD" }));
    assert_eq!(made.status, 200);
    assert!(made.body.starts_with(r#"{"facade":"pos/invoice","data":{"url":"#), "{}", made.body);
    assert_eq!(keys(&made.json()), ["facade", "data"]);
    let shown = house.shop.get(&path(&made.data()));
    assert!(shown.body.starts_with(r#"{"data":{"url":"#), "{}", shown.body);
    let listed = house.shop.get("/invoices");
    assert!(listed.body.starts_with(r#"{"data":[{"url":"#), "{}", listed.body);
    for reply in [&made, &shown, &listed] {
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(!reply.body.contains(r#""error"#), "{}", reply.body);
    }
    assert_eq!(keys(&listed.json()), ["data"]);
    assert_eq!(keys(&shown.json()), ["data"]);
    for field in FIELDS {
        assert!(made.data().get(field).is_some(), "{field} is missing");
    }
}

#[test]
fn what_goes_in_comes_out_again() {
    let house = House::open();
    let pos_data = "{\n \"till\" : 7, \"é\":\"\\/ \u{1f600}\\u0000\"}";
    let cases = [
        (json!({ "itemDesc": "Ünïcödé \u{1f355} 日本語" }), "/itemDesc", json!("Ünïcödé \u{1f355} 日本語")),
        (json!({ "itemCode": "a\"b\\c<d>&e" }), "/itemCode", json!("a\"b\\c<d>&e")),
        (json!({ "posData": pos_data }), "/posData", json!(pos_data)),
        (json!({ "posData": " " }), "/posData", json!(" ")),
        (json!({ "posData": "" }), "/posData", Value::Null),
        (json!({ "orderId": "A-1" }), "/orderId", json!("A-1")),
        (json!({ "orderID": "A-1" }), "/orderId", json!("A-1")),
        (json!({ "OrderId": "A-1" }), "/orderId", json!("A-1")),
        (json!({ "orderId": 42 }), "/orderId", json!("42")),
        (json!({ "orderId": null }), "/orderId", Value::Null),
        (json!({ "orderId": "" }), "/orderId", Value::Null),
        (
            json!({ "redirectURL": "https://shop.example/?a=1&b={OrderId}" }),
            "/redirectURL",
            json!("https://shop.example/?a=1&b={OrderId}"),
        ),
        (json!({ "transactionSpeed": "high" }), "/transactionSpeed", json!("high")),
        (json!({ "transactionSpeed": "low-medium" }), "/transactionSpeed", json!("low-medium")),
        (json!({ "transactionSpeed": "HIGH" }), "/transactionSpeed", json!("medium")),
        (json!({ "transactionSpeed": "" }), "/transactionSpeed", json!("medium")),
        (json!({ "buyerName": "Ann", "buyerZip": "8001" }), "/buyer/name", json!("Ann")),
        (json!({ "buyerCity": "Zürich" }), "/buyer/locality", json!("Zürich")),
        (json!({ "buyerState": "ZH" }), "/buyer/region", json!("ZH")),
        (json!({ "buyerZip": 8001 }), "/buyer/postalCode", json!("8001")),
        (json!({ "buyerAddress1": "1", "buyerAddress2": "2" }), "/buyer/address2", json!("2")),
        (json!({ "buyerPhone": "+41" }), "/buyer/phone", json!("+41")),
        (json!({ "buyer": { "city": "Bern" } }), "/buyer/locality", json!("Bern")),
        (json!({ "buyer": { "city": "Bern" }, "buyerCity": "Basel" }), "/buyer/locality", json!("Basel")),
        (json!({ "buyer": { "city": "Bern" }, "buyerCity": "" }), "/buyer/locality", json!("Bern")),
        (json!({ "buyer": { "Email": "a@b.example", "name": null } }), "/buyer/email", json!("a@b.example")),
        (json!({ "buyer": null }), "/buyer/name", Value::Null),
        (json!({ "notificationURL": "", "notificationEmail": "" }), "/status", json!("new")),
        (json!({ "paymentCurrencies": ["btc_onchain", "LTC"] }), "/addresses/BTC", Value::Null),
        (
            json!({ "token": 1, "guid": "g", "nonce": 1, "status": "paid", "minerFees": [], "id": {}, "buyerNotify": true }),
            "/status",
            json!("new"),
        ),
    ];
    for (mut body, pointer, expected) in cases {
        body["price"] = json!(1);
        let made = house.shop.invoice(&body);
        let read = house.shop.get(&path(&made)).data();
        for shown in [&made, &read] {
            match pointer {
                "/addresses/BTC" => assert!(shown.pointer(pointer).unwrap().is_string(), "{body}"),
                _ => assert_eq!(shown.pointer(pointer), Some(&expected), "{body}"),
            }
        }
    }
}

#[test]
fn prices_keep_the_digits_of_their_currency() {
    let house = House::open();
    for (body, price, due) in [
        (r#"{"price":20,"currency":"USD"}"#, "20.0", "0.00040000"),
        (r#"{"price":"20","currency":"USD"}"#, "20.0", "0.00040000"),
        (r#"{"price":" 20.50 ","currency":" usd "}"#, "20.5", "0.00041000"),
        (r#"{"price":20}"#, "20.0", "0.00040000"),
        (r#"{"price":20,"currency":""}"#, "20.0", "0.00040000"),
        (r#"{"price":2e1}"#, "20.0", "0.00040000"),
        (r#"{"price":2.0E+1}"#, "20.0", "0.00040000"),
        (r#"{"price":0.1}"#, "0.1", "0.00000200"),
        (r#"{"price":20.005}"#, "20.01", "0.00040020"),
        (r#"{"price":19.994}"#, "19.99", "0.00039980"),
        (r#"{"price":0.001}"#, "0.001", "0.00000002"),
        (r#"{"price":0.0000001}"#, "0.0000001", "0.00000001"),
        (r#"{"price":1234567.89}"#, "1234567.89", "24.69135780"),
        (r#"{"price":1000.4,"currency":"JPY"}"#, "1000.0", "0.00013334"),
        (r#"{"price":1.2345,"currency":"KWD"}"#, "1.235", "0.00008234"),
        (r#"{"price":0.123456789,"currency":"BTC"}"#, "0.12345679", "0.12345679"),
        (r#"{"price":0.00000001,"currency":"BTC"}"#, "0.00000001", "0.00000001"),
        (r#"{"price":21000000,"currency":"BTC"}"#, "21000000.0", "21000000.00000000"),
        (r#"{"price":50000,"currency":"sats"}"#, "50000.0", "0.00050000"),
        (r#"{"price":10.01,"currency":"EUR"}"#, "10.01", "0.00022245"),
    ] {
        let made = house.shop.send("POST", "/invoices", body).data();
        assert_eq!(made["price"].to_string(), price, "{body}");
        assert_eq!(made["btcPrice"], json!(due), "{body}");
        assert_eq!(made["cryptoInfo"][0]["totalDue"], json!(due), "{body}");
    }
}

#[test]
fn tax_is_a_part_of_the_price() {
    let house = House::open();
    for (body, tax) in [
        (r#"{"price":20}"#, "0.0"),
        (r#"{"price":20,"taxIncluded":1.6}"#, "1.6"),
        (r#"{"price":20,"taxIncluded":"1.60"}"#, "1.6"),
        (r#"{"price":20,"taxIncluded":1.234}"#, "1.23"),
        (r#"{"price":20,"taxIncluded":30}"#, "20.0"),
        (r#"{"price":20,"taxIncluded":-1}"#, "0.0"),
    ] {
        let made = house.shop.send("POST", "/invoices", body).data();
        assert_eq!(made["taxIncluded"].to_string(), tax, "{body}");
    }
}

#[test]
fn without_a_price_the_first_payment_says_it() {
    let house = House::open();
    for body in [json!({ "currency": "USD" }), json!({ "price": null, "currency": "EUR" })] {
        let made = house.shop.invoice(&body);
        let id = made["id"].as_str().unwrap();
        assert_eq!(made["price"].to_string(), "0.0", "{body}");
        assert!(made["bitcoinAddress"].is_string());
        assert!(!made["paymentUrls"]["BIP21"].as_str().unwrap().contains("amount"), "{made}");
        house.server.run(&["sandbox", "pay", id, "--amount", "0.001"]);
        let paid = house.shop.until_status(id, "paid");
        assert_eq!(paid["btcPaid"], json!("0.00100000"));
        let worth = if body["currency"] == "USD" { "50.0" } else { "45.0" };
        assert_eq!(paid["price"].to_string(), worth);
        assert_eq!((&paid["exceptionStatus"], &paid["btcDue"]), (&json!(false), &json!("0.00000000")));
    }
}

#[test]
fn a_free_invoice_is_refused_unless_the_store_allows_it() {
    let house = House::open();
    for body in
        [r#"{"price":0}"#, r#"{"price":"0.00"}"#, r#"{"price":-5}"#, r#"{"price":0,"currency":"NOK"}"#]
    {
        refused(&house.shop.send("POST", "/invoices", body), 400, "price must be above zero", body);
    }
    assert_eq!(house.invoices(), 0);
}

#[test]
fn a_free_invoice_is_complete_at_once_where_it_is_allowed() {
    let house = House::with(&[], &["--allow-zero-price"]);
    let receiver = Receiver::start();
    let made = house.shop.invoice(&json!({
        "price": 0, "currency": "NOK", "fullNotifications": true, "notificationURL": receiver.url("/ipn"),
    }));
    let read = house.shop.get(&path(&made)).data();
    for invoice in [&made, &read] {
        assert_eq!((&invoice["status"], &invoice["exceptionStatus"]), (&json!("complete"), &json!(false)));
        assert_eq!(invoice["price"].to_string(), "0.0");
        assert_eq!(invoice["rate"].to_string(), "0.0");
        for (field, empty) in [
            ("cryptoInfo", json!([])),
            ("addresses", json!({})),
            ("paymentCodes", json!({})),
            ("paymentTotals", json!({})),
            ("supportedTransactionCurrencies", json!({})),
            ("btcPrice", Value::Null),
            ("btcDue", Value::Null),
            ("btcPaid", Value::Null),
            ("exRates", Value::Null),
            ("paymentUrls", Value::Null),
            ("bitcoinAddress", Value::Null),
        ] {
            assert_eq!(invoice[field], empty, "{field}");
        }
    }
    receiver.wait_for(3);
    let told: Vec<_> = receiver.bodies().iter().map(|body| body["status"].clone()).collect();
    assert_eq!(told, ["paid", "confirmed", "complete"]);
}

#[test]
fn a_price_without_a_rate_is_refused_until_the_merchant_fixes_one() {
    let house = House::open();
    let body = r#"{"price":1000,"currency":"NOK"}"#;
    let no_rate = "Error retrieving a matching payment method or rate.";
    let reply = house.shop.send("POST", "/invoices", body);
    assert!(reply.error().starts_with(no_rate), "{}", reply.body);
    refused(&reply, 400, "no rate for NOK", body);
    for currency in ["XYZ", "DOGE", "XAU", "US", "EURO", "\u{20bf}", "A\\u0000B"] {
        let body = format!(r#"{{"price":1,"currency":"{currency}"}}"#);
        let reply = house.shop.send("POST", "/invoices", &body);
        refused(&reply, 400, "unknown currency", &body);
        assert!(reply.error().starts_with(no_rate), "{}", reply.body);
    }
    assert_eq!(house.invoices(), 0);
    house.server.run(&["rates", "set", "--store", &house.store, "BTC_NOK", "500000"]);
    assert_eq!(house.shop.send("POST", "/invoices", body).data()["btcPrice"], json!("0.00200000"));
    // The merchant's own rate comes before the one that practice has.
    house.server.run(&["rates", "set", "--store", &house.store, "BTC_USD", "40000"]);
    let twenty = house.twenty();
    assert_eq!((&twenty["btcPrice"], twenty["rate"].to_string()), (&json!("0.00050000"), "40000.0".into()));
}

#[test]
fn the_expiry_is_the_store_s_or_the_one_asked_for() {
    let house = House::with(&[], &["--expiry-minutes", "30"]);
    let made = house.twenty();
    let at = |field: &str| made[field].as_i64().unwrap();
    assert_eq!(at("expirationTime") - at("currentTime"), 30 * 60_000);
    assert_eq!(at("invoiceTime"), at("currentTime") / 1000 * 1000, "whole seconds");

    let later = at("currentTime") + 3_600_123;
    let made = house.shop.invoice(&json!({ "price": 1, "expirationTime": later }));
    assert_eq!(made["expirationTime"], json!(later));
    let too_soon = at("currentTime") + 20_000;
    for time in [too_soon.to_string(), "0".into(), "-1".into(), i64::MIN.to_string()] {
        let body = format!(r#"{{"price":1,"expirationTime":{time}}}"#);
        refused(
            &house.shop.send("POST", "/invoices", &body),
            400,
            "The expirationTime is set too soon",
            &body,
        );
    }
}

#[test]
fn the_public_sees_what_it_needs_for_paying_and_no_more() {
    let house = House::open();
    let private = [
        "secret pos data",
        "Ann Buyer",
        "ann@buyer.example",
        "+41 44 000",
        "Lane 1",
        "Lane 2",
        "Zug-ville",
        "Zug-region",
        "6300-zip",
        "CH-land",
        "hooks.example",
        "mail@shop.example",
    ];
    let made = house.shop.invoice(&json!({
        "price": 20, "posData": private[0], "buyerName": private[1], "buyerEmail": private[2],
        "buyerPhone": private[3], "buyerAddress1": private[4], "buyerAddress2": private[5],
        "buyerCity": private[6], "buyerState": private[7], "buyerZip": private[8], "buyerCountry": private[9],
        "notificationURL": "https://hooks.example/ipn", "notificationEmail": private[11], "itemDesc": "A book",
    }));
    let id = made["id"].as_str().unwrap();
    house.server.run(&["sandbox", "pay", id, "--amount", "0.0001"]);
    let partial = specie_testkit::wait::until("the payment", || {
        Some(house.shop.read(id)).filter(|invoice| invoice["exceptionStatus"] == "paidPartial")
    });
    assert_eq!(partial["transactions"].as_array().unwrap().len(), 1);
    assert_eq!(partial["cryptoInfo"][0]["payments"].as_array().unwrap().len(), 1);

    for headers in [&[][..], &[("content-type", "application/json")][..], &[("accept", "*/*")][..]] {
        let reply = house.with_headers("GET", &format!("/invoices/{id}"), "", headers);
        let public = reply.data();
        for text in private {
            assert!(!reply.body.contains(text), "{text} is shown to the public");
        }
        let token = made["token"].as_str().unwrap();
        assert!(!reply.body.contains(token), "the token is shown to the public");
        assert_eq!(keys(&public), keys(&made), "the same fields");
        assert_eq!(public["transactions"], json!([]));
        assert_eq!(public["cryptoInfo"][0]["payments"], json!([]));
        assert!(public["buyer"].as_object().unwrap().values().all(Value::is_null));
        for field in
            ["id", "url", "status", "price", "itemDesc", "bitcoinAddress", "btcDue", "exceptionStatus"]
        {
            assert_eq!(public[field], partial[field], "{field}");
        }
    }
    // A browser that follows the link is shown the checkout.
    let page = house.with_headers("GET", &format!("/invoices/{id}"), "", &[("accept", "text/html")]);
    assert_eq!((page.status, page.header("location")), (303, Some(&*format!("/i/{id}"))));
}

#[test]
fn an_invoice_is_found_by_its_exact_id_only() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    let theirs = neighbour.invoice(&json!({ "price": 1 }))["id"].as_str().unwrap().to_owned();
    let own = house.twenty()["id"].as_str().unwrap().to_owned();
    refused(&house.shop.get(&format!("/invoices/{theirs}")), 404, "Object not found", "theirs");
    assert_eq!(house.anyone("GET", &format!("/invoices/{theirs}"), "").status, 200);
    for id in [
        "x",
        "0",
        "QzFf7p3nHwB2tJgXcVd8aM",
        &own[1..],
        &format!("{own}1"),
        &format!("1{own}"),
        &own.to_lowercase(),
        &"1".repeat(5000),
        "%00",
        "a%2Fb",
        "%F0%9F%98%80",
        "%20",
    ] {
        for reply in
            [house.shop.get(&format!("/invoices/{id}")), house.anyone("GET", &format!("/invoices/{id}"), "")]
        {
            assert!(matches!(reply.status, 404 | 401), "{id}: {} {}", reply.status, reply.body);
            assert!(!reply.error().is_empty());
        }
    }
}
