//! `GET /currencies`: what prices can be in.

use axum::response::Response;
use specie_core::money;

use super::Answer;
use crate::dialect::bitpay::currency::{Currency, currency};

/// What prices can be in: every currency, bitcoin first.
#[utoipa::path(
    get,
    path = "/currencies",
    operation_id = "getCurrencies",
    responses((status = 200, description = "All of them.", body = Answer<Vec<Currency>>)),
)]
pub async fn list() -> Response {
    super::json(&Answer { facade: None, data: all() })
}

/// Every currency, bitcoin first.
pub(super) fn all() -> Vec<Currency> {
    money::Currency::all().map(currency).collect()
}
