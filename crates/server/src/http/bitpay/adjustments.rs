//! `POST /invoices/{id}/adjustments`: a merchant accepts a partial or an overpayment.
//! `POST /invoices/{id}/notifications`: its shop is told once more how an invoice stands.
//! And the same calls for JSON-RPC. A merchant's signature is enough for its own invoices; the
//! invoice's own token may come with it, as clients send it.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};
use specie_core::ids::InvoiceId;
use specie_core::invoice::Adjustment;

use super::invoices::shown;
use super::{Answer, Asked, again};
use crate::app::{Access, Answered, AppError};
use crate::dialect::bitpay::adjustment::adjustment;
use crate::dialect::bitpay::body;
use crate::dialect::bitpay::facade::Call;
use crate::dialect::bitpay::invoice::{Audience, Invoice};
use crate::dialect::bitpay::request::Fields;
use crate::http::auth::Incoming;
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web};

/// Accepts a partial or an overpayment, or shows what accepting would come to.
#[utoipa::path(
    post,
    path = "/invoices/{id}/adjustments",
    operation_id = "adjustInvoice",
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = body::Adjustment, description = "What is accepted."),
    responses((status = 200, description = "The invoice after it.", body = Answer<Invoice>)),
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
    let (fields, path) = (Fields::parse(&incoming.body)?, format!("/invoices/{id}/adjustments"));
    let wanted = adjustment(&fields)?;
    let asked = Asked { incoming: &incoming, from, fields: &fields, body: &incoming.body, path };
    let adjusted = adjust(&web, &asked, (&access, id), wanted).await?;
    Ok(respond(adjusted, |data| super::json(&Answer { facade: None, data })))
}

/// Tells the shop once more how an invoice stands.
#[utoipa::path(
    post,
    path = "/invoices/{id}/notifications",
    operation_id = "sendNotification",
    params(("id" = String, Path, description = "The invoice's id.")),
    request_body(content = Option<body::InvoiceToken>, description = "Whose it is, if that has to be said."),
    responses((status = 200, description = "`Success`: it will be sent.", body = Answer<String>)),
)]
pub async fn notify(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read(&web, request).await?;
    let (access, id) = caller(&web, &incoming, &id).await?;
    // Nothing has to be in the body.
    let fields = Fields::parse(&incoming.body).unwrap_or_default();
    let path = format!("/invoices/{id}/notifications");
    let asked = Asked { incoming: &incoming, from, fields: &fields, body: &incoming.body, path };
    let told = tell(&web, &asked, &access, id).await?;
    Ok(respond(told, |word| super::json(&json!({ "data": word }))))
}

/// Who asks, by the token in the query or the body, and about which invoice.
pub(super) async fn caller(
    web: &Web,
    incoming: &Incoming,
    id: &str,
) -> Result<(Access, InvoiceId), ApiError> {
    let access = access(web, incoming).await?;
    let id = id.parse().map_err(|_| AppError::InvoiceNotFound)?;
    Ok((access.on(id)?, id))
}

/// What the caller may do, by the token in the query or the body.
pub(super) async fn access(web: &Web, incoming: &Incoming) -> Result<Access, ApiError> {
    let in_body = Fields::parse(&incoming.body).ok().and_then(|fields| fields.text("token").ok().flatten());
    incoming.access(web, incoming.param("token").or(in_body.as_deref())).await
}

/// The invoice after it; without committing, as it would be.
pub(super) async fn adjust(
    web: &Web,
    asked: &Asked<'_>,
    (access, id): (&Access, InvoiceId),
    (adjustment, commit): (Adjustment, bool),
) -> Result<Answered<Invoice>, ApiError> {
    let call = match adjustment {
        Adjustment::Partial => Call::CreditPartialPayment,
        Adjustment::Over => Call::CreditOverpayment,
    };
    call.check(access.scope)?;
    let idempotency = again::in_store(asked, access).idempotency(asked)?;
    let adjusted =
        again::app(web, asked.incoming).adjust(access.store.id, id, adjustment, commit, idempotency).await?;
    Ok(adjusted.map(|view| shown(web, &view, access.scope, Audience::Store)))
}

/// BitPay's word for having been told.
pub(super) async fn tell(
    web: &Web,
    asked: &Asked<'_>,
    access: &Access,
    id: InvoiceId,
) -> Result<Answered<Value>, ApiError> {
    Call::SendNotification.check(access.scope)?;
    if !web.limits().allow_notification(access.store.id) {
        return Err(ApiError::too_many_requests());
    }
    let idempotency = again::in_store(asked, access).idempotency(asked)?;
    let told = again::app(web, asked.incoming).notify_again(access.store.id, id, idempotency).await?;
    Ok(told.map(|()| json!("Success")))
}
