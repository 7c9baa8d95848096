//! The tests of the panel's API again, on PostgreSQL.

#[path = "panel/main.rs"]
mod panel;
