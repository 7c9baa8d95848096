//! Fixed rates that merchants set, per store and currency.

use rust_decimal::Decimal;
use specie_core::ids::StoreId;
use specie_core::money::Currency;
use specie_core::time::Timestamp;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "rates";

statements! { "rates":
    SET = "INSERT INTO rates (store_id, currency, per_btc, set_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store_id, currency) DO UPDATE SET per_btc = excluded.per_btc, set_at = excluded.set_at";
    REMOVE = "DELETE FROM rates WHERE store_id = $1 AND currency = $2";
    OF_STORE = "SELECT store_id, currency, per_btc, set_at FROM rates WHERE store_id = $1 ORDER BY currency";
}

/// Units of a currency for one bitcoin, as a merchant fixed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedRate {
    /// The currency.
    pub currency: Currency,
    /// Units of it for one bitcoin.
    pub per_btc: Decimal,
    /// When it was set.
    pub set_at: Timestamp,
}

/// Sets a store's rate.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn set(tx: &mut Tx<'_>, store: StoreId, rate: FixedRate) -> Result<(), DbError> {
    tx.execute(&SET, &params![store, rate.currency, rate.per_btc, rate.set_at]).map(drop)
}

/// Removes a store's rate. Returns whether there was one.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn remove(tx: &mut Tx<'_>, store: StoreId, currency: Currency) -> Result<bool, DbError> {
    tx.execute(&REMOVE, &params![store, currency]).map(|removed| removed > 0)
}

/// The rates that a store's merchant fixed, by currency code.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn of_store(reader: &Reader<'_>, store: StoreId) -> Result<Vec<FixedRate>, DbError> {
    reader.query(TABLE, &OF_STORE, &params![store], |row| {
        Ok(FixedRate {
            currency: row.parsed(1, "currency")?,
            per_btc: row.parsed(2, "per_btc")?,
            set_at: row.time(3, "set_at")?,
        })
    })
}
