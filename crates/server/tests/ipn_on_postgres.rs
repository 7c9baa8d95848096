//! The tests of notifications again, on PostgreSQL.

#[path = "ipn/main.rs"]
mod ipn;
