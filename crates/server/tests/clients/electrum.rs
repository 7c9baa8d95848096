//! A wallet that is not ours pays: Debian's Electrum reads what the checkout shows, with its own reader, makes and
//! signs the payment, and the node takes it. Offline: what it knows of the chain it is told by the test.

use std::process::Command;

use bitcoin::{Amount, Denomination, Transaction, consensus};
use serde_json::{Value, json};
use specie_testkit::http::get;
use specie_testkit::node::RegtestNode;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wallet::account_key;
use tempfile::TempDir;

use super::script;

const EXE: &str = env!("CARGO_BIN_EXE_specie");
const INSTALLED: &str = "Electrum is installed: `cargo xtask check` does it";

/// A wallet with a coin for each payment.
struct Electrum {
    folder: TempDir,
}

impl Electrum {
    fn new() -> Self {
        let electrum = Self { folder: tempfile::tempdir().expect("a folder") };
        electrum.run(&["create"]);
        electrum
    }

    fn run(&self, arguments: &[&str]) -> String {
        let done = Command::new("electrum")
            .args(["--regtest", "--offline", "--dir"])
            .arg(self.folder.path())
            .arg("--wallet")
            .arg(self.folder.path().join("wallet"))
            .args(arguments)
            .env("HOME", self.folder.path())
            .output()
            .expect(INSTALLED);
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&done.stderr));
        said.trim().to_owned()
    }

    /// Sends it a coin, and tells it.
    fn fund(&self, node: &RegtestNode, amount: Amount) {
        let addresses: Value =
            serde_json::from_str(&self.run(&["listaddresses", "--receiving", "--unused"])).expect("a list");
        let txid = node.send(addresses[0].as_str().expect("an address"), amount);
        node.mine(1);
        let raw = consensus::encode::serialize_hex(&node.transaction(txid));
        self.hear(&raw, &txid.to_string());
    }

    /// Tells it what happened: it asks nobody.
    fn hear(&self, raw: &str, txid: &str) {
        assert_eq!(self.run(&["addtransaction", raw]), txid);
    }

    /// What its own reader makes of a link.
    fn read(link: &str) -> Value {
        let done = Command::new("/usr/bin/python3")
            .arg(script("electrum_reads.py"))
            .arg(link)
            .output()
            .expect(INSTALLED);
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        serde_json::from_str(&said)
            .unwrap_or_else(|e| panic!("{link}: {e}: {said}{}", String::from_utf8_lossy(&done.stderr)))
    }

    /// Makes and signs a payment.
    fn pay(&self, address: &str, amount: Amount) -> Transaction {
        let btc = amount.to_string_in(Denomination::Bitcoin);
        let signed = self.run(&["payto", "--feerate", "5", address, &btc]);
        consensus::encode::deserialize_hex(&signed).unwrap_or_else(|e| panic!("{e}: {signed}"))
    }
}

/// The link of a checkout's button, and what is inside its QR code.
fn shown(server: &Server, id: &str) -> [String; 2] {
    let html = get(&format!("{}/i/{id}", server.url())).body;
    let href = html.split_once("href=\"bitcoin:").expect("a link").1.split('"').next().unwrap_or_default();
    let codes = super::qr::read_all(&html);
    [format!("bitcoin:{href}"), codes[0].clone()]
}

#[test]
fn electrum_reads_the_link_and_the_code_of_a_checkout_and_pays_it() {
    let node = RegtestNode::start();
    let server = Server::on_node(EXE, &node);
    let electrum = Electrum::new();
    for (kind, capitals) in [("", true), ("-[p2sh]", false)] {
        let wallet = format!("{}{kind}", account_key(&format!("electrum{kind}")));
        let shop = Shop::paired(&server, &server.real_store("Alder & Finch Books", &wallet), &wallet);
        // With an amount, and without one: then its owner types it.
        for price in [json!(20), Value::Null] {
            for which in 0..2 {
                let made = shop.invoice(&json!({ "price": price, "currency": "USD" }));
                let id = made["id"].as_str().expect("an id");
                let address = made["bitcoinAddress"].as_str().expect("an address");
                let link = &shown(&server, id)[which];
                assert_eq!(link.starts_with("BITCOIN:BCRT1"), which == 1 && capitals, "{link}");

                let read = Electrum::read(link);
                let paid_to = read["address"].as_str().expect("an address");
                assert!(paid_to == address || capitals && paid_to.eq_ignore_ascii_case(address), "{read}");
                let asked = (!price.is_null()).then_some(40_000);
                assert_eq!(read["amount"].as_u64(), asked, "{read}");

                electrum.fund(&node, Amount::from_sat(200_000));
                let tx = electrum.pay(paid_to, Amount::from_sat(asked.unwrap_or(50_000)));
                let hex = consensus::encode::serialize_hex(&tx);
                let txid = node.rpc("sendrawtransaction", json!([hex]));
                electrum.hear(&hex, txid.as_str().expect("a txid"));
                let sale = shop.until_status(id, "paid");
                assert_eq!(sale["transactions"][0]["txid"], txid, "{sale}");
                assert_eq!(sale["exceptionStatus"], false, "{sale}");
            }
        }
    }
    node.mine(1);
    assert_eq!(server.run(&["verify"])["sound"], true);
}
