//! Marks and the archive: what a merchant decides over an invoice by hand.

use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::receiver::Receiver;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::{House, generate, public_id, refused};

fn mark(house: &House, number: &Value, status: &str) -> Reply {
    house.post(&format!("/invoices/{number}/mark"), &json!({ "status": status }))
}

fn marked(reply: &Reply) -> (Value, Value) {
    assert_eq!((reply.status, &reply.json()["success"]), (200, &json!(true)), "{}", reply.body);
    let invoice = &reply.json()["data"];
    (invoice["status"].clone(), invoice["exception"].clone())
}

fn sound(house: &House) {
    let verified = house.server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

/// Pays less than is asked.
fn pay_part(house: &House, invoice: &Value, btc: &str) {
    house.server.run(&["sandbox", "pay", public_id(invoice), "--amount", btc]);
    until("the part", || (house.read(&invoice["id"])["exception"] == "paid_partial").then_some(()));
}

#[test]
fn the_log_has_each_mark_that_changed_something_once() {
    let mut house = House::open();
    house.server.keep_log();
    let made = house.twenty();
    for status in ["complete", "complete", "invalid"] {
        assert_eq!(marked(&mark(&house, &made["id"], status)), (json!(status), json!("marked")));
    }
    let logged = || {
        let marks = house.server.log().into_iter().filter(|line| line.contains("an invoice was marked"));
        let names = ["complete", "invalid"];
        let name = |line: String| names.into_iter().find(|name| line.contains(&format!("mark=\"{name}\"")));
        marks.map(name).collect::<Vec<_>>()
    };
    until("the last mark in the log", || logged().contains(&Some("invalid")).then_some(()));
    assert_eq!(logged(), [Some("complete"), Some("invalid")]);
}

#[test]
fn a_mark_is_shown_told_and_booked() {
    let house = House::open();
    let receiver = Receiver::start();
    let hook = json!({ "amount": 20, "currency": "USD", "webhook_url": receiver.url("/hook") });
    let made = house.invoice(&hook);
    let number = &made["id"];
    pay_part(&house, &made, "0.0001");
    assert_eq!(marked(&mark(&house, number, "complete")), (json!("complete"), json!("marked")));
    assert_eq!(house.read(number)["status"], "complete");
    let shop = Shop::paired(&house.server, &house.store, "shop");
    let balance = || shop.get("/ledgers").data()[0]["balance"].clone();
    assert_eq!(balance(), 0.0001, "what came is booked, and no more");
    sound(&house);

    // The same once more is the same, and nobody is told again; the other one is another.
    assert_eq!(marked(&mark(&house, number, "complete")), (json!("complete"), json!("marked")));
    assert_eq!(marked(&mark(&house, number, "invalid")), (json!("invalid"), json!("marked")));
    assert_eq!(balance(), 0.0001, "what came is still there");
    let expected =
        ["invoice.created", "invoice.payment_received", "invoice.marked_complete", "invoice.marked_invalid"];
    until("all events", || (receiver.heard().len() >= expected.len()).then_some(()));
    let told: Vec<Value> = receiver.bodies().iter().map(|body| body["event"].clone()).collect();
    assert_eq!(told, expected.map(Value::from));
    // A mark stands whatever is paid.
    house.server.pay(public_id(&made));
    house.server.mine(6);
    until("the blocks", || (house.read(number)["payments"][1]["confirmations"] == 6).then_some(()));
    assert_eq!(house.read(number)["status"], "invalid");
    sound(&house);
}

#[test]
fn what_payments_settled_is_not_marked_and_what_makes_no_sense_is_refused() {
    let mut house = House::open();
    let theirs = house.neighbour();
    let made = house.twenty();
    let number = &made["id"];
    let path = format!("/invoices/{number}/mark");
    for (body, status) in [
        ("{}", 422),
        (r#"{"status":"paid"}"#, 422),
        (r#"{"status":["complete"]}"#, 422),
        (r#"{"status":"Complete"}"#, 422),
        ("", 400),
        (r#"{"status":"complete","status":"invalid"}"#, 400),
    ] {
        assert_eq!(house.call_with(&house.token, "POST", &path, body, &[]).status, status, "{body}");
    }
    let wish = json!({ "status": "complete" }).to_string();
    let bearer = format!("Bearer {}", house.token);
    assert_eq!(house.with_headers("POST", &path, &wish, &[("authorization", &bearer)]).status, 415);
    let unauthorized = json!({ "message": "This action is unauthorized." });
    let reader = generate(&mut house.browser, &[("read_only", "1")]);
    let actions = ["mark", "archive", "unarchive"];
    for (token, action) in
        [&theirs, &reader].into_iter().flat_map(|token| actions.map(|action| (token, action)))
    {
        let path = format!("/invoices/{number}/{action}");
        refused(&house.call_with(token, "POST", &path, &wish, &[]), 403, &unauthorized, action);
    }
    for action in actions {
        assert_eq!(
            house.post(&format!("/invoices/99/{action}"), &json!({ "status": "invalid" })).status,
            404
        );
        assert_eq!(house.get(&format!("/invoices/{number}/{action}")).status, 405);
    }
    let untouched = house.read(number);
    assert_eq!((&untouched["status"], &untouched["archived"]), (&json!("new"), &json!(false)));

    house.server.pay(public_id(&made));
    house.until_status(number, "paid");
    house.server.mine(1);
    house.until_status(number, "confirmed");
    for status in ["complete", "invalid"] {
        let reply = mark(&house, number, status);
        assert_eq!((reply.status, &reply.json()["success"]), (409, &json!(false)), "{}", reply.body);
        assert!(reply.body.contains("confirmed by its payments"), "{}", reply.body);
    }
    assert_eq!(house.read(number)["exception"], Value::Null);
}

#[test]
fn marks_at_once_and_beside_a_payment_leave_sound_books() {
    let house = House::open();
    let all: Vec<Value> = (0..4).map(|_| house.twenty()).collect();
    std::thread::scope(|scope| {
        for invoice in &all {
            for status in ["complete", "invalid", "complete"] {
                let house = &house;
                // It may be settled by its payment meanwhile.
                scope.spawn(move || {
                    let reply = mark(house, &invoice["id"], status);
                    assert!([200, 409].contains(&reply.status), "{}", reply.body);
                });
            }
            scope.spawn(|| house.server.pay(public_id(invoice)));
        }
        scope.spawn(|| house.server.mine(1));
    });
    house.server.mine(6);
    for invoice in &all {
        let shown = until("the payment's blocks", || {
            let shown = house.read(&invoice["id"]);
            (shown["payments"][0]["confirmations"].as_i64() >= Some(6)).then_some(shown)
        });
        assert!(shown["status"] == "complete" || shown["exception"] == "marked", "{shown}");
    }
    sound(&house);
}

#[test]
fn what_is_archived_is_left_out_of_lists_and_of_nothing_else() {
    let house = House::open();
    let (first, second) = (house.twenty(), house.twenty());
    let number = &first["id"];
    let moved = house.post(&format!("/invoices/{number}/archive"), &json!({}));
    assert_eq!((moved.status, &moved.json()["data"]["archived"]), (200, &json!(true)), "{}", moved.body);
    assert_eq!(house.post(&format!("/invoices/{number}/archive"), &json!({})).status, 200, "again");
    let ids = |query: &str| {
        let listed = house.get(&format!("/stores/1/invoices{query}")).json();
        listed["data"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    let (inside, outside) = (vec![number.clone()], vec![second["id"].clone()]);
    assert_eq!(ids(""), outside);
    assert_eq!(ids("?archived=false"), outside);
    assert_eq!(ids("?archived=true"), inside);
    assert_eq!(ids("?search=INV-000001"), Vec::<Value>::new());
    assert_eq!(ids("?search=INV-000001&archived=true"), inside);
    assert_eq!(ids("?status=new&archived=true"), inside);
    assert_eq!(house.get("/stores/1/invoices?archived=maybe").status, 422);

    let shop = Shop::paired(&house.server, &house.store, "shop");
    let public = |query: &str| shop.get(&format!("/invoices{query}")).data().as_array().unwrap().len();
    assert_eq!((public(""), public("?archived=true"), public("?ARCHIVED=True&status=new")), (1, 1, 1));
    assert_eq!(shop.get("/invoices?archived=2").status, 400);
    // It can be paid, is settled, and counts.
    house.server.pay(public_id(&first));
    house.until_status(number, "paid");
    house.server.mine(6);
    let complete = house.until_status(number, "complete");
    assert_eq!(complete["archived"], true);
    assert_eq!(shop.read(public_id(&first))["status"], "complete");
    assert_eq!(shop.get("/ledgers").data()[0]["balance"], 0.0004);
    until("the summary", || {
        let counted = house.get("/balance-or-summary").json()["data"]["invoices"].clone();
        (counted["complete"] == 1 && counted["total"] == 2).then_some(())
    });
    assert_eq!((ids("?archived=true"), ids("?status=complete")), (inside.clone(), vec![]));
    let back = house.post(&format!("/invoices/{number}/unarchive"), &json!({}));
    assert_eq!(back.json()["data"]["archived"], false);
    assert_eq!(ids(""), [outside, inside].concat());
    sound(&house);
}
