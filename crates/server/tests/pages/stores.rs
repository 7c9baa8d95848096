//! The stores of a merchant: the list, making one, its settings and rates.

use serde_json::json;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{EXE, assert_nothing_inline, merchant};

/// A server that would follow a node, if there were one.
fn with_network() -> Server {
    let node = "--network regtest --bitcoind-url http://127.0.0.1:9 --bitcoind-user u --bitcoind-password p";
    let server = Server::start_with(EXE, &node.split(' ').collect::<Vec<_>>());
    server.create_user(OWNER);
    server
}

#[test]
fn a_merchant_finds_their_stores_and_nobody_elses() {
    let (server, store) = Server::with_store(EXE);
    server.create_user("other@shop.example");
    let html = merchant(&server, OWNER).open("/").body;
    assert!(html.contains("<h1>Stores</h1>") && html.contains("Create a new store"), "{html}");
    assert!(html.contains(&format!("href=\"/stores/{store}\">Alder &amp; Finch Books</a>")), "{html}");
    assert_nothing_inline(&html);
    let html = merchant(&server, "other@shop.example").open("/stores").body;
    assert!(html.contains("No store yet") && !html.contains(&store), "{html}");
}

#[test]
fn a_practice_store_is_made_in_one_step() {
    let (server, _) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    let html = browser.open("/stores/create").body;
    assert!(html.contains("Practice store") && !html.contains("Real money"), "{html}");
    for (name, currency, network, field) in [
        ("  ", "USD", "sandbox", "name"),
        ("Tea\u{202e}aeT", "USD", "sandbox", "name"),
        ("Tea", "XXXX", "sandbox", "currency"),
        ("Tea", "USD", "mainnet", "network"),
        ("Tea", "USD", "", "network"),
    ] {
        let fields = [("name", name), ("currency", currency), ("network", network)];
        let refused = browser.fill("/stores/create", "/stores/create", &fields);
        assert_eq!(refused.status, 400, "{field}");
        assert!(refused.body.contains(&format!("href=\"#{field}\"")), "{field}: {}", refused.body);
        assert!(refused.body.contains(&format!("value=\"{currency}\"")), "{}", refused.body);
        assert_nothing_inline(&refused.body);
    }
    let csrf = super::csrf(&html);
    let fields = [("csrf", &*csrf), ("name", "Tee <1>"), ("currency", "eur"), ("network", "sandbox")];
    let made = browser.post("/stores/create", &fields);
    let id = made.header("location").unwrap().strip_prefix("/stores/").unwrap().to_owned();
    let html = browser.open("/stores").body;
    assert!(html.contains("The store is ready.") && html.contains(">Tee &lt;1&gt;</a>"), "{html}");
    // It sells at once.
    let shop = Shop::paired(&server, &id, "shop");
    let invoice = shop.invoice(&json!({ "price": 20, "currency": "EUR" }));
    server.pay(invoice["id"].as_str().unwrap());
    shop.until_status(invoice["id"].as_str().unwrap(), "paid");
}

#[test]
fn a_real_store_waits_for_its_wallet_and_says_so() {
    let server = with_network();
    let mut browser = merchant(&server, OWNER);
    let html = browser.open("/stores/create").body;
    assert!(html.contains("value=\"sandbox\" checked") && html.contains("value=\"regtest\""), "{html}");
    let fields = [("name", "Tea"), ("currency", "USD"), ("network", "regtest")];
    let wallet = browser.fill("/stores/create", "/stores/create", &fields);
    assert!(wallet.body.contains("Connect a wallet, and it can be paid."), "{}", wallet.body);
    assert!(wallet.body.contains("Public key of your wallet"), "{}", wallet.body);
    assert!(browser.open("/stores").body.contains("Not connected"));
}

#[test]
fn settings_are_saved_whole_or_not_at_all() {
    let (server, store) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    let path = format!("/stores/{store}/settings");
    let html = browser.open(&path).body;
    for shown in
        ["value=\"Alder &amp; Finch Books\"", "value=\"medium\" selected", "value=\"15\"", "value=\"1440\""]
    {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    assert_nothing_inline(&html);
    let sound = [
        ("name", "Tea House"),
        ("website", "https://tea.example"),
        ("currency", "EUR"),
        ("speed", "low"),
        ("expiry", "30"),
        ("tolerance", "0.5"),
        ("monitoring", "60"),
        ("limit", "0.5"),
        ("allow_zero", "1"),
    ];
    for (field, wrong, words) in [
        ("name", "", "A name has 1 to 120 characters."),
        ("name", "Tea\u{200b}House", "A name has 1 to 120 characters."),
        ("website", "javascript:alert(1)", "A website is an address such as"),
        ("currency", "EURO", "Unknown currency code"),
        ("speed", "warp", "Choose one."),
        ("expiry", "1.5", "A time is a whole number of minutes."),
        ("expiry", "0", "The time to pay is from 30 seconds to a year."),
        ("tolerance", "101", "A tolerance is a percentage from 0 to 100."),
        ("monitoring", "", "A time is a whole number of minutes."),
        ("limit", "lots", "An amount of bitcoin is a number"),
    ] {
        let mut fields = sound.to_vec();
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = wrong;
        let refused = browser.fill(&path, &path, &fields);
        assert_eq!(refused.status, 400, "{field}");
        assert!(refused.body.contains(words), "{field}: {}", refused.body);
        // Nothing that was typed is lost.
        assert!(refused.body.contains("name=\"allow_zero\" value=\"1\" checked"), "{}", refused.body);
        assert!(browser.open(&path).body.contains("value=\"Alder &amp; Finch Books\""), "{field}");
    }
    let saved = browser.fill(&path, &path, &sound);
    assert!(saved.body.contains("The settings are saved."), "{}", saved.body);
    for shown in ["value=\"Tea House\"", "value=\"https://tea.example\"", "value=\"EUR\"", "value=\"0.5\""] {
        assert!(saved.body.contains(shown), "{shown}: {}", saved.body);
    }
    assert!(saved.body.contains("name=\"allow_zero\" value=\"1\" checked"), "{}", saved.body);
    assert!(!saved.body.contains("name=\"anyone\" value=\"1\" checked"), "{}", saved.body);
    // A shop feels them.
    let shop = Shop::paired(&server, &store, "shop");
    let invoice = shop.invoice(&json!({ "price": 20 }));
    assert_eq!((&invoice["currency"], &invoice["transactionSpeed"]), (&json!("EUR"), &json!("low")));
    let minutes =
        (invoice["expirationTime"].as_i64().unwrap() - invoice["invoiceTime"].as_i64().unwrap()) / 60_000;
    assert_eq!(minutes, 30);
    assert_eq!(shop.invoice(&json!({ "price": 0 }))["status"], "complete");
    assert!(!browser.open(&path).body.contains("The settings are saved."), "it is said once");
}

#[test]
fn a_rate_is_fixed_and_let_go_again() {
    let (server, store) = Server::with_store(EXE);
    let mut browser = merchant(&server, OWNER);
    let (page, rates) = (format!("/stores/{store}/settings"), format!("/stores/{store}/settings/rates"));
    let html = browser.open(&page).body;
    assert!(html.contains("<strong>USD</strong>") && html.contains("Built in, for practice"), "{html}");
    assert!(!html.contains("Remove"), "{html}");
    for (currency, price, words) in [
        ("USD", "0", "A rate is a number above zero"),
        ("USD", "much", "id=\"rate_price-error\""),
        ("US", "5", "id=\"rate_currency-error\""),
        ("BTC", "1", "A rate is a number above zero"),
    ] {
        let fields = [("rate_currency", currency), ("rate_price", price)];
        let refused = browser.fill(&page, &rates, &fields);
        assert_eq!(refused.status, 400, "{currency} {price}");
        assert!(refused.body.contains(words), "{}", refused.body);
        assert!(refused.body.contains(&format!("value=\"{price}\"")), "{}", refused.body);
    }
    let fixed = browser.fill(&page, &rates, &[("rate_currency", "usd"), ("rate_price", "81234.5")]).body;
    assert!(fixed.contains("The rate of USD is fixed.") && fixed.contains("81,234.50"), "{fixed}");
    let shop = Shop::paired(&server, &store, "shop");
    let rate = || shop.get("/rates/USD").data()["rate"].clone();
    assert_eq!(rate(), json!(81234.5));
    let gone = browser.fill(&page, &rates, &[("rate_currency", "USD"), ("command", "remove")]).body;
    assert!(gone.contains("The fixed rate of USD is removed.") && !gone.contains("81,234.50"), "{gone}");
    assert_eq!(rate(), json!(50000.0));
}

#[test]
fn no_first_page_asks_for_words_that_only_experts_know() {
    let server = with_network();
    let mut browser = merchant(&server, OWNER);
    let fields = [("name", "Tea"), ("currency", "USD"), ("network", "regtest")];
    let wallet = browser.fill("/stores/create", "/stores/create", &fields).body;
    for html in [browser.open("/stores/create").body, wallet] {
        // What is folded away may speak to experts.
        let seen =
            html.split("<details").map(|part| part.split_once("</details>").map_or(part, |(_, rest)| rest));
        let seen: String = html.split("<details").take(1).chain(seen.skip(1)).collect();
        for word in ["xpub", "derivation scheme", "sat/vB"] {
            assert!(!seen.contains(word), "{word}: {seen}");
        }
    }
}
