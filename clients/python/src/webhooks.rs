//! Signatures of webhooks. What is checked is what arrived, byte for byte.

use pyo3::prelude::*;
use specie_client::{NotGenuine, webhook};

/// What is wrong with a `Specie-Signature`, if anything; `now` in seconds since 1970.
#[pyfunction]
pub fn check_webhook(secret: String, signature: String, body: &[u8], now: u64) -> Option<String> {
    wrong(webhook::verify_at(&secret, &signature, body, now))
}

/// What is wrong with a `BTCPay-Sig`, if anything.
#[pyfunction]
pub fn check_btcpay_webhook(secret: String, signature: String, body: &[u8]) -> Option<String> {
    wrong(webhook::verify_btcpay(&secret, &signature, body))
}

/// A `Specie-Signature` of one's own.
#[pyfunction]
pub fn sign_webhook(secret: String, body: &[u8], now: u64) -> String {
    webhook::sign(&secret, body, now)
}

/// Seconds since 1970.
#[pyfunction]
pub fn now() -> u64 {
    webhook::now()
}

fn wrong(checked: Result<(), NotGenuine>) -> Option<String> {
    checked.err().map(|why| why.to_string())
}
