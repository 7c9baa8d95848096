//! One step of an invoice: a fact comes in; the invoice after it, events and postings come out.
//!
//! The same function serves a payment, a late payment, a reorganisation, an expiry and the
//! operator's mark. Stepping twice with the same input yields nothing the second time.

use bitcoin::{Amount, Txid};
use serde::{Deserialize, Serialize};

use super::Invoice;
use super::assess::{Flag, Status, Verdict, assess, unmarked};
use super::event::{Event, diff};
use super::payments;
use super::terms::Terms;
use crate::chain::Snapshot;
use crate::ledger::{self, Posting};
use crate::time::Timestamp;

/// The operator's decision over an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Paid, whatever the chain says.
    Complete,
    /// Not paid, whatever the chain says.
    Invalid,
}

impl Mark {
    /// The status that the mark gives.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Complete => Status::Complete,
            Self::Invalid => Status::Invalid,
        }
    }
}

/// The invoice cannot be marked so from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an invoice that is {0:?} by its payments cannot be marked so")]
pub struct MarkRefused(pub Status);

/// As of when the facts are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When the chain was last followed to its tip. Not the time of the clock: nothing is
    /// pronounced on stale facts.
    pub synced_at: Timestamp,
    /// The height of that tip.
    pub tip_height: u32,
}

/// A new fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What is true of the invoice's script now.
    Chain(Snapshot),
    /// The node refused to take this transaction again: its inputs are spent.
    Refused(Txid),
    /// The operator decided.
    Mark(Mark),
    /// Nothing but the moment: a block came, or a deadline passed.
    Time,
}

/// What a step led to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a step that is not stored did not happen"]
pub struct Step {
    /// The invoice after it.
    pub invoice: Invoice,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What the ledger books.
    pub postings: Vec<Posting>,
}

impl Step {
    /// Nothing changed at all: there is nothing to write.
    #[must_use]
    pub fn is_empty(&self, before: &Invoice) -> bool {
        self.invoice == *before
    }
}

/// A new invoice, with the events of its birth. A free one is complete at once.
pub fn open(terms: Terms) -> Step {
    let invoice = Invoice {
        terms,
        payments: Vec::new(),
        mark: None,
        ever_confirmed: false,
        booked: Amount::ZERO,
        verdict: Verdict::new(Status::New, Flag::None),
    };
    // As of the epoch no deadline has passed, and there is no payment to judge.
    let first = step(&invoice, &Fact::Time, Moment { synced_at: Timestamp::EPOCH, tip_height: 0 });
    let Ok(first) = first else { unreachable!("only a mark can be refused") };
    let mut events = vec![Event::Created];
    events.extend(first.events);
    Step { events, ..first }
}

/// Takes one fact in and judges again.
///
/// # Errors
/// [`MarkRefused`] if the fact is a mark that the invoice's state does not allow. Every other
/// fact is always taken.
pub fn step(before: &Invoice, fact: &Fact, moment: Moment) -> Result<Step, MarkRefused> {
    let mut invoice = before.clone();
    let mut events = Vec::new();
    let mut marked = None;
    match fact {
        Fact::Chain(snapshot) => payments::reconcile(&mut invoice.payments, snapshot, &mut events),
        Fact::Refused(txid) => payments::refuse(&mut invoice.payments, *txid, &mut events),
        Fact::Mark(mark) => {
            check_mark(before, *mark)?;
            marked = (before.mark != Some(*mark)).then_some(*mark);
            invoice.mark = Some(*mark);
        }
        Fact::Time => {}
    }
    payments::give_up_missing(&mut invoice.payments, &invoice.terms, moment, &mut events);
    payments::record_depth(&mut invoice.payments, &invoice.terms, moment);

    let by_payments = unmarked(&invoice, moment.synced_at);
    invoice.ever_confirmed |= matches!(by_payments.status(), Status::Confirmed | Status::Complete);
    invoice.verdict = assess(&invoice, moment.synced_at);

    events.extend(diff(before.verdict, invoice.verdict, marked));
    let postings = ledger::sale_postings(
        before.booked,
        invoice.received(),
        invoice.verdict.status() == Status::Complete,
    );
    invoice.booked = ledger::booked_after(before.booked, &postings);
    Ok(Step { invoice, events, postings })
}

/// Complete may be said of anything not settled by its payments; invalid likewise. What was
/// marked once may be marked otherwise.
fn check_mark(invoice: &Invoice, mark: Mark) -> Result<(), MarkRefused> {
    let status = invoice.verdict.status();
    let allowed = invoice.mark.is_some()
        || match mark {
            Mark::Complete => {
                matches!(status, Status::New | Status::Paid | Status::Expired | Status::Invalid)
            }
            Mark::Invalid => matches!(status, Status::New | Status::Paid | Status::Expired),
        };
    if allowed { Ok(()) } else { Err(MarkRefused(status)) }
}
