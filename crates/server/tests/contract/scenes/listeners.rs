//! Listening: begun, heard, passed on and refused.

use serde_json::json;

use super::{Golden, Request, Scene, text};

pub fn play(golden: &Golden) {
    let scene = Scene::open(golden);
    let call = |file: &str, says: &str, name: &str, arguments| {
        scene.call(&format!("bitpay/{file}"), says, name, arguments)
    };
    let wish = json!({ "name": "laptop", "events": ["invoice.created", "invoice.paid"] });
    let begun = call("begin_listening", "Somebody listens to two events", "listen", wish.clone());
    call("begin_listening_again", "Under the same name, with the same secret", "listen", wish);
    let wish = json!({ "name": "laptop", "events": ["invoice.lost"] });
    call("begin_listening_to_no_event", "An event that there is not", "listen", wish);
    let nameless = Request::post("/listeners", json!({})).with_token(&scene.token);
    scene.plain("bitpay/begin_listening_without_name", "Somebody without a name", nameless);
    let listener = &begun["data"]["id"];
    let hear = |wait: u32| json!({ "listener": listener, "wait": wait });
    call("hear_nothing", "Nothing has happened", "hear", hear(0));
    let id = scene.twenty();
    let heard = call("hear", "An invoice was made", "hear", hear(25));
    let passed_on =
        |told| json!({ "listener": listener, "delivery": text(&heard["data"][0]["id"]), "told": told });
    let told = passed_on(json!({ "attempt": 1, "failure": "could not connect", "duration": 3 }));
    call("passed_on_to_nobody", "Nobody was there: it comes again", "passed_on", told);
    let told = passed_on(json!({ "attempt": 2, "status": 200, "excerpt": "ok", "duration": 12 }));
    call("passed_on", "It arrived", "passed_on", told);
    scene.happens("invoice.paid", &id, "paid", false);
    call("hear_next", "The next one, now that the first has arrived", "hear", hear(25));
    let nobody = json!({ "listener": 99, "wait": 0 });
    call("hear_of_another", "Nobody listens there", "hear", nobody);
    let unknown = json!({ "listener": listener, "delivery": "QzFf7p3nHwB2tJgXcVd8aM",
        "told": { "attempt": 1, "status": 200, "duration": 1 } });
    call("passed_on_unknown", "A delivery that was none of theirs", "passed_on", unknown);
}
