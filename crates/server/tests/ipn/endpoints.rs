//! Where notifications go, and where they never go.

use std::net::TcpListener;

use serde_json::json;
use specie_testkit::http;
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::database::deliveries;
use super::{EXE, id_of, open, order};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[test]
fn a_redirect_is_recorded_and_not_followed() {
    let (server, shop) = open();
    let (sending_on, target) = (Receiver::start(), Receiver::start());
    sending_on.answer(Answer::Redirect(target.url("/secret")));
    let id = id_of(&shop.invoice(&order(&sending_on, &json!({ "extendedNotifications": true }))));
    let row = until("the attempt", || deliveries(&server, &id).into_iter().find(|row| row.attempts > 0));
    assert_eq!(row.state, "pending");
    assert_eq!(row.outcomes, [(Some(302), Some("answered 302".to_owned()))]);
    assert_eq!(target.heard().len(), 0);
}

#[test]
fn a_silent_endpoint_holds_up_nobody_else() {
    let (server, shop) = open();
    let (silent, well) = (Receiver::start(), Receiver::start());
    silent.answer(Answer::Silence);
    let extended = json!({ "extendedNotifications": true });
    let held: Vec<_> = (0..12).map(|_| id_of(&shop.invoice(&order(&silent, &extended)))).collect();
    silent.wait_for(1);
    let sent: Vec<_> = (0..12).map(|_| id_of(&shop.invoice(&order(&well, &extended)))).collect();
    well.wait_for(sent.len());
    // Not one of the silent endpoint's attempts has ended yet.
    for id in &held {
        assert_eq!(deliveries(&server, id)[0].outcomes, []);
    }
}

/// The slow ones have more to hear than there are places for: 4 each, until half of all are taken.
#[test]
fn many_silent_endpoints_leave_half_of_all_places_to_the_others() {
    let (mut server, shop) = open();
    let (silent, well) = (Receiver::start(), Receiver::start());
    silent.answer(Answer::Silence);
    let id = id_of(&shop.invoice(&order(&well, &json!({ "extendedNotifications": true }))));
    well.wait_for(1);
    until("the record", || (deliveries(&server, &id)[0].state == "done").then_some(()));
    assert_eq!(server.stop(), 0);
    let mut sql = server.sql();
    let copy = "INSERT INTO deliveries (id, invoice_id, webhook_id, line, endpoint, url, form, notice, snapshot,
            state, attempts, created_at, next_at, lease_until, resent_at, in_line, store_id)
        SELECT $1, invoice_id, NULL, $1, $2, $3, form, notice, snapshot, 'pending', 0, created_at, $4, 0, NULL, 1, store_id
        FROM deliveries WHERE number = 1";
    let (slow, each) = (70_u8, 5_u8);
    let mut add = |endpoint: u8, number: u8, at: &Receiver| {
        let id = [&[endpoint, number][..], &[7; 14]].concat();
        let name = format!("http://shop-{endpoint}.example:80");
        let due = i64::from(endpoint);
        sql.execute(copy, &[id.into(), name.as_str().into(), at.url("/ipn").as_str().into(), due.into()]);
    };
    for number in 0..each {
        (0..slow).for_each(|endpoint| add(endpoint, number, &silent));
        add(slow, number, &well);
    }
    server.restart();
    // 65 endpoints have four places each, which is more than half; five have one, as has the last.
    let taken = 65 * 4 + 5;
    silent.wait_for(taken);
    well.wait_for(1 + usize::from(each));
    assert_eq!(silent.heard().len(), taken);
    let over = server.sql().query("SELECT 1 FROM attempts WHERE http_status IS NULL", &[]);
    assert!(over.is_empty(), "not one of the silent attempts has ended yet");
}

#[test]
fn private_addresses_are_closed_unless_the_operator_opens_them() {
    let server = Server::start_exactly(EXE, vec![]);
    server.create_user(OWNER);
    let store = server.practice_store("Closed", &[]);
    let shop = Shop::paired(&server, &store, "shop");
    let receiver = Receiver::start();
    for (url, failure) in [
        ("http://127.0.0.1:8080/ipn".to_owned(), "the host is not publicly reachable"),
        ("http://[::1]:8080/ipn".to_owned(), "the host is not publicly reachable"),
        ("http://10.0.0.1/ipn".to_owned(), "the host is not publicly reachable"),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), "the host is not publicly reachable"),
        ("http://localhost:8080/ipn".to_owned(), "the host is not a public name"),
        (
            "http://user:secret@shop.example/ipn".to_owned(),
            "the URL must not contain a user name or password",
        ),
        ("http://127.0.0.1:22/".to_owned(), "the port is not allowed"),
    ] {
        let mut body = order(&receiver, &json!({ "extendedNotifications": true }));
        body["notificationURL"] = json!(url);
        let id = id_of(&shop.invoice(&body));
        let row = until("the attempt", || deliveries(&server, &id).into_iter().find(|row| row.attempts > 0));
        assert_eq!(row.outcomes, [(None, Some(failure.to_owned()))], "{url}");
    }
    let id = id_of(&shop.invoice(&order(&receiver, &json!({ "extendedNotifications": true }))));
    until("the attempt", || deliveries(&server, &id).into_iter().find(|row| row.attempts > 0));
    assert_eq!(receiver.heard().len(), 0);
}

#[test]
fn one_port_may_be_opened_and_the_server_never_calls_itself() {
    let (open, closed) = (Receiver::start(), Receiver::start());
    let port = open.url("").rsplit_once(':').unwrap().1.to_owned();
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let args =
        ["--allow-private", &format!("127.0.0.1/32={port}"), "--public-url", "http://pay.shop.example"];
    let server = Server::start_at(EXE, &listen, args.map(str::to_owned).to_vec());
    server.create_user(OWNER);
    let store = server.practice_store("Half open", &[]);
    let mut shop = Shop::named("http://pay.shop.example", "shop");
    let code = server.run(&["token", "create", "--store", &store])["pairing_code"].clone();
    // Signed for the public address, sent to where it is served.
    let public = std::mem::replace(&mut shop.url, server.url().to_owned());
    let claim = json!({ "id": shop.sin(), "pairingCode": code }).to_string();
    assert_eq!(http::send("POST", &format!("{}/tokens", server.url()), &JSON, claim.as_bytes()).status, 200);
    let make = |told: &str| {
        let body = json!({ "price": 1, "extendedNotifications": true, "notificationURL": told }).to_string();
        let signature = shop.sign(&format!("{public}/invoices{body}"));
        let headers = [JSON[0], ("x-identity", &*shop.identity()), ("x-signature", &*signature)];
        let reply = http::send("POST", &format!("{}/invoices", server.url()), &headers, body.as_bytes());
        id_of(&reply.data())
    };
    make(&open.url("/ipn"));
    open.wait_for(1);
    for (told, failure) in [
        ("http://127.0.0.1:22/".to_owned(), "the port is not allowed"),
        ("http://PAY.shop.example/ipn".to_owned(), "the URL points to this payment server itself"),
        ("http://pay.shop.example.:8080/".to_owned(), "the URL points to this payment server itself"),
    ] {
        let id = make(&told);
        let row = until("the attempt", || deliveries(&server, &id).into_iter().find(|row| row.attempts > 0));
        assert_eq!(row.outcomes, [(None, Some(failure.to_owned()))], "{told}");
    }
    // Which rule refuses depends on the port that the system gave.
    let id = make(&closed.url("/ipn"));
    until("the attempt", || deliveries(&server, &id).into_iter().find(|row| row.attempts > 0));
    assert_eq!(closed.heard().len(), 0);
}

#[test]
fn an_address_that_is_none_is_told_nothing() {
    let (server, shop) = open();
    let receiver = Receiver::start();
    for url in ["javascript:alert(1)", "ftp://shop.example/", "not an address", "/ipn"] {
        let mut body = order(&receiver, &json!({ "extendedNotifications": true }));
        body["notificationURL"] = json!(url);
        let reply = shop.post("/invoices", &body);
        match reply.status {
            200 => assert_eq!(deliveries(&server, &id_of(&reply.data())).len(), 0, "{url}"),
            status => assert_eq!(status, 400, "{url}: {}", reply.body),
        }
    }
}
