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
    SINCE = "SELECT id, written_in, invoice_id, CAST(CASE WHEN seq = 0 OR event = $4 THEN 1 ELSE 0 END AS BIGINT),
            1 /*postgres * (written_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint)::int::bigint*/
        FROM events WHERE (written_in, id) > ($1, $2) ORDER BY written_in, id LIMIT $3";
    NEWEST = "SELECT 0 /*postgres + pg_snapshot_xmin(pg_current_snapshot())::text::bigint*/,
        coalesce((SELECT max(id) FROM events /*postgres WHERE 1 = 0*/), 0)";
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

/// A place in the log of all invoices: what was written in transactions before it is complete, also
/// where several run at a time and do not commit in the order in which they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    transaction: i64,
    id: i64,
}

impl Cursor {
    /// The place after that event of that transaction.
    pub(crate) const fn at(transaction: i64, id: i64) -> Self {
        Self { transaction, id }
    }

    /// The transaction and the event.
    pub(crate) const fn parts(self) -> (i64, i64) {
        (self.transaction, self.id)
    }
}

/// An event's place, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The place after it.
    pub cursor: Cursor,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// An address may have been issued along with it: the invoice was made, or its payment opened.
    pub issued: bool,
    /// Nothing comes into being before it any more. Else a transaction still runs that began no later,
    /// be it of another program: reading on from here could miss what that one writes.
    pub settled: bool,
}

/// The place before whatever is not written yet. What is written at this moment comes after it.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn newest(reader: &Reader<'_>) -> Result<Cursor, DbError> {
    let newest = reader.query_opt(TABLE, &NEWEST, &[], |row| {
        Ok(Cursor { transaction: row.int(0, "written_in")?, id: row.int(1, "id")? })
    });
    Ok(newest?.unwrap_or(Cursor { transaction: 0, id: 0 }))
}

/// Up to `limit` events after a place, of all invoices. Those that are settled come first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn since(reader: &Reader<'_>, cursor: Cursor, limit: i64) -> Result<Vec<Written>, DbError> {
    let opened = to_json(&Event::Opened);
    reader.query(TABLE, &SINCE, &params![cursor.transaction, cursor.id, limit, opened], |row| {
        let cursor = Cursor { transaction: row.int(1, "written_in")?, id: row.int(0, "id")? };
        let invoice_id = row.id(2, "invoice_id", InvoiceId::from_bytes)?;
        let (issued, settled) = (row.int(3, "issued")? == 1, row.int(4, "settled")? == 1);
        Ok(Written { cursor, invoice_id, issued, settled })
    })
}
