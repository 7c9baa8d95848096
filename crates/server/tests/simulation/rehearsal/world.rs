//! The chain as it happens: every block and every mempool that ever was, for the checks to look at.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use bitcoin::{Amount, OutPoint, ScriptBuf, Txid};
use specie::clock::Clock;
use specie_chain::{PayOptions, Reorg, Sandbox};
use specie_core::time::Timestamp;
use specie_testkit::reference::{Paid, scan};

use super::chance::Chance;
use super::faults::{Counts, Fault};

/// What is below this, nobody here is paid by: the practice chain's coins come from there.
const FUNDED: u32 = 1;

/// How the chain's hints fare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hints {
    /// They arrive.
    Heard,
    /// They are lost.
    Lost,
    /// They arrive twice.
    Twice,
    /// They arrive later, perhaps after others.
    Late,
}

/// What was true from a moment on.
pub struct Epoch {
    /// Since when.
    pub from: Timestamp,
    /// Every output by its script.
    pub outputs: BTreeMap<ScriptBuf, Vec<Paid>>,
}

/// The chain, with its history.
pub struct World {
    pub sandbox: Sandbox,
    pub hints: Hints,
    /// The process is there to see what happens.
    pub seen: bool,
    clock: Clock,
    counts: Counts,
    epochs: Vec<Epoch>,
    /// When a transaction first was in the mempool.
    entered: HashMap<Txid, Timestamp>,
    /// The most confirmations that an output ever had.
    deepest: HashMap<OutPoint, u32>,
    /// Payments that were made, and the scripts that they were meant for.
    made: Vec<Txid>,
}

impl World {
    /// A new chain with a block of its own.
    pub fn new(clock: Clock, counts: Counts) -> Self {
        let sandbox = Sandbox::open(None).expect("a chain in memory");
        sandbox.mine(1, clock.now()).expect("a block");
        let mut world = Self {
            sandbox,
            hints: Hints::Heard,
            seen: true,
            clock,
            counts,
            epochs: Vec::new(),
            entered: HashMap::new(),
            deepest: HashMap::new(),
            made: Vec::new(),
        };
        world.look();
        world
    }

    /// Takes down what is true now, if it is not what was true before. Returns whether it is not.
    pub fn look(&mut self) -> bool {
        let outputs = scan(&self.sandbox.blocks_above(FUNDED), &self.sandbox.mempool());
        if self.epochs.last().is_some_and(|last| last.outputs == outputs) {
            return false;
        }
        let now = self.clock.now();
        for paid in outputs.values().flatten() {
            let deepest = self.deepest.entry(paid.outpoint).or_default();
            *deepest = paid.confirmations.max(*deepest);
            self.entered.entry(paid.outpoint.txid).or_insert(now);
        }
        self.epochs.push(Epoch { from: now, outputs });
        true
    }

    /// What is true now, as of the last look.
    pub fn now(&self) -> &Epoch {
        self.epochs.last().expect("there was a look")
    }

    /// All that was true at a moment: several things, if something happened just then.
    pub fn at(&self, moment: Timestamp) -> impl Iterator<Item = &Epoch> {
        let ends = self.epochs.iter().skip(1).map(|next| Some(next.from)).chain([None]);
        let epochs = self.epochs.iter().zip(ends);
        epochs
            .filter(move |(epoch, end)| epoch.from <= moment && end.is_none_or(|end| end >= moment))
            .map(|(epoch, _)| epoch)
    }

    /// All that ever was true.
    pub fn ever(&self) -> impl Iterator<Item = &Epoch> {
        self.epochs.iter()
    }

    /// The most confirmations that an output ever had.
    pub fn deepest(&self, outpoint: OutPoint) -> Option<u32> {
        self.deepest.get(&outpoint).copied()
    }

    /// When a transaction first was anywhere.
    pub fn entered(&self, txid: Txid) -> Option<Timestamp> {
        self.entered.get(&txid).copied()
    }

    /// Pays scripts with one transaction.
    pub fn pay(&mut self, outputs: Vec<(ScriptBuf, u64)>, replaceable: bool) {
        let outputs = outputs.into_iter().map(|(script, sats)| (script, Amount::from_sat(sats))).collect();
        let paid = self.sandbox.pay_many(outputs, PayOptions { replaceable }, self.clock.now());
        self.made.push(paid.expect("the chain has coins enough"));
        self.happened();
    }

    /// Replaces some payment by one that pays this instead, if there is one to replace.
    pub fn replace(&mut self, chance: &mut Chance, script: ScriptBuf, sats: u64) {
        let Some(txid) = self.some_payment(chance) else { return };
        let before = self.sandbox.transaction(txid);
        let is_same = before.is_some_and(|tx| tx.output.iter().any(|output| output.script_pubkey == script));
        let outputs = vec![(script, Amount::from_sat(sats))];
        if let Ok(replaced) = self.sandbox.replace(txid, outputs, self.clock.now()) {
            self.made.push(replaced);
            self.counts.happened(if is_same { Fault::Replacement } else { Fault::Diversion });
            self.happened();
        }
    }

    /// Spends the coins of some payment elsewhere.
    pub fn double_spend(&mut self, chance: &mut Chance) {
        let Some(txid) = self.some_payment(chance) else { return };
        if self.sandbox.double_spend(txid, self.clock.now()).is_ok() {
            self.counts.happened(if self.seen { Fault::DoubleSpend } else { Fault::DoubleSpendUnseen });
            self.happened();
        }
    }

    /// Some payment leaves the mempool.
    pub fn evict(&mut self, chance: &mut Chance) {
        let Some(txid) = self.some_payment(chance) else { return };
        if self.sandbox.evict(txid).is_ok() {
            self.counts.happened(Fault::Eviction);
            self.happened();
        }
    }

    /// Everything leaves the mempool.
    pub fn lose_mempool(&mut self) {
        if self.sandbox.mempool().is_empty() {
            return;
        }
        self.sandbox.clear_mempool().expect("a chain in memory");
        self.counts.happened(Fault::MempoolLost);
        self.happened();
    }

    /// Blocks come.
    pub fn mine(&mut self, blocks: u32) {
        self.sandbox.mine(blocks, self.clock.now()).expect("a chain in memory");
        self.happened();
    }

    /// Another branch wins.
    pub fn reorganise(&mut self, depth: u32, fate: Reorg) {
        if self.sandbox.reorg(depth, fate, self.clock.now()).is_ok() {
            self.counts.happened(match depth {
                _ if !self.seen => Fault::ReorganisationUnseen,
                6.. => Fault::DeepReorganisation,
                _ => Fault::Reorganisation,
            });
            self.happened();
        }
    }

    fn some_payment(&self, chance: &mut Chance) -> Option<Txid> {
        (!self.made.is_empty()).then(|| chance.pick(&self.made))
    }

    /// Takes down what happened, and lets its hint fare as hints fare now.
    fn happened(&mut self) {
        self.look();
        match self.hints {
            Hints::Heard => {}
            Hints::Lost => self.counts.happened(Fault::HintLost),
            Hints::Twice => {
                self.counts.happened(Fault::HintRepeated);
                self.sandbox.say_again();
            }
            Hints::Late => {
                self.counts.happened(Fault::HintLate);
                let sandbox = self.sandbox.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(350)).await;
                    sandbox.say_again();
                });
            }
        }
    }

    /// Hints fare so from now on.
    pub fn let_hints(&mut self, fare: Hints) {
        self.hints = fare;
        self.sandbox.hush(matches!(fare, Hints::Lost | Hints::Late));
    }
}
