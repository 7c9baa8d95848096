//! What is sent again, and what never is.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::json;
use specie_client::blocking::Client;
use specie_client::{Call, Error, Key, Method, Settings, calls};
use support::{Reply, Stub, data};

fn client(stub: &Stub) -> Client {
    Client::with_settings(&stub.host, Key::generate(), Settings::new().retries(2)).unwrap()
}

/// Fails so the first time, and answers the second.
fn failing(first: impl Fn() -> Reply + Send + Sync + 'static) -> Stub {
    Stub::start(move |_, before| if before == 0 { first() } else { data(&json!([])) })
}

fn busy(status: u16, headers: &'static str) -> Reply {
    Reply::Json(status, headers, r#"{"error": "later"}"#.to_owned())
}

#[test]
fn a_question_is_asked_again_when_nothing_came_or_the_server_is_busy() {
    for (what, stub) in [
        ("429", failing(|| busy(429, "Retry-After: 0\r\n"))),
        ("502", failing(|| busy(502, ""))),
        ("503", failing(|| busy(503, ""))),
        ("504", failing(|| busy(504, ""))),
        ("nothing", failing(|| Reply::Raw(Vec::new()))),
        ("half", failing(|| Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()))),
    ] {
        client(&stub).get_rates().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(stub.heard().len(), 2, "{what}");
    }
}

#[test]
fn what_is_refused_is_not_asked_again() {
    for status in [400, 401, 403, 404, 405, 409, 413, 415, 422, 500, 501] {
        let stub = failing(move || busy(status, ""));
        assert_eq!(client(&stub).get_rates().unwrap_err().status(), Some(status));
        assert_eq!(stub.heard().len(), 1, "{status}");
    }
}

#[test]
fn an_order_is_sent_again_under_one_name_and_each_order_has_its_own() {
    let stub = Stub::start(|_, before| if before % 2 == 0 { busy(503, "") } else { data(&json!("Success")) });
    let client = client(&stub);
    client.resend_notification("x").unwrap();
    client.resend_notification("x").unwrap();
    let heard = stub.heard();
    let names: Vec<_> = heard.iter().map(|heard| heard.header("Idempotency-Key").unwrap()).collect();
    assert_eq!((names[0], names[2]), (names[1], names[3]));
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), 2);
    assert_eq!(heard[0].body, heard[1].body);
    assert_eq!(heard[0].header("X-Signature"), heard[1].header("X-Signature"));
}

#[test]
fn an_order_keeps_the_name_that_it_was_given() {
    let stub = failing(|| busy(503, ""));
    let order = calls::create_invoice(&json!({"price": 1})).with_idempotency_key("order-A-17");
    client(&stub).send(order.read_as::<serde_json::Value>()).unwrap();
    assert!(stub.heard().iter().all(|heard| heard.header("Idempotency-Key") == Some("order-A-17")));
}

#[test]
fn what_the_server_cannot_recognise_is_sent_once() {
    for method in [Method::Delete, Method::Patch] {
        let stub = failing(|| busy(503, ""));
        let call = Call::<serde_json::Value>::new(method, ["refunds", "x"]);
        assert_eq!(client(&stub).send(call).unwrap_err().status(), Some(503));
        assert_eq!(stub.heard().len(), 1, "{method:?}");
    }
}

#[test]
fn it_is_given_up_after_as_many_attempts_as_were_allowed() {
    let stub = Stub::start(|_, _| busy(503, ""));
    let error = client(&stub).get_rates().unwrap_err();
    assert_eq!((error.status(), stub.heard().len()), (Some(503), 3));
}

#[test]
fn the_server_is_left_alone_as_long_as_it_asks_and_not_waited_for_if_that_is_long() {
    let stub = failing(|| busy(429, "Retry-After: 1\r\n"));
    #[expect(clippy::disallowed_methods, reason = "whether it waited is the question")]
    let start = Instant::now();
    client(&stub).get_rates().unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));

    let stub = failing(|| busy(429, "Retry-After: 3600\r\nRequest-Id: r7\r\n"));
    let Err(Error::Refused { retry_after, request_id, .. }) = client(&stub).get_rates() else {
        panic!("it waited")
    };
    assert_eq!(retry_after, Some(Duration::from_secs(3600)));
    assert_eq!(request_id.as_deref(), Some("r7"));
}
