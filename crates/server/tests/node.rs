//! Invoices paid with real bitcoin of a regtest node: every script type, a replacement, and
//! reorganisations.

#[path = "time/aging.rs"]
#[expect(clippy::unwrap_used, reason = "what fails here fails the test")]
mod aging;

use bitcoin::{Amount, Denomination};
use serde_json::{Value, json};
use specie_testkit::node::RegtestNode;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;
use specie_testkit::wallet::account_key;

struct Scene {
    node: RegtestNode,
    server: Server,
}

impl Scene {
    fn new() -> Self {
        let node = RegtestNode::start();
        let server = Server::on_node(env!("CARGO_BIN_EXE_specie"), &node);
        Self { node, server }
    }

    /// A shop of a store that is paid into a wallet.
    fn shop(&self, name: &str, wallet: &str) -> Shop {
        let store = self.server.real_store(name, wallet);
        Shop::paired(&self.server, &store, name)
    }

    fn default_shop(&self) -> Shop {
        self.shop("shop", &account_key("shop"))
    }
}

fn invoice(shop: &Shop) -> (String, String, Amount) {
    let made = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let text = |key: &str| made[key].as_str().expect("a text").to_owned();
    let due = Amount::from_str_in(&text("btcPrice"), Denomination::Bitcoin).expect("an amount");
    assert_eq!(due, Amount::from_sat(40_000));
    (text("id"), text("bitcoinAddress"), due)
}

fn confirmations(invoice: &Value) -> Vec<u64> {
    let payments = invoice["transactions"].as_array().expect("a list");
    payments.iter().map(|payment| payment["confirmations"].as_u64().expect("a number")).collect()
}

#[test]
fn node_pays_each_script_type_from_new_to_complete() {
    let scene = Scene::new();
    let (one, two) = (account_key("one"), account_key("two"));
    let wallets = [
        ("segwit", account_key("segwit"), "bcrt1q"),
        ("nested", format!("{}-[p2sh]", account_key("nested")), "2"),
        ("legacy", format!("{}-[legacy]", account_key("legacy")), "mn"),
        ("taproot", format!("{}-[taproot]", account_key("taproot")), "bcrt1p"),
        ("descriptor", format!("wpkh({}/<0;1>/*)", account_key("descriptor")), "bcrt1q"),
        ("multisig", format!("wsh(sortedmulti(2,{one}/<0;1>/*,{two}/<0;1>/*))"), "bcrt1q"),
    ];
    let sales: Vec<_> = wallets
        .iter()
        .map(|(name, wallet, prefix)| {
            let shop = scene.shop(name, wallet);
            let (id, address, due) = invoice(&shop);
            let fits =
                if *prefix == "mn" { address.starts_with(['m', 'n']) } else { address.starts_with(prefix) };
            assert!(fits, "{name}: {address}");
            assert_eq!(shop.read(&id)["status"], "new");
            scene.node.send(&address, due);
            (shop, id)
        })
        .collect();
    for (status, blocks) in [("paid", 0), ("confirmed", 1), ("complete", 5)] {
        if blocks > 0 {
            scene.node.mine(blocks);
        }
        for (shop, id) in &sales {
            let shown = shop.until_status(id, status);
            assert_eq!(shown["exceptionStatus"], false);
            assert_eq!(shown["btcDue"], "0.00000000");
            assert_eq!(shown["btcPaid"], "0.00040000");
        }
    }
    assert_eq!(scene.server.run(&["verify"])["sound"], true);
}

#[test]
fn node_replaces_a_payment_and_only_the_new_amount_counts() {
    let scene = Scene::new();
    let shop = scene.default_shop();
    let (id, address, due) = invoice(&shop);
    let first = scene.node.send_replaceable(&address, due);
    shop.until_status(&id, "paid");

    // A bumped fee: the same payment, another transaction.
    let second = scene.node.bumpfee(first);
    let shown = until("the bumped payment", || {
        Some(shop.read(&id)).filter(|i| i["transactions"][0]["txid"] == second.to_string())
    });
    assert_eq!(shown["status"], "paid");
    assert_eq!(shown["btcPaid"], "0.00040000", "never both");
    scene.node.mine(1);
    let shown = shop.until_status(&id, "confirmed");
    assert_eq!(shown["transactions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn node_spends_a_payment_elsewhere_and_the_invoice_is_new_again() {
    let scene = Scene::new();
    let shop = scene.default_shop();
    let (id, address, due) = invoice(&shop);
    let paid = scene.node.send_replaceable(&address, due);
    shop.until_status(&id, "paid");
    scene.node.spend_elsewhere(paid);
    let shown = shop.until_status(&id, "new");
    assert_eq!(shown["btcPaid"], "0.00000000");
    assert_eq!(scene.server.run(&["verify"])["sound"], true);
}

#[test]
fn node_reorganises_one_and_two_blocks_and_the_payment_comes_back() {
    for depth in [1, 2] {
        let scene = Scene::new();
        let shop = scene.default_shop();
        let (id, address, due) = invoice(&shop);
        scene.node.send(&address, due);
        shop.until_status(&id, "paid");
        let blocks = scene.node.mine(depth);
        shop.until_status(&id, "confirmed");
        until("each confirmation", || {
            Some(confirmations(&shop.read(&id))).filter(|c| *c == [u64::from(depth)])
        });

        // Another branch without it, as high: the payment is in the mempool again. A confirmed invoice
        // does not flicker.
        scene.node.invalidate_block(&blocks[0]);
        for _ in 0..depth {
            scene.node.mine_exactly(&[]);
        }
        let shown = until("the payment's return to the mempool", || {
            Some(shop.read(&id)).filter(|i| confirmations(i) == [0])
        });
        assert_eq!(shown["status"], "confirmed", "depth {depth}");

        // The branch grows, and takes it in.
        scene.node.mine(1);
        until("the payment in the new branch", || Some(confirmations(&shop.read(&id))).filter(|c| *c == [1]));
        scene.node.mine(5);
        shop.until_status(&id, "complete");
        assert_eq!(scene.server.run(&["verify"])["sound"], true);
    }
}

#[test]
fn node_loses_a_confirmed_payment_to_a_conflict_in_another_branch() {
    for depth in [1, 2] {
        let scene = Scene::new();
        let shop = scene.default_shop();
        let (id, address, due) = invoice(&shop);
        let txid = scene.node.send_replaceable(&address, due);
        shop.until_status(&id, "paid");
        let blocks = scene.node.mine(depth);
        shop.until_status(&id, "confirmed");
        scene.node.invalidate_block(&blocks[0]);

        // In the new branch the same coins go elsewhere.
        scene.node.spend_elsewhere(txid);
        scene.node.mine(depth + 1);
        let shown = shop.until_status(&id, "invalid");
        assert_eq!(shown["btcPaid"], "0.00000000");
        assert_eq!(scene.server.run(&["verify"])["sound"], true);
    }
}

#[test]
fn node_has_a_payment_in_its_mempool_since_before_the_expiry_that_the_server_slept_through() {
    const HOUR: i64 = 3_600_000;
    let mut scene = Scene::new();
    let shop = scene.default_shop();
    let [intime, late] = [invoice(&shop), invoice(&shop)];
    let expiry = |id: &str| shop.read(id)["expirationTime"].as_i64().expect("milliseconds") - HOUR;
    let expiries = [expiry(&intime.0), expiry(&late.0)];
    scene.server.kill();
    // An hour goes by; both expire in it.
    let mut sql = scene.server.sql();
    for chain in sql.query("SELECT network, locator FROM chains", &[]) {
        let mut locator: Value = serde_json::from_str(&chain.text(1)).expect("a locator");
        locator["synced_at"] = json!(locator["synced_at"].as_i64().expect("a time") - HOUR);
        let older = [locator.to_string().as_str().into(), chain.text(0).as_str().into()];
        sql.execute("UPDATE chains SET locator = $1 WHERE network = $2", &older);
    }
    drop(sql);
    for ((id, address, due), seen) in [(&intime, expiries[0] / 1000 - 1), (&late, expiries[1] / 1000 + 1)] {
        aging::age(&scene.server, id, HOUR);
        scene.node.rpc("setmocktime", json!([seen]));
        scene.node.send(address, *due);
    }
    scene.server.restart();
    assert_eq!(shop.until_status(&intime.0, "paid")["exceptionStatus"], false);
    let late = until("the late payment", || {
        Some(shop.read(&late.0)).filter(|shown| shown["exceptionStatus"] == "paidLate")
    });
    assert_eq!(late["status"], "expired");
    assert_eq!(scene.server.run(&["verify"])["sound"], true);
}

#[test]
fn node_pays_while_the_server_is_down_and_it_catches_up() {
    let mut scene = Scene::new();
    let shop = scene.default_shop();
    let (id, address, due) = invoice(&shop);
    scene.server.kill();
    scene.node.send(&address, due);
    scene.node.mine(3);
    scene.server.restart();
    let shown = shop.until_status(&id, "confirmed");
    assert_eq!(shown["exceptionStatus"], false, "it was in time, by the block's own time");
    scene.node.mine(3);
    shop.until_status(&id, "complete");
}
