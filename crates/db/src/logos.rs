//! Stores' logos: one of each store at most, found by what it is.

use specie_core::ids::StoreId;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "logos";

statements! { "logos":
    SET = "INSERT INTO logos (store_id, hash, kind, content) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store_id) DO UPDATE SET hash = excluded.hash, kind = excluded.kind, content = excluded.content";
    REMOVE = "DELETE FROM logos WHERE store_id = $1";
    FIND = "SELECT hash, kind, content FROM logos WHERE hash = $1 LIMIT 1";
}

/// A picture as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// Its media type.
    pub kind: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Sets a store's logo. The former one is gone.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set(tx: &mut Tx<'_>, store: StoreId, logo: &Picture) -> Result<(), DbError> {
    tx.execute(&SET, &params![store, &logo.hash, &logo.kind, logo.content.clone()]).map(drop)
}

/// Removes a store's logo, if it has one.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn remove(tx: &mut Tx<'_>, store: StoreId) -> Result<(), DbError> {
    tx.execute(&REMOVE, &params![store]).map(drop)
}

/// The logo of that hash, if a store has it.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn find(reader: &Reader<'_>, hash: &str) -> Result<Option<Picture>, DbError> {
    reader.query_opt(TABLE, &FIND, &params![hash], |row| {
        Ok(Picture {
            hash: row.text(0, "hash")?,
            kind: row.text(1, "kind")?,
            content: row.blob(2, "content")?,
        })
    })
}
