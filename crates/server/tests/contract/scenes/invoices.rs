//! An invoice made in each way, and read in each state.

use serde_json::{Value, json};

use super::{Golden, Request, Scene, text};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let order = json!({
        "price": 20, "currency": "USD", "orderId": "A-1", "itemDesc": "A book", "itemCode": "978",
        "posData": "{\"till\": 7}", "taxIncluded": 1.5, "buyer": { "name": "Ann", "city": "Zürich" },
        "redirectURL": "https://shop.example/thanks",
    });
    let made = scene.call(
        "bitpay/create_invoice",
        "A shop makes an invoice",
        "create_invoice",
        json!({ "invoice": order }),
    );
    let id = text(&made["data"]["id"]);
    let get = |state: &str, says: &str, id: &str| {
        scene.call(&format!("bitpay/get_invoice_{state}"), says, "get_invoice", json!({ "id": id }))
    };
    let public = |state: &str, says: &str, id: &str| {
        let file = format!("bitpay/get_public_invoice_{state}");
        scene.call(&file, says, "get_public_invoice", json!({ "id": id }))
    };
    get("new", "Nothing came yet", &id);
    public("new", "Anyone who has the id sees no token, no buyer and no payments", &id);
    scene.happens("invoice.paid", &id, "paid", false);
    get("paid", "All of it was seen, in no block yet", &id);
    scene.mined(1, &id, "confirmed", false);
    get("confirmed", "As many confirmations as the store asks for", &id);
    scene.mined(5, &id, "complete", false);
    get("complete", "Six deep", &id);
    public("complete", "Anyone sees that it is complete", &id);

    made_otherwise(&scene);
    for (state, event, status, exception, says) in [
        ("expired", "invoice.expired", "expired", json!(false), "The time is over, and nothing came"),
        ("paid_partial", "invoice.partial", "new", json!("paidPartial"), "Too little came so far"),
        ("paid_over", "invoice.overpaid", "paid", json!("paidOver"), "More came than was asked"),
        ("paid_late", "invoice.late", "expired", json!("paidLate"), "All of it came when the time was over"),
        ("replaced", "invoice.replaced", "paid", json!(false), "The buyer bumped the fee of the payment"),
        ("double_spent", "invoice.double_spend", "new", json!(false), "The buyer spent the coins elsewhere"),
    ] {
        let id = scene.twenty();
        scene.happens(event, &id, status, exception);
        get(state, says, &id);
    }
    let id = scene.twenty();
    scene.happens("invoice.partial", &id, "new", "paidPartial");
    scene.happens("invoice.expired", &id, "expired", "paidPartial");
    get("expired_paid_partial", "The time is over, and too little came", &id);
    invalid(&scene, &get);
}

fn made_otherwise(scene: &Scene) {
    for (way, says, invoice) in [
        ("least", "The store's currency, and nothing but a price", json!({ "price": 20 })),
        (
            "in_bitcoin",
            "A price in bitcoin, exact to the satoshi",
            json!({ "price": "0.00012345", "currency": "BTC" }),
        ),
        ("in_satoshis", "A price in satoshis", json!({ "price": 12_345, "currency": "SATS" })),
        ("in_yen", "A currency without decimals", json!({ "price": 3000, "currency": "JPY" })),
        ("top_up", "Without a price: it takes any amount", json!({ "currency": "EUR" })),
        ("free", "A price of zero, in a store that allows it", json!({ "price": 0 })),
        (
            "whole",
            "With everything that a shop may say",
            json!({
                "price": 19.99, "currency": "USD", "orderId": "A-2", "itemDesc": "Grüner Tee 茶 \"fein\"", "itemCode": "T-1",
                "posData": "{\"shelf\": \"ü/茶\"}", "taxIncluded": 1.6, "physical": true, "transactionSpeed": "high",
                "notificationURL": "https://shop.example/ipn", "notificationEmail": "shop@shop.example",
                "fullNotifications": true, "extendedNotifications": true, "redirectAutomatically": true,
                "redirectURL": "https://shop.example/thanks?order={OrderId}", "paymentCurrencies": ["BTC"],
                "guid": "3b3ac9ea-0b6c-4fb0-b2a8-2b6ee1fcf6f2",
                "buyer": {
                    "name": "Ann Müller", "email": "ann@buyer.example", "phone": "+41 44 000 00 00",
                    "address1": "Gasse 1", "address2": "2. Stock", "city": "Zürich", "state": "ZH", "zip": "8001",
                    "country": "CH",
                },
            }),
        ),
    ] {
        let made = scene.call(
            &format!("bitpay/create_invoice_{way}"),
            says,
            "create_invoice",
            json!({ "invoice": invoice }),
        );
        if way == "top_up" {
            let id = text(&made["data"]["id"]);
            scene.happens("invoice.paid", &id, "paid", false);
            let says = "A top-up's price is what came first";
            scene.call("bitpay/get_invoice_top_up_paid", says, "get_invoice", json!({ "id": id }));
        }
    }
    let again = json!({ "invoice": { "price": 20, "currency": "USD", "orderId": "A-3" } });
    let keyed = || scene.asked("create_invoice", again.clone()).header("Idempotency-Key", "order-A-3");
    scene.exchange("bitpay/create_invoice_keyed", "Under an idempotency key", &keyed());
    scene.exchange(
        "bitpay/create_invoice_again",
        "The same again: the same invoice, byte for byte",
        &keyed(),
    );
    let anyones = Request::post("/invoices", json!({ "price": 20, "currency": "USD" }));
    let anyones = anyones.query("storeId", &scene.store.as_str().into());
    scene.plain(
        "bitpay/create_invoice_of_anyone",
        "Without credentials, in a store that anyone may use",
        anyones,
    );
}

fn invalid(scene: &Scene, get: &dyn Fn(&str, &str, &str) -> Value) {
    let marked = |status: &str| {
        let id = scene.twenty();
        let said = scene.quietly("mark_invoice", json!({ "number": scene.number(&id), "status": status }));
        assert_eq!(said["exception"], "marked");
        id
    };
    get("marked_complete", "The merchant said that it is complete", &marked("complete"));
    get("marked_invalid", "The merchant said that it is invalid", &marked("invalid"));
    let id = scene.twenty();
    for (scenario, status) in [("pay", "paid"), ("mine", "confirmed"), ("reorg_vanish", "invalid")] {
        scene.quietly("practice", json!({ "number": scene.number(&id), "scenario": scenario }));
        scene.stands(&id, status, false);
    }
    get("invalid", "What confirmed was lost", &id);
}
