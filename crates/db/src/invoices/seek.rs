//! Where the invoices are that go by a name: what people type who look for one. Each name has an index.
//!
//! What is found here may be another store's where no store is named: whoever asks has to look whose it is.

use bitcoin::{Amount, Txid};
use rust_decimal::Decimal;
use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::email_key;
use specie_core::money::{Currency, sort_key};

use super::{Place, SEEK_BEGINNING, SEEK_DUE, SEEK_EMAIL, SEEK_ORDER, SEEK_PRICE, SEEK_TXID, TABLE};
use crate::engine::Reader;
use crate::error::DbError;
use crate::params::{Param, params};
use crate::row::Row;
use crate::statement::Statement;

macro_rules! named {
    ($column:literal) => {
        concat!(
            "SELECT id, store_id, created_at, number FROM invoices WHERE store_id = $1 AND archived = $2 AND ",
            $column,
            " = $3 ORDER BY created_at DESC, number DESC LIMIT $4"
        )
    };
}
pub(super) use named;

/// An invoice that was found, not read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Which.
    pub id: InvoiceId,
    /// Whose.
    pub store_id: StoreId,
    /// Where in its store's list.
    pub place: Place,
}

fn spots(reader: &Reader<'_>, statement: &'static Statement, asked: &[Param]) -> Result<Vec<Spot>, DbError> {
    reader.query(TABLE, statement, asked, |row: &Row| {
        Ok(Spot {
            id: row.id(0, "id", InvoiceId::from_bytes)?,
            store_id: row.id(1, "store_id", StoreId::from_bytes)?,
            place: Place { created_at: row.time(2, "created_at")?, number: row.int(3, "number")? },
        })
    })
}

/// Those outside the archive, and those in it, up to the limit each.
fn both(
    reader: &Reader<'_>,
    statement: &'static Statement,
    asked: impl Fn(bool) -> Vec<Param>,
) -> Result<Vec<Spot>, DbError> {
    let mut found = spots(reader, statement, &asked(false))?;
    found.extend(spots(reader, statement, &asked(true))?);
    Ok(found)
}

/// The newest of a store with exactly this order id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn by_order(reader: &Reader<'_>, store: StoreId, id: &str, limit: u32) -> Result<Vec<Spot>, DbError> {
    both(reader, &SEEK_ORDER, |archived| params![store, archived, id, limit].into())
}

/// The newest of a store whose buyer has this e-mail address, however it is written.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn by_email(
    reader: &Reader<'_>,
    store: StoreId,
    address: &str,
    limit: u32,
) -> Result<Vec<Spot>, DbError> {
    both(reader, &SEEK_EMAIL, |archived| params![store, archived, email_key(address), limit].into())
}

/// The newest of a store at exactly this price; of no currency: in any.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn by_price(
    reader: &Reader<'_>,
    store: StoreId,
    price: Decimal,
    currency: Option<Currency>,
    limit: u32,
) -> Result<Vec<Spot>, DbError> {
    let key = sort_key(price);
    both(reader, &SEEK_PRICE, |archived| params![store, archived, &key, currency, limit].into())
}

/// The newest of a store that asked for exactly so many bitcoin, by any of their quotes.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn by_due(reader: &Reader<'_>, store: StoreId, due: Amount, limit: u32) -> Result<Vec<Spot>, DbError> {
    spots(reader, &SEEK_DUE, &params![store, due, limit])
}

/// The newest, of whatever store, whose ids are in a range.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn beginning(
    reader: &Reader<'_>,
    first: [u8; 16],
    last: [u8; 16],
    limit: u32,
) -> Result<Vec<Spot>, DbError> {
    let (first, last) = (InvoiceId::from_bytes(first), InvoiceId::from_bytes(last));
    spots(reader, &SEEK_BEGINNING, &params![first, last, limit])
}

/// Those, of whatever store, that a transaction pays.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn paid_by(reader: &Reader<'_>, txid: Txid) -> Result<Vec<Spot>, DbError> {
    spots(reader, &SEEK_TXID, &params![txid])
}
