//! The stories in a browser again, on PostgreSQL.

#[path = "browser/main.rs"]
mod browser;
