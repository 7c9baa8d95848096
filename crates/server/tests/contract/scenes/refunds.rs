//! Refunds: asked in each way, shown in each state, refused, and cancelled.

use bitcoin::base58;
use serde_json::{Value, json};
use specie_testkit::sql;

use super::{Golden, Request, Scene, text};

/// An address of the network that is practised on.
pub const ADDRESS: &str = "mtX8nPZZdJ8d3QNLRJ1oJTiEi26Sj6LQXS";

/// An invoice over 20 dollars, paid as it was asked, and final.
pub fn sold(scene: &Scene) -> String {
    let id = scene.twenty();
    scene.happens("invoice.paid", &id, "paid", false);
    scene.mined(6, &id, "complete", false);
    id
}

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let id = sold(&scene);
    let of = json!({ "invoice": id });
    scene.call("bitpay/get_refunds_none", "Nothing was given back", "get_refunds", of.clone());
    let ask = |file: &str, says: &str, refund: Value| {
        scene.call(
            &format!("bitpay/{file}"),
            says,
            "create_refund",
            json!({ "invoice": id, "refund": refund }),
        )
    };
    let wish = json!({ "amount": 5, "currency": "USD", "bitcoinAddress": ADDRESS, "guid": "R-1" });
    let says = "Some of it is given back, to an address that the merchant knows";
    let first = ask("create_refund", says, wish);
    let wish = json!({ "amount": "0.00012345", "currency": "BTC" });
    ask("create_refund_in_bitcoin", "So many bitcoin are given back, and the buyer says where to", wish);
    let wish = json!({ "amount": 20.01, "currency": "USD" });
    ask("create_refund_too_much", "More than came", wish);
    let wish = json!({ "bitcoinAddress": "nonsense" });
    ask("create_refund_to_nowhere", "An address that is none", wish);
    let last = ask("create_refund_of_the_rest", "Without an amount all that is left", json!({}));
    scene.call("bitpay/get_refunds", "In the order in which they were asked", "get_refunds", of);
    let paid_for = json!({ "id": id });
    scene.call("bitpay/get_invoice_refunded", "All of it was given back", "get_invoice", paid_for);

    let one = |refund: &Value| json!({ "invoice": id, "refund": refund["data"]["id"] });
    scene.call("bitpay/get_refund_pending", "It waits to be signed", "get_refund", one(&first));
    let none = json!({ "invoice": id, "refund": "nothing" });
    scene.call("bitpay/get_refund_unknown", "A refund that there is not", "get_refund", none);
    scene.call("bitpay/cancel_refund", "It is not given back after all", "cancel_refund", one(&last));
    scene.call("bitpay/get_refund_canceled", "It was cancelled", "get_refund", one(&last));
    // As if a transaction of the merchant's had been mined, or never could be.
    for (standing, state, says) in [
        ("failed", "failure", "What was signed for it can never be in a block"),
        ("paid", "success", "It is in a block"),
    ] {
        stand(&scene, &text(&first["data"]["id"]), standing);
        scene.call(&format!("bitpay/get_refund_{state}"), says, "get_refund", one(&first));
    }
    let says = "What is in a block is not cancelled";
    scene.call("bitpay/cancel_refund_paid", says, "cancel_refund", one(&first));
    flat(&scene);
}

fn stand(scene: &Scene, refund: &str, standing: &str) {
    let id = base58::decode(refund).unwrap();
    let txid = ["x"; 32].concat().into_bytes();
    let values = [sql::Value::Text(standing.to_owned()), txid.into(), 250.into(), id.into()];
    let stand = "UPDATE refunds SET standing = $1, txid = $2, fee = $3 WHERE id = $4";
    assert_eq!(scene.server.sql().execute(stand, &values), 1);
}

/// The same without the invoice in the path.
fn flat(scene: &Scene) {
    let id = sold(scene);
    let wish = json!({ "invoiceId": id, "amount": 5, "currency": "USD", "guid": "R-2" });
    let create = Request::post("/refunds", wish).with_token(&scene.token);
    let asked = scene.plain("bitpay/flat_create_refund", "A refund is asked by the invoice's id", create);
    let one = format!("/refunds/{}", text(&asked["data"]["id"]));
    let find = Request::get("/refunds").query("invoiceId", &id.into());
    for (file, says, request) in [
        ("find_refunds", "An invoice's refunds", find),
        ("get_refund", "One of them", Request::get(&one)),
        ("get_refund_by_guid", "One by the caller's own name for it", Request::get("/refunds/guid/R-2")),
        ("cancel_refund", "It is cancelled, and shown", Request::new("DELETE", &one)),
    ] {
        scene.plain(&format!("bitpay/flat_{file}"), says, request.with_token(&scene.token));
    }
}
