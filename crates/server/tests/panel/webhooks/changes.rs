//! Making, listing, changing and deleting webhooks.

use serde_json::{Value, json};
use specie_testkit::receiver::Receiver;
use specie_testkit::server::{OWNER, Server};

use super::super::browser::merchant;
use super::super::{House, generate, refused};
use super::{PATH, secret};

#[test]
fn a_webhook_is_made_listed_changed_and_deleted_and_its_secret_is_in_the_first_answer_alone() {
    let house = House::open();
    let receiver = Receiver::start();
    let made =
        house.hook(&receiver, &json!({ "events": ["invoice.paid", "invoice.created", "invoice.paid"] }));
    assert_eq!(made["id"], 1);
    assert_eq!(made["store_id"], 1);
    assert_eq!(made["url"], receiver.url("/hook"));
    assert_eq!(made["events"], json!(["invoice.created", "invoice.paid"]), "each once");
    assert_eq!((&made["enabled"], &made["last_delivery"]), (&json!(true), &Value::Null));
    assert!(made["created_at"].is_string() && made["previous_secret_until"].is_null());
    let known = secret(&made).to_owned();
    let mut shown = made;
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(house.get(&format!("{PATH}/1")).json(), json!({ "success": true, "data": shown }));

    let second = house.hook(&receiver, &json!({ "events": null }));
    assert_eq!(second["events"], json!(["*"]));
    assert_ne!(secret(&second), known);
    let listed = house.get(PATH).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!((&listed["data"][0]["id"], &listed["data"][1]), (&json!(2), &shown), "newest first");
    assert_eq!((&listed["links"]["next"], &listed["meta"]["next_cursor"]), (&Value::Null, &Value::Null));
    assert!(!listed.to_string().contains("whsec_"), "{listed}");

    let changed = house.change_hook(&shown, &json!({ "events": ["*"], "enabled": false }));
    assert_eq!((&changed["events"], &changed["enabled"]), (&json!(["*"]), &json!(false)));
    assert_eq!(changed["url"], shown["url"], "what is not named stays");
    assert_eq!(house.change_hook(&shown, &json!({})), changed);
    let other = receiver.url("/other");
    assert_eq!(house.change_hook(&shown, &json!({ "url": other }))["url"], other);

    let path = format!("{PATH}/1");
    let deleted = house.call_with(&house.token, "DELETE", &path, "", &[]);
    assert_eq!((deleted.status, &deleted.json()["data"]["id"]), (200, &json!(1)));
    for method in ["GET", "PATCH", "DELETE"] {
        let again = house.call_with(&house.token, method, &path, "{}", &[]);
        refused(&again, 404, &json!({ "message": "Not found." }), method);
    }
    assert_eq!(house.hook(&receiver, &json!({}))["id"], 3, "no number is given again");
}

#[test]
fn every_bad_field_of_a_webhook_is_named() {
    let house = House::open();
    let required = json!({ "url": ["The url field is required."] });
    for (body, errors) in [
        (json!({}), required.clone()),
        (json!({ "url": null }), required.clone()),
        (
            json!({ "events": [], "enabled": 1 }),
            json!({
                "url": ["The url field is required."],
                "events": ["The events field must name at least one event."],
                "enabled": ["The enabled field must be true or false."],
            }),
        ),
        (
            json!({ "url": "ftp://shop.example/hook" }),
            json!({ "url": ["The url field is refused: the URL must begin with https://."] }),
        ),
        (
            json!({ "url": "https://ann:secret@shop.example/hook" }),
            json!({ "url": ["The url field is refused: the URL must not contain a user name or password."] }),
        ),
        (
            json!({ "url": "http://169.254.169.254/latest/meta-data" }),
            json!({ "url": ["The url field is refused: the host is not publicly reachable."] }),
        ),
    ] {
        let reply = house.post(PATH, &body);
        assert_eq!((reply.status, &reply.json()["errors"]), (422, &errors), "{body}");
    }
    let unknown = house.post(PATH, &json!({ "url": "https://shop.example", "events": ["invoice.lost"] }));
    let words = unknown.json()["errors"]["events"][0].as_str().unwrap().to_owned();
    assert!(unknown.status == 422 && words.contains("invoice.created, invoice.payment_received"), "{words}");
    let receiver = Receiver::start();
    house.hook(&receiver, &json!({}));
    let path = format!("{PATH}/1");
    let bad = json!({ "url": "http://10.0.0.1/", "events": null }).to_string();
    assert_eq!(house.call_with(&house.token, "PATCH", &path, &bad, &[]).status, 422);
    assert_eq!(house.get(&path).json()["data"]["url"], receiver.url("/hook"));
    assert_eq!(house.call_with(&house.token, "POST", PATH, "{", &[]).status, 400);
    let form = [("content-type", "text/plain")];
    let bearer = format!("Bearer {}", house.token);
    let headers = [&form[..], &[("authorization", bearer.as_str())]].concat();
    assert_eq!(house.with_headers("POST", PATH, "{}", &headers).status, 415);
}

#[test]
fn private_addresses_are_refused_unless_the_operator_opened_them() {
    let server = Server::start_exactly(super::super::EXE, vec![]);
    server.create_user(OWNER);
    let store = server.practice_store("Closed", &[]);
    let mut browser = merchant(&server, OWNER);
    let token = generate(&mut browser, &[]);
    let house = House { server, store, browser, token };
    for url in [
        "http://127.0.0.1:8080/",
        "http://[::1]:8080/",
        "http://localhost:8080/",
        "http://[::ffff:10.0.0.1]/",
        "http://0x7f.1/",
        "http://shop.example:22/",
    ] {
        let reply = house.post(PATH, &json!({ "url": url }));
        assert_eq!(reply.status, 422, "{url}: {}", reply.body);
    }
    assert_eq!(house.get(PATH).json()["data"], json!([]));
    // A row from before is not sent to either.
    let receiver = Receiver::start();
    assert_eq!(house.post(PATH, &json!({ "url": "https://shop.example/hook" })).status, 201);
    let moved = format!("UPDATE webhooks SET url = '{}'", receiver.url("/hook"));
    let mut house = house;
    assert_eq!(house.server.stop(), 0);
    assert_eq!(house.server.sql().execute(&moved, &[]), 1);
    house.server.restart();
    let tested = house.post("/stores/1/webhook-test", &json!({})).json();
    assert_eq!(tested["success"], false);
    let words = tested["message"].as_str().unwrap();
    let expected = ["not publicly reachable", "port is not allowed"];
    assert!(expected.iter().any(|part| words.contains(part)), "{tested}");
    assert_eq!(receiver.heard().len(), 0);
}

#[test]
fn a_store_has_at_most_ten_webhooks_however_many_ask_at_once() {
    let house = House::open();
    let receiver = Receiver::start();
    let body = json!({ "url": receiver.url("/hook") });
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..14).map(|_| scope.spawn(|| house.post(PATH, &body).status)).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 10, "{statuses:?}");
    let one_more = house.post(PATH, &body);
    let words = json!({ "success": false, "message": "a store has at most 10 webhooks" });
    refused(&one_more, 409, &words, "one more");
    assert_eq!(house.get(PATH).json()["data"].as_array().unwrap().len(), 10);
}

#[test]
fn webhooks_are_their_own_merchants_alone_and_a_token_that_reads_changes_none() {
    let mut house = House::open();
    let receiver = Receiver::start();
    house.hook(&receiver, &json!({}));
    house.server.practice_store("Own, too", &[]);
    let theirs = house.neighbour();
    let reader = generate(&mut house.browser, &[("read_only", "1")]);
    let narrow = generate(&mut house.browser, &[("store", &house.store.clone())]);
    let body = json!({ "url": receiver.url("/evil") }).to_string();
    let unauthorized = json!({ "message": "This action is unauthorized." });
    let asked = [
        ("GET", "/webhooks"),
        ("POST", "/webhooks"),
        ("GET", "/webhooks/1"),
        ("PATCH", "/webhooks/1"),
        ("DELETE", "/webhooks/1"),
        ("POST", "/webhooks/1/rotate-secret"),
        ("POST", "/webhooks/1/end-previous-secret"),
        ("POST", "/webhook-test"),
    ];
    for (method, path) in asked {
        let own = format!("/stores/1{path}");
        refused(&house.call_with(&theirs, method, &own, &body, &[]), 403, &unauthorized, path);
        let read = house.call_with(&reader, method, &own, &body, &[]);
        if method == "GET" {
            assert_eq!(read.status, 200, "{path}");
        } else {
            refused(&read, 403, &unauthorized, path);
        }
        refused(
            &house.call_with(&narrow, method, &format!("/stores/2{path}"), &body, &[]),
            403,
            &unauthorized,
            path,
        );
        // Of a store of one's own, but not its webhook.
        if path.contains("/1") {
            let other = house.call_with(&house.token, method, &format!("/stores/2{path}"), &body, &[]);
            refused(&other, 404, &json!({ "message": "Not found." }), path);
        }
    }
    assert_eq!(house.get(PATH).json()["data"][0]["url"], receiver.url("/hook"));
    assert_eq!(receiver.heard().len(), 0);
}
