//! The operations of the reference documents again, on PostgreSQL.

#[path = "reference/main.rs"]
mod reference;
