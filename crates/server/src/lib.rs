//! Specie: a self-hosted Bitcoin payment server that speaks BitPay's API.
//!
//! The floors, from the bottom: `app` does things in plain words and alone touches the database;
//! `dialect` translates its views to each API's wire form; `notify` sends, `feeds` fetches rates,
//! `worker` drives, `http` serves; `cli` and `config` wire it all. See ARCHITECTURE.md.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dialect;
mod entropy;
pub mod feeds;
pub mod first_run;
pub mod http;
pub mod notify;
pub mod request_id;
pub mod secret;
pub mod worker;
