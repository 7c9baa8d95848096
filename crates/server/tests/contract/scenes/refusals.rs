//! What is refused, with its status and its words.

use serde_json::{Value, json};
use specie_testkit::shop::Shop;

use super::{Exchange, Golden, PUBLIC, Request, Scene};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    who(&scene);
    values(&scene);
    bodies(&scene);
    too_often(&scene);
}

/// 401, 403, 404.
fn who(scene: &Scene) {
    let stranger = Shop::named(PUBLIC, "stranger");
    let says = "Well signed, by a client that is not paired";
    scene.exchange("bitpay/refused_not_paired", says, &scene.asked("get_invoices", json!({})).by(&stranger));
    let says = "A signature over something else";
    let badly = Request::get("/invoices")
        .header("X-Identity", &scene.client.identity())
        .header("X-Signature", &scene.client.sign(PUBLIC));
    scene.plain("bitpay/refused_badly_signed", says, badly);
    scene.plain("bitpay/refused_unsigned", "No credentials where they are needed", Request::get("/invoices"));
    let wrong = Request::get("/invoices").header("Authorization", "Basic d3Jvbmc=");
    scene.plain("bitpay/refused_wrong_key", "A legacy API key that is none", wrong);
    scene.call(
        "bitpay/refused_no_such_invoice",
        "An id of no invoice",
        "get_invoice",
        json!({ "id": "nothing" }),
    );
    let pos = Shop::named(PUBLIC, "till");
    let claim = json!({ "id": pos.sin(), "pairingCode": scene.code("pos") });
    scene.send(&Request::post("/tokens", claim));
    let says = "A till does not list invoices";
    scene.exchange("bitpay/refused_another_facade", says, &scene.asked("get_invoices", json!({})).by(&pos));
    scene.plain("bitpay/refused_no_such_path", "A path that there is not", Request::get("/nothing"));
    let says = "The path knows no such method";
    scene.plain("bitpay/refused_method", says, Request::new("PUT", "/invoices"));
}

/// 400: a value makes no sense, or something makes it impossible.
fn values(scene: &Scene) {
    for (file, says, invoice) in [
        ("price", "A price that is no number", json!({ "price": "a lot" })),
        ("currency", "A currency that is none", json!({ "price": 20, "currency": "DOGE" })),
        ("no_rate", "A currency that the store has no rate for", json!({ "price": 20, "currency": "SEK" })),
        ("expiry", "It would expire before it is seen", json!({ "price": 20, "expirationTime": 1 })),
        ("huge", "More than there will ever be", json!({ "price": 21_000_001, "currency": "BTC" })),
        ("coin", "A coin that nobody takes here", json!({ "price": 20, "paymentCurrencies": ["DOGE"] })),
    ] {
        let file = format!("bitpay/refused_{file}");
        scene.call(&file, says, "create_invoice", json!({ "invoice": invoice }));
    }
    let key = |price: u32| {
        let order = json!({ "invoice": { "price": price, "currency": "USD" } });
        scene.asked("create_invoice", order).header("Idempotency-Key", "order-1")
    };
    scene.ask(&key(20));
    scene.exchange("bitpay/refused_reused_key", "The same idempotency key with another body", &key(21));
    let says = "An idempotency key that is too long";
    let order = json!({ "invoice": { "price": 20, "currency": "USD" } });
    let long = scene.asked("create_invoice", order).header("Idempotency-Key", &"k".repeat(201));
    scene.exchange("bitpay/refused_long_key", says, &long);
    let id = scene.twenty();
    let says = "Nobody is to be notified";
    scene.call("bitpay/resend_notification_to_nobody", says, "resend_notification", json!({ "id": id }));
    let wish = json!({ "id": id, "type": "acceptPartialPayment" });
    let says = "Nothing came that could be accepted";
    scene.call("bitpay/adjust_invoice_without_payment", says, "adjust_invoice", wish);
    let wish = json!({ "id": id, "type": "acceptNothing" });
    scene.call("bitpay/adjust_invoice_of_no_type", "A type that is none", "adjust_invoice", wish);
    let says = "Nothing can be given back of what was never paid";
    scene.call(
        "bitpay/create_refund_of_nothing",
        says,
        "create_refund",
        json!({ "invoice": id, "refund": {} }),
    );
}

/// 400, 413 and 415: the body is none.
fn bodies(scene: &Scene) {
    let post = |body: &str| Request::post("/invoices", Value::String(body.to_owned())).signed();
    for (file, says, request) in [
        ("no_json", "A body that is no JSON", post("{")),
        ("no_object", "JSON that is no object", post("[]")),
        ("twice", "A field that is given twice", post(r#"{"price":1,"price":2}"#)),
        ("no_body", "No body", Request::new("POST", "/invoices").signed()),
        ("no_type", "A body that is not said to be JSON", post("{}").header("Content-Type", "text/plain")),
    ] {
        scene.plain(&format!("bitpay/refused_{file}"), says, request);
    }
    let says = "More than 64 KiB";
    let order = json!({ "invoice": { "price": 20, "posData": "x".repeat(65_536) } });
    scene.call("bitpay/refused_too_large", says, "create_invoice", order);
}

/// 429.
fn too_often(scene: &Scene) {
    let anyones = || {
        let order = Request::post("/invoices", json!({ "price": 20, "currency": "USD" }));
        order.query("storeId", &scene.store.as_str().into())
    };
    while scene.send(&anyones()).status == 200 {}
    let says = "More than ten invoices a minute from one address without credentials";
    scene.exchange("bitpay/refused_too_often", says, &Exchange::plain(anyones()));
}
