//! The `Request-Id`: on every answer, whatever it is, and on every line of the log that its request
//! caused.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;
use specie_testkit::engine::Engine;
use specie_testkit::http::Reply;

use super::House;

const MINE: (&str, &str) = ("request-id", "mine");

fn id(reply: &Reply) -> String {
    let mut ids = reply.headers.iter().filter(|(name, _)| name == "request-id");
    let id = ids.next().unwrap_or_else(|| panic!("no Request-Id: {reply:?}")).1.clone();
    assert!(ids.next().is_none(), "two: {reply:?}");
    assert!((12..=17).contains(&id.len()) && id.chars().all(char::is_alphanumeric), "{id}");
    id
}

#[test]
fn every_answer_has_one_of_its_own() {
    let house = House::open();
    let invoice = house.twenty();
    let invoice = invoice["id"].as_str().unwrap();
    let (checkout, live) = (format!("/i/{invoice}"), format!("/i/{invoice}/status"));
    let asked = [
        ("GET", "/", 200),
        ("GET", "/login", 200),
        ("GET", "/stores", 303),
        ("GET", &checkout, 200),
        ("GET", &live, 200),
        ("GET", "/i/none", 404),
        ("GET", "/assets/specie.css", 200),
        ("GET", "/assets/none", 404),
        ("GET", "/nothing/here", 404),
        ("DELETE", "/rates", 405),
        ("GET", "/rates?storeId=none", 404),
        ("GET", "/currencies", 200),
        ("GET", "/invoices", 401),
        ("POST", "/invoices", 415),
        ("POST", "/tokens", 400),
        ("POST", "/sessions", 200),
        ("OPTIONS", "/invoices", 200),
        ("GET", "/events", 400),
        ("GET", "/api/v1/stores", 401),
        ("GET", "/api/v1/none", 404),
        ("DELETE", "/api/v1/stores", 405),
    ];
    let mut ids = BTreeSet::new();
    let basic = super::auth::basic(&house.api_key());
    for (method, path, status) in asked {
        let key = ("authorization", basic.as_str());
        let headers = if status == 415 { vec![MINE, key] } else { vec![MINE] };
        let reply = house.with_headers(method, path, "", &headers);
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        assert!(ids.insert(id(&reply)), "{method} {path}");
    }
    let host = house.host();
    for (head, status) in [
        ("POST /invoices HTTP/1.1\r\ncontent-length: 99999\r\n".to_owned(), 413),
        (format!("GET / HTTP/1.1\r\nx-long: {}\r\n", "x".repeat(40_000)), 431),
        (format!("GET /{} HTTP/1.1\r\n", "x".repeat(40_000)), 431),
    ] {
        let reply = house.raw(format!("{head}host: {host}\r\nconnection: close\r\n\r\n").as_bytes());
        assert_eq!(reply.status, status, "{}", reply.body);
        assert!(ids.insert(id(&reply)), "{status}");
    }
    assert!(!ids.contains(MINE.1));
}

#[test]
fn a_stream_has_one_as_well() {
    let house = House::open();
    let invoice = house.twenty();
    let id = invoice["id"].as_str().unwrap();
    let bus = house.shop.get(&format!("/invoices/{id}/events")).data();
    let token = bus["token"].as_str().unwrap();
    for path in [format!("/i/{id}/events"), format!("/events?action=subscribe&token={token}")] {
        let mut stream = TcpStream::connect(house.host()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", house.host()).unwrap();
        let mut head = [0; 512];
        let read = stream.read(&mut head).unwrap();
        let head = String::from_utf8_lossy(&head[..read]).to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200") && head.contains("\r\nrequest-id: "), "{path}: {head}");
        assert!(head.contains("text/event-stream"), "{path}: {head}");
    }
}

#[test]
fn pages_of_other_origins_may_read_it() {
    let house = House::open();
    let exposed = |path: &str| {
        let reply = house.with_headers("GET", path, "", &[("origin", "https://shop.example")]);
        reply.header("access-control-expose-headers").unwrap_or("none").to_owned()
    };
    for path in ["/currencies", "/rates", "/invoices", "/api/v1/stores"] {
        assert_eq!(exposed(path), "request-id,idempotent-replayed,retry-after", "{path}");
    }
    assert_eq!(exposed("/login"), "none");
}

/// The lines of the log with this id in them.
fn lines(house: &House, id: &str) -> Vec<String> {
    let marked = format!("request{{id={id}}}");
    house.server.log().into_iter().filter(|line| line.contains(&marked)).collect()
}

#[test]
fn a_request_that_fails_is_found_in_the_log_by_it() {
    let mut house = House::open();
    house.server.keep_log();
    let mut sql = house.server.sql();
    sql.execute("ALTER TABLE events RENAME TO elsewhere", &[]);
    let order = json!({ "price": 20, "currency": "USD" });
    let failed: Vec<Reply> = (0..2).map(|_| house.shop.post("/invoices", &order)).collect();
    sql.execute("ALTER TABLE elsewhere RENAME TO events", &[]);
    for reply in &failed {
        assert_eq!(reply.status, 503, "{}", reply.body);
        let lines = lines(&house, &id(reply));
        let said = |words: &str| lines.iter().filter(|line| line.contains(words)).count();
        assert_eq!(said("a request failed"), 1, "{lines:?}");
        assert_eq!(said("events"), 1, "and why: {lines:?}");
        assert!(lines.iter().any(|line| line.contains("POST") && line.contains("/invoices")), "{lines:?}");
    }
    let fine = house.shop.post("/invoices", &order);
    assert_eq!((fine.status, lines(&house, &id(&fine))), (200, vec![]), "what is well is not logged");
}

#[test]
fn what_the_databases_own_threads_say_of_it_has_the_id_as_well() {
    let mut house = House::open();
    house.server.keep_log();
    let mut sql = house.server.sql();
    // An invoice brings a row with it that is noticed to be wrong when everything is to be kept.
    sql.execute("CREATE TABLE parents (n INTEGER PRIMARY KEY)", &[]);
    sql.execute("CREATE TABLE orphans (n INTEGER REFERENCES parents (n) DEFERRABLE INITIALLY DEFERRED)", &[]);
    match Engine::of_this_test() {
        Engine::Sqlite => {
            let orphan =
                "CREATE TRIGGER orphan AFTER INSERT ON invoices BEGIN INSERT INTO orphans VALUES (1); END";
            sql.execute(orphan, &[]);
        }
        Engine::Postgres => {
            let orphan = "CREATE FUNCTION orphan() RETURNS trigger LANGUAGE plpgsql AS \
                          'BEGIN INSERT INTO orphans VALUES (1); RETURN NULL; END'";
            sql.execute(orphan, &[]);
            let trigger =
                "CREATE TRIGGER orphan AFTER INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION orphan()";
            sql.execute(trigger, &[]);
        }
    }
    let failed = house.shop.post("/invoices", &json!({ "price": 20, "currency": "USD" }));
    assert!(failed.status >= 500, "{}", failed.body);
    let lines = lines(&house, &id(&failed));
    assert!(lines.iter().any(|line| line.contains("a batch of writes was not committed")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("a request failed")), "{lines:?}");
}

#[test]
fn no_filter_of_the_log_takes_it_away_and_no_line_shows_a_token() {
    let mut house = House::with(&["--log", "specie=error,specie_db=debug"], &[]);
    house.server.keep_log();
    let merchant = house.shop.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let mut sql = house.server.sql();
    sql.execute("ALTER TABLE events RENAME TO elsewhere", &[]);
    let failed = super::facades::call(&house.shop, &merchant, "createInvoice", &json!({ "price": 1 }));
    sql.execute("ALTER TABLE elsewhere RENAME TO events", &[]);
    assert_eq!(failed.status, 503, "{}", failed.body);
    let lines = lines(&house, &id(&failed));
    assert!(lines.iter().any(|line| line.contains("the database failed a request")), "{lines:?}");
    assert!(house.server.log().iter().all(|line| !line.contains(&merchant)));
}
