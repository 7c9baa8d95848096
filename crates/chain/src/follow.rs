//! Following a chain: from a locator to the tip and its mempool, whatever happened in between.
//!
//! Written once for every source that can list blocks and its mempool ([`View`]). Blocks are read
//! by hash and must link to each other; a chain that moves while it is read is read again. Never
//! skips a block: one that is not to be had is an error, and nothing is reported then. Never goes
//! back: a chain that is lower than it was followed is not read.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bitcoin::{BlockHash, OutPoint, Transaction, Txid};
use specie_core::chain::{BlockRef, Locator, Update};
use specie_core::time::Timestamp;

use crate::fork::Path;
use crate::raw::RawBlock;
use crate::tracker::Tracker;
use crate::{SourceError, Watch};

/// How often one sync goes after a tip that moves on before it reports what it has.
const ROUNDS: usize = 16;

/// Transactions read from the mempool at a time.
const BATCH: usize = 100;

/// A chain and its mempool, as they are now.
pub(crate) trait View: Sync {
    /// The best block; an error if it is not to be relied on.
    fn tip(&self, now: Timestamp) -> impl Future<Output = Result<BlockRef, SourceError>> + Send;
    /// The best chain's block at this height; none above the tip.
    fn hash_at(&self, height: u32) -> impl Future<Output = Result<Option<BlockHash>, SourceError>> + Send;
    /// A block, on the best chain or not.
    fn block(&self, at: BlockRef) -> impl Future<Output = Result<RawBlock, SourceError>> + Send;
    /// Every transaction in the mempool.
    fn mempool(&self) -> impl Future<Output = Result<Vec<Txid>, SourceError>> + Send;
    /// Those of the transactions that are still there.
    fn transactions(
        &self,
        wanted: &[Txid],
    ) -> impl Future<Output = Result<Vec<Transaction>, SourceError>> + Send;
    /// When each of the transactions entered the mempool, in their order; none for one that is
    /// not there any more, or whose time is not known.
    fn entered(
        &self,
        wanted: &[Txid],
    ) -> impl Future<Output = Result<Vec<Option<Timestamp>>, SourceError>> + Send;
    /// The transaction of the mempool that spends each of the outputs, in their order; none where there
    /// is none, or it cannot be asked for.
    fn spenders(
        &self,
        outputs: &[OutPoint],
    ) -> impl Future<Output = Result<Vec<Option<Txid>>, SourceError>> + Send;
}

/// The tracker with its doors: watching never waits for a sync, and one sync runs at a time.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    tracked: Mutex<Tracked>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Tracked {
    tracker: Tracker,
    /// Counts restarts, so that a sync that one overtakes does not mix old facts with new.
    life: u64,
}

impl Follower {
    /// Watches scripts; true if it is worth asking again at once.
    pub(crate) fn watch(&self, watches: impl IntoIterator<Item = Watch>) -> bool {
        let mut tracked = self.lock();
        for watch in watches {
            tracked.tracker.watch(watch);
        }
        tracked.tracker.is_waiting()
    }

    /// Starts over with these scripts.
    pub(crate) fn restart(&self, watches: impl IntoIterator<Item = Watch>) {
        let mut tracker = Tracker::default();
        for watch in watches {
            tracker.watch(watch);
        }
        let mut tracked = self.lock();
        tracked.life += 1;
        tracked.tracker = tracker;
    }

    /// Whether this transaction pays a watched script on the best chain.
    pub(crate) fn is_mined(&self, tx: &Transaction) -> bool {
        self.lock().tracker.is_mined(tx)
    }

    /// What differs since the last report.
    pub(crate) async fn sync<V: View>(
        &self,
        view: &V,
        locator: &Locator,
        now: Timestamp,
    ) -> Result<Update, SourceError> {
        let _turn = self.turn.lock().await;
        let life = self.lock().life;
        let followed = locator.tip().map(|tip| tip.height);
        let mut run = Run { view, follower: self, life, now, followed, synced_at: locator.synced_at };
        let mut tip = run.tip().await?;
        let mut path = Path::of(locator);
        if path.is_empty() {
            path = run.birth(tip).await?;
        }
        let mut complete = false;
        for _ in 0..ROUNDS {
            complete = run.follow(&mut path, tip, !complete).await?;
            if complete {
                run.read_mempool().await?;
                run.ask_for_spenders().await?;
            }
            let latest = run.tip().await?;
            if complete && latest == tip {
                break;
            }
            tip = latest;
        }
        let tip = path.tip().filter(|_| complete).ok_or(SourceError::TipMoving)?;
        let snapshots = run.step(Tracker::finish)?;
        Ok(Update { tip, locator: path.locator(now), snapshots })
    }

    fn lock(&self) -> MutexGuard<'_, Tracked> {
        self.tracked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One sync.
struct Run<'a, V> {
    view: &'a V,
    follower: &'a Follower,
    life: u64,
    now: Timestamp,
    /// How high the chain was followed before.
    followed: Option<u32>,
    synced_at: Timestamp,
}

impl<V: View> Run<'_, V> {
    /// The best block; an error if it is lower than what was followed. A branch that takes another's
    /// place is as high: what is lower is an old state, and taking it for a reorganisation would take
    /// payments back that stand.
    async fn tip(&self) -> Result<BlockRef, SourceError> {
        let tip = self.view.tip(self.now).await?;
        match self.followed.filter(|followed| tip.height < *followed) {
            Some(followed) => Err(SourceError::Behind { height: tip.height, followed }),
            None => Ok(tip),
        }
    }

    /// One step of the tracker, unless it was started over.
    fn step<T>(&mut self, step: impl FnOnce(&mut Tracker) -> T) -> Result<T, SourceError> {
        let mut tracked = self.follower.lock();
        if tracked.life != self.life {
            return Err(SourceError::Restarted);
        }
        Ok(step(&mut tracked.tracker))
    }

    /// Where to begin when nothing was followed: at the tip.
    async fn birth(&self, tip: BlockRef) -> Result<Path, SourceError> {
        let mut path = Path::default();
        for height in Path::birth_heights(tip.height) {
            if let Some(hash) = self.view.hash_at(height).await? {
                path.push(BlockRef { height, hash });
            }
        }
        Ok(path)
    }

    /// Scans from the fork to the tip. False if the chain moved meanwhile.
    async fn follow(&mut self, path: &mut Path, tip: BlockRef, resume: bool) -> Result<bool, SourceError> {
        let fork = self.find_fork(path).await?;
        let from = self.step(|tracker| tracker.rewind(fork.height, resume))?;
        let mut parent = from.checked_sub(1).and_then(|height| path.hash_at(height));
        for height in from..=tip.height {
            let Some(hash) = self.view.hash_at(height).await? else { return Ok(false) };
            if path.hash_at(height).is_some_and(|followed| followed != hash) {
                return Ok(false);
            }
            let at = BlockRef { height, hash };
            let block = self.view.block(at).await?;
            if parent.is_some_and(|parent| parent != block.header.prev_blockhash) {
                return Ok(false);
            }
            let first_seen = self.first_seen(Timestamp::from_secs(i64::from(block.header.time)));
            let scanned = self.step(|tracker| tracker.scan_block(at, &block, first_seen))?;
            scanned.map_err(|error| SourceError::Malformed { method: "block", detail: error.to_string() })?;
            if height > fork.height {
                path.push(at);
            }
            parent = Some(hash);
        }
        Ok(path.tip() == Some(tip))
    }

    /// The highest followed block that is on the best chain; the path ends there.
    async fn find_fork(&self, path: &mut Path) -> Result<BlockRef, SourceError> {
        while let Some(block) = path.tip() {
            if self.view.hash_at(block.height).await? == Some(block.hash) {
                return Ok(block);
            }
            path.pop();
        }
        Err(SourceError::UnknownChain)
    }

    async fn read_mempool(&mut self) -> Result<(), SourceError> {
        let listing = self.view.mempool().await?;
        let unread = self.step(|tracker| tracker.list_mempool(listing))?;
        for batch in unread.chunks(BATCH) {
            let transactions = self.view.transactions(batch).await?;
            let news: Vec<bool> =
                self.step(|tracker| transactions.iter().map(|tx| tracker.is_news(tx)).collect())?;
            let new = transactions.iter().zip(&news).filter(|(_, is_new)| **is_new);
            let txids: Vec<Txid> = new.map(|(tx, _)| tx.compute_txid()).collect();
            let (mut seen, now) = (self.first_seen_of(&txids).await?.into_iter(), self.now);
            // In the order of the listing, in which a parent as a rule stands before its children.
            self.step(|tracker| {
                for (tx, is_new) in transactions.iter().zip(news) {
                    let first_seen = if is_new { seen.next() } else { None };
                    tracker.scan_unconfirmed(tx, first_seen.unwrap_or(now));
                }
            })?;
        }
        Ok(())
    }

    /// When new transactions of the mempool were first seen, in their order.
    async fn first_seen_of(&self, news: &[Txid]) -> Result<Vec<Timestamp>, SourceError> {
        if news.is_empty() {
            return Ok(Vec::new());
        }
        let entered = self.view.entered(news).await?;
        Ok(entered.into_iter().map(|at| at.map_or(self.now, |at| self.first_seen(at))).collect())
    }

    /// Asks for those that spend new receipts and were read before these were known.
    async fn ask_for_spenders(&mut self) -> Result<(), SourceError> {
        let unspent = self.step(|tracker| tracker.found_unspent())?;
        for outputs in unspent.chunks(BATCH) {
            let spenders = self.view.spenders(outputs).await?;
            self.step(|tracker| {
                for (output, by) in outputs.iter().zip(spenders) {
                    by.into_iter().for_each(|by| tracker.spent_unconfirmed(*output, by));
                }
            })?;
        }
        Ok(())
    }

    /// When something was first seen that the source dates so: not before the last sync, which
    /// did not find it, and not after now.
    fn first_seen(&self, dated: Timestamp) -> Timestamp {
        dated.max(self.synced_at).min(self.now)
    }
}
