//! Events: the difference between an invoice before and after a step.
//!
//! They are stored in order. Folding them gives the stored verdict, which `specie verify` does
//! on a live database. A difference that skips states yields every event on the path through
//! the [`diagram`], so that a shop that listens never misses one.

use bitcoin::{Amount, OutPoint};
use serde::{Deserialize, Serialize};

use super::assess::{Flag, Status, Verdict};
use super::payments::LossCause;
use super::step::Mark;

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
    /// What is exceptional changed.
    FlagChanged {
        /// From this.
        from: Flag,
        /// To this.
        to: Flag,
    },
}

/// The verdict that a log of events tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// The last status.
    pub status: Status,
    /// The last flag.
    pub flag: Flag,
}

/// Folds a log of events. `Err` holds the index of the first event that does not follow from
/// those before it: the log was tampered with, or is not complete.
///
/// # Errors
/// The index of the event that does not fit.
pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Folded, usize> {
    let mut now: Option<Folded> = None;
    for (i, event) in events.into_iter().enumerate() {
        now = match (now, event) {
            (None, Event::Created) => Some(Folded { status: Status::New, flag: Flag::None }),
            (None, _) | (Some(_), Event::Created) => return Err(i),
            (Some(f), Event::StatusChanged { from, to }) if f.status == *from && is_edge(*from, *to) => {
                Some(Folded { status: *to, ..f })
            }
            (Some(f), Event::FlagChanged { from, to }) if f.flag == *from && from != to => {
                Some(Folded { flag: *to, ..f })
            }
            (Some(_), Event::StatusChanged { .. } | Event::FlagChanged { .. }) => return Err(i),
            (Some(f), Event::Marked { mark }) => Some(Folded { status: mark.status(), ..f }),
            (
                Some(f),
                Event::PaymentSeen { .. } | Event::PaymentLost { .. } | Event::PaymentReturned { .. },
            ) => Some(f),
        };
    }
    now.ok_or(0)
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
            Ok(Folded { status: Status::Confirmed, flag: Flag::None })
        );
        assert_eq!(fold([&Event::Created, &confirmed]), Err(1));
        assert_eq!(fold([&seen]), Err(0));
        assert_eq!(fold([&Event::Created, &Event::Created]), Err(1));
        assert_eq!(fold([]), Err(0));
    }
}
