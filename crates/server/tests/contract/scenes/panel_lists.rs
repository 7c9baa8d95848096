//! The panel's lists: none, one, several; filtered, and page after page.

use serde_json::{Value, json};

use super::{Golden, Scene};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let list = |file: &str, says: &str, more: Value| {
        let mut arguments = json!({ "store": 1 });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        scene.call(&format!("panel/list_invoices{file}"), says, "list_invoices", arguments)
    };
    scene.call("panel/list_stores_one", "A merchant with one store", "list_stores", json!({}));
    list("_none", "A store without invoices", json!({}));
    let make = |amount: u32, order: &str| {
        let invoice = json!({ "amount": amount, "currency": "USD", "order_id": order });
        scene.quietly("create_store_invoice", json!({ "store": 1, "invoice": invoice }))["id"].clone()
    };
    let first = make(20, "A-1");
    list("_one", "A store with one invoice", json!({}));
    make(30, "A-2 ü&=?");
    let third = make(40, "A-3");
    scene.quietly("practice", json!({ "number": first, "scenario": "pay" }));
    list("", "All of them, newest first", json!({}));
    let page = list("_first_page", "The first page of two", json!({ "per_page": 2 }));
    let cursor = &page["meta"]["next_cursor"];
    list("_last_page", "The page behind it", json!({ "per_page": 2, "cursor": cursor }));
    list("_by_status", "Those that are paid", json!({ "status": "paid" }));
    list("_by_order", "The one of an order, whose id has to be escaped", json!({ "order_id": "A-2 ü&=?" }));
    list("_by_search", "By its number", json!({ "search": "INV-000001" }));
    list("_since", "Those since a day", json!({ "from": "2024-01-31" }));
    let span = json!({ "from": "2014-08-01", "to": "2014-08-31" });
    list("_of_a_month", "None in a month of 2014", span);
    scene.quietly("archive_invoice", json!({ "number": third }));
    list("_archived", "Those in the archive", json!({ "archived": true }));
    list("_not_archived", "Without those", json!({}));
    list("_refused", "Filters that make no sense", json!({ "status": "sold", "per_page": 1000 }));

    scene.server.practice_store("Next Door", &["--website", "https://next.example"]);
    scene.call("panel/list_stores", "A merchant's stores, newest first", "list_stores", json!({}));
    let page = scene.call("panel/list_stores_first_page", "A page", "list_stores", json!({ "per_page": 1 }));
    let next = json!({ "per_page": 1, "cursor": page["meta"]["next_cursor"] });
    scene.call("panel/list_stores_last_page", "The page behind it", "list_stores", next);
    scene.call("panel/get_store", "One of them", "get_store", json!({ "id": 2 }));
}
