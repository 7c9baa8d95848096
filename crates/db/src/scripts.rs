//! Every script ever issued, and the invoice it was issued for.

use bitcoin::ScriptBuf;
use specie_core::ids::{InvoiceId, WalletId};

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "scripts";

statements! { "scripts":
    INSERT = "INSERT INTO scripts (network, script, wallet_id, wallet_index, invoice_id) VALUES ($1, $2, $3, $4, $5)";
    ISSUED = "SELECT wallet_id, wallet_index FROM scripts WHERE network = $1 AND script = $2";
    LAST_INDEX = "SELECT wallet_index FROM scripts WHERE wallet_id = $1 ORDER BY wallet_index DESC LIMIT 1";
    INVOICE = "SELECT script, invoice_id FROM scripts WHERE network = $1 AND script = $2";
    ALL_OF_NETWORK = "SELECT script FROM scripts WHERE network = $1";
}

/// Records that a script is issued.
///
/// # Errors
/// [`DbError::Duplicate`] if the script, or the wallet's index, was issued before.
pub fn insert(
    tx: &mut Tx<'_>,
    network: &str,
    script: &ScriptBuf,
    wallet: WalletId,
    index: u32,
    invoice: InvoiceId,
) -> Result<(), DbError> {
    tx.execute(&INSERT, &params![network, script, wallet, index, invoice]).map(drop)
}

/// The invoice that a script was issued for.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn invoice(reader: &Reader<'_>, network: &str, script: &ScriptBuf) -> Result<Option<InvoiceId>, DbError> {
    reader.query_opt(TABLE, &INVOICE, &params![network, script], |row| {
        row.id(1, "invoice_id", InvoiceId::from_bytes)
    })
}

/// The wallet and the index that a script was issued by.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn issued(
    reader: &Reader<'_>,
    network: &str,
    script: &ScriptBuf,
) -> Result<Option<(WalletId, u32)>, DbError> {
    reader.query_opt(TABLE, &ISSUED, &params![network, script], |row| {
        Ok((row.id(0, "wallet_id", WalletId::from_bytes)?, row.u32(1, "wallet_index")?))
    })
}

/// The highest index that a wallet issued.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn last_index(reader: &Reader<'_>, wallet: WalletId) -> Result<Option<u32>, DbError> {
    reader.query_opt(TABLE, &LAST_INDEX, &params![wallet], |row| row.u32(0, "wallet_index"))
}

/// Every script ever issued on a network, one by one.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn for_each(reader: &Reader<'_>, network: &str, mut each: impl FnMut(ScriptBuf)) -> Result<(), DbError> {
    reader.for_each(TABLE, &ALL_OF_NETWORK, &params![network], |row| {
        each(row.script(0, "script")?);
        Ok(())
    })
}
