//! An invoice's events: in pieces, cut off, and from a server that means harm.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use specie_client::{Client, Error, InvoiceStatus, Key, blocking};
use support::{Heard, Reply, Stub, data};

const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

fn recorded() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contract/bitpay/listen.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The recorded event with this id and status.
fn event(id: u32, status: &str) -> String {
    let text = recorded()["answer"]["body"].as_str().unwrap().to_owned();
    let line = text.lines().rfind(|line| line.starts_with("data: {\"url\"")).unwrap().to_owned();
    let line = line.replace("\"status\":\"new\"", &format!("\"status\":\"{status}\""));
    format!("event: statechange\r\nid: {id}\r\n{line}\r\n\r\n")
}

fn bus(heard: &Heard) -> Reply {
    let url = format!("http://{}/events", heard.header("host").unwrap());
    data(&json!({"url": url, "token": "T&?", "events": ["payment"], "actions": ["subscribe"]}))
}

fn is_bus(heard: &Heard) -> bool {
    heard.path().starts_with("/invoices/")
}

fn streams(heard: &[Heard]) -> Vec<&Heard> {
    heard.iter().filter(|heard| !is_bus(heard)).collect()
}

#[tokio::test]
async fn the_recorded_stream_is_understood() {
    let stub = Stub::start(|heard, _| {
        let body = recorded()["answer"]["body"].as_str().unwrap().to_owned();
        if is_bus(heard) { bus(heard) } else { Reply::Hold((STREAM.to_owned() + &body).into_bytes()) }
    });
    let client = Client::new(&stub.host, Key::generate()).unwrap();
    let invoice = client.events("x").next().await.unwrap().unwrap();
    assert_eq!(invoice.status, InvoiceStatus::New);
    let heard = stub.heard();
    assert_eq!(heard[1].target, "/events?token=T%26%3F&action=subscribe&events%5B%5D=payment");
    assert!(heard[1].header("X-Signature").is_none() && heard[1].header("X-Identity").is_none());
}

/// One event for each connection, which is then cut in the middle of the next one.
fn cut_off() -> Stub {
    Stub::start(|heard, _| {
        if is_bus(heard) {
            return bus(heard);
        }
        let said = match heard.header("Last-Event-ID") {
            None => event(1, "new") + "event: statechange\nid: 2\ndata: {\"url\":",
            Some("1") => ": comment\n\nevent: unheard of\ndata: 1\n\n".to_owned() + &event(2, "paid"),
            _ => event(3, "confirmed"),
        };
        Reply::Raw((STREAM.to_owned() + &said).into_bytes())
    })
}

const STORY: [InvoiceStatus; 3] = [InvoiceStatus::New, InvoiceStatus::Paid, InvoiceStatus::Confirmed];

#[tokio::test]
async fn a_stream_that_is_cut_goes_on_where_it_was_and_tells_nothing_twice() {
    let stub = cut_off();
    let client = Client::new(&stub.host, Key::generate()).unwrap();
    let heard: Vec<_> =
        client.events("x").into_stream().take(3).map(|invoice| invoice.unwrap().status).collect().await;
    assert_eq!(heard, STORY);
    let last: Vec<_> =
        streams(&stub.heard()).iter().map(|heard| heard.header("Last-Event-ID").map(str::to_owned)).collect();
    assert_eq!(last, [None, Some("1".to_owned()), Some("2".to_owned())]);
}

#[test]
fn the_blocking_client_hears_the_same() {
    let stub = cut_off();
    let client = blocking::Client::new(&stub.host, Key::generate()).unwrap();
    let heard: Vec<_> = client.events("x").take(3).map(|invoice| invoice.unwrap().status).collect();
    assert_eq!(heard, STORY);
}

#[tokio::test]
async fn who_refuses_or_says_something_else_ends_it() {
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    let json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let no = "HTTP/1.1 401 No\r\nContent-Length: 15\r\n\r\n{\"error\": \"no\"}";
    let elsewhere = "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let nonsense = format!("{STREAM}event: statechange\ndata: {{\"id\": 7}}\n\n");
    let endless = format!("{STREAM}data: {}", "x".repeat(5 * 1024 * 1024));
    for answer in [html, json, no, elsewhere, &nonsense, &endless] {
        let bytes = answer.as_bytes().to_vec();
        let stub =
            Stub::start(move |heard, _| if is_bus(heard) { bus(heard) } else { Reply::Raw(bytes.clone()) });
        let mut events = Client::new(&stub.host, Key::generate()).unwrap().events("x");
        let error = events.next().await.unwrap().unwrap_err();
        assert!(!matches!(error, Error::Unreachable(_)), "{error}");
        assert!(events.next().await.is_none(), "{error}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_or_less_safe_is_not_asked() {
    for url in ["", "events", "file:///etc/passwd", "javascript:1", "ftp://x/"] {
        let stub = Stub::start(move |_, _| data(&json!({"url": url, "token": "T"})));
        let mut events = Client::new(&stub.host, Key::generate()).unwrap().events("x");
        assert!(matches!(events.next().await, Some(Err(Error::Unexpected(_)))), "{url}");
    }
}
