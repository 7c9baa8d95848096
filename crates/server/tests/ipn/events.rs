//! Which events are told, under which switch, in which order.

use serde_json::json;
use specie_testkit::receiver::Receiver;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::{aging, assert_told, database, id_of, open, order};

const EXTENDED_SALE: [&str; 8] = [
    "1001 new",
    "1002 paid",
    "paid",
    "1003 paid",
    "confirmed",
    "1005 confirmed",
    "complete",
    "1006 complete",
];

/// Pays an invoice, confirms it, completes it.
fn sell(server: &Server, shop: &Shop, id: &str) {
    server.pay(id);
    shop.until_status(id, "paid");
    server.mine(1);
    shop.until_status(id, "confirmed");
    server.mine(5);
    shop.until_status(id, "complete");
}

#[test]
fn a_sale_is_told_as_the_switches_say() {
    let (server, shop) = open();
    for (switches, expected) in [
        (json!({}), &["confirmed"][..]),
        (json!({ "fullNotifications": true }), &["paid", "confirmed", "complete"]),
        (json!({ "extendedNotifications": true }), &EXTENDED_SALE),
        (json!({ "extendedNotifications": true, "fullNotifications": true }), &EXTENDED_SALE),
    ] {
        let receiver = Receiver::start();
        let id = id_of(&shop.invoice(&order(&receiver, &switches)));
        sell(&server, &shop, &id);
        assert_told(&receiver, &id, expected);
        // Not one more is to come.
        let rows = database::deliveries(&server, &id);
        assert_eq!(rows.len(), expected.len(), "{switches}");
    }
}

#[test]
fn names_go_with_their_numbers() {
    let (server, shop) = open();
    let receiver = Receiver::start();
    let id = id_of(&shop.invoice(&order(&receiver, &json!({ "extendedNotifications": true }))));
    sell(&server, &shop, &id);
    receiver.wait_for(EXTENDED_SALE.len());
    let events = receiver.bodies().into_iter().filter_map(|mut body| Some(body.get_mut("event")?.take()));
    let expected = [
        json!({ "code": 1001, "name": "invoice_created" }),
        json!({ "code": 1002, "name": "invoice_receivedPayment" }),
        json!({ "code": 1003, "name": "invoice_paidInFull" }),
        json!({ "code": 1005, "name": "invoice_confirmed" }),
        json!({ "code": 1006, "name": "invoice_completed" }),
    ];
    assert_eq!(events.collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_paid_and_confirmed_at_once_is_told_as_two() {
    let (server, shop) = open();
    let receiver = Receiver::start();
    let body = order(&receiver, &json!({ "fullNotifications": true, "transactionSpeed": "high" }));
    let id = id_of(&shop.invoice(&body));
    server.pay(&id);
    // The invoice was never `paid` for anyone who reads it; the shop hears of both.
    shop.until_status(&id, "confirmed");
    assert_told(&receiver, &id, &["paid", "confirmed"]);

    let id = id_of(&shop.invoice(&order(&receiver, &json!({ "fullNotifications": true }))));
    server.pay(&id);
    shop.until_status(&id, "paid");
    server.mine(6);
    shop.until_status(&id, "complete");
    assert_told(&receiver, &id, &["paid", "confirmed", "complete"]);
}

/// The slow one: half a minute is the shortest time to pay that a shop may ask for.
#[test]
fn expiry_partial_payment_and_late_payment_are_told() {
    let (server, shop) = open();
    let receiver = Receiver::start();
    let now = shop.invoice(&json!({ "price": 1, "currency": "USD" }))["currentTime"].as_i64().unwrap();
    let make = |more: serde_json::Value| {
        let mut body = order(&receiver, &more);
        body["expirationTime"] = json!(now + 32_000);
        id_of(&shop.invoice(&body))
    };
    let untouched = make(json!({ "extendedNotifications": true }));
    let partial = make(json!({ "extendedNotifications": true }));
    let plain = make(json!({ "fullNotifications": true }));
    let quiet = make(json!({}));
    server.run(&["sandbox", "pay", &partial, "--amount", "0.0001"]);
    for id in [&untouched, &partial, &plain, &quiet] {
        shop.until_status(id, "expired");
    }
    assert_eq!(shop.read(&partial)["exceptionStatus"], "paidPartial");
    assert_told(&receiver, &untouched, &["1001 new", "expired", "1004 expired"]);
    let expected = ["1001 new", "1002 new", "expired", "1004 expired", "expired", "2000 expired"];
    assert_told(&receiver, &partial, &expected);
    assert_told(&receiver, &plain, &["expired"]);

    for id in [&untouched, &plain, &quiet] {
        server.pay(id);
    }
    // A late payment changes no status, and is told to those who listen to names.
    until("the late payment", || (shop.read(&untouched)["exceptionStatus"] == "paidLate").then_some(()));
    let expected = ["1001 new", "expired", "1004 expired", "1002 expired", "1009 expired"];
    assert_told(&receiver, &untouched, &expected);
    assert_eq!(shop.read(&untouched)["status"], "expired");
    for (id, stored) in [(&untouched, 5), (&partial, 6), (&plain, 1), (&quiet, 0)] {
        until("the late payments", || (shop.read(id)["exceptionStatus"] != false).then_some(()));
        assert_eq!(database::deliveries(&server, id).len(), stored);
    }
}

#[test]
fn a_payment_that_never_confirms_is_told_even_if_the_server_slept() {
    let (mut server, shop) = open();
    let receiver = Receiver::start();
    let id = id_of(&shop.invoice(&order(&receiver, &json!({ "extendedNotifications": true }))));
    server.pay(&id);
    assert_told(&receiver, &id, &["1001 new", "1002 paid", "paid", "1003 paid"]);
    assert_eq!(server.stop(), 0);
    let two_days = 2 * 24 * 60 * 60 * 1000;
    aging::age(&server, &id, two_days);
    server.restart();
    shop.until_status(&id, "invalid");
    let told = ["1001 new", "1002 paid", "paid", "1003 paid", "invalid", "1013 invalid"];
    assert_told(&receiver, &id, &told);
}

#[test]
fn a_shop_is_told_once_more_when_its_merchant_asks() {
    let (server, shop) = open();
    let path = |id: &str| format!("/invoices/{id}/notifications");
    for (switches, expected) in [
        (json!({}), &["new"][..]),
        (json!({ "extendedNotifications": true }), &["1001 new", "new", "1012 new"]),
    ] {
        let receiver = Receiver::start();
        let id = id_of(&shop.invoice(&order(&receiver, &switches)));
        let told = shop.post(&path(&id), &json!({}));
        assert_eq!((told.status, told.body.as_str()), (200, r#"{"data":"Success"}"#));
        assert_told(&receiver, &id, expected);
        // It tells of the invoice as it stands by then, and as often as it is asked.
        server.pay(&id);
        shop.until_status(&id, "paid");
        assert_eq!(shop.send("POST", &path(&id), "").status, 200);
        let last = || receiver.bodies().last().cloned().unwrap_or_default();
        until("the second one", || {
            let body = last();
            let flat = body.get("data").unwrap_or(&body);
            (flat["status"] == "paid" && body.get("event").is_none_or(|event| event["code"] == 1012))
                .then_some(())
        });
    }
    let silent = id_of(&shop.invoice(&json!({ "price": 20, "currency": "USD" })));
    let refused = shop.post(&path(&silent), &json!({}));
    assert_eq!((refused.status, refused.error().as_str()), (400, "the invoice has no notificationURL"));
    assert_eq!(shop.post(&path("nonsense"), &json!({})).status, 404);
}

#[test]
fn a_refund_that_is_asked_is_told_by_name_and_to_no_one_else() {
    let (server, shop) = open();
    for (switches, told) in [
        (json!({ "fullNotifications": true }), &["paid", "confirmed", "complete"][..]),
        (json!({ "extendedNotifications": true }), &EXTENDED_SALE),
    ] {
        let receiver = Receiver::start();
        let id = id_of(&shop.invoice(&order(&receiver, &switches)));
        sell(&server, &shop, &id);
        let some = json!({ "amount": 5, "currency": "USD" });
        let asked = shop.post(&format!("/invoices/{id}/refunds"), &some);
        assert_eq!(asked.status, 200, "{}", asked.body);
        // What is taken back is no news.
        let cancelled =
            shop.send("DELETE", &format!("/refunds/{}", asked.data()["id"].as_str().unwrap()), "");
        assert_eq!(cancelled.status, 200, "{}", cancelled.body);
        let named = told.len() > 3;
        let expected = [told, if named { &["2009 complete"] } else { &[] }].concat();
        assert_told(&receiver, &id, &expected);
        assert_eq!(database::deliveries(&server, &id).len(), expected.len(), "{switches}");
        if named {
            let event = receiver.bodies().last().unwrap()["event"].clone();
            assert_eq!(event, json!({ "code": 2009, "name": "invoice_refund" }));
        }
    }
}
