//! Access tokens, as the clients' guides tell people to make them, word for word.

use base64::Engine;
use serde_json::json;
use specie_testkit::http;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{Browser, EXE, assert_nothing_inline, merchant};

/// Presses a link by its words: the whole of them, as they are read.
fn click(browser: &mut Browser, html: &str, words: &str) -> String {
    let link = html.split("<a ").skip(1).find(|link| {
        let inside = link.split_once('>').map_or("", |(_, rest)| rest).split("</a>").next().unwrap_or("");
        let text: String =
            inside.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        text.trim() == words
    });
    let link = link.unwrap_or_else(|| panic!("no link “{words}”: {html}"));
    let to = link.split_once("href=\"").expect("an address").1.split('"').next().unwrap();
    let reply = browser.open(to);
    assert_eq!(reply.status, 200, "{to}: {}", reply.body);
    reply.body
}

/// Presses a button by its words, with what was written into the form's fields.
fn press(browser: &mut Browser, html: &str, words: &str, written: &[(&str, &str)]) -> String {
    let form = html.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap_or(""));
    let form = form.into_iter().find(|form| {
        form.split("<button").skip(1).any(|button| {
            button.split_once('>').is_some_and(|(_, rest)| rest.split("</button>").next() == Some(words))
        })
    });
    let form = form.unwrap_or_else(|| panic!("no button “{words}”: {html}"));
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split('"').next().map(|value| value.replace("&amp;", "&"))
    };
    let mut fields: Vec<(String, String)> = form
        .split("<input")
        .skip(1)
        .map(|tag| tag.split('>').next().unwrap_or(""))
        .filter(|tag| !(tag.contains("radio") || tag.contains("checkbox")) || tag.contains(" checked"))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
        .collect();
    for select in form.split("<select").skip(1) {
        let option = select.split("<option").skip(1).find(|option| option.contains(" selected"));
        let option = option.or_else(|| select.split("<option").nth(1)).expect("an option");
        fields.push((attribute(select, "name").unwrap(), attribute(option, "value").unwrap()));
    }
    for (name, value) in written {
        assert!(form.contains(&format!("name=\"{name}\"")), "no field {name}: {form}");
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let action = form.split_once("action=\"").expect("an address").1.split('"').next().unwrap();
    let reply = browser.post(action, &fields);
    browser.follow(reply).body
}

/// The store's page of tokens, on the way that the guides describe.
fn access_tokens(browser: &mut Browser) -> String {
    let stores = browser.open("/").body;
    let stores = click(browser, &stores, "Stores");
    assert!(stores.contains("Create a new store"), "{stores}");
    let settings = settings_of(browser, &stores);
    click(browser, &settings, "Access tokens")
}

fn settings_of(browser: &mut Browser, stores: &str) -> String {
    let store = stores.split_once("class=\"go\" href=\"").expect("a store").1.split('"').next().unwrap();
    let page = browser.open(&format!("{store}/tokens")).body;
    click(browser, &page, "Store settings")
}

#[test]
fn a_new_merchant_makes_a_store_as_the_guide_says() {
    let server = Server::start(EXE);
    server.create_user(OWNER);
    let mut browser = Browser::new(server.url());
    let start = browser.open("/").body;
    let login = click(&mut browser, &start, "Log in");
    let written = [("email", OWNER), ("password", specie_testkit::server::PASSWORD)];
    let stores = press(&mut browser, &login, "Log in", &written);
    let stores = click(&mut browser, &stores, "Stores");
    let form = click(&mut browser, &stores, "Create a new store");
    assert!(form.contains("<label for=\"name\">Name</label>"), "{form}");
    press(&mut browser, &form, "Create", &[("name", "Tea House"), ("network", "sandbox")]);
    assert!(browser.open("/stores").body.contains(">Tea House</a>"));
}

#[test]
fn a_program_is_let_in_by_its_public_key() {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::named(server.url(), "till");
    let mut browser = merchant(&server, OWNER);
    let tokens = access_tokens(&mut browser);
    assert!(tokens.contains("No program is let in yet"), "{tokens}");
    let form = click(&mut browser, &tokens, "Create new token");
    assert!(form.contains("<option value=\"merchant\" selected>merchant</option>"), "{form}");
    assert_nothing_inline(&form);
    let wrong = press(&mut browser, &form, "Request pairing", &[("Label", "Till"), ("PublicKey", "02abc")]);
    assert!(wrong.contains("This is no public key") && wrong.contains("value=\"Till\""), "{wrong}");
    let key = shop.identity();
    let typed = [("Label", "Till"), ("Facade", "pos"), ("PublicKey", &*key)];
    let asked = press(&mut browser, &wrong, "Request pairing", &typed);
    assert!(asked.contains("Let this program in?") && asked.contains("Till"), "{asked}");
    assert!(asked.contains("It asks to create invoices for one of your stores"), "{asked}");
    assert!(asked.contains(&format!("value=\"{store}\" selected")), "{asked}");
    let code = asked.split_once("name=\"pairingCode\" value=\"").unwrap().1.split('"').next().unwrap();
    assert_eq!(shop.post("/tokens", &json!({ "id": shop.sin(), "pairingCode": code })).status, 200);
    assert_eq!(shop.get("/tokens").data(), json!([]), "nobody is let in before it is approved");
    let done = press(&mut browser, &asked, "Approve", &[]);
    assert!(done.contains("Pairing is successful") && done.contains(&shop.sin()), "{done}");
    assert!(done.contains("<td data-label=\"Facade\">pos</td>"), "{done}");
    assert_eq!(shop.get("/invoices").status, 403, "a till sees no list");
    assert_eq!(shop.invoice(&json!({ "price": 20, "currency": "USD" }))["status"], "new");
}

#[test]
fn a_public_key_may_come_uncompressed() {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::named(server.url(), "till");
    let key: bitcoin::secp256k1::PublicKey = shop.identity().parse().unwrap();
    let long: String = key.serialize_uncompressed().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut browser = merchant(&server, OWNER);
    let form = browser.open(&format!("/stores/{store}/tokens/create")).body;
    let asked = press(&mut browser, &form, "Request pairing", &[("PublicKey", &long)]);
    press(&mut browser, &asked, "Approve", &[]);
    assert_eq!(shop.invoice(&json!({ "price": 20, "currency": "USD" }))["status"], "new");
}

#[test]
fn a_key_left_blank_gives_a_code_that_works_once() {
    let (server, _) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    let tokens = access_tokens(&mut browser);
    let form = click(&mut browser, &tokens, "Create new token");
    let html = press(&mut browser, &form, "Save", &[("Label", "plugin"), ("PublicKey", "")]);
    let code = html.split_once("Server initiated pairing code: ").expect("a code").1;
    let code = code.split('<').next().unwrap().to_owned();
    assert!(code.len() == 7 && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{code}");
    assert!(html.contains("It works once, within 15 minutes.") && html.contains("“plugin”"), "{html}");
    assert!(html.contains(&format!("data-copy=\"{code}\"")), "{html}");
    assert_nothing_inline(&html);
    let client = Shop::named(server.url(), "plugin");
    let claim = || client.post("/tokens", &json!({ "id": client.sin(), "pairingCode": code })).status;
    assert_eq!((claim(), claim()), (200, 404));
    let html = access_tokens(&mut browser);
    assert!(!html.contains(&code) && html.contains(&client.sin()), "a code that is used up is gone: {html}");
}

#[test]
fn whoever_is_revoked_is_locked_out_at_once_and_alone() {
    let (server, store) = Server::with_store(EXE);
    let (first, second) = (Shop::paired(&server, &store, "first"), Shop::paired(&server, &store, "second"));
    let invoice =
        first.invoice(&json!({ "price": 20, "currency": "USD" }))["id"].as_str().unwrap().to_owned();
    let mut browser = merchant(&server, OWNER);
    let html = browser.open(&format!("/stores/{store}/tokens")).body;
    let row = html.split("<tr>").find(|row| row.contains(&first.sin())).expect("its row");
    let revoke = row.split_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let asked = browser.open(&revoke).body;
    assert!(asked.contains("Revoke “") && asked.contains("Its invoices stay."), "{asked}");
    assert_nothing_inline(&asked);
    assert_eq!(first.get("/invoices").status, 200, "asking is not doing");
    let done = press(&mut browser, &asked, "Revoke", &[]);
    assert!(done.contains("is locked out."), "{done}");
    let listed = |shop: &Shop| done.contains(&format!("<code>{}</code>", shop.sin()));
    assert!(!listed(&first) && listed(&second), "{done}");
    assert_eq!(first.get("/invoices").status, 403);
    assert_eq!(second.read(&invoice)["status"], "new", "the invoice stays");
    assert_eq!(browser.open(&revoke).status, 404);
}

#[test]
fn a_token_that_is_anybodys_is_listed_as_such_and_revoked_like_any_other() {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let own = shop.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let asked = json!({ "method": "createPublicPOSToken", "params": { "label": "Till app" } });
    let token = shop.post(&format!("/api/{own}"), &asked).data()[0]["token"].clone();
    let order = json!({ "price": 5, "currency": "USD", "token": token }).to_string();
    let invoices = format!("{}/invoices", server.url());
    let json = [("content-type", "application/json")];
    let sell = || http::send("POST", &invoices, &json, order.as_bytes());
    assert_eq!(sell().status, 200);

    let mut browser = merchant(&server, OWNER);
    let html = browser.open(&format!("/stores/{store}/tokens")).body;
    let row = html.split("<tr>").find(|row| row.contains("Till app")).expect("its row");
    assert!(row.contains("Anyone who has it") && row.contains("pos"), "{row}");
    let revoke = row.split_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let asked = browser.open(&revoke).body;
    let done = press(&mut browser, &asked, "Revoke", &[]);
    assert!(done.contains("“Till app” is locked out."), "{done}");
    let refused = sell();
    assert_eq!(refused.status, 401, "{}", refused.body);
    assert_eq!(shop.get("/invoices").status, 200, "nobody else is");
}

#[test]
fn a_token_of_another_store_cannot_be_revoked_from_here() {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let own = server.practice_store("Own", &[]);
    let mut browser = merchant(&server, OWNER);
    let html = browser.open(&format!("/stores/{store}/tokens")).body;
    let revoke =
        html.split_once("/revoke\"").unwrap().0.rsplit("href=\"").next().unwrap().to_owned() + "/revoke";
    let crossed = revoke.replace(&store, &own);
    let csrf = super::csrf(&html);
    assert_eq!(browser.get(&crossed).status, 404);
    assert_eq!(browser.post(&crossed, &[("csrf", &csrf)]).status, 404);
    assert_eq!(shop.get("/invoices").status, 200);
}

#[test]
fn the_legacy_key_is_shown_once_replaced_and_revoked() {
    let (server, store) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    let path = format!("/stores/{store}/tokens");
    let key_on = |html: &str| {
        let shown = html.split_once("id=\"apikey\">")?.1;
        Some(shown.split('<').next().unwrap().to_owned())
    };
    let status = |key: &str| {
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(key));
        let url = format!("{}/invoices", server.url());
        http::send("GET", &url, &[("authorization", &basic)], b"").status
    };
    let html = browser.open(&path).body;
    assert!(html.contains("There is none.") && !html.contains("value=\"revoke\""), "{html}");
    let html = press(&mut browser, &html, "Generate", &[]);
    let first = key_on(&html).expect("a key");
    assert_eq!((first.len(), status(&first)), (43, 200));
    let html = browser.open(&path).body;
    assert!(!html.contains(&first) && key_on(&html).is_none(), "{html}");
    let html = press(&mut browser, &html, "Regenerate", &[]);
    let second = key_on(&html).expect("another key");
    assert_eq!((status(&first), status(&second)), (401, 200));
    let gone = browser.fill(&path, &format!("{path}/apikey"), &[("command", "revoke")]).body;
    assert!(gone.contains("The legacy API key is revoked.") && gone.contains("There is none."), "{gone}");
    assert_eq!(status(&second), 401);
}

#[test]
fn the_page_that_bitpays_guides_name_gives_a_code_for_an_own_store() {
    let (server, store) = Server::with_store(EXE);
    server.create_user("other@shop.example");
    let mut browser = merchant(&server, OWNER);
    let form = browser.open("/api-tokens").body;
    assert!(form.contains(&store) && !form.contains("PublicKey"), "{form}");
    let html = press(&mut browser, &form, "Save", &[("Label", "plugin")]);
    assert!(html.contains("Server initiated pairing code: "), "{html}");
    let mut other = merchant(&server, "other@shop.example");
    assert!(other.open("/api-tokens").body.contains("You have no store yet"));
    assert_eq!(other.fill("/account", "/api-tokens", &[("storeId", &store)]).status, 404);
}
