//! Saved views: filters of a store's list, each of one user, under a name.

use specie_core::ids::{StoreId, UserId};
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "saved_views";

statements! { "saved_views":
    SAVE = "INSERT INTO saved_views (user_id, store_id, name, query, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (user_id, store_id, name) DO UPDATE SET query = excluded.query";
    OF_LIST = "SELECT name, query FROM saved_views WHERE user_id = $1 AND store_id = $2 ORDER BY name";
    REMOVE = "DELETE FROM saved_views WHERE user_id = $1 AND store_id = $2 AND name = $3";
}

/// A filter that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// What its user calls it.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
}

/// Keeps a view. What its user kept under that name is replaced.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn save(
    tx: &mut Tx<'_>,
    user: UserId,
    store: StoreId,
    view: &SavedView,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(&SAVE, &params![user, store, &view.name, &view.query, now]).map(drop)
}

/// What a user keeps of a store's list, by name.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_list(reader: &Reader<'_>, user: UserId, store: StoreId) -> Result<Vec<SavedView>, DbError> {
    reader.query(TABLE, &OF_LIST, &params![user, store], |row| {
        Ok(SavedView { name: row.text(0, "name")?, query: row.text(1, "query")? })
    })
}

/// Forgets a view. Returns whether there was one.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn remove(tx: &mut Tx<'_>, user: UserId, store: StoreId, name: &str) -> Result<bool, DbError> {
    tx.execute(&REMOVE, &params![user, store, name]).map(|rows| rows == 1)
}
