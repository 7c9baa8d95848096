//! The sandbox's chain in memory: blocks, coins and mempool, and the rules between them.
//!
//! Rules checked: inputs exist, are unspent and mature, and are worth the outputs. Not checked:
//! scripts, sizes, fees, proof of work of what is replayed. The first block is the fund: its
//! coinbase pays the outputs that every payment is made from, and is mature at once.

use std::collections::{HashMap, HashSet};

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::transaction;
use bitcoin::{
    Amount, Block, BlockHash, CompactTarget, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn,
    TxMerkleNode, TxOut, Txid, Witness,
};
use specie_core::chain::BlockRef;
use specie_core::time::Timestamp;

use super::log::Op;
use crate::receipts::inputs;

/// Blocks on top of a coinbase before it can be spent (consensus).
const MATURITY: u32 = 100;

/// Height of the fund.
const FUND: u32 = 1;

/// Outputs of the fund, each enough for the largest possible payment and its fee.
const FUND_OUTPUTS: usize = 1000;

/// What a block creates (regtest's first subsidy, which the sandbox never halves).
const SUBSIDY: Amount = Amount::from_sat(50 * 100_000_000);

/// An unspent output of the best chain.
#[derive(Debug, Clone)]
struct Coin {
    out: TxOut,
    height: u32,
    coinbase: bool,
}

/// Why a transaction cannot enter the mempool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// In the mempool or on the chain.
    Known,
    /// An input is spent by something else.
    Conflict,
    /// Anything else.
    Invalid(&'static str),
}

/// The chain.
#[derive(Debug)]
pub(super) struct State {
    /// From the genesis block up.
    blocks: Vec<Block>,
    coins: HashMap<OutPoint, Coin>,
    /// Transactions of the best chain.
    mined: HashSet<Txid>,
    /// Parents before children.
    mempool: Vec<Transaction>,
    pooled: HashSet<Txid>,
    /// What the mempool spends.
    spent: HashMap<OutPoint, Txid>,
    /// Every transaction that ever was.
    all: HashMap<Txid, Transaction>,
    /// When a transaction last entered the mempool, as far as it is known.
    entered: HashMap<Txid, Timestamp>,
    /// Blocks ever made: makes every coinbase unique.
    made: u64,
    /// Every block that ever was on the best chain.
    ever: HashSet<BlockHash>,
}

/// The script that anyone can spend.
pub(super) fn anyone() -> ScriptBuf {
    ScriptBuf::from_bytes(vec![OP_TRUE.to_u8()])
}

impl State {
    /// The genesis block only.
    pub(super) fn new() -> Self {
        let mut state = Self {
            blocks: Vec::new(),
            coins: HashMap::new(),
            mined: HashSet::new(),
            mempool: Vec::new(),
            pooled: HashSet::new(),
            spent: HashMap::new(),
            all: HashMap::new(),
            entered: HashMap::new(),
            made: 0,
            ever: HashSet::new(),
        };
        state.connect(bitcoin::constants::genesis_block(Network::Regtest));
        state
    }

    pub(super) fn tip(&self) -> BlockRef {
        let height = self.height();
        let hash = self.blocks[height as usize].block_hash();
        BlockRef { height, hash }
    }

    pub(super) fn height(&self) -> u32 {
        u32::try_from(self.blocks.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn block_at(&self, height: u32) -> Option<&Block> {
        self.blocks.get(usize::try_from(height).ok()?)
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Whether a block was ever on the best chain.
    pub(super) fn ever_had(&self, hash: BlockHash) -> bool {
        self.ever.contains(&hash)
    }

    pub(super) fn mempool(&self) -> &[Transaction] {
        &self.mempool
    }

    /// Any transaction that ever was, there or not.
    pub(super) fn transaction(&self, txid: Txid) -> Option<&Transaction> {
        self.all.get(&txid)
    }

    pub(super) fn is_pooled(&self, txid: Txid) -> bool {
        self.pooled.contains(&txid)
    }

    /// When a transaction of the mempool entered it, if it is known.
    pub(super) fn entered(&self, txid: Txid) -> Option<Timestamp> {
        self.entered.get(&txid).copied().filter(|_| self.is_pooled(txid))
    }

    /// The transaction of the mempool that spends this output.
    pub(super) fn spender(&self, output: &OutPoint) -> Option<Txid> {
        self.spent.get(output).copied()
    }

    pub(super) fn is_mined(&self, txid: Txid) -> bool {
        self.mined.contains(&txid)
    }

    /// Makes an operation take effect.
    pub(super) fn apply(&mut self, op: Op) {
        match op {
            Op::Enter { tx, at } => {
                let tx = tx.0;
                self.entered.extend(at.map(|at| (tx.compute_txid(), at)));
                let rivals: HashSet<Txid> =
                    inputs(&tx).filter_map(|input| self.spent.get(&input).copied()).collect();
                if !rivals.is_empty() {
                    self.leave(rivals);
                }
                self.enter(tx);
            }
            Op::Leave { txids } => self.leave(txids.into_iter().collect()),
            Op::Blocks { undo, keep, blocks } => {
                let undone = self.disconnect(undo);
                let mut pool = if keep { undone } else { Vec::new() };
                pool.append(&mut self.mempool);
                for block in blocks {
                    self.connect(block.0);
                }
                self.refill(pool);
            }
        }
    }

    /// Whether the transaction may enter the mempool as it is.
    pub(super) fn check(&self, tx: &Transaction) -> Result<(), Refusal> {
        let txid = tx.compute_txid();
        if self.is_pooled(txid) || self.is_mined(txid) {
            return Err(Refusal::Known);
        }
        if tx.is_coinbase() || tx.input.is_empty() || tx.output.is_empty() {
            return Err(Refusal::Invalid("not a payment"));
        }
        let mut seen = HashSet::new();
        let mut value = Some(Amount::ZERO);
        for input in inputs(tx) {
            if self.spent.contains_key(&input) {
                return Err(Refusal::Conflict);
            }
            if !seen.insert(input) {
                return Err(Refusal::Invalid("an input is there twice"));
            }
            let amount = self.input_value(input)?;
            value = value.and_then(|value| value.checked_add(amount));
        }
        let mut outputs = tx.output.iter().map(|output| output.value);
        let spent = outputs.try_fold(Amount::ZERO, Amount::checked_add);
        match (value, spent) {
            (Some(value), Some(spent)) if spent <= value => Ok(()),
            _ => Err(Refusal::Invalid("the outputs are worth more than the inputs")),
        }
    }

    fn is_mature(&self, coin: &Coin) -> bool {
        let free = !coin.coinbase || coin.height == FUND;
        free || self.height() + 1 >= coin.height + MATURITY
    }

    fn input_value(&self, input: OutPoint) -> Result<Amount, Refusal> {
        if let Some(coin) = self.coins.get(&input) {
            let mature = !coin.coinbase || coin.height == FUND || self.height() + 1 >= coin.height + MATURITY;
            let value = coin.out.value;
            return mature.then_some(value).ok_or(Refusal::Invalid("a coinbase is immature"));
        }
        let vout = usize::try_from(input.vout).unwrap_or(usize::MAX);
        let parent = self.all.get(&input.txid);
        let output = parent.and_then(|parent| parent.output.get(vout));
        match output {
            Some(output) if self.is_pooled(input.txid) => Ok(output.value),
            // On the chain and no coin: something on the chain spent it.
            Some(_) if self.is_mined(input.txid) => Err(Refusal::Conflict),
            _ => Err(Refusal::Invalid("an input's transaction is not known")),
        }
    }

    /// Whether a block of the best chain spends this output.
    pub(super) fn is_spent_by_block(&self, outpoint: OutPoint) -> bool {
        self.is_mined(outpoint.txid) && !self.coins.contains_key(&outpoint)
    }

    /// Outputs that anyone can spend and the mempool does not: the largest confirmed one if it
    /// will do alone (the fund's, while it lasts, so that payments do not depend on each other),
    /// or as many as needed, unconfirmed ones too, the largest first.
    pub(super) fn purse(&self, amount: Amount) -> Vec<(OutPoint, Amount)> {
        let script = anyone();
        let free = |outpoint: &OutPoint| !self.spent.contains_key(outpoint);
        let mut coins: Vec<(OutPoint, Amount)> = (self.coins.iter())
            .filter(|(outpoint, coin)| coin.out.script_pubkey == script && free(outpoint))
            .filter(|(_, coin)| self.is_mature(coin))
            .map(|(outpoint, coin)| (*outpoint, coin.out.value))
            .collect();
        let largest = coins.iter().max_by_key(|(outpoint, value)| (*value, *outpoint));
        if let Some(coin) = largest.filter(|(_, value)| *value >= amount) {
            return vec![*coin];
        }
        let change = self.mempool.iter().flat_map(|tx| {
            let txid = tx.compute_txid();
            (0u32..).zip(&tx.output).map(move |(vout, output)| (OutPoint { txid, vout }, output))
        });
        let change = change.filter(|(out, output)| output.script_pubkey == script && free(out));
        coins.extend(change.map(|(outpoint, output)| (outpoint, output.value)));
        coins.sort_by_key(|(outpoint, value)| (std::cmp::Reverse(*value), *outpoint));
        let mut total = Amount::ZERO;
        let short = |(_, value): &(OutPoint, Amount)| {
            let wanted = total < amount;
            total = total.checked_add(*value).unwrap_or(Amount::MAX);
            wanted
        };
        coins.into_iter().take_while(short).collect()
    }

    /// What a known transaction's inputs are worth, and its fee.
    pub(super) fn value_and_fee(&self, tx: &Transaction) -> Option<(Amount, Amount)> {
        let mut value = Amount::ZERO;
        for input in inputs(tx) {
            let output = self.all.get(&input.txid)?.output.get(usize::try_from(input.vout).ok()?)?;
            value = value.checked_add(output.value)?;
        }
        let mut outputs = tx.output.iter().map(|output| output.value);
        let spent = outputs.try_fold(Amount::ZERO, Amount::checked_add)?;
        Some((value, value.checked_sub(spent)?))
    }

    /// Whether a transaction may take the place of those in the mempool that spend the same coins: its fee is
    /// above theirs by a satoshi for each of its vbytes, as nodes ask (BIP 125). What spends those goes with them.
    pub(super) fn pays_more(&self, tx: &Transaction) -> bool {
        let rivals: HashSet<Txid> = inputs(tx).filter_map(|input| self.spent.get(&input).copied()).collect();
        let sound = inputs(tx).all(|input| self.input_value(input).is_ok() && !rivals.contains(&input.txid));
        let fee = |tx: &Transaction| self.value_and_fee(tx).map(|(_, fee)| fee.to_sat());
        let theirs: Option<u64> = rivals.iter().map(|txid| self.all.get(txid).and_then(fee)).sum();
        let vsize = u64::try_from(tx.vsize()).unwrap_or(u64::MAX);
        let least = theirs.and_then(|theirs| theirs.checked_add(vsize));
        sound && least.is_some_and(|least| fee(tx) >= Some(least))
    }

    /// The next block on top of `parent` at `height`, with a nonce that regtest accepts. `nth`
    /// counts the blocks of one operation.
    pub(super) fn make_block(
        &self,
        parent: (u32, &Header),
        nth: u64,
        transactions: Vec<Transaction>,
        outputs: Vec<TxOut>,
        now: Timestamp,
    ) -> Block {
        let height = parent.0 + 1;
        let script_sig = Builder::new()
            .push_int(i64::from(height))
            .push_slice((self.made + nth).to_le_bytes())
            .into_script();
        let coinbase = Transaction {
            version: transaction::Version::TWO,
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: OutPoint::null(),
                script_sig,
                sequence: Sequence::MAX,
                witness: Witness::new(),
            }],
            output: outputs,
        };
        let seconds = u32::try_from(now.as_secs()).unwrap_or(0);
        let header = Header {
            version: Version::TWO,
            prev_blockhash: parent.1.block_hash(),
            merkle_root: TxMerkleNode::all_zeros(),
            time: seconds.max(parent.1.time),
            bits: CompactTarget::from_consensus(0x207f_ffff),
            nonce: 0,
        };
        let mut block = Block { header, txdata: vec![coinbase] };
        block.txdata.extend(transactions);
        block.header.merkle_root = block.compute_merkle_root().unwrap_or_else(TxMerkleNode::all_zeros);
        let target = block.header.target();
        while !target.is_met_by(block.block_hash()) {
            block.header.nonce += 1;
        }
        block
    }

    /// The first block: its coinbase pays the outputs that everything is paid from.
    pub(super) fn make_fund(&self) -> Block {
        let value = Amount::MAX_MONEY + Amount::ONE_BTC;
        let output = TxOut { value, script_pubkey: anyone() };
        let genesis = &self.blocks[0].header;
        let outputs = vec![output; FUND_OUTPUTS];
        self.make_block((0, genesis), 0, Vec::new(), outputs, Timestamp::EPOCH)
    }

    /// What a block's coinbase pays to `script`.
    pub(super) fn reward(&self, transactions: &[Transaction], script: ScriptBuf) -> Vec<TxOut> {
        let fees = transactions.iter().filter_map(|tx| self.value_and_fee(tx)).map(|(_, fee)| fee);
        let value = fees.fold(SUBSIDY, |sum, fee| sum.checked_add(fee).unwrap_or(sum));
        vec![TxOut { value, script_pubkey: script }]
    }

    fn connect(&mut self, block: Block) {
        let height = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        for tx in &block.txdata {
            let txid = tx.compute_txid();
            for input in inputs(tx) {
                self.coins.remove(&input);
            }
            // The genesis block's output is not spendable by consensus.
            if height > 0 {
                for (vout, out) in (0u32..).zip(&tx.output) {
                    let coin = Coin { out: out.clone(), height, coinbase: tx.is_coinbase() };
                    self.coins.insert(OutPoint { txid, vout }, coin);
                }
            }
            self.mined.insert(txid);
            self.all.insert(txid, tx.clone());
        }
        self.made += 1;
        self.ever.insert(block.block_hash());
        self.blocks.push(block);
    }

    /// Takes the highest blocks off, and returns their transactions without the coinbases. The
    /// coins are built anew: a reorganisation is rare, and an undo record one more thing to err in.
    fn disconnect(&mut self, depth: u32) -> Vec<Transaction> {
        if depth == 0 {
            return Vec::new();
        }
        let keep = self.blocks.len().saturating_sub(usize::try_from(depth).unwrap_or(usize::MAX));
        let undone = self.blocks.split_off(keep);
        let made = self.made;
        self.coins.clear();
        self.mined.clear();
        for block in std::mem::take(&mut self.blocks) {
            self.connect(block);
        }
        self.made = made;
        undone.into_iter().flat_map(|block| block.txdata.into_iter().skip(1)).collect()
    }

    fn enter(&mut self, tx: Transaction) {
        let txid = tx.compute_txid();
        self.spent.extend(inputs(&tx).map(|input| (input, txid)));
        self.pooled.insert(txid);
        self.all.insert(txid, tx.clone());
        self.mempool.push(tx);
    }

    /// Takes transactions out of the mempool, and what depends on them.
    fn leave(&mut self, txids: HashSet<Txid>) {
        let mut pool = std::mem::take(&mut self.mempool);
        pool.retain(|tx| !txids.contains(&tx.compute_txid()));
        self.refill(pool);
    }

    /// Fills the mempool with those of the transactions that are valid now, in this order.
    fn refill(&mut self, pool: Vec<Transaction>) {
        self.mempool.clear();
        self.pooled.clear();
        self.spent.clear();
        for tx in pool {
            if self.check(&tx).is_ok() {
                self.enter(tx);
            }
        }
    }
}
