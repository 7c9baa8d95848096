//! A store's invoices, listed: none, one, several; filtered and in pieces.

use serde_json::json;

use super::{Golden, Scene, text};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let list = |file: &str, says: &str, arguments| {
        scene.call(&format!("bitpay/get_invoices{file}"), says, "get_invoices", arguments);
    };
    list("_none", "A store without invoices", json!({}));
    let make = |price: u32, order: &str, item: &str| {
        let order = json!({ "price": price, "currency": "USD", "orderId": order, "itemCode": item });
        text(&scene.quietly("create_invoice", json!({ "invoice": order }))["id"])
    };
    let first = make(20, "A-1", "tea");
    list("_one", "A store with one invoice", json!({}));
    make(30, "A-2", "tea");
    let third = make(40, "A-3 ü&=?", "book");
    scene.happens("invoice.paid", &first, "paid", false);
    scene.mined(1, &first, "confirmed", false);
    scene.happens("invoice.expired", &third, "expired", false);

    list("", "All of them, newest first", json!({}));
    list("_by_status", "Those that are confirmed", json!({ "status": "confirmed" }));
    list("_by_statuses", "Those of one of two statuses", json!({ "status": "new,expired" }));
    list("_by_order", "The one of an order, whose id has to be escaped", json!({ "order_id": "A-3 ü&=?" }));
    list("_by_item", "Those of an item", json!({ "item_code": "tea" }));
    list("_since", "Those since a day", json!({ "date_start": "2024-01-31" }));
    let span = json!({ "date_start": "2014-08-01", "date_end": "2014-08-31" });
    list("_of_a_month", "None in a month of 2014", span);
    list("_page", "The second of all", json!({ "limit": 1, "offset": 1 }));
    let all = json!({
        "status": "confirmed", "order_id": "A-1", "item_code": "tea", "date_start": "2024-01-31",
        "date_end": "2124-01-31", "limit": 10, "offset": 0,
    });
    list("_by_everything", "With every parameter", all);
    list("_of_no_day", "A day that is none", json!({ "date_start": "yesterday" }));
}
