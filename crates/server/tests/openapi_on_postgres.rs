//! The tests of the reference again, on PostgreSQL.

#[path = "openapi/main.rs"]
mod openapi;
