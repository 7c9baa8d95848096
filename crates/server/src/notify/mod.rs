//! Sending: what is due is rendered by its dialect and posted through the address guard.
//!
//! Nothing here decides whether or when to send; that is in the database already.

pub mod guard;
mod send;

pub use send::Courier;
