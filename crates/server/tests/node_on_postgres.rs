//! The tests against a regtest node again, on PostgreSQL.

#[path = "node.rs"]
mod node;
