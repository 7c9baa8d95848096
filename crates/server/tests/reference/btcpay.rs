//! BTCPay's page on custom integration, and the README of `btcpay-python`: each call as that client
//! makes it.

use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::shop::Shop;

use super::{Answered, Row, Scene};

pub const ROWS: &[Row] = &[
    ("custom-integration/client_side_pairing", |scene, documented| {
        let shop = Shop::named(scene.server.url(), "client side");
        let begun = shop.post("/tokens", &json!({ "id": shop.sin(), "label": "My plugin" })).data();
        let code = begun[0]["pairingCode"].as_str().unwrap();
        let url = documented.0["request"]["url"].as_str().unwrap();
        let page = url.strip_prefix("https://btcpay.example.com").unwrap();
        let page = page.replace("<pairingcode_goes_here>", code);
        approve(scene, &page, code, &shop)
    }),
    ("custom-integration/server_side_pairing", |scene, documented| {
        let shop = Shop::named(scene.server.url(), "server side");
        let form = format!("/stores/{}/tokens/create", scene.store);
        let facade = documented.0["request"]["facade"].as_str().unwrap();
        let key = shop.identity();
        let written = [("Label", "Mine"), ("Facade", facade), ("PublicKey", &*key)];
        let asked = scene.browser.fill(&form, &form, &written).body;
        let code = asked.split_once("name=\"pairingCode\" value=\"").unwrap().1.split('"').next().unwrap();
        approve(scene, &format!("/api-access-request?pairingCode={code}"), code, &shop)
    }),
    ("btcpay-python/create_client", |scene, _| vec![pair(scene, "easy").1]),
    ("btcpay-python/pair_client", |scene, _| vec![pair(scene, "by hand").1]),
    ("btcpay-python/create_invoice", |scene, documented| {
        let (shop, _) = pair(scene, "python");
        vec![Answered::data(&shop.post("/invoices/", &with_token(&shop, documented.request(&[]))))]
    }),
    ("btcpay-python/get_invoice", |scene, documented| {
        let id = scene.shop.invoice(&json!({ "price": 20, "currency": "USD" }))["id"].clone();
        let asked = documented.request(&[("id", id.as_str().unwrap())]);
        vec![Answered::data(&get(scene, &format!("/invoices/{}", asked["id"].as_str().unwrap())))]
    }),
    ("btcpay-python/get_invoices", |scene, documented| {
        let id = scene.shop.invoice(&json!({ "price": 20, "currency": "USD" }))["id"].clone();
        scene.server.pay(id.as_str().unwrap());
        scene.server.mine(1);
        scene.shop.until_status(id.as_str().unwrap(), "confirmed");
        let asked = documented.request(&[]);
        vec![Answered::data(&get(scene, &format!("/invoices?status={}", asked["status"].as_str().unwrap())))]
    }),
    ("btcpay-python/get_rates", |scene, _| vec![Answered::data(&get(scene, "/rates/?cryptoCode=BTC"))]),
    ("btcpay-python/get_rate", |scene, documented| {
        let table = get(scene, "/rates/?cryptoCode=BTC");
        let wanted = documented.request(&[])["currency"].clone();
        let rows = table.data();
        let row = rows.as_array().unwrap().iter().find(|row| row["code"] == wanted).unwrap();
        vec![Answered::with(table.status, row["rate"].clone())]
    }),
];

/// A human looks at the page, and approves; then the client is let in.
fn approve(scene: &mut Scene, page: &str, code: &str, shop: &Shop) -> Vec<Answered> {
    assert_eq!(shop.get("/tokens").data(), json!([]), "nobody is let in before it is approved");
    let shown = scene.browser.open(page);
    let text: String = shown.body.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
    assert!(text.contains("Approve") && text.contains(&shop.sin()), "{text}");
    let store = scene.store.clone();
    let fields = [("pairingCode", code), ("storeId", &*store)];
    let done = scene.browser.fill(page, "/api-access-request", &fields);
    assert!(done.body.contains("Pairing is successful"), "{}", done.body);
    let made = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    assert_eq!(made["status"], "new");
    vec![Answered::with(shown.status, Value::Null)]
}

/// A client that claims a code, and what it then keeps: `{facade: token}`.
fn pair(scene: &Scene, name: &str) -> (Shop, Answered) {
    let shop = Shop::named(scene.server.url(), name);
    let claim = json!({ "id": shop.sin(), "pairingCode": scene.code("merchant") });
    let reply = scene.anyone("POST", "/tokens", &claim.to_string());
    let token = &reply.data()[0];
    let kept = json!({ token["facade"].as_str().unwrap(): token["token"] });
    (shop, Answered::with(reply.status, kept))
}

/// With its token behind the rest, as the client sends it.
fn with_token(shop: &Shop, mut body: Value) -> Value {
    body["token"] = shop.get("/tokens").data()[0]["merchant"].clone();
    body
}

fn get(scene: &Scene, path: &str) -> Reply {
    let token = scene.shop.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let sign = if path.contains('?') { '&' } else { '?' };
    scene.shop.get(&format!("{path}{sign}token={token}"))
}
