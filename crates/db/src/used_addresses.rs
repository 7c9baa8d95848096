//! Which receiving addresses of a wallet hold what was paid, and how many before each hold nothing: from that follows how
//! far a wallet must look ahead to find all of its coins. It is kept with every payment, so that asking costs the same
//! however many addresses were issued.
//!
//! Each row has the run of unpaid addresses before it, back to the row before. A row that comes or goes changes its own
//! run and that of the next, and no other.

use std::ops::Range;

use specie_core::ids::WalletId;

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "used_addresses";

statements! { "used_addresses":
    FIND = "SELECT wallet_index, unpaid_before FROM used_addresses WHERE wallet_id = $1 AND wallet_index = $2";
    BEFORE = "SELECT wallet_index, unpaid_before FROM used_addresses WHERE wallet_id = $1 AND wallet_index < $2
        ORDER BY wallet_index DESC LIMIT 1";
    AFTER = "SELECT wallet_index, unpaid_before FROM used_addresses WHERE wallet_id = $1 AND wallet_index > $2
        ORDER BY wallet_index LIMIT 1";
    LONGEST = "SELECT wallet_index, unpaid_before FROM used_addresses WHERE wallet_id = $1
        ORDER BY unpaid_before DESC, wallet_index DESC LIMIT 1";
    INSERT = "INSERT INTO used_addresses (wallet_id, wallet_index, unpaid_before) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    SET_RUN = "UPDATE used_addresses SET unpaid_before = $3 WHERE wallet_id = $1 AND wallet_index = $2";
    REMOVE = "DELETE FROM used_addresses WHERE wallet_id = $1 AND wallet_index = $2";
}

/// An address that holds what was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Its index.
    pub index: u32,
    /// How many before it were issued and hold nothing.
    pub unpaid_before: u32,
}

/// Takes note of whether an address holds what was paid. What was known already changes nothing.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn note(tx: &mut Tx<'_>, wallet: WalletId, index: u32, used: bool) -> Result<(), DbError> {
    let known = one(tx, &FIND, wallet, index)?;
    match (known, used) {
        (None, true) => add(tx, wallet, index),
        (Some(known), false) => {
            tx.execute(&REMOVE, &params![wallet, index])?;
            let run = |next: Used| next.unpaid_before.saturating_add(known.unpaid_before).saturating_add(1);
            set_next(tx, wallet, index, run)
        }
        (None, false) | (Some(_), true) => Ok(()),
    }
}

/// Takes note that addresses were passed over, which none that is issued lies among: they count as used.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn passed_over(tx: &mut Tx<'_>, wallet: WalletId, indexes: Range<u32>) -> Result<(), DbError> {
    let Some(last) = indexes.clone().last() else { return Ok(()) };
    note(tx, wallet, indexes.start, true)?;
    // Those between the first and the last are no run of unpaid ones.
    tx.execute(&INSERT, &params![wallet, last, 0_u32]).map(drop)
}

/// The last address that holds what was paid, or was passed over.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn last(reader: &Reader<'_>, wallet: WalletId) -> Result<Option<Used>, DbError> {
    one(reader, &BEFORE, wallet, u32::MAX)
}

/// The address behind the longest run of unpaid ones; of several, the last.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn behind_longest(reader: &Reader<'_>, wallet: WalletId) -> Result<Option<Used>, DbError> {
    reader.query_opt(TABLE, &LONGEST, &params![wallet], |row| {
        Ok(Used { index: row.u32(0, "wallet_index")?, unpaid_before: row.u32(1, "unpaid_before")? })
    })
}

fn add(tx: &mut Tx<'_>, wallet: WalletId, index: u32) -> Result<(), DbError> {
    let before = one(tx, &BEFORE, wallet, index)?;
    let first_unpaid = before.map_or(0, |before| before.index + 1);
    tx.execute(&INSERT, &params![wallet, index, index - first_unpaid])?;
    set_next(tx, wallet, index, |next| next.unpaid_before.saturating_sub(index - first_unpaid + 1))
}

/// Changes the run before the next address that is used, if there is one.
fn set_next(
    tx: &mut Tx<'_>,
    wallet: WalletId,
    index: u32,
    run: impl FnOnce(Used) -> u32,
) -> Result<(), DbError> {
    let Some(next) = one(tx, &AFTER, wallet, index)? else { return Ok(()) };
    tx.execute(&SET_RUN, &params![wallet, next.index, run(next)]).map(drop)
}

fn one(
    reader: &Reader<'_>,
    statement: &'static crate::statement::Statement,
    wallet: WalletId,
    index: u32,
) -> Result<Option<Used>, DbError> {
    reader.query_opt(TABLE, statement, &params![wallet, index], |row| {
        Ok(Used { index: row.u32(0, "wallet_index")?, unpaid_before: row.u32(1, "unpaid_before")? })
    })
}
