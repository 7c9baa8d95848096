//! Listening: begun, heard, passed on and refused.

use serde_json::{Value, json};

use super::{Golden, Request, Scene, text};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let ask = |file: &str, says: &str, path: &str, body: Value| {
        scene.plain(&format!("bitpay/{file}"), says, Request::post(path, body).with_token(&scene.token))
    };
    let wish = json!({ "name": "laptop", "events": ["invoice.created", "invoice.paid"] });
    let begun = ask("begin_listening", "Somebody listens to two events", "/listeners", wish.clone());
    ask("begin_listening_again", "Under the same name, with the same secret", "/listeners", wish);
    ask("begin_listening_without_name", "Somebody without a name", "/listeners", json!({}));
    let wish = json!({ "name": "laptop", "events": ["invoice.lost"] });
    ask("begin_listening_to_no_event", "An event that there is not", "/listeners", wish);
    let hear = format!("/listeners/{}/deliveries", begun["data"]["id"]);
    ask("hear_nothing", "Nothing has happened", &hear, json!({ "wait": 0 }));
    let id = scene.twenty();
    let heard = ask("hear", "An invoice was made", &hear, json!({ "wait": 25 }));
    let passed_on = format!("{hear}/{}", text(&heard["data"][0]["id"]));
    let told = json!({ "attempt": 1, "failure": "could not connect", "duration": 3 });
    ask("passed_on_to_nobody", "Nobody was there: it comes again", &passed_on, told);
    let told = json!({ "attempt": 2, "status": 200, "duration": 12, "excerpt": "ok" });
    ask("passed_on", "It arrived", &passed_on, told);
    scene.happens("invoice.paid", &id, "paid", false);
    ask("hear_next", "The next one, now that the first has arrived", &hear, json!({ "wait": 25 }));
    ask("hear_of_another", "Nobody listens there", "/listeners/99/deliveries", json!({ "wait": 0 }));
    let says = "A delivery that was none of theirs";
    ask("passed_on_unknown", says, &format!("{hear}/QzFf7p3nHwB2tJgXcVd8aM"), json!({ "status": 200 }));
}
