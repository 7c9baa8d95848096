//! What stores are summed up to, kept beside the invoices so that reading it costs the same however
//! many there are: totals by name, sales by day and currency, what each invoice was counted as, and
//! how far the log of events was read for it.

use rust_decimal::Decimal;
use specie_core::ids::{InvoiceId, StoreId};
use specie_core::money::Currency;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::events::Cursor;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "summary_totals";
/// The one place in the log that is kept.
const PLACE: &str = "summary";

statements! { "summaries":
    CURSOR = "SELECT name, written_in, event_id FROM summary_place WHERE name = $1";
    BEGIN = "INSERT INTO summary_place (name, written_in, event_id) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING";
    MOVE = "UPDATE summary_place SET written_in = $4, event_id = $5
        WHERE name = $1 AND written_in = $2 AND event_id = $3";
    COUNTED = "SELECT invoice_id, counted FROM summary_invoices WHERE invoice_id = $1";
    COUNT = "INSERT INTO summary_invoices (invoice_id, counted) VALUES ($1, $2)
        ON CONFLICT (invoice_id) DO UPDATE SET counted = excluded.counted";
    ADD = "INSERT INTO summary_totals (store_id, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (store_id, name) DO UPDATE SET value = summary_totals.value + excluded.value";
    TOTALS = "SELECT name, value FROM summary_totals WHERE store_id = $1 ORDER BY name";
    SALES_OF = "SELECT store_id, sales, amount, sats FROM summary_sales
        WHERE store_id = $1 AND day = $2 AND currency = $3";
    SET_SALES = "INSERT INTO summary_sales (store_id, day, currency, sales, amount, sats) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (store_id, day, currency)
        DO UPDATE SET sales = excluded.sales, amount = excluded.amount, sats = excluded.sats";
    SALES_SINCE = "SELECT store_id, sales, amount, sats, day, currency FROM summary_sales
        WHERE store_id = $1 AND day >= $2 ORDER BY day, currency";
    SALES_BETWEEN = "SELECT store_id, sales, amount, sats, day, currency FROM summary_sales
        WHERE store_id = $1 AND day >= $2 AND day <= $3 ORDER BY day, currency";
    EVERY_COUNTED = "SELECT s.invoice_id, i.store_id, s.counted FROM summary_invoices s CROSS JOIN invoices i
        WHERE i.id = s.invoice_id ORDER BY s.invoice_id";
    EVERY_TOTAL = "SELECT store_id, name, value FROM summary_totals ORDER BY store_id, name";
    EVERY_SALE = "SELECT store_id, sales, amount, sats, day, currency FROM summary_sales
        ORDER BY store_id, day, currency";
    FAILING = "SELECT count(*) FROM deliveries d CROSS JOIN invoices i
        WHERE d.state = 'pending' AND d.attempts > 0 AND i.id = d.invoice_id AND i.store_id = $1";
}

/// What was sold, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sales {
    /// How many sales.
    pub number: i64,
    /// What was asked for them, in their currency.
    pub amount: Decimal,
    /// What came for them, in satoshis.
    pub sats: i64,
}

/// How far the log was read.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn place(reader: &Reader<'_>) -> Result<Cursor, DbError> {
    let found = reader.query_opt("summary_place", &CURSOR, &params![PLACE], |row| {
        Ok(Cursor::at(row.int(1, "written_in")?, row.int(2, "event_id")?))
    });
    Ok(found?.unwrap_or(Cursor::at(0, 0)))
}

/// Records that the log was read from one place to another; false if somebody else has moved on from
/// there.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn move_on(tx: &mut Tx<'_>, from: Cursor, to: Cursor) -> Result<bool, DbError> {
    tx.execute(&BEGIN, &params![PLACE])?;
    let ((from_tx, from_id), (to_tx, to_id)) = (from.parts(), to.parts());
    Ok(tx.execute(&MOVE, &params![PLACE, from_tx, from_id, to_tx, to_id])? == 1)
}

/// What an invoice was counted as, if it was.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn counted(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Option<String>, DbError> {
    reader.query_opt("summary_invoices", &COUNTED, &params![invoice], |row| row.text(1, "counted"))
}

/// Records what an invoice is counted as.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn count(tx: &mut Tx<'_>, invoice: InvoiceId, counted: &str) -> Result<(), DbError> {
    tx.execute(&COUNT, &params![invoice, counted]).map(drop)
}

/// Adds to a total of a store.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn add(tx: &mut Tx<'_>, store: StoreId, name: &str, value: i64) -> Result<(), DbError> {
    tx.execute(&ADD, &params![store, name, value]).map(drop)
}

/// The totals of a store, by name.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn totals(reader: &Reader<'_>, store: StoreId) -> Result<Vec<(String, i64)>, DbError> {
    reader.query(TABLE, &TOTALS, &params![store], |row| Ok((row.text(0, "name")?, row.int(1, "value")?)))
}

/// Adds sales of a day in a currency; less than none takes them back.
///
/// # Errors
/// [`DbError`] if they cannot be written.
pub fn add_sales(
    tx: &mut Tx<'_>,
    store: StoreId,
    day: i64,
    currency: Currency,
    more: Sales,
) -> Result<(), DbError> {
    let row = params![store, day, currency];
    let before = tx.query_opt("summary_sales", &SALES_OF, &row, sales_of);
    // A decimal cannot be added by an engine that keeps it as text.
    let after = before?.unwrap_or_default().plus(more);
    let row = params![store, day, currency, after.number, after.amount, after.sats];
    tx.execute(&SET_SALES, &row).map(drop)
}

/// The sales of a store from a day on, by day and currency.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn sales_since(
    reader: &Reader<'_>,
    store: StoreId,
    day: i64,
) -> Result<Vec<(i64, Currency, Sales)>, DbError> {
    reader.query("summary_sales", &SALES_SINCE, &params![store, day], |row| {
        Ok((row.int(4, "day")?, row.parsed(5, "currency")?, sales_of(row)?))
    })
}

/// The sales of a store from a day to another, both included, by day and currency.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn sales_between(
    reader: &Reader<'_>,
    store: StoreId,
    (from, to): (i64, i64),
) -> Result<Vec<(i64, Currency, Sales)>, DbError> {
    reader.query("summary_sales", &SALES_BETWEEN, &params![store, from, to], |row| {
        Ok((row.int(4, "day")?, row.parsed(5, "currency")?, sales_of(row)?))
    })
}

/// What every invoice was counted as, with its store. Its cost grows with the history: for verifying
/// alone, as are those below.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn every_counted(reader: &Reader<'_>) -> Result<Vec<(InvoiceId, StoreId, String)>, DbError> {
    reader.query("summary_invoices", &EVERY_COUNTED, &[], |row| {
        let invoice = row.id(0, "invoice_id", InvoiceId::from_bytes)?;
        Ok((invoice, row.id(1, "store_id", StoreId::from_bytes)?, row.text(2, "counted")?))
    })
}

/// Every total, by store and name.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn every_total(reader: &Reader<'_>) -> Result<Vec<(StoreId, String, i64)>, DbError> {
    reader.query(TABLE, &EVERY_TOTAL, &[], |row| {
        Ok((row.id(0, "store_id", StoreId::from_bytes)?, row.text(1, "name")?, row.int(2, "value")?))
    })
}

/// The sales of every store, day and currency.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn every_sale(reader: &Reader<'_>) -> Result<Vec<(StoreId, i64, Currency, Sales)>, DbError> {
    reader.query("summary_sales", &EVERY_SALE, &[], |row| {
        let store = row.id(0, "store_id", StoreId::from_bytes)?;
        Ok((store, row.int(4, "day")?, row.parsed(5, "currency")?, sales_of(row)?))
    })
}

fn sales_of(row: &Row) -> Result<Sales, DbError> {
    Ok(Sales { number: row.int(1, "sales")?, amount: row.parsed(2, "amount")?, sats: row.int(3, "sats")? })
}

/// How many deliveries of a store were tried in vain and are tried again.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn failing(reader: &Reader<'_>, store: StoreId) -> Result<i64, DbError> {
    Ok(reader.query_opt("deliveries", &FAILING, &params![store], |row| row.int(0, "count"))?.unwrap_or(0))
}

impl Sales {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            number: self.number.saturating_add(other.number),
            amount: self.amount.saturating_add(other.amount),
            sats: self.sats.saturating_add(other.sats),
        }
    }

    /// What takes them back.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { number: -self.number, amount: -self.amount, sats: -self.sats }
    }
}
