//! The tests with published clients again, on PostgreSQL.

#[path = "clients.rs"]
mod clients;
