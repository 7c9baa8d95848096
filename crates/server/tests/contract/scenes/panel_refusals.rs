//! What the panel's API refuses, with its status and its words.

use serde_json::{Value, json};
use specie_testkit::server::OWNER;

use super::{Exchange, Golden, Request, Scene, merchant, panel_token};

/// Another merchant on the same server.
const OTHER: &str = "other@shop.example";

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let number =
        scene.quietly("create_store_invoice", order(json!({ "amount": 20, "currency": "USD" })))["id"]
            .clone();
    who(&scene, &number);
    values(&scene);
    bodies(&scene);
    impossible(&scene, &number);
    let wrong = || scene.asked("list_stores", json!({})).bearer("specie_wrong");
    while scene.ask(&wrong()).status == 401 {}
    scene.exchange(
        "panel/refused_too_often",
        "More than sixty wrong tokens a minute from one address",
        &wrong(),
    );
}

fn order(invoice: Value) -> Value {
    json!({ "store": 1, "invoice": invoice })
}

/// 401, 403, 404, 405.
fn who(scene: &Scene, number: &Value) {
    scene.server.create_user(OTHER);
    let other = panel_token(&mut merchant(&scene.server, OTHER), &[]);
    let reader = panel_token(&mut merchant(&scene.server, OWNER), &[("read_only", "1")]);
    let show = || scene.asked("show_invoice", json!({ "number": number }));
    let make = || scene.asked("create_store_invoice", order(json!({ "amount": 20, "currency": "USD" })));
    let mark = || scene.asked("mark_invoice", json!({ "number": number, "status": "complete" }));
    for (file, says, exchange) in [
        ("wrong_token", "A token that is none", show().bearer("specie_wrong")),
        ("another_merchant", "An invoice of another merchant", show().bearer(&other)),
        ("another_store", "An invoice in another merchant's store", make().bearer(&other)),
        ("read_only", "A token that only reads makes no invoice", make().bearer(&reader)),
        ("decision", "A token that only reads decides nothing", mark().bearer(&reader)),
        ("no_invoice", "An invoice that there is not", scene.asked("show_invoice", json!({ "number": 999 }))),
        ("no_store", "A store that there is not", scene.asked("get_store", json!({ "id": 999 }))),
        ("no_path", "A path that there is not", Exchange::plain(Request::get("/api/v1/nothing").bearer())),
        ("no_token", "No token", Exchange::plain(Request::get("/api/v1/stores"))),
        (
            "method",
            "The path knows no such method",
            Exchange::plain(Request::new("DELETE", "/api/v1/stores/1").bearer()),
        ),
    ] {
        scene.exchange(&format!("panel/refused_{file}"), says, &exchange);
    }
}

/// 422 and 503.
fn values(scene: &Scene) {
    for (file, says, invoice) in [
        ("nothing", "Every field that is missing is named", json!({})),
        (
            "exact",
            "An amount that is more exact than its currency",
            json!({ "amount": "1.005", "currency": "USD" }),
        ),
        (
            "fields",
            "Every field that makes no sense is named",
            json!({ "amount": -1, "currency": "DOGE", "expires_in": 0, "metadata": 7, "webhook_url": "nonsense" }),
        ),
        ("no_rate", "A currency that the store has no rate for", json!({ "amount": 20, "currency": "NOK" })),
    ] {
        scene.call(&format!("panel/refused_{file}"), says, "create_store_invoice", order(invoice));
    }
}

/// 400, 413 and 415.
fn bodies(scene: &Scene) {
    let post =
        |body: &str| Request::post("/api/v1/stores/1/invoices", Value::String(body.to_owned())).bearer();
    for (file, says, request) in [
        ("no_json", "A body that is no JSON", post("{")),
        ("twice", "A field that is given twice", post(r#"{"amount":1,"amount":2,"currency":"USD"}"#)),
        ("no_type", "A body that is not said to be JSON", post("{}").header("Content-Type", "text/plain")),
    ] {
        scene.plain(&format!("panel/refused_{file}"), says, request);
    }
    let large = order(json!({ "amount": 20, "currency": "USD", "description": "x".repeat(65_536) }));
    scene.call("panel/refused_too_large", "More than 64 KiB", "create_store_invoice", large);
}

/// 409.
fn impossible(scene: &Scene, number: &Value) {
    let key = |amount: u32| {
        let invoice = order(json!({ "amount": amount, "currency": "USD" }));
        scene.asked("create_store_invoice", invoice).header("Idempotency-Key", "order-1")
    };
    scene.ask(&key(20));
    scene.exchange("panel/refused_reused_key", "The same idempotency key with another body", &key(21));
    let says = "A scenario that makes no sense for the invoice";
    scene.call(
        "panel/practice_impossible",
        says,
        "practice",
        json!({ "number": number, "scenario": "reorg" }),
    );
    let says = "A scenario that there is not";
    scene.call("panel/practice_unknown", says, "practice", json!({ "number": number, "scenario": "steal" }));
    let says = "A mark that is none";
    scene.call(
        "panel/mark_invoice_unknown",
        says,
        "mark_invoice",
        json!({ "number": number, "status": "paid" }),
    );
    for (scenario, blocks) in [("pay", None), ("mine", Some(6))] {
        scene.quietly("practice", json!({ "number": number, "scenario": scenario, "blocks": blocks }));
    }
    let says = "What its payments have settled is not marked";
    scene.call(
        "panel/mark_invoice_settled",
        says,
        "mark_invoice",
        json!({ "number": number, "status": "invalid" }),
    );
}
