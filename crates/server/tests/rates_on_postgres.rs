//! The tests of live rates again, on PostgreSQL.

#[path = "rates/main.rs"]
mod rates;
