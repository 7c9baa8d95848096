//! `GET /ledgers`, `GET /ledgers/{currency}`, and the same calls for JSON-RPC: what a store earned.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};

use crate::app::Access;
use crate::dialect::bitpay::facade::Call;
use crate::dialect::bitpay::ledger::{balance, currency, entry, page};
use crate::http::auth::Incoming;
use crate::http::{ApiError, Segments, Web};

/// The balance of each ledger.
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = incoming.access(&web, incoming.param("token")).await?;
    Call::GetLedgers.check(access.scope)?;
    Ok(super::json(&json!({ "data": all(&web, &access).await? })))
}

/// The entries of one ledger, oldest first: a bare array, as clients read it.
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
    Ok(balances.iter().map(balance).collect::<Vec<_>>().into())
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
    Ok(entries.iter().map(entry).collect::<Vec<_>>().into())
}
