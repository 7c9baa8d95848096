//! What can be made to happen on the sandbox's chain.

use std::collections::HashSet;

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Block, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
};
use specie_core::time::Timestamp;

use super::log::{Hex, Op};
use super::state::{Refusal, State, anyone};
use super::{Book, Sandbox};
use crate::SourceError;
use crate::receipts::inputs;

/// What a first version pays as its fee, and what every replacement adds.
const FEE: Amount = Amount::from_sat(1_000);

/// How to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PayOptions {
    /// Signal replacement (BIP 125). The sandbox replaces any transaction, signalled or not.
    pub replaceable: bool,
}

/// What becomes of the transactions of blocks that a reorganisation undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reorg {
    /// They go back into the mempool.
    Return,
    /// They are gone, as if nobody had kept them.
    Vanish,
    /// They are in the new branch too.
    Remine,
}

impl Sandbox {
    /// Pays an amount to a script; the transaction is in the mempool.
    ///
    /// # Errors
    /// [`SourceError::Refused`] for an amount above the 21 million, [`SourceError::Storage`].
    pub fn pay(
        &self,
        script: ScriptBuf,
        amount: Amount,
        options: PayOptions,
        now: Timestamp,
    ) -> Result<Txid, SourceError> {
        self.pay_many(vec![(script, amount)], options, now)
    }

    /// Pays several outputs with one transaction, in this order; the change comes last.
    ///
    /// # Errors
    /// As [`pay`](Self::pay).
    pub fn pay_many(
        &self,
        outputs: Vec<(ScriptBuf, Amount)>,
        options: PayOptions,
        now: Timestamp,
    ) -> Result<Txid, SourceError> {
        let mut book = self.book();
        let total = total("pay", &outputs)?;
        let coins = book.state.purse(total + FEE);
        let sequence = match options.replaceable {
            true => Sequence::ENABLE_RBF_NO_LOCKTIME,
            false => Sequence::MAX,
        };
        let tx = build("pay", coins, sequence, outputs, FEE)?;
        self.enter("pay", &mut book, tx, now)
    }

    /// Replaces a transaction by one that spends the same inputs and pays these outputs instead,
    /// with a higher fee. What depends on the old one leaves the mempool with it.
    ///
    /// # Errors
    /// [`SourceError::Refused`] if the transaction is unknown or its inputs are spent on the chain.
    pub fn replace(
        &self,
        txid: Txid,
        outputs: Vec<(ScriptBuf, Amount)>,
        now: Timestamp,
    ) -> Result<Txid, SourceError> {
        let mut book = self.book();
        let tx = book.respend("replace", txid, outputs)?;
        self.enter("replace", &mut book, tx, now)
    }

    /// Spends the inputs of a transaction to a script that is nobody's here. The transaction may
    /// be in the mempool, or have left it unmined.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub fn double_spend(&self, txid: Txid, now: Timestamp) -> Result<Txid, SourceError> {
        let foreign = ScriptBuf::from_bytes([[0x00, 0x14].as_slice(), &[0x5a; 20]].concat());
        let mut book = self.book();
        let tx = book.respend("double_spend", txid, vec![(foreign, Amount::from_sat(1_000))])?;
        self.enter("double_spend", &mut book, tx, now)
    }

    /// Mines blocks; the first takes the whole mempool. Their coinbases pay anyone.
    ///
    /// # Errors
    /// [`SourceError::Storage`].
    pub fn mine(&self, count: u32, now: Timestamp) -> Result<Vec<BlockHash>, SourceError> {
        self.mine_to(anyone(), count, now)
    }

    /// Mines blocks whose coinbases pay this script.
    ///
    /// # Errors
    /// [`SourceError::Storage`].
    pub fn mine_to(
        &self,
        script: ScriptBuf,
        count: u32,
        now: Timestamp,
    ) -> Result<Vec<BlockHash>, SourceError> {
        let mut book = self.book();
        let pool = book.state.mempool().to_vec();
        let contents = std::iter::once(pool).chain(std::iter::repeat(Vec::new()));
        let contents = contents.take(usize::try_from(count).unwrap_or(usize::MAX));
        let blocks = branch(&book.state, book.state.height(), contents, &script, now);
        self.connect(&mut book, 0, false, blocks)
    }

    /// Replaces the `depth` highest blocks by a branch that is one block longer.
    ///
    /// # Errors
    /// [`SourceError::Refused`] if `depth` is 0 or reaches the first block, which funds the
    /// sandbox; [`SourceError::Storage`].
    pub fn reorg(&self, depth: u32, fate: Reorg, now: Timestamp) -> Result<Vec<BlockHash>, SourceError> {
        let mut book = self.book();
        let height = book.state.height();
        if depth == 0 || depth >= height {
            return Err(refused("reorg", "the depth must leave the first block standing"));
        }
        let fork = height - depth;
        let contents = (fork + 1..=height).map(|height| match fate {
            Reorg::Return | Reorg::Vanish => Vec::new(),
            Reorg::Remine => payments(&book.state, height),
        });
        let contents = contents.chain(std::iter::once(Vec::new()));
        let blocks = branch(&book.state, fork, contents, &anyone(), now);
        self.connect(&mut book, depth, fate == Reorg::Return, blocks)
    }

    /// Replaces the `depth` highest blocks by a branch that is one block longer, in which every transaction is where it
    /// was but for these: they are in the mempool again.
    ///
    /// # Errors
    /// As [`reorg`](Self::reorg); also if another transaction in these blocks spends what one of them pays.
    pub fn undo(&self, txids: &[Txid], depth: u32, now: Timestamp) -> Result<Vec<BlockHash>, SourceError> {
        let mut book = self.book();
        let height = book.state.height();
        if depth == 0 || depth >= height {
            return Err(refused("undo", "the depth must leave the first block standing"));
        }
        let fork = height - depth;
        let undone: HashSet<Txid> = txids.iter().copied().collect();
        let mut contents: Vec<_> = (fork + 1..=height).map(|height| payments(&book.state, height)).collect();
        let depends = |tx: &Transaction| {
            !undone.contains(&tx.compute_txid()) && inputs(tx).any(|input| undone.contains(&input.txid))
        };
        if contents.iter().flatten().any(depends) {
            return Err(refused("undo", "another payment depends on this one"));
        }
        contents.iter_mut().for_each(|block| block.retain(|tx| !undone.contains(&tx.compute_txid())));
        let contents = contents.into_iter().chain([Vec::new()]);
        let blocks = branch(&book.state, fork, contents, &anyone(), now);
        self.connect(&mut book, depth, true, blocks)
    }

    /// Takes a transaction, and what depends on it, out of the mempool.
    ///
    /// # Errors
    /// [`SourceError::Refused`] if it is not there; [`SourceError::Storage`].
    pub fn evict(&self, txid: Txid) -> Result<(), SourceError> {
        let mut book = self.book();
        if !book.state.is_pooled(txid) {
            return Err(refused("evict", "not in the mempool"));
        }
        book.record(Op::Leave { txids: vec![txid] })?;
        self.announce();
        Ok(())
    }

    /// Empties the mempool, as a node does that restarts without keeping it.
    ///
    /// # Errors
    /// [`SourceError::Storage`].
    pub fn clear_mempool(&self) -> Result<(), SourceError> {
        let mut book = self.book();
        let txids = book.state.mempool().iter().map(Transaction::compute_txid).collect();
        book.record(Op::Leave { txids })?;
        self.announce();
        Ok(())
    }

    fn enter(
        &self,
        action: &'static str,
        book: &mut Book,
        tx: Transaction,
        now: Timestamp,
    ) -> Result<Txid, SourceError> {
        match book.state.check(&tx) {
            // Replacing what is in the mempool is the point.
            Ok(()) | Err(Refusal::Conflict) => {}
            Err(Refusal::Known) => return Err(refused(action, "already known")),
            Err(Refusal::Invalid(reason)) => return Err(refused(action, reason)),
        }
        let txid = tx.compute_txid();
        book.record(Op::Enter { tx: Hex(tx), at: Some(now) })?;
        self.announce();
        Ok(txid)
    }

    fn connect(
        &self,
        book: &mut Book,
        undo: u32,
        keep: bool,
        blocks: Vec<Block>,
    ) -> Result<Vec<BlockHash>, SourceError> {
        let hashes = blocks.iter().map(Block::block_hash).collect();
        let blocks = blocks.into_iter().map(Hex).collect();
        book.record(Op::Blocks { undo, keep, blocks })?;
        self.announce();
        Ok(hashes)
    }
}

impl Book {
    /// A transaction that spends the inputs of another, with a higher fee.
    fn respend(
        &self,
        action: &'static str,
        txid: Txid,
        outputs: Vec<(ScriptBuf, Amount)>,
    ) -> Result<Transaction, SourceError> {
        let old = self.state.transaction(txid).filter(|tx| !tx.is_coinbase());
        let old = old.ok_or_else(|| refused(action, "no such transaction"))?;
        if self.state.is_mined(txid) || inputs(old).any(|input| self.state.is_spent_by_block(input)) {
            return Err(refused(action, "its inputs are spent on the chain"));
        }
        let (value, fee) =
            (self.state.value_and_fee(old)).ok_or_else(|| refused(action, "its inputs are not known"))?;
        let fee = fee.checked_add(FEE).ok_or_else(|| refused(action, "too large"))?;
        let mut coins: Vec<(OutPoint, Amount)> = inputs(old).map(|input| (input, Amount::ZERO)).collect();
        if let Some(first) = coins.first_mut() {
            first.1 = value;
        }
        let needed = total(action, &outputs)? + fee;
        if needed > value {
            coins.extend(self.state.purse(needed - value));
        }
        let sequence = old.input.first().map_or(Sequence::MAX, |input| input.sequence);
        build(action, coins, sequence, outputs, fee)
    }
}

fn refused(method: &'static str, message: &str) -> SourceError {
    SourceError::Refused { method, code: -26, message: message.to_owned() }
}

fn total(action: &'static str, outputs: &[(ScriptBuf, Amount)]) -> Result<Amount, SourceError> {
    let mut amounts = outputs.iter().map(|(_, amount)| *amount);
    let total = amounts.try_fold(Amount::ZERO, Amount::checked_add);
    total
        .filter(|total| *total <= Amount::MAX_MONEY)
        .ok_or_else(|| refused(action, "more than all the bitcoin there can be"))
}

/// A transaction from these coins, with its change last.
fn build(
    action: &'static str,
    coins: Vec<(OutPoint, Amount)>,
    sequence: Sequence,
    outputs: Vec<(ScriptBuf, Amount)>,
    fee: Amount,
) -> Result<Transaction, SourceError> {
    let short = || refused(action, "the inputs are not worth that much");
    let mut amounts = coins.iter().map(|(_, amount)| *amount);
    let value = amounts.try_fold(Amount::ZERO, Amount::checked_add).ok_or_else(short)?;
    let needed = total(action, &outputs)? + fee;
    let change = value.checked_sub(needed).ok_or_else(short)?;
    let inputs = coins.into_iter().map(|(previous_output, _)| TxIn {
        previous_output,
        script_sig: ScriptBuf::new(),
        sequence,
        witness: Witness::new(),
    });
    let mut output: Vec<TxOut> =
        outputs.into_iter().map(|(script_pubkey, value)| TxOut { value, script_pubkey }).collect();
    if change > Amount::ZERO || output.is_empty() {
        output.push(TxOut { value: change, script_pubkey: anyone() });
    }
    let version = Version::TWO;
    Ok(Transaction { version, lock_time: LockTime::ZERO, input: inputs.collect(), output })
}

/// The transactions of the block at this height that can be mined again.
fn payments(state: &State, height: u32) -> Vec<Transaction> {
    let block = state.block_at(height);
    block.map(|block| block.txdata[1..].to_vec()).unwrap_or_default()
}

/// Blocks with these contents on top of the block at `fork`.
fn branch(
    state: &State,
    fork: u32,
    contents: impl Iterator<Item = Vec<Transaction>>,
    script: &ScriptBuf,
    now: Timestamp,
) -> Vec<Block> {
    let Some(root) = state.block_at(fork) else { return Vec::new() };
    let mut parent = root.header;
    let mut blocks = Vec::new();
    for ((height, nth), transactions) in (fork..).zip(0u64..).zip(contents) {
        let reward = state.reward(&transactions, script.clone());
        let block = state.make_block((height, &parent), nth, transactions, reward, now);
        parent = block.header;
        blocks.push(block);
    }
    blocks
}
