//! The scenes, each on a server of its own: no scene knows what happened in another.

mod books;
mod invoices;
mod lists;
mod pairing;
mod refusals;

use super::golden::Golden;
use super::request::Request;
use super::scene::{Exchange, PUBLIC, Scene, text};

/// All of them.
pub const SCENES: [fn(&Golden); 5] =
    [pairing::play, invoices::play, lists::play, refusals::play, books::play];
