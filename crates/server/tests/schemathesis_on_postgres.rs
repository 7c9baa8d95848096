//! The tests with Schemathesis again, on PostgreSQL.

#[path = "schemathesis/main.rs"]
mod schemathesis;
