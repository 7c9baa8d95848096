//! The stories in a browser again, on PostgreSQL.

#[path = "browser.rs"]
mod browser;
