//! Pairing: codes that wait for a client or a store, and the tokens they become.

use serde::{Deserialize, Serialize};
use specie_core::facade::Facade;
use specie_core::ids::{StoreId, TokenId};
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::Row;
use crate::statement::statements;

statements! { "pairing":
    INSERT_CODE = "INSERT INTO pairing_codes (code, token_id, facade, sin, store_id, label, created_at,
        expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND_CODE = "SELECT code, token_id, facade, sin, store_id, label, created_at, expires_at FROM pairing_codes
        WHERE code = $1";
    LOCK_CODE = "SELECT code, token_id, facade, sin, store_id, label, created_at, expires_at FROM pairing_codes
        WHERE code = $1 /*postgres FOR UPDATE*/";
    UPDATE_CODE = "UPDATE pairing_codes SET sin = $2, store_id = $3, label = $4 WHERE code = $1";
    DELETE_CODE = "DELETE FROM pairing_codes WHERE code = $1";
    PRUNE_CODES = "DELETE FROM pairing_codes WHERE expires_at <= $1";
    INSERT_TOKEN = "INSERT INTO tokens (id, store_id, facade, sin, label, paired_at) VALUES ($1, $2, $3, $4, $5, $6)";
    CODES_OF_STORE = "SELECT code, token_id, facade, sin, store_id, label, created_at, expires_at FROM pairing_codes
        WHERE store_id = $1 AND expires_at > $2 ORDER BY created_at DESC, code";
    TOKENS_OF_STORE = "SELECT id, store_id, facade, sin, label, paired_at FROM tokens WHERE store_id = $1 ORDER BY paired_at, id";
    DELETE_TOKEN = "DELETE FROM tokens WHERE id = $1 AND store_id = $2";
    FIND_TOKEN = "SELECT id, store_id, facade, sin, label, paired_at FROM tokens WHERE id = $1";
    TOKENS_OF_SIN = "SELECT id, store_id, facade, sin, label, paired_at FROM tokens WHERE sin = $1 ORDER BY paired_at, id";
}

/// A pairing that is not complete: it lacks the client's identity, or the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingCode {
    /// Seven letters and digits.
    pub code: String,
    /// The token it will become.
    pub token_id: TokenId,
    /// What that will let its holder do.
    pub facade: Facade,
    /// The client's identity, once it is known.
    pub sin: Option<String>,
    /// The store, once it is known.
    pub store_id: Option<StoreId>,
    /// What the pairing is called.
    pub label: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is void.
    pub expires_at: Timestamp,
}

/// A client that is let into a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Identifier; the token itself is derived from it.
    pub id: TokenId,
    /// The store it opens.
    pub store_id: StoreId,
    /// What it lets its holder do.
    pub facade: Facade,
    /// The client's identity; none: whoever has the token.
    pub sin: Option<String>,
    /// What the pairing is called.
    pub label: Option<String>,
    /// When both sides had agreed.
    pub paired_at: Timestamp,
}

fn code(row: &Row) -> Result<PairingCode, DbError> {
    Ok(PairingCode {
        code: row.text(0, "code")?,
        token_id: row.id(1, "token_id", TokenId::from_bytes)?,
        facade: row.named(2, "facade", Facade::from_name)?,
        sin: row.opt_text(3, "sin")?,
        store_id: row.opt_id(4, "store_id", StoreId::from_bytes)?,
        label: row.opt_text(5, "label")?,
        created_at: row.time(6, "created_at")?,
        expires_at: row.time(7, "expires_at")?,
    })
}

fn token(row: &Row) -> Result<Token, DbError> {
    Ok(Token {
        id: row.id(0, "id", TokenId::from_bytes)?,
        store_id: row.id(1, "store_id", StoreId::from_bytes)?,
        facade: row.named(2, "facade", Facade::from_name)?,
        sin: row.opt_text(3, "sin")?,
        label: row.opt_text(4, "label")?,
        paired_at: row.time(5, "paired_at")?,
    })
}

/// Adds a code.
///
/// # Errors
/// [`DbError::Duplicate`] if that code is in use.
pub fn insert_code(tx: &mut Tx<'_>, c: &PairingCode) -> Result<(), DbError> {
    let row = params![
        &c.code,
        c.token_id,
        c.facade.name(),
        c.sin.as_ref(),
        c.store_id,
        c.label.as_ref(),
        c.created_at,
        c.expires_at
    ];
    tx.execute(&INSERT_CODE, &row).map(drop)
}

/// The pairing of that code, expired or not.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_code(reader: &Reader<'_>, text: &str) -> Result<Option<PairingCode>, DbError> {
    reader.query_opt("pairing_codes", &FIND_CODE, &params![text], code)
}

/// As [`find_code`], and nobody else takes or changes it until the transaction ends.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn lock_code(tx: &mut Tx<'_>, text: &str) -> Result<Option<PairingCode>, DbError> {
    tx.query_opt("pairing_codes", &LOCK_CODE, &params![text], code)
}

/// Writes back which sides a code knows, and its label.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn update_code(tx: &mut Tx<'_>, c: &PairingCode) -> Result<(), DbError> {
    tx.execute(&UPDATE_CODE, &params![&c.code, c.sin.as_ref(), c.store_id, c.label.as_ref()]).map(drop)
}

/// Burns a code.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn delete_code(tx: &mut Tx<'_>, text: &str) -> Result<(), DbError> {
    tx.execute(&DELETE_CODE, &params![text]).map(drop)
}

/// Removes the codes that expired by `now`.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn prune_codes(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, DbError> {
    tx.execute(&PRUNE_CODES, &params![now])
}

/// Adds a token.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn insert_token(tx: &mut Tx<'_>, t: &Token) -> Result<(), DbError> {
    let row = params![t.id, t.store_id, t.facade.name(), t.sin.as_ref(), t.label.as_ref(), t.paired_at];
    tx.execute(&INSERT_TOKEN, &row).map(drop)
}

/// The token of that id.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find_token(reader: &Reader<'_>, id: TokenId) -> Result<Option<Token>, DbError> {
    reader.query_opt("tokens", &FIND_TOKEN, &params![id], token)
}

/// The tokens of a client, first paired first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn tokens_of_sin(reader: &Reader<'_>, sin: &str) -> Result<Vec<Token>, DbError> {
    reader.query("tokens", &TOKENS_OF_SIN, &params![sin], token)
}

/// The codes that a store made and that nobody has claimed by `now`, latest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn codes_of_store(
    reader: &Reader<'_>,
    store: StoreId,
    now: Timestamp,
) -> Result<Vec<PairingCode>, DbError> {
    reader.query("pairing_codes", &CODES_OF_STORE, &params![store, now], code)
}

/// The tokens of a store, first paired first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn tokens_of_store(reader: &Reader<'_>, store: StoreId) -> Result<Vec<Token>, DbError> {
    reader.query("tokens", &TOKENS_OF_STORE, &params![store], token)
}

/// Removes a token of a store. Returns whether there was one.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn delete_token(tx: &mut Tx<'_>, id: TokenId, store: StoreId) -> Result<bool, DbError> {
    tx.execute(&DELETE_TOKEN, &params![id, store]).map(|rows| rows == 1)
}
