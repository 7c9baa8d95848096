//! Whatever is sent: the right status, JSON that names the cause, never a 500 or a page, and
//! nothing half-written.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use super::{House, refused};

const MAX_BODY: usize = 64 * 1024;

#[test]
fn bodies_that_are_no_invoice_are_refused_by_their_cause() {
    let house = House::open();
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let deep_field = format!(r#"{{"price":1,"x":{}1{}}}"#, r#"{"a":"#.repeat(5_000), "}".repeat(5_000));
    let long = format!(r#"{{"price":1,"posData":"{}"}}"#, "x".repeat(8 * 1024 + 1));
    let digits = format!(r#"{{"price":{}}}"#, "9".repeat(5_000));
    for (body, words) in [
        ("", "not JSON"),
        (" ", "not JSON"),
        ("null", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("[{}]", "not a JSON object"),
        ("20", "not a JSON object"),
        ("\"x\"", "not a JSON object"),
        ("{", "not JSON"),
        (r#"{"price":20"#, "not JSON"),
        (r#"{"price":20}}"#, "not JSON"),
        (r#"{"price":20,}"#, "not JSON"),
        (r#"{'price':20}"#, "not JSON"),
        (r#"{"price":+20}"#, "not JSON"),
        (r#"{"price":020}"#, "not JSON"),
        (r#"{"price":0x20}"#, "not JSON"),
        (r#"{"price":.5}"#, "not JSON"),
        (r#"{"price":NaN}"#, "not JSON"),
        (r#"{"price":Infinity}"#, "not JSON"),
        ("price=20&currency=USD", "not JSON"),
        ("<invoice/>", "not JSON"),
        ("\u{feff}{\"price\":1}", "not JSON"),
        ("{\"price\":1,\"itemDesc\":\"a\nb\"}", "not JSON"),
        ("{\"price\":1,\"itemDesc\":\"\u{0}\"}", "not JSON"),
        (r#"{"price":1,"itemDesc":"\ud800"}"#, "not JSON"),
        (r#"{"price":1,"itemDesc":"\x"}"#, "not JSON"),
        (&deep, "not a JSON object"),
        (r#"{"price":1,"currency":"USD","Price":500}"#, "'price' is given twice"),
        (&deep_field, "not JSON"),
        (&long, "'posData' is longer than 8192 bytes"),
        (&digits, "'price' is not a number"),
    ] {
        let reply = house.shop.send("POST", "/invoices", body);
        refused(&reply, 400, words, &format!("{body:.60}"));
        assert!(reply.error().starts_with("Invalid invoice"), "{}", reply.body);
        assert!(reply.body.len() < 400, "{}", reply.body);
    }
    assert_eq!(house.invoices(), 0);
}

#[test]
fn values_of_the_wrong_kind_are_refused_by_their_field() {
    let house = House::open();
    let (not_text, neither) = ("is not a text", "is neither true nor false");
    let mut table: Vec<(String, String)> = Vec::new();
    let mut refuse = |field: &str, values: &[&str], words: &str| {
        for value in values {
            let price = if field == "price" { "" } else { r#""price":1,"# };
            table.push((format!(r#"{{{price}"{field}":{value}}}"#), format!("'{field}' {words}")));
        }
    };
    for field in [
        "orderId",
        "itemDesc",
        "itemCode",
        "posData",
        "notificationURL",
        "notificationEmail",
        "redirectURL",
        "currency",
        "transactionSpeed",
        "buyerName",
        "buyerEmail",
        "buyerPhone",
        "buyerAddress1",
        "buyerAddress2",
        "buyerCity",
        "buyerState",
        "buyerZip",
        "buyerCountry",
    ] {
        refuse(field, &["[]", "{}", r#"["a"]"#], not_text);
    }
    for field in ["fullNotifications", "extendedNotifications", "physical", "redirectAutomatically"] {
        refuse(field, &["[]", "{}", "7", r#""perhaps""#], neither);
    }
    for field in ["price", "taxIncluded"] {
        refuse(
            field,
            &[
                "[]",
                "{}",
                "true",
                r#""abc""#,
                r#""1,000.00""#,
                r#""20 USD""#,
                r#""0x10""#,
                "1e400",
                "1e-400",
                r#""NaN""#,
                r#""\u0660""#,
                r#""1e99999999999""#,
            ],
            "is not a number",
        );
    }
    let date = "is not a whole number of milliseconds";
    refuse("expirationTime", &[r#""2030-01-01""#, "1.5", "[]", "true", "1e300", "9223372036854775808"], date);
    refuse("buyer", &[r#""Ann""#, "[]", "7"], "is not an object");
    refuse("supportedTransactionCurrencies", &[r#""BTC""#, "[]"], "is not an object");
    refuse("paymentCurrencies", &[r#""BTC""#, "{}"], "is not a list");
    for (body, words) in &table {
        refused(&house.shop.send("POST", "/invoices", body), 400, words, body);
    }
    let nested = r#"{"price":1,"buyer":{"name":[]}}"#;
    refused(&house.shop.send("POST", "/invoices", nested), 400, "'name' is not a text", nested);
    assert_eq!(house.invoices(), 0);
}

#[test]
fn prices_beyond_all_bitcoin_are_refused() {
    let house = House::open();
    for (body, words) in [
        (r#"{"price":1e20}"#, "out of range"),
        (r#"{"price":79228162514264337593543950335}"#, "out of range"),
        (r#"{"price":79228162514264337593543950336}"#, "'price' is not a number"),
        (r#"{"price":1000000000000000000}"#, "too large"),
        (r#"{"price":21000000.00000001,"currency":"BTC"}"#, "too large"),
        (r#"{"price":2100000000000001,"currency":"SATS"}"#, "too large"),
        (r#"{"price":1e15,"currency":"BTC"}"#, "too large"),
        (r#"{"price":0.00000000000000000000000000001}"#, "'price' is not a number"),
    ] {
        refused(&house.shop.send("POST", "/invoices", body), 400, words, body);
    }
    assert_eq!(house.invoices(), 0);
    let smallest = house.shop.send("POST", "/invoices", r#"{"price":1e-28}"#).data();
    assert_eq!(smallest["btcPrice"], json!("0.00000001"));
}

#[test]
fn an_expiry_that_no_clock_reaches_is_shown_all_the_same_or_refused() {
    let house = House::open();
    for time in [253_402_300_799_999_i64, 253_402_300_800_000, 9_007_199_254_740_993, i64::MAX] {
        let body = format!(r#"{{"price":1,"expirationTime":{time}}}"#);
        let reply = house.shop.send("POST", "/invoices", &body);
        if reply.status != 200 {
            refused(&reply, 400, "expirationTime", &body);
            continue;
        }
        let id = reply.data()["id"].as_str().unwrap().to_owned();
        for path in [format!("/invoices/{id}"), format!("/i/{id}"), format!("/i/{id}/status")] {
            assert_eq!(house.anyone("GET", &path, "").status, 200, "{path}, {time}");
        }
    }
    assert_eq!(house.server.run(&["verify"])["sound"], json!(true));
}

#[test]
fn methods_paths_and_content_types_that_are_not_served_are_said_so_in_json() {
    let house = House::open();
    let id = house.twenty()["id"].as_str().unwrap().to_owned();
    let show = format!("/invoices/{id}");
    for (method, path) in [
        ("DELETE", "/invoices"),
        ("PUT", "/invoices"),
        ("PATCH", "/invoices/"),
        ("DELETE", &*show),
        ("PUT", &show),
        ("POST", &show),
        ("DELETE", "/tokens"),
        ("PUT", "/tokens"),
        ("POST", "/rates"),
        ("POST", "/rates/BTC/USD"),
        ("DELETE", "/api/rates"),
        ("TRACE", "/tokens"),
        ("BREW", "/tokens"),
    ] {
        for headers in [&[][..], &[("accept", "text/html")][..]] {
            let reply = house.with_headers(method, path, "", headers);
            refused(&reply, 405, "Method not allowed", &format!("{method} {path}"));
            assert!(reply.header("allow").is_some_and(|allow| allow.contains("GET")), "{:?}", reply.headers);
        }
    }
    for path in [
        "/nothing",
        "/invoices/a/b/c",
        "/api/a/b",
        "/api/v2/invoices",
        "/tokens/x",
        "/rates/a/b/c",
        "/INVOICES",
        "/%69nvoices/%FF",
        "/.env",
        "/..%2f..%2fetc%2fpasswd",
    ] {
        for method in ["GET", "POST"] {
            let reply = house.anyone(method, path, "{}");
            refused(&reply, 404, "Not found", &format!("{method} {path}"));
        }
    }
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "",
        "xapplication/json",
        "application/jso",
    ] {
        let (url, body) = (format!("{}/invoices", house.server.url()), r#"{"price":1}"#);
        let signature = house.shop.sign(&format!("{url}{body}"));
        let identity = house.shop.identity();
        let mut headers = vec![("x-identity", &*identity), ("x-signature", &*signature)];
        headers.extend((!content_type.is_empty()).then_some(("content-type", content_type)));
        let reply = house.with_headers("POST", "/invoices", body, &headers);
        refused(&reply, 415, "application/json", content_type);
        headers.truncate(2);
        for json in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
            let mut headers = headers.clone();
            headers.push(("content-type", json));
            assert_eq!(house.with_headers("POST", "/invoices", body, &headers).status, 200, "{json}");
        }
    }
}

#[test]
fn paths_that_are_no_text_are_not_found() {
    let house = House::open();
    for path in
        ["/invoices/%FF", "/invoices/%FF%FE", "/rates/%FF", "/rates/BTC/%FF", "/i/%FF", "/i/%FF/status"]
    {
        let reply = house.anyone("GET", path, "");
        assert!(matches!(reply.status, 400 | 404), "{path}: {}", reply.status);
        assert!(!reply.error().is_empty(), "{path}");
    }
}

#[test]
fn a_body_of_64_kib_is_read_and_one_byte_more_is_not() {
    let house = House::open();
    let of = |length: usize| {
        let (head, tail) = (r#"{"price":1,"x":""#, r#""}"#);
        format!("{head}{}{tail}", "x".repeat(length - head.len() - tail.len()))
    };
    assert_eq!(house.shop.send("POST", "/invoices", &of(MAX_BODY)).status, 200);
    let words = "larger than 65536 bytes";
    refused(&house.shop.send("POST", "/invoices", &of(MAX_BODY + 1)), 413, words, "one more");
    refused(&house.anyone("POST", "/invoices", &of(MAX_BODY + 1)), 413, words, "unsigned");
    refused(&house.anyone("POST", "/tokens", &of(MAX_BODY + 1)), 413, words, "tokens");
    // Without a length beforehand, and never sent whole.
    let head = "POST /tokens HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let chunk = format!("{:x}\r\n{}\r\n", 40_000, "x".repeat(40_000));
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}{chunk}");
    refused(&house.raw(chunked.as_bytes()), 413, words, "chunked");
    let announced = format!("{head}content-length: 99999999999\r\n\r\n");
    refused(&house.raw(announced.as_bytes()), 413, words, "announced");
    assert_eq!(house.invoices(), 1);
}

#[test]
fn bytes_that_are_no_request_are_refused_and_the_server_lives_on() {
    let house = House::open();
    let long = "x".repeat(40 * 1024);
    let halves = format!("x-a: {0}\r\nx-b: {0}\r\n", &long[..17 * 1024]);
    let start = "GET /tokens HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    for request in [
        format!("{start}x-identity: {long}\r\n\r\n"),
        format!("{start}{halves}\r\n"),
        format!("GET /tokens?{long} HTTP/1.1\r\nconnection: close\r\n\r\n"),
    ] {
        refused(&house.raw(request.as_bytes()), 431, "longer than 32768 bytes", &request[..60]);
    }
    // What is not even a request cannot be answered in JSON, but it is answered.
    let many: String = (0..200).map(|n| format!("x-{n}: y\r\n")).collect();
    for (request, status) in [
        (format!("{start}{many}\r\n"), 431),
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("GET /tokens HTTP/1.1\r\nhost x\r\n\r\n".to_owned(), 400),
        ("GET /tokens HTTP/1.1\r\ncontent-length: x\r\n\r\n".to_owned(), 400),
        ("\u{16}\u{3}\u{1}\u{2}\r\n\r\n".to_owned(), 400),
    ] {
        let reply = house.raw(request.as_bytes());
        assert_eq!((reply.status, reply.body.as_str()), (status, ""), "{request:.60}");
    }
    // What a request may look like all the same.
    for request in [
        "GET /tokens HTTP/1.0\r\n\r\n".to_owned(),
        "GET /tokens HTTP/1.1\r\nconnection: close\r\n\r\n".to_owned(),
        "GET http://elsewhere.example/tokens HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_owned(),
    ] {
        assert_eq!(house.raw(request.as_bytes()).body, r#"{"data":[]}"#, "{request}");
    }
}

/// The one test that has to wait: ten seconds, until the server has had enough.
#[test]
fn half_a_header_is_waited_for_ten_seconds() {
    let house = House::open();
    let mut slow = TcpStream::connect(house.host()).unwrap();
    slow.write_all(b"GET /tokens HTTP/1.1\r\nhost: x\r\nx-iden").unwrap();
    // Others are served meanwhile.
    assert_eq!(house.shop.get("/tokens").status, 200);
    slow.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).expect("closed by the server, and not by our patience");
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}
