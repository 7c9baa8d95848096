//! The chain as values: what a source can say of a script, without saying how it knows.
//!
//! A source reports *snapshots*: for each script that differs, the complete list of its
//! receipts. There are no connect or disconnect callbacks; a reorganisation, an eviction and a
//! replacement are all "the list differs". Absence from the list means *missing*, not gone:
//! a receipt is gone only when a conflict is known (see [`Snapshot::conflicts`]), or when the
//! invoice's monitoring window is over.

use std::sync::Arc;

use bitcoin::{Amount, BlockHash, FeeRate, OutPoint, ScriptBuf, Transaction, Txid};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A block's place on the best chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockRef {
    /// Height; the genesis block has 0.
    pub height: u32,
    /// The block's hash, which alone identifies it: heights repeat across a fork.
    pub hash: BlockHash,
}

impl BlockRef {
    /// Confirmations at a tip: 1 in the tip's own block, 0 above it.
    #[must_use]
    pub fn confirmations(&self, tip_height: u32) -> u32 {
        (tip_height + 1).saturating_sub(self.height)
    }
}

/// Depth at which what is in a block is taken for final.
pub const FINAL_DEPTH: u32 = 6;
/// Depth before which a coinbase output cannot be spent (consensus rule).
pub const COINBASE_MATURITY: u32 = 100;

/// Where a receipt is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Position {
    /// In the node's mempool, unconfirmed.
    Mempool,
    /// In a block of the best chain.
    Block(BlockRef),
}

/// An output that pays a watched script, in the mempool or on the best chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The output: transaction id and index. It identifies the receipt.
    pub outpoint: OutPoint,
    /// Its value in satoshis.
    pub amount: Amount,
    /// Mempool or block.
    pub position: Position,
    /// When the transaction was first seen, as far as the chain can tell, so that a payment made
    /// while nobody looked is not late. First met in the mempool: when the node took it in, to
    /// the second that it tells, rounded down; now, if it does not tell. First met in a block:
    /// the header's time. Both are clamped to the span between the last sync and now, so that a
    /// wrong clock makes no payment earlier than the last look that did not find it.
    pub first_seen: Timestamp,
    /// The transaction signals replacement (BIP 125: an input sequence below 0xfffffffe).
    pub replaceable: bool,
    /// Paid by a coinbase transaction, which cannot be spent before 100 confirmations.
    pub coinbase: bool,
    /// The transaction, so that it can be broadcast again. One may pay a script with thousands of
    /// outputs: all receipts of it share it.
    pub raw_tx: Arc<Transaction>,
    /// What spends it, in the mempool or on the best chain.
    pub spent: Option<Spend>,
}

/// The transaction that spends a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spend {
    /// The transaction.
    pub by: Txid,
    /// The id that it had before it was signed: the same, unless it spends coins from before segwit, or
    /// nested in what is.
    pub unsigned: Txid,
    /// Where it is: mempool or block.
    pub position: Position,
}

impl Spend {
    /// By a transaction of which nothing more is known than its id.
    #[must_use]
    pub fn new(by: Txid, position: Position) -> Self {
        Self { by, unsigned: by, position }
    }

    /// By this transaction.
    #[must_use]
    pub fn of(tx: &Transaction, by: Txid, position: Position) -> Self {
        Self { by, unsigned: unsigned_id(tx, by), position }
    }
}

/// The id that a transaction had before it was signed.
fn unsigned_id(tx: &Transaction, signed: Txid) -> Txid {
    if tx.input.iter().all(|input| input.script_sig.is_empty()) {
        return signed;
    }
    let mut unsigned = tx.clone();
    for input in &mut unsigned.input {
        input.script_sig = ScriptBuf::new();
    }
    unsigned.compute_txid()
}

/// A receipt that was reported before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The receipt, as it was when it was there.
    pub receipt: Receipt,
    /// It was in the mempool or on the best chain when its script was last reported.
    pub there: bool,
}

/// Every output that a transaction spends, in its own order; none for a coinbase.
pub fn inputs(tx: &Transaction) -> impl Iterator<Item = OutPoint> + '_ {
    let inputs = if tx.is_coinbase() { &[] } else { tx.input.as_slice() };
    inputs.iter().map(|input| input.previous_output)
}

/// A known receipt that cannot come about any more while `by` stands: another transaction, in
/// the mempool or on the best chain, spends one of its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conflict {
    /// The receipt that lost.
    pub outpoint: OutPoint,
    /// The transaction that spends the same input.
    pub by: Txid,
    /// The height of the block that it is in; none in the mempool.
    pub mined_at: Option<u32>,
}

/// All that is true now of one watched script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The script.
    pub script: ScriptBuf,
    /// Every receipt of it in the mempool or on the best chain, ordered by outpoint.
    pub receipts: Vec<Receipt>,
    /// Known receipts of it that are in neither, with what took their inputs; ordered by outpoint.
    pub conflicts: Vec<Conflict>,
}

/// How far a chain was followed: enough to find the fork point after any downtime.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Locator {
    /// Blocks of the followed chain, highest first: the last ten one by one, then ever sparser,
    /// down to the first followed. Empty: nothing was followed yet.
    pub blocks: Vec<BlockRef>,
    /// When the chain was last known to be followed to its tip.
    pub synced_at: Timestamp,
}

impl Locator {
    /// The highest followed block.
    #[must_use]
    pub fn tip(&self) -> Option<BlockRef> {
        self.blocks.first().copied()
    }
}

/// The answer of a sync: what differs since the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an update that is not applied is a payment that is not seen"]
pub struct Update {
    /// The best block now.
    pub tip: BlockRef,
    /// Where to go on from next time. Store it together with what follows from `snapshots`.
    pub locator: Locator,
    /// One entry for every watched script whose receipts or conflicts differ from what was last
    /// reported, ordered by script.
    pub snapshots: Vec<Snapshot>,
}

/// What a node says a transaction should pay, by how soon it is wanted: `fast` ≥ `normal` ≥ `slow` ≥
/// `floor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeRates {
    /// To be in one of the next two blocks.
    pub fast: FeeRate,
    /// Within six blocks, about an hour.
    pub normal: FeeRate,
    /// Within 144 blocks, about a day.
    pub slow: FeeRate,
    /// Below this it is not relayed now.
    pub floor: FeeRate,
}

/// What became of a transaction handed to the node again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broadcast {
    /// Taken into the mempool.
    Accepted,
    /// Already in the mempool or on the best chain.
    Known,
    /// Refused because an input is spent by something else, or does not exist any more.
    Conflict,
    /// Refused for another reason (fee, policy, a full mempool): says nothing of its inputs.
    Rejected(String),
}
