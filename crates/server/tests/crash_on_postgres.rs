//! The tests of servers that are stopped again, on PostgreSQL.

#[path = "crash.rs"]
mod crash;
