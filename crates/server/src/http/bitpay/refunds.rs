//! `/invoices/{id}/refunds` and the newer `/refunds`: giving something of an invoice back, and the same
//! calls for JSON-RPC. A merchant's signature is enough for its own invoices and their refunds; the
//! invoice's own token, or the refund's, may come with it, as clients send it.

use axum::extract::{Request, State};
use axum::response::Response;
use specie_core::ids::{InvoiceId, RefundId};

use super::adjustments::{access, caller};
use super::{Answer, Asked, again};
use crate::app::view::RefundView;
use crate::app::{Access, Answered, AppError, Scope};
use crate::dialect::bitpay::body;
use crate::dialect::bitpay::facade::{self, Call};
use crate::dialect::bitpay::refund::{self, Refund, refund, wanted};
use crate::dialect::bitpay::request::Fields;
use crate::http::auth::Incoming;
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web};

/// Gives something of an invoice back.
///
/// Every payment that counts needs six confirmations. The merchant signs the transaction that pays it.
#[utoipa::path(
    post,
    path = "/invoices/{id}/refunds",
    operation_id = "refund",
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = body::NewRefund, description = "How much, and where it goes."),
    responses((status = 200, description = "The refund.", body = Answer<Refund>)),
)]
pub async fn create(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read(&web, request).await?;
    let (access, id) = caller(&web, &incoming, &id).await?;
    if !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let (fields, path) = (Fields::parse(&incoming.body)?, format!("/invoices/{id}/refunds"));
    let asked = Asked { incoming: &incoming, from, fields: &fields, body: &incoming.body, path };
    Ok(asked_for(ask(&web, &asked, &access, id).await?))
}

/// Gives something of the invoice back that the body names.
#[utoipa::path(
    post,
    path = "/refunds",
    operation_id = "createRefund",
    request_body(content = body::NewRefundOf, description = "Of which invoice, how much, and where it goes."),
    responses((status = 200, description = "The refund.", body = Answer<Refund>)),
)]
pub async fn create_of(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read(&web, request).await?;
    let access = access(&web, &incoming).await?;
    if !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let fields = Fields::parse(&incoming.body)?;
    let id = invoice_id(fields.text("invoiceId")?.as_deref())?;
    let path = "/refunds".to_owned();
    let asked = Asked { incoming: &incoming, from, fields: &fields, body: &incoming.body, path };
    Ok(asked_for(ask(&web, &asked, &access.on(id)?, id).await?))
}

fn asked_for(refund: Answered<Refund>) -> Response {
    respond(refund, |data| super::json(&Answer { facade: Some(refund::FACADE), data }))
}

/// The refunds of an invoice, in the order in which they were asked.
#[utoipa::path(
    get,
    path = "/invoices/{id}/refunds",
    operation_id = "getRefunds",
    params(
        ("id" = String, Path, description = "The invoice's id."),
        ("token" = Option<String>, Query, description = "The client's token, or the invoice's own."),
    ),
    responses((status = 200, description = "The refunds.", body = Answer<Vec<Refund>>)),
)]
pub async fn list(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let (access, id) = caller(&web, &incoming, &id).await?;
    Ok(super::json(&Answer { facade: None, data: of_invoice(&web, &access, id).await? }))
}

/// The refunds of the invoice that the query names.
#[utoipa::path(
    get,
    path = "/refunds",
    operation_id = "findRefunds",
    params(
        ("invoiceId" = String, Query, description = "The invoice's id."),
        ("token" = Option<String>, Query, description = "The client's token, or the invoice's own."),
    ),
    responses((status = 200, description = "The refunds.", body = Answer<Vec<Refund>>)),
)]
pub async fn find(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = access(&web, &incoming).await?;
    let id = invoice_id(incoming.param("invoiceId"))?;
    Ok(super::json(&Answer { facade: None, data: of_invoice(&web, &access.on(id)?, id).await? }))
}

/// One refund of an invoice.
#[utoipa::path(
    get,
    path = "/invoices/{id}/refunds/{refundId}",
    operation_id = "getRefund",
    params(
        ("id" = String, Path, description = "The invoice's id."),
        ("refundId" = String, Path, description = "The refund's id."),
        ("token" = Option<String>, Query, description = "The client's token, the invoice's own, or the refund's."),
    ),
    responses((status = 200, description = "The refund.", body = Answer<Refund>)),
)]
pub async fn show(
    State(web): State<Web>,
    Segments((id, refund)): Segments<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let (access, id) = caller(&web, &incoming, &id).await?;
    let found = one(&web, access, Some(id), &refund).await?;
    Ok(super::json(&Answer { facade: None, data: shown(&web, &found) }))
}

/// One refund.
#[utoipa::path(
    get,
    path = "/refunds/{id}",
    operation_id = "showRefund",
    params(
        ("id" = String, Path, description = "The refund's id."),
        ("token" = Option<String>, Query, description = "The client's token, the invoice's, or the refund's own."),
    ),
    responses((status = 200, description = "The refund.", body = Answer<Refund>)),
)]
pub async fn show_one(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let found = one(&web, access(&web, &incoming).await?, None, &id).await?;
    Ok(super::json(&Answer { facade: None, data: shown(&web, &found) }))
}

/// The first refund that its caller named so.
#[utoipa::path(
    get,
    path = "/refunds/guid/{guid}",
    operation_id = "showRefundByGuid",
    params(
        ("guid" = String, Path, description = "The `guid` with which it was asked."),
        ("token" = Option<String>, Query, description = "The client's token."),
    ),
    responses((status = 200, description = "The refund.", body = Answer<Refund>)),
)]
pub async fn show_named(
    State(web): State<Web>,
    Segments(guid): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = access(&web, &incoming).await?;
    facade::check(facade::FINDS_REFUND, access.scope)?;
    let found = web.app().refund_by_guid(access.store.id, guid).await?;
    Ok(super::json(&Answer { facade: None, data: shown(&web, &found) }))
}

/// Does not give back what was to be.
///
/// Not once it was signed for. What is cancelled is cancelled still.
#[utoipa::path(
    delete,
    path = "/invoices/{id}/refunds/{refundId}",
    operation_id = "cancelRefund",
    params(
        ("id" = String, Path, description = "The invoice's id."),
        ("refundId" = String, Path, description = "The refund's id."),
        ("token" = Option<String>, Query, description = "The client's token, or the refund's own."),
    ),
    responses((status = 200, description = "`Success`.", body = Answer<String>)),
)]
pub async fn cancel(
    State(web): State<Web>,
    Segments((id, refund)): Segments<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = access(&web, &incoming).await?;
    let id = id.parse().map_err(|_| AppError::InvoiceNotFound)?;
    cancelled(&web, &incoming, access, Some(id), &refund).await?;
    Ok(super::json(&Answer { facade: None, data: "Success" }))
}

/// Does not give back what was to be, and shows it.
#[utoipa::path(
    delete,
    path = "/refunds/{id}",
    operation_id = "deleteRefund",
    params(
        ("id" = String, Path, description = "The refund's id."),
        ("token" = Option<String>, Query, description = "The client's token, or the refund's own."),
    ),
    responses((status = 200, description = "The refund after it.", body = Answer<Refund>)),
)]
pub async fn cancel_one(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let access = access(&web, &incoming).await?;
    let refund = cancelled(&web, &incoming, access, None, &id).await?;
    Ok(super::json(&Answer { facade: None, data: shown(&web, &refund) }))
}

/// The refund that is asked, or was under the same key.
pub(super) async fn ask(
    web: &Web,
    asked: &Asked<'_>,
    access: &Access,
    id: InvoiceId,
) -> Result<Answered<Refund>, ApiError> {
    Call::Refund.check(access.scope)?;
    let wanted = wanted(asked.fields)?;
    let idempotency = again::in_store(asked, access).idempotency(asked)?;
    let by = again::by(asked.incoming);
    let refund =
        again::app(web, asked.incoming).ask_refund(&access.store, id, wanted, &by, idempotency).await?;
    Ok(refund.map(|view| shown(web, &view)))
}

/// The refunds of an invoice.
pub(super) async fn of_invoice(web: &Web, access: &Access, id: InvoiceId) -> Result<Vec<Refund>, ApiError> {
    Call::GetRefunds.check(access.scope)?;
    let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
    let refunds = web.app().refunds_of_invoice(access.store.id, id).await?;
    Ok(refunds.iter().map(|view| shown(web, view)).collect())
}

/// A refund, of that invoice if one is named.
async fn one(web: &Web, access: Access, of: Option<InvoiceId>, id: &str) -> Result<RefundView, ApiError> {
    let id = id.parse().map_err(|_| AppError::RefundNotFound)?;
    let access = access.on_refund(id)?;
    facade::check(facade::READS_REFUND, access.scope)?;
    let of = match access.scope {
        Scope::Invoice(_, own) => Some(own),
        Scope::Public | Scope::Store(_) | Scope::Refund(_) => of,
    };
    found(web, &access, of, id).await
}

/// A refund that is not given back after all.
async fn cancelled(
    web: &Web,
    incoming: &Incoming,
    access: Access,
    of: Option<InvoiceId>,
    id: &str,
) -> Result<RefundView, ApiError> {
    let id = id.parse().map_err(|_| AppError::RefundNotFound)?;
    let access = access.on_refund(id)?;
    facade::check(facade::CANCELS_REFUND, access.scope)?;
    found(web, &access, of, id).await?;
    Ok(again::app(web, incoming).cancel_refund(access.store.id, id, &again::by(incoming), None).await?.answer)
}

async fn found(
    web: &Web,
    access: &Access,
    of: Option<InvoiceId>,
    id: RefundId,
) -> Result<RefundView, ApiError> {
    let view = web.app().refund(access.store.id, id).await?;
    match of {
        Some(invoice) if invoice != view.invoice_id => Err(AppError::RefundNotFound.into()),
        Some(_) | None => Ok(view),
    }
}

/// A refund with its token.
fn shown(web: &Web, view: &RefundView) -> Refund {
    refund(view, web.app().refund_token(view.id))
}

fn invoice_id(named: Option<&str>) -> Result<InvoiceId, ApiError> {
    let named = named.ok_or_else(|| ApiError::bad_request("'invoiceId' property is required"))?;
    named.parse().map_err(|_| AppError::InvoiceNotFound.into())
}
