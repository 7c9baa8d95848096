//! The buyer's page: what to pay, where, until when, and what became of it.

mod page;
mod qr;
mod state;
mod status;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use serde::Deserialize;
use specie_core::ids::InvoiceId;

use super::pages::{self, Frameable, Icon};
use super::{ApiError, Web, live};
use crate::app::AppError;
use crate::app::view::InvoiceView;

/// The routes, in each spelling that links have.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/i/{id}", get(by_path))
        .route("/i/{id}/{method}", get(by_method))
        .route("/i/{id}/status", get(status_by_path))
        .route("/i/{id}/{method}/status", get(status_by_method))
        .route("/i/{id}/events", get(events))
        .route("/invoice", get(by_query))
        .route("/invoice/status", get(status_by_query))
        .route("/invoice/{id}/status", get(status_by_path))
}

#[derive(Debug, Deserialize)]
struct Asked {
    id: Option<String>,
    #[serde(rename = "invoiceId")]
    invoice_id: Option<String>,
    view: Option<String>,
}

async fn by_path(
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    show(&web, &id, &asked, &headers).await
}

async fn by_method(
    State(web): State<Web>,
    Path((first, second)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    // Links of either order are about: `/i/{id}/{method}` and BTCPay's own `/i/{method}/{id}`.
    let id = if first.parse::<InvoiceId>().is_ok() { first } else { second };
    show(&web, &id, &asked, &headers).await
}

async fn by_query(State(web): State<Web>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let id = asked.id.clone().or_else(|| asked.invoice_id.clone()).unwrap_or_default();
    show(&web, &id, &asked, &headers).await
}

async fn show(web: &Web, id: &str, asked: &Asked, headers: &HeaderMap) -> Response {
    let found = match find(web, id).await {
        Ok(found) => found,
        Err(AppError::InvoiceNotFound) => return no_such_invoice(),
        Err(error) => return ApiError::from(error).into_response(),
    };
    let behind = web.app().chain_state(&found.network).trouble.is_some();
    let shown = state::Shown::new(&found, behind);
    let fragment = headers.get("x-fragment").is_some_and(|v| v.as_bytes() == b"checkout");
    let modal = asked.view.as_deref() == Some("modal");
    let page = if fragment { page::checkout(&shown) } else { page::whole(&shown, modal) };
    (Extension(Frameable), page).into_response()
}

async fn status_by_path(State(web): State<Web>, Path(id): Path<String>) -> Result<Response, ApiError> {
    status_of(&web, &id).await
}

async fn status_by_method(
    State(web): State<Web>,
    Path((id, _)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    status_of(&web, &id).await
}

async fn status_by_query(State(web): State<Web>, Query(asked): Query<Asked>) -> Result<Response, ApiError> {
    status_of(&web, &asked.invoice_id.or(asked.id).unwrap_or_default()).await
}

async fn status_of(web: &Web, id: &str) -> Result<Response, ApiError> {
    Ok(axum::Json(status::model(&find(web, id).await?)).into_response())
}

/// Says when to look again, for as long as the page is open.
async fn events(State(web): State<Web>, Path(id): Path<String>) -> Result<Response, ApiError> {
    // Listening begins before looking, so that nothing falls in between.
    let changes = web.changes().changes();
    let found = find(&web, &id).await?;
    Ok(live::invoice_stream(changes, found.id))
}

async fn find(web: &Web, id: &str) -> Result<InvoiceView, AppError> {
    let id: InvoiceId = id.parse().map_err(|_| AppError::InvoiceNotFound)?;
    web.app().invoice(id, None).await
}

fn no_such_invoice() -> Response {
    let words = "The link may be cut off. Please go back to the shop and try again.";
    let page = pages::notice("No such invoice", Icon::Stop, "stop", words, &maud::html! {});
    (StatusCode::NOT_FOUND, Extension(Frameable), page).into_response()
}
