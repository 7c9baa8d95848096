//! The tests of clients that hang up again, on PostgreSQL.

#[path = "hang_up.rs"]
mod hang_up;
