//! Refunds: asked in each way, shown in each state, refused, and cancelled.

use bitcoin::base58;
use serde_json::{Value, json};
use specie_testkit::server::OWNER;
use specie_testkit::wait::until;

use super::{Golden, Request, Scene, csrf, merchant, text};

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
    let second =
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
    signed_and_mined(&scene, &text(&first["data"]["id"]), &one(&first));
    scene.call("bitpay/get_ledgers_refunded", "A refund and its fee are taken off", "get_ledgers", json!({}));
    let says = "A sale, a refund, and its share of the network's fee";
    scene.call("bitpay/get_ledger_refunded", says, "get_ledger", json!({ "currency": "BTC" }));
    fail(&scene, &text(&second["data"]["id"]));
    let says = "What was signed for it can never be in a block";
    scene.call("bitpay/get_refund_failure", says, "get_refund", one(&second));
    flat(&scene);
}

fn signed_and_mined(scene: &Scene, refund: &str, one: &Value) {
    scene.signs(refund);
    scene.call("bitpay/get_refund_signed", "It is signed, and in no block yet", "get_refund", one.clone());
    scene.settled(1);
    until("the refund in a block", || {
        (scene.quietly("get_refund", one.clone())["status"] == "success").then_some(())
    });
    scene.call("bitpay/get_refund_success", "It is in a block", "get_refund", one.clone());
    let says = "What is in a block is not cancelled";
    scene.call("bitpay/cancel_refund_paid", says, "cancel_refund", one.clone());
}

impl Scene<'_> {
    /// Builds a transaction for a refund and signs it, as merchants of practice stores do.
    pub fn signs(&self, refund: &str) {
        let mut owner = merchant(&self.server, OWNER);
        let page = format!("/stores/{}/payouts", self.store);
        let csrf = csrf(&owner.open(&page).body);
        let fields =
            [("csrf", &*csrf), ("speed", "own"), ("rate", "1"), ("whatever", "yes"), ("refund", refund)];
        let built = owner.post(&page, &fields);
        let built = built.header("location").unwrap_or_else(|| panic!("{}", built.body)).to_owned();
        assert_eq!(owner.fill(&built, &format!("{built}/practise"), &[]).status, 200);
    }
}

/// As if its coins had been spent elsewhere.
fn fail(scene: &Scene, refund: &str) {
    let txid = ["x"; 32].concat().into_bytes();
    let values = [txid.into(), base58::decode(refund).unwrap().into()];
    let fail = "UPDATE refunds SET standing = 'failed', txid = $1, fee = 250 WHERE id = $2";
    assert_eq!(scene.server.sql().execute(fail, &values), 1);
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
