//! What only one process may do at a time: for as long as it leads, or for one transaction.

use crate::engine::{Reader, Tx};
use crate::error::DbError;
use crate::params::params;
use crate::statement::statements;

const TABLE: &str = "leads";

statements! { "leads":
    TAKE = "INSERT INTO leads (what, term) VALUES ($1, 1) ON CONFLICT (what) DO UPDATE SET term = leads.term + 1";
    ONE_AT_A_TIME = "SELECT length($1) /*postgres FROM pg_advisory_xact_lock(1, hashtext($1))*/";
    TERM = "SELECT what, term FROM leads WHERE what = $1 /*postgres FOR SHARE*/";
}

/// Begins a new term and returns it.
///
/// # Errors
/// [`DbError`] if it cannot be written.
pub fn take(tx: &mut Tx<'_>, what: &str) -> Result<i64, DbError> {
    tx.execute(&TAKE, &params![what])?;
    Ok(term(tx, what)?.unwrap_or(0))
}

/// Lets only the latest term through, and keeps another from beginning before this transaction
/// ends.
///
/// # Errors
/// [`DbError::LeadLost`] if a later one has begun.
pub fn check(tx: &mut Tx<'_>, what: &'static str, mine: i64) -> Result<(), DbError> {
    if term(tx, what)? == Some(mine) { Ok(()) } else { Err(DbError::LeadLost(what)) }
}

/// Keeps every other transaction that asks for the same waiting until this one ends: for decisions
/// that rest on rows which are not there.
///
/// # Errors
/// [`DbError`] if the database cannot answer.
pub fn one_at_a_time(tx: &mut Tx<'_>, what: &str) -> Result<(), DbError> {
    tx.query_opt(TABLE, &ONE_AT_A_TIME, &params![what], |_| Ok(())).map(drop)
}

fn term(reader: &Reader<'_>, what: &str) -> Result<Option<i64>, DbError> {
    reader.query_opt(TABLE, &TERM, &params![what], |row| row.int(1, "term"))
}
