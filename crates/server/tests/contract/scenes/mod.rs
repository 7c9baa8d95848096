//! The scenes, each on a server of its own: no scene knows what happened in another.

mod books;
mod deliveries;
mod hooks;
mod invoices;
mod lists;
mod others;
mod pairing;
mod panel;
mod panel_lists;
mod panel_refusals;
mod refunds;
mod refusals;
mod rpc;

use super::browser::{csrf, merchant};
use super::golden::Golden;
use super::request::Request;
use super::scene::{Exchange, PUBLIC, Scene, panel_token, text};

/// All of them.
pub const SCENES: [fn(&Golden); 13] = [
    pairing::play,
    invoices::play,
    lists::play,
    refusals::play,
    refunds::play,
    books::play,
    others::play,
    rpc::play,
    panel::play,
    panel_lists::play,
    panel_refusals::play,
    hooks::play,
    deliveries::play,
];
