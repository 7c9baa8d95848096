//! The contract on a real node in regtest, and what only a node can do wrong.

use std::collections::HashMap;
use std::time::Duration;

use bitcoin::consensus::encode::deserialize_hex;
use bitcoin::{Amount, FeeRate, Network, OutPoint, ScriptBuf, Transaction, Txid};
use serde_json::json;
use specie_chain::{Auth, Bitcoind, BitcoindConfig, ChainSource, Reorg, SourceError};
use specie_core::chain::{BlockRef, Broadcast, Locator};
use specie_core::time::Timestamp;
use specie_testkit::node::{RegtestNode, script_of};

use crate::shop::{Outputs, World, sats, script, spending};

crate::contract!(Noded::start());

const NOW: Timestamp = Timestamp::from_secs(2_000_000_000);

/// What a replacement pays more than the replaced one: enough for any relay rule.
const MORE: Amount = Amount::from_sat(20_000);

pub struct Noded {
    node: RegtestNode,
    sent: HashMap<Txid, Transaction>,
    /// The height that was kept.
    kept: u32,
}

fn config(node: &RegtestNode) -> BitcoindConfig {
    let _ = rustls::crypto::ring::default_provider().install_default();
    BitcoindConfig {
        url: node.rpc_url(),
        auth: Auth::CookieFile(node.cookie_file()),
        zmq: None,
        network: Network::Regtest,
        poll: Duration::from_millis(100),
    }
}

fn source(config: BitcoindConfig) -> ChainSource {
    ChainSource::Bitcoind(Bitcoind::new(config))
}

async fn sync_error(config: BitcoindConfig) -> SourceError {
    source(config).sync(&Locator::default(), NOW).await.unwrap_err()
}

impl Noded {
    fn start() -> Self {
        Self { node: RegtestNode::start(), sent: HashMap::new(), kept: 0 }
    }

    fn sent(&mut self, txid: Txid) -> Txid {
        self.sent.insert(txid, self.node.transaction(txid));
        txid
    }

    fn value(&self, tx: &Transaction) -> Amount {
        let spent = |input: &bitcoin::TxIn| {
            let parent = self.node.transaction(input.previous_output.txid);
            parent.output[input.previous_output.vout as usize].value
        };
        tx.input.iter().map(spent).sum()
    }

    fn best_hash(&self, height: u32) -> String {
        self.node.rpc("getblockhash", json!([height])).as_str().unwrap().to_owned()
    }

    fn pool(&self) -> Vec<Txid> {
        let listing = self.node.rpc("getrawmempool", json!([]));
        listing.as_array().unwrap().iter().map(|t| t.as_str().unwrap().parse().unwrap()).collect()
    }
}

impl World for Noded {
    fn set_clock(&mut self, now: Timestamp) {
        self.node.rpc("setmocktime", json!([now.as_secs()]));
    }

    fn source(&self) -> ChainSource {
        source(config(&self.node))
    }

    fn pay(&mut self, outputs: Outputs, replaceable: bool) -> Txid {
        let txid = self.node.pay(&outputs, replaceable);
        self.sent(txid)
    }

    fn replace(&mut self, txid: Txid, outputs: Outputs) -> Txid {
        let mut tx = self.sent[&txid].clone();
        let value = self.value(&tx);
        let fee = value - tx.output.iter().map(|output| output.value).sum() + MORE;
        tx.output = outputs
            .into_iter()
            .map(|(script_pubkey, value)| bitcoin::TxOut { script_pubkey, value })
            .collect();
        let change = value - fee - tx.output.iter().map(|output| output.value).sum();
        let script_pubkey = script_of(&self.node.new_address());
        tx.output.push(bitcoin::TxOut { script_pubkey, value: change });
        for input in &mut tx.input {
            input.witness.clear();
        }
        let hex = bitcoin::consensus::encode::serialize_hex(&tx);
        let txid = self.node.sign_and_send(&hex);
        self.sent(txid)
    }

    fn double_spend(&mut self, txid: Txid) -> Txid {
        self.replace(txid, vec![(script(200), sats(10_000))])
    }

    fn own_script(&mut self) -> ScriptBuf {
        script_of(self.node.rpc("getnewaddress", json!(["", "bech32"])).as_str().unwrap())
    }

    fn spending(&mut self, coins: &[OutPoint], fee: Amount) -> Transaction {
        let tx = spending(coins, Amount::ZERO);
        let tx = spending(coins, self.value(&tx) - fee);
        let hex = bitcoin::consensus::encode::serialize_hex(&tx);
        let signed = self.node.rpc("signrawtransactionwithwallet", json!([hex]));
        assert_eq!(signed["complete"], true, "{signed}");
        let tx: Transaction = deserialize_hex(signed["hex"].as_str().unwrap()).unwrap();
        self.sent.insert(tx.compute_txid(), tx.clone());
        tx
    }

    fn mine(&mut self, blocks: u32) {
        self.node.mine(blocks);
    }

    fn mine_to(&mut self, script: ScriptBuf) {
        let address = bitcoin::Address::from_script(&script, Network::Regtest).unwrap();
        self.node.rpc("generatetoaddress", json!([1, address.to_string()]));
    }

    fn reorg(&mut self, depth: u32, fate: Reorg) {
        let height = self.tip().height;
        let undone: Vec<Vec<String>> = (height + 1 - depth..=height)
            .map(|height| {
                let block = self.node.rpc("getblock", json!([self.best_hash(height), 1]));
                let txids = block["tx"].as_array().unwrap().iter().skip(1);
                let raw = txids.map(|t| self.node.rpc("getrawtransaction", json!([t, false])));
                raw.map(|hex| hex.as_str().unwrap().to_owned()).collect()
            })
            .collect();
        let stayed = self.pool();
        self.node.invalidate_block(&self.best_hash(height + 1 - depth));
        for transactions in undone {
            match fate {
                Reorg::Remine => self.node.mine_exactly(&transactions),
                Reorg::Return | Reorg::Vanish => self.node.mine_exactly(&[]),
            };
        }
        self.node.mine_exactly(&[]);
        if fate == Reorg::Vanish {
            let stayed: Vec<_> = stayed.iter().map(|txid| self.sent[txid].clone()).collect();
            self.node.restart(false);
            for tx in stayed {
                let hex = bitcoin::consensus::encode::serialize_hex(&tx);
                self.node.rpc("sendrawtransaction", json!([hex, 0]));
            }
        }
    }

    fn evict(&mut self, txid: Txid) {
        let mut stay = self.pool();
        stay.retain(|other| *other != txid);
        self.node.restart(false);
        for txid in stay {
            let hex = bitcoin::consensus::encode::serialize_hex(&self.sent[&txid]);
            self.node.rpc("sendrawtransaction", json!([hex, 0]));
        }
    }

    fn lose_mempool(&mut self) {
        self.node.restart(false);
    }

    fn keep(&mut self) {
        self.kept = self.tip().height;
    }

    fn restore(&mut self) {
        self.node.invalidate_block(&self.best_hash(self.kept + 1));
        // What the blocks held is in no old copy.
        self.node.restart(false);
    }

    fn tip(&self) -> BlockRef {
        let height = self.node.rpc("getblockcount", json!([])).to_string().parse().unwrap();
        BlockRef { height, hash: self.best_hash(height).parse().unwrap() }
    }
}

#[tokio::test]
async fn a_stopped_one_is_unreachable_and_its_return_with_a_new_cookie_is_noticed() {
    let mut node = RegtestNode::start_empty();
    let source = source(config(&node));
    let update = source.sync(&Locator::default(), NOW).await.unwrap();
    node.stop();
    let error = source.sync(&update.locator, NOW).await.unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "{error}");
    let mut by_password = config(&node);
    by_password.auth = Auth::Password { user: "someone".to_owned(), password: "x".to_owned().into() };
    let error = sync_error(by_password).await;
    assert!(matches!(error, SourceError::Unreachable { .. }), "{error}");
    node.restart(true);
    assert_eq!(source.sync(&update.locator, NOW).await.unwrap().tip, update.tip);
}

#[tokio::test]
async fn what_only_an_index_knows_of_a_stale_block_stands_nowhere() {
    let mut world = Noded::start();
    let parent = world.pay(vec![(script(1), sats(10_000))], true);
    world.mine(1);
    let change = json!([{ "txid": parent, "vout": 1 }]);
    let outputs = json!([{ world.node.new_address(): "49.9998" }]);
    let child = world.node.rpc("createrawtransaction", json!([change, outputs]));
    let child = world.node.sign_and_send(child.as_str().unwrap());
    world.sent(child);
    let (parent_tx, child_tx) = (world.sent[&parent].clone(), world.sent[&child].clone());
    world.node.invalidate_block(&world.best_hash(world.tip().height));
    world.node.mine_exactly(&[]);
    world.node.restart(false);
    let stale = world.node.rpc("getrawtransaction", json!([parent, true]));
    assert!(stale["blockhash"].is_string(), "the index still shows it: {stale}");

    let source = world.source();
    let child = source.broadcast(&child_tx).await.unwrap();
    assert!(matches!(child, Broadcast::Rejected(_)), "its parent is nowhere: {child:?}");
    assert_eq!(source.broadcast(&parent_tx).await.unwrap(), Broadcast::Accepted);
    assert_eq!(source.broadcast(&child_tx).await.unwrap(), Broadcast::Accepted);
    world.double_spend(parent);
    assert_eq!(source.broadcast(&parent_tx).await.unwrap(), Broadcast::Conflict);
    world.mine(1);
    assert_eq!(source.broadcast(&parent_tx).await.unwrap(), Broadcast::Conflict);
}

#[tokio::test]
async fn without_an_estimate_the_floor_of_its_mempool_is_every_rate() {
    let node = RegtestNode::start_with(&["-minrelaytxfee=0.00003333"]);
    let rates = source(config(&node)).fees().await.unwrap();
    let in_kwu = [rates.fast, rates.normal, rates.slow, rates.floor].map(FeeRate::to_sat_per_kwu);
    assert_eq!(in_kwu, [834; 4]);
}

#[tokio::test]
async fn a_refusal_that_is_no_conflict_is_told_in_its_words() {
    let mut world = Noded::start();
    let script = world.own_script();
    let txid = world.pay(vec![(script, sats(100_000))], false);
    let coin = OutPoint { txid, vout: 0 };
    let source = world.source();
    let refusal = async |tx: &Transaction| match source.broadcast(tx).await.unwrap() {
        Broadcast::Rejected(reason) => reason,
        other => panic!("{other:?}"),
    };
    let unpaid = world.spending(&[coin], sats(1));
    let reason = refusal(&unpaid).await;
    assert!(reason.contains("min relay fee not met"), "{reason}");
    let mut forged = world.spending(&[coin], sats(1_000));
    let good = forged.input[0].witness.to_vec();
    // Another amount than was signed.
    forged.output[0].value -= sats(1);
    let reason = refusal(&forged).await;
    assert!(reason.contains("script-verify-flag-failed"), "{reason}");
    forged.input[0].witness = bitcoin::Witness::from_slice(&good[..1]);
    let reason = refusal(&forged).await;
    assert!(reason.contains("script-verify-flag-failed"), "{reason}");
    forged.output[0].value = sats(200_000);
    let reason = refusal(&forged).await;
    assert!(reason.contains("bad-txns-in-belowout"), "{reason}");
}

#[tokio::test]
async fn a_wrong_password_is_unauthorized_and_a_wrong_network_is_named() {
    let node = RegtestNode::start_empty();
    let mut wrong = config(&node);
    wrong.auth = Auth::Password { user: "someone".to_owned(), password: "x".to_owned().into() };
    assert_eq!(sync_error(wrong).await, SourceError::Unauthorized);
    let wrong = BitcoindConfig { network: Network::Bitcoin, ..config(&node) };
    let (expected, found) = ("main".to_owned(), "regtest".to_owned());
    assert_eq!(sync_error(wrong).await, SourceError::WrongNetwork { expected, found });
}

#[tokio::test]
async fn without_any_message_the_poll_timer_alone_says_when_to_ask() {
    let node = RegtestNode::start_empty();
    // Nothing listens there: every message is lost.
    let zmq = Some("tcp://127.0.0.1:1".to_owned());
    let source = source(BitcoindConfig { zmq, ..config(&node) });
    for _ in 0..5 {
        tokio::time::timeout(Duration::from_secs(10), source.changed()).await.unwrap();
    }
}

#[tokio::test]
async fn a_message_says_when_to_ask_also_after_it_restarted() {
    let mut node = RegtestNode::start();
    let never = Duration::from_secs(3600);
    let zmq = Some(node.zmq_url());
    let source = source(BitcoindConfig { zmq, poll: never, ..config(&node) });
    let hint = || tokio::time::timeout(Duration::from_secs(20), source.changed());
    hint().await.expect("the poll timer's first");
    // The first of these may be the connection's; the others are the blocks'.
    for _ in 0..3 {
        node.mine(1);
        hint().await.expect("a block is announced");
    }
    node.restart(true);
    // The socket comes back by itself; until then messages are lost.
    let mut heard = 0;
    for _ in 0..40 {
        node.mine(1);
        let hint = tokio::time::timeout(Duration::from_secs(1), source.changed());
        heard += usize::from(hint.await.is_ok());
        if heard == 3 {
            return;
        }
    }
    panic!("no message after the restart");
}
