//! Tokens of the panel's API: whose each is, what it may do, and when it was last used. The token
//! itself is not here, only its SHA-256.

use specie_core::ids::{ApiTokenId, StoreId, UserId};
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

const TABLE: &str = "api_tokens";

statements! { "api_tokens":
    INSERT = "INSERT INTO api_tokens (id, user_id, store_id, name, prefix, hash, read_only, created_at, expires_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)";
    FIND_BY_HASH = "SELECT id, user_id, store_id, name, prefix, read_only, created_at, expires_at, used_at FROM api_tokens
        WHERE hash = $1";
    OF_USER = "SELECT id, user_id, store_id, name, prefix, read_only, created_at, expires_at, used_at FROM api_tokens
        WHERE user_id = $1 ORDER BY created_at DESC, id";
    USED = "UPDATE api_tokens SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < $2)";
    DELETE = "DELETE FROM api_tokens WHERE id = $1 AND user_id = $2";
}

/// A token, without what makes it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is revoked by.
    pub id: ApiTokenId,
    /// Whom it acts for.
    pub user_id: UserId,
    /// The one store that it is for; none: all of the user's.
    pub store_id: Option<StoreId>,
    /// What the user called it.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// It reads, and changes nothing.
    pub read_only: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is void; none: never by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute or so.
    pub used_at: Option<Timestamp>,
}

fn rehydrate(row: &Row) -> Result<ApiToken, DbError> {
    let time = |i, column| Ok::<_, DbError>(row.opt_int(i, column)?.map(Timestamp::from_millis));
    Ok(ApiToken {
        id: row.id(0, "id", ApiTokenId::from_bytes)?,
        user_id: row.id(1, "user_id", UserId::from_bytes)?,
        store_id: row.opt_id(2, "store_id", StoreId::from_bytes)?,
        name: row.text(3, "name")?,
        prefix: row.text(4, "prefix")?,
        read_only: row.flag(5, "read_only")?,
        created_at: row.time(6, "created_at")?,
        expires_at: time(7, "expires_at")?,
        used_at: time(8, "used_at")?,
    })
}

/// Adds a token that was never used, under its SHA-256.
///
/// # Errors
/// [`DbError::Duplicate`] if that token exists.
pub fn insert(tx: &mut Tx<'_>, token: &ApiToken, hash: [u8; 32]) -> Result<(), DbError> {
    let row = params![
        token.id,
        token.user_id,
        token.store_id,
        &token.name,
        &token.prefix,
        hash,
        token.read_only,
        token.created_at,
        token.expires_at,
    ];
    tx.execute(&INSERT, &row).map(drop)
}

/// The token of that SHA-256, expired or not.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_by_hash(reader: &Reader<'_>, hash: [u8; 32]) -> Result<Option<ApiToken>, DbError> {
    reader.query_opt(TABLE, &FIND_BY_HASH, &params![hash], rehydrate)
}

/// The tokens of a user, latest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_user(reader: &Reader<'_>, user: UserId) -> Result<Vec<ApiToken>, DbError> {
    reader.query(TABLE, &OF_USER, &params![user], rehydrate)
}

/// Records that a token was used at a time, unless a later one is recorded.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn used(tx: &mut Tx<'_>, id: ApiTokenId, at: Timestamp) -> Result<(), DbError> {
    tx.execute(&USED, &params![id, at]).map(drop)
}

/// Removes a token of a user. Returns whether there was one.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn delete(tx: &mut Tx<'_>, id: ApiTokenId, user: UserId) -> Result<bool, DbError> {
    tx.execute(&DELETE, &params![id, user]).map(|rows| rows == 1)
}
