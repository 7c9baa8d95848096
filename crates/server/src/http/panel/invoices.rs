//! `POST /stores/{id}/invoices`, `GET /stores/{id}/invoices`, `GET /invoices/{id}`, and what is decided
//! over one: `POST /invoices/{id}/mark`, `/archive` and `/unarchive`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use specie_core::ids::{InvoiceId, StoreId};

use super::caller::Called;
use super::{PanelError, StorePath, json, number, page};
use crate::app::AppError;
use crate::dialect::panel::invoice::{Invoice, invoice};
use crate::dialect::panel::{Failure, Page, Success, filter, request, success};
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web, auth};

/// Makes an invoice.
///
/// With an `Idempotency-Key` the same request within 24 hours gets the same answer, with
/// `Idempotent-Replayed: true`; another body under that key gets 409.
#[utoipa::path(
    post,
    path = "/stores/{store}/invoices",
    operation_id = "createStoreInvoice",
    params(StorePath),
    request_body(content = request::NewPanelInvoice, description = "What is sold."),
    responses(
        (status = 201, description = "The invoice.", body = Success<Invoice>),
        (status = 403, description = "The store is another merchant's, or the token only reads.", body = Failure),
    ),
)]
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
    Ok(respond(made, |view| json(StatusCode::CREATED, &success(invoice(&view)))))
}

/// A store's invoices, newest first.
#[utoipa::path(
    get,
    path = "/stores/{store}/invoices",
    operation_id = "listStoreInvoices",
    params(
        StorePath,
        ("per_page" = Option<u32>, Query, description = "The most there are on a page; 20 if it does not say.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`meta.next_cursor` of the page before."),
        ("status" = Option<String>, Query, description = "`new`, `paid`, `confirmed`, `complete`, `expired` or `invalid`."),
        ("archived" = Option<bool>, Query, description = "`true`: those that are out of sight."),
        ("order_id" = Option<String>, Query, description = "The shop's own number, exactly."),
        ("from" = Option<String>, Query, description = "Made since then: `2026-11-21` or `2026-11-21T09:00:00Z`."),
        ("to" = Option<String>, Query, description = "Made until then; a day counts whole, in UTC."),
        ("search" = Option<String>, Query, description = "An invoice's number, the id in its checkout's address, or its order id: exactly."),
    ),
    responses((status = 200, description = "A page of them.", body = Page<Invoice>)),
)]
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
    let shown = found.iter().map(invoice).collect();
    let path = format!("/stores/{}/invoices", store.number);
    Ok(page(&web, &path, &called.query, shown, (limit, next.map(filter::cursor_of))))
}

/// One invoice.
#[utoipa::path(
    get,
    path = "/invoices/{invoice}",
    operation_id = "showInvoice",
    params(("invoice" = i64, Path, description = "The invoice's number.", example = 1)),
    responses((status = 200, description = "The invoice.", body = Success<Invoice>)),
)]
pub async fn show(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let found = web.app().invoice_by_number(&called.grant, number(&id?.0)?).await?;
    Ok(json(StatusCode::OK, &success(invoice(&found))))
}

/// Marks an invoice complete, or invalid.
#[utoipa::path(
    post,
    path = "/invoices/{invoice}/mark",
    operation_id = "markInvoice",
    params(("invoice" = i64, Path, description = "The invoice's number.", example = 1)),
    request_body(content = request::NewPanelMark, description = "What it becomes."),
    responses((status = 200, description = "The invoice after it.", body = Success<Invoice>)),
)]
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
    let marked = called.app(&web).mark(store, id, mark, &called.grant.caller(), idempotency).await?;
    Ok(respond(marked, |view| json(StatusCode::OK, &success(invoice(&view)))))
}

/// Puts an invoice out of sight of the lists.
#[utoipa::path(
    post,
    path = "/invoices/{invoice}/archive",
    operation_id = "archiveInvoice",
    params(("invoice" = i64, Path, description = "The invoice's number.", example = 1)),
    responses((status = 200, description = "The invoice after it.", body = Success<Invoice>)),
)]
pub async fn archive(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    set_archived(&web, id, request, true).await
}

/// Puts an invoice back into the lists.
#[utoipa::path(
    post,
    path = "/invoices/{invoice}/unarchive",
    operation_id = "unarchiveInvoice",
    params(("invoice" = i64, Path, description = "The invoice's number.", example = 1)),
    responses((status = 200, description = "The invoice after it.", body = Success<Invoice>)),
)]
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
    let moved = called.app(web).archive(store, id, archived, &called.grant.caller(), idempotency).await?;
    Ok(respond(moved, |view| json(StatusCode::OK, &success(invoice(&view)))))
}

/// The invoice of that number, and its store, if the token may change it.
pub(super) async fn changeable(
    web: &Web,
    called: &Called,
    id: &str,
) -> Result<(StoreId, InvoiceId), PanelError> {
    let found = web.app().invoice_by_number(&called.grant, number(id)?).await?;
    let store = web.app().store(found.store_id).await?;
    if called.grant.writes(&store) { Ok((store.id, found.id)) } else { Err(PanelError::Unauthorized) }
}
