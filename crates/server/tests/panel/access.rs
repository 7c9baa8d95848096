//! Who is let in, to what, and what everybody else is told.

use std::collections::BTreeSet;

use serde_json::json;
use specie_testkit::server::OWNER;
use specie_testkit::wait::until;

use super::{House, TOKENS, generate, refused};

#[test]
fn whoever_has_no_good_token_is_told_so_in_the_documented_words() {
    let mut house = House::open();
    let old = generate(&mut house.browser, &[("name", "Old"), ("life", "30")]);
    let mut sql = house.server.sql();
    assert_eq!(sql.execute("UPDATE api_tokens SET expires_at = 1 WHERE name = 'Old'", &[]), 1);
    let gone = generate(&mut house.browser, &[("name", "Gone")]);
    let html = house.browser.open(TOKENS).body;
    let row = html.split("<tr>").find(|row| row.contains("<strong>Gone</strong>")).unwrap();
    let revoke = row.split_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let done = house.browser.fill(&revoke, &revoke, &[]).body;
    assert!(done.contains("“Gone” is revoked."), "{done}");
    let (token, lower) = (house.token.clone(), house.token.to_ascii_lowercase());
    for authorization in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer {YOUR_AUTH_KEY}".to_owned(),
        format!("Bearer {lower}"),
        format!("Bearer {token}x"),
        format!("Bearer {old}"),
        format!("Bearer {gone}"),
        format!("token {token}"),
        format!("Basic {token}"),
        token.clone(),
    ] {
        for (method, path) in
            [("GET", "/stores"), ("GET", "/stores/1"), ("POST", "/stores/1/invoices"), ("GET", "/invoices/1")]
        {
            let headers = [("authorization", authorization.as_str())];
            let headers = if authorization.is_empty() { &headers[..0] } else { &headers[..] };
            let reply = house.with_headers(method, path, "", headers);
            refused(&reply, 401, &json!({ "message": "Unauthenticated. Invalid API Key." }), &authorization);
            assert_eq!(reply.header("cache-control"), Some("no-cache, private"), "{authorization}");
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{authorization}");
        }
    }
    let headers = [("authorization", &*format!("bearer  {token}"))];
    assert_eq!(house.with_headers("GET", "/stores", "", &headers).status, 200, "the scheme in any case");
}

#[test]
fn wrong_tokens_are_limited_and_good_ones_are_not() {
    let house = House::open();
    let wrong = || house.call_with("specie_wrong", "GET", "/stores", "", &[]);
    let limited = until("the limit", || Some(wrong()).filter(|reply| reply.status != 401));
    refused(&limited, 429, &json!({ "message": "Too many attempts." }), "wrong");
    assert_eq!(limited.header("retry-after"), Some("60"));
    assert_eq!(house.get("/stores").status, 200);
}

#[test]
fn a_token_opens_its_own_merchants_stores_and_nothing_else() {
    let house = House::open();
    let theirs = house.neighbour();
    let own = house.twenty();
    let unauthorized = json!({ "message": "This action is unauthorized." });
    let order = json!({ "amount": 1, "currency": "USD" }).to_string();
    for path in ["/stores/1".to_owned(), "/stores/1/invoices".to_owned(), format!("/invoices/{}", own["id"])]
    {
        refused(&house.call_with(&theirs, "GET", &path, "", &[]), 403, &unauthorized, &path);
    }
    let foreign = json!({ "success": false, "message": "You cannot create an invoice." });
    for body in [order.as_str(), "{", ""] {
        refused(&house.call_with(&theirs, "POST", "/stores/1/invoices", body, &[]), 403, &foreign, body);
    }
    let listed = house.call_with(&theirs, "GET", "/stores", "", &[]).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(listed["data"][0]["name"], "Next Door");
    let missing = json!({ "message": "Not found." });
    for (method, path) in [
        ("GET", "/stores/3"),
        ("GET", "/stores/0"),
        ("GET", "/stores/one"),
        ("GET", "/stores/%ff"),
        ("GET", "/stores/99999999999999999999"),
        ("GET", "/stores/3/invoices"),
        ("POST", "/stores/3/invoices"),
        ("GET", "/invoices/2"),
        ("GET", "/invoices/INV-000001"),
    ] {
        refused(&house.call_with(&house.token, method, path, &order, &[]), 404, &missing, path);
    }
    assert_eq!(house.server.sql().query("SELECT id FROM invoices", &[]).len(), 1);
}

#[test]
fn a_token_may_be_for_one_store_or_to_read_only() {
    let mut house = House::open();
    house.server.practice_store("Own, too", &[]);
    let narrow = generate(&mut house.browser, &[("store", &house.store.clone())]);
    let reader = generate(&mut house.browser, &[("read_only", "1")]);
    let order = json!({ "amount": 1, "currency": "USD" }).to_string();
    let status =
        |token: &str, method: &str, path: &str| house.call_with(token, method, path, &order, &[]).status;
    let made = |token: &str, store: u8| status(token, "POST", &format!("/stores/{store}/invoices"));
    assert_eq!([made(&narrow, 1), made(&narrow, 2)], [201, 403]);
    assert_eq!([made(&reader, 1), made(&reader, 2)], [403, 403]);
    assert_eq!([made(&house.token, 1), made(&house.token, 2)], [201, 201]);
    for (token, seen) in [(&narrow, [200, 403]), (&reader, [200, 200])] {
        assert_eq!([status(token, "GET", "/stores/1"), status(token, "GET", "/stores/2")], seen);
        assert_eq!([status(token, "GET", "/invoices/1"), status(token, "GET", "/invoices/3")], seen);
    }
    let stores = |token: &str| {
        let listed = house.call_with(token, "GET", "/stores", "", &[]).json();
        listed["data"].as_array().unwrap().iter().map(|store| store["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(stores(&narrow), [json!(1)]);
    assert_eq!(stores(&reader), [json!(2), json!(1)], "newest first");
}

#[test]
fn nobody_makes_a_token_for_anothers_store() {
    let mut house = House::open();
    house.neighbour();
    let foreign =
        house.server.sql().query("SELECT id FROM stores WHERE number = 2", &[])[0].bytes(0).to_vec();
    let foreign = bitcoin::base58::encode(&foreign);
    let fields = [("name", "Theirs"), ("store", &*foreign)];
    assert_eq!(house.browser.fill(TOKENS, TOKENS, &fields).status, 404);
    let html = house.browser.open(TOKENS).body;
    assert!(!html.contains("Theirs") && !html.contains(&foreign), "{html}");
}

#[test]
fn every_answer_is_json_that_any_page_may_read_and_has_a_number_of_its_own() {
    let house = House::open();
    let bearer = format!("Bearer {}", house.token);
    let mut ids = BTreeSet::new();
    // With a token, and without.
    let asked: &[(&str, &str, [u16; 2])] = &[
        ("GET", "/stores", [200, 401]),
        ("GET", "/stores/7", [404, 401]),
        ("POST", "/stores/1/invoices", [422, 401]),
        ("GET", "/nothing", [404, 404]),
        ("POST", "/invoices", [404, 404]),
        ("DELETE", "/stores/1", [405, 405]),
        ("POST", "/stores", [405, 405]),
    ];
    // As a browser would, if somebody opened it.
    let headers = [
        ("authorization", bearer.as_str()),
        ("accept", "text/html"),
        ("content-type", "application/json"),
        ("origin", "https://panel.example"),
    ];
    for (method, path, statuses) in asked {
        for (headers, status) in [&headers[..], &headers[1..]].into_iter().zip(statuses) {
            let reply = house.with_headers(method, path, "{}", headers);
            assert_eq!(reply.status, *status, "{method} {path}: {}", reply.body);
            assert_eq!(reply.header("content-type"), Some("application/json"), "{method} {path}");
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{method} {path}");
            let exposed = reply.header("access-control-expose-headers").unwrap_or("");
            assert!(exposed.contains("request-id"), "{method} {path}: {exposed}");
            assert!(reply.json().is_object(), "{method} {path}: {}", reply.body);
            assert!(ids.insert(reply.header("request-id").unwrap().to_owned()), "{method} {path}");
        }
    }
}

#[test]
fn a_preflight_needs_no_token_and_gets_its_headers_back() {
    let house = House::open();
    for path in ["/stores", "/stores/1/invoices", "/invoices/1"] {
        let asked = [
            ("origin", "https://panel.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type"),
        ];
        let reply = house.with_headers("OPTIONS", path, "", &asked);
        assert!(matches!(reply.status, 200 | 204), "{path}: {}", reply.status);
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(reply.header("access-control-allow-methods"), Some("POST"), "{path}");
        assert_eq!(reply.header("access-control-allow-headers"), Some("authorization,content-type"));
        assert_eq!(reply.header("access-control-allow-credentials"), None, "{path}");
    }
}

#[test]
fn a_cookie_lets_nobody_in() {
    let mut house = House::open();
    assert_eq!(house.browser.get("/stores").status, 200);
    assert_eq!(house.browser.get("/api/v1/stores").status, 401);
}

#[test]
fn the_last_use_is_written_down_and_not_with_every_request() {
    let mut house = House::open();
    let used = |house: &House| {
        let sql = "SELECT used_at FROM api_tokens";
        house.server.sql().query(sql, &[])[0].maybe_integer(0)
    };
    assert_eq!(used(&house), None);
    assert_eq!(house.get("/stores").status, 200);
    let first = used(&house).expect("it was used");
    assert_eq!(house.get("/stores").status, 200);
    assert_eq!(used(&house), Some(first), "not twice in a minute");
    let back = format!("UPDATE api_tokens SET used_at = {}", first - 60_000);
    assert_eq!(house.server.sql().execute(&back, &[]), 1);
    assert_eq!(house.get("/stores").status, 200);
    assert!(used(&house) >= Some(first), "a minute later it is");
    let html = house.browser.open(TOKENS).body;
    assert!(html.contains("data-label=\"Last used\"><time"), "{html}");
}

#[test]
fn before_there_is_a_user_nobody_is_let_in() {
    let server = specie_testkit::server::Server::start(super::EXE);
    let url = format!("{}/api/v1/stores", server.url());
    let reply = specie_testkit::http::send("GET", &url, &[("authorization", "Bearer x")], b"");
    assert_eq!((reply.status, &reply.json()["success"]), (503, &json!(false)), "{}", reply.body);
    server.create_user(OWNER);
    let reply = specie_testkit::http::send("GET", &url, &[("authorization", "Bearer x")], b"");
    assert_eq!(reply.status, 401);
}
