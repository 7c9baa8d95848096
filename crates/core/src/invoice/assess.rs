//! The verdict: one pass over the facts, total, pure.
//!
//! The rows below are tried in order. `Σ live` sums the payments that are not lost, `in time`
//! those first seen before expiry, `matured` and `six deep` those that reached the depth asked,
//! or six confirmations. Every judgement is as of the last sync: a server that slept, or whose
//! node is gone, never pronounces an invoice expired or invalid on stale facts.
//!
//! | # | condition, in order | status, flag |
//! |---|---|---|
//! | 0 | price 0 | complete |
//! | 1 | the operator's last standing mark | complete or invalid, `marked` |
//! | 2 | ever confirmed, Σ live < min due | invalid (`paidPartial` if Σ live > 0) |
//! | 3 | ever confirmed, Σ live matured ≥ min due | complete if Σ live six deep ≥ min due, else confirmed |
//! | 4 | ever confirmed, otherwise | paid |
//! | 5 | Σ live < min due, not expired | new, `paidPartial` if Σ live > 0 |
//! | 6 | Σ live < min due, expired | expired, `paidPartial` if Σ live > 0 |
//! | 7 | Σ live in time < min due ≤ Σ live, expired | expired, `paidLate` |
//! | 8 | Σ live matured ≥ min due | confirmed, or complete as in 3 |
//! | 9 | monitoring window over | invalid |
//! | 10 | otherwise | paid |
//!
//! What the merchant accepted stands in for the due: less, and `min due` is no more than that; more, and
//! only what comes beyond it is over. Whatever was accepted was final then, so it counts as confirmed.
//!
//! A top-up invoice has a min due of 1 sat; but in rows 3 and 8 it is the first payment, which is
//! its price, that has to be covered. Rows 3, 4, 8 and 10 carry `paidOver` if Σ live exceeds the due.

use serde::{Deserialize, Serialize};

use super::payments::{sights, sum};
use super::step::Mark;
use super::terms::Asked;
use super::{Invoice, Payment};
use crate::time::Timestamp;

/// The status of an invoice; the six of BitPay's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not yet paid in full.
    New,
    /// Paid in full, not yet confirmed.
    Paid,
    /// Confirmed as the store asks.
    Confirmed,
    /// Six confirmations deep.
    Complete,
    /// The time for paying is over.
    Expired,
    /// Paid, but it came to nothing; or declared so by the operator.
    Invalid,
}

impl Status {
    /// All six, in the order of an invoice's life.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Paid, Self::Confirmed, Self::Complete, Self::Expired, Self::Invalid];

    /// The name on every API and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Paid => "paid",
            Self::Confirmed => "confirmed",
            Self::Complete => "complete",
            Self::Expired => "expired",
            Self::Invalid => "invalid",
        }
    }

    /// The status of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What is exceptional about an invoice (BitPay's `exceptionStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Flag {
    /// Nothing.
    None,
    /// Something was received, but too little.
    PaidPartial,
    /// More was received than asked.
    PaidOver,
    /// The full amount came after expiry.
    PaidLate,
    /// The operator decided.
    Marked,
}

impl Flag {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::None, Self::PaidPartial, Self::PaidOver, Self::PaidLate, Self::Marked];

    /// The name in the database; `None` is empty. BitPay writes `false` for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::PaidPartial => "paidPartial",
            Self::PaidOver => "paidOver",
            Self::PaidLate => "paidLate",
            Self::Marked => "marked",
        }
    }

    /// The flag of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.name() == name)
    }
}

/// Status and flag together. Only the assessment of facts makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Verdict {
    status: Status,
    flag: Flag,
}

impl Verdict {
    pub(super) const fn new(status: Status, flag: Flag) -> Self {
        Self { status, flag }
    }

    /// The status.
    #[must_use]
    pub const fn status(self) -> Status {
        self.status
    }

    /// The flag.
    #[must_use]
    pub const fn flag(self) -> Flag {
        self.flag
    }
}

/// The verdict over an invoice as of the last sync. Of the verdict in it nothing is read.
pub(super) fn assess(invoice: &Invoice, synced_at: Timestamp) -> Verdict {
    if invoice.terms.asked() == Asked::Nothing {
        return Verdict::new(Status::Complete, Flag::None);
    }
    match invoice.mark {
        Some(Mark::Complete) => Verdict::new(Status::Complete, Flag::Marked),
        Some(Mark::Invalid) => Verdict::new(Status::Invalid, Flag::Marked),
        None => unmarked(invoice, synced_at),
    }
}

/// Rows 2 to 10: the verdict that the payments alone give.
pub(super) fn unmarked(invoice: &Invoice, synced_at: Timestamp) -> Verdict {
    let terms = &invoice.terms;
    let total =
        |counts: &dyn Fn(&Payment) -> bool| sum(invoice.payments.iter().filter(|p| p.is_live() && counts(p)));
    let live = total(&|_| true);
    let seen_at = sights(&invoice.payments);
    let in_time = total(&|p| seen_at[&p.outpoint.txid] < terms.expires_at());
    let matured = total(&|p| p.matured);
    let six_deep = total(&|p| p.six_deep);

    let min_due = invoice.min_due();
    // Of a top-up the first payment makes the price: a later one, however small, must not confirm it.
    let owed = match terms.asked() {
        Asked::Anything => invoice.first_live().map_or(min_due, |first| first.amount),
        Asked::Exactly { .. } | Asked::Nothing => min_due,
    };
    let expired = synced_at >= terms.expires_at();
    let partial = if live > bitcoin::Amount::ZERO { Flag::PaidPartial } else { Flag::None };
    let limit = terms.limit(invoice.accepted_amount());
    let over = if limit.is_some_and(|limit| live > limit) { Flag::PaidOver } else { Flag::None };
    let deep = if six_deep >= owed { Status::Complete } else { Status::Confirmed };

    let (status, flag) = if invoice.ever_confirmed {
        match () {
            () if live < min_due => (Status::Invalid, partial),
            () if matured >= owed => (deep, over),
            () => (Status::Paid, over),
        }
    } else {
        match () {
            () if live < min_due && !expired => (Status::New, partial),
            () if live < min_due => (Status::Expired, partial),
            () if in_time < min_due && expired => (Status::Expired, Flag::PaidLate),
            () if matured >= owed => (deep, over),
            () if synced_at >= terms.monitoring_ends_at() => (Status::Invalid, Flag::None),
            () => (Status::Paid, over),
        }
    };
    Verdict::new(status, flag)
}
