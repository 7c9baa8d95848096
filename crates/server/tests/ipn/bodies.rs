//! What is true of a notification on the wire beside its body's form, which `contract/webhooks` has.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use specie_testkit::http;
use specie_testkit::receiver::Receiver;
use specie_testkit::wait::until;

use super::{database, id_of, open, order};

/// An order with all that its bodies tell of.
fn books(receiver: &Receiver) -> Value {
    order(
        receiver,
        &json!({
            "orderId": "A-1", "itemDesc": "Two books", "posData": "{\"shelf\":7}", "extendedNotifications": true,
            "buyer": { "name": "Ann", "email": "ann@buyer.example", "address1": "1 Lane" },
        }),
    )
}

#[test]
fn a_bodys_times_are_in_order_and_the_first_is_whole_seconds() {
    let (_server, shop) = open();
    let receiver = Receiver::start();
    shop.invoice(&books(&receiver));
    let body = receiver.wait_for(1).remove(0).body;
    let json: Value = serde_json::from_str(&body).unwrap();
    let at = |key: &str| json["data"][key].as_i64().unwrap();
    assert_eq!((at("invoiceTime") % 1000, at("currentTime") >= at("invoiceTime")), (0, true));
    let life = at("expirationTime") - at("invoiceTime");
    assert!((900_000..901_000).contains(&life), "{life}");
}

#[test]
fn headers_are_plain_and_carry_the_deliverys_id() {
    let (server, shop) = open();
    let receiver = Receiver::start();
    let id = id_of(&shop.invoice(&books(&receiver)));
    server.pay(&id);
    let heard = receiver.wait_for(4);
    let stored = database::deliveries(&server, &id);
    for (heard, stored) in heard.iter().zip(&stored) {
        let header = |name: &str| {
            let found = heard.headers.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        assert_eq!(header("content-type"), "application/json; charset=utf-8");
        assert_eq!(header("specie-delivery"), stored.id);
        assert!(header("user-agent").starts_with("Specie/"), "{}", header("user-agent"));
        assert_eq!(header("content-length"), heard.body.len().to_string());
        let mut names: Vec<&str> = heard.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        // Nothing that signs, nothing that identifies: the shop reads the invoice to be sure.
        let expected = [
            "accept",
            "content-length",
            "content-type",
            "host",
            "request-id",
            "specie-delivery",
            "user-agent",
        ];
        assert_eq!(names, expected);
    }
}

#[test]
fn placeholders_in_the_address_are_filled() {
    let (server, shop) = open();
    let receiver = Receiver::start();
    let mut body = order(&receiver, &json!({ "orderId": "A&B 7", "fullNotifications": true }));
    body["notificationURL"] =
        json!(receiver.url("/ipn/{InvoiceId}?order={orderid}&status={STATUS}&other={Other}"));
    let id = id_of(&shop.invoice(&body));
    server.pay(&id);
    receiver.wait_for(1);
    server.mine(6);
    let targets: Vec<String> = receiver.wait_for(3).into_iter().map(|heard| heard.target).collect();
    let expected = ["Processing", "Settled", "Settled"]
        .map(|status| format!("/ipn/{id}?order=A%26B+7&status={status}&other={{Other}}"));
    assert_eq!(targets, expected);
}

/// A receiver that reads the invoice as soon as it hears of it, before it answers.
fn reading_receiver(server: String) -> (String, Arc<Mutex<Vec<[String; 2]>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ipn", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let told = hear(&stream);
            let id = told["id"].as_str().unwrap();
            let read = http::get(&format!("{server}/i/{id}/status")).json();
            let words = [&told["status"], &read["status"]].map(|v| v.as_str().unwrap().to_owned());
            kept.lock().unwrap().push(words);
            answer(&stream);
        }
    });
    (url, seen)
}

fn hear(stream: &TcpStream) -> Value {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end().to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap(),
            None if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn answer(mut stream: &TcpStream) {
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
}

#[test]
fn who_is_told_can_read_it_already() {
    const ORDER: [&str; 4] = ["new", "paid", "confirmed", "complete"];
    let (server, shop) = open();
    let (url, seen) = reading_receiver(server.url().to_owned());
    for _ in 0..5 {
        let body =
            json!({ "price": 20, "currency": "USD", "fullNotifications": true, "notificationURL": url });
        server.pay(&id_of(&shop.invoice(&body)));
    }
    server.mine(1);
    server.mine(5);
    let seen =
        until("all that is told", || Some(seen.lock().unwrap().clone()).filter(|seen| seen.len() == 15));
    let rank = |status: &str| ORDER.iter().position(|known| *known == status).unwrap();
    for [told, read] in seen {
        assert!(rank(&read) >= rank(&told), "told {told}, read {read}");
    }
}
