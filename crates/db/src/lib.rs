//! Specie's database: one SQL text, synchronous closures, group commit.
//!
//! A [`Db`] runs closures. [`Db::read`] gives a closure a consistent view; [`Db::write`] gives it
//! a transaction, which it shares with whatever else waits to be written, and answers only when
//! it is durable. Every statement is registered (see [`statement`]) with `$n` parameters, in SQL
//! that SQLite and PostgreSQL both understand; what differs lives in `engine`.
//!
//! There are no rules here: this crate keeps what it is given, and rebuilds domain types from
//! rows with errors that name table, row and column. It must never judge an invoice.

#![warn(missing_docs)]

mod engine;
mod error;
mod params;
mod row;

pub mod api_tokens;
pub mod applications;
pub mod attention;
pub mod audit;
pub mod chains;
pub mod coins;
pub mod deliveries;
pub mod events;
pub mod idempotency;
pub mod identity;
pub mod invoices;
pub mod leads;
pub mod logos;
pub mod members;
pub mod pairing;
pub mod payments;
pub mod postings;
pub mod rates;
pub mod refunds;
pub mod saved_views;
pub mod scripts;
pub mod sessions;
pub mod size;
pub mod spends;
pub mod statement;
pub mod stores;
pub mod summaries;
pub mod used_addresses;
pub mod users;
pub mod wallets;
pub mod webhooks;

pub use engine::{Db, Death, Durability, Fate, Lane, Lead, Memory, Reader, SCHEMA_VERSION, Tx, file_of};
pub use error::DbError;
pub use params::Param;

/// A value that is locked for the rest of the transaction: only this may be written back.
#[derive(Debug)]
pub struct Locked<T>(T);

impl<T> std::ops::Deref for Locked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
