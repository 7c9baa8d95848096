//! Every script ever issued, and what it was issued for: an invoice, or the wallet's own change.

use bitcoin::{Amount, ScriptBuf};
use specie_core::ids::{InvoiceId, StoreId, WalletId};
use specie_core::script::Keychain;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "scripts";

statements! { "scripts":
    INSERT = "INSERT INTO scripts (network, script, wallet_id, keychain, wallet_index, invoice_id)
        VALUES ($1, $2, $3, $4, $5, $6)";
    ISSUED = "SELECT script, wallet_id, keychain, wallet_index, invoice_id FROM scripts
        WHERE network = $1 AND script = $2";
    LAST_INDEX = "SELECT wallet_index FROM scripts WHERE wallet_id = $1 AND keychain = 'external'
        ORDER BY wallet_index DESC LIMIT 1";
    ISSUED_TO = "SELECT s.script, s.wallet_index, s.invoice_id, i.store_id, i.order_id,
            (SELECT CAST(coalesce(sum(c.amount), 0) AS BIGINT) FROM coins c
                WHERE c.wallet_id = s.wallet_id AND c.keychain = s.keychain AND c.wallet_index = s.wallet_index
                    AND c.standing IN ('mempool', 'block'))
        FROM scripts s LEFT JOIN invoices i ON i.id = s.invoice_id
        WHERE s.wallet_id = $1 AND s.keychain = 'external' AND s.wallet_index < $2
        ORDER BY s.wallet_index DESC LIMIT $3";
    ALL_OF_NETWORK = "SELECT script FROM scripts WHERE network = $1";
}

/// Where a script comes from, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    /// The wallet.
    pub wallet_id: WalletId,
    /// The keychain.
    pub keychain: Keychain,
    /// The index on it.
    pub index: u32,
    /// The invoice; none for the wallet's own change.
    pub invoice_id: Option<InvoiceId>,
}

/// A receiving address that a wallet issued, and what came there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiving {
    /// Its index.
    pub index: u32,
    /// The invoice that it was issued for, its store, and the order's own name for it.
    pub sale: Option<(InvoiceId, StoreId, Option<String>)>,
    /// What came there and is in the mempool or a block, spent since or not.
    pub received: Amount,
}

/// Records that a script is issued.
///
/// # Errors
/// [`DbError::Duplicate`] if the script, or the keychain's index, was issued before.
pub fn insert(tx: &mut Tx<'_>, network: &str, script: &ScriptBuf, issued: Issued) -> Result<(), DbError> {
    let Issued { wallet_id, keychain, index, invoice_id } = issued;
    tx.execute(&INSERT, &params![network, script, wallet_id, keychain, index, invoice_id]).map(drop)
}

/// Where a script comes from; none if it was never issued.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn issued(reader: &Reader<'_>, network: &str, script: &ScriptBuf) -> Result<Option<Issued>, DbError> {
    reader.query_opt(TABLE, &ISSUED, &params![network, script], |row| {
        Ok(Issued {
            wallet_id: row.id(1, "wallet_id", WalletId::from_bytes)?,
            keychain: row.named(2, "keychain", Keychain::from_name)?,
            index: row.u32(3, "wallet_index")?,
            invoice_id: row.opt_id(4, "invoice_id", InvoiceId::from_bytes)?,
        })
    })
}

/// The highest index of its receiving keychain that a wallet issued.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn last_index(reader: &Reader<'_>, wallet: WalletId) -> Result<Option<u32>, DbError> {
    reader.query_opt(TABLE, &LAST_INDEX, &params![wallet], |row| row.u32(0, "wallet_index"))
}

/// The receiving addresses that a wallet issued below an index, the newest first.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn receiving(
    reader: &Reader<'_>,
    wallet: WalletId,
    below: u32,
    limit: u32,
) -> Result<Vec<Receiving>, DbError> {
    reader.query(TABLE, &ISSUED_TO, &params![wallet, below, limit], |row| {
        let invoice = row.opt_id(2, "invoice_id", InvoiceId::from_bytes)?;
        let store = row.opt_id(3, "invoices.store_id", StoreId::from_bytes)?;
        let order = row.opt_text(4, "invoices.order_id")?;
        Ok(Receiving {
            index: row.u32(1, "wallet_index")?,
            sale: invoice.zip(store).map(|(invoice, store)| (invoice, store, order)),
            received: row.amount(5, "coins.amount")?,
        })
    })
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
