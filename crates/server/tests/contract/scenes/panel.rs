//! The panel's API: an invoice made in each way and shown in each state, what a merchant decides, what is practised, and
//! the metrics.

use serde_json::{Value, json};
use specie_testkit::wait::until;

use super::{Golden, Scene, text};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    scene.call("panel/summary_of_nothing", "A merchant who sold nothing", "summary", json!({}));
    let order = json!({
        "amount": 20, "currency": "USD", "order_id": "A-1", "buyer_email": "ann@shop.example", "description": "A book",
        "metadata": { "till": 7 }, "redirect_url": "https://shop.example/thanks",
    });
    let whole = json!({ "store": 1, "invoice": order });
    let made =
        scene.call("panel/create_store_invoice", "A panel makes an invoice", "create_store_invoice", whole);
    let number = &made["data"]["id"];
    let show = |state: &str, says: &str, number: &Value| {
        scene.call(&format!("panel/show_invoice_{state}"), says, "show_invoice", json!({ "number": number }));
    };
    let play = |file: &str, says: &str, more: Value, number: &Value| {
        let mut arguments = json!({ "number": number });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        scene.call(&format!("panel/practice_{file}"), says, "practice", arguments);
    };
    show("new", "Nothing came yet", number);
    play("pay", "What is missing is paid", json!({ "scenario": "pay" }), number);
    show("paid", "All of it was seen, in no block yet", number);
    play("mine", "One block comes", json!({ "scenario": "mine" }), number);
    show("confirmed", "As many confirmations as the store asks for", number);
    play("mine_blocks", "Five blocks come", json!({ "scenario": "mine", "blocks": 5 }), number);
    show("complete", "Six deep", number);

    made_otherwise(&scene);
    practised(&scene, &play, &show);
    decided(&scene, &show);
    summary(&scene);
}

fn made_otherwise(scene: &Scene) {
    let make = |file: &str, says: &str, invoice: Value| {
        let arguments = json!({ "store": 1, "invoice": invoice });
        scene.call(&format!("panel/create_store_invoice_{file}"), says, "create_store_invoice", arguments)
    };
    make("least", "Nothing but amount and currency", json!({ "amount": 20, "currency": "USD" }));
    make("in_bitcoin", "An amount in bitcoin", json!({ "amount": "0.00012345", "currency": "BTC" }));
    let told = json!({
        "amount": "19.90", "currency": "EUR", "order_id": "A-2 ü&=?", "description": "Grüner Tee 茶", "expires_in": 60,
        "webhook_url": scene.receiver.url("/hook"),
    });
    make("with_a_webhook", "With an address of its own that is told", told);
    let again = json!({ "store": 1, "invoice": { "amount": 20, "currency": "USD", "order_id": "A-3" } });
    let keyed = || scene.asked("create_store_invoice", again.clone()).header("Idempotency-Key", "order-A-3");
    scene.exchange("panel/create_store_invoice_keyed", "Under an idempotency key", &keyed());
    let says = "The same again: the same invoice, byte for byte";
    scene.exchange("panel/create_store_invoice_again", says, &keyed());
    let top_up = scene.quietly("create_invoice", json!({ "invoice": { "currency": "EUR" } }));
    let number = scene.number(&text(&top_up["id"]));
    let says = "One of the other API, that takes any amount";
    scene.call("panel/show_invoice_top_up", says, "show_invoice", json!({ "number": number }));
}

type Play<'a> = &'a dyn Fn(&str, &str, Value, &Value);
type Show<'a> = &'a dyn Fn(&str, &str, &Value);

fn practised(scene: &Scene, play: Play<'_>, show: Show<'_>) {
    let make = || scene.quietly("create_store_invoice", twenty())["id"].clone();
    let amount = json!({ "scenario": "pay", "amount": "0.0001" });
    play("pay_amount", "So much is paid", amount, &make());
    let number = make();
    play("underpay", "Half of what is missing is paid", json!({ "scenario": "underpay" }), &number);
    show("paid_partial", "Too little came so far", &number);
    let number = make();
    play("overpay", "Half as much again is paid", json!({ "scenario": "overpay" }), &number);
    show("paid_over", "More came than was asked", &number);
    let number = make();
    play("expire", "The time for paying ends", json!({ "scenario": "expire" }), &number);
    show("expired", "The time is over, and nothing came", &number);
    let number = make();
    play("pay_late", "It is paid when the time is over", json!({ "scenario": "pay_late" }), &number);
    show("paid_late", "All of it came when the time was over", &number);
    let paid = || {
        let number = make();
        scene.quietly("practice", json!({ "number": number, "scenario": "pay" }));
        number
    };
    play("replace", "The payment is sent again for a higher fee", json!({ "scenario": "replace" }), &paid());
    let says = "The coins of the payment are spent elsewhere";
    play("double_spend", says, json!({ "scenario": "double_spend" }), &paid());
    let number = paid();
    scene.quietly("practice", json!({ "number": number, "scenario": "mine", "blocks": 2 }));
    let reorg = json!({ "scenario": "reorg", "blocks": 2 });
    play("reorg", "Two blocks are replaced, and the payment waits again", reorg, &number);
    let number = paid();
    scene.quietly("practice", json!({ "number": number, "scenario": "mine" }));
    play(
        "reorg_vanish",
        "A block is replaced, and its payment is gone",
        json!({ "scenario": "reorg_vanish" }),
        &number,
    );
    show("invalid", "What confirmed was lost", &number);
}

fn twenty() -> Value {
    json!({ "store": 1, "invoice": { "amount": 20, "currency": "USD" } })
}

fn decided(scene: &Scene, show: Show<'_>) {
    let number = &scene.quietly("create_store_invoice", twenty())["id"];
    let mark = |status: &str, says: &str| {
        let arguments = json!({ "number": number, "status": status });
        scene.call(&format!("panel/mark_invoice_{status}"), says, "mark_invoice", arguments);
    };
    mark("invalid", "The merchant says that it is invalid");
    mark("complete", "And then that it is complete");
    show("marked", "The mark stands", number);
    let of = json!({ "number": number });
    scene.call("panel/archive_invoice", "Out of sight of every list", "archive_invoice", of.clone());
    scene.call("panel/unarchive_invoice", "And back", "unarchive_invoice", of);
}

/// Seconds old: they are waited for.
fn summary(scene: &Scene) {
    let everything = json!({ "store": 1, "per_page": 100 });
    let all = scene.quietly("list_invoices", everything).as_array().unwrap().clone();
    let count = |status: &str| all.iter().filter(|invoice| invoice["status"] == status).count();
    until("the metrics", || {
        let invoices = scene.quietly("summary", json!({}))["invoices"].clone();
        let same = |status: &str| invoices[status] == count(status);
        ["new", "paid", "confirmed", "complete", "expired", "invalid"]
            .iter()
            .all(|status| same(status))
            .then_some(())
    });
    scene.call("panel/summary", "A merchant's metrics", "summary", json!({}));
}
