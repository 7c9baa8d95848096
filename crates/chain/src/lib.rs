//! Chain sources: what is true now of these scripts?
//!
//! A source is told which scripts matter ([`ChainSource::watch`]) and how far the chain was
//! followed ([`ChainSource::sync`]); it answers with the complete list of receipts of every
//! script that differs. It speaks of scripts only: invoices, stores, prices and rules are not its
//! business, and it keeps nothing on disk that the caller's locator and receipts do not imply
//! (but the sandbox's own chain). Every wake-up is a hint to ask; the answer is always whole.
//!
//! `tracker` and `follow` hold the logic, once; a source only shows its chain to them.

#![warn(missing_docs)]

mod bitcoind;
mod coins;
mod error;
mod follow;
mod fork;
mod index;
mod raw;
mod receipts;
mod sandbox;
mod tracker;

use bitcoin::{ScriptBuf, Transaction};
use specie_core::chain::{Broadcast, FeeRates, Locator, Remembered, Update};
use specie_core::time::Timestamp;

pub use bitcoind::{Auth, Bitcoind, BitcoindConfig, Password};
pub use error::SourceError;
pub use raw::{RawError, Scripts};
pub use sandbox::{PayOptions, Reorg, Sandbox};

/// A script to watch, with what the caller knows of it.
#[derive(Debug, Clone)]
pub struct Watch {
    /// The script, compared byte for byte.
    pub script: ScriptBuf,
    /// None: nothing before now (or before the locator of the next sync) can pay it. Some: blocks
    /// from this height up that were already followed, and the mempool, are read again at the
    /// next sync.
    pub rescan_from: Option<u32>,
    /// Every receipt of it that was ever reported, missing and lost ones too, as of the locator
    /// of the next sync, with what was last reported to spend them. The fate of those in no block is
    /// watched: a transaction that takes their inputs is reported as a conflict. One that was lost to a transaction *in a block* at or
    /// below the locator is seen again as lost only if `rescan_from` reaches that block.
    pub known: Vec<Remembered>,
}

/// What a source can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Payments are seen before they are in a block.
    pub sees_mempool: bool,
    /// Every block is at hand, so that a script can be watched late.
    pub can_rescan: bool,
}

/// A source of chain facts. A cheap handle: clones share everything.
#[derive(Debug, Clone)]
pub enum ChainSource {
    /// An in-process chain, for tests, demos and test-mode stores.
    Sandbox(Sandbox),
    /// A Bitcoin Core or Knots node.
    Bitcoind(Bitcoind),
}

impl ChainSource {
    /// Watches scripts, from the moment that it returns. Fast and in memory; may be called while
    /// a sync runs. Watching a script again does no harm, and nothing is read again for it.
    pub fn watch(&self, watches: impl IntoIterator<Item = Watch>) {
        match self {
            Self::Sandbox(source) => source.watch(watches),
            Self::Bitcoind(source) => source.watch(watches),
        }
    }

    /// Forgets everything in memory and starts over with these scripts. Needed after an update
    /// was not applied: what it reported is not reported again otherwise.
    pub fn restart(&self, watches: impl IntoIterator<Item = Watch>) {
        match self {
            Self::Sandbox(source) => source.restart(watches),
            Self::Bitcoind(source) => source.restart(watches),
        }
    }

    /// Whether this is the chain that was followed to there: practice chains are several, one in each
    /// data folder. A node's chain is, whatever it says.
    #[must_use]
    pub fn is_of(&self, locator: &Locator) -> bool {
        match self {
            Self::Sandbox(source) => source.is_of(locator),
            Self::Bitcoind(_) => true,
        }
    }

    /// Resolves when it may be worth to [`sync`](Self::sync). A hint only, for one waiter; may be
    /// cancelled without losing one.
    pub async fn changed(&self) {
        match self {
            Self::Sandbox(source) => source.changed().await,
            Self::Bitcoind(source) => source.changed().await,
        }
    }

    /// Reads the chain from where `locator` left it, and the mempool, and reports every script
    /// whose receipts, what spends them, or conflicts differ from what was last reported or given as
    /// known. On an error nothing is reported, and the same call can be made again.
    ///
    /// # Errors
    /// Any [`SourceError`]; the source fails closed if the node cannot be relied on.
    pub async fn sync(&self, locator: &Locator, now: Timestamp) -> Result<Update, SourceError> {
        match self {
            Self::Sandbox(source) => source.sync(locator, now).await,
            Self::Bitcoind(source) => source.sync(locator, now).await,
        }
    }

    /// Hands a transaction to the node again.
    ///
    /// # Errors
    /// Only if the node cannot be asked; its refusal is an answer.
    pub async fn broadcast(&self, tx: &Transaction) -> Result<Broadcast, SourceError> {
        match self {
            Self::Sandbox(source) => source.broadcast(tx),
            Self::Bitcoind(source) => source.broadcast(tx).await,
        }
    }

    /// What a transaction should pay now: where the node has no estimate, what is less urgent will do, and
    /// in the end its floor. Never more than 1,000 satoshis for a virtual byte.
    ///
    /// # Errors
    /// If the node cannot be asked, or its answer cannot be read.
    pub async fn fees(&self) -> Result<FeeRates, SourceError> {
        match self {
            Self::Sandbox(_) => Ok(Sandbox::fees()),
            Self::Bitcoind(source) => source.fees().await,
        }
    }

    /// What this source can do. May become less once the node was asked (it may prune).
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        match self {
            Self::Sandbox(_) => Capabilities { sees_mempool: true, can_rescan: true },
            Self::Bitcoind(source) => source.capabilities(),
        }
    }

    /// The source's name, for logs and the dashboard.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => "sandbox",
            Self::Bitcoind(_) => "bitcoind",
        }
    }
}
