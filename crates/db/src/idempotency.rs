//! Requests that were answered once and must be answered the same again.

use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "idempotency";

statements! { "idempotency":
    INSERT = "INSERT INTO idempotency (caller, path, key, body_hash, reply, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT key, body_hash, reply FROM idempotency WHERE caller = $1 AND path = $2 AND key = $3";
    PRUNE = "DELETE FROM idempotency WHERE created_at <= $1";
}

/// What makes two requests the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Who asks.
    pub caller: String,
    /// What for.
    pub path: String,
    /// Under which key of the caller's choice.
    pub key: String,
    /// The SHA-256 of the body.
    pub body_hash: [u8; 32],
}

/// Records the answer to a request, as JSON.
///
/// # Errors
/// [`DbError::Duplicate`] if the very same request was recorded before.
pub fn insert(tx: &mut Tx<'_>, key: &Key, reply: &str, now: Timestamp) -> Result<(), DbError> {
    let row = params![&key.caller, &key.path, &key.key, key.body_hash, reply, now];
    tx.execute(&INSERT, &row).map(drop)
}

/// The recorded answers under a key, with the SHA-256 of the body each was given to.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, key: &Key) -> Result<Vec<(Vec<u8>, String)>, DbError> {
    reader.query(TABLE, &FIND, &params![&key.caller, &key.path, &key.key], |row| {
        Ok((row.blob(1, "body_hash")?, row.text(2, "reply")?))
    })
}

/// Forgets the answers given until `until`.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn prune(tx: &mut Tx<'_>, until: Timestamp) -> Result<usize, DbError> {
    tx.execute(&PRUNE, &params![until])
}
