//! `GET /events`: an invoice's changes as they happen.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::{House, keys, refused};

/// An open stream, read as the oldest client does: blocks between empty lines, lines cut at `: `.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(house: &House, path: &str, last: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(house.host()).unwrap();
        let last = last.map_or_else(String::new, |id| format!("last-event-id: {id}\r\n"));
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\n{last}\r\n", house.host()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        for header in
            ["text/event-stream", "access-control-allow-origin: *", "no-cache", "x-accel-buffering: no"]
        {
            assert!(head.to_ascii_lowercase().contains(header), "{header}: {head}");
        }
        Self(reader)
    }

    /// The next message: its name, its id, its data.
    fn next(&mut self) -> (String, Option<String>, Value) {
        let (mut event, mut id, mut data) = (String::new(), None, Value::Null);
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            // Chunks come with their sizes between them.
            let parts: Vec<&str> = line.trim_end().split(": ").collect();
            match parts[..] {
                ["event", name] => event = name.to_owned(),
                ["id", number] => id = Some(number.to_owned()),
                ["data", json] => data = serde_json::from_str(json).unwrap(),
                [""] if !event.is_empty() => return (event, id, data),
                _ => {}
            }
        }
    }
}

fn subscribe(bus: &Value) -> String {
    format!("/events?token={}&action=subscribe&events%5B%5D=payment", bus["token"].as_str().unwrap())
}

#[test]
fn whoever_has_the_token_hears_each_change_and_whoever_returns_what_is_new() {
    let house = House::open();
    let made = house.shop.invoice(&json!({
        "price": 20, "currency": "USD", "itemDesc": "Tea: green", "posData": "for the shop only",
    }));
    let id = made["id"].as_str().unwrap();
    let bus = house.anyone("GET", &format!("/invoices/{id}/events"), "").data();
    assert_eq!(keys(&bus), ["url", "token", "events", "actions"]);
    assert_eq!(bus["url"], format!("{}/events", house.server.url()));
    assert_eq!(
        (&bus["events"], &bus["actions"]),
        (&json!(["payment"]), &json!(["subscribe", "unsubscribe"]))
    );
    let signed = house.shop.get(&format!("/invoices/{id}/events?token={}", made["token"].as_str().unwrap()));
    assert_eq!(signed.data(), bus);

    let mut stream = Stream::open(&house, &subscribe(&bus), None);
    let (event, _, data) = stream.next();
    assert_eq!((&*event, &data["id"]), ("connect", &made["id"]));
    let (event, last, invoice) = stream.next();
    assert_eq!(
        (&*event, &invoice["status"], &invoice["itemDesc"]),
        ("statechange", &json!("new"), &json!("Tea: green"))
    );
    assert_eq!(
        (&invoice["posData"], keys(&invoice)),
        (&Value::Null, keys(&made)),
        "whole, for anyone to see"
    );

    // Cut off, and back before anything happened: nothing is said again.
    let mut back = Stream::open(&house, &subscribe(&bus), last.as_deref());
    assert_eq!(back.next().0, "connect");
    house.server.run(&["sandbox", "pay", id]);
    for stream in [&mut stream, &mut back] {
        let (event, _, invoice) = stream.next();
        assert_eq!((&*event, &invoice["status"]), ("statechange", &json!("paid")));
    }
    // Cut off, and back after something happened.
    let mut late = Stream::open(&house, &subscribe(&bus), last.as_deref());
    assert_eq!((late.next().0.as_str(), &late.next().2["status"]), ("connect", &json!("paid")));
    house.server.mine(1);
    for stream in [&mut stream, &mut late] {
        assert_eq!(stream.next().2["status"], "confirmed");
    }
}

#[test]
fn a_client_that_is_no_browser_is_never_left_in_silence_for_five_seconds() {
    let house = House::open();
    let id = house.twenty()["id"].as_str().unwrap().to_owned();
    let bus = house.anyone("GET", &format!("/invoices/{id}/events"), "").data();
    let mut stream = Stream::open(&house, &subscribe(&bus), None);
    assert_eq!((stream.next().0.as_str(), stream.next().0.as_str()), ("connect", "statechange"));
    stream.0.get_ref().set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut heard = String::new();
    while !heard.lines().any(|line| line == ":") {
        let read = stream.0.read_line(&mut heard);
        assert!(matches!(read, Ok(1..)), "{read:?} after {heard:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let house = House::open();
    let made = house.twenty();
    let id = made["id"].as_str().unwrap();
    let token = house.anyone("GET", &format!("/invoices/{id}/events"), "").data()["token"].clone();
    let token = token.as_str().unwrap();
    let own = made["token"].as_str().unwrap();
    for (path, status, words) in [
        ("/events".to_owned(), 400, "'token' is missing"),
        ("/events?token=".to_owned(), 400, "'token' is missing"),
        ("/events?token=nothing".to_owned(), 401, "no token for events"),
        (format!("/events?token={own}"), 401, "no token for events"),
        (format!("/events?token={token}&action=listen"), 400, "'action' is either"),
        (format!("/events?token={token}&events[]=refund"), 400, "only payment"),
        ("/invoices/nothing/events".to_owned(), 404, "Object not found"),
    ] {
        refused(&house.anyone("GET", &path, ""), status, words, &path);
    }
    let over = house.anyone("GET", &format!("/events?token={token}&action=unsubscribe"), "");
    assert_eq!(over.data(), "Success");
    let (_, neighbour) = house.neighbour();
    refused(&neighbour.get(&format!("/invoices/{id}/events")), 404, "not found", "another store's");
    // What listens can do nothing else.
    refused(&house.anyone("GET", &format!("/invoices?token={token}"), ""), 401, "required", "list");
}
