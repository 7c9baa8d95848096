//! `GET /rates…`: what a bitcoin is worth to a store.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};
use specie_core::money::Currency;
use specie_core::quote::Rate;

use crate::app::{AppError, Store};
use crate::dialect::bitpay::rate::{pairs, rate};
use crate::http::auth::{Caller, Incoming};
use crate::http::{ApiError, Segments, Web};

/// `{"data": […]}`: the pairs asked for, or all that the store has.
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    Ok(super::json(&json!({ "data": table(&web, &incoming).await? })))
}

/// The same as a bare array.
pub async fn bare(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    Ok(super::json(&Value::Array(table(&web, &incoming).await?)))
}

/// `/rates/BTC`: a table. `/rates/USD`: what one bitcoin is worth in it.
pub async fn of_base(
    State(web): State<Web>,
    Segments(base): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    if base.eq_ignore_ascii_case("BTC") {
        return Ok(super::json(&json!({ "data": table(&web, &incoming).await? })));
    }
    let found = find(&web, &incoming, &format!("BTC_{base}"), &base).await?;
    Ok(super::json(&json!({ "data": rate(&found) })))
}

/// `/rates/BTC/USD`: one rate.
pub async fn of_pair(
    State(web): State<Web>,
    Segments((base, currency)): Segments<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let pair = format!("{base}_{currency}");
    if !base.eq_ignore_ascii_case("BTC") {
        return Err(ApiError::not_found(format!("There is no rate for {}", shortened(&pair))));
    }
    let found = find(&web, &incoming, &pair, &currency).await?;
    Ok(super::json(&json!({ "data": rate(&found) })))
}

async fn find(web: &Web, incoming: &Incoming, pair: &str, currency: &str) -> Result<Rate, ApiError> {
    let currency: Currency = currency.parse().map_err(|_| {
        ApiError::bad_request(format!("Currency pair {} incorrectly formatted", shortened(pair)))
    })?;
    known(web, store(web, incoming).await?.as_ref(), currency).await
}

/// What a bitcoin is worth in one currency.
pub(super) async fn of_currency(web: &Web, store: Option<&Store>, code: &str) -> Result<Value, ApiError> {
    let currency = code.parse();
    let currency =
        currency.map_err(|_| ApiError::bad_request(format!("Unknown currency {}", shortened(code))))?;
    Ok(rate(&known(web, store, currency).await?))
}

/// What a bitcoin is worth in every currency that has a rate.
pub(super) async fn all(web: &Web, store: Option<&Store>) -> Result<Value, ApiError> {
    Ok(web.app().rates(store).await?.iter().map(rate).collect())
}

async fn known(web: &Web, store: Option<&Store>, currency: Currency) -> Result<Rate, ApiError> {
    let found = web.app().rate(store, currency).await;
    found.map_err(|error| match error {
        AppError::RateUnavailable { .. } => ApiError::not_found(error.to_string()),
        other => other.into(),
    })
}

async fn table(web: &Web, incoming: &Incoming) -> Result<Vec<Value>, ApiError> {
    let wanted = incoming.param("currencyPairs").map(pairs).transpose()?;
    let store = store(web, incoming).await?;
    let rates = web.app().rates(store.as_ref()).await?;
    let shown: Vec<Value> = match wanted {
        Some(wanted) => {
            let find = |currency: &Currency| rates.iter().find(|rate| rate.currency == *currency);
            wanted.iter().filter_map(find).map(rate).collect()
        }
        None => {
            let crypto = incoming.param("cryptoCode").unwrap_or("BTC");
            if !crypto.eq_ignore_ascii_case("BTC") {
                return Err(ApiError::bad_request(format!(
                    "Currency pair {}_USD incorrectly formatted",
                    shortened(crypto)
                )));
            }
            rates.iter().map(rate).collect()
        }
    };
    Ok(shown)
}

/// The caller's store, else the one named. Rates are no secret: anyone may ask for any store's,
/// and without one for those that are the same in all.
async fn store(web: &Web, incoming: &Incoming) -> Result<Option<Store>, ApiError> {
    let named = incoming.named_store(web).await;
    match (&incoming.caller, named) {
        (Caller::Anyone, named) => named,
        (_, Ok(Some(named))) => Ok(Some(incoming.store(web).await.unwrap_or(named))),
        (_, _) => incoming.store(web).await.map(Some),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(24).collect()
}
