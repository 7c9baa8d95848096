//! What a buyer is told in each state, and what is on the page then.

use serde_json::{Value, json};
use specie_testkit::http::get;
use specie_testkit::shop::Shop;

use super::{aging, assert_nothing_inline, open, order, page, until_page};

const REFRESH: &str = "http-equiv=\"refresh\"";
const PAYABLE: &str = "Open in wallet";

#[test]
fn each_state_has_its_words() {
    let (server, shop) = open();
    let id = order(&shop, &json!({ "transactionSpeed": "low-medium" }));
    let html = page(&server, &id);
    assert!(html.contains("<p class=\"state\">Waiting for payment</p>") && html.contains(PAYABLE), "{html}");

    server.run(&["sandbox", "pay", &id, "--amount", "0.0001"]);
    let html = until_page(&server, &id, "Send 0.00030000 BTC more");
    assert!(html.contains("0.00010000 BTC has arrived.") && html.contains(PAYABLE), "{html}");
    assert!(html.contains("<code id=\"amount\">0.00030000</code>"), "{html}");
    assert!(html.contains("?amount=0.0003\""), "the link asks for the rest: {html}");
    assert!(html.contains("15.00 <span>USD</span>"), "{html}");
    assert_nothing_inline(&html);

    let txid = server.pay(&id);
    let html = until_page(&server, &id, "Payment seen");
    assert!(html.contains("0 of 2 confirmations. You can close this page"), "{html}");
    assert!(!html.contains(PAYABLE) && html.contains(REFRESH) && html.contains(&txid), "{html}");

    server.mine(1);
    let html = until_page(&server, &id, "Confirming");
    assert!(html.contains("1 of 2 confirmations."), "{html}");
    assert!(html.contains("<i class=\"on\"></i><i></i>"), "{html}");

    server.mine(1);
    let html = until_page(&server, &id, "The payment is confirmed. Thank you.");
    assert!(html.contains("<p class=\"state\">Paid</p>") && html.contains(REFRESH), "{html}");

    server.mine(4);
    let html = until_page(&server, &id, "Payment complete");
    assert!(html.contains("The payment is final. Thank you.") && html.contains("Receipt"), "{html}");
    assert!(!html.contains(REFRESH) && !html.contains(PAYABLE), "nothing changes any more: {html}");
    assert!(html.contains("data-final"), "{html}");
    assert_nothing_inline(&html);
}

#[test]
fn too_much_is_said_and_shown() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    server.run(&["sandbox", "pay", &id, "--amount", "0.0005"]);
    let words = "You sent 0.00010000 BTC more than was asked.";
    until_page(&server, &id, words);
    server.mine(6);
    let html = until_page(&server, &id, "The payment is final.");
    assert!(
        html.contains("<p class=\"state\">Paid, and more than asked</p>") && html.contains(words),
        "{html}"
    );
    assert!(html.contains("<dt>Too much</dt><dd><bdi>0.00010000 BTC</bdi></dd>"), "{html}");
}

#[test]
fn what_costs_nothing_asks_for_nothing() {
    let (server, _) = open();
    let store = server.practice_store("Free", &["--allow-zero-price"]);
    let shop = Shop::paired(&server, &store, "free shop");
    let id = order(&shop, &json!({ "price": 0 }));
    let html = page(&server, &id);
    assert!(html.contains("Nothing to pay") && html.contains("This order costs nothing."), "{html}");
    assert!(!html.contains(PAYABLE) && !html.contains("bitcoin:"), "{html}");
}

#[test]
fn a_top_up_takes_any_amount() {
    let (server, shop) = open();
    let id = order(&shop, &json!({ "price": null }));
    let html = page(&server, &id);
    assert!(html.contains("Any amount") && html.contains("Top up"), "{html}");
    assert!(!html.contains("?amount="), "{html}");
    server.run(&["sandbox", "pay", &id, "--amount", "0.001"]);
    let html = until_page(&server, &id, "Payment seen");
    assert!(html.contains("50.00 <span>USD</span>"), "{html}");
}

#[test]
fn when_time_is_over_the_buyer_is_told_not_to_send() {
    let (mut server, shop) = open();
    let untouched = order(&shop, &json!({}));
    let partial = order(&shop, &json!({}));
    let stuck = order(&shop, &json!({}));
    server.run(&["sandbox", "pay", &partial, "--amount", "0.0001"]);
    until_page(&server, &partial, "Send 0.00030000 BTC more");
    server.pay(&stuck);
    until_page(&server, &stuck, "Payment seen");
    assert_eq!(server.stop(), 0);
    let (hour, two_days) = (60 * 60 * 1000, 48 * 60 * 60 * 1000);
    aging::age(&server, &untouched, hour);
    aging::age(&server, &partial, hour);
    aging::age(&server, &stuck, two_days);
    server.restart();

    let html = until_page(&server, &untouched, "This price has expired");
    assert!(html.contains("Please do not send. Nothing has arrived."), "{html}");
    let html = until_page(&server, &partial, "This price has expired");
    assert!(html.contains("Please do not send. 0.00010000 BTC has arrived, which was too little"), "{html}");
    let html = until_page(&server, &stuck, "Payment not valid");
    assert!(html.contains("It was not confirmed by the network."), "{html}");
    server.pay(&untouched);
    let html = until_page(&server, &untouched, "Payment arrived after expiry");
    assert!(html.contains("Please do not pay again."), "{html}");
    for id in [&untouched, &partial, &stuck] {
        let html = page(&server, id);
        assert!(!html.contains(PAYABLE) && !html.contains("bitcoin:"), "{html}");
        assert!(html.contains(REFRESH), "money may still come: {html}");
        assert_nothing_inline(&html);
    }
}

#[test]
fn the_status_is_there_for_programs_too() {
    let (server, shop) = open();
    let id = order(&shop, &json!({ "orderId": "A-1", "itemDesc": "Two books" }));
    let status = || get(&format!("{}/i/{id}/status", server.url())).json();
    let address = shop.read(&id)["bitcoinAddress"].as_str().unwrap().to_owned();
    let first = status();
    for (key, value) in [
        ("status", json!("new")),
        ("invoiceId", json!(id)),
        ("storeName", json!("Alder & Finch Books")),
        ("orderId", json!("A-1")),
        ("itemDesc", json!("Two books")),
        ("address", json!(address)),
        ("due", json!("0.00040000")),
        ("paid", json!("0.00000000")),
        ("orderAmount", json!("0.00040000")),
        ("orderAmountFiat", json!("20.00 USD")),
        ("txCount", json!(0)),
        ("paymentMethodId", json!("BTC-CHAIN")),
        ("invoiceCurrency", json!("USD")),
        ("invoiceBitcoinUrl", json!(format!("bitcoin:{address}?amount=0.0004"))),
        ("invoiceBitcoinUrlQR", json!(format!("BITCOIN:{}?amount=0.0004", address.to_uppercase()))),
        ("maxTimeMinutes", json!(15)),
        ("receivedConfirmations", Value::Null),
    ] {
        assert_eq!(first[key], value, "{key}");
    }
    let left = first["expirationSeconds"].as_i64().unwrap();
    assert!((800..=900).contains(&left), "{left}");
    server.run(&["sandbox", "pay", &id, "--amount", "0.0001"]);
    let partly = specie_testkit::wait::until("the payment", || {
        Some(status()).filter(|status| status["paid"] == "0.00010000")
    });
    assert_eq!((&partly["due"], &partly["exceptionStatus"]), (&json!("0.00030000"), &json!("paidPartial")));
    server.pay(&id);
    server.mine(1);
    let paid = specie_testkit::wait::until("the block", || {
        Some(status()).filter(|status| status["status"] == "confirmed")
    });
    assert_eq!((&paid["txCount"], &paid["receivedConfirmations"]), (&json!(2), &json!(1)));
}
