//! Servers that are broken, busy, someone else's or malicious: what a client says of them, and what it never does.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use specie_client::blocking::{Client, Panel};
use specie_client::{Error, Ipn, Key, Settings, calls};
use support::{Reply, Stub, data};

fn client(stub: &Stub, settings: Settings) -> Client {
    Client::with_settings(&stub.host, Key::generate(), settings).unwrap()
}

fn once() -> Settings {
    Settings::new().retries(0)
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

fn body(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// What is answered to a request for rates, and the error that comes of it.
fn answered(answer: String) -> String {
    let stub = Stub::start(move |_, _| raw(&answer));
    client(&stub, once().timeout(Duration::from_secs(5))).get_rates().unwrap_err().to_string()
}

#[test]
fn what_is_no_answer_is_named_for_what_it_is() {
    for (answer, words) in [
        (body(200, "<html>hello\r\n"), "answered 200, but with no JSON: <html>hello"),
        (body(200, ""), "answered 200, but with no JSON: (nothing)"),
        (body(502, "<h1>Sorry</h1>"), "answered 502: <h1>Sorry</h1>"),
        (body(404, r#"{"error": "no"}"#), "answered 404: no"),
        (body(200, r#"{"error": "no"}"#), "answered 200: no"),
        (body(401, r#"{"error": 4.5}"#), r#"answered 401: {"error": 4.5}"#),
        (body(429, r#"{"error":"a\u001b[2Jb\u0000"}"#), "answered 429: a[2Jb"),
        (body(200, r#"{"data":7}"#), "of another form than expected: invalid type"),
        (body(200, "[]"), "of another form than expected"),
        (body(200, r#"{"data":[{"code":"USD","rate":"a lot"}]}"#), "of another form than expected"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"data\":[".to_owned(), "cannot be reached"),
        ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), "cannot be reached"),
        (String::new(), "cannot be reached"),
    ] {
        let error = answered(answer.clone());
        assert!(error.contains(words), "{answer:?} became {error:?}");
    }
}

#[test]
fn no_depth_and_no_prototype_of_an_answer_does_harm() {
    let deep = "[".repeat(100_000);
    let stub = Stub::start(move |heard, _| match heard.path() {
        "/rates" => Reply::Json(200, "", format!("{{\"data\":{deep}")),
        _ => {
            data(&json!([{"code": "XTS", "precision": 2, "__proto__": {"polluted": true}, "constructor": 1}]))
        }
    });
    let client = client(&stub, once());
    assert!(matches!(client.get_rates(), Err(Error::NotJson { status: 200, .. })));
    assert_eq!(client.get_currencies().unwrap()[0].more.len(), 2);
}

#[test]
fn an_answer_is_read_up_to_the_limit_and_no_further() {
    let declared = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_owned() + &"x".repeat(200_000);
    let endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned()
        + &format!("186a0\r\n{}\r\n", "x".repeat(100_000)).repeat(3);
    for answer in [declared, endless] {
        let stub = Stub::start(move |_, _| Reply::Hold(answer.clone().into_bytes()));
        let error = client(&stub, once().max_answer(100_000)).get_rates().unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 100_000 }), "{error}");
    }
}

#[test]
fn who_is_silent_or_slow_is_not_waited_for() {
    for beginning in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"] {
        let stub = Stub::start(move |_, _| Reply::Hold(beginning.as_bytes().to_vec()));
        let error = client(&stub, once().timeout(Duration::from_millis(200))).get_rates().unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{beginning:?} became {error}");
    }
}

#[test]
fn a_redirect_is_not_followed_and_no_key_or_token_goes_elsewhere() {
    let thief = Stub::start(|_, _| data(&json!([])));
    for status in [301, 302, 303, 307, 308] {
        let there = thief.host.clone();
        let stub = Stub::start(move |_, _| {
            Reply::Raw(
                format!("HTTP/1.1 {status} X\r\nLocation: {there}/x\r\nContent-Length: 0\r\n\r\n")
                    .into_bytes(),
            )
        });
        let error = client(&stub, Settings::new()).get_rates().unwrap_err();
        assert!(matches!(error, Error::Redirected { .. }), "{error}");
        let error = client(&stub, Settings::new()).create_invoice(&json!({"price": 1})).unwrap_err();
        assert_eq!(error.status(), Some(status));
        let error = Panel::new(&stub.host, "TOKEN").unwrap().summary().unwrap_err();
        assert_eq!(error.status(), Some(status));
    }
    assert_eq!(thief.heard().len(), 0);
}

#[test]
fn an_error_never_shows_a_token_or_a_signature() {
    let silent = Stub::start(|_, _| raw(""));
    let client = client(&silent, once())
        .with_tokens(specie_client::Tokens::new().with("merchant", "TOKEN-IN-THE-QUERY"));
    let error = client.get_rates().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("TOKEN"), "{error:?}");
}

#[test]
fn nobody_at_the_address_is_said_in_a_second() {
    let gone = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() };
    let client = Client::with_settings(&format!("http://{gone}"), Key::generate(), once()).unwrap();
    let error = client.get_rates().unwrap_err().to_string();
    assert!(error.contains("cannot be reached") && error.contains("refused"), "{error}");
}

#[test]
fn a_certificate_to_trust_that_is_none_is_refused_at_once() {
    for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
        let settings = Settings::new().trust(pem);
        let made = Client::with_settings("https://pay.example.com", Key::generate(), settings);
        assert!(matches!(made, Err(Error::Tls(_))), "{pem}");
    }
}

#[test]
fn a_proxy_that_is_none_is_refused_at_once() {
    for proxy in ["", "nonsense", "nonsense://x", "ftp://x", "socks5h://"] {
        let settings = Settings::new().proxy(proxy);
        let made = Client::with_settings("https://pay.example.com", Key::generate(), settings);
        assert!(matches!(made, Err(Error::Unsendable(_))), "{proxy}");
    }
    let settings = Settings::new().proxy("socks5h://127.0.0.1:9050");
    assert!(Client::with_settings("http://abc.onion", Key::generate(), settings).is_ok());
}

#[test]
fn what_is_no_notification_is_refused() {
    for body in [
        "",
        "[]",
        "7",
        "{}",
        r#"{"id": 7, "status": "new"}"#,
        r#"{"id": "x"}"#,
        r#"{"data": {}}"#,
        r#"{"event": 1, "data": {"id": "x", "status": "new"}}"#,
    ] {
        assert!(Ipn::parse(body.as_bytes()).is_err(), "{body}");
    }
    let later = Ipn::parse(br#"{"id": "../x", "status": "melted", "new": [1], "event": "y"}"#).unwrap();
    assert_eq!(later.status.as_str(), "melted");
}

#[test]
fn an_answer_can_be_read_as_it_came() {
    let stub = Stub::start(|_, _| {
        Reply::Json(200, "", r#"{"x": 1, "data": {"price":  20.00, "b": 1e3, "a": "\u00fc"}}"#.to_owned())
    });
    let text = client(&stub, once()).send(calls::get_invoice("x").read_as::<Box<RawValue>>()).unwrap();
    assert_eq!(text.get(), r#"{"price":  20.00, "b": 1e3, "a": "\u00fc"}"#);
    let whole = client(&stub, once()).send(calls::get_invoice("x").bare().read_as::<Value>()).unwrap();
    assert_eq!(whole["data"]["price"].to_string(), "20.00");
}
