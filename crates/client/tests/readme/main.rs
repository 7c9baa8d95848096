//! The README's examples, run: each is a file here, the same in the README letter by letter, and is called. The server's
//! own tests call the same files against the real server.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod ask;
mod hear;
mod practise;
mod sell;
mod sell_blocking;
#[path = "../support/mod.rs"]
mod support;
mod until_paid;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use specie_client::{Client, InvoiceStatus, Key, webhook};
use support::{Heard, Reply, Stub, data};

const README: &str = include_str!("../../README.md");

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What the server answered, when the contract was recorded.
fn recorded(name: &str) -> Reply {
    let text = fs::read(here("../../contract").join(name).with_extension("json")).unwrap();
    let answer = serde_json::from_slice::<Value>(&text).unwrap()["answer"].clone();
    Reply::Json(answer["status"].as_u64().unwrap().try_into().unwrap(), "", answer["body"].to_string())
}

fn answer(heard: &Heard, _: usize) -> Reply {
    let stream = || {
        let text = fs::read(here("../../contract/bitpay/listen.json")).unwrap();
        let file: Value = serde_json::from_slice(&text).unwrap();
        let said =
            file["answer"]["body"].as_str().unwrap().replace("\"status\":\"new\"", "\"status\":\"paid\"");
        Reply::Raw(format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{said}").into_bytes())
    };
    let bus =
        || data(&json!({"url": format!("http://{}/events", heard.header("host").unwrap()), "token": "T"}));
    match (&*heard.method, heard.path()) {
        ("POST", "/tokens") if heard.json()["pairingCode"].is_null() => recorded("bitpay/request_pairing"),
        ("POST", "/tokens") => recorded("bitpay/claim_pairing"),
        ("GET", "/tokens") => data(&json!([{"merchant": asked_token()}])),
        ("POST", "/invoices") => recorded("bitpay/create_invoice"),
        ("GET", "/rates/BTC/USD") => recorded("bitpay/get_rate"),
        ("GET", "/events") => stream(),
        ("GET", path) if path.ends_with("/events") => bus(),
        ("GET", "/api/v1/stores") => recorded("panel/list_stores"),
        ("POST", path) if path.ends_with("/practice") => recorded("panel/practice_pay"),
        ("POST", path) if path.starts_with("/api/v1/stores/") => recorded("panel/create_store_invoice"),
        ("GET", path) if path.starts_with("/api/v1/stores/") => recorded("panel/list_invoices_last_page"),
        _ => recorded("bitpay/get_invoice_new"),
    }
}

fn asked_token() -> Value {
    let Reply::Json(_, _, body) = recorded("bitpay/request_pairing") else { unreachable!() };
    serde_json::from_str::<Value>(&body).unwrap()["data"][0]["token"].clone()
}

#[test]
fn every_example_of_the_readme_is_one_of_these_files() {
    let blocks = README.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut shown: Vec<_> = blocks.map(str::to_owned).collect();
    let files = fs::read_dir(here("tests/readme")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.file_name().unwrap() != "main.rs");
    let mut kept: Vec<_> = files
        .map(|path| {
            fs::read_to_string(path).unwrap().replace("pub async fn", "async fn").replace("pub fn", "fn")
        })
        .collect();
    shown.sort();
    kept.sort();
    assert_eq!(shown, kept);
}

#[tokio::test]
async fn selling_asking_listening_and_practising_are_as_the_readme_says() {
    let stub = Stub::start(answer);
    let invoice = sell::sell(&stub.host, "y3NiCJn").await.unwrap();
    let client = ask::ask(&stub.host).await.unwrap();
    assert_eq!(client.tokens().get("merchant").unwrap().reveal(), asked_token());
    assert_eq!(until_paid::until_paid(&client, &invoice).await.unwrap(), InvoiceStatus::Paid);
    assert_eq!(practise::practise(&stub.host, "TOKEN").await.unwrap(), 1);
    let again = Client::new(&stub.host, Key::from_pem(&client.key().to_pem()).unwrap()).unwrap();
    assert_eq!(again.key(), client.key());
}

#[test]
fn selling_without_async_is_as_the_readme_says() {
    let stub = Stub::start(answer);
    assert!(!sell_blocking::sell_blocking(&stub.host, "y3NiCJn").unwrap().is_empty());
}

#[test]
fn hearing_is_as_the_readme_says() {
    let body = |event: &str| {
        json!({"id": "M", "event": event, "created_at": "2026-11-21T09:00:00.000Z", "data": {"id": 7}})
            .to_string()
    };
    for (event, number) in [("invoice.confirmed", Some(7)), ("invoice.paid", None), ("webhook.test", None)] {
        let body = body(event);
        let header = webhook::sign("whsec_1", body.as_bytes(), webhook::now());
        assert_eq!(hear::hear("whsec_1", &header, body.as_bytes()), Ok(number));
        assert!(hear::hear("whsec_2", &header, body.as_bytes()).is_err());
    }
}
