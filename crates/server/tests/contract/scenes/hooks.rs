//! A store's webhooks: made, listed, changed, tested and deleted.

use serde_json::{Value, json};
use specie_testkit::receiver::Answer;

use super::{Golden, Scene};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let url = scene.receiver.url("/hook");
    let all = json!({ "store": 1 });
    let one = json!({ "store": 1, "webhook": 1 });
    scene.call("panel/list_webhooks_none", "A store without webhooks", "list_webhooks", all.clone());
    let says = "There is no webhook to test";
    scene.call("panel/test_webhook_of_none", says, "test_webhook", all.clone());
    let make = |file: &str, says: &str, webhook: Value| {
        let arguments = json!({ "store": 1, "webhook": webhook });
        scene.call(&format!("panel/{file}"), says, "create_webhook", arguments);
    };
    make(
        "create_webhook",
        "A webhook that hears everything; its secret is in this answer alone",
        json!({ "url": url }),
    );
    let some = json!({ "url": url, "events": ["invoice.paid", "invoice.completed"], "enabled": false });
    make("create_webhook_of_events", "One that hears two events, and is switched off", some);
    make(
        "create_webhook_without_url",
        "Every field that makes no sense is named",
        json!({ "events": [], "enabled": 1 }),
    );
    let inside = json!({ "url": "http://169.254.169.254/latest/meta-data" });
    make("create_webhook_inside", "An address that nobody outside has", inside);
    scene.call("panel/list_webhooks", "Newest first, without their secrets", "list_webhooks", all.clone());
    scene.call("panel/get_webhook", "One that heard nothing yet", "get_webhook", one.clone());

    scene.call("panel/test_webhook", "A test arrives", "test_webhook", all.clone());
    scene.call("panel/get_webhook_delivered", "With its last delivery", "get_webhook", one.clone());
    scene.receiver.answer(Answer::Body(500, "No such table: orders".to_owned()));
    let says = "A test that is not taken: the status is 200 all the same";
    scene.call("panel/test_webhook_refused", says, "test_webhook", one.clone());
    let change = |changes: Value| json!({ "store": 1, "webhook": 2, "changes": changes });
    scene.call(
        "panel/update_webhook",
        "What is named is changed",
        "update_webhook",
        change(json!({ "url": url, "events": ["*"], "enabled": false })),
    );
    let says = "One that is switched off is not tested";
    scene.call("panel/test_webhook_off", says, "test_webhook", json!({ "store": 1, "webhook": 2 }));
    let says = "A new secret; the old one signs beside it for a day";
    scene.call("panel/rotate_webhook_secret", says, "rotate_webhook_secret", one.clone());
    let says = "The old one signs no longer";
    scene.call("panel/end_previous_webhook_secret", says, "end_previous_webhook_secret", one.clone());
    scene.call("panel/delete_webhook", "What it was", "delete_webhook", json!({ "store": 1, "webhook": 2 }));
    scene.call(
        "panel/get_webhook_unknown",
        "A webhook that there is not",
        "get_webhook",
        json!({ "store": 1, "webhook": 2 }),
    );
    limits(&scene, &all, &url);
}

fn limits(scene: &Scene, all: &Value, url: &str) {
    scene.receiver.answer(Answer::Status(200));
    while scene.ask(&scene.asked("test_webhook", all.clone())).status == 200 {}
    let says = "More than ten tests of a store a minute";
    scene.call("panel/test_webhook_too_often", says, "test_webhook", all.clone());
    let another = json!({ "store": 1, "webhook": { "url": url } });
    while scene.ask(&scene.asked("create_webhook", another.clone())).status == 201 {}
    scene.call("panel/create_webhook_too_many", "A store has at most ten", "create_webhook", another);
}
