//! The tests of the contract again, on PostgreSQL.

#[path = "contract/main.rs"]
mod contract;
