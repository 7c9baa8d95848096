//! The tests of payouts again, on PostgreSQL.

#[path = "payouts/main.rs"]
mod payouts;
