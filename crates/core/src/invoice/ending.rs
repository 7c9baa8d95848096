//! Ending: the time for paying is over before it was promised to be. What is asked stays, and so does what came: the
//! quote that stands from then on differs from the one before in its end alone.
//!
//! Nobody may do this to a buyer. It is for invoices that are paid with nothing of worth, which is not this floor's to
//! know; whoever takes the fact in has to.

use super::Invoice;
use super::assess::Status;
use super::event::Event;
use super::renewal::MAX_QUOTES;
use super::step::Refused;
use crate::time::Timestamp;

/// Ends the present quote. One that is over stays as it is.
pub(super) fn end(invoice: &mut Invoice, at: Timestamp, events: &mut Vec<Event>) -> Result<(), Refused> {
    let expires_at = end_of(invoice, at);
    if expires_at >= invoice.terms.expires_at() {
        return Ok(());
    }
    if invoice.verdict.status() != Status::New || invoice.requotes.saturating_add(1) >= MAX_QUOTES {
        return Err(Refused::NotEnded);
    }
    let (asked, monitoring_ends_at) = (invoice.terms.asked(), invoice.terms.monitoring_ends_at());
    let terms = invoice.terms.requoted(asked, expires_at, monitoring_ends_at);
    invoice.terms = terms.map_err(|_| Refused::NotEnded)?;
    invoice.requotes = invoice.requotes.saturating_add(1);
    events.push(Event::QuoteEnded { due: invoice.terms.due(), expires_at });
    Ok(())
}

/// The earliest end that is not before `at`, and after all that came: what was in time stays in time.
fn end_of(invoice: &Invoice, at: Timestamp) -> Timestamp {
    let seen = invoice.payments.iter().map(|payment| payment.first_seen);
    let last = seen.fold(invoice.terms.created_at(), Timestamp::max);
    at.max(Timestamp::from_millis(last.as_millis().saturating_add(1)))
}
