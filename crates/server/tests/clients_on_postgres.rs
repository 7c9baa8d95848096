//! The tests with published clients again, on PostgreSQL.

#[path = "clients/main.rs"]
mod clients;
