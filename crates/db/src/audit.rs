//! Who changed what: rows that are added with the change itself, and never changed or removed.

use serde::{Deserialize, Serialize};
use specie_core::ids::{StoreId, UserId};
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::{Row, to_json};
use crate::statement::statements;

const TABLE: &str = "audit";

statements! { "audit":
    ADD = "INSERT INTO audit (at, store_id, user_id, via, name, deed, subject, changes, request_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_STORE = "SELECT number, at, store_id, user_id, via, name, deed, subject, changes, request_id FROM audit
        WHERE store_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    OF_SERVER = "SELECT number, at, store_id, user_id, via, name, deed, subject, changes, request_id FROM audit
        WHERE number < $1 ORDER BY number DESC LIMIT $2";
}

/// A value that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What.
    pub field: String,
    /// What it was; none: it was not there.
    pub from: Option<String>,
    /// What it is; none: it is no longer there.
    pub to: Option<String>,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, given when it is stored; those of later ones are higher.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// In which store; none: on the server itself.
    pub store_id: Option<StoreId>,
    /// On behalf of which user, if of one.
    pub user_id: Option<UserId>,
    /// By which way.
    pub via: String,
    /// Who it was, as they were called then.
    pub name: String,
    /// What was done.
    pub deed: String,
    /// To what.
    pub subject: String,
    /// What it changed.
    pub changes: Vec<Change>,
    /// The request that did it, if one did.
    pub request_id: Option<String>,
}

fn rehydrate(row: &Row) -> Result<Entry, DbError> {
    Ok(Entry {
        number: row.int(0, "number")?,
        at: row.time(1, "at")?,
        store_id: row.opt_id(2, "store_id", StoreId::from_bytes)?,
        user_id: row.opt_id(3, "user_id", UserId::from_bytes)?,
        via: row.text(4, "via")?,
        name: row.text(5, "name")?,
        deed: row.text(6, "deed")?,
        subject: row.text(7, "subject")?,
        changes: row.json(8, "changes")?,
        request_id: row.opt_text(9, "request_id")?,
    })
}

/// Adds an entry. Its number is the database's to give.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn add(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), DbError> {
    let row = params![
        entry.at,
        entry.store_id,
        entry.user_id,
        &entry.via,
        &entry.name,
        &entry.deed,
        &entry.subject,
        to_json(&entry.changes),
        entry.request_id.as_deref(),
    ];
    tx.execute(&ADD, &row).map(drop)
}

/// Up to `limit` entries of a store below a number, or of the whole server, latest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn page(
    reader: &Reader<'_>,
    store: Option<StoreId>,
    below: i64,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    match store {
        Some(store) => reader.query(TABLE, &OF_STORE, &params![store, below, limit], rehydrate),
        None => reader.query(TABLE, &OF_SERVER, &params![below, limit], rehydrate),
    }
}
