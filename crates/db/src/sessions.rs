//! Login sessions, as the session layer stores them: opaque records under hashed keys.

use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "sessions";

statements! { "sessions":
    SAVE = "INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at";
    LOAD = "SELECT id, data FROM sessions WHERE id = $1 AND expires_at > $2";
    DELETE = "DELETE FROM sessions WHERE id = $1";
    PRUNE = "DELETE FROM sessions WHERE expires_at <= $1";
}

/// Stores a session's record under its (hashed) key.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn save(tx: &mut Tx<'_>, id: &str, data: &str, expires_at: Timestamp) -> Result<(), DbError> {
    tx.execute(&SAVE, &params![id, data, expires_at]).map(drop)
}

/// The record of a session that has not expired by `now`.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn load(reader: &Reader<'_>, id: &str, now: Timestamp) -> Result<Option<String>, DbError> {
    reader.query_opt(TABLE, &LOAD, &params![id, now], |row| row.text(1, "data"))
}

/// Ends a session.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn delete(tx: &mut Tx<'_>, id: &str) -> Result<(), DbError> {
    tx.execute(&DELETE, &params![id]).map(drop)
}

/// Removes the sessions that expired by `now`.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, DbError> {
    tx.execute(&PRUNE, &params![now])
}
