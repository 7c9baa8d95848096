//! `POST /stores/{id}/invoices`, `GET /stores/{id}/invoices`, `GET /invoices/{id}`, and what is decided
//! over one: `POST /invoices/{id}/mark`, `/archive` and `/unarchive`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use specie_core::ids::{InvoiceId, StoreId};

use super::caller::Called;
use super::{PanelError, json, number, page};
use crate::app::AppError;
use crate::dialect::panel::invoice::invoice;
use crate::dialect::panel::{filter, request, success};
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web, auth};

/// Makes an invoice.
pub async fn create(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let store = web.app().store_by_number(&called.grant, number(&id?.0)?).await;
    let store = store.map_err(|error| match error {
        AppError::NotAllowed => PanelError::CannotCreate,
        other => other.into(),
    })?;
    if !called.grant.writes(&store) {
        return Err(PanelError::CannotCreate);
    }
    if !auth::is_json(&called.headers) {
        return Err(ApiError::unsupported_media_type().into());
    }
    let new = request::new_invoice(&called.body, web.app().now())?;
    let idempotency = called.idempotency(format!("/api/v1/stores/{}/invoices", store.number))?;
    let made = web.app().create_or_repeat(store, new, idempotency).await?;
    Ok(respond(made, |view| json(StatusCode::CREATED, &success(&invoice(&view)))))
}

/// A store's invoices, newest first.
pub async fn list(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let store = web.app().store_by_number(&called.grant, number(&id?.0)?).await?;
    let wanted = filter::invoices(&called.query)?;
    let limit = wanted.limit;
    let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
    let (found, next) = web.app().invoice_page(&store, wanted).await?;
    let shown: Vec<Value> = found.iter().map(invoice).collect();
    let path = format!("/stores/{}/invoices", store.number);
    Ok(page(&web, &path, &called.query, &shown, (limit, next.map(filter::cursor_of))))
}

/// One invoice.
pub async fn show(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let found = web.app().invoice_by_number(&called.grant, number(&id?.0)?).await?;
    Ok(json(StatusCode::OK, &success(&invoice(&found))))
}

/// Marks one complete, or invalid.
pub async fn mark(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let (store, id) = changeable(&web, &called, &id?.0).await?;
    if !auth::is_json(&called.headers) {
        return Err(ApiError::unsupported_media_type().into());
    }
    let mark = request::mark(&called.body)?;
    let idempotency = called.idempotency(format!("/api/v1/invoices/{id}/mark"))?;
    let marked = web.app().mark(store, id, mark, &called.grant.caller(), idempotency).await?;
    Ok(respond(marked, |view| json(StatusCode::OK, &success(&invoice(&view)))))
}

/// Puts one into the archive.
pub async fn archive(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    set_archived(&web, id, request, true).await
}

/// Takes one out of it.
pub async fn unarchive(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    set_archived(&web, id, request, false).await
}

async fn set_archived(
    web: &Web,
    id: Result<Segments<String>, ApiError>,
    request: Request,
    archived: bool,
) -> Result<Response, PanelError> {
    let called = Called::read(web, request).await?;
    let (store, id) = changeable(web, &called, &id?.0).await?;
    let done = if archived { "archive" } else { "unarchive" };
    let idempotency = called.idempotency(format!("/api/v1/invoices/{id}/{done}"))?;
    let moved = web.app().archive(store, id, archived, &called.grant.caller(), idempotency).await?;
    Ok(respond(moved, |view| json(StatusCode::OK, &success(&invoice(&view)))))
}

/// The invoice of that number, and its store, if the token may change it.
async fn changeable(web: &Web, called: &Called, id: &str) -> Result<(StoreId, InvoiceId), PanelError> {
    let found = web.app().invoice_by_number(&called.grant, number(id)?).await?;
    let store = web.app().store(found.store_id).await?;
    if called.grant.writes(&store) { Ok((store.id, found.id)) } else { Err(PanelError::Unauthorized) }
}
