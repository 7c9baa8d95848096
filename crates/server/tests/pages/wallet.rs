//! Connecting a wallet: what was pasted is read, its addresses are compared, and only then it is
//! kept.

use serde_json::json;
use specie_testkit::http::Reply;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wallet::{account_key, receiving_key};

use super::{Browser, EXE, assert_nothing_inline, csrf, merchant};

struct Scene {
    server: Server,
    store: String,
    browser: Browser,
}

/// A practice store takes test wallets.
fn scene() -> Scene {
    let (server, store) = Server::with_store(EXE);
    let browser = merchant(&server, OWNER);
    Scene { server, store, browser }
}

impl Scene {
    fn path(&self) -> String {
        format!("/stores/{}/wallet", self.store)
    }

    /// The first step.
    fn paste(&mut self, key: &str, more: &[(&str, &str)]) -> Reply {
        let path = self.path();
        self.browser.fill(&path, &path, &[&[("key", key)], more].concat())
    }

    /// The second step: presses the button of the page that asks.
    fn confirm(&mut self, asked: &Reply, more: &[(&str, &str)]) -> Reply {
        assert!(asked.body.contains("Does your wallet show the same addresses?"), "{}", asked.body);
        let hidden = |name: &str| {
            let field = asked.body.split_once(&format!("name=\"{name}\" value=\"")).expect("a field").1;
            field.split('"').next().unwrap().replace("&lt;", "<").replace("&gt;", ">")
        };
        let (csrf, descriptor, next) = (csrf(&asked.body), hidden("descriptor"), hidden("next_index"));
        let fields = [("csrf", &*csrf), ("descriptor", &descriptor), ("next_index", &next)];
        let reply = self.browser.post(&format!("{}/confirm", self.path()), &[&fields, more].concat());
        self.browser.follow(reply)
    }

    /// The address of the store's next invoice.
    fn next_address(&self, shop: &Shop) -> String {
        let invoice = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
        invoice["bitcoinAddress"].as_str().unwrap().to_owned()
    }
}

/// The addresses on a page, in order.
fn addresses(html: &str) -> Vec<String> {
    let copied = html.split("data-copy=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    copied.collect()
}

#[test]
fn a_wallet_is_connected_when_its_addresses_were_compared() {
    let mut scene = scene();
    let key = account_key("ann");
    let asked = scene.paste(&key, &[("fingerprint", "73c5da0a"), ("path", "m/84'/1'/0'")]);
    let html = &asked.body;
    assert!(html.contains("Native SegWit (wpkh)") && html.contains("73c5da0a"), "{html}");
    assert!(
        html.contains("<code>m/84'/1'/0'</code>") || html.contains("<code>m/84&#39;/1&#39;/0&#39;</code>"),
        "{html}"
    );
    assert!(html.contains("Yes, connect this wallet") && html.contains("No, try another"), "{html}");
    assert_nothing_inline(html);
    let shown = addresses(html);
    assert_eq!(shown.len(), 3);
    assert!(shown.iter().all(|address| address.starts_with("bcrt1q")), "{shown:?}");
    let shop = Shop::paired(&scene.server, &scene.store, "shop");
    assert!(!shown.contains(&scene.next_address(&shop)), "nothing is connected before it is confirmed");
    let before = scene.next_address(&shop);

    let connected = scene.confirm(&asked, &[]).body;
    assert!(
        connected.contains("The wallet is connected.") && connected.contains("<code>0/0</code>"),
        "{connected}"
    );
    for address in &shown {
        assert_eq!(scene.next_address(&shop), *address);
    }
    let html = scene.browser.open(&scene.path()).body;
    assert!(html.contains("<code>0/3</code>") && html.contains("73c5da0a"), "{html}");
    assert!(!html.contains(&key), "the key shows every address: it is not shown");

    // Another wallet takes its place; what was made before stays where it is.
    let asked = scene.paste(&account_key("bea"), &[]);
    scene.confirm(&asked, &[]);
    assert_eq!(scene.next_address(&shop), addresses(&asked.body)[0]);
    let invoices = shop.get("/invoices").data();
    assert!(invoices.as_array().unwrap().iter().any(|invoice| invoice["bitcoinAddress"] == before.as_str()));
}

#[test]
fn what_cannot_be_a_wallet_is_named_and_never_echoed() {
    let mut scene = scene();
    let key = account_key("ann");
    let secret = "tprv8gRrNu65W2Msef2BdBSUgFdRTGzC8EwVXnV7UGS3faeXtuMVtGfEdidVeGbThs4ELEoayCAzZQ4uUji9DUiAs7erdVskqju7hrBcDvDsdbY";
    let words =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    let cut = &key[..key.len() - 2];
    let mainnet = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
    for (pasted, more, expected) in [
        (secret, ("", ""), "Never paste them anywhere"),
        (words, ("", ""), "treat them as exposed"),
        ("cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA", ("", ""), "Never paste them anywhere"),
        (cut, ("", ""), "A character is wrong or missing"),
        (mainnet, ("", ""), "belongs to another network"),
        ("hello-wallet", ("", ""), "no public key of a wallet"),
        ("", ("", ""), "Paste the public key"),
        (&key, ("fingerprint", "xyz"), "A fingerprint is eight digits"),
        (&key, ("next_index", "-1"), "An address index is a whole number"),
    ] {
        let refused = scene.paste(pasted, &[more]);
        assert_eq!(refused.status, 400, "{expected}");
        assert!(refused.body.contains(expected), "{expected}: {}", refused.body);
        assert!(pasted.is_empty() || !refused.body.contains(pasted), "it is echoed: {}", refused.body);
        assert!(
            more.0.is_empty() || refused.body.contains(&format!("value=\"{}\"", more.1)),
            "{}",
            refused.body
        );
        assert_nothing_inline(&refused.body);
    }
    let said = [("fingerprint", "73c5da0a"), ("path", "m/49'/1'/0'")];
    let refused = scene.paste(&key, &said);
    assert!(refused.body.contains("The kind of addresses contradicts the key"), "{}", refused.body);
    let nested = scene.paste(&key, &[("kind", "nested")]);
    assert!(
        nested.body.contains("Nested SegWit") && addresses(&nested.body)[0].starts_with('2'),
        "{}",
        nested.body
    );
    // The second step believes nobody.
    let csrf = csrf(&nested.body);
    let forged = [("csrf", &*csrf), ("descriptor", secret), ("next_index", "0")];
    let refused = scene.browser.post(&format!("{}/confirm", scene.path()), &forged);
    assert_eq!(refused.status, 400);
    assert!(!refused.body.contains(secret), "{}", refused.body);
}

#[test]
fn one_wallet_serves_two_stores_only_on_purpose() {
    let mut scene = scene();
    let asked = scene.paste(&account_key("ann"), &[]);
    scene.confirm(&asked, &[]);
    let second = scene.server.practice_store("Second", &[]);
    let first = std::mem::replace(&mut scene.store, second);
    let asked = scene.paste(&account_key("ann"), &[]);
    assert!(asked.body.contains("Use the same wallet in both stores"), "{}", asked.body);
    let refused = scene.confirm(&asked, &[]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("Tick the box if both should be."), "{}", refused.body);
    let shared = scene.confirm(&refused, &[("share", "1")]);
    assert!(shared.body.contains("The wallet is connected."), "{}", shared.body);
    // They take turns.
    let shops =
        [Shop::paired(&scene.server, &first, "one"), Shop::paired(&scene.server, &scene.store, "two")];
    let issued: Vec<String> = shops.iter().map(|shop| scene.next_address(shop)).collect();
    assert_eq!(issued, addresses(&asked.body)[..2]);
}

#[test]
fn nobody_gets_at_the_wallet_of_another_merchant() {
    let mut ann = scene();
    let (key, shop) = (account_key("ann"), Shop::paired(&ann.server, &ann.store, "shop"));
    let asked = ann.paste(&key, &[]);
    let own = addresses(&asked.body);
    assert!(ann.confirm(&asked, &[]).body.contains("The wallet is connected."));

    let eve = "eve@example.com";
    ann.server.create_user(eve);
    let args = ["store", "create", "--owner", eve, "--name", "Eve", "--sandbox"];
    let store = ann.server.run(&args)["id"].as_str().unwrap().to_owned();
    let mut browser = merchant(&ann.server, eve);
    let path = format!("/stores/{store}/wallet");
    let refused = browser.fill(&path, &path, &[("key", &*key), ("next_index", "2147483647")]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("Another merchant of this server"), "{}", refused.body);
    assert!(!refused.body.contains(&own[0]), "{}", refused.body);
    let csrf = csrf(&refused.body);
    let fields = [("csrf", &*csrf), ("descriptor", &key), ("next_index", "2147483647"), ("share", "1")];
    assert_eq!(browser.post(&format!("{path}/confirm"), &fields).status, 400);
    assert_eq!(ann.next_address(&shop), own[0]);
    // Nor by another name that has the same scripts.
    let alias = format!("{}/*", receiving_key("ann"));
    let refused = browser.fill(&path, &path, &[("key", &alias)]);
    assert!(refused.body.contains("Another merchant of this server"), "{}", refused.body);
    let fields = [("csrf", &*csrf), ("descriptor", &alias), ("next_index", "0"), ("share", "1")];
    assert_eq!(browser.post(&format!("{path}/confirm"), &fields).status, 400);
    assert_eq!(ann.next_address(&shop), own[1]);
}

#[test]
fn a_slip_in_the_next_index_is_not_for_ever() {
    let mut scene = scene();
    let refused = scene.paste(&account_key("ann"), &[("next_index", "20000000")]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("10,000 addresses"), "{}", refused.body);
    let asked = scene.paste(&account_key("ann"), &[("next_index", "10000")]);
    assert!(scene.confirm(&asked, &[]).body.contains("The wallet is connected."));
}

#[test]
fn what_was_pasted_into_the_wrong_field_is_not_shown_again() {
    let mut scene = scene();
    let words = "abandon abandon abandon about";
    for field in ["fingerprint", "path", "next_index"] {
        let refused = scene.paste(&account_key("ann"), &[(field, words)]);
        assert_eq!(refused.status, 400);
        assert!(!refused.body.contains("abandon"), "{field}: {}", refused.body);
    }
    let mistyped = scene.paste(&account_key("ann"), &[("fingerprint", "73c5da0"), ("path", "m/84'/1'/0'")]);
    assert!(mistyped.body.contains("73c5da0"), "{}", mistyped.body);
}

#[test]
fn a_wallet_that_was_in_use_goes_on_where_it_was() {
    let mut scene = scene();
    let asked = scene.paste(&account_key("ann"), &[("next_index", "217")]);
    let shown = addresses(&asked.body);
    assert!(asked.body.contains("<code>0/217</code>") && shown.len() == 4, "{}", asked.body);
    scene.confirm(&asked, &[]);
    let shop = Shop::paired(&scene.server, &scene.store, "shop");
    assert_eq!(scene.next_address(&shop), shown[3]);
    // Connected anew, it never goes back.
    let again = scene.paste(&account_key("ann"), &[]);
    assert!(again.body.contains("<code>0/218</code>"), "{}", again.body);
    scene.confirm(&again, &[]);
    assert_eq!(scene.next_address(&shop), addresses(&again.body)[3]);

    let more = ["--wallet", &account_key("bea"), "--next-index", "5"];
    let other = scene.server.practice_store("Other", &more);
    let html = scene.browser.open(&format!("/stores/{other}/wallet")).body;
    assert!(html.contains("<code>0/5</code>"), "{html}");
}

#[test]
fn what_another_name_of_the_wallet_issued_is_passed_over_at_once() {
    let mut scene = scene();
    let asked = scene.paste(&account_key("ann"), &[]);
    scene.confirm(&asked, &[]);
    let shop = Shop::paired(&scene.server, &scene.store, "shop");
    let issued: Vec<String> = (0..20).map(|_| scene.next_address(&shop)).collect();
    // The keychain's own key: the same scripts, and no way to tell beforehand.
    scene.store = scene.server.practice_store("Other name", &[]);
    let asked = scene.paste(&format!("{}/*", receiving_key("ann")), &[]);
    assert_eq!(addresses(&asked.body), issued[..3]);
    scene.confirm(&asked, &[]);
    let shop = Shop::paired(&scene.server, &scene.store, "other");
    assert!(!issued.contains(&scene.next_address(&shop)));
    let html = scene.browser.open(&scene.path()).body;
    assert!(html.contains("<code>0/21</code>"), "{html}");
}
