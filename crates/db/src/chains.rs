//! How far each network's chain was followed.

use specie_core::chain::Locator;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::row::to_json;
use crate::statement::statements;

const TABLE: &str = "chains";

statements! { "chains":
    SAVE = "INSERT INTO chains (network, locator) VALUES ($1, $2)
        ON CONFLICT (network) DO UPDATE SET locator = excluded.locator";
    LOAD = "SELECT network, locator FROM chains WHERE network = $1";
}

/// Stores the locator.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn save(tx: &mut Tx<'_>, network: &str, locator: &Locator) -> Result<(), DbError> {
    tx.execute(&SAVE, &params![network, to_json(locator)]).map(drop)
}

/// The stored locator; an empty one if the chain was never followed.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn load(reader: &Reader<'_>, network: &str) -> Result<Locator, DbError> {
    Ok(reader.query_opt(TABLE, &LOAD, &params![network], |row| row.json(1, "locator"))?.unwrap_or_default())
}
