//! Verifying: the log of events is folded, the books are kept again from it, the ledger and the
//! summaries are summed, the file checked, and all of it compared with what is stored.

use specie_core::invoice::{Folded, prove, told_of_refunds};
use specie_db::invoices::InvoiceRecord;
use specie_db::{DbError, Reader, deliveries, events, invoices, postings};

use super::{App, AppError, attention, summary};

/// What was looked at, and what was found wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Invoices looked at.
    pub invoices: usize,
    /// Events folded.
    pub events: usize,
    /// Everything that does not fit, in words.
    pub problems: Vec<String>,
}

impl App {
    /// Compares the log with the verdicts, the ledger with the log, the balances with the ledger, and
    /// the summaries with the invoices.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer at all.
    pub async fn verify(&self) -> Result<Verified, AppError> {
        let verified = self.0.db.read(|r| {
            let mut verified = Verified { problems: r.check_integrity()?, ..Verified::default() };
            for id in invoices::every(r)? {
                verified.invoices += 1;
                match verify_invoice(r, id) {
                    Ok((events, problems)) => {
                        verified.events += events;
                        verified.problems.extend(problems.into_iter().map(|p| format!("invoice {id}: {p}")));
                    }
                    Err(error) => verified.problems.push(format!("invoice {id}: {error}")),
                }
            }
            verified.problems.extend(verify_balances(r)?);
            verified.problems.extend(summary::verify(r)?);
            Ok::<_, DbError>(verified)
        });
        Ok(verified.await?)
    }

    /// How many invoices have each status, and how many deliveries each state.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn counts(&self) -> Result<(Vec<(&'static str, i64)>, Vec<(&'static str, i64)>), AppError> {
        let counted = self.0.db.read(|r| {
            let invoices = invoices::count(r)?.into_iter().map(|(status, n)| (status.name(), n)).collect();
            let deliveries = deliveries::count(r)?.into_iter().map(|(state, n)| (state.name(), n)).collect();
            Ok::<_, DbError>((invoices, deliveries))
        });
        Ok(counted.await?)
    }
}

fn verify_invoice(r: &Reader<'_>, id: specie_core::ids::InvoiceId) -> Result<(usize, Vec<String>), DbError> {
    let mut problems = Vec::new();
    let Some(record) = invoices::find(r, id)? else {
        return Ok((0, vec!["its quote is missing".to_owned()]));
    };
    let log: Vec<_> = events::of_invoice(r, id)?.into_iter().map(|(_, event)| event).collect();
    if i64::try_from(log.len()) != Ok(record.event_count) {
        problems.push(format!("{} events are stored, {} are expected", log.len(), record.event_count));
    }
    let invoice = &record.invoice;
    let verdict = invoice.verdict();
    let accepted = invoice.accepted().map(|accepted| accepted.amount);
    let stored = (verdict.status(), verdict.flag(), invoice.received(), accepted, invoice.returned());
    problems.extend(attention::verify(r, id, invoice)?);
    match prove(invoice.terms(), &log, &postings::of_invoice(r, id)?) {
        Ok((told, books)) => {
            if (told.status, told.flag, told.received, told.accepted, told.returned) != stored {
                problems.push(format!("the log tells {told:?}, the row says {stored:?}"));
            }
            problems.extend(verify_quotes(r, &record, &told)?);
            let told = told_of_refunds(&log);
            let stand = invoice.refunds().iter().map(|refund| (refund.id, refund.standing)).collect();
            if told != stand {
                problems.push(format!("the log tells of refunds {told:?}, the rows say {stand:?}"));
            }
            if books.booked() != invoice.booked() {
                problems.push(format!(
                    "the ledger holds {}, the row says {}",
                    books.booked(),
                    invoice.booked()
                ));
            }
        }
        Err(unproved) => problems.push(unproved.to_string()),
    }
    Ok((log.len(), problems))
}

/// The quotes are those that the log tells of, and the last one stands; an address is there if one was issued.
fn verify_quotes(r: &Reader<'_>, record: &InvoiceRecord, told: &Folded) -> Result<Vec<String>, DbError> {
    let invoice = &record.invoice;
    let terms = (invoice.terms().due(), invoice.terms().expires_at());
    let mut problems = Vec::new();
    let stored = (invoice.requotes(), terms, invoice.extended());
    if (told.requotes, told.quoted.unwrap_or(terms), told.extended) != stored {
        problems.push(format!("the log tells {told:?}, the quote that stands is {stored:?}"));
    }
    let quotes = invoices::quotes(r, record)?.len();
    if u32::try_from(quotes).ok() != invoice.requotes().checked_add(1) {
        problems.push(format!("{quotes} quotes are stored, it was quoted anew {} times", invoice.requotes()));
    }
    if invoice.unopened() && (told.opened || !invoice.payments().is_empty()) {
        problems.push("its address is missing".to_owned());
    }
    Ok(problems)
}

/// Each balance is what the postings add up to.
fn verify_balances(r: &Reader<'_>) -> Result<Vec<String>, DbError> {
    let (kept, summed) = (postings::kept(r)?, postings::summed(r)?);
    let differs = |one: &[postings::Held], other: &[postings::Held], what: &str| {
        let alone = one.iter().filter(|held| !other.contains(held));
        let told = alone.map(|held| {
            format!("store {}: {what} {} in its account {}", held.store, held.amount, held.account.name())
        });
        told.collect::<Vec<_>>()
    };
    let mut problems = differs(&kept, &summed, "its balance says");
    problems.extend(differs(&summed, &kept, "its postings leave"));
    let (kept, summed) = (postings::kept_days(r)?, postings::summed_days(r)?);
    if kept != summed {
        problems.push(format!("the balances by day are {kept:?}, the postings leave {summed:?}"));
    }
    Ok(problems)
}
