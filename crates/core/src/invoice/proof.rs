//! The proof of an invoice's books: every posting follows from the log of events, and none is missing.
//!
//! A step writes its events, and then what they make it book. So each posting is stored with how
//! many events the log held by then, and the books can be kept again from the log alone. `specie
//! verify` does this on a live database; it never asks the invoice's row.
//!
//! The terms are those of the last quote. What was booked under an earlier one would be reckoned by the wrong due; so
//! nothing may have been: a quote that follows anything booked is refused here as it was when it was asked. It is
//! expired then, so it was never complete, and no refund was ever asked, and nothing else is booked.

use super::assess::Status;
use super::event::{Event, Folded};
use super::terms::Terms;
use crate::ledger::{Books, Posting};

/// Why log and ledger do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The log is broken, or not complete.
    #[error("event {0} does not follow from those before it")]
    Event(usize),
    /// Something else was booked than what follows from the log.
    #[error("what was booked after event {0} does not follow from the log")]
    Posting(usize),
    /// Something follows from the log that was never booked.
    #[error("what the log tells up to event {0} was not booked")]
    Missing(usize),
}

/// Keeps the books again from the terms and the log, and compares them with what was posted: each
/// posting with the number of events there were, in the order in which they were written.
///
/// # Errors
/// [`Unproved`] if log and postings do not fit.
pub fn prove(terms: &Terms, log: &[Event], posted: &[(usize, Posting)]) -> Result<(Folded, Books), Unproved> {
    let mut told = None;
    let mut books = Books::default();
    let all = posted.len();
    let mut posted = posted;
    for (i, event) in log.iter().enumerate() {
        // In one step losses come last: what was lost before this was to be booked by then.
        if gains(event) && told.is_some_and(|told: Folded| books.booked() > told.received) {
            return Err(Unproved::Missing(i));
        }
        if matches!(event, Event::Requoted { .. }) && posted.len() < all {
            return Err(Unproved::Event(i));
        }
        let now = Folded::next(told, event).ok_or(Unproved::Event(i))?;
        told = Some(now);
        let here = posted.iter().take_while(|(events, _)| *events == i + 1).count();
        let (of_this_step, rest) = posted.split_at(here);
        posted = rest;
        if here > 0 {
            let after = next(terms, books, now);
            if !books.postings_to(after).iter().eq(of_this_step.iter().map(|(_, posting)| posting)) {
                return Err(Unproved::Posting(i));
            }
            books = after;
        }
    }
    let told = told.ok_or(Unproved::Event(0))?;
    if let Some((events, _)) = posted.first() {
        return Err(Unproved::Posting(*events));
    }
    if next(terms, books, told) == books { Ok((told, books)) } else { Err(Unproved::Missing(log.len())) }
}

fn gains(event: &Event) -> bool {
    matches!(event, Event::PaymentSeen { .. } | Event::PaymentReturned { .. })
}

fn next(terms: &Terms, books: Books, told: Folded) -> Books {
    books.next(told.received, told.status == Status::Complete, terms.limit(told.accepted), told.returned)
}
