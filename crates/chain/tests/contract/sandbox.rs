//! The contract on the sandbox, and what only the sandbox promises.

use bitcoin::{Amount, FeeRate, OutPoint, ScriptBuf, Transaction, Txid};
use specie_chain::{ChainSource, PayOptions, Reorg, Sandbox, SourceError};
use specie_core::chain::{BlockRef, Locator};
use specie_core::time::Timestamp;

use crate::shop::{Outputs, World, sats, script, spending};

crate::contract!(Sandboxed::start());

const NOW: Timestamp = Timestamp::from_secs(1_999_999_000);
const FILE: &str = "sandbox.jsonl";
const KEPT: &str = "sandbox.jsonl.kept";

pub struct Sandboxed {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
    now: Timestamp,
    /// Own scripts given out.
    own: u8,
}

impl Sandboxed {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::open(Some(&folder.path().join(FILE))).unwrap();
        Self { folder, sandbox, now: NOW, own: 0 }
    }
}

impl World for Sandboxed {
    fn set_clock(&mut self, now: Timestamp) {
        self.now = now;
    }

    fn source(&self) -> ChainSource {
        ChainSource::Sandbox(self.sandbox.another_reader())
    }

    fn pay(&mut self, outputs: Outputs, replaceable: bool) -> Txid {
        self.sandbox.pay_many(outputs, PayOptions { replaceable }, self.now).unwrap()
    }

    fn replace(&mut self, txid: Txid, outputs: Outputs) -> Txid {
        self.sandbox.replace(txid, outputs, self.now).unwrap()
    }

    fn double_spend(&mut self, txid: Txid) -> Txid {
        self.sandbox.double_spend(txid, self.now).unwrap()
    }

    fn own_script(&mut self) -> ScriptBuf {
        self.own += 1;
        script(100 + self.own)
    }

    fn spending(&mut self, coins: &[OutPoint], fee: Amount) -> Transaction {
        let value = |coin: &OutPoint| {
            let parent = self.sandbox.transaction(coin.txid).unwrap();
            parent.output[coin.vout as usize].value
        };
        spending(coins, coins.iter().map(value).sum::<Amount>() - fee)
    }

    fn mine(&mut self, blocks: u32) {
        self.sandbox.mine(blocks, self.now).unwrap();
    }

    fn mine_to(&mut self, script: ScriptBuf) {
        self.sandbox.mine_to(script, 1, self.now).unwrap();
    }

    fn reorg(&mut self, depth: u32, fate: Reorg) {
        self.sandbox.reorg(depth, fate, self.now).unwrap();
    }

    fn evict(&mut self, txid: Txid) {
        self.sandbox.evict(txid).unwrap();
    }

    fn lose_mempool(&mut self) {
        self.sandbox.clear_mempool().unwrap();
    }

    fn keep(&mut self) {
        std::fs::copy(self.folder.path().join(FILE), self.folder.path().join(KEPT)).unwrap();
    }

    fn restore(&mut self) {
        // A new file: whoever still reads the old one keeps it.
        let folder = self.folder.path();
        std::fs::rename(folder.join(KEPT), folder.join(FILE)).unwrap();
        self.sandbox = Sandbox::open(Some(&folder.join(FILE))).unwrap();
    }

    fn tip(&self) -> BlockRef {
        self.sandbox.tip()
    }
}

async fn everything(sandbox: &Sandbox) -> specie_core::chain::Update {
    let source = ChainSource::Sandbox(sandbox.another_reader());
    let watch =
        |number| specie_chain::Watch { script: script(number), rescan_from: Some(0), known: Vec::new() };
    source.watch((1..4).map(watch));
    source.sync(&specie_core::chain::Locator::default(), NOW).await.unwrap()
}

#[tokio::test]
async fn a_chain_on_disk_is_the_same_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.jsonl");
    let sandbox = Sandbox::open(Some(&path)).unwrap();
    let options = PayOptions::default();
    let first = sandbox.pay(script(1), sats(10_000), options, NOW).unwrap();
    sandbox.mine(2, NOW).unwrap();
    sandbox.pay(script(2), sats(20_000), options, NOW).unwrap();
    sandbox.replace(sandbox.pay(script(3), sats(1), options, NOW).unwrap(), vec![], NOW).unwrap();
    sandbox.reorg(2, Reorg::Return, NOW).unwrap();
    sandbox.evict(first).unwrap();
    let before = everything(&sandbox).await;
    assert!(matches!(Sandbox::open(Some(&path)), Err(SourceError::Storage { .. })), "locked");
    drop(sandbox);
    let sandbox = Sandbox::open(Some(&path)).unwrap();
    assert_eq!(everything(&sandbox).await, before);
    // Not only the past is the same: the next block is too.
    assert_eq!(sandbox.tip().height, 4);
    sandbox.mine(1, NOW).unwrap();
}

#[tokio::test]
async fn the_time_of_a_payment_is_exact_and_kept_and_now_if_an_old_file_lacks_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.jsonl");
    let sandbox = Sandbox::open(Some(&path)).unwrap();
    let at = Timestamp::from_millis(NOW.as_millis() - 1_234);
    let txid = sandbox.pay(script(1), sats(10_000), PayOptions::default(), at).unwrap();
    drop(sandbox);
    let sandbox = Sandbox::open(Some(&path)).unwrap();
    let seen = |update: &specie_core::chain::Update| {
        let receipts = &update.snapshots[0].receipts;
        receipts.iter().map(|receipt| (receipt.outpoint.txid, receipt.first_seen)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&everything(&sandbox).await), [(txid, at)]);
    drop(sandbox);
    let file = std::fs::read_to_string(&path).unwrap();
    let field = format!(r#","at":{}"#, at.as_millis());
    assert!(file.contains(&field), "{file}");
    std::fs::write(&path, file.replace(&field, "")).unwrap();
    let sandbox = Sandbox::open(Some(&path)).unwrap();
    assert_eq!(seen(&everything(&sandbox).await), [(txid, NOW)]);
}

#[tokio::test]
async fn its_fee_rates_never_change() {
    let rates = ChainSource::Sandbox(Sandbox::open(None).unwrap()).fees().await.unwrap();
    let in_vbytes = [rates.fast, rates.normal, rates.slow, rates.floor].map(FeeRate::to_sat_per_vb_ceil);
    assert_eq!(in_vbytes, [5, 2, 1, 1]);
}

#[tokio::test]
async fn a_torn_last_operation_never_happened() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.jsonl");
    let sandbox = Sandbox::open(Some(&path)).unwrap();
    sandbox.pay(script(1), sats(10_000), PayOptions::default(), NOW).unwrap();
    let before = everything(&sandbox).await;
    drop(sandbox);
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(br#"{"op":"leave","txids":["#).unwrap();
    drop(file);
    let sandbox = Sandbox::open(Some(&path)).unwrap();
    assert_eq!(everything(&sandbox).await, before);
    sandbox.mine(1, NOW).unwrap();
    let after = everything(&sandbox).await;
    drop(sandbox);
    assert_eq!(everything(&Sandbox::open(Some(&path)).unwrap()).await, after);
}

#[test]
fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.jsonl");
    std::fs::write(&path, "something else\n").unwrap();
    assert!(matches!(Sandbox::open(Some(&path)), Err(SourceError::Storage { .. })));
    std::fs::write(&path, "specie-sandbox 1\n{\"op\":\n").unwrap();
    let error = Sandbox::open(Some(&path)).unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
}

#[test]
fn any_amount_can_be_paid_at_once_and_often() {
    let sandbox = Sandbox::open(None).unwrap();
    let pay = |amount| sandbox.pay(script(1), amount, PayOptions::default(), NOW);
    for _ in 0..3 {
        pay(Amount::MAX_MONEY).unwrap();
        pay(sats(1)).unwrap();
    }
    assert!(matches!(pay(Amount::MAX_MONEY + sats(1)), Err(SourceError::Refused { .. })));
    for _ in 0..1500 {
        pay(sats(1_000)).unwrap();
    }
    sandbox.mine(1, NOW).unwrap();
    pay(Amount::MAX_MONEY).unwrap();
}

#[test]
fn blocks_are_real_and_every_one_is_new() {
    let sandbox = Sandbox::open(None).unwrap();
    let first = sandbox.mine(3, NOW).unwrap();
    let branch = sandbox.reorg(3, Reorg::Vanish, NOW).unwrap();
    assert_eq!(branch.len(), 4);
    let second = sandbox.reorg(4, Reorg::Vanish, NOW).unwrap();
    let mut all = [first, branch, second].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 3 + 4 + 5);
    assert!(sandbox.reorg(6, Reorg::Vanish, NOW).is_err(), "the fund stays");
}

#[tokio::test]
async fn a_payment_is_undone_alone_and_no_other_with_it() {
    let sandbox = Sandbox::open(None).unwrap();
    let pay = |n: u8| sandbox.pay(script(n), sats(1_000), PayOptions::default(), NOW).unwrap();
    let [first, second] = [pay(1), pay(2)];
    sandbox.mine(1, NOW).unwrap();
    let third = pay(3);
    sandbox.mine(2, NOW).unwrap();
    let pooled = || sandbox.mempool().iter().map(Transaction::compute_txid).collect::<Vec<_>>();
    let mined = |height: usize| {
        sandbox.blocks()[height].txdata[1..].iter().map(Transaction::compute_txid).collect::<Vec<_>>()
    };
    let tip = sandbox.tip();
    assert_eq!((mined(2), mined(3), pooled()), (vec![first, second], vec![third], vec![]));
    sandbox.undo(&[first], 3, NOW).unwrap();
    assert_eq!((mined(2), mined(3), pooled()), (vec![second], vec![third], vec![first]));
    assert_eq!(sandbox.tip().height, tip.height + 1);

    // What is spent by another payment's transaction would take that along.
    let change = OutPoint { txid: third, vout: 1 };
    let value = sandbox.transaction(third).unwrap().output[1].value;
    let child = spending(&[change], value - sats(1_000));
    sandbox.mine(1, NOW).unwrap();
    let source = ChainSource::Sandbox(sandbox.clone());
    source.broadcast(&child).await.unwrap();
    sandbox.mine(1, NOW).unwrap();
    let refused = sandbox.undo(&[third], 5, NOW);
    assert!(matches!(refused, Err(SourceError::Refused { .. })), "{refused:?}");
    for depth in [0, sandbox.tip().height] {
        assert!(sandbox.undo(&[third], depth, NOW).is_err(), "{depth}: the fund stays");
    }
}

#[tokio::test]
async fn every_action_is_a_hint_and_none_is_lost() {
    let sandbox = Sandbox::open(None).unwrap();
    let source = ChainSource::Sandbox(sandbox.clone());
    let hint = || tokio::time::timeout(std::time::Duration::from_secs(5), source.changed());
    let txid = sandbox.pay(script(1), sats(1_000), PayOptions::default(), NOW).unwrap();
    hint().await.unwrap();
    sandbox.mine(1, NOW).unwrap();
    sandbox.reorg(1, Reorg::Return, NOW).unwrap();
    hint().await.unwrap();
    sandbox.evict(txid).unwrap();
    hint().await.unwrap();
}

#[tokio::test]
async fn a_chain_is_known_by_any_block_that_it_ever_had_also_after_all_of_them_were_undone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let sandbox = Sandbox::open(Some(&file)).unwrap();
    sandbox.mine(1, NOW).unwrap();
    let locator = ChainSource::Sandbox(sandbox.clone()).sync(&Locator::default(), NOW).await.unwrap().locator;
    sandbox.reorg(1, Reorg::Vanish, NOW).unwrap();
    assert!(ChainSource::Sandbox(sandbox.clone()).is_of(&locator));
    drop(sandbox);
    assert!(ChainSource::Sandbox(Sandbox::open(Some(&file)).unwrap()).is_of(&locator), "after a restart");
    let other = Sandbox::open(None).unwrap();
    other.mine(2, NOW).unwrap();
    // The other chain's first blocks are as old and as empty; they are not the same if they follow others.
    other.reorg(2, Reorg::Vanish, NOW).unwrap();
    let elsewhere = ChainSource::Sandbox(other).sync(&Locator::default(), NOW).await.unwrap().locator;
    assert!(!ChainSource::Sandbox(Sandbox::open(Some(&file)).unwrap()).is_of(&elsewhere));
}
