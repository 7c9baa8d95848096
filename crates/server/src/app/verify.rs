//! Verifying: the log of events is folded, the ledger summed, the file checked, and all of it
//! compared with what is stored.

use specie_core::invoice::fold;
use specie_db::{DbError, Reader, deliveries, events, invoices, postings};

use super::{App, AppError};

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
    /// Compares the log with the verdicts, and the ledger with the sales.
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
    let verdict = record.invoice.verdict();
    match fold(&log) {
        Ok(folded) if (folded.status, folded.flag) == (verdict.status(), verdict.flag()) => {}
        Ok(folded) => problems.push(format!("the log tells {folded:?}, the row says {verdict:?}")),
        Err(event) => problems.push(format!("event {event} does not follow from those before it")),
    }
    let booked = postings::booked(r, id)?;
    if booked != record.invoice.booked() {
        problems.push(format!("the ledger holds {booked}, the row says {}", record.invoice.booked()));
    }
    Ok((log.len(), problems))
}
