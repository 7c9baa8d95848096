//! What tests of the whole are made of: a real node, a PostgreSQL cluster, the server as a process, a
//! shop's client that signs, and a receiver of notifications. For development only.

pub mod cache;
pub mod data;
pub mod engine;
pub mod http;
pub mod node;
pub mod postgres;
pub mod receiver;
pub mod server;
pub mod shop;
pub mod sql;
pub mod wait;
pub mod wallet;
