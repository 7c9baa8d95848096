//! One step of an invoice: a fact comes in; the invoice after it, events and postings come out.
//!
//! The same function serves a payment, a late payment, a reorganisation, an expiry, the operator's
//! mark, the merchant's acceptance, the buyer's wish to go on and the end of a quote before its time. Stepping twice with the same input yields nothing the second time.

use bitcoin::{Amount, Txid};
use serde::{Deserialize, Serialize};

use super::Invoice;
use super::assess::{Flag, Status, Verdict, assess, unmarked};
use super::ending;
use super::event::{Event, diff};
use super::payments;
use super::refund::{self, Outcome};
use super::renewal::{self, NotRenewed};
use super::terms::{Asked, Terms};
use crate::chain::Snapshot;
use crate::ids::RefundId;
use crate::ledger::Posting;
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
    /// Both.
    pub const ALL: [Self; 2] = [Self::Complete, Self::Invalid];

    /// The status that the mark gives.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Complete => Status::Complete,
            Self::Invalid => Status::Invalid,
        }
    }

    /// The mark that gives the status of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.status().name() == name)
    }
}

/// Which difference between what was asked and what came a merchant accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Adjustment {
    /// Less came, and is enough.
    Partial,
    /// More came, and is kept.
    Over,
}

/// What a merchant accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// What had been received then, in satoshis. It stands in for the due; the terms stay.
    pub amount: Amount,
    /// When.
    pub at: Timestamp,
}

/// Why a decision over an invoice cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// From where it stands.
    #[error("an invoice that is {} by its payments cannot be marked so", .0.name())]
    Mark(Status),
    /// A mark stands whatever is paid.
    #[error("the invoice was marked by the operator: nothing is left to accept")]
    Marked,
    /// Nothing came, or enough, or nothing has been quoted.
    #[error("the invoice is not partially paid")]
    NotPartial,
    /// No more came than was asked, or what did was accepted before.
    #[error("the invoice is not overpaid")]
    NotOver,
    /// What could still be lost is not accepted.
    #[error("the invoice's payments need six confirmations each")]
    NotFinal,
    /// What was given back is not accepted.
    #[error("something of the invoice is given back: nothing is left to accept")]
    Refunded,
    /// Accept what came, or ask for the rest, first.
    #[error("the invoice is partially paid or overpaid")]
    NotExact,
    /// It has to be something.
    #[error("a refund has to be above zero")]
    RefundOfNothing,
    /// More than came, or than is left of it. `most` is what is left, in satoshis.
    #[error("at most {} satoshis of the invoice can be refunded", .most.to_sat())]
    RefundTooMuch {
        /// What is left to be given back, in satoshis.
        most: Amount,
    },
    /// There is none of that id.
    #[error("the invoice has no such refund")]
    NoSuchRefund,
    /// What was paid, or cannot be any more, is not cancelled.
    #[error("the refund is not pending")]
    RefundNotPending,
    /// Its buyer cannot go on.
    #[error(transparent)]
    Renewal(NotRenewed),
    /// It can be ended while it waits for its payment, and only so often.
    #[error("the invoice's time is not ended: it waits for no payment any more, or was quoted too often")]
    NotEnded,
    /// An address is issued while it can be paid.
    #[error("the time for paying the invoice is over")]
    NotOpened,
}

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
    /// The merchant takes what came for what was asked.
    Accept {
        /// Which difference is accepted.
        adjustment: Adjustment,
        /// When.
        at: Timestamp,
    },
    /// The merchant gives something back.
    Refund {
        /// Its new id.
        id: RefundId,
        /// How much, in satoshis.
        amount: Amount,
        /// Only of an invoice that is neither partially paid nor overpaid, as BitPay's document has it.
        exact: bool,
    },
    /// The merchant does not give it back after all.
    CancelRefund(RefundId),
    /// How the transactions that give it back stand.
    RefundStands {
        /// The refund.
        id: RefundId,
        /// What became of it.
        outcome: Outcome,
    },
    /// The buyer goes on after the time for paying was over.
    Requote {
        /// The terms with the new quote.
        terms: Terms,
        /// When.
        at: Timestamp,
    },
    /// The present quote ends now, before its time: for what is paid with nothing of worth alone.
    EndQuote {
        /// When.
        at: Timestamp,
    },
    /// The buyer wants to pay: an address is issued along with it.
    Open {
        /// When.
        at: Timestamp,
    },
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
    born(terms, false)
}

/// The same of an invoice whose address is issued when its buyer wants to pay ([`Fact::Open`]). Where nothing is
/// asked, none ever is.
pub fn open_later(terms: Terms) -> Step {
    born(terms, true)
}

fn born(terms: Terms, later: bool) -> Step {
    let invoice = Invoice {
        unopened: later && terms.asked() != Asked::Nothing,
        terms,
        payments: Vec::new(),
        mark: None,
        accepted: None,
        ever_confirmed: false,
        booked: Amount::ZERO,
        refunds: Vec::new(),
        requotes: 0,
        extended: false,
        verdict: Verdict::new(Status::New, Flag::None),
    };
    // As of the epoch no deadline has passed, and there is no payment to judge.
    let first = step(&invoice, &Fact::Time, Moment { synced_at: Timestamp::EPOCH, tip_height: 0 });
    let Ok(first) = first else { unreachable!("only a decision can be refused") };
    let mut events = vec![Event::Created];
    events.extend(first.events);
    Step { events, ..first }
}

/// Takes one fact in and judges again.
///
/// # Errors
/// [`Refused`] if the fact is a decision that the invoice's state does not allow. Every other fact is
/// always taken.
pub fn step(before: &Invoice, fact: &Fact, moment: Moment) -> Result<Step, Refused> {
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
        Fact::Accept { adjustment, at } => accept(&mut invoice, *adjustment, *at, &mut events)?,
        Fact::Requote { terms, at } => renewal::requote(&mut invoice, terms, *at, moment, &mut events)?,
        Fact::EndQuote { at } => ending::end(&mut invoice, *at, &mut events)?,
        Fact::Open { at } => take_address(&mut invoice, *at, &mut events)?,
        Fact::Refund { .. } | Fact::CancelRefund(_) | Fact::RefundStands { .. } | Fact::Time => {}
    }
    payments::give_up_missing(&mut invoice.payments, &invoice.terms, moment, &mut events);
    payments::record_depth(&mut invoice.payments, &invoice.terms, moment);
    // What may be given back depends on how deep the payments are by now.
    match fact {
        Fact::Refund { id, amount, exact } => refund::ask(&mut invoice, *id, *amount, *exact, &mut events)?,
        Fact::CancelRefund(id) => refund::cancel(&mut invoice, *id, &mut events)?,
        Fact::RefundStands { id, outcome } => refund::stand(&mut invoice, *id, *outcome, &mut events)?,
        _ => {}
    }

    let by_payments = unmarked(&invoice, moment.synced_at);
    invoice.ever_confirmed |= matches!(by_payments.status(), Status::Confirmed | Status::Complete);
    invoice.verdict = assess(&invoice, moment.synced_at);

    events.extend(diff(before.verdict, invoice.verdict, marked));
    let complete = invoice.verdict.status() == Status::Complete;
    let limit = invoice.terms.limit(invoice.accepted_amount());
    let books = before.books().next(invoice.received(), complete, limit, invoice.returned());
    let postings = before.books().postings_to(books);
    invoice.booked = books.booked();
    Ok(Step { invoice, events, postings })
}

impl Invoice {
    /// Whether the operator may mark it so, and it is not marked so already.
    #[must_use]
    pub fn may_be_marked(&self, mark: Mark) -> bool {
        self.mark != Some(mark) && check_mark(self, mark).is_ok()
    }
}

/// Complete may be said of anything not settled by its payments; invalid likewise. What was
/// marked once may be marked otherwise.
fn check_mark(invoice: &Invoice, mark: Mark) -> Result<(), Refused> {
    let status = invoice.verdict.status();
    let allowed = invoice.mark.is_some()
        || match mark {
            Mark::Complete => {
                matches!(status, Status::New | Status::Paid | Status::Expired | Status::Invalid)
            }
            Mark::Invalid => matches!(status, Status::New | Status::Paid | Status::Expired),
        };
    if allowed { Ok(()) } else { Err(Refused::Mark(status)) }
}

/// Takes note that there is an address. One that is there already stays.
fn take_address(invoice: &mut Invoice, at: Timestamp, events: &mut Vec<Event>) -> Result<(), Refused> {
    if !invoice.unopened {
        return Ok(());
    }
    if invoice.verdict.status() != Status::New || at >= invoice.terms.expires_at() {
        return Err(Refused::NotOpened);
    }
    invoice.unopened = false;
    events.push(Event::Opened);
    Ok(())
}

/// Takes what was received for what is due. It has to be final; so it is confirmed, late or not. What
/// was accepted before is accepted still.
fn accept(
    invoice: &mut Invoice,
    adjustment: Adjustment,
    at: Timestamp,
    events: &mut Vec<Event>,
) -> Result<(), Refused> {
    let amount = invoice.received();
    if invoice.mark.is_some() {
        return Err(Refused::Marked);
    }
    if invoice.accepted_amount() == Some(amount) {
        return Ok(());
    }
    match adjustment {
        _ if invoice.gives_back() => Err(Refused::Refunded),
        Adjustment::Partial if invoice.verdict.flag() != Flag::PaidPartial => Err(Refused::NotPartial),
        Adjustment::Over if invoice.verdict.flag() != Flag::PaidOver => Err(Refused::NotOver),
        _ if !invoice.payments.iter().all(payments::is_final) => Err(Refused::NotFinal),
        Adjustment::Partial | Adjustment::Over => {
            invoice.accepted = Some(Accepted { amount, at });
            invoice.ever_confirmed = true;
            events.push(Event::Accepted { adjustment, amount });
            Ok(())
        }
    }
}
