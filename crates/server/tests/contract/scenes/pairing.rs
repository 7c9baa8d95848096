//! Pairing from either side, and what goes wrong with it.

use serde_json::json;
use specie_testkit::shop::Shop;

use super::{Golden, PUBLIC, Request, Scene, text};

pub fn play(golden: &Golden) {
    let mut scene = Scene::unpaired(golden, &[]);
    scene.call("bitpay/get_tokens_unpaired", "Who is not paired has no tokens", "get_tokens", json!({}));
    let asked = json!({ "facade": "merchant", "label": "My shop" });
    let begun = scene.call(
        "bitpay/request_pairing",
        "A client asks to be paired: the merchant approves its code",
        "request_pairing",
        asked,
    );
    let asked = json!({ "facade": "pos", "label": "My till" });
    scene.call("bitpay/request_pairing_pos", "A till asks to be paired", "request_pairing", asked);
    let asked = json!({ "facade": "user", "label": "My shop" });
    scene.call("bitpay/request_pairing_of_no_facade", "No client is a user", "request_pairing", asked);

    let approved = ["token", "approve", &text(&begun["data"][0]["pairingCode"]), "--store", &scene.store];
    scene.server.run(&approved);
    scene.token = text(&begun["data"][0]["token"]);
    scene.call("bitpay/get_tokens", "A paired client asks for its tokens", "get_tokens", json!({}));

    let mut scene = Scene::unpaired(golden, &[]);
    let claim = json!({ "code": scene.code("merchant"), "label": "My shop" });
    let says = "A client claims the code that the merchant made";
    let claimed = scene.call("bitpay/claim_pairing", says, "claim_pairing", claim);
    scene.token = text(&claimed["data"][0]["token"]);
    let claim = json!({ "code": scene.code("pos") });
    scene.call("bitpay/claim_pairing_pos", "A till claims a code, unnamed", "claim_pairing", claim);
    scene.call("bitpay/get_tokens_of_both", "A client of two facades", "get_tokens", json!({}));
    let says = "A code that is none, or too old";
    scene.call("bitpay/claim_pairing_unknown", says, "claim_pairing", json!({ "code": "aaaaaaa" }));

    let taken = scene.code("merchant");
    let other = Shop::named(PUBLIC, "other");
    let claim = json!({ "id": other.sin(), "pairingCode": taken });
    assert_eq!(scene.send(&Request::post("/tokens", claim)).status, 200);
    let says = "A code that another client claimed";
    scene.call("bitpay/claim_pairing_taken", says, "claim_pairing", json!({ "code": taken }));

    let next_door = scene.server.practice_store("Next Door", &[]);
    let code = scene.server.run(&["token", "create", "--store", &next_door]);
    let says = "A client belongs to one store: the code of another is burnt";
    let claim = json!({ "code": code["pairing_code"] });
    scene.call("bitpay/claim_pairing_of_another_store", says, "claim_pairing", claim);
    too_often(&scene);
}

fn too_often(scene: &Scene) {
    let asked = json!({ "facade": "merchant", "label": "Again" });
    let request = scene.asked("request_pairing", asked.clone());
    while scene.ask(&request).status == 200 {}
    let says = "More pairings than thirty a minute from one address";
    scene.call("bitpay/request_pairing_too_often", says, "request_pairing", asked);
}
