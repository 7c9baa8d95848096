//! What no client of the contract calls: the user, sessions, applications, events, the checkout's state, notifications
//! that are sent again, and the legacy API key.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use base64::Engine;
use serde_json::{Value, json};

use super::{Golden, Request, Scene, text};

pub fn play(golden: &Golden) {
    let mut scene = Scene::unpaired(golden, &["--accept-applications"]);
    scene.pair();
    scene.plain("bitpay/get_user", "For whom a client acts", Request::get("/user").with_token(&scene.token));
    scene.plain("bitpay/begin_session", "A session begins", Request::post("/sessions", json!({})));
    scene.plain("bitpay/apply", "A stranger asks for an account", Request::post("/applications", satoshi()));
    let nobody = Request::post("/applications", json!({ "users": [{}], "orgs": [{}] }));
    scene.plain("bitpay/apply_without_fields", "Every field that is missing is named", nobody);

    let order = json!({ "price": 20, "currency": "USD", "notificationURL": scene.receiver.url("/ipn") });
    let id = text(&scene.quietly("create_invoice", json!({ "invoice": order }))["id"]);
    let says = "The shop is told once more how the invoice stands";
    scene.call("bitpay/resend_notification", says, "resend_notification", json!({ "id": id }));
    let key = scene.server.run(&["token", "api-key", "--store", &scene.store]);
    let key = base64::engine::general_purpose::STANDARD.encode(text(&key["api_key"]));
    let listed = Request::get("/invoices").header("Authorization", &format!("Basic {key}"));
    scene.plain("bitpay/get_invoices_by_key", "With the store's legacy API key", listed);

    let status = Request::get(format!("/i/{id}/status"));
    scene.plain("bitpay/get_checkout_status", "What a checkout's page asks", status.clone());
    let says = "Where an invoice's changes are heard";
    let bus = scene.plain("bitpay/get_bus", says, Request::get(format!("/invoices/{id}/events")));
    events(&scene, &bus["data"]);
    scene.happens("invoice.paid", &id, "paid", false);
    scene.plain("bitpay/get_checkout_status_paid", "The same, once it is paid", status);
    button(&scene);
}

/// A pay button of a page, for scripts.
fn button(scene: &Scene) {
    let pressed = |fields: Value| {
        let fields = fields.as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap()));
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post("/api/v1/invoices", Value::String(form));
        request.header("Content-Type", "application/x-www-form-urlencoded")
    };
    let fields =
        json!({ "storeId": scene.store, "price": "20.50", "currency": "EUR", "jsonResponse": "true" });
    scene.plain("bitpay/press_button", "A pay button is pressed by a script", pressed(fields));
    let fields = json!({ "storeId": scene.store, "price": "a lot", "jsonResponse": "true" });
    scene.plain("bitpay/press_button_without_a_price", "Its price is no number", pressed(fields));
}

fn satoshi() -> Value {
    json!({
        "users": [{
            "email": "satoshi@example.com", "firstName": "Satoshi", "lastName": "Nakamoto", "phone": "4041235678",
            "agreedToTOSandPP": true,
        }],
        "orgs": [{
            "name": "Satoshi Widgets", "address1": "123 Peachtree St", "address2": "Suite 200", "city": "Atlanta",
            "state": "GA", "zip": "30303", "country": "USA", "industry": "Accounting",
        }],
    })
}

/// The beginning of an invoice's stream, as far as its first state.
fn events(scene: &Scene, bus: &Value) {
    let request = Request::get("/events")
        .query("token", &bus["token"])
        .query("action", &"subscribe".into())
        .query("events[]", &"payment".into())
        .header("Accept", "text/event-stream");
    let host = scene.server.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let target = request.target();
    write!(stream, "GET {target} HTTP/1.1\r\nhost: {host}\r\naccept: text/event-stream\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().starts_with("HTTP/1.1 200"));
    // Chunks come with their sizes between the lines.
    let said = |line: &String| ["event: ", "id: ", "data: "].iter().any(|field| line.starts_with(field));
    let mut body = String::new();
    while !body.contains("event: statechange") || !body.trim_end().ends_with('}') {
        let line = lines.find(said).unwrap();
        let first = line.starts_with("event: ") && !body.is_empty();
        body.push_str(&format!("{}{line}\n", if first { "\n" } else { "" }));
    }
    let told = json!({
        "says": "What an invoice's stream says first, as text/event-stream", "call": null, "request": request.told(),
        "answer": { "status": 200, "headers": { "Content-Type": "text/event-stream" }, "body": format!("{body}\n") },
    });
    scene.golden.check("bitpay/listen", &told);
}
