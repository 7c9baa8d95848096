//! A wallet at a glance: what lies in it, its addresses, and how far another program must look to find them. And that the
//! words of specialists stand only where specialists look.

use std::time::{Duration, Instant};

use serde_json::json;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::sql::Value;
use specie_testkit::wait::until;
use specie_testkit::wallet::account_key;

use super::desk::{Desk, assert_in_order, words};
use super::{Browser, EXE, assert_nothing_inline, merchant, order};

impl Desk {
    fn wallet(&mut self, rest: &str) -> String {
        let reply = self.browser.get(&format!("/stores/{}/wallet{rest}", self.store));
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_nothing_inline(&reply.body);
        reply.body
    }

    fn until_wallet(&mut self, says: &str) -> String {
        until(says, || Some(self.wallet("")).filter(|html| html.contains(says)))
    }
}

#[test]
fn the_balance_the_addresses_and_the_gap_follow_what_is_paid() {
    let mut desk = Desk::open();
    let html = desk.wallet("");
    assert!(html.contains("No address was issued yet") && html.contains("Nothing was paid out"), "{html}");
    let invoices: Vec<String> =
        (0..25).map(|n| order(&desk.shop, &json!({ "orderId": format!("A-<{n}>") }))).collect();
    let html = desk.wallet("");
    assert!(html.contains("a gap limit of at least <strong>25</strong>"), "{html}");
    assert!(html.contains("The first 25 addresses in a row were not paid."), "{html}");
    assert!(html.contains("Set your wallet") && html.contains("On the practice chain"), "{html}");
    assert_in_order(
        &html,
        &["Newest addresses", "Order A-&lt;24&gt;", "Nothing yet", "Order A-&lt;20&gt;", "All addresses"],
    );
    assert!(!html.contains("A-&lt;19&gt;"), "{html}");

    desk.server.pay(&invoices[12]);
    let html = desk.until_wallet("at least <strong>13</strong>");
    assert!(html.contains("The first 12 addresses in a row were not paid."), "{html}");
    assert!(html.contains("Yes: most wallets look 20 ahead"), "{html}");
    let ledger = words(&html, "ledger");
    assert_in_order(&ledger, &["Confirmed", "Waiting for a block", "0.0004", "Kept for payouts"]);
    desk.server.mine(1);
    let html = desk.until_wallet("1 coin<");
    assert!(html.contains(&format!("/stores/{}/wallet/coins", desk.store)), "{html}");

    let listed = desk.wallet("/addresses?below=13");
    assert_in_order(&listed, &["Order A-&lt;12&gt;", "0.0004", "Order A-&lt;0&gt;", "rel=\"prev\""]);
    assert!(!listed.contains("A-&lt;13&gt;") && !listed.contains("rel=\"next\""), "{listed}");
    assert!(desk.wallet("/addresses?below=0").contains("No addresses"));
    assert!(desk.wallet("/addresses?below=nonsense").contains("A-&lt;24&gt;"));
}

#[test]
fn a_payment_that_vanishes_leaves_its_address_unused() {
    let mut desk = Desk::open();
    let invoices: Vec<String> = (0..4).map(|_| order(&desk.shop, &json!({}))).collect();
    let txid = desk.server.pay(&invoices[3]);
    desk.until_wallet("The first 3 addresses");
    desk.server.run(&["sandbox", "double-spend", &txid]);
    desk.until_wallet("The first 4 addresses");
}

/// However many addresses there are, the pages cost the same: nothing of them is looked through.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is measured")]
fn a_hundred_thousand_addresses_cost_what_a_few_do() {
    let mut desk = Desk::open();
    let first = order(&desk.shop, &json!({}));
    desk.server.pay(&first);
    desk.until_wallet("1 coin<");
    let took = |desk: &mut Desk| {
        let mut all: Vec<Duration> = (0..20)
            .map(|_| {
                let start = Instant::now();
                desk.wallet("");
                desk.wallet("/addresses?below=60000");
                start.elapsed()
            })
            .collect();
        all.sort_unstable();
        all[10]
    };
    let few = took(&mut desk);
    assert_eq!(desk.server.stop(), 0);
    let mut sql = desk.server.sql();
    let wallet = sql.query("SELECT wallet_id FROM scripts", &[])[0].bytes(0).to_vec();
    let many = 100_000_u32;
    for thousand in 0..many / 1000 {
        let rows: Vec<String> = (1..=1000)
            .map(|n| {
                let index = thousand * 1000 + n;
                let script = hexadecimal(&desk.server, &format!("0014{index:040x}"));
                format!("('sandbox', {script}, $1, 'external', {index}, NULL)")
            })
            .collect();
        let insert = format!(
            "INSERT INTO scripts (network, script, wallet_id, keychain, wallet_index, invoice_id) VALUES {}",
            rows.join(", ")
        );
        sql.execute(&insert, &[Value::Bytes(wallet.clone())]);
    }
    sql.execute(
        "UPDATE wallets SET next_index = $2 WHERE id = $1",
        &[Value::Bytes(wallet), Value::Integer(i64::from(many) + 1)],
    );
    desk.server.restart();
    let html = desk.wallet("");
    assert!(html.contains("at least <strong>100000</strong>"), "{html}");
    let lots = took(&mut desk);
    println!("wallet and addresses: {few:?} with one address, {lots:?} with {many}");
    assert!(lots < few * 4 + Duration::from_millis(50), "{few:?} and {lots:?}");
}

/// Bytes as the engine writes them in a statement.
fn hexadecimal(server: &Server, digits: &str) -> String {
    let postgres = std::fs::read_to_string(server.data().join("specie.toml"))
        .is_ok_and(|file| file.contains("postgres"));
    if postgres { format!("'\\x{digits}'::bytea") } else { format!("x'{digits}'") }
}

/// A page without what is folded away, its tags and what they hold.
fn to_be_read(html: &str) -> String {
    let mut rest = html.split("<details class=\"fold\"");
    let mut seen = rest.next().unwrap_or_default().to_owned();
    for part in rest {
        seen += part.split_once("</details>").map_or("", |(_, after)| after);
    }
    seen.split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn words_of_specialists_stand_only_in_a_fold_where_a_merchant_begins() {
    let server = Server::start_with(
        EXE,
        &[
            "--network",
            "regtest",
            "--bitcoind-url",
            "http://127.0.0.1:9",
            "--bitcoind-user",
            "u",
            "--bitcoind-password",
            "p",
        ],
    );
    let link = until("the link", || std::fs::read_to_string(server.data().join("first-run")).ok());
    let path = link.trim().strip_prefix(server.url()).unwrap().to_owned();
    let mut newcomer = Browser::new(server.url());
    let mut pages = vec![newcomer.open(&path).body];
    server.create_user(OWNER);
    let mut browser = merchant(&server, OWNER);
    pages.push(browser.open("/stores").body);
    pages.push(browser.open("/stores/create").body);
    let fields = [("name", "Tea"), ("currency", "USD"), ("network", "regtest")];
    let wallet = browser.fill("/stores/create", "/stores/create", &fields);
    pages.push(wallet.body.clone());
    let action = wallet.body.split("action=\"").map(|rest| rest.split('"').next().unwrap());
    let action = action.filter(|to| to.ends_with("/wallet")).last().unwrap().to_owned();
    for key in ["nonsense", "", "xprv", &account_key("ann")] {
        pages.push(browser.fill(&action, &action, &[("key", key)]).body);
    }
    for page in &pages {
        let seen = to_be_read(page).to_lowercase();
        for word in ["derivation scheme", "xpub", "sat/vb", "descriptor scheme"] {
            assert!(!seen.contains(word), "{word}: {seen}");
        }
    }
    assert!(pages.last().unwrap().contains("Does your wallet show the same addresses?"));
    assert!(pages[3].contains("xpub"), "the fold has it");
}

#[test]
fn a_file_that_a_wallet_exports_is_read_as_it_is() {
    let mut desk = Desk::open();
    let path = format!("/stores/{}/wallet", desk.store);
    let key = account_key("ann");
    let plain = desk.browser.fill(&path, &path, &[("key", &key)]).body;
    let first = |html: &str| {
        html.split_once("data-copy=\"").map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
    };
    assert!(first(&plain).is_some(), "{plain}");
    let wasabi = json!({ "ExtPubKey": key, "MasterFingerprint": "73C5DA0A", "AccountKeyPath": "84'/1'/0'" });
    let coldcard =
        json!({ "chain": "XTN", "xfp": "73C5DA0A", "bip84": { "xpub": key, "deriv": "m/84'/1'/0'" } });
    for file in [wasabi.to_string(), coldcard.to_string(), serde_json::to_string_pretty(&coldcard).unwrap()] {
        let asked = desk.browser.fill(&path, &path, &[("key", &file)]).body;
        assert_eq!(first(&asked), first(&plain), "{asked}");
        assert!(asked.contains("73c5da0a"), "{asked}");
    }
    let secret = json!({ "keystore": { "xpub": key, "seed": "abandon" } }).to_string();
    let refused = desk.browser.fill(&path, &path, &[("key", &secret)]);
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains("Never paste them anywhere") && !refused.body.contains("abandon"),
        "{}",
        refused.body
    );
}
