//! `/invoices/{id}/refunds` and `/refunds`: what is given back, asked, shown, refused and cancelled; over
//! REST and over JSON-RPC.

use std::sync::Barrier;

use bitcoin::base58;
use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::shop::Shop;

use super::facades::{call, till, token_of};
use super::ledgers::paid;
use super::{House, refused};

/// An address of the network that is practised on.
const ADDRESS: &str = "mtX8nPZZdJ8d3QNLRJ1oJTiEi26Sj6LQXS";

/// An invoice over 20 dollars, 40,000 satoshis, that is paid as it was asked.
fn sold(house: &House) -> Value {
    paid(house, "0.0004", 6)
}

fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object[name].as_str().unwrap_or_else(|| panic!("no {name}: {object}"))
}

fn path(invoice: &Value) -> String {
    format!("/invoices/{}/refunds", text(invoice, "id"))
}

fn with_token(path: &str, token: &Value) -> String {
    format!("{path}?token={}", token.as_str().unwrap())
}

fn delete(shop: &Shop, path: &str) -> Reply {
    shop.send("DELETE", path, "")
}

/// How many refunds are pending or paid, and what they come to, by the database.
fn committed(house: &House) -> (i64, i64) {
    let found = house.server.sql().query(
        "SELECT count(*), CAST(coalesce(sum(amount), 0) AS BIGINT) FROM refunds WHERE standing IN ('pending', 'paid')",
        &[],
    );
    (found[0].integer(0), found[0].integer(1))
}

fn refundable(shop: &Shop, invoice: &Value) -> bool {
    shop.read(text(invoice, "id"))["flags"]["refundable"].as_bool().unwrap()
}

#[test]
fn a_refund_is_asked_shown_and_cancelled() {
    let house = House::open();
    let invoice = sold(&house);
    let (path, token) = (path(&invoice), &invoice["token"]);
    assert!(refundable(&house.shop, &invoice));
    assert_eq!(house.shop.get(&with_token(&path, token)).json(), json!({ "data": [] }));

    let body =
        json!({ "token": token, "amount": 5, "currency": "USD", "bitcoinAddress": ADDRESS, "guid": "R-1" });
    let answer = house.shop.post(&path, &body).json();
    assert_eq!(answer["facade"], "merchant/supportRequest");
    let first = answer["data"].clone();
    // Without an amount all that is left, and without an address the buyer is asked.
    let second = house.shop.post("/refunds", &json!({ "invoiceId": invoice["id"] })).data();
    assert!(!refundable(&house.shop, &invoice), "nothing is left");

    let both = json!([first, second]);
    assert_eq!(house.shop.get(&with_token(&path, token)).json(), json!({ "data": both }));
    let found = format!("/refunds?invoiceId={}", text(&invoice, "id"));
    assert_eq!(house.shop.get(&found).data(), both);
    let one = format!("{path}/{}", text(&first, "id"));
    for path in [
        with_token(&one, token),
        with_token(&one, &first["token"]),
        format!("/refunds/{}", text(&first, "id")),
        with_token(&format!("/refunds/{}", text(&first, "id")), &first["token"]),
        "/refunds/guid/R-1".to_owned(),
    ] {
        assert_eq!(house.shop.get(&path).data(), first, "{path}");
    }

    for _ in 0..2 {
        let cancelled = delete(&house.shop, &with_token(&one, &first["token"]));
        assert_eq!((cancelled.status, cancelled.body.as_str()), (200, r#"{"data":"Success"}"#));
    }
    assert_eq!(house.shop.get(&one).data()["status"], "canceled");
    let newer = delete(&house.shop, &format!("/refunds/{}", text(&second, "id"))).data();
    assert_eq!((&newer["status"], &newer["claimUrl"]), (&json!("canceled"), &Value::Null));
    assert!(refundable(&house.shop, &invoice), "all of it again");
    let public = house.anyone("GET", &format!("/invoices/{}", text(&invoice, "id")), "").data();
    assert_eq!(public["flags"]["refundable"], false, "nobody else's business");
    assert_eq!(house.shop.post(&path, &json!({})).data()["amount"], 20.0);
    assert_eq!(house.server.run(&["verify"])["sound"], true);
}

#[test]
fn what_cannot_be_given_back_is_refused_by_its_reason() {
    let house = House::open();
    let early = paid(&house, "0.0004", 5);
    let whole = json!({});
    refused(&house.shop.post(&path(&early), &whole), 400, "six confirmations", "five blocks");
    refused(&house.shop.post(&path(&house.twenty()), &whole), 400, "six confirmations", "nothing came");
    for (what, btc) in [("partial", "0.0001"), ("over", "0.0005")] {
        let other = paid(&house, btc, 6);
        let words = "partially paid or overpaid";
        refused(&house.shop.post(&path(&other), &whole), 400, words, what);
        refused(
            &house.shop.post(&path(&other), &json!({ "amount": 1, "currency": "USD" })),
            400,
            words,
            what,
        );
        assert!(!refundable(&house.shop, &other), "{what}");
    }
    let path = path(&sold(&house));
    for (body, words) in [
        (r#"{"amount":20.01,"currency":"USD"}"#, "at most 40000 satoshis"),
        (r#"{"amount":0.00040001,"currency":"BTC"}"#, "at most 40000 satoshis"),
        (r#"{"amount":1e20,"currency":"USD"}"#, "at most 40000 satoshis"),
        (r#"{"amount":20999999,"currency":"BTC"}"#, "at most 40000 satoshis"),
        (r#"{"amount":1e25,"currency":"BTC"}"#, "not a number of bitcoin"),
        (r#"{"amount":1e400,"currency":"USD"}"#, "'amount' is not a number"),
        (r#"{"amount":0,"currency":"USD"}"#, "'amount' is not above zero"),
        (r#"{"amount":-0.0,"currency":"BTC"}"#, "'amount' is not above zero"),
        (r#"{"amount":-1,"currency":"USD"}"#, "'amount' is not above zero"),
        (r#"{"amount":0.1000000000000000055,"currency":"USD"}"#, "at most 2 digits"),
        (r#"{"amount":1e-9,"currency":"BTC"}"#, "at most 8 digits"),
        (r#"{"amount":"1,000","currency":"USD"}"#, "'amount' is not a number"),
        (r#"{"amount":[1],"currency":"USD"}"#, "'amount' is not a number"),
        (r#"{"amount":1}"#, "'currency' property is required"),
        (r#"{"amount":1,"currency":"EUR"}"#, "in USD or BTC"),
        (r#"{"amount":1,"currency":"SATS"}"#, "in USD or BTC"),
        (r#"{"amount":1,"currency":"DOGE"}"#, "'currency' is none that is known"),
        (r#"{"bitcoinAddress":"nonsense"}"#, "not a bitcoin address"),
        (r#"{"bitcoinAddress":"mtX8nPZZdJ8d3QNLRJ1oJTiEi26Sj6LQXT"}"#, "not a bitcoin address"),
        (r#"{"bitcoinAddress":"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"}"#, "another network"),
        (r#"{"bitcoinAddress":{}}"#, "'bitcoinAddress' is not a text"),
        (r#"{"preview":true}"#, "'preview' is not possible"),
        (r#"{"amount":1,"Amount":2,"currency":"USD"}"#, "'amount' is given twice"),
        ("[]", "not a JSON object"),
        ("{", "not JSON"),
    ] {
        refused(&house.shop.send("POST", &path, body), 400, words, body);
    }
    refused(&house.shop.post("/refunds", &whole), 400, "'invoiceId' property is required", "of none");
    refused(&house.shop.get("/refunds"), 400, "'invoiceId' property is required", "of none");
    refused(&house.shop.post("/refunds", &json!({ "invoiceId": "x" })), 404, "not found", "of no invoice");
    refused(&house.shop.get("/refunds/nothing"), 404, "not found", "no id");
    refused(&house.shop.get("/refunds/guid/a%00b"), 404, "not found", "no name");
    refused(&delete(&house.shop, &format!("{path}/nothing")), 404, "not found", "no id");
    assert_eq!(committed(&house), (0, 0));
    // A name that no database keeps is none.
    let nameless = house.shop.post(&path, &json!({ "amount": 1, "currency": "USD", "guid": "a\u{0}b" }));
    assert_eq!(nameless.data()["guid"], Value::Null);
}

#[test]
fn a_refund_is_its_merchants_and_its_token_is_for_that_refund_alone() {
    let house = House::open();
    let (sold_first, sold_then) = (sold(&house), sold(&house));
    let ask = |invoice: &Value| house.shop.post(&path(invoice), &json!({ "bitcoinAddress": ADDRESS })).data();
    let (first, second) = (ask(&sold_first), ask(&sold_then));
    let one = format!("{}/{}", path(&sold_first), text(&first, "id"));
    let flat = format!("/refunds/{}", text(&first, "id"));
    let (_, neighbour) = house.neighbour();
    let (till, pos) = till(&house);
    for at in [&one, &flat] {
        let theirs = with_token(at, &first["token"]);
        refused(&house.anyone("DELETE", &theirs, ""), 401, "required", "unsigned");
        refused(&house.anyone("GET", &theirs, ""), 401, "required", "unsigned");
        refused(&neighbour.get(&theirs), 404, "not found", "a neighbour's look");
        refused(&delete(&neighbour, &theirs), 404, "not found", "a neighbour's");
        refused(&delete(&till, &theirs), 403, "`pos", "a till's");
        refused(&till.get(&theirs), 403, "`pos", "a till's look");
        refused(&delete(&house.shop, &with_token(at, &second["token"])), 403, "another refund", "another's");
        refused(&house.shop.get(&with_token(at, &second["token"])), 403, "another refund", "another's");
        refused(
            &delete(&house.shop, &with_token(at, &sold_first["token"])),
            403,
            "`merchant/invoice`",
            "the invoice's",
        );
    }
    refused(&house.shop.get(&with_token(&one, &sold_then["token"])), 403, "another invoice", "another's");
    refused(&house.shop.get(&with_token(&flat, &sold_then["token"])), 404, "not found", "another's");
    let crossed = format!("{}/{}", path(&sold_then), text(&first, "id"));
    refused(&house.shop.get(&crossed), 404, "not found", "another invoice's");
    refused(&delete(&house.shop, &crossed), 404, "not found", "another invoice's");
    // It does nothing else.
    let only = "`merchant/supportRequest` facade";
    refused(&house.shop.get(&with_token(&path(&sold_first), &first["token"])), 403, only, "list");
    refused(&house.shop.get(&with_token("/invoices", &first["token"])), 403, only, "invoices");
    let body = json!({ "token": first["token"] });
    refused(&house.shop.post(&path(&sold_first), &body), 403, only, "ask");

    let path = path(&sold_first);
    refused(&neighbour.post(&path, &json!({})), 404, "not found", "a neighbour's");
    refused(&neighbour.get(&path), 404, "not found", "a neighbour's list");
    refused(&house.anyone("POST", &path, "{}"), 401, "required", "anyone's");
    refused(&till.post(&path, &json!({ "token": pos })), 403, "`pos/invoice` facade", "a till's");
    refused(&till.get(&path), 403, "`pos/invoice` facade", "a till's list");
    let plain = super::auth::basic(&house.api_key());
    let plain = [("authorization", &*plain), ("content-type", "text/plain")];
    refused(&house.with_headers("POST", &path, "{}", &plain), 415, "application/json", "not said to be JSON");
    assert_eq!(house.with_headers("GET", &flat, "", &plain[..1]).data(), first, "the store's key");
    assert_eq!(committed(&house), (2, 80_000));
}

#[test]
fn what_was_paid_is_shown_so_and_not_cancelled() {
    let house = House::open();
    let invoice = sold(&house);
    let asked = house.shop.post(&path(&invoice), &json!({ "bitcoinAddress": ADDRESS })).data();
    let flat = format!("/refunds/{}", text(&asked, "id"));
    let id = base58::decode(text(&asked, "id")).unwrap();
    // As if a transaction of the merchant's had been mined.
    let stand = "UPDATE refunds SET standing = $1, txid = $2, fee = $3 WHERE id = $4";
    for (standing, shown) in [("failed", "failure"), ("paid", "success")] {
        let paid = ["x"; 32].concat().into_bytes();
        let values = [
            specie_testkit::sql::Value::Text(standing.to_owned()),
            paid.into(),
            25_000.into(),
            id.clone().into(),
        ];
        house.server.sql().execute(stand, &values);
        assert_eq!(house.shop.get(&flat).data()["status"], shown);
        refused(&delete(&house.shop, &flat), 400, "not pending", standing);
    }
    let paid = house.shop.get(&flat).data();
    assert_eq!(
        (&paid["transactionRefundFee"], &paid["transactionAmount"]),
        (&json!(0.000_25), &json!(0.0004))
    );
    assert_eq!(paid["txid"], "78".repeat(32));
}

#[test]
fn the_same_calls_come_as_json_rpc() {
    let house = House::open();
    let invoice = sold(&house);
    let token = text(&invoice, "token");
    let params = json!({ "bitcoinAddress": ADDRESS, "amount": 12.50, "currency": "USD" });
    let asked = call(&house.shop, token, "refund", &params).data();
    assert_eq!((&asked["status"], &asked["amount"]), (&json!("pending"), &json!(12.5)));
    assert_eq!(asked["transactionAmount"], json!(0.000_25));
    assert_eq!(call(&house.shop, token, "getRefunds", &Value::Null).data(), json!([asked]));
    for name in ["bitcoinAddress", "amount", "currency"] {
        let mut less = params.clone();
        less.as_object_mut().unwrap().remove(name);
        let words = format!("'{name}' property is required");
        refused(&call(&house.shop, token, "refund", &less), 400, &words, name);
    }
    refused(&call(&house.shop, token, "refund", &params), 400, "at most 15000 satoshis", "more than is left");
    // A token for all of the store is not one for an invoice.
    let merchant = token_of(&house.shop, "merchant");
    let mut named = params;
    named["invoiceId"] = invoice["id"].clone();
    refused(&call(&house.shop, &merchant, "refund", &named), 403, "`merchant` facade", "the store's token");
    let refunds = asked["token"].as_str().unwrap();
    for method in ["refund", "getRefunds", "getInvoice"] {
        let words = "`merchant/supportRequest` facade";
        refused(&call(&house.shop, refunds, method, &named), 403, words, method);
    }
}

/// What so many who ask at once are answered.
fn at_once(house: &House, many: usize, path: &str, body: &Value) -> Vec<Reply> {
    let all_ready = &Barrier::new(many);
    std::thread::scope(|all| {
        let asking = (0..many).map(|_| {
            all.spawn(move || {
                all_ready.wait();
                house.shop.post(path, body)
            })
        });
        let asking: Vec<_> = asking.collect();
        asking.into_iter().map(|asked| asked.join().unwrap()).collect()
    })
}

#[test]
fn of_many_who_ask_at_once_no_more_are_given_than_came() {
    let house = House::open();
    for (amount, given, most) in [
        (json!({ "amount": 20, "currency": "USD" }), 1, 40_000),
        (json!({ "amount": 0.00001, "currency": "BTC" }), 40, 1000),
    ] {
        let path = path(&sold(&house));
        let before = committed(&house);
        let answers = at_once(&house, 64, &path, &amount);
        assert_eq!(answers.iter().filter(|reply| reply.status == 200).count(), given, "{amount}");
        for reply in answers.iter().filter(|reply| reply.status != 200) {
            refused(reply, 400, "at most 0 satoshis", "nothing is left");
        }
        let after = committed(&house);
        let count = i64::try_from(given).unwrap();
        assert_eq!((after.0 - before.0, after.1 - before.1), (count, count * most));
    }
    assert_eq!(house.server.run(&["verify"])["sound"], true);
}

#[test]
fn a_hundred_of_one_guid_are_one_refund() {
    let house = House::open();
    let path = path(&sold(&house));
    let body = json!({ "amount": 0.00000546, "currency": "BTC", "bitcoinAddress": ADDRESS, "guid": "R-7" });
    let answers = at_once(&house, 100, &path, &body);
    for reply in &answers {
        assert_eq!((reply.status, &reply.body), (200, &answers[0].body));
    }
    let anew = |reply: &&Reply| reply.header("idempotent-replayed").is_none();
    assert_eq!(answers.iter().filter(anew).count(), 1);
    assert_eq!(committed(&house), (1, 546));
}
