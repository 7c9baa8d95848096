//! What asks for a person: a row for each thing that does, with why and since when. It is written in the transaction
//! that its cause is written in, and deleted in the one that ends it; so there are as many rows as there is to do,
//! however long the history is. Whether a refund still waits for its merchant is read with it, of its transaction.

use std::collections::BTreeSet;

use specie_core::ids::{DeliveryId, InvoiceId, RefundId, StoreId};
use specie_core::invoice::Need;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "attention";

macro_rules! columns {
    () => {
        "SELECT a.subject, a.cause, a.invoice_id, a.since, a.place, a.aside_at, a.aside_by FROM attention a "
    };
}
/// Those refunds that no signed transaction pays.
macro_rules! unsigned {
    () => {
        "JOIN refunds r ON r.id = a.subject LEFT JOIN spends s ON s.id = r.spend_id
        WHERE a.store_id = $1 AND a.cause = 'refund' AND a.aside_at IS NULL AND s.signed_at IS NULL "
    };
}

statements! { "attention":
    RAISE = "INSERT INTO attention (store_id, cause, subject, invoice_id, since) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (cause, subject) DO UPDATE SET since = excluded.since, aside_at = NULL, aside_by = NULL";
    RAISE_DELIVERY = "INSERT INTO attention (store_id, cause, subject, invoice_id, since, place)
        SELECT i.store_id, 'notification', d.id, i.id, CAST($2 AS BIGINT), d.url FROM deliveries d
        JOIN invoices i ON i.id = d.invoice_id
        WHERE d.id = $1 AND d.state IN ('pending', 'given_up') ON CONFLICT (cause, subject) DO NOTHING";
    CLEAR = "DELETE FROM attention WHERE cause = $1 AND subject = $2";
    OPEN = concat!(columns!(), "WHERE a.store_id = $1 AND a.cause = $2 AND a.aside_at IS NULL
        ORDER BY a.since, a.subject LIMIT $3");
    OPEN_REFUNDS = concat!(columns!(), unsigned!(), "ORDER BY a.since, a.subject LIMIT $2");
    ASIDE = concat!(columns!(), "WHERE a.store_id = $1 AND a.aside_at IS NOT NULL
        ORDER BY a.aside_at DESC, a.subject DESC LIMIT $2");
    FIND = concat!(columns!(), "WHERE a.store_id = $1 AND a.cause = $2 AND a.subject = $3");
    OF_INVOICE = concat!(columns!(), "WHERE a.invoice_id = $1 ORDER BY a.cause, a.subject");
    COUNT = "SELECT count(*) FROM (SELECT 1 FROM attention WHERE store_id = $1 AND aside_at IS NULL
        AND cause IN ('lost', 'unconfirmed', 'late', 'partial', 'over') LIMIT $2) AS p";
    COUNT_REFUNDS = concat!("SELECT count(*) FROM (SELECT 1 FROM attention a ", unsigned!(), "LIMIT $2) AS p");
    PLACES = "SELECT subject, place FROM attention
        WHERE store_id = $1 AND cause = 'notification' AND aside_at IS NULL ORDER BY since, subject LIMIT $2";
    PUT_ASIDE = "UPDATE attention SET aside_at = $4, aside_by = $5
        WHERE store_id = $1 AND cause = $2 AND subject = $3 AND aside_at IS NULL";
    PUT_PLACE_ASIDE = "UPDATE attention SET aside_at = $3, aside_by = $4 WHERE cause = 'notification' AND subject IN (
            SELECT subject FROM attention
            WHERE store_id = $1 AND cause = 'notification' AND place = $2 AND aside_at IS NULL LIMIT $5)";
    REOPEN = "UPDATE attention SET aside_at = NULL, aside_by = NULL WHERE cause = $1 AND subject = $2";
    TAKE_BACK = "UPDATE attention SET aside_at = NULL, aside_by = NULL
        WHERE store_id = $1 AND cause = $2 AND subject = $3 AND aside_at IS NOT NULL";
}

/// Why something asks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// An invoice does, by its facts.
    Invoice(Need),
    /// Something is to be given back, and is not signed.
    Refund,
    /// A notification does not arrive.
    Notification,
}

impl Cause {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 7] = [
        Self::Invoice(Need::Lost),
        Self::Invoice(Need::Unconfirmed),
        Self::Invoice(Need::PaidLate),
        Self::Invoice(Need::PaidPartial),
        Self::Invoice(Need::PaidOver),
        Self::Refund,
        Self::Notification,
    ];

    /// The name in the database and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice(need) => need.name(),
            Self::Refund => "refund",
            Self::Notification => "notification",
        }
    }

    /// The cause of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

/// What asks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An invoice, and why.
    Invoice(InvoiceId, Need),
    /// A refund.
    Refund(RefundId),
    /// A notification.
    Delivery(DeliveryId),
}

impl Subject {
    /// What asks for that cause and has that id as text.
    #[must_use]
    pub fn parse(cause: Cause, id: &str) -> Option<Self> {
        Some(match cause {
            Cause::Invoice(need) => Self::Invoice(id.parse().ok()?, need),
            Cause::Refund => Self::Refund(id.parse().ok()?),
            Cause::Notification => Self::Delivery(id.parse().ok()?),
        })
    }

    /// Its id as text.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Invoice(id, _) => id.to_string(),
            Self::Refund(id) => id.to_string(),
            Self::Delivery(id) => id.to_string(),
        }
    }

    /// Why it does.
    #[must_use]
    pub fn cause(self) -> Cause {
        match self {
            Self::Invoice(_, need) => Cause::Invoice(need),
            Self::Refund(_) => Cause::Refund,
            Self::Delivery(_) => Cause::Notification,
        }
    }

    fn id(self) -> Vec<u8> {
        match self {
            Self::Invoice(id, _) => id.as_bytes().to_vec(),
            Self::Refund(id) => id.as_bytes().to_vec(),
            Self::Delivery(id) => id.as_bytes().to_vec(),
        }
    }
}

/// Something that asks for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// What.
    pub subject: Subject,
    /// The invoice that it is about.
    pub invoice: InvoiceId,
    /// Since when; or when something came to it.
    pub since: Timestamp,
    /// Where it goes; of a notification alone.
    pub place: Option<String>,
    /// When it was put aside, and by whom.
    pub aside: Option<(Timestamp, String)>,
}

/// Writes that something asks for a person, from now on. What was put aside before is there again.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn raise(
    tx: &mut Tx<'_>,
    store: StoreId,
    subject: Subject,
    invoice: InvoiceId,
    now: Timestamp,
) -> Result<(), DbError> {
    let row = params![store, subject.cause().name(), subject.id(), invoice, now];
    tx.execute(&RAISE, &row).map(drop)
}

/// Writes that a delivery of an invoice fails, if it is neither over nor known to.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn raise_delivery(tx: &mut Tx<'_>, id: DeliveryId, now: Timestamp) -> Result<(), DbError> {
    tx.execute(&RAISE_DELIVERY, &params![id, now]).map(drop)
}

/// Writes that something asks for nobody any more.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn clear(tx: &mut Tx<'_>, subject: Subject) -> Result<(), DbError> {
    tx.execute(&CLEAR, &params![subject.cause().name(), subject.id()]).map(drop)
}

/// Writes that something came to what may have been put aside.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn reopen(tx: &mut Tx<'_>, subject: Subject) -> Result<(), DbError> {
    tx.execute(&REOPEN, &params![subject.cause().name(), subject.id()]).map(drop)
}

/// Up to `limit` of what asks for a person in a store for one cause, the oldest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn open(reader: &Reader<'_>, store: StoreId, cause: Cause, limit: u32) -> Result<Vec<Asking>, DbError> {
    match cause {
        Cause::Refund => reader.query(TABLE, &OPEN_REFUNDS, &params![store, limit], rehydrate),
        Cause::Invoice(_) | Cause::Notification => {
            reader.query(TABLE, &OPEN, &params![store, cause.name(), limit], rehydrate)
        }
    }
}

/// Up to `limit` of what was put aside in a store, the latest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn aside(reader: &Reader<'_>, store: StoreId, limit: u32) -> Result<Vec<Asking>, DbError> {
    reader.query(TABLE, &ASIDE, &params![store, limit], rehydrate)
}

/// Something of a store, if it asks for a person, put aside or not.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, store: StoreId, subject: Subject) -> Result<Option<Asking>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![store, subject.cause().name(), subject.id()], rehydrate)
}

/// All that an invoice, its refunds and its deliveries ask a person for.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_invoice(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Vec<Asking>, DbError> {
    reader.query(TABLE, &OF_INVOICE, &params![invoice], rehydrate)
}

/// How much there is to do in a store, counted up to `limit` of each kind; of deliveries, to how many places.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn count(reader: &Reader<'_>, store: StoreId, limit: u32) -> Result<i64, DbError> {
    let mut sum = 0;
    for statement in [&COUNT, &COUNT_REFUNDS] {
        let counted =
            reader.query_opt(TABLE, statement, &params![store, limit], |row| row.int(0, "count"))?;
        sum += counted.unwrap_or(0);
    }
    let places = reader.query(TABLE, &PLACES, &params![store, limit], |row| row.opt_text(1, "place"))?;
    let places = i64::try_from(places.into_iter().collect::<BTreeSet<_>>().len()).unwrap_or(i64::MAX);
    Ok(sum.saturating_add(places))
}

/// Puts something of a store aside. Returns whether it was there to be.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn put_aside(
    tx: &mut Tx<'_>,
    store: StoreId,
    subject: Subject,
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let row = params![store, subject.cause().name(), subject.id(), now, by];
    tx.execute(&PUT_ASIDE, &row).map(|rows| rows == 1)
}

/// Puts up to `limit` deliveries of a store aside that do not arrive at a place; returns how many.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn put_place_aside(
    tx: &mut Tx<'_>,
    store: StoreId,
    place: &str,
    (by, now): (&str, Timestamp),
    limit: u32,
) -> Result<usize, DbError> {
    tx.execute(&PUT_PLACE_ASIDE, &params![store, place, now, by, limit])
}

/// Takes up again what was put aside in a store. Returns whether it was.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn take_back(tx: &mut Tx<'_>, store: StoreId, subject: Subject) -> Result<bool, DbError> {
    tx.execute(&TAKE_BACK, &params![store, subject.cause().name(), subject.id()]).map(|rows| rows == 1)
}

fn rehydrate(row: &Row) -> Result<Asking, DbError> {
    let subject = match row.named(1, "cause", Cause::from_name)? {
        Cause::Invoice(need) => Subject::Invoice(row.id(0, "subject", InvoiceId::from_bytes)?, need),
        Cause::Refund => Subject::Refund(row.id(0, "subject", RefundId::from_bytes)?),
        Cause::Notification => Subject::Delivery(row.id(0, "subject", DeliveryId::from_bytes)?),
    };
    let aside_at = row.opt_int(5, "aside_at")?.map(Timestamp::from_millis);
    let aside_by = row.opt_text(6, "aside_by")?;
    Ok(Asking {
        subject,
        invoice: row.id(2, "invoice_id", InvoiceId::from_bytes)?,
        since: row.time(3, "since")?,
        place: row.opt_text(4, "place")?,
        aside: aside_at.map(|at| (at, aside_by.unwrap_or_default())),
    })
}
