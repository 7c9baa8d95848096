//! The server killed at random moments, on PostgreSQL.

#[path = "kills/main.rs"]
mod kills;
