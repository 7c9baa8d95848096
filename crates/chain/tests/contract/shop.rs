//! The two sides of a scenario: a [`World`] in which things happen to a chain, and a [`Shop`]
//! which follows it through a source and keeps what it was told, as the server does.

use std::collections::BTreeMap;

use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid};
use specie_chain::{ChainSource, Reorg, SourceError, Watch};
use specie_core::chain::{
    BlockRef, Broadcast, Conflict, Locator, Position, Receipt, Remembered, Spend, Update,
};
use specie_core::time::Timestamp;

pub type Outputs = Vec<(ScriptBuf, Amount)>;

/// A chain to which things can be done.
pub trait World {
    /// Sets the clock by which things happen. It stands still, and a restart may lose it.
    fn set_clock(&mut self, now: Timestamp);
    /// A source on this chain that watches nothing yet.
    fn source(&self) -> ChainSource;
    fn pay(&mut self, outputs: Outputs, replaceable: bool) -> Txid;
    /// The same inputs, other outputs, a higher fee.
    fn replace(&mut self, txid: Txid, outputs: Outputs) -> Txid;
    /// The same inputs to someone else.
    fn double_spend(&mut self, txid: Txid) -> Txid;
    /// A new script whose coins can be spent here.
    fn own_script(&mut self) -> ScriptBuf;
    /// A transaction that spends coins of own scripts to someone else, all but this fee, signed and not
    /// sent; replaceable.
    fn spending(&mut self, coins: &[OutPoint], fee: Amount) -> Transaction;
    fn mine(&mut self, blocks: u32);
    fn mine_to(&mut self, script: ScriptBuf);
    fn reorg(&mut self, depth: u32, fate: Reorg);
    fn evict(&mut self, txid: Txid);
    fn lose_mempool(&mut self);
    /// Puts the chain aside as it is now.
    fn keep(&mut self);
    /// Puts back what was kept: no block after it is there any more.
    fn restore(&mut self);
    fn tip(&self) -> BlockRef;
}

/// What was last told of a script.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    pub receipts: Vec<Receipt>,
    pub conflicts: Vec<Conflict>,
    /// Every receipt ever told, as last told.
    ever: BTreeMap<OutPoint, Receipt>,
}

/// An output of an own script.
pub struct Coin {
    pub script: ScriptBuf,
    pub outpoint: OutPoint,
}

/// What the spends of the scenarios pay, and what a coin is worth.
const FEE: Amount = Amount::from_sat(1_000);
const COIN: Amount = Amount::from_sat(100_000);

/// Follows a world through a source.
pub struct Shop<W> {
    pub world: W,
    pub source: ChainSource,
    pub locator: Locator,
    told: BTreeMap<ScriptBuf, Told>,
    watched: Vec<ScriptBuf>,
    secs: i64,
}

pub fn sats(sats: u64) -> Amount {
    Amount::from_sat(sats)
}

/// A script that nobody can spend; scripts of different numbers differ.
pub fn script(number: u8) -> ScriptBuf {
    ScriptBuf::from_bytes([[0x00, 0x14].as_slice(), &[number; 20]].concat())
}

/// A transaction that spends these to script 99, replaceable and not signed.
pub fn spending(coins: &[OutPoint], value: Amount) -> Transaction {
    let sequence = Sequence::ENABLE_RBF_NO_LOCKTIME;
    let input = |coin: &OutPoint| TxIn { previous_output: *coin, sequence, ..TxIn::default() };
    Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: coins.iter().map(input).collect(),
        output: vec![TxOut { value, script_pubkey: script(99) }],
    }
}

pub fn block_of(receipt: &Receipt) -> BlockRef {
    match receipt.position {
        Position::Block(block) => block,
        Position::Mempool => panic!("{} is in no block", receipt.outpoint),
    }
}

impl<W: World> Shop<W> {
    /// A shop that has followed the world to its tip and watches scripts 1 and 2.
    pub fn open(world: W) -> Self {
        let source = world.source();
        let (told, locator) = (BTreeMap::new(), Locator::default());
        let watched = vec![script(1), script(2)];
        let shop = Self { world, source, locator, told, watched, secs: 2_000_000_000 };
        shop.source.watch(shop.watches());
        shop
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.secs)
    }

    fn watches(&self) -> Vec<Watch> {
        let watch = |script: &ScriptBuf| Watch {
            script: script.clone(),
            rescan_from: None,
            known: self.remembered(script),
        };
        self.watched.iter().map(watch).collect()
    }

    /// Every receipt of a script that was ever told.
    fn remembered(&self, script: &ScriptBuf) -> Vec<Remembered> {
        let told = self.told(script);
        let there = |receipt: &Receipt| told.receipts.iter().any(|known| known.outpoint == receipt.outpoint);
        told.ever.into_values().map(|receipt| Remembered { there: there(&receipt), receipt }).collect()
    }

    /// Watches one more script.
    pub fn watch(&mut self, script: ScriptBuf, rescan_from: Option<u32>) {
        let known = self.remembered(&script);
        self.source.watch([Watch { script: script.clone(), rescan_from, known }]);
        self.watched.push(script);
    }

    /// What was last told of a script.
    pub fn told(&self, script: &ScriptBuf) -> Told {
        self.told.get(script).cloned().unwrap_or_default()
    }

    pub fn receipts(&self, number: u8) -> Vec<Receipt> {
        self.told(&script(number)).receipts
    }

    pub fn conflicts(&self, number: u8) -> Vec<Conflict> {
        self.told(&script(number)).conflicts
    }

    /// The transactions that pay a script now.
    pub fn paid_by(&self, number: u8) -> Vec<Txid> {
        self.receipts(number).iter().map(|receipt| receipt.outpoint.txid).collect()
    }

    /// Asks the source, and keeps nothing of the answer.
    pub async fn ask(&mut self) -> Result<Update, SourceError> {
        self.secs += 10;
        self.source.sync(&self.locator, self.now()).await
    }

    /// Asks the source and keeps the answer; returns the numbers of the scripts that differ.
    pub async fn look(&mut self) -> Vec<u8> {
        let update = self.ask().await.unwrap();
        self.apply(update)
    }

    pub fn apply(&mut self, update: Update) -> Vec<u8> {
        assert_eq!(update.tip, self.world.tip());
        assert_eq!(update.locator.tip(), Some(update.tip));
        assert_eq!(update.locator.synced_at, self.now());
        self.locator = update.locator;
        let mut differ = Vec::new();
        for snapshot in update.snapshots {
            let told = self.told.entry(snapshot.script.clone()).or_default();
            for receipt in &snapshot.receipts {
                assert_eq!(receipt.raw_tx.compute_txid(), receipt.outpoint.txid);
                let output = &receipt.raw_tx.output[receipt.outpoint.vout as usize];
                assert_eq!(output.script_pubkey, snapshot.script);
                assert_eq!(output.value, receipt.amount);
                told.ever.insert(receipt.outpoint, receipt.clone());
            }
            for conflict in &snapshot.conflicts {
                assert!(told.ever.contains_key(&conflict.outpoint), "of a receipt never told");
            }
            assert!(snapshot.receipts.is_sorted_by_key(|receipt| receipt.outpoint));
            told.receipts = snapshot.receipts;
            told.conflicts = snapshot.conflicts;
            differ.push(*snapshot.script.as_bytes().last().unwrap());
        }
        differ
    }

    /// The server stops, and starts again with what it kept.
    pub fn restart(&mut self) {
        self.source = self.world.source();
        self.source.watch(self.watches());
    }

    /// The server could not apply an update, and tells the source.
    pub fn start_over(&mut self) {
        self.source.restart(self.watches());
    }

    pub async fn broadcast(&self, tx: &Transaction) -> Broadcast {
        self.source.broadcast(tx).await.unwrap()
    }

    /// Pays script 1, which the shop sees in the mempool.
    pub async fn paid(&mut self, amount: Amount) -> Txid {
        let txid = self.world.pay(vec![(script(1), amount)], true);
        assert_eq!(self.look().await, [1]);
        assert_eq!(self.paid_by(1), [txid]);
        txid
    }

    /// Pays script 1 in a block, which the shop sees.
    pub async fn paid_in_a_block(&mut self, amount: Amount) -> Txid {
        let txid = self.paid(amount).await;
        self.world.mine(1);
        assert_eq!(self.look().await, [1]);
        assert_eq!(block_of(&self.receipts(1)[0]), self.world.tip());
        txid
    }

    /// Watches a new script of the world's own and pays it; nobody has looked yet.
    pub fn unseen_coin(&mut self) -> Coin {
        let script = self.world.own_script();
        self.watch(script.clone(), None);
        let txid = self.world.pay(vec![(script.clone(), COIN)], false);
        Coin { script, outpoint: OutPoint { txid, vout: 0 } }
    }

    /// Pays a new script of the world's own, which the shop sees in the mempool.
    pub async fn coin(&mut self) -> Coin {
        let coin = self.unseen_coin();
        assert_eq!(self.look_at(&coin).await, None);
        coin
    }

    /// Pays a coin's script once more.
    pub fn pay_more(&mut self, coin: &Coin) {
        self.world.pay(vec![(coin.script.clone(), COIN)], false);
    }

    /// Spends coins with a transaction that is the same each time.
    pub async fn spend(&mut self, coins: &[&Coin]) -> Txid {
        let coins: Vec<OutPoint> = coins.iter().map(|coin| coin.outpoint).collect();
        self.send(&coins, FEE).await
    }

    /// Spends a coin with another transaction.
    pub async fn spend_otherwise(&mut self, coin: &Coin) -> Txid {
        self.send(&[coin.outpoint], FEE + FEE).await
    }

    async fn send(&mut self, coins: &[OutPoint], fee: Amount) -> Txid {
        let tx = self.world.spending(coins, fee);
        assert_eq!(self.broadcast(&tx).await, Broadcast::Accepted);
        tx.compute_txid()
    }

    pub fn receipts_of(&self, script: &ScriptBuf) -> Vec<Receipt> {
        self.told(script).receipts
    }

    /// What was last told to spend a coin, which is there.
    pub fn spent(&self, coin: &Coin) -> Option<Spend> {
        let receipts = self.receipts_of(&coin.script);
        receipts.iter().find(|receipt| receipt.outpoint == coin.outpoint).unwrap().spent
    }

    /// Looks, when a coin's script is all that differs; returns what spends it now.
    pub async fn look_at(&mut self, coin: &Coin) -> Option<Spend> {
        assert_eq!(self.look().await, coin.script.as_bytes()[coin.script.len() - 1..]);
        self.spent(coin)
    }
}
