//! What webhooks hear of invoices: what was chosen, in order, each in a line of its own, and nothing
//! once they are gone.

use serde_json::json;
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::wait::until;

use super::super::{House, public_id};
use super::{PATH, header, names};

const SALE: [&str; 5] =
    ["invoice.created", "invoice.payment_received", "invoice.paid", "invoice.confirmed", "invoice.completed"];

#[test]
fn each_webhook_hears_what_was_chosen_for_it_in_order_with_the_invoice_as_it_was() {
    let mut house = House::open();
    let (all, some, own) = (Receiver::start(), Receiver::start(), Receiver::start());
    house.hook(&all, &json!({}));
    house.hook(&some, &json!({ "events": ["invoice.completed", "invoice.created"] }));
    house.hook(&some, &json!({ "enabled": false }));
    let made = house.invoice(&json!({ "amount": 20, "currency": "USD", "webhook_url": own.url("/own") }));
    let id = public_id(&made).to_owned();
    house.server.pay(&id);
    house.until_status(&made["id"], "paid");
    house.server.mine(6);
    house.until_status(&made["id"], "complete");
    all.wait_for(5);
    some.wait_for(2);
    own.wait_for(5);
    assert_eq!(
        (names(&all), names(&own)),
        (SALE.map(str::to_owned).to_vec(), SALE.map(str::to_owned).to_vec())
    );
    assert_eq!(names(&some), ["invoice.created", "invoice.completed"]);
    assert_eq!(all.bodies()[0]["data"], made);
    for (heard, body) in all.heard().iter().zip(all.bodies()) {
        assert_eq!(body["id"].as_str(), Some(header(heard, "specie-delivery")));
        assert_eq!(header(heard, "content-type"), "application/json; charset=utf-8");
    }
    // The address of the order itself knows no secret.
    assert!(
        own.heard().iter().all(|heard| heard.headers.iter().all(|(name, _)| !name.ends_with("-signature")))
    );
    until("all being recorded", || house.states().iter().all(|state| state == "done").then_some(()));
    let last = house.get(&format!("{PATH}/1")).json()["data"]["last_delivery"].clone();
    assert_eq!(
        (&last["event"], &last["state"], &last["status_code"]),
        (&json!(SALE[4]), &json!("delivered"), &json!(200))
    );
    // Invoices of another store, and of another API, are told as the store says.
    let client = super::super::bitpay(&house);
    client.invoice(&json!({ "price": 5, "currency": "USD" }));
    all.wait_for(6);
    assert_eq!(names(&all)[5], "invoice.created");
    house.server.practice_store("Own, too", &[]);
    let body = json!({ "amount": 1, "currency": "USD" });
    assert_eq!(house.post("/stores/2/invoices", &body).status, 201);
    house.twenty();
    all.wait_for(7);
    assert_eq!(all.bodies()[6]["data"]["store_id"], 1);
    house.server.kill();
}

#[test]
fn a_dead_webhook_holds_up_neither_another_nor_the_orders_own_address() {
    let house = House::open();
    let (dead, live, own) = (Receiver::start(), Receiver::start(), Receiver::start());
    dead.answer(Answer::Status(500));
    house.hook(&dead, &json!({}));
    house.hook(&live, &json!({}));
    let made = house.invoice(&json!({ "amount": 20, "currency": "USD", "webhook_url": own.url("/own") }));
    dead.wait_for(1);
    house.server.pay(public_id(&made));
    house.until_status(&made["id"], "paid");
    house.server.mine(6);
    live.wait_for(5);
    own.wait_for(5);
    assert_eq!(names(&live), SALE);
    assert_eq!(names(&dead), SALE[..1], "those behind it wait");
    let shown = house.get(&format!("{PATH}/1")).json()["data"]["last_delivery"].clone();
    assert_eq!((&shown["state"], &shown["attempts"]), (&json!("pending"), &json!(0)));
    let summary =
        house.get("/balance-or-summary").json()["data"]["needs_attention"]["failing_webhooks"].clone();
    assert_eq!(summary, 1);
    // It moves: what is still to reach it follows, the first when it is due again.
    let new = Receiver::start();
    house.change_hook(&json!({ "id": 1 }), &json!({ "url": new.url("/moved") }));
    assert_eq!(
        house.server.sql().execute("UPDATE deliveries SET next_at = 0 WHERE state = 'pending'", &[]),
        5
    );
    house.twenty();
    let heard = new.wait_for(6);
    assert_eq!(heard[0].target, "/moved");
    let about: Vec<String> = new
        .bodies()
        .iter()
        .filter(|b| b["data"]["id"] == made["id"])
        .map(|b| b["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(about, SALE);
    assert_eq!(dead.heard().len(), 1);
}

#[test]
fn what_was_written_for_a_webhook_but_not_sent_survives_a_kill() {
    let mut house = House::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Silence);
    house.hook(&receiver, &json!({}));
    let ids: Vec<_> = (0..7).map(|_| house.twenty()["id"].clone()).collect();
    // All places at the endpoint are taken by attempts that hang; the rest was never tried.
    receiver.wait_for(4);
    house.server.kill();
    assert_eq!(house.states(), ["pending"; 7]);
    receiver.answer(Answer::Status(200));
    assert_eq!(house.server.sql().execute("UPDATE deliveries SET lease_until = 0", &[]), 7);
    house.server.restart();
    receiver.wait_for(11);
    until("all being recorded", || house.states().iter().all(|state| state == "done").then_some(()));
    let told = |bodies: &[serde_json::Value], id: &serde_json::Value| {
        bodies.iter().filter(|body| body["data"]["id"] == *id).count()
    };
    let bodies = receiver.bodies();
    assert!(ids.iter().all(|id| told(&bodies[4..], id) == 1));
    for again in &bodies[..4] {
        let same = bodies[4..].iter().filter(|body| *body == again).count();
        assert_eq!(same, 1, "with the same id, word for word");
    }
}

#[test]
fn a_webhook_that_is_deleted_or_switched_off_hears_nothing_more() {
    let house = House::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Status(503));
    let (off, gone) = (house.hook(&receiver, &json!({})), house.hook(&receiver, &json!({})));
    let made = house.twenty();
    let id = public_id(&made).to_owned();
    receiver.wait_for(2);
    house.server.pay(&id);
    house.until_status(&made["id"], "paid");
    let tried = "SELECT delivery_id FROM attempts";
    until("both attempts", || (house.server.sql().query(tried, &[]).len() == 2).then_some(()));
    house.change_hook(&off, &json!({ "enabled": false }));
    let path = format!("{PATH}/{}", gone["id"]);
    assert_eq!(house.call_with(&house.token, "DELETE", &path, "", &[]).status, 200);
    assert_eq!(house.states(), ["withdrawn"; 6]);
    let summary =
        house.get("/balance-or-summary").json()["data"]["needs_attention"]["failing_webhooks"].clone();
    assert_eq!(summary, 0);
    // What another process wrote a moment before, which did not know, is not sent either.
    let mut sql = house.server.sql();
    assert_eq!(sql.execute("UPDATE deliveries SET state = 'pending', next_at = 0, lease_until = 0", &[]), 6);
    let other = Receiver::start();
    house.hook(&other, &json!({}));
    house.twenty();
    other.wait_for(1);
    until("the end of all", || (house.states()[..6] == ["withdrawn"; 6]).then_some(()));
    assert_eq!(receiver.heard().len(), 2);
    // Switched on again it hears what happens from now on.
    receiver.answer(Answer::Status(200));
    house.change_hook(&off, &json!({ "enabled": true }));
    house.twenty();
    receiver.wait_for(3);
    assert_eq!(house.states().iter().filter(|state| *state == "withdrawn").count(), 6);
}

#[test]
fn a_webhook_that_hangs_takes_no_place_of_its_shops_own_notifications() {
    let house = House::open();
    let receiver = Receiver::start();
    receiver.answer_at("/hook", Answer::Silence);
    house.hook(&receiver, &json!({}));
    let order = json!({ "amount": 20, "currency": "USD", "webhook_url": receiver.url("/own") });
    let at = |path: &str| receiver.heard().iter().filter(|heard| heard.target == path).count();
    for _ in 0..4 {
        house.invoice(&order);
    }
    until("all places of the webhook being taken", || (at("/hook") == 4).then_some(()));
    for _ in 0..4 {
        house.invoice(&order);
    }
    until("all that the orders asked for", || (at("/own") == 8).then_some(()));
    let tried = "SELECT 1 FROM attempts JOIN deliveries ON id = delivery_id WHERE webhook_id IS NOT NULL";
    assert!(house.server.sql().query(tried, &[]).is_empty(), "not one that hangs has ended yet");
    assert_eq!(at("/hook"), 4);
}

#[test]
fn however_much_is_still_to_reach_a_webhook_ends_with_it() {
    let house = House::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Status(503));
    let hook = house.hook(&receiver, &json!({}));
    house.twenty();
    let tried = "SELECT delivery_id FROM attempts";
    until("the attempt", || (house.server.sql().query(tried, &[]).len() == 1).then_some(()));
    // Twice as many as are withdrawn at once, and a few, in the line of the one that failed.
    let copy =
        "INSERT INTO deliveries (id, invoice_id, webhook_id, line, endpoint, url, form, notice, snapshot,
            state, attempts, created_at, next_at, lease_until, resent_at, in_line, store_id)
        SELECT $1, invoice_id, webhook_id, line, endpoint, url, form, notice, snapshot,
            'pending', 0, created_at, next_at, 0, NULL, 1, store_id
        FROM deliveries WHERE number = 1";
    let (mut sql, more) = (house.server.sql(), 1003_u16);
    for number in 0..more {
        let id = [&number.to_be_bytes()[..], &[7; 14]].concat();
        assert_eq!(sql.execute(copy, &[id.into()]), 1);
    }
    house.change_hook(&hook, &json!({ "enabled": false }));
    let states = house.states();
    assert_eq!(states.len(), 1 + usize::from(more));
    assert_eq!(states.iter().position(|state| state != "withdrawn"), None);
}

#[test]
fn a_webhook_hears_of_the_very_next_invoice_and_is_told_once_more_when_its_merchant_asks() {
    let house = House::open();
    let client = super::super::bitpay(&house);
    for round in 1..=5 {
        // The store is known, and what it tells is kept by now.
        house.twenty();
        let receiver = Receiver::start();
        let hook =
            house.hook(&receiver, &json!({ "events": ["invoice.created", "invoice.manually_notified"] }));
        let made = house.twenty();
        receiver.wait_for(1);
        let told = client.post(&format!("/invoices/{}/notifications", public_id(&made)), &json!({}));
        assert_eq!(told.status, 200, "{}", told.body);
        receiver.wait_for(2);
        assert_eq!(names(&receiver), ["invoice.created", "invoice.manually_notified"], "{round}");
        let path = format!("{PATH}/{}", hook["id"]);
        assert_eq!(house.call_with(&house.token, "DELETE", &path, "", &[]).status, 200);
        let told = client.post(&format!("/invoices/{}/notifications", public_id(&made)), &json!({}));
        assert_eq!(told.status, 400, "nobody is left to tell: {}", told.body);
    }
}
