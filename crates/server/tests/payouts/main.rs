//! Refunds and what pays them, on the practice chain: from the question to six blocks, through everything
//! that a chain, a merchant and a rival can do in between.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../pages/browser.rs"]
mod browser;
mod chance;
mod fates;
mod limits;
mod regtest;
mod shop;
mod versions;
