//! What is signed is what is sent, byte for byte, whatever is in it.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use bitcoin_hashes::{Hash as _, sha256};
use proptest::prelude::*;
use secp256k1::{Message, PublicKey, SECP256K1, ecdsa::Signature};
use serde_json::{Value, json};
use specie_client::blocking::Client;
use specie_client::{Call, InvoiceFilter, Key, Method, Secret, Tokens, calls};
use support::{Heard, Stub, data};

const KEY: &str = "5d8782152754afcc6e44becbc3c63a8569b30ba722058777c193cd6bc8f7b7bf";

fn client(host: &str) -> Client {
    let tokens = Tokens::new().with("merchant", "TOKEN");
    Client::new(host, Key::from_hex(KEY).unwrap()).unwrap().with_tokens(tokens)
}

fn assert_signed(host: &str, heard: &Heard) {
    let signed = [host.as_bytes(), heard.target.as_bytes(), &heard.body].concat();
    let message = Message::from_digest(sha256::Hash::hash(&signed).to_byte_array());
    let signature: Signature = heard.header("X-Signature").unwrap().parse().unwrap();
    let public: PublicKey = heard.header("X-Identity").unwrap().parse().unwrap();
    assert_eq!(public.to_string(), Key::from_hex(KEY).unwrap().public_key());
    SECP256K1.verify_ecdsa(&message, &signature, &public).unwrap();
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn ids_parameters_and_bodies_of_any_text_arrive_as_they_are_and_signed(
        id in any::<String>().prop_filter("an id", |id| !matches!(id.as_str(), "" | "." | "..")),
        value in any::<String>(),
    ) {
        let stub = Stub::start(|_, _| data(&json!(1)));
        let client = client(&stub.host);
        let get = Call::<Value>::new(Method::Get, ["invoices", &id]).query("orderId", Some(&value));
        client.send(get).unwrap();
        let post = Call::<Value>::new(Method::Post, ["invoices"]).body(&json!({"orderId": value}));
        client.send(post).unwrap();

        let heard = stub.heard();
        let (path, query) = heard[0].target.split_once('?').unwrap();
        prop_assert_eq!(path.split('/').map(decoded).collect::<Vec<_>>(), ["", "invoices", &id]);
        let pairs: Vec<_> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
        prop_assert_eq!(decoded(pairs[0].1), &*value);
        prop_assert_eq!(pairs[1], ("token", "TOKEN"));
        prop_assert_eq!(heard[1].json(), json!({"orderId": value, "token": "TOKEN"}));
        heard.iter().for_each(|heard| assert_signed(&stub.host, heard));
    }
}

#[test]
fn a_path_before_the_api_and_a_slash_behind_the_host_are_signed_as_they_are_sent() {
    let stub = Stub::start(|_, _| data(&json!([])));
    for host in [stub.host.clone(), format!("{}/", stub.host), format!("{}/pay//", stub.host)] {
        client(&host).get_rates().unwrap();
    }
    let targets: Vec<_> = stub.heard().iter().map(|heard| heard.path().to_owned()).collect();
    assert_eq!(targets, ["/rates", "/rates", "/pay/rates"]);
    stub.heard().iter().for_each(|heard| assert_signed(&stub.host, heard));
}

#[test]
fn a_default_port_is_neither_signed_nor_sent() {
    for (host, url) in [
        ("https://pay.example.com:443", "https://pay.example.com/rates"),
        ("HTTPS://Pay.Example.COM/", "https://pay.example.com/rates"),
        ("http://pay.example.com:80/x/", "http://pay.example.com/x/rates"),
        ("https://pay.example.com:8443", "https://pay.example.com:8443/rates"),
    ] {
        let client = Client::new(host, Key::generate()).unwrap();
        assert_eq!(client.prepare(&calls::get_rates()).unwrap().url.as_str(), url);
    }
}

#[test]
fn an_address_that_is_none_is_refused() {
    for host in
        ["", "pay.example.com", "ftp://x", "https://", "https://me:pw@x", "https://x/?a=b", "https://x/#y"]
    {
        assert!(Client::new(host, Key::generate()).is_err(), "{host}");
    }
}

#[test]
fn what_the_caller_names_as_its_token_stays() {
    let client = client("https://pay.example.com");
    let get = calls::get_invoices(&InvoiceFilter::default()).query("token", Some("OWN"));
    assert!(client.prepare(&get).unwrap().url.as_str().ends_with("/invoices?token=OWN"));
    let post = calls::create_invoice(&json!({"token": "OWN"}));
    assert_eq!(client.prepare(&post).unwrap().body.unwrap(), br#"{"token":"OWN"}"#);
}

#[test]
fn a_call_for_anyone_carries_no_credentials() {
    let request = client("https://pay.example.com").prepare(&calls::get_public_invoice("x")).unwrap();
    assert_eq!(request.url.as_str(), "https://pay.example.com/invoices/x");
    assert!(request.headers.iter().all(|(name, _)| !matches!(*name, "X-Identity" | "X-Signature")));
}

#[test]
fn what_cannot_be_sent_is_said_before_anything_is() {
    let client = client("https://pay.example.com");
    for id in ["", ".", ".."] {
        assert!(client.prepare(&calls::get_invoice(id)).is_err(), "{id}");
    }
    for body in [json!([]), json!("x"), Value::Null] {
        assert!(client.prepare(&calls::create_invoice(&body)).is_err(), "{body}");
    }
    for key in ["", " ", "a\r\nX-Evil: 1", "ä", &"x".repeat(201)] {
        let call = calls::create_invoice(&json!({})).with_idempotency_key(key);
        assert!(client.prepare(&call).is_err(), "{key}");
    }
}

#[test]
fn nothing_secret_shows_in_debug() {
    let client = client("https://pay.example.com");
    let request = client.prepare(&calls::create_invoice(&json!({}))).unwrap();
    let panel = specie_client::Panel::new("https://pay.example.com", "TOKEN").unwrap();
    let call = Call::<Value>::new(Method::Post, ["api", "TOKEN"]);
    let shown = format!("{client:?} {request:?} {call:?} {panel:?} {:?}", Secret::from("TOKEN"));
    assert!(!shown.contains("TOKEN") && !shown.contains(KEY), "{shown}");
}
