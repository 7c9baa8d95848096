//! A refund with real bitcoin of a regtest node: asked through BitPay's API, signed by the wallet of another
//! node that has the keys and no chain, as a hardware wallet has, and mined. The server is killed at every
//! step, and there is one transaction all the same.

use std::thread;

use bitcoin::{Amount, Denomination};
use serde_json::{Value, json};
use specie_testkit::http::Reply;
use specie_testkit::node::RegtestNode;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;
use specie_testkit::wallet::{account_key, account_secret};

use super::browser::{Browser, merchant};

const PAID: u64 = 40_000;
const BACK: u64 = 15_000;

struct Scene {
    node: RegtestNode,
    signer: RegtestNode,
    server: Server,
    store: String,
    shop: Shop,
    browser: Browser,
    /// Whether the server is killed at every step.
    killed: bool,
}

impl Scene {
    fn open(killed: bool) -> Self {
        let (node, signer) = (RegtestNode::start(), RegtestNode::start_empty());
        let server = Server::on_node(env!("CARGO_BIN_EXE_specie"), &node);
        let store = server.real_store("Corner shop", &account_key("payouts"));
        let shop = Shop::paired(&server, &store, "payouts");
        let browser = merchant(&server, OWNER);
        let scene = Self { node, signer, server, store, shop, browser, killed };
        scene.give_keys();
        scene
    }

    /// The signer gets the keys of the store's wallet.
    fn give_keys(&self) {
        self.signer.rpc("createwallet", json!(["hardware", false, true]));
        let one = |keychain: u32| {
            let text = format!("wpkh({}/{keychain}/*)", account_secret("payouts"));
            let checksum = self.signer.rpc("getdescriptorinfo", json!([text]))["checksum"].clone();
            let text = format!("{text}#{}", checksum.as_str().unwrap());
            json!({ "desc": text, "timestamp": "now", "range": [0, 20], "internal": keychain == 1 })
        };
        let imported = self.signer.rpc("importdescriptors", json!([[one(0), one(1)]]));
        assert!(imported.as_array().unwrap().iter().all(|one| one["success"] == true), "{imported}");
    }

    /// Does a step; if the server is to be killed, it is killed in the middle of it, started again, asked
    /// again, and killed after its answer.
    fn step(&mut self, ask: impl Fn(&Shop, &mut Browser) -> Reply + Send + Sync) -> Reply {
        if self.killed {
            let mut browser =
                Browser { server: self.browser.server.clone(), cookie: self.browser.cookie.clone() };
            thread::scope(|scope| {
                let (shop, ask) = (&self.shop, &ask);
                // No answer may come.
                let asking = scope.spawn(move || drop(ask(shop, &mut browser)));
                self.server.kill();
                drop(asking.join());
            });
            self.server.restart();
        }
        let reply = ask(&self.shop, &mut self.browser);
        if self.killed {
            self.server.restart();
        }
        reply
    }

    fn count(&self, sql: &str) -> i64 {
        self.server.sql().query(sql, &[])[0].integer(0)
    }

    /// What lies at an address, in satoshis, of blocks alone.
    fn received(&self, address: &str) -> Amount {
        amount(&self.node.rpc("getreceivedbyaddress", json!([address, 1])))
    }

    /// What the chain holds for the store's wallet.
    fn in_wallet(&self) -> Amount {
        let descriptors = json!([{ "desc": format!("wpkh({}/0/*)", account_key("payouts")), "range": 20 },
            { "desc": format!("wpkh({}/1/*)", account_key("payouts")), "range": 20 }]);
        amount(&self.node.rpc("scantxoutset", json!(["start", descriptors]))["total_amount"])
    }

    fn ledger(&self) -> Amount {
        let ledgers = self.shop.get("/ledgers").data();
        amount(&ledgers[0]["balance"])
    }
}

/// An amount as a JSON number shows it.
fn amount(number: &Value) -> Amount {
    Amount::from_str_in(&number.to_string(), Denomination::Bitcoin).unwrap()
}

fn refunded(killed: bool) {
    let mut scene = Scene::open(killed);
    let made = scene.shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let (id, address) = (made["id"].as_str().unwrap().to_owned(), made["bitcoinAddress"].as_str().unwrap());
    scene.node.send(address, Amount::from_sat(PAID));
    scene.shop.until_status(&id, "paid");
    scene.node.mine(6);
    let complete = scene.shop.until_status(&id, "complete");

    let back_to = scene.node.new_address();
    let token = complete["token"].as_str().unwrap().to_owned();
    let question = json!({ "token": token, "guid": "return 7", "amount": 0.00015, "currency": "BTC",
        "bitcoinAddress": back_to });
    let path = format!("/invoices/{id}/refunds");
    let refund = scene.step(|shop, _| shop.post(&path, &question)).data();
    assert_eq!(refund["status"], "pending");
    assert_eq!(scene.count("SELECT count(*) FROM refunds"), 1, "asked twice, it is one");

    let payouts = format!("/stores/{}/payouts", scene.store);
    let refund_id = refund["id"].as_str().unwrap().to_owned();
    let (page, fields) = (payouts.clone(), [("refund", refund_id.as_str()), ("speed", "own"), ("rate", "3")]);
    let built = scene.step(|_, browser| {
        let list = browser.open(&page);
        // Somebody whose first click was not answered looks whether it was done.
        if list.body.contains(&refund_id) { browser.fill(&page, &page, &fields) } else { list }
    });
    assert_eq!(built.status, 200, "{}", built.body);
    assert_eq!(scene.count("SELECT count(*) FROM spends"), 1);
    let spend = bitcoin::base58::encode(scene.server.sql().query("SELECT id FROM spends", &[])[0].bytes(0));

    let page = format!("{payouts}/{spend}");
    let psbt = scene.step(|_, browser| browser.get(&format!("{page}/psbt.txt"))).body;
    let signed = scene.signer.rpc("walletprocesspsbt", json!([psbt.trim(), true, "ALL", true, true]));
    let signed = signed["psbt"].as_str().unwrap().to_owned();
    let sign = format!("{page}/sign");
    let taken = scene.step(|_, browser| browser.fill(&page, &sign, &[("psbt", &signed)]));
    assert_eq!(taken.status, 200, "{}", taken.body);

    let txid = until("the transaction being in the mempool", || {
        let mempool = scene.node.rpc("getrawmempool", json!([]));
        Some(mempool[0].as_str()?.to_owned())
    });
    scene.node.mine(1);
    let one = format!("{path}/{refund_id}?token={token}");
    scene.step(|shop, _| shop.get(&one));
    let paid = until("the refund being paid", || {
        let refund = scene.shop.get(&one).data();
        (refund["status"] == "success").then_some(refund)
    });
    assert_eq!(paid["id"], refund["id"]);

    let fee = u64::try_from(scene.count("SELECT fee FROM spends")).unwrap();
    assert_eq!(scene.received(&back_to), Amount::from_sat(BACK), "once, to the satoshi");
    assert_eq!(scene.in_wallet(), Amount::from_sat(PAID - BACK - fee));
    assert_eq!(scene.ledger(), Amount::from_sat(PAID - BACK - fee));
    assert_eq!(scene.count("SELECT count(*) FROM spends WHERE signed_tx IS NOT NULL"), 1);
    scene.node.mine(5);
    scene.step(|shop, _| shop.get(&one));
    until("its being final", || (scene.count("SELECT followed FROM spends") == 0).then_some(()));
    let (mined, in_wallet) = (scene.node.transaction(txid.parse().unwrap()), scene.in_wallet());
    assert_eq!(mined.input.len(), 1);
    assert_eq!(in_wallet, scene.ledger());
    assert_eq!(scene.server.stop(), 0);
    let verified = scene.server.run(&["verify"]);
    assert_eq!(verified["problems"], json!([]), "{verified}");
}

#[test]
fn a_refund_is_asked_signed_elsewhere_mined_and_paid_to_the_satoshi() {
    refunded(false);
}

#[test]
fn killed_at_every_step_the_server_pays_a_refund_by_one_transaction() {
    refunded(true);
}
