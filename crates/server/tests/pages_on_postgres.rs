//! The tests of pages again, on PostgreSQL.

#[path = "pages/main.rs"]
mod pages;
