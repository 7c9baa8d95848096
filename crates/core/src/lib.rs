//! Specie's pure core: what money is, what a quote is, and what an invoice's facts mean.
//!
//! Everything here is a function of its arguments. There is no clock, no randomness, no I/O,
//! no logging and no async, and there must never be: the verdict over somebody's money has
//! to be computable again, from stored facts alone, by anyone.

#![warn(missing_docs)]

pub mod chain;
pub mod coin;
pub mod colour;
pub mod facade;
pub mod ids;
pub mod invoice;
pub mod ledger;
pub mod money;
pub mod quote;
pub mod retry;
pub mod role;
pub mod script;
pub mod spend;
pub mod text;
pub mod time;
