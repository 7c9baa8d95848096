//! The sandbox: an in-process chain that builds real transactions and blocks.
//!
//! It serves demos, test-mode stores and tests: everything that can happen to a payment can be
//! made to happen here. Regtest parameters, real merkle roots and block hashes; payments spend
//! outputs that anyone can spend, so no key exists anywhere. It never checks scripts, and never
//! talks to anyone. Its chain is an append-only file, replayed when it is opened.

mod actions;
mod log;
mod state;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bitcoin::{Block, BlockHash, FeeRate, OutPoint, Transaction, Txid};
use specie_core::chain::{BlockRef, Broadcast, FeeRates, Locator, Update};
use specie_core::time::Timestamp;
use tokio::sync::Notify;

use crate::follow::{Follower, View};
use crate::raw::RawBlock;
use crate::{SourceError, Watch};
pub use actions::{PayOptions, Reorg};
use log::{Hex, Log, Op};
use state::{Refusal, State};

/// The in-process chain. A cheap handle: clones share everything.
#[derive(Debug, Clone)]
pub struct Sandbox {
    chain: Arc<Chain>,
    follower: Arc<Follower>,
}

#[derive(Debug)]
struct Chain {
    book: Mutex<Book>,
    changed: Notify,
    /// What happens is not said.
    hushed: AtomicBool,
}

/// The chain and its file, which never differ.
#[derive(Debug)]
struct Book {
    state: State,
    log: Log,
}

impl Book {
    /// Writes down what happened, and then lets it happen.
    fn record(&mut self, op: Op) -> Result<(), SourceError> {
        self.log.append(&op)?;
        self.state.apply(op);
        Ok(())
    }
}

impl Sandbox {
    /// Opens the chain in this file, which is created if it is not there; in memory without one.
    ///
    /// # Errors
    /// [`SourceError::Storage`] if the file cannot be used, is damaged other than by a torn last
    /// operation, or is open elsewhere.
    pub fn open(path: Option<&Path>) -> Result<Self, SourceError> {
        let (log, ops) = Log::open(path)?;
        let mut book = Book { state: State::new(), log };
        for op in ops {
            book.state.apply(op);
        }
        if book.state.height() == 0 {
            let fund = Hex(book.state.make_fund());
            book.record(Op::Blocks { undo: 0, keep: false, blocks: vec![fund] })?;
        }
        let chain = Chain { book: Mutex::new(book), changed: Notify::new(), hushed: AtomicBool::new(false) };
        Ok(Self { chain: Arc::new(chain), follower: Arc::default() })
    }

    /// The same chain for another reader, which watches nothing yet.
    #[must_use]
    pub fn another_reader(&self) -> Self {
        Self { chain: self.chain.clone(), follower: Arc::default() }
    }

    /// The best block.
    #[must_use]
    pub fn tip(&self) -> BlockRef {
        self.book().state.tip()
    }

    /// Whether a locator has any block that was ever on this chain, but the first ones, which all
    /// practice chains share; or no other.
    pub(crate) fn is_of(&self, locator: &Locator) -> bool {
        let book = self.book();
        let mut told_apart = locator.blocks.iter().filter(|block| block.height > 1).peekable();
        told_apart.peek().is_none() || told_apart.any(|block| book.state.ever_had(block.hash))
    }

    /// A transaction that was ever on this chain or in its mempool.
    #[must_use]
    pub fn transaction(&self, txid: Txid) -> Option<Transaction> {
        self.book().state.transaction(txid).cloned()
    }

    /// The best chain's blocks, from the genesis block up.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        self.book().state.blocks().to_vec()
    }

    /// The best chain's blocks above a height, lowest first.
    #[must_use]
    pub fn blocks_above(&self, height: u32) -> Vec<Block> {
        self.book().state.blocks().iter().skip(height as usize + 1).cloned().collect()
    }

    /// The mempool's transactions, parents before children.
    #[must_use]
    pub fn mempool(&self) -> Vec<Transaction> {
        self.book().state.mempool().to_vec()
    }

    pub(crate) fn watch(&self, watches: impl IntoIterator<Item = Watch>) {
        if self.follower.watch(watches) {
            self.chain.changed.notify_one();
        }
    }

    pub(crate) fn restart(&self, watches: impl IntoIterator<Item = Watch>) {
        self.follower.restart(watches);
        self.chain.changed.notify_one();
    }

    pub(crate) async fn changed(&self) {
        self.chain.changed.notified().await;
    }

    pub(crate) async fn sync(&self, locator: &Locator, now: Timestamp) -> Result<Update, SourceError> {
        self.follower.sync(&*self.chain, locator, now).await
    }

    pub(crate) fn broadcast(&self, tx: &Transaction) -> Result<Broadcast, SourceError> {
        let mut book = self.book();
        let entry = match book.state.check(tx) {
            Err(Refusal::Conflict) if book.state.pays_more(tx) => Ok(()),
            entry => entry,
        };
        match entry {
            Ok(()) => {
                book.record(Op::Enter { tx: Hex(tx.clone()), at: None })?;
                self.announce();
                Ok(Broadcast::Accepted)
            }
            Err(Refusal::Known) => Ok(Broadcast::Known),
            Err(Refusal::Conflict) => Ok(Broadcast::Conflict),
            Err(Refusal::Invalid(reason)) => Ok(Broadcast::Rejected(reason.to_owned())),
        }
    }

    /// What a quiet chain would say: nobody bids here.
    pub(crate) fn fees() -> FeeRates {
        let [fast, normal, slow] = [5, 2, 1].map(FeeRate::from_sat_per_vb_u32);
        FeeRates { fast, normal, slow, floor: slow }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.chain.book()
    }

    /// Whether what happens from now on is kept quiet, as by a node whose messages are lost.
    pub fn hush(&self, hushed: bool) {
        self.chain.hushed.store(hushed, Ordering::Relaxed);
    }

    /// Says that something may have changed, also when nothing has: a message may come late, or twice.
    pub fn say_again(&self) {
        self.chain.changed.notify_one();
    }

    fn announce(&self) {
        if !self.chain.hushed.load(Ordering::Relaxed) {
            self.say_again();
        }
    }
}

impl Chain {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl View for Chain {
    async fn tip(&self, _now: Timestamp) -> Result<BlockRef, SourceError> {
        Ok(self.book().state.tip())
    }

    async fn hash_at(&self, height: u32) -> Result<Option<BlockHash>, SourceError> {
        Ok(self.book().state.block_at(height).map(Block::block_hash))
    }

    async fn block(&self, at: BlockRef) -> Result<RawBlock, SourceError> {
        let book = self.book();
        let block = book.state.block_at(at.height).filter(|block| block.block_hash() == at.hash);
        // Gone since its hash was asked for: the chain moved.
        block.map(RawBlock::from).ok_or(SourceError::TipMoving)
    }

    async fn mempool(&self) -> Result<Vec<Txid>, SourceError> {
        Ok(self.book().state.mempool().iter().map(Transaction::compute_txid).collect())
    }

    async fn transactions(&self, wanted: &[Txid]) -> Result<Vec<Transaction>, SourceError> {
        let book = self.book();
        let there = wanted.iter().filter(|txid| book.state.is_pooled(**txid));
        Ok(there.filter_map(|txid| book.state.transaction(*txid)).cloned().collect())
    }

    async fn entered(&self, wanted: &[Txid]) -> Result<Vec<Option<Timestamp>>, SourceError> {
        let book = self.book();
        Ok(wanted.iter().map(|txid| book.state.entered(*txid)).collect())
    }

    async fn spenders(&self, outputs: &[OutPoint]) -> Result<Vec<Option<Txid>>, SourceError> {
        let book = self.book();
        Ok(outputs.iter().map(|output| book.state.spender(output)).collect())
    }
}
