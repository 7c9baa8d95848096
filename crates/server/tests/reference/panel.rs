//! The panel's API.

use serde_json::{Value, json};
use specie_testkit::http::{Reply, send};
use specie_testkit::receiver::Receiver;

use super::{Answered, Documented, Row, Scene, merchant};

pub const ROWS: &[Row] = &[
    ("panel/stores", |scene, documented| vec![Answered::whole(&ask(scene, "wrong", documented))]),
    ("panel/summary", |scene, documented| vec![Answered::whole(&ask(scene, "wrong", documented))]),
    ("panel/create_invoice", |scene, documented| {
        let (own, foreign) = (token(scene), stranger(scene));
        [own, foreign].map(|token| Answered::whole(&ask(scene, &token, documented))).into()
    }),
    ("panel/show_invoice", |scene, documented| {
        let (own, foreign) = (token(scene), stranger(scene));
        let id = documented.0["request"]["path"].as_str().unwrap().rsplit('/').next().unwrap();
        pay(scene, &own, id);
        [own, foreign].map(|token| Answered::whole(&ask(scene, &token, documented))).into()
    }),
    // The document shows no answer of it.
    ("panel/webhook_test", |scene, documented| {
        let (own, shop) = (token(scene), Receiver::start());
        let hook = json!({ "method": "POST", "path": "/api/v1/stores/16/webhooks", "body": { "url": shop.url("/") } });
        let made = ask(scene, &own, &Documented(json!({ "request": hook })));
        assert_eq!(made.status, 201, "{}", made.body);
        let answer = Answered::whole(&ask(scene, &own, documented));
        assert_eq!((&answer.body["success"], shop.heard().len()), (&json!(true), 1));
        vec![answer]
    }),
];

/// A request of the document, in the scene's own store.
fn ask(scene: &Scene, token: &str, documented: &Documented) -> Reply {
    let request = &documented.0["request"];
    let path = request["path"].as_str().unwrap().replace("/stores/16/", "/stores/1/");
    let body = request.get("body").map_or(String::new(), Value::to_string);
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ];
    let url = format!("{}{path}", scene.server.url());
    send(request["method"].as_str().unwrap(), &url, &headers, body.as_bytes())
}

/// **Generate API token**.
fn token(scene: &mut Scene) -> String {
    generate(&mut scene.browser)
}

fn generate(browser: &mut super::Browser) -> String {
    let page = "/account/api-tokens";
    let html = browser.fill(page, page, &[("name", "Panel")]).body;
    let shown = html.split_once("id=\"apitoken\">").unwrap_or_else(|| panic!("no token: {html}")).1;
    shown.split('<').next().unwrap().to_owned()
}

/// The token of another merchant.
fn stranger(scene: &Scene) -> String {
    const OTHER: &str = "other@shop.example";
    if scene.server.sql().query("SELECT 1 FROM users", &[]).len() < 2 {
        scene.server.create_user(OTHER);
    }
    generate(&mut merchant(&scene.server, OTHER))
}

/// Pays an invoice, and waits until it is known.
fn pay(scene: &Scene, token: &str, id: &str) {
    let show = || {
        let bearer = format!("Bearer {token}");
        let url = format!("{}/api/v1/invoices/{id}", scene.server.url());
        send("GET", &url, &[("authorization", &*bearer)], b"").json()["data"].clone()
    };
    let public = show()["checkout_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    scene.server.pay(&public);
    specie_testkit::wait::until("the payment", || (show()["status"] == "paid").then_some(()));
}
