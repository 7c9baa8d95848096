//! `GET /rates…`: what a bitcoin is worth to a store.

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use specie_core::money::Currency;
use specie_core::quote;
use utoipa::ToSchema;

use super::{Answer, value};
use crate::app::{AppError, Store};
use crate::dialect::bitpay::rate::{Rate, pairs, rate};
use crate::http::auth::{Caller, Incoming};
use crate::http::{ApiError, Segments, Web};

/// One rate, or all of them.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum OneOrAll {
    One(Rate),
    All(Vec<Rate>),
}

/// What a bitcoin is worth: the pairs asked for, or all that the store has.
#[utoipa::path(
    get,
    path = "/rates",
    operation_id = "getRates",
    params(
        ("currencyPairs" = Option<String>, Query, description = "`BTC_USD,BTC_EUR`: those alone."),
        ("storeId" = Option<String>, Query, description = "The store, for those who have no credentials."),
        ("token" = Option<String>, Query, description = "The client's token."),
    ),
    responses((status = 200, description = "The rates.", body = Answer<Vec<Rate>>)),
)]
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    Ok(super::json(&Answer { facade: None, data: table(&web, &incoming).await? }))
}

/// The same rates as a bare list.
#[utoipa::path(
    get,
    path = "/api/rates",
    operation_id = "getBareRates",
    params(
        ("currencyPairs" = Option<String>, Query, description = "`BTC_USD,BTC_EUR`: those alone."),
        ("storeId" = Option<String>, Query, description = "The store, for those who have no credentials."),
        ("token" = Option<String>, Query, description = "The client's token."),
    ),
    responses((status = 200, description = "The rates.", body = Vec<Rate>)),
)]
pub async fn bare(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    Ok(super::json(&table(&web, &incoming).await?))
}

/// `/rates/USD`: what one bitcoin is worth in it. `/rates/BTC`: all rates.
#[utoipa::path(
    get,
    path = "/rates/{base}",
    operation_id = "getRateForCurrency",
    params(
        ("base" = String, Path, description = "A currency.", example = "USD"),
        ("storeId" = Option<String>, Query, description = "The store, for those who have no credentials."),
        ("token" = Option<String>, Query, description = "The client's token."),
    ),
    responses((status = 200, description = "The rate; of `BTC`, a list of them.", body = Answer<OneOrAll>)),
)]
pub async fn of_base(
    State(web): State<Web>,
    Segments(base): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let data = if base.eq_ignore_ascii_case("BTC") {
        OneOrAll::All(table(&web, &incoming).await?)
    } else {
        OneOrAll::One(rate(&find(&web, &incoming, &format!("BTC_{base}"), &base).await?))
    };
    Ok(super::json(&Answer { facade: None, data }))
}

/// What one bitcoin is worth in a currency.
#[utoipa::path(
    get,
    path = "/rates/{base}/{currency}",
    operation_id = "getRate",
    params(
        ("base" = String, Path, description = "`BTC`: other coins have no rates here.", example = "BTC"),
        ("currency" = String, Path, description = "A currency.", example = "USD"),
        ("storeId" = Option<String>, Query, description = "The store, for those who have no credentials."),
        ("token" = Option<String>, Query, description = "The client's token."),
    ),
    responses((status = 200, description = "The rate.", body = Answer<Rate>)),
)]
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
    Ok(super::json(&Answer { facade: None, data: rate(&found) }))
}

async fn find(web: &Web, incoming: &Incoming, pair: &str, currency: &str) -> Result<quote::Rate, ApiError> {
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
    value(&rate(&known(web, store, currency).await?))
}

/// What a bitcoin is worth in every currency that has a rate.
pub(super) async fn all(web: &Web, store: Option<&Store>) -> Result<Value, ApiError> {
    value(&web.app().rates(store).await?.iter().map(rate).collect::<Vec<_>>())
}

async fn known(web: &Web, store: Option<&Store>, currency: Currency) -> Result<quote::Rate, ApiError> {
    let found = web.app().rate(store, currency).await;
    found.map_err(|error| match error {
        AppError::RateUnavailable { .. } => ApiError::not_found(error.to_string()),
        other => other.into(),
    })
}

async fn table(web: &Web, incoming: &Incoming) -> Result<Vec<Rate>, ApiError> {
    let wanted = incoming.param("currencyPairs").map(pairs).transpose()?;
    let store = store(web, incoming).await?;
    let rates = web.app().rates(store.as_ref()).await?;
    let shown: Vec<Rate> = match wanted {
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
