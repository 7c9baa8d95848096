//! An invoice: its terms, the payments seen for it, and the verdict over them.
//!
//! The one idea: an invoice is a function from facts to a verdict, run again whenever a fact
//! may have changed. [`step()`](step::step) takes the invoice as it stands and one new fact, and
//! answers with the invoice after it, and with the events and postings that are the difference.
//! Nobody sets a status; nobody fires an event. This must never read a clock, a chain or a row.

mod assess;
mod ending;
mod event;
mod need;
mod notice;
mod order;
mod payments;
mod proof;
mod refund;
mod renewal;
mod step;
mod terms;

pub use assess::{Flag, Status, Verdict};
pub use event::{Event, Folded, diagram, fold};
pub use need::Need;
pub use notice::{Notice, Notifications, notices};
pub use order::{Buyer, InvalidRequest, MAX_FIELD_LEN, NewInvoice, Order, email_key};
pub use payments::{DepthCause, Judged, LossCause, Payment, Standing};
pub use proof::{Unproved, prove};
pub use refund::{Outcome, Refund, RefundStanding, told_of_refunds};
pub use renewal::{MAX_QUOTES, NotRenewed, Renewal};
pub use step::{Accepted, Adjustment, Fact, Mark, Moment, Refused, Step, open, open_later, step};
pub use terms::{Asked, Speed, Terms, TermsError};

use bitcoin::Amount;

use crate::ledger::Books;
use crate::time::Timestamp;

/// Everything the verdict depends on, and the verdict as it was last given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    terms: Terms,
    payments: Vec<Payment>,
    mark: Option<Mark>,
    accepted: Option<Accepted>,
    ever_confirmed: bool,
    booked: Amount,
    refunds: Vec<Refund>,
    requotes: u32,
    extended: bool,
    unopened: bool,
    verdict: Verdict,
}

/// An invoice's parts as they were stored. Only for reading rows back: the verdict in it was
/// once given by [`step()`](step::step).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What was agreed, with the last quote.
    pub terms: Terms,
    /// Every payment ever seen, in the order of first sight.
    pub payments: Vec<Payment>,
    /// The operator's last standing mark.
    pub mark: Option<Mark>,
    /// What the merchant accepted instead of the amount due.
    pub accepted: Option<Accepted>,
    /// The invoice was confirmed at some time.
    pub ever_confirmed: bool,
    /// What the ledger holds of this invoice, in satoshis.
    pub booked: Amount,
    /// Everything that was ever to be given back, in the order in which it was asked.
    pub refunds: Vec<Refund>,
    /// How often it was quoted anew, or its quote ended before its time.
    pub requotes: u32,
    /// It was given more time for the rest of what it asks.
    pub extended: bool,
    /// Something is asked, and there is no address to pay it to yet.
    pub unopened: bool,
    /// The last status.
    pub status: Status,
    /// The last flag.
    pub flag: Flag,
}

impl Invoice {
    /// An invoice read back from its rows.
    #[must_use]
    pub fn rehydrate(stored: Stored) -> Self {
        Self {
            terms: stored.terms,
            payments: stored.payments,
            mark: stored.mark,
            accepted: stored.accepted,
            ever_confirmed: stored.ever_confirmed,
            booked: stored.booked,
            refunds: stored.refunds,
            requotes: stored.requotes,
            extended: stored.extended,
            unopened: stored.unopened,
            verdict: Verdict::new(stored.status, stored.flag),
        }
    }

    /// What was agreed at creation, with the last quote.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Every payment ever seen, lost ones too, in the order of first sight.
    #[must_use]
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// The operator's last standing mark.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// What the merchant accepted instead of the amount due.
    #[must_use]
    pub fn accepted(&self) -> Option<Accepted> {
        self.accepted
    }

    /// Whether it was ever confirmed.
    #[must_use]
    pub fn ever_confirmed(&self) -> bool {
        self.ever_confirmed
    }

    /// What the ledger holds of this invoice, in satoshis.
    #[must_use]
    pub fn booked(&self) -> Amount {
        self.booked
    }

    /// The same, with what of it is earned.
    #[must_use]
    pub fn books(&self) -> Books {
        Books::new(self.booked, self.terms.limit(self.accepted_amount()), self.returned())
    }

    /// How often it was quoted anew, or its quote ended before its time: each made another quote.
    #[must_use]
    pub fn requotes(&self) -> u32 {
        self.requotes
    }

    /// Whether it was given more time for the rest of what it asks: that is done once.
    #[must_use]
    pub fn extended(&self) -> bool {
        self.extended
    }

    /// Whether something is asked, and there is no address to pay it to until its buyer wants one.
    #[must_use]
    pub fn unopened(&self) -> bool {
        self.unopened
    }

    /// The verdict as it was last given.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// How each of its payments is judged, and by what, in their order.
    #[must_use]
    pub fn judged(&self) -> Vec<Judged> {
        payments::judged(&self.payments, &self.terms)
    }

    /// What was received and is not lost, in satoshis.
    #[must_use]
    pub fn received(&self) -> Amount {
        payments::sum(self.payments.iter().filter(|p| p.is_live()))
    }

    /// The earliest payment that counts; of a top-up invoice, what makes its price.
    #[must_use]
    pub fn first_live(&self) -> Option<&Payment> {
        self.payments.iter().filter(|p| p.is_live()).min_by_key(|p| p.first_seen)
    }

    /// The whole amount due in satoshis, where one was quoted: less than that if less was accepted.
    #[must_use]
    pub fn due(&self) -> Option<Amount> {
        let due = self.terms.due()?;
        Some(self.accepted_amount().map_or(due, |accepted| accepted.min(due)))
    }

    /// The least that counts as paid in full, in satoshis.
    fn min_due(&self) -> Amount {
        let min_due = self.terms.min_due();
        self.accepted_amount().map_or(min_due, |accepted| accepted.min(min_due))
    }

    /// What came beyond the due, was accepted and is still there, in satoshis.
    #[must_use]
    pub fn credited(&self) -> Amount {
        let accepted = self.accepted_amount().map_or(Amount::ZERO, |accepted| accepted.min(self.received()));
        self.terms.due().and_then(|due| accepted.checked_sub(due)).unwrap_or(Amount::ZERO)
    }

    fn accepted_amount(&self) -> Option<Amount> {
        self.accepted.map(|accepted| accepted.amount)
    }

    /// What is still missing from the due, in satoshis; zero for top-up and free invoices.
    #[must_use]
    pub fn remaining(&self) -> Amount {
        self.due().and_then(|due| due.checked_sub(self.received())).unwrap_or(Amount::ZERO)
    }

    /// Whether blocks alone can change it: a payment that counts is not final yet.
    #[must_use]
    pub fn waits_for_depth(&self) -> bool {
        self.payments.iter().any(|p| matches!(p.standing, Standing::Block(_)) && !p.six_deep)
    }

    /// Whether a payment is neither in the mempool nor in a block, and might be broadcast again.
    #[must_use]
    pub fn misses_payments(&self) -> bool {
        self.payments.iter().any(|p| p.standing == Standing::Missing)
    }

    /// The next instant at which time alone changes the verdict, seen from the last sync.
    #[must_use]
    pub fn next_deadline(&self, synced_at: Timestamp) -> Option<Timestamp> {
        let deadline = match self.verdict.status() {
            Status::New => Some(self.terms.expires_at()),
            // Once confirmed, what is seen again has all the time it takes.
            Status::Paid if !self.ever_confirmed => Some(self.terms.monitoring_ends_at()),
            _ => self.misses_payments().then(|| self.terms.monitoring_ends_at()),
        };
        deadline.filter(|&at| at > synced_at)
    }
}
