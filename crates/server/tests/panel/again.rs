//! Every call that changes something, made again under its `Idempotency-Key`. A call that is not in the
//! table fails the test.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use specie_testkit::http;
use specie_testkit::receiver::Receiver;

use super::{House, refused};

/// One call: its route, where it is here, its body, and how often it was done, by the database.
struct Row {
    route: &'static str,
    path: &'static str,
    body: fn(&House) -> Value,
    status: u16,
    done: &'static str,
}

const CREATE: Row = Row {
    route: "/stores/{store}/invoices",
    path: "/stores/1/invoices",
    body: |_| json!({ "amount": 20, "currency": "USD" }),
    status: 201,
    done: "SELECT count(*) FROM invoices",
};

/// Done to invoice 1 and webhook 1, in this order; the first call of each kind makes it.
const ROWS: [Row; 9] = [
    CREATE,
    Row {
        route: "/invoices/{invoice}/practice",
        path: "/invoices/1/practice",
        body: |_| json!({ "scenario": "pay" }),
        status: 200,
        done: "SELECT count(*) FROM payments",
    },
    Row {
        route: "/invoices/{invoice}/archive",
        path: "/invoices/1/archive",
        body: |_| json!({}),
        status: 200,
        done: "SELECT count(*) FROM invoices WHERE archived = 1",
    },
    Row {
        route: "/invoices/{invoice}/unarchive",
        path: "/invoices/1/unarchive",
        body: |_| json!({}),
        status: 200,
        done: "SELECT count(*) FROM invoices WHERE archived = 0",
    },
    Row {
        route: "/invoices/{invoice}/mark",
        path: "/invoices/1/mark",
        body: |_| json!({ "status": "invalid" }),
        status: 200,
        done: "SELECT count(*) FROM events",
    },
    Row {
        route: "/stores/{store}/webhooks",
        path: "/stores/1/webhooks",
        body: |_| json!({ "url": Box::leak(Box::new(Receiver::start())).url("/hook") }),
        status: 201,
        done: "SELECT count(*) FROM webhooks",
    },
    Row {
        route: "/stores/{store}/webhooks/{webhook}/rotate-secret",
        path: "/stores/1/webhooks/1/rotate-secret",
        body: |_| json!({}),
        status: 200,
        done: "SELECT generation FROM webhooks",
    },
    Row {
        route: "/stores/{store}/webhooks/{webhook}/end-previous-secret",
        path: "/stores/1/webhooks/1/end-previous-secret",
        body: |_| json!({}),
        status: 200,
        done: "SELECT count(*) FROM webhooks WHERE previous_until IS NULL",
    },
    Row {
        route: "/stores/{store}/webhook-test",
        path: "/stores/1/webhook-test",
        body: |_| json!({}),
        status: 200,
        done: "SELECT count(*) FROM deliveries",
    },
];

#[test]
fn the_same_call_under_a_key_has_the_same_answer_and_another_one_none() {
    let mut house = House::open();
    let count = |house: &House, row: &Row| house.server.sql().query(row.done, &[])[0].integer(0);
    let send = |house: &House, row: &Row, body: &Value| {
        let key = [("idempotency-key", row.route)];
        house.call_with(&house.token, "POST", row.path, &body.to_string(), &key)
    };
    let mut answered = Vec::new();
    for row in &ROWS {
        let (body, before) = ((row.body)(&house), count(&house, row));
        let first = send(&house, row, &body);
        assert_eq!((first.status, first.header("idempotent-replayed")), (row.status, None), "{}", first.body);
        let mut other = body.clone();
        other["description"] = "another".into();
        let conflict =
            json!({ "success": false, "message": "this idempotency key was used with another body" });
        refused(&send(&house, row, &other), 409, &conflict, row.route);
        assert_ne!(count(&house, row), before, "{}", row.route);
        answered.push((row, body, first));
    }
    for restarted in [false, true] {
        if restarted {
            house.server.restart();
        }
        for (row, body, first) in &answered {
            let before = count(&house, row);
            let again = send(&house, row, body);
            assert_eq!((again.status, &again.body), (row.status, &first.body), "{}", row.route);
            assert_eq!(again.header("idempotent-replayed"), Some("true"), "{}", row.route);
            assert_eq!(count(&house, row), before, "{}", row.route);
        }
    }
}

#[test]
fn no_call_that_changes_something_is_missing_here() {
    let routes: BTreeSet<String> = ROWS.iter().map(|row| unnamed(row.route)).collect();
    assert_eq!(routes, posts());
}

/// The paths of the face that take `POST`, as the server's own reference has them. The pay button has a path below the
/// face's and is none of it.
fn posts() -> BTreeSet<String> {
    let house = House::open();
    let reference = http::get(&format!("{}/openapi.json", house.server.url())).json();
    let paths = reference["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, item)| item.get("post").is_some_and(|post| post["operationId"] != "pressButton"));
    paths.filter_map(|(path, _)| path.strip_prefix("/api/v1").map(unnamed)).collect()
}

/// A path without the names of its parts.
fn unnamed(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
