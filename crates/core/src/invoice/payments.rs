//! Payments: receipts counted to an invoice, with what was recorded about them.
//!
//! [`reconcile`] is the only writer. A payment is never forgotten: one that is lost stays in the
//! list with its cause, because the time its inputs were first seen may still count for a
//! replacement, and because the merchant will ask.

use bitcoin::{Amount, OutPoint, Transaction, Txid};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::step::Moment;
use super::terms::Terms;
use crate::chain::{BlockRef, Position, Receipt, Snapshot};
use crate::time::Timestamp;

/// Depth at which a payment is taken for final.
pub(super) const FINAL_DEPTH: u32 = 6;
/// Depth before which a coinbase output cannot be spent (consensus rule).
const COINBASE_MATURITY: u32 = 100;

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
    /// What the transaction spends.
    pub inputs: Vec<OutPoint>,
    /// Paid by a coinbase.
    pub coinbase: bool,
    /// The transaction.
    pub raw_tx: Transaction,
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
            Standing::Block(block) => (tip_height + 1).saturating_sub(block.height),
            Standing::Mempool | Standing::Missing | Standing::Lost(_) => 0,
        }
    }

    /// The payment as the receipt that a chain source knows.
    #[must_use]
    pub fn to_receipt(&self) -> Receipt {
        Receipt {
            outpoint: self.outpoint,
            amount: self.amount,
            position: match self.standing {
                Standing::Block(block) => Position::Block(block),
                Standing::Mempool | Standing::Missing | Standing::Lost(_) => Position::Mempool,
            },
            first_seen: self.first_seen,
            replaceable: self.replaceable,
            inputs: self.inputs.clone(),
            coinbase: self.coinbase,
            raw_tx: self.raw_tx.clone(),
        }
    }

    fn from_receipt(receipt: &Receipt) -> Self {
        Self {
            outpoint: receipt.outpoint,
            amount: receipt.amount,
            standing: standing(receipt.position),
            first_seen: receipt.first_seen,
            replaceable: receipt.replaceable,
            inputs: receipt.inputs.clone(),
            coinbase: receipt.coinbase,
            raw_tx: receipt.raw_tx.clone(),
            matured: false,
            six_deep: false,
        }
    }

    fn shares_input(&self, other: &Self) -> bool {
        self.inputs.iter().any(|input| other.inputs.contains(input))
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

/// When a payment counts as seen: the earliest sight of it and of every payment (lost ones too)
/// that shares an input with it, so that a buyer's fee bump after expiry is not late.
pub(super) fn seen_at(payment: &Payment, all: &[Payment]) -> Timestamp {
    all.iter()
        .filter(|other| other.shares_input(payment))
        .map(|other| other.first_seen)
        .fold(payment.first_seen, Timestamp::min)
}

/// Takes a snapshot of the invoice's script into the payments, and says what happened.
pub(super) fn reconcile(payments: &mut Vec<Payment>, snapshot: &Snapshot, events: &mut Vec<Event>) {
    for receipt in &snapshot.receipts {
        match payments.iter_mut().find(|p| p.outpoint == receipt.outpoint) {
            Some(known) => {
                if !known.is_live() {
                    events.push(Event::PaymentReturned { outpoint: known.outpoint, amount: known.amount });
                }
                known.standing = standing(receipt.position);
                known.first_seen = known.first_seen.min(receipt.first_seen);
            }
            None => {
                events.push(Event::PaymentSeen { outpoint: receipt.outpoint, amount: receipt.amount });
                payments.push(Payment::from_receipt(receipt));
            }
        }
    }
    let absent: Vec<OutPoint> = payments
        .iter()
        .filter(|p| p.is_live() && !snapshot.receipts.iter().any(|r| r.outpoint == p.outpoint))
        .map(|p| p.outpoint)
        .collect();
    for outpoint in absent {
        match rival(outpoint, payments, snapshot) {
            Some(by) => lose(payments, outpoint, LossCause::Conflict(by), events),
            None => payments
                .iter_mut()
                .filter(|p| p.outpoint == outpoint)
                .for_each(|p| p.standing = Standing::Missing),
        }
    }
}

/// What took an absent payment's inputs: a conflict the source knows of, or another receipt of
/// this very snapshot that spends one of them.
fn rival(outpoint: OutPoint, payments: &[Payment], snapshot: &Snapshot) -> Option<Txid> {
    let known = snapshot.conflicts.iter().find(|c| c.outpoint == outpoint).map(|c| c.by);
    let lost = payments.iter().find(|p| p.outpoint == outpoint)?;
    known.or_else(|| {
        snapshot
            .receipts
            .iter()
            .find(|r| r.inputs.iter().any(|i| lost.inputs.contains(i)))
            .map(|r| r.outpoint.txid)
    })
}

/// Records that a payment does not count any more. What was recorded of its depth goes with it.
pub(super) fn lose(payments: &mut [Payment], outpoint: OutPoint, cause: LossCause, events: &mut Vec<Event>) {
    for payment in payments.iter_mut().filter(|p| p.outpoint == outpoint && p.is_live()) {
        payment.standing = Standing::Lost(cause);
        payment.matured = false;
        payment.six_deep = false;
        events.push(Event::PaymentLost { outpoint, amount: payment.amount, cause });
    }
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
    let missing: Vec<OutPoint> =
        payments.iter().filter(|p| p.standing == Standing::Missing).map(|p| p.outpoint).collect();
    for outpoint in missing {
        lose(payments, outpoint, LossCause::Vanished, events);
    }
}

/// Records which payments reached the depth their invoice asks, and which are final.
pub(super) fn record_depth(payments: &mut [Payment], terms: &Terms, moment: Moment) {
    for i in 0..payments.len() {
        let payment = &payments[i];
        if !payment.is_live() || payment.standing == Standing::Missing {
            continue;
        }
        let conflicted = payments
            .iter()
            .any(|p| !p.is_live() && p.outpoint != payment.outpoint && p.shares_input(payment));
        let mut needed = terms.confirmations(payment.amount, payment.replaceable || conflicted);
        let mut finality = FINAL_DEPTH;
        if payment.coinbase {
            needed = needed.max(COINBASE_MATURITY);
            finality = COINBASE_MATURITY;
        }
        let depth = payment.confirmations(moment.tip_height);
        let payment = &mut payments[i];
        payment.matured |= depth >= needed;
        payment.six_deep |= depth >= finality;
    }
}
