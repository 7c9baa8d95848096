//! Payments: receipts counted to an invoice, with what was recorded about them.
//!
//! [`reconcile`] is the only writer. A payment is never forgotten: one that is lost stays in the
//! list with its cause, because the time its inputs were first seen may still count for a
//! replacement, and because the merchant will ask.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::{Amount, OutPoint, Transaction, Txid};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::step::Moment;
use super::terms::{Speed, Terms};
use crate::chain::{
    BlockRef, COINBASE_MATURITY, FINAL_DEPTH, Position, Receipt, Remembered, Snapshot, Spend, inputs,
};
use crate::time::Timestamp;

/// Why a payment no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LossCause {
    /// This transaction spends one of its inputs.
    Conflict(Txid),
    /// The node refused it again, because its inputs are spent.
    Refused,
    /// It was in neither mempool nor chain when the monitoring window was over.
    Vanished,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// In the mempool.
    Mempool,
    /// In a block of the best chain.
    Block(BlockRef),
    /// In neither, with no conflict known: it may come back, and counts until it is lost.
    Missing,
    /// It does not count any more.
    Lost(LossCause),
}

/// A receipt counted to an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The output that pays.
    pub outpoint: OutPoint,
    /// Its value in satoshis.
    pub amount: Amount,
    /// Where it stands.
    pub standing: Standing,
    /// When its transaction was first seen.
    pub first_seen: Timestamp,
    /// The transaction signals replacement.
    pub replaceable: bool,
    /// Paid by a coinbase.
    pub coinbase: bool,
    /// The transaction, shared by all payments that it makes.
    pub raw_tx: Arc<Transaction>,
    /// It reached the confirmations its invoice asks. Stands until it is lost.
    pub matured: bool,
    /// It reached six confirmations. Stands until it is lost.
    pub six_deep: bool,
}

impl Payment {
    /// Whether it counts: anything but lost.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !matches!(self.standing, Standing::Lost(_))
    }

    /// Confirmations at a tip: 0 outside the chain, 1 in the tip's own block.
    #[must_use]
    pub fn confirmations(&self, tip_height: u32) -> u32 {
        match self.standing {
            Standing::Block(block) => block.confirmations(tip_height),
            Standing::Mempool | Standing::Missing | Standing::Lost(_) => 0,
        }
    }

    /// The payment as the receipt that a chain source reported, with what spent it then.
    #[must_use]
    pub fn remembered(&self, spent: Option<Spend>) -> Remembered {
        let place = match self.standing {
            Standing::Block(block) => Some(Position::Block(block)),
            Standing::Mempool => Some(Position::Mempool),
            Standing::Missing | Standing::Lost(_) => None,
        };
        let receipt = Receipt {
            outpoint: self.outpoint,
            amount: self.amount,
            position: place.unwrap_or(Position::Mempool),
            first_seen: self.first_seen,
            replaceable: self.replaceable,
            coinbase: self.coinbase,
            raw_tx: self.raw_tx.clone(),
            spent,
        };
        Remembered { receipt, there: place.is_some() }
    }

    fn from_receipt(receipt: &Receipt) -> Self {
        Self {
            outpoint: receipt.outpoint,
            amount: receipt.amount,
            standing: standing(receipt.position),
            first_seen: receipt.first_seen,
            replaceable: receipt.replaceable,
            coinbase: receipt.coinbase,
            raw_tx: receipt.raw_tx.clone(),
            matured: false,
            six_deep: false,
        }
    }
}

/// Whether nothing that is to be expected changes whether it counts: it is lost, or deep in a block.
pub(super) fn is_final(payment: &Payment) -> bool {
    match payment.standing {
        Standing::Lost(_) => true,
        Standing::Block(_) => payment.six_deep,
        Standing::Mempool | Standing::Missing => false,
    }
}

fn standing(position: Position) -> Standing {
    match position {
        Position::Mempool => Standing::Mempool,
        Position::Block(block) => Standing::Block(block),
    }
}

/// The sum of payments. Saturates at the largest amount there is, which only a broken node
/// could report; it never wraps.
pub(super) fn sum<'a>(payments: impl Iterator<Item = &'a Payment>) -> Amount {
    payments
        .map(|p| p.amount)
        .fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX_MONEY))
}

/// The transactions of payments, each once: an invoice may be paid by thousands of outputs of one
/// that has hundreds of inputs.
fn transactions<'a>(payments: impl Iterator<Item = &'a Payment>) -> BTreeMap<Txid, &'a Transaction> {
    payments.map(|p| (p.outpoint.txid, &*p.raw_tx)).collect()
}

/// When the payments of each transaction count as seen: at its own first sight, or at that of one which it replaced,
/// so that a buyer's fee bump after expiry is not late. It must not pay more than that one did, or a satoshi sent in
/// time would hold the price of all; and it must have replaced it itself, or a payment that its sender took back would.
pub(super) fn sights(payments: &[Payment]) -> BTreeMap<Txid, Timestamp> {
    let (mut seen, mut paid) = (BTreeMap::new(), BTreeMap::<Txid, Amount>::new());
    for payment in payments {
        let txid = payment.outpoint.txid;
        earliest(&mut seen, txid, payment.first_seen);
        let sum = paid.entry(txid).or_insert(Amount::ZERO);
        *sum = sum.checked_add(payment.amount).unwrap_or(Amount::MAX_MONEY);
    }
    // What was replaced twice lends its time on: the oldest comes first.
    let mut oldest_first: Vec<&Payment> = payments.iter().collect();
    oldest_first.sort_by_key(|p| p.first_seen);
    for payment in oldest_first {
        let Standing::Lost(LossCause::Conflict(by)) = payment.standing else { continue };
        let txid = payment.outpoint.txid;
        if paid.get(&by).is_some_and(|more| *more <= paid[&txid]) {
            let since = seen[&txid];
            earliest(&mut seen, by, since);
        }
    }
    seen
}

fn earliest<K: Ord>(times: &mut BTreeMap<K, Timestamp>, key: K, time: Timestamp) {
    times.entry(key).and_modify(|first| *first = time.min(*first)).or_insert(time);
}

/// Takes a snapshot of the invoice's script into the payments, and says what happened.
pub(super) fn reconcile(payments: &mut Vec<Payment>, snapshot: &Snapshot, events: &mut Vec<Event>) {
    let mut places: BTreeMap<OutPoint, usize> = (0..).zip(&*payments).map(|(i, p)| (p.outpoint, i)).collect();
    for receipt in &snapshot.receipts {
        match places.entry(receipt.outpoint) {
            Entry::Occupied(place) => {
                let known = &mut payments[*place.get()];
                if !known.is_live() {
                    events.push(Event::PaymentReturned { outpoint: known.outpoint, amount: known.amount });
                }
                known.standing = standing(receipt.position);
                known.first_seen = known.first_seen.min(receipt.first_seen);
            }
            Entry::Vacant(place) => {
                events.push(Event::PaymentSeen { outpoint: receipt.outpoint, amount: receipt.amount });
                place.insert(payments.len());
                payments.push(Payment::from_receipt(receipt));
            }
        }
    }
    let present: BTreeSet<OutPoint> = snapshot.receipts.iter().map(|r| r.outpoint).collect();
    let rivals = Rivals::of(snapshot);
    for payment in payments.iter_mut().filter(|p| p.is_live() && !present.contains(&p.outpoint)) {
        match rivals.of_payment(payment) {
            Some(by) => lose(payment, LossCause::Conflict(by), events),
            None => payment.standing = Standing::Missing,
        }
    }
}

/// What may have taken an absent payment's inputs.
struct Rivals {
    /// The conflicts that the source knows of.
    known: BTreeMap<OutPoint, Txid>,
    /// What the receipts of this very snapshot spend.
    spent: BTreeMap<OutPoint, Txid>,
}

impl Rivals {
    fn of(snapshot: &Snapshot) -> Self {
        let txs: BTreeMap<Txid, &Transaction> =
            snapshot.receipts.iter().map(|r| (r.outpoint.txid, &*r.raw_tx)).collect();
        Self {
            known: snapshot.conflicts.iter().map(|c| (c.outpoint, c.by)).collect(),
            spent: txs.iter().flat_map(|(txid, tx)| inputs(tx).map(|input| (input, *txid))).collect(),
        }
    }

    fn of_payment(&self, lost: &Payment) -> Option<Txid> {
        let known = self.known.get(&lost.outpoint);
        known.or_else(|| inputs(&lost.raw_tx).find_map(|input| self.spent.get(&input))).copied()
    }
}

/// Records that a payment does not count any more. What was recorded of its depth goes with it.
fn lose(payment: &mut Payment, cause: LossCause, events: &mut Vec<Event>) {
    payment.standing = Standing::Lost(cause);
    payment.matured = false;
    payment.six_deep = false;
    events.push(Event::PaymentLost { outpoint: payment.outpoint, amount: payment.amount, cause });
}

/// A refused rebroadcast loses the payments of a transaction only while they are missing: what is
/// in the mempool or in a block was refused for being there.
pub(super) fn refuse(payments: &mut [Payment], txid: Txid, events: &mut Vec<Event>) {
    for payment in missing(payments).filter(|p| p.outpoint.txid == txid) {
        lose(payment, LossCause::Refused, events);
    }
}

fn missing(payments: &mut [Payment]) -> impl Iterator<Item = &mut Payment> {
    payments.iter_mut().filter(|p| p.standing == Standing::Missing)
}

/// Gives up what is missing once the monitoring window is over, as of the last sync.
pub(super) fn give_up_missing(
    payments: &mut [Payment],
    terms: &Terms,
    moment: Moment,
    events: &mut Vec<Event>,
) {
    if moment.synced_at < terms.monitoring_ends_at() {
        return;
    }
    for payment in missing(payments) {
        lose(payment, LossCause::Vanished, events);
    }
}

/// Why a payment needs as many confirmations as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepthCause {
    /// The invoice's speed asks for them.
    Speed,
    /// The speed asks for none, but more is at stake than counts without a block.
    AboveLimit {
        /// The most that does, in satoshis.
        limit: Amount,
    },
    /// The speed asks for none, but its sender can still replace it.
    Replaceable,
    /// The speed asks for none, but another transaction spends the same coins.
    Contested,
    /// It was mined, and cannot be spent before.
    Mined,
}

/// How a payment is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The output that pays.
    pub outpoint: OutPoint,
    /// When it counts as seen: as early as what it replaced.
    pub seen_at: Timestamp,
    /// That is before the time for paying was over.
    pub in_time: bool,
    /// Confirmations that it needs.
    pub needed: u32,
    /// Why so many.
    pub because: DepthCause,
}

/// How each payment is judged, in their order.
pub(super) fn judged(payments: &[Payment], terms: &Terms) -> Vec<Judged> {
    let (seen, contested) = (sights(payments), contested(payments));
    let judge = |payment: &Payment| {
        let txid = payment.outpoint.txid;
        let seen_at = seen.get(&txid).copied().unwrap_or(payment.first_seen);
        let (needed, because) = needed(payment, terms, &contested);
        Judged { outpoint: payment.outpoint, seen_at, in_time: seen_at < terms.expires_at(), needed, because }
    };
    payments.iter().map(judge).collect()
}

/// The transactions that count and spend coins which one that is lost spent too.
fn contested(payments: &[Payment]) -> BTreeSet<Txid> {
    let lost = transactions(payments.iter().filter(|p| !p.is_live()));
    let contested: BTreeSet<OutPoint> = lost.values().flat_map(|tx| inputs(tx)).collect();
    let live = transactions(payments.iter().filter(|p| p.is_live())).into_iter();
    let conflicted = live.filter(|(_, tx)| inputs(tx).any(|input| contested.contains(&input)));
    conflicted.map(|(txid, _)| txid).collect()
}

/// How many confirmations a payment needs, and why so many.
fn needed(payment: &Payment, terms: &Terms, contested: &BTreeSet<Txid>) -> (u32, DepthCause) {
    let uncertain = payment.replaceable || contested.contains(&payment.outpoint.txid);
    let needed = terms.confirmations(payment.amount, uncertain);
    let limit = terms.unconfirmed_limit();
    let because = match () {
        () if payment.coinbase => return (needed.max(COINBASE_MATURITY), DepthCause::Mined),
        () if terms.speed() != Speed::High || needed == 0 => DepthCause::Speed,
        () if terms.at_stake(payment.amount) > limit => DepthCause::AboveLimit { limit },
        () if payment.replaceable => DepthCause::Replaceable,
        () => DepthCause::Contested,
    };
    (needed, because)
}

/// Records which payments reached the depth their invoice asks, and which are final.
pub(super) fn record_depth(payments: &mut [Payment], terms: &Terms, moment: Moment) {
    let contested = contested(payments);
    for payment in payments.iter_mut().filter(|p| p.is_live() && p.standing != Standing::Missing) {
        let (needed, _) = needed(payment, terms, &contested);
        let finality = if payment.coinbase { COINBASE_MATURITY } else { FINAL_DEPTH };
        let depth = payment.confirmations(moment.tip_height);
        payment.matured |= depth >= needed;
        payment.six_deep |= depth >= finality;
    }
}
