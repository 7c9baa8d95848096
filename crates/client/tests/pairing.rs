//! Pairing from either side.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use serde_json::{Value, json};
use specie_client::{Client, Error, Key, Tokens};
use support::{Heard, Reply, Stub, data};

fn pairing(lasts: u64) -> Value {
    json!([{"policies": [], "pairingCode": "iJuQg19", "pairingExpiration": 1000 + lasts, "dateCreated": 1000,
            "facade": "merchant", "token": "TOKEN", "label": "my shop"}])
}

#[tokio::test]
async fn a_code_is_claimed_and_its_token_sent_from_then_on() {
    let stub = Stub::start(|heard, _| data(&if heard.method == "POST" { pairing(1) } else { json!([]) }));
    let key = Key::generate();
    let client = Client::new(&stub.host, key.clone()).unwrap().pair("y3NiCJn").await.unwrap();
    client.get_rates().await.unwrap();
    let heard = stub.heard();
    assert_eq!(heard[0].json(), json!({"id": key.sin(), "pairingCode": "y3NiCJn"}));
    assert_eq!(heard[1].target, "/rates?token=TOKEN");
    let kept = serde_json::to_string(client.tokens()).unwrap();
    assert_eq!(kept, r#"{"merchant":"TOKEN"}"#);
    let again = Client::new(&stub.host, Key::from_pem(&key.to_pem()).unwrap()).unwrap();
    assert_eq!(again.with_tokens(serde_json::from_str(&kept).unwrap()).tokens(), client.tokens());
}

/// Approved when it was asked for the second time.
fn approving(heard: &Heard, before: usize) -> Reply {
    match (&*heard.method, before) {
        ("POST", _) => data(&pairing(60_000)),
        (_, 1) => data(&json!([])),
        _ => data(&json!([{"merchant": "TOKEN"}, {"pos": "TOKEN"}])),
    }
}

#[tokio::test]
async fn a_pairing_that_was_asked_for_is_waited_for() {
    let stub = Stub::start(approving);
    let client = Client::new(&stub.host, Key::generate()).unwrap();
    let asked = client.request_pairing("merchant", "my shop").await.unwrap();
    let url = client.approval_url(&asked);
    assert_eq!(url, format!("{}/api-access-request?pairingCode=iJuQg19", stub.host));
    let tokens = client.wait_for_tokens(&asked).await.unwrap();
    assert_eq!(tokens, Tokens::new().with("merchant", "TOKEN"));
    assert_eq!(stub.heard()[0].json()["facade"], "merchant");
}

#[tokio::test]
async fn what_nobody_approves_is_given_up_when_its_time_is_over() {
    let stub = Stub::start(|heard, _| data(&if heard.method == "POST" { pairing(1) } else { json!([]) }));
    let client = Client::new(&stub.host, Key::generate()).unwrap();
    let asked = client.request_pairing("merchant", "my shop").await.unwrap();
    assert!(matches!(client.wait_until_approved(&asked).await, Err(Error::NotApproved)));
}
