//! `GET /currencies`: what prices can be in.

use axum::response::Response;
use serde_json::{Value, json};
use specie_core::money::Currency;

use crate::dialect::bitpay::currency::currency;

/// All of them, whoever asks.
pub async fn list() -> Response {
    super::json(&json!({ "data": all() }))
}

/// Every currency, bitcoin first.
pub(super) fn all() -> Value {
    Currency::all().map(currency).collect()
}
