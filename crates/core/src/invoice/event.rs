//! Events: the difference between an invoice before and after a step.
//!
//! They are stored in order. Folding them gives the stored verdict, which `specie verify` does
//! on a live database. A difference that skips states yields every event on the path through
//! the [`diagram`], so that a shop that listens never misses one.

use bitcoin::{Amount, OutPoint, Txid};
use serde::{Deserialize, Serialize};

use super::assess::{Flag, Status, Verdict};
use super::payments::LossCause;
use super::step::{Adjustment, Mark};
use crate::ids::RefundId;
use crate::ledger::Returned;
use crate::time::Timestamp;

/// Something that happened to an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It was made.
    Created,
    /// A payment was seen for the first time.
    PaymentSeen {
        /// The output that pays.
        outpoint: OutPoint,
        /// Its value in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        amount: Amount,
    },
    /// A payment that counted does not count any more.
    PaymentLost {
        /// The output that paid.
        outpoint: OutPoint,
        /// Its value in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        amount: Amount,
        /// Why.
        cause: LossCause,
    },
    /// A lost payment is there again, and counts.
    PaymentReturned {
        /// The output that pays.
        outpoint: OutPoint,
        /// Its value in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        amount: Amount,
    },
    /// The status moved along one edge of the [`diagram`].
    StatusChanged {
        /// From here.
        from: Status,
        /// To there.
        to: Status,
    },
    /// The operator decided; the status is what the mark says.
    Marked {
        /// The decision.
        mark: Mark,
    },
    /// The merchant took what came for what was asked.
    Accepted {
        /// Which difference was accepted.
        adjustment: Adjustment,
        /// What had been received, in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        amount: Amount,
    },
    /// The merchant gives something back.
    RefundAsked {
        /// The refund.
        refund: RefundId,
        /// How much, in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        amount: Amount,
    },
    /// The merchant does not give it back after all.
    RefundCancelled {
        /// The refund.
        refund: RefundId,
    },
    /// What is given back is in a block.
    RefundPaid {
        /// The refund.
        refund: RefundId,
        /// The transaction.
        txid: Txid,
        /// How much was given back, in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        amount: Amount,
        /// The refund's share of the transaction's fee, in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        fee: Amount,
    },
    /// The block that it was in is gone.
    RefundUnpaid {
        /// The refund.
        refund: RefundId,
        /// How much was given back, in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        amount: Amount,
        /// The refund's share of the transaction's fee, in satoshis.
        #[serde(with = "bitcoin::amount::serde::as_sat")]
        fee: Amount,
    },
    /// The transaction that gives it back can never be in a block.
    RefundFailed {
        /// The refund.
        refund: RefundId,
    },
    /// Its buyer went on after its time was over.
    Requoted {
        /// What is asked from now on, in satoshis, where that is an amount.
        #[serde(with = "bitcoin::amount::serde::as_sat::opt")]
        due: Option<Amount>,
        /// Until when.
        expires_at: Timestamp,
    },
    /// Its time for paying was ended before it was over.
    QuoteEnded {
        /// What is asked as before, in satoshis, where that is an amount.
        #[serde(with = "bitcoin::amount::serde::as_sat::opt")]
        due: Option<Amount>,
        /// When it ended.
        expires_at: Timestamp,
    },
    /// Its buyer wanted to pay: it has an address from now on.
    Opened,
    /// What is exceptional changed.
    FlagChanged {
        /// From this.
        from: Flag,
        /// To this.
        to: Flag,
    },
}

/// What a log of events tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// The last status.
    pub status: Status,
    /// The last flag.
    pub flag: Flag,
    /// What was received and is not lost, in satoshis.
    pub received: Amount,
    /// What the merchant accepted instead of the amount due.
    pub accepted: Option<Amount>,
    /// What was given back.
    pub returned: Returned,
    /// How often it was quoted anew, or its quote ended before its time.
    pub requotes: u32,
    /// The last time that it was, what was asked, in satoshis, where that is an amount, and until when.
    pub quoted: Option<(Option<Amount>, Timestamp)>,
    /// It was quoted anew when a part of it had come.
    pub extended: bool,
    /// Its address was issued after it was made.
    pub opened: bool,
}

impl Folded {
    /// What an invoice is once it was made.
    const MADE: Self = Self {
        status: Status::New,
        flag: Flag::None,
        received: Amount::ZERO,
        accepted: None,
        returned: Returned { amount: Amount::ZERO, fees: Amount::ZERO },
        requotes: 0,
        quoted: None,
        extended: false,
        opened: false,
    };

    /// What the next event makes of it; none if it does not follow.
    fn then(self, event: &Event) -> Option<Self> {
        match event {
            Event::Created => None,
            Event::PaymentSeen { amount, .. } | Event::PaymentReturned { amount, .. } => {
                let received = self.received.checked_add(*amount).unwrap_or(Amount::MAX_MONEY);
                Some(Self { received, ..self })
            }
            Event::PaymentLost { amount, .. } => {
                Some(Self { received: self.received.checked_sub(*amount)?, ..self })
            }
            Event::StatusChanged { from, to } => {
                (self.status == *from && is_edge(*from, *to)).then_some(Self { status: *to, ..self })
            }
            Event::FlagChanged { from, to } => {
                (self.flag == *from && from != to).then_some(Self { flag: *to, ..self })
            }
            Event::Marked { mark } => Some(Self { status: mark.status(), ..self }),
            Event::Accepted { amount, .. } => {
                (self.received == *amount).then_some(Self { accepted: Some(*amount), ..self })
            }
            Event::RefundPaid { amount, fee, .. } => {
                let returned = Returned {
                    amount: self.returned.amount.checked_add(*amount)?,
                    fees: self.returned.fees.checked_add(*fee)?,
                };
                Some(Self { returned, ..self })
            }
            Event::RefundUnpaid { amount, fee, .. } => {
                let returned = Returned {
                    amount: self.returned.amount.checked_sub(*amount)?,
                    fees: self.returned.fees.checked_sub(*fee)?,
                };
                Some(Self { returned, ..self })
            }
            Event::RefundAsked { .. } | Event::RefundCancelled { .. } | Event::RefundFailed { .. } => {
                Some(self)
            }
            Event::Requoted { due, expires_at } => self.requoted(*due, *expires_at),
            Event::QuoteEnded { due, expires_at } => self.ended(*due, *expires_at),
            Event::Opened => {
                let follows = self.status == Status::New && self.received == Amount::ZERO && !self.opened;
                follows.then_some(Self { opened: true, ..self })
            }
        }
    }

    /// Only what has expired is quoted anew; what was paid in part, once, and for no other amount.
    fn requoted(self, due: Option<Amount>, expires_at: Timestamp) -> Option<Self> {
        let part = self.received > Amount::ZERO;
        let dearer = self.quoted.is_some_and(|(before, _)| before != due);
        let later = self.quoted.is_none_or(|(_, before)| before < expires_at);
        let follows = self.status == Status::Expired && later && !(part && (self.extended || dearer));
        let (requotes, quoted) = (self.requotes.checked_add(1)?, Some((due, expires_at)));
        follows.then_some(Self { requotes, quoted, extended: self.extended || part, ..self })
    }

    /// Only what waits to be paid is ended, for no other amount, and sooner than it would have been.
    fn ended(self, due: Option<Amount>, expires_at: Timestamp) -> Option<Self> {
        let sooner = self.quoted.is_none_or(|(asked, before)| asked == due && expires_at < before);
        let follows = self.status == Status::New && sooner;
        let (requotes, quoted) = (self.requotes.checked_add(1)?, Some((due, expires_at)));
        follows.then_some(Self { requotes, quoted, ..self })
    }

    /// What the first events tell, and then one more; none if that does not follow from them.
    pub(super) fn next(told: Option<Self>, event: &Event) -> Option<Self> {
        match (told, event) {
            (None, Event::Created) => Some(Self::MADE),
            (None, _) => None,
            (Some(told), event) => told.then(event),
        }
    }
}

/// Folds a log of events. `Err` holds the index of the first event that does not follow from
/// those before it: the log was tampered with, or is not complete.
///
/// # Errors
/// The index of the event that does not fit.
pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Folded, usize> {
    let mut told: Option<Folded> = None;
    for (i, event) in events.into_iter().enumerate() {
        told = Some(Folded::next(told, event).ok_or(i)?);
    }
    told.ok_or(0)
}

/// The states that follow each state without the operator: the published diagram.
///
/// Besides the forward edges: a payment that is lost again (`paid → new`), facts that arrive
/// late but were in time (`expired → paid`), a loss after confirmation, a payment that came
/// back, an unconfirmed payment that proved void long after (`invalid → expired`), and a clock that
/// was set back (`expired → new`, `invalid → new`): of the last three nobody is told `paid`.
#[must_use]
pub fn diagram(from: Status) -> &'static [Status] {
    use Status::{Complete, Confirmed, Expired, Invalid, New, Paid};
    match from {
        New => &[Paid, Expired],
        Paid => &[Confirmed, Invalid, New],
        Confirmed => &[Complete, Paid, Invalid],
        Complete => &[Paid, Invalid],
        Expired => &[Paid, Confirmed, New],
        Invalid => &[Paid, Confirmed, Complete, Expired, New],
    }
}

fn is_edge(from: Status, to: Status) -> bool {
    diagram(from).contains(&to)
}

/// The way from one status to another: each stop after `from`, up to and with `to`.
///
/// Where the diagram has a shorter way that would keep a shop from hearing `paid` before
/// `confirmed`, the longer one is taken.
fn path(from: Status, to: Status) -> &'static [Status] {
    use Status::{Complete, Confirmed, Expired, Invalid, New, Paid};
    match (from, to) {
        (New, New) | (Paid, Paid) | (Confirmed, Confirmed) => &[],
        (Complete, Complete) | (Expired, Expired) | (Invalid, Invalid) => &[],

        (New | Confirmed | Complete | Expired | Invalid, Paid) => &[Paid],
        (Paid, Confirmed) => &[Confirmed],
        (New | Complete | Expired | Invalid, Confirmed) => &[Paid, Confirmed],
        (Confirmed, Complete) => &[Complete],
        (Paid, Complete) => &[Confirmed, Complete],
        (New | Expired | Invalid, Complete) => &[Paid, Confirmed, Complete],

        (Paid, New) => &[New],
        (Confirmed | Complete, New) => &[Paid, New],
        (Expired | Invalid, New) => &[New],

        (New | Invalid, Expired) => &[Expired],
        (Paid, Expired) => &[New, Expired],
        (Confirmed | Complete, Expired) => &[Paid, New, Expired],

        (Paid | Confirmed | Complete, Invalid) => &[Invalid],
        (New | Expired, Invalid) => &[Paid, Invalid],
    }
}

/// What changed between two verdicts. `marked`: the operator's mark is the change.
pub(super) fn diff(before: Verdict, after: Verdict, marked: Option<Mark>) -> Vec<Event> {
    let mut events = Vec::new();
    match marked {
        Some(mark) => events.push(Event::Marked { mark }),
        None => {
            let mut from = before.status();
            for &to in path(before.status(), after.status()) {
                events.push(Event::StatusChanged { from, to });
                from = to;
            }
        }
    }
    if before.flag() != after.flag() {
        events.push(Event::FlagChanged { from: before.flag(), to: after.flag() });
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_goes_along_the_diagram_and_arrives() {
        for from in Status::ALL {
            for to in Status::ALL {
                let mut at = from;
                for &stop in path(from, to) {
                    assert!(is_edge(at, stop), "{from:?} to {to:?}: no edge {at:?} to {stop:?}");
                    at = stop;
                }
                assert_eq!(at, to, "the way from {from:?} must end there");
            }
        }
    }

    #[test]
    fn a_log_with_a_hole_does_not_fold() {
        let seen = Event::StatusChanged { from: Status::New, to: Status::Paid };
        let confirmed = Event::StatusChanged { from: Status::Paid, to: Status::Confirmed };
        assert_eq!(
            fold([&Event::Created, &seen, &confirmed]),
            Ok(Folded { status: Status::Confirmed, ..Folded::MADE })
        );
        assert_eq!(fold([&Event::Created, &confirmed]), Err(1));
        assert_eq!(fold([&seen]), Err(0));
        assert_eq!(fold([&Event::Created, &Event::Created]), Err(1));
        assert_eq!(fold([]), Err(0));
        let accepted = Event::Accepted { adjustment: Adjustment::Partial, amount: Amount::ONE_SAT };
        assert_eq!(fold([&Event::Created, &accepted]), Err(1), "nothing came that could be accepted");
    }
}
