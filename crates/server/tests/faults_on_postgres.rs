//! The faults of nodes and chains again, on PostgreSQL.

#[path = "faults/main.rs"]
mod faults;
