//! A real node in regtest. What happens to its chain happens in it: blocks are invalidated and others
//! mined, its mempool expires, it is stopped and started.

use std::collections::HashMap;

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{Amount, Block, ScriptBuf, Transaction, TxIn, TxOut, Txid};
use serde_json::json;
use specie_chain::Reorg;
use specie_testkit::node::{RegtestNode, script_of};
use specie_testkit::server::Server;
use specie_testkit::wallet::account_key;

use super::EXE;
use super::reading::{Reading, block, pool, text};
use super::world::{Chain, Sale, World};

/// What a replacement pays more than the replaced one: enough for any relay rule.
const MORE: Amount = Amount::from_sat(20_000);
/// Takes any transaction below what the node relays and mines, in satoshis.
const WORTHLESS: i64 = -100_000_000;
/// The node forgets what was in its mempool for an hour.
const EXPIRY: &[&str] = &["-mempoolexpiry=1"];
const TWO_HOURS: i64 = 7_200;

pub struct Regtest {
    pub node: RegtestNode,
    sent: HashMap<Txid, Transaction>,
    /// The height that was kept.
    kept: u64,
    reading: Reading,
}

impl Regtest {
    fn height(&self) -> u64 {
        self.node.rpc("getblockcount", json!([])).as_u64().unwrap()
    }

    fn hash_at(&self, height: u64) -> String {
        text(&self.node.rpc("getblockhash", json!([height])))
    }

    fn sent(&mut self, txid: Txid) -> Txid {
        self.sent.insert(txid, self.node.transaction(txid));
        txid
    }

    /// As far as the node takes them: what depends on something that is gone is gone too.
    fn send_again(&self, txids: &[Txid]) {
        for txid in txids {
            let sent = json!([serialize_hex(&self.sent[txid]), 0]);
            let _ = self.node.try_rpc("sendrawtransaction", &sent);
        }
    }

    /// The same coins, another output, a higher fee.
    fn respend(&mut self, txid: Txid, script_pubkey: ScriptBuf, amount: Amount) -> Txid {
        let mut tx = self.sent[&txid].clone();
        let spent = |input: &TxIn| {
            let parent = self.node.transaction(input.previous_output.txid);
            parent.output[input.previous_output.vout as usize].value
        };
        let value: Amount = tx.input.iter().map(spent).sum();
        let paid: Amount = tx.output.iter().map(|output| output.value).sum();
        let change = value - (value - paid) - MORE - amount;
        let back = script_of(&self.node.new_address());
        tx.output =
            vec![TxOut { script_pubkey, value: amount }, TxOut { script_pubkey: back, value: change }];
        for input in &mut tx.input {
            input.witness.clear();
        }
        let txid = self.node.sign_and_send(&serialize_hex(&tx));
        self.sent(txid)
    }
}

impl Chain for Regtest {
    const NETWORK: &str = "regtest";

    fn open() -> (Self, Server, String) {
        let node = RegtestNode::start_with(EXPIRY);
        let server = Server::on_node(EXE, &node);
        let store = server.real_store("Alder & Finch Books", &account_key("shop"));
        (Self { node, sent: HashMap::new(), kept: 0, reading: Reading::default() }, server, store)
    }

    fn read(&self, _: &Server) -> (Vec<Block>, Vec<Transaction>) {
        self.reading.whole(&self.node)
    }
}

impl World for Regtest {
    fn pay(&mut self, _: &Server, sale: &Sale, amount: Amount) -> Txid {
        let txid = self.node.pay(&[(sale.script.clone(), amount)], true);
        self.sent(txid)
    }

    fn replace(&mut self, _: &Server, old: Txid, sale: &Sale, amount: Amount) -> Txid {
        self.respend(old, sale.script.clone(), amount)
    }

    fn double_spend(&mut self, _: &Server, txid: Txid) {
        let stranger = ScriptBuf::from_bytes([[0x00, 0x14].as_slice(), &[0x5a; 20]].concat());
        self.respend(txid, stranger, Amount::from_sat(10_000));
    }

    fn mine(&mut self, _: &Server, blocks: u32) {
        self.node.mine(blocks);
    }

    fn reorg(&mut self, _: &Server, depth: u32, fate: Reorg) {
        let height = self.height();
        let lowest = height + 1 - u64::from(depth);
        let undone: Vec<Block> =
            (lowest..=height).map(|height| block(&self.node, &self.hash_at(height))).collect();
        let stayed = pool(&self.node);
        self.node.invalidate_block(&self.hash_at(lowest));
        for block in undone {
            let held = block.txdata.iter().skip(1).map(serialize_hex).collect::<Vec<_>>();
            let again = if fate == Reorg::Remine { held } else { Vec::new() };
            self.node.mine_exactly(&again);
        }
        self.node.mine_exactly(&[]);
        if fate == Reorg::Vanish {
            self.node.restart(false);
            self.send_again(&stayed);
        }
    }

    fn evict(&mut self, _: &Server, txid: Txid) {
        self.node.rpc("prioritisetransaction", json!([txid, 0, WORTHLESS]));
        if let Ok(entry) = self.node.try_rpc("getmempoolentry", &json!([txid])) {
            self.node.rpc("setmocktime", json!([entry["time"].as_i64().unwrap() + TWO_HOURS]));
            // It looks through its mempool when something new comes in.
            self.node.send(&self.node.new_address(), MORE);
        }
        assert!(!pool(&self.node).contains(&txid), "it is out");
    }

    fn readmit(&mut self, txid: Txid) {
        self.node.rpc("prioritisetransaction", json!([txid, 0, -WORTHLESS]));
    }

    fn forget_mempool(&mut self, _: &Server) {
        self.node.restart(false);
    }

    fn keep(&mut self, _: &Server) {
        self.kept = self.height();
    }

    fn restore(&mut self, _: &Server) {
        self.node.invalidate_block(&self.hash_at(self.kept + 1));
        // What the blocks held is in no old copy.
        self.node.restart(false);
    }
}
