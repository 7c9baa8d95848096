//! `GET /ledgers`, `GET /ledgers/{currency}`, and the same calls for JSON-RPC: what a store earned.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value;

use super::{Answer, value};
use crate::app::Access;
use crate::dialect::bitpay::facade::Call;
use crate::dialect::bitpay::ledger::{Balance, Entry, balance, currency, entry, page};
use crate::http::auth::Incoming;
use crate::http::{ApiError, Segments, Web};

/// The balance of each ledger.
#[utoipa::path(
    get,
    path = "/ledgers",
    operation_id = "getLedgers",
    params(("token" = Option<String>, Query, description = "The client's token.")),
    responses((status = 200, description = "Bitcoin, and the store's own currency with nothing in it.", body = Answer<Vec<Balance>>)),
)]
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = incoming.access(&web, incoming.param("token")).await?;
    Call::GetLedgers.check(access.scope)?;
    Ok(super::json(&Answer { facade: None, data: all(&web, &access).await? }))
}

/// The entries of one ledger, oldest first: a bare list, as clients read it.
#[utoipa::path(
    get,
    path = "/ledgers/{currency}",
    operation_id = "getLedgerEntries",
    params(
        ("currency" = String, Path, description = "The ledger's currency.", example = "BTC"),
        ("token" = Option<String>, Query, description = "The client's token."),
        ("startDate" = Option<String>, Query, description = "Booked since then: `01/31/2024`, `2024-01-31`, ISO 8601, or milliseconds."),
        ("endDate" = Option<String>, Query, description = "Booked until then; a day counts whole."),
        ("limit" = Option<u32>, Query, description = "How many; 1,000 by default and at most."),
        ("offset" = Option<u32>, Query, description = "After how many.", maximum = 10_000),
    ),
    responses((status = 200, description = "The entries.", body = Vec<Entry>)),
)]
pub async fn show(
    State(web): State<Web>,
    Segments(code): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = incoming.access(&web, incoming.param("token")).await?;
    Call::GetLedgerEntries.check(access.scope)?;
    Ok(super::json(&entries(&web, &access, &code, &incoming.query).await?))
}

/// The balance of each ledger.
pub(super) async fn all(web: &Web, access: &Access) -> Result<Value, ApiError> {
    let balances = web.app().balances(&access.store).await?;
    value(&balances.iter().map(balance).collect::<Vec<_>>())
}

/// The entries of a ledger that a query asks for.
pub(super) async fn entries(
    web: &Web,
    access: &Access,
    code: &str,
    query: &[(String, String)],
) -> Result<Value, ApiError> {
    let (currency, page) = (currency(code)?, page(query)?);
    let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
    let entries = web.app().ledger_entries(&access.store, currency, page).await?;
    value(&entries.iter().map(entry).collect::<Vec<_>>())
}
