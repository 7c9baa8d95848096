//! What tests of the whole are made of: a real node, a PostgreSQL cluster, the server as a process, a
//! shop's client that signs, a receiver of notifications, and a browser. For development only.

pub mod browser;
pub mod cache;
pub mod data;
pub mod engine;
pub mod http;
pub mod node;
pub mod postgres;
pub mod receiver;
pub mod reference;
pub mod server;
pub mod shop;
pub mod sql;
pub mod wait;
pub mod wallet;
