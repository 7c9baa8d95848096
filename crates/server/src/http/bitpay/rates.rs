//! `GET /rates…`: what a bitcoin is worth to a store.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde_json::{Value, json};
use specie_core::money::Currency;
use specie_core::quote::Rate;

use crate::app::Store;
use crate::dialect::bitpay::rate::{pairs, rate};
use crate::http::auth::{Caller, Incoming};
use crate::http::{ApiError, Web};

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
    Path(base): Path<String>,
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
    Path((base, currency)): Path<(String, String)>,
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
    let store = store(web, incoming).await?;
    let rates = web.app().rates(&store).await?;
    rates
        .into_iter()
        .find(|rate| rate.currency == currency)
        .or_else(|| web.app().constant(currency))
        .ok_or_else(|| ApiError::not_found(format!("There is no rate for BTC_{currency}")))
}

async fn table(web: &Web, incoming: &Incoming) -> Result<Vec<Value>, ApiError> {
    let wanted = incoming.param("currencyPairs").map(pairs).transpose()?;
    let store = store(web, incoming).await?;
    let rates = web.app().rates(&store).await?;
    let shown: Vec<Value> = match wanted {
        Some(wanted) => {
            let find = |currency: &Currency| {
                rates
                    .iter()
                    .find(|rate| rate.currency == *currency)
                    .cloned()
                    .or_else(|| web.app().constant(*currency))
            };
            wanted.iter().filter_map(find).map(|found| rate(&found)).collect()
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

/// The caller's store, else the one named; rates are no secret.
async fn store(web: &Web, incoming: &Incoming) -> Result<Store, ApiError> {
    if incoming.caller != Caller::Anyone
        && let Ok(store) = incoming.store(web).await
    {
        return Ok(store);
    }
    match incoming.named_store(web).await? {
        Some(store) => Ok(store),
        None if incoming.caller == Caller::Anyone => {
            Err(ApiError::forbidden("Name a store with 'storeId', or authenticate"))
        }
        None => incoming.store(web).await,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(24).collect()
}
