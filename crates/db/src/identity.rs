//! Which server key a database belongs with. Tokens are derived with it: with another key, every
//! client that was paired would be a stranger.

use crate::engine::Tx;
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "identity";

statements! { "identity":
    SET = "INSERT INTO identity (name, value) VALUES ('server key', $1) ON CONFLICT DO NOTHING";
    GET = "SELECT name, value FROM identity WHERE name = 'server key'";
}

/// The fingerprint of the key that this database belongs with: the one that was named first.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn claim(tx: &mut Tx<'_>, fingerprint: &str) -> Result<String, DbError> {
    tx.execute(&SET, &params![fingerprint])?;
    let known = tx.query_opt(TABLE, &GET, &[], |row| row.text(1, "value"))?;
    Ok(known.unwrap_or_default())
}
