//! The log of what happened to each invoice, in order.

use specie_core::ids::InvoiceId;
use specie_core::invoice::Event;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::to_json;
use crate::statement::statements;

const TABLE: &str = "events";

statements! { "events":
    INSERT = "INSERT INTO events (invoice_id, seq, at, event) VALUES ($1, $2, $3, $4)";
    OF_INVOICE = "SELECT id, at, event FROM events WHERE invoice_id = $1 ORDER BY seq";
}

/// Appends events to an invoice's log; the first of them is number `first` (0 for `Created`).
///
/// # Errors
/// [`DbError::Duplicate`] if an event of that number exists.
pub fn append(
    tx: &mut Tx<'_>,
    invoice: InvoiceId,
    first: i64,
    events: &[Event],
    now: Timestamp,
) -> Result<(), DbError> {
    for (seq, event) in (first..).zip(events) {
        tx.execute(&INSERT, &params![invoice, seq, now, to_json(event)])?;
    }
    Ok(())
}

/// An invoice's log, oldest first, with the time of each event.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_invoice(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<(Timestamp, Event)>, DbError> {
    reader.query(TABLE, &OF_INVOICE, &params![invoice], |row| Ok((row.time(1, "at")?, row.json(2, "event")?)))
}
