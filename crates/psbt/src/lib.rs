//! Transactions that spend a watch-only wallet's coins, for somebody else to sign (BIP 174).
//!
//! [`build`] makes one from a [`Plan`], [`summary`] says in figures what will be signed, [`qr_parts`] shows it to a
//! device's camera, and [`take_back`] takes the signatures, and nothing but the signatures, from what came back.
//!
//! BDK chooses the coins and reckons the fee. It is not believed: what it made is compared with the plan by code
//! that knows neither its types nor its wallet (`check.rs`), and so is what a signer returns (`compare.rs`).
//!
//! Never: a private key, which nothing here can hold; I/O, a clock, or chance of its own. The seed is an argument, so
//! a plan makes the same transaction again.

#![warn(missing_docs)]

mod build;
mod check;
mod choose;
mod compare;
mod descriptors;
mod error;
mod fee;
mod plan;
mod qr;
mod refusal;
mod returned;
mod signatures;
mod summary;
mod take_back;

use std::sync::LazyLock;

use bitcoin::secp256k1::{Secp256k1, VerifyOnly};

pub use build::{build, consolidate};
pub use error::{BuildError, Mismatch};
pub use fee::least_fee;
pub use plan::{Caps, Change, Coin, Payee, Plan, Replaced, Unsigned};
pub use qr::{TooLargeForQr, qr_parts};
pub use refusal::Refusal;
pub use returned::MAX_RETURNED_BYTES;
pub use summary::{Summary, Unreadable, summary};
pub use take_back::{TakenBack, for_practice, take_back};

/// Can verify, and holds nothing that could sign.
static SECP: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);
