//! Refunds: what is given back of an invoice.
//!
//! A refund is asked by the merchant and paid by a transaction that the merchant signs elsewhere. It is a
//! part of its invoice, so that all refunds of one are judged together: what is pending or paid never
//! passes what was received and is final. Where it goes, and which coins pay it, is not known here.

use std::collections::BTreeMap;

use bitcoin::{Amount, Txid};

use super::Invoice;
use super::assess::Flag;
use super::event::Event;
use super::payments;
use super::step::Refused;
use crate::ids::RefundId;
use crate::ledger::{Returned, less};

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStanding {
    /// Asked, and not in a block.
    Pending,
    /// The merchant does not give it back after all.
    Cancelled,
    /// In a block.
    Paid {
        /// The transaction.
        txid: Txid,
        /// Its share of the transaction's fee, in satoshis.
        fee: Amount,
    },
    /// What was signed for it can never be in a block.
    Failed,
}

/// Something that is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refund {
    /// Identifier.
    pub id: RefundId,
    /// How much, in satoshis.
    pub amount: Amount,
    /// Where it stands.
    pub standing: RefundStanding,
}

impl Refund {
    /// Whether it counts against what was received.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self.standing, RefundStanding::Pending | RefundStanding::Paid { .. })
    }
}

/// What became of a refund, by all transactions that were ever made for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// None of them is in a block, and one may still be, or there is none.
    Open,
    /// One of them is in a block.
    Paid {
        /// The transaction.
        txid: Txid,
        /// The refund's share of its fee, in satoshis.
        fee: Amount,
    },
    /// What was signed can never be in a block: its coins were spent otherwise, six blocks deep.
    Lost,
}

impl Invoice {
    /// Everything that was ever to be given back, in the order in which it was asked.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// The refund of that id.
    #[must_use]
    pub fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id == id)
    }

    /// What was given back and is in a block.
    #[must_use]
    pub fn returned(&self) -> Returned {
        let mut returned = Returned::default();
        for refund in &self.refunds {
            if let RefundStanding::Paid { fee, .. } = refund.standing {
                returned.amount += refund.amount;
                returned.fees += fee;
            }
        }
        returned
    }

    /// What is to be given back or was, in satoshis.
    #[must_use]
    pub fn committed(&self) -> Amount {
        self.refunds.iter().filter(|refund| refund.counts()).map(|refund| refund.amount).sum()
    }

    /// The most that can still be given back, in satoshis: of what was received and is final.
    #[must_use]
    pub fn refundable(&self) -> Amount {
        less(self.final_amount(), self.committed())
    }

    /// The part of it that came beyond what was asked, in satoshis.
    #[must_use]
    pub fn refundable_surplus(&self) -> Amount {
        let limit = self.terms.limit(self.accepted_amount());
        let surplus = limit.map_or(Amount::ZERO, |limit| less(self.received(), limit));
        less(surplus, self.committed()).min(self.refundable())
    }

    /// Whether a pending refund may be paid: all that is to be given back and was does not pass what was received
    /// and is final. It may, when one that was cancelled was paid all the same: then another has to be
    /// cancelled first.
    #[must_use]
    pub fn may_pay(&self, id: RefundId) -> bool {
        let is_pending = |refund: &Refund| refund.standing == RefundStanding::Pending;
        self.refund(id).is_some_and(is_pending) && self.committed() <= self.final_amount()
    }

    pub(super) fn gives_back(&self) -> bool {
        self.refunds.iter().any(Refund::counts)
    }

    fn final_amount(&self) -> Amount {
        payments::sum(self.payments.iter().filter(|p| p.is_live() && p.six_deep))
    }
}

pub(super) fn ask(
    invoice: &mut Invoice,
    id: RefundId,
    amount: Amount,
    exact: bool,
    events: &mut Vec<Event>,
) -> Result<(), Refused> {
    if invoice.refund(id).is_some() {
        return Ok(());
    }
    let most = invoice.refundable();
    let waits = exact && invoice.payments.iter().any(|p| p.is_live() && !p.six_deep);
    if waits || invoice.final_amount() == Amount::ZERO {
        return Err(Refused::NotFinal);
    }
    if exact && matches!(invoice.verdict.flag(), Flag::PaidPartial | Flag::PaidOver) {
        return Err(Refused::NotExact);
    }
    if amount == Amount::ZERO {
        return Err(Refused::RefundOfNothing);
    }
    if amount > most {
        return Err(Refused::RefundTooMuch { most });
    }
    invoice.refunds.push(Refund { id, amount, standing: RefundStanding::Pending });
    events.push(Event::RefundAsked { refund: id, amount });
    Ok(())
}

pub(super) fn cancel(invoice: &mut Invoice, id: RefundId, events: &mut Vec<Event>) -> Result<(), Refused> {
    let refund = find(invoice, id)?;
    match refund.standing {
        RefundStanding::Cancelled => Ok(()),
        RefundStanding::Pending => {
            refund.standing = RefundStanding::Cancelled;
            events.push(Event::RefundCancelled { refund: id });
            Ok(())
        }
        RefundStanding::Paid { .. } | RefundStanding::Failed => Err(Refused::RefundNotPending),
    }
}

/// What the chain says of a refund holds whatever was decided: one that was cancelled after its
/// transaction was handed out may be paid all the same.
pub(super) fn stand(
    invoice: &mut Invoice,
    id: RefundId,
    outcome: Outcome,
    events: &mut Vec<Event>,
) -> Result<(), Refused> {
    let refund = find(invoice, id)?;
    let (before, amount) = (refund.standing, refund.amount);
    let after = match (before, outcome) {
        (_, Outcome::Paid { txid, fee }) => RefundStanding::Paid { txid, fee },
        (RefundStanding::Paid { .. }, Outcome::Open) => RefundStanding::Pending,
        (RefundStanding::Paid { .. } | RefundStanding::Pending, Outcome::Lost) => RefundStanding::Failed,
        (standing, Outcome::Open | Outcome::Lost) => standing,
    };
    if before == after {
        return Ok(());
    }
    refund.standing = after;
    if let RefundStanding::Paid { fee, .. } = before {
        events.push(Event::RefundUnpaid { refund: id, amount, fee });
    }
    match after {
        RefundStanding::Paid { txid, fee } => {
            events.push(Event::RefundPaid { refund: id, txid, amount, fee })
        }
        RefundStanding::Failed => events.push(Event::RefundFailed { refund: id }),
        RefundStanding::Pending | RefundStanding::Cancelled => {}
    }
    Ok(())
}

/// Where each refund stands by a log of events alone: what `specie verify` compares with what is stored.
#[must_use]
pub fn told_of_refunds<'a>(log: impl IntoIterator<Item = &'a Event>) -> BTreeMap<RefundId, RefundStanding> {
    let mut told = BTreeMap::new();
    for event in log {
        let (refund, standing) = match event {
            Event::RefundAsked { refund, .. } | Event::RefundUnpaid { refund, .. } => {
                (refund, RefundStanding::Pending)
            }
            Event::RefundCancelled { refund } => (refund, RefundStanding::Cancelled),
            Event::RefundPaid { refund, txid, fee, .. } => {
                (refund, RefundStanding::Paid { txid: *txid, fee: *fee })
            }
            Event::RefundFailed { refund } => (refund, RefundStanding::Failed),
            _ => continue,
        };
        told.insert(*refund, standing);
    }
    told
}

fn find(invoice: &mut Invoice, id: RefundId) -> Result<&mut Refund, Refused> {
    invoice.refunds.iter_mut().find(|refund| refund.id == id).ok_or(Refused::NoSuchRefund)
}
