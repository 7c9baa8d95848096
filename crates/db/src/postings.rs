//! The ledger: postings are added, never changed.

use bitcoin::Amount;
use specie_core::ids::{InvoiceId, StoreId};
use specie_core::ledger::{Account, Posting};
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "postings";

statements! { "postings":
    INSERT = "INSERT INTO postings (store_id, invoice_id, at, from_account, to_account, amount)
        VALUES ($1, $2, $3, $4, $5, $6)";
    BOOKED = "SELECT invoice_id, CAST(sum(CASE to_account WHEN $2 THEN amount ELSE -amount END) AS BIGINT)
        FROM postings WHERE invoice_id = $1 GROUP BY invoice_id";
}

/// Adds postings of an invoice.
///
/// # Errors
/// [`DbError`] if they cannot be written.
pub fn append(
    tx: &mut Tx<'_>,
    store: StoreId,
    invoice: InvoiceId,
    postings: &[Posting],
    now: Timestamp,
) -> Result<(), DbError> {
    for posting in postings {
        tx.execute(
            &INSERT,
            &params![store, invoice, now, posting.from.name(), posting.to.name(), posting.amount],
        )?;
    }
    Ok(())
}

/// What the ledger holds as the sale of an invoice, summed up.
///
/// # Errors
/// [`DbError`] if the database cannot answer, or the sum is below zero.
pub fn booked(reader: &Reader<'_>, invoice: InvoiceId) -> Result<Amount, DbError> {
    let found = reader.query_opt(TABLE, &BOOKED, &params![invoice, Account::Wallet.name()], |row| {
        row.amount(1, "amount")
    })?;
    Ok(found.unwrap_or(Amount::ZERO))
}
