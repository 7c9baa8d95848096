//! The access request: a human lets a program in, for a store of their own.

use serde_json::json;
use specie_testkit::server::{OWNER, PASSWORD, Server};
use specie_testkit::shop::Shop;

use super::{Browser, EXE, assert_nothing_inline, csrf};

const STRANGER: &str = "stranger@shop.example";

/// A server where two owners have a store each, a client that asks to be let in, and its code.
struct Scene {
    server: Server,
    own: String,
    foreign: String,
    client: Shop,
    code: String,
}

fn scene() -> Scene {
    let (server, own) = Server::with_store(EXE);
    server.create_user(STRANGER);
    let foreign =
        server.run(&["store", "create", "--owner", STRANGER, "--name", "Foreign Goods", "--sandbox"]);
    let foreign = foreign["id"].as_str().unwrap().to_owned();
    let client = Shop::named(server.url(), "till");
    let code = ask(&client, "Till <1>");
    Scene { server, own, foreign, client, code }
}

/// Asks to be let in, as a program does, and returns the code.
fn ask(client: &Shop, label: &str) -> String {
    let asked = client.post("/tokens", &json!({ "id": client.sin(), "label": label })).data();
    asked[0]["pairingCode"].as_str().unwrap().to_owned()
}

fn owner(server: &Server) -> Browser {
    let mut browser = Browser::new(server.url());
    assert_eq!(browser.log_in(OWNER, PASSWORD, "/").status, 303);
    browser
}

fn link(code: &str) -> String {
    format!("/api-access-request?pairingCode={code}")
}

#[test]
fn the_owner_sees_who_asks_and_lets_them_in() {
    let Scene { server, own, foreign, client, code } = scene();
    let mut browser = owner(&server);
    let html = browser.get(&link(&code)).body;
    assert!(html.contains("Let this program in?") && html.contains("Till &lt;1&gt;"), "{html}");
    let text: String =
        html.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text)).collect();
    assert!(text.contains(&client.sin()), "{text}");
    assert!(
        html.contains(&code) && html.contains(&own) && html.contains("Alder &amp; Finch Books"),
        "{html}"
    );
    assert!(!html.contains(&foreign) && !html.contains("Foreign Goods"), "own stores only: {html}");
    assert_nothing_inline(&html);

    let csrf = csrf(&html);
    let approve = |csrf: &str, store: &str, browser: &mut Browser| {
        browser.post("/api-access-request", &[("csrf", csrf), ("pairingCode", &code), ("storeId", store)])
    };
    for wrong in ["", "x"] {
        assert_eq!(approve(wrong, &own, &mut browser).status, 403);
    }
    for store in [&*foreign, "x", "FMfp7ZAmD1ZCMoNbo1eXSt", ""] {
        assert_eq!(approve(&csrf, store, &mut browser).status, 404, "{store}");
    }
    assert_eq!(client.get("/tokens").data(), json!([]), "nobody was let in so far");

    let done = approve(&csrf, &own, &mut browser);
    assert_eq!(done.header("location"), Some(&*format!("/stores/{own}/tokens")), "{}", done.body);
    let done = browser.follow(done);
    assert!(done.body.contains("Pairing is successful"), "{}", done.body);
    assert!(done.body.contains(&client.sin()) && done.body.contains("Till &lt;1&gt;"), "{}", done.body);
    assert_nothing_inline(&done.body);
    assert_eq!(client.invoice(&json!({ "price": 20, "currency": "USD" }))["status"], "new");
    // The code is used up.
    let again = browser.get(&link(&code));
    assert_eq!(again.status, 400);
    assert!(again.body.contains("Unknown pairing code"), "{}", again.body);
}

#[test]
fn nobody_approves_without_being_logged_in() {
    let Scene { server, own, client, code, .. } = scene();
    let mut anonymous = Browser::new(server.url());
    let csrf = csrf(&anonymous.get("/login").body);
    let fields = [("csrf", &*csrf), ("pairingCode", &code), ("storeId", &own)];
    let reply = anonymous.post("/api-access-request", &fields);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/login")));
    assert!(client.get("/tokens").data().as_array().unwrap().is_empty());
    // The code still waits for its owner.
    assert!(owner(&server).get(&link(&code)).body.contains("Let this program in?"));
}

#[test]
fn a_link_may_name_one_of_the_owners_stores_and_no_other() {
    let Scene { server, own, foreign, code, .. } = scene();
    let second = server.practice_store("Second Hand", &[]);
    let mut browser = owner(&server);
    for store in [&own, &second] {
        let html = browser.get(&format!("{}&selectedStore={store}", link(&code))).body;
        assert!(html.contains(&format!("<option value=\"{store}\" selected>")), "{html}");
        assert_eq!(html.matches("<option").count(), 2, "{html}");
        assert_eq!(html.matches(" selected>").count(), 1, "{html}");
    }
    assert_eq!(browser.get(&format!("{}&selectedStore={foreign}", link(&code))).status, 404);
}

#[test]
fn a_code_that_the_store_made_is_shown_to_be_handed_on() {
    let Scene { server, own, foreign, .. } = scene();
    let code = |store: &str| {
        let made = server.run(&["token", "create", "--store", store, "--label", "plugin"]);
        made["pairing_code"].as_str().unwrap().to_owned()
    };
    let mut browser = owner(&server);
    let made = code(&own);
    let html = browser.get(&link(&made)).body;
    assert!(html.contains("Server-Initiated Pairing") && html.contains("plugin"), "{html}");
    let fields = [("csrf", &*csrf(&html)), ("pairingCode", &made), ("storeId", &own)];
    let shown = browser.post("/api-access-request", &fields);
    let shown = browser.follow(shown);
    assert!(shown.body.contains(&format!("Server initiated pairing code: {made}")), "{}", shown.body);
    let client = Shop::named(server.url(), "plugin");
    assert_eq!(client.post("/tokens", &json!({ "id": client.sin(), "pairingCode": made })).status, 200);
    assert_eq!(client.invoice(&json!({ "price": 1, "currency": "USD" }))["status"], "new");

    // Another store's code cannot be turned to one's own.
    let theirs = code(&foreign);
    let fields = [("csrf", &*csrf(&html)), ("pairingCode", &theirs), ("storeId", &own)];
    assert_eq!(browser.post("/api-access-request", &fields).status, 404);
    let client = Shop::named(server.url(), "theirs");
    assert_eq!(client.post("/tokens", &json!({ "id": client.sin(), "pairingCode": theirs })).status, 200);
}

#[test]
fn a_key_of_another_store_and_a_code_of_nobodys_are_refused_in_words() {
    let Scene { server, own, foreign, client, code } = scene();
    server.run(&["token", "approve", &code, "--store", &foreign]);
    let again = ask(&client, "again");
    let mut browser = owner(&server);
    let csrf = csrf(&browser.get(&link(&again)).body);
    for (code, words) in [
        (&*again, "Pairing failed: ReusedKey"),
        ("zzzzzzz", "Pairing failed: Expired"),
        ("", "Pairing failed: Expired"),
    ] {
        let fields = [("csrf", &*csrf), ("pairingCode", code), ("storeId", &own)];
        let reply = browser.post("/api-access-request", &fields);
        let reply = browser.follow(reply);
        assert!(reply.body.contains("role=\"alert\""), "{}", reply.body);
        assert!(reply.body.contains(words), "{}", reply.body);
        assert_nothing_inline(&reply.body);
    }
    for code in ["zzzzzzz", "", "%22%3E%3Cscript%3E"] {
        let reply = browser.get(&link(code));
        assert_eq!(reply.status, 400, "{code}");
        assert!(reply.body.contains("Unknown pairing code"), "{}", reply.body);
    }
}
