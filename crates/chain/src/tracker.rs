//! The tracker: from blocks and mempool listings to snapshots of scripts. Pure and synchronous.
//!
//! It never asks a node, reads a clock or decides what a payment is worth. What it holds is a
//! cache of what follows from (locator, known receipts, chain, mempool): any part of it may be
//! wrong after a sync that did not finish, up to the height `unfinished_from`, and is made right
//! by scanning from there again. Scanning a block or a transaction twice changes nothing.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bitcoin::{OutPoint, Transaction, Txid};
use specie_core::chain::{BlockRef, Position, Remembered, Snapshot, Spend};
use specie_core::time::Timestamp;

use crate::Watch;
use crate::coins::Coins;
use crate::index::{ScriptIndex, ScriptKey};
use crate::raw::{RawBlock, RawError};
use crate::receipts::{Contests, Known, ScriptReceipts, inputs};

/// Everything known of the watched scripts.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    index: ScriptIndex,
    /// Only scripts that have receipts.
    scripts: HashMap<ScriptKey, ScriptReceipts>,
    /// Scripts with a receipt in a block of this height, or with one that such a block spends.
    by_height: BTreeMap<u32, HashSet<ScriptKey>>,
    /// Scripts with a receipt that is in no block, or that the mempool spends: their state may change
    /// with the mempool.
    open: HashSet<ScriptKey>,
    /// Scripts changed by a block since the last report.
    touched: HashSet<ScriptKey>,
    contests: Contests,
    coins: Coins,
    /// Receipts found since the last report: what was read before may spend them.
    found: Vec<OutPoint>,
    /// Transactions of the node's mempool that were read.
    mempool: HashSet<Txid>,
    /// Watches with known receipts wait for the next sync: their receipts are as of its locator,
    /// which a running one has left behind.
    pending: Vec<Watch>,
    /// Blocks from here up are to be read once more, for scripts watched late.
    rescan_from: Option<u32>,
    /// The lowest block that a sync touched which has not finished.
    unfinished_from: Option<u32>,
    reread_mempool: bool,
}

impl Tracker {
    /// Watches a script from now on.
    pub(crate) fn watch(&mut self, watch: Watch) {
        let watched = watch.known.is_empty() && self.index.find(&watch.script).is_some();
        if let Some(height) = watch.rescan_from.filter(|_| !watched) {
            self.rescan_above(height);
        }
        if watch.known.is_empty() {
            self.index.insert(ScriptKey::of(&watch.script));
        } else {
            self.reread_mempool = true;
            if let Some(height) = self.unfinished_from {
                self.rescan_above(height);
            }
            self.pending.push(watch);
        }
    }

    fn rescan_above(&mut self, height: u32) {
        self.reread_mempool = true;
        self.rescan_from = Some(self.rescan_from.map_or(height, |lowest| lowest.min(height)));
    }

    /// Whether something waits for the next sync that no block or transaction will announce.
    pub(crate) fn is_waiting(&self) -> bool {
        self.reread_mempool
    }

    /// Forgets what blocks above the fork said, and returns the height to scan from. `resume`:
    /// what an earlier sync left unfinished, and late watches, are taken up as well.
    pub(crate) fn rewind(&mut self, fork: u32, resume: bool) -> u32 {
        let mut from = fork + 1;
        if resume {
            self.admit_pending();
            from = from.min(self.rescan_from.take().unwrap_or(from));
            from = from.min(self.unfinished_from.unwrap_or(from));
        }
        self.unfinished_from = Some(self.unfinished_from.map_or(from, |lowest| lowest.min(from)));
        let reread = std::mem::take(&mut self.reread_mempool);
        // A receipt that fell out of a block may long have a rival in the mempool.
        if self.unmine(from) || reread {
            self.mempool.clear();
        }
        from
    }

    fn admit_pending(&mut self) {
        for watch in std::mem::take(&mut self.pending) {
            let key = ScriptKey::of(&watch.script);
            self.index.insert(key);
            for Remembered { receipt, there } in watch.known {
                let (outpoint, spent) = (receipt.outpoint, receipt.spent);
                if !pays(&receipt.raw_tx, outpoint, &watch.script) {
                    tracing::warn!(%outpoint, "a known receipt does not pay its script; ignored");
                    continue;
                }
                let mined = match receipt.position {
                    Position::Block(block) if there => Some(block),
                    Position::Block(_) | Position::Mempool => None,
                };
                let first_seen = receipt.first_seen;
                let known = Known { tx: receipt.raw_tx, first_seen, mined, reported: true };
                // One that was not there is news if it is now.
                if self.add(key, outpoint, known) && there {
                    self.scripts.entry(key).and_modify(|script| {
                        script.already_reported(outpoint, receipt.position, spent);
                    });
                    self.remember_spend(key, outpoint, spent);
                }
            }
        }
    }

    /// Takes what the caller knows to spend a receipt. Whether the mempool still does, it has to show.
    fn remember_spend(&mut self, key: ScriptKey, coin: OutPoint, spent: Option<Spend>) {
        match spent {
            Some(spend @ Spend { position: Position::Block(_), .. }) => self.spend(key, coin, spend),
            Some(Spend { position: Position::Mempool, .. }) => drop(self.open.insert(key)),
            None => {}
        }
    }

    fn spend(&mut self, key: ScriptKey, coin: OutPoint, spend: Spend) {
        self.coins.spend(coin, spend);
        if let Position::Block(block) = spend.position {
            self.by_height.entry(block.height).or_default().insert(key);
        }
    }

    /// Adds a receipt that is not known yet.
    fn add(&mut self, key: ScriptKey, outpoint: OutPoint, known: Known) -> bool {
        let vout = usize::try_from(outpoint.vout).unwrap_or(usize::MAX);
        let script = self
            .scripts
            .entry(key)
            .or_insert_with(|| ScriptReceipts::new(known.tx.output[vout].script_pubkey.clone()));
        if script.receipts.contains_key(&outpoint) {
            return false;
        }
        match known.mined {
            Some(block) => {
                self.by_height.entry(block.height).or_default().insert(key);
            }
            None => {
                self.open.insert(key);
                claim(&mut self.contests, &known.tx);
            }
        }
        script.receipts.insert(outpoint, known);
        self.coins.insert(outpoint, key);
        true
    }

    /// Takes receipts and spends of blocks at `from` and above off the chain. True if there were
    /// receipts, or spends of them.
    fn unmine(&mut self, from: u32) -> bool {
        let undone = self.by_height.split_off(&from);
        for key in undone.values().flatten() {
            let Some(script) = self.scripts.get_mut(key) else { continue };
            for (outpoint, known) in &mut script.receipts {
                self.coins.undo(outpoint, from);
                if known.mined.is_some_and(|block| block.height >= from) {
                    known.mined = None;
                    claim(&mut self.contests, &known.tx);
                }
            }
            self.open.insert(*key);
        }
        for contest in self.contests.values_mut() {
            for height in contest.spenders.values_mut() {
                *height = height.filter(|height| *height < from);
            }
        }
        !undone.is_empty()
    }

    /// Scans a block that follows the last one scanned.
    pub(crate) fn scan_block(
        &mut self,
        at: BlockRef,
        block: &RawBlock,
        first_seen: Timestamp,
    ) -> Result<(), RawError> {
        let before = self.found.len();
        // What is contested becomes less by a block, never more: one look is enough.
        let matters = block.matters(&self.index, |spent| {
            self.coins.owner(spent).is_some() || self.contests.contains_key(spent)
        })?;
        for tx in &matters {
            self.scan(tx, Some(at), first_seen);
        }
        // What nobody knew of before this block may be spent in it.
        let found: HashSet<OutPoint> = self.found[before..].iter().copied().collect();
        if !found.is_empty() {
            for tx in &block.spending(|spent| found.contains(spent))? {
                self.scan(tx, Some(at), first_seen);
            }
        }
        Ok(())
    }

    /// Takes the mempool's listing, and returns the transactions that must be read.
    pub(crate) fn list_mempool(&mut self, listing: Vec<Txid>) -> Vec<Txid> {
        let mut still_there = HashSet::with_capacity(listing.len());
        let mut unread = Vec::new();
        for txid in listing {
            if self.mempool.contains(&txid) {
                still_there.insert(txid);
            } else {
                unread.push(txid);
            }
        }
        self.mempool = still_there;
        self.coins.keep_pooled(&self.mempool);
        for contest in self.contests.values_mut() {
            let mempool = &self.mempool;
            contest.spenders.retain(|txid, height| height.is_some() || mempool.contains(txid));
        }
        unread
    }

    /// Whether a scan of this transaction would find a receipt that is not known.
    pub(crate) fn is_news(&self, tx: &Transaction) -> bool {
        // Hashing takes a while: only for a transaction that matters, and once.
        let txid = LazyCell::new(|| tx.compute_txid());
        (0u32..).zip(&tx.output).any(|(vout, output)| {
            let Some(key) = self.index.find(&output.script_pubkey) else { return false };
            let outpoint = || OutPoint { txid: *txid, vout };
            !self.scripts.get(&key).is_some_and(|script| script.receipts.contains_key(&outpoint()))
        })
    }

    /// Scans a transaction of the mempool.
    pub(crate) fn scan_unconfirmed(&mut self, tx: &Transaction, first_seen: Timestamp) {
        self.mempool.insert(tx.compute_txid());
        self.scan(tx, None, first_seen);
    }

    fn scan(&mut self, tx: &Transaction, at: Option<BlockRef>, first_seen: Timestamp) {
        let txid = LazyCell::new(|| tx.compute_txid());
        for input in inputs(tx) {
            if let Some(contest) = self.contests.get_mut(&input) {
                let height = contest.spenders.entry(*txid).or_default();
                *height = at.map(|block| block.height).or(*height);
            }
            if let Some(key) = self.coins.owner(&input) {
                let position = at.map_or(Position::Mempool, Position::Block);
                self.spend(key, input, Spend::of(tx, *txid, position));
                self.touched.insert(key);
            }
        }
        let shared = LazyCell::new(|| Arc::new(tx.clone()));
        for (vout, output) in (0u32..).zip(&tx.output) {
            let Some(key) = self.index.find(&output.script_pubkey) else { continue };
            let outpoint = OutPoint { txid: *txid, vout };
            let known = Known { tx: Arc::clone(&shared), first_seen, mined: at, reported: false };
            if self.add(key, outpoint, known) {
                self.found.push(outpoint);
            } else if let Some(block) = at {
                self.mine(key, outpoint, block);
            }
            self.touched.insert(key);
        }
    }

    /// Puts a known receipt into a block.
    fn mine(&mut self, key: ScriptKey, outpoint: OutPoint, block: BlockRef) {
        let known = self.scripts.get_mut(&key).and_then(|s| s.receipts.get_mut(&outpoint));
        let Some(known) = known else { return };
        if known.mined.replace(block).is_none() {
            release(&mut self.contests, &known.tx);
        }
        self.by_height.entry(block.height).or_default().insert(key);
    }

    /// Whether an output of this transaction is a receipt on the best chain.
    pub(crate) fn is_mined(&self, tx: &Transaction) -> bool {
        let txid = tx.compute_txid();
        (0u32..).zip(&tx.output).any(|(vout, output)| {
            let script = self.index.find(&output.script_pubkey).and_then(|k| self.scripts.get(&k));
            let known = script.and_then(|script| script.receipts.get(&OutPoint { txid, vout }));
            known.is_some_and(|known| known.mined.is_some())
        })
    }

    /// Receipts found since the last report that nothing seems to spend. What spends one may have been
    /// read while it was not known: it came in a block, or stood behind in the mempool's listing.
    pub(crate) fn found_unspent(&self) -> Vec<OutPoint> {
        let found = self.found.iter().copied();
        found.filter(|coin| self.coins.owner(coin).is_some() && self.coins.spent(coin).is_none()).collect()
    }

    /// A transaction of the mempool spends a receipt. One that was not read yet is left to the listing
    /// that finds it, for what else it may be.
    pub(crate) fn spent_unconfirmed(&mut self, coin: OutPoint, by: Txid) {
        if let Some(key) = self.coins.owner(&coin).filter(|_| self.mempool.contains(&by)) {
            self.spend(key, coin, Spend::new(by, Position::Mempool));
            self.touched.insert(key);
        }
    }

    /// Ends a sync: what differs from the last report, ordered by script.
    pub(crate) fn finish(&mut self) -> Vec<Snapshot> {
        self.unfinished_from = None;
        self.found.clear();
        let keys: BTreeSet<ScriptKey> = self.touched.drain().chain(self.open.drain()).collect();
        let mut snapshots = Vec::new();
        for key in keys {
            let Some(script) = self.scripts.get_mut(&key) else { continue };
            for outpoint in script.never_reported(&self.mempool) {
                if let Some(known) = script.receipts.remove(&outpoint) {
                    release(&mut self.contests, &known.tx);
                    self.coins.remove(&outpoint);
                }
            }
            snapshots.extend(script.report(&self.mempool, &self.contests, &self.coins));
            let mut receipts = script.receipts.iter();
            if receipts.any(|(coin, known)| known.mined.is_none() || self.coins.is_open(coin)) {
                self.open.insert(key);
            }
            if script.receipts.is_empty() {
                self.scripts.remove(&key);
            }
        }
        snapshots.sort_by(|a, b| a.script.cmp(&b.script));
        snapshots
    }
}

fn pays(tx: &Transaction, outpoint: OutPoint, script: &bitcoin::Script) -> bool {
    let output = usize::try_from(outpoint.vout).ok().and_then(|vout| tx.output.get(vout));
    output.is_some_and(|output| output.script_pubkey.as_script() == script)
}

/// An unconfirmed receipt spends these outputs: see who else does.
fn claim(contests: &mut Contests, tx: &Transaction) {
    for input in inputs(tx) {
        contests.entry(input).or_default().claims += 1;
    }
}

fn release(contests: &mut Contests, tx: &Transaction) {
    for input in inputs(tx) {
        if let Some(contest) = contests.get_mut(&input) {
            contest.claims = contest.claims.saturating_sub(1);
            if contest.claims == 0 {
                contests.remove(&input);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;
    use bitcoin::{Amount, Block, BlockHash, Network, ScriptBuf, TxIn, TxOut};

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000);

    fn script() -> ScriptBuf {
        ScriptBuf::from_bytes(vec![7; 22])
    }

    fn watch(known: Vec<Remembered>) -> Watch {
        Watch { script: script(), rescan_from: None, known }
    }

    /// Spends one and the same output; `value` makes it another transaction.
    fn tx(value: u64, script_pubkey: ScriptBuf) -> Transaction {
        let previous_output = OutPoint { txid: Txid::all_zeros(), vout: 1 };
        let output = TxOut { value: Amount::from_sat(value), script_pubkey };
        Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: bitcoin::absolute::LockTime::ZERO,
            input: vec![TxIn { previous_output, ..TxIn::default() }],
            output: vec![output],
        }
    }

    fn block(height: u32, branch: u8, txdata: Vec<Transaction>) -> (BlockRef, RawBlock) {
        let hash = BlockHash::from_byte_array([branch; 32]);
        let header = bitcoin::constants::genesis_block(Network::Regtest).header;
        (BlockRef { height, hash }, RawBlock::from(&Block { header, txdata }))
    }

    #[test]
    fn a_sync_that_failed_on_one_branch_is_taken_up_below_the_fork_of_the_next() {
        let mut tracker = Tracker::default();
        tracker.watch(watch(Vec::new()));
        assert_eq!(tracker.rewind(100, true), 101);
        let (at, block) = block(101, b'b', vec![tx(1, script())]);
        tracker.scan_block(at, &block, NOW).unwrap();
        // The sync fails here, and the chain goes back to the branch that the locator names.
        assert_eq!(tracker.rewind(102, true), 101);
        tracker.list_mempool(Vec::new());
        assert_eq!(tracker.finish(), []);
        assert_eq!(tracker.rewind(102, true), 103);
    }

    #[test]
    fn a_receipt_that_came_and_went_before_any_report_never_was() {
        let mut tracker = Tracker::default();
        tracker.watch(watch(Vec::new()));
        tracker.rewind(100, true);
        tracker.scan_unconfirmed(&tx(1, script()), NOW);
        tracker.rewind(100, true);
        let rival = tx(2, ScriptBuf::new());
        assert_eq!(tracker.list_mempool(vec![rival.compute_txid()]), [rival.compute_txid()]);
        tracker.scan_unconfirmed(&rival, NOW);
        assert_eq!(tracker.finish(), []);
        assert!(tracker.scripts.is_empty() && tracker.contests.is_empty() && tracker.coins.is_empty());
    }

    /// Pays the script, and is spent.
    fn coin_and_spend() -> (OutPoint, Transaction, Transaction) {
        let paying = tx(1, script());
        let coin = OutPoint { txid: paying.compute_txid(), vout: 0 };
        let mut spending = tx(1, ScriptBuf::new());
        spending.input[0].previous_output = coin;
        (coin, paying, spending)
    }

    #[test]
    fn a_spend_that_is_listed_before_its_coin_is_asked_for() {
        let (coin, paying, spending) = coin_and_spend();
        let by = spending.compute_txid();
        let mut tracker = Tracker::default();
        tracker.watch(watch(Vec::new()));
        tracker.rewind(100, true);
        tracker.scan_unconfirmed(&spending, NOW);
        tracker.scan_unconfirmed(&paying, NOW);
        assert_eq!(tracker.found_unspent(), [coin]);
        tracker.spent_unconfirmed(coin, Txid::all_zeros());
        assert_eq!(tracker.found_unspent(), [coin], "one that was not read is not taken");
        tracker.spent_unconfirmed(coin, by);
        assert_eq!(tracker.found_unspent(), []);
        let spent = tracker.finish().remove(0).receipts[0].spent;
        assert_eq!(spent, Some(Spend::new(by, Position::Mempool)));
    }

    #[test]
    fn a_spend_of_a_branch_that_no_sync_finished_on_never_was() {
        let (_, paying, spending) = coin_and_spend();
        let mut tracker = Tracker::default();
        tracker.watch(watch(Vec::new()));
        tracker.rewind(100, true);
        let (at, paid) = block(101, b'a', vec![paying]);
        tracker.scan_block(at, &paid, NOW).unwrap();
        assert_eq!(tracker.finish()[0].receipts[0].spent, None);
        tracker.rewind(101, true);
        let (at, spent) = block(102, b'b', vec![spending.clone()]);
        tracker.scan_block(at, &spent, NOW).unwrap();
        // The sync fails here; another branch has the spend in its mempool.
        assert_eq!(tracker.rewind(102, true), 102);
        let by = spending.compute_txid();
        assert_eq!(tracker.list_mempool(vec![by]), [by]);
        tracker.scan_unconfirmed(&spending, NOW);
        let spend = Some(Spend::new(by, Position::Mempool));
        assert_eq!(tracker.finish()[0].receipts[0].spent, spend);
        tracker.rewind(102, true);
        assert_eq!(tracker.list_mempool(Vec::new()), []);
        assert_eq!(tracker.finish()[0].receipts[0].spent, None);
    }

    #[test]
    fn what_was_last_told_to_spend_a_known_receipt_is_no_news_until_its_block_is_undone() {
        let (_, paying, spending) = coin_and_spend();
        let mut tracker = Tracker::default();
        tracker.watch(watch(Vec::new()));
        tracker.rewind(100, true);
        let (at, both) = block(101, b'a', vec![paying, spending]);
        tracker.scan_block(at, &both, NOW).unwrap();
        let receipt = tracker.finish().remove(0).receipts.remove(0);
        assert_eq!(receipt.spent.map(|spend| spend.position), Some(Position::Block(at)));
        for (there, told) in [(true, 1), (false, 0)] {
            let mut tracker = Tracker::default();
            tracker.watch(watch(vec![Remembered { receipt: receipt.clone(), there }]));
            tracker.rewind(101, true);
            tracker.list_mempool(Vec::new());
            assert_eq!(tracker.finish(), [], "there: {there}");
            tracker.rewind(100, true);
            tracker.list_mempool(Vec::new());
            assert_eq!(tracker.finish().len(), told, "it is gone, and was there: {there}");
        }
    }

    #[test]
    fn receipts_made_known_during_a_sync_are_checked_from_where_it_began() {
        let mut tracker = Tracker::default();
        tracker.watch(watch(Vec::new()));
        tracker.rewind(100, true);
        let (at, block) = block(101, b'a', vec![tx(1, script())]);
        tracker.scan_block(at, &block, NOW).unwrap();
        let receipts = tracker.finish().remove(0).receipts.into_iter();
        let known = receipts.map(|receipt| Remembered { receipt, there: true }).collect();
        let mut tracker = Tracker::default();
        assert_eq!(tracker.rewind(100, true), 101);
        tracker.watch(watch(known));
        assert_eq!(tracker.finish(), [], "it waits for the next sync");
        assert_eq!(tracker.rewind(102, true), 101);
        tracker.list_mempool(Vec::new());
        assert!(tracker.finish()[0].receipts.is_empty(), "block 101 does not hold it");
    }
}
