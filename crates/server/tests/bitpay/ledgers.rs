//! `GET /ledgers` and `POST /invoices/{id}/adjustments`: what a store earned, and what its merchant
//! accepts; over REST and over JSON-RPC.

use serde_json::{Value, json};
use specie_testkit::wait::until;

use super::facades::{call, token_of};
use super::{House, keys, refused};

/// An invoice of 40,000 satoshis into which so many bitcoin came, as many blocks ago.
pub fn paid(house: &House, btc: &str, blocks: u32) -> Value {
    let made = house.twenty();
    assert_eq!(made["btcPrice"], "0.00040000", "the rate of practice");
    let id = id(&made);
    house.server.run(&["sandbox", "pay", id, "--amount", btc]);
    let top = followed(house) + u64::from(blocks);
    house.server.mine(blocks);
    until("the blocks", || (followed(house) == top).then_some(()));
    let invoice = house.shop.read(id);
    assert_eq!(invoice["transactions"][0]["confirmations"], blocks);
    invoice
}

/// How high the chain was followed: what follows from those blocks is settled. They are shown before.
fn followed(house: &House) -> u64 {
    let status = house.server.run(&["status"]);
    let chains = status["chains"].as_array().unwrap();
    chains.iter().find(|chain| chain["network"] == "sandbox").unwrap()["height"].as_u64().unwrap()
}

fn id(invoice: &Value) -> &str {
    invoice["id"].as_str().unwrap()
}

fn adjustments(invoice: &Value) -> String {
    format!("/invoices/{}/adjustments", id(invoice))
}

fn balance(house: &House) -> Value {
    house.shop.get("/ledgers").data()[0]["balance"].clone()
}

fn entries(house: &House) -> Vec<Value> {
    let answer = house.shop.get("/ledgers/BTC").json();
    answer.as_array().unwrap_or_else(|| panic!("no bare array: {answer}")).clone()
}

/// Of each entry its code and amount.
fn booked(house: &House) -> Vec<(u64, i64)> {
    let short = |entry: &Value| (entry["code"].as_u64().unwrap(), entry["amount"].as_i64().unwrap());
    entries(house).iter().map(short).collect()
}

fn verified(house: &House) {
    let verified = house.server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn a_partial_payment_is_accepted_once_it_is_final() {
    let house = House::open();
    let early = paid(&house, "0.0001", 5);
    let wish = json!({ "type": "acceptPartialPayment" });
    refused(&house.shop.post(&adjustments(&early), &wish), 400, "six confirmations", "too early");
    house.server.mine(1);
    // A block is shown while what follows from it is still being settled.
    let preview = json!({ "type": "acceptUnderPayment", "commit": false, "token": early["token"] });
    let previewed = until("the sixth block", || {
        let reply = house.shop.post(&adjustments(&early), &preview);
        (reply.status == 200).then(|| reply.data())
    });
    let before = house.shop.read(id(&early));
    assert_eq!((&before["status"], &before["exceptionStatus"]), (&json!("new"), &json!("paidPartial")));
    assert_eq!((balance(&house), booked(&house)), (json!(0.0), vec![]), "a preview books nothing");

    let accepted = house.shop.post(&adjustments(&early), &wish).data();
    for shown in [&previewed, &accepted, &house.shop.read(id(&early))] {
        assert_eq!((&shown["status"], &shown["exceptionStatus"]), (&json!("complete"), &json!(false)));
        assert_eq!((&shown["btcPrice"], &shown["btcPaid"]), (&json!("0.00010000"), &json!("0.00010000")));
        assert_eq!((&shown["btcDue"], &shown["price"]), (&json!("0.00000000"), &json!(5.0)));
        assert_eq!(shown["transactions"].as_array().unwrap().len(), 1);
    }
    assert_eq!((balance(&house), booked(&house)), (json!(0.0001), vec![(1000, 10_000)]));

    let again = house.shop.post(&adjustments(&early), &wish).data();
    assert_eq!(again["status"], "complete");
    assert_eq!(booked(&house).len(), 1, "what was accepted is accepted once");
    verified(&house);
}

#[test]
fn an_accepted_overpayment_is_credited() {
    let house = House::open();
    let over = paid(&house, "0.0005", 6);
    assert_eq!((&over["status"], &over["exceptionStatus"]), (&json!("complete"), &json!("paidOver")));
    assert_eq!((balance(&house), booked(&house)), (json!(0.0004), vec![(1000, 40_000)]), "what was asked");

    let wish = |commit: bool| json!({ "type": "acceptOverPayment", "commit": commit });
    let previewed = house.shop.post(&adjustments(&over), &wish(false)).data();
    assert_eq!(house.shop.read(id(&over))["exceptionStatus"], "paidOver");
    let accepted = house.shop.post(&adjustments(&over), &wish(true)).data();
    for shown in [&previewed, &accepted, &house.shop.read(id(&over))] {
        assert_eq!((&shown["status"], &shown["exceptionStatus"]), (&json!("complete"), &json!(false)));
        assert_eq!((&shown["btcPrice"], &shown["btcPaid"]), (&json!("0.00040000"), &json!("0.00040000")));
        assert_eq!((&shown["btcDue"], &shown["price"]), (&json!("0.00000000"), &json!(20.0)));
        let [came, credited] = shown["transactions"].as_array().unwrap().as_slice() else {
            panic!("two transactions: {shown}")
        };
        assert_eq!((&came["amount"], &credited["amount"]), (&json!(50_000), &json!(-10_000)));
        assert_eq!(credited["confirmations"], 6);
        assert_eq!(credited["time"], credited["receivedTime"]);
    }
    assert_eq!((balance(&house), booked(&house)), (json!(0.0005), vec![(1000, 40_000), (1003, 10_000)]));

    // Field for field as BitPay's document has them.
    let common = [
        "code",
        "amount",
        "timestamp",
        "scale",
        "txType",
        "exRates",
        "buyerFields",
        "invoiceId",
        "sourceType",
        "customerData",
        "invoiceAmount",
        "invoiceCurrency",
    ];
    let [sale, credit] = &entries(&house)[..] else { panic!("two entries") };
    assert_eq!(keys(sale), common);
    assert_eq!(keys(credit), [&common[..], &["description", "notes"]].concat());
    assert_eq!((&sale["txType"], &credit["txType"]), (&json!("sale"), &json!("ACH/other")));
    assert_eq!(credit["description"], "overpayment credit");
    assert_eq!(credit["notes"], format!("BTC credit for overpayment of invoice {}", id(&over)));
    for entry in [sale, credit] {
        assert_eq!((&entry["scale"], &entry["sourceType"]), (&json!(100_000_000), &json!("invoice")));
        assert_eq!((&entry["invoiceId"], &entry["invoiceAmount"]), (&over["id"], &json!(20.0)));
        assert_eq!((&entry["invoiceCurrency"], &entry["exRates"]), (&json!("USD"), &over["exRates"]));
        assert_eq!(entry["customerData"], json!({ "customData": [] }));
        assert_eq!(entry["buyerFields"], json!({}));
    }
    verified(&house);
}

#[test]
fn a_loss_takes_a_sale_back() {
    let house = House::open();
    let made = house.twenty();
    let txid = house.server.pay(id(&made));
    house.server.mine(6);
    house.shop.until_status(id(&made), "complete");
    house.server.run(&["sandbox", "reorg", "6"]);
    house.server.run(&["sandbox", "double-spend", &txid]);
    house.shop.until_status(id(&made), "invalid");
    assert_eq!((balance(&house), booked(&house)), (json!(0.0), vec![(1000, 40_000), (1000, -40_000)]));
    assert_eq!(entries(&house)[1]["description"], "sale reversed");
    verified(&house);
}

#[test]
fn a_ledger_is_of_one_store_and_of_the_days_that_are_asked_for() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    let none = json!([{ "currency": "BTC", "balance": 0.0 }, { "currency": "USD", "balance": 0.0 }]);
    for path in ["/ledgers", "/ledgers/", "/ledgers/?token=x"] {
        assert_eq!(house.shop.get(path).data(), none, "{path}");
    }
    let sold = paid(&house, "0.0004", 6);
    assert_eq!(balance(&house), json!(0.0004));
    assert_eq!(neighbour.get("/ledgers").data(), none);
    assert_eq!(neighbour.get("/ledgers/BTC").body, "[]");
    let bitcoin = house.server.practice_store("By the coin", &["--currency", "BTC"]);
    let bitcoin = specie_testkit::shop::Shop::paired(&house.server, &bitcoin, "coin");
    assert_eq!(bitcoin.get("/ledgers").data(), json!([{ "currency": "BTC", "balance": 0.0 }]));

    let day = entries(&house)[0]["timestamp"].as_str().unwrap()[..10].to_owned();
    for (path, count) in [
        ("/ledgers/btc".to_owned(), 1),
        (format!("/ledgers/Btc?startDate={day}&endDate={day}"), 1),
        (format!("/ledgers/BTC?endDate={day}T00:00:00Z"), 0),
        ("/ledgers/BTC?startDate=2000-1-1&endDate=01/31/2001".to_owned(), 0),
        ("/ledgers/BTC?limit=0".to_owned(), 0),
        ("/ledgers/BTC?skip=1".to_owned(), 0),
        ("/ledgers/USD".to_owned(), 0),
    ] {
        assert_eq!(house.shop.get(&path).json().as_array().unwrap().len(), count, "{path}");
    }
    for (path, words) in [
        ("/ledgers/BTC?startDate=yesterday", "'startDate'"),
        ("/ledgers/BTC?endDate=2024-02-30", "'endDate'"),
        ("/ledgers/pebbles", "no currency pebbles"),
    ] {
        refused(&house.shop.get(path), 400, words, path);
    }
    assert_eq!(sold["exceptionStatus"], false);
}

#[test]
fn what_cannot_be_accepted_is_refused_by_name() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    let exact = paid(&house, "0.0004", 6);
    let path = adjustments(&exact);
    let over = json!({ "type": "acceptOverPayment" });
    refused(&house.shop.post(&path, &over), 400, "is not overpaid", "exact");
    let partial = json!({ "type": "acceptpartialpayment", "commit": false });
    refused(&house.shop.post(&path, &partial), 400, "is not partially paid", "exact");
    refused(&house.shop.post(&path, &json!({ "type": "acceptAll" })), 400, "'type'", "a type");
    refused(&house.shop.post(&path, &json!({})), 400, "'type'", "no type");
    refused(&house.shop.send("POST", &path, "{"), 400, "not JSON", "no JSON");
    refused(&house.shop.get(&path), 405, "Method not allowed", "read");
    refused(&neighbour.post(&path, &over), 404, "Object not found", "another store's");
    refused(&house.anyone("POST", &path, &over.to_string()), 401, "Authentication required", "anyone");
    let other = json!({ "type": "acceptOverPayment", "token": house.twenty()["token"] });
    refused(&house.shop.post(&path, &other), 403, "another invoice", "another's token");
    assert_eq!(booked(&house), [(1000, 40_000)]);
}

#[test]
fn the_same_calls_come_as_json_rpc() {
    let house = House::open();
    let (partial, over) = (paid(&house, "0.0001", 6), paid(&house, "0.0005", 6));
    let token = |invoice: &Value| invoice["token"].as_str().unwrap().to_owned();
    let commit = |commit: bool| json!({ "commit": commit });
    refused(
        &call(&house.shop, &token(&partial), "creditPartialPayment", &json!({})),
        400,
        "'commit' property is required",
        "unsaid",
    );
    let previewed = call(&house.shop, &token(&partial), "creditPartialPayment", &commit(false)).data();
    assert_eq!(previewed["status"], "complete");
    assert_eq!(house.shop.read(id(&partial))["exceptionStatus"], "paidPartial");
    let accepted = call(&house.shop, &token(&partial), "creditPartialPayment", &commit(true)).data();
    assert_eq!((&accepted["btcPrice"], &accepted["exceptionStatus"]), (&json!("0.00010000"), &json!(false)));
    let accepted = call(&house.shop, &token(&over), "creditOverpayment", &commit(true)).data();
    assert_eq!((&accepted["btcPaid"], &accepted["exceptionStatus"]), (&json!("0.00040000"), &json!(false)));

    let merchant = token_of(&house.shop, "merchant");
    let ledgers = call(&house.shop, &merchant, "getLedgers", &Value::Null).data();
    assert_eq!(
        ledgers,
        json!([{ "currency": "BTC", "balance": 0.0006 }, { "currency": "USD", "balance": 0.0 }])
    );
    let asked = json!({ "currency": "BTC", "startDate": "2014-9-1", "endDate": "2114-9-30" });
    let found = call(&house.shop, &merchant, "getLedgerEntries", &asked).data();
    assert_eq!(found, house.shop.get("/ledgers/BTC").json());
    assert_eq!(found.as_array().unwrap().len(), 3);
    refused(&call(&house.shop, &merchant, "getLedgerEntries", &json!({})), 400, "'currency'", "no currency");
}
