//! `POST /invoices`, `GET /invoices`, `GET /invoices/{id}`, and the same calls for JSON-RPC.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use specie_core::facade::Facade;
use specie_core::ids::InvoiceId;

use super::{Answer, Asked, again};
use crate::app::view::{InvoiceFilter, InvoiceView};
use crate::app::{Access, Answered, AppError, Scope, Store};
use crate::dialect::bitpay::BadRequest;
use crate::dialect::bitpay::body::NewInvoice;
use crate::dialect::bitpay::facade::Call;
use crate::dialect::bitpay::filter;
use crate::dialect::bitpay::invoice::{Audience, Invoice, invoice};
use crate::dialect::bitpay::request::{Fields, new_invoice};
use crate::http::auth::{Caller, Incoming, Limited};
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web, wants_page};

/// Makes an invoice.
///
/// Without credentials it names a store that lets anyone. With an `Idempotency-Key` the same request
/// within 24 hours gets the same answer.
#[utoipa::path(
    post,
    path = "/invoices",
    operation_id = "createInvoice",
    params(
        ("storeId" = Option<String>, Query, description = "The store, for those who have no credentials."),
    ),
    request_body(content = NewInvoice, description = "What is sold."),
    // 200, not 201: clients insist.
    responses((status = 200, description = "The invoice.", body = Answer<Invoice>)),
)]
pub async fn create(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read(&web, request).await?;
    let fields = Fields::parse(&incoming.body);
    let token = fields.as_ref().ok().and_then(|fields| fields.text("token").ok().flatten());
    let named = match incoming.caller {
        Caller::Anyone => incoming.named_store(&web).await?,
        Caller::Client { .. } | Caller::ApiKey(_) => None,
    };
    let access = match named {
        Some(store) => of_anyone(store)?,
        None => incoming.access(&web, token.as_deref()).await?,
    };
    if !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let fields = fields.map_err(invalid)?;
    let asked = Asked {
        incoming: &incoming,
        from,
        fields: &fields,
        body: &incoming.body,
        path: "/invoices".to_owned(),
    };
    let made = make(&web, &asked, access).await?;
    Ok(respond(made, |data| super::json(&Answer { facade: Some("pos/invoice"), data })))
}

fn invalid(error: BadRequest) -> ApiError {
    match error.0.starts_with("Error retrieving") {
        true => ApiError::from(error),
        false => ApiError::bad_request(format!("Invalid invoice: {error}")),
    }
}

/// Makes an invoice and shows it whole: nothing is in it that its maker did not say.
pub(super) async fn make(
    web: &Web,
    asked: &Asked<'_>,
    access: Access,
) -> Result<Answered<Invoice>, ApiError> {
    Call::CreateInvoice.check(access.scope)?;
    let store = access.store.id;
    if access.is_anybodys
        && !(web.limits().allow(Limited::AnonymousInvoice, asked.from) && web.limits().allow_strangers(store))
    {
        return Err(ApiError::too_many_requests());
    }
    let new = new_invoice(asked.fields, access.store.currency).map_err(invalid)?;
    // Whoever the store does not know does not choose when the store calls a payment confirmed.
    let new = if access.is_anybodys { new.without_policy() } else { new };
    let idempotency = again::in_store(asked, &access).idempotency(asked)?;
    let made = web.app().create_or_repeat(access.store, new, idempotency).await?;
    Ok(made.map(|view| shown(web, &view, access.scope, Audience::Store)))
}

/// What anyone may do in a store that lets them.
fn of_anyone(store: Store) -> Result<Access, ApiError> {
    if store.settings.anyone_can_create {
        Ok(Access::of_anybody(store))
    } else {
        Err(ApiError::forbidden("This store's invoices are made by authenticated clients only"))
    }
}

/// One invoice.
///
/// Its store sees everything; anyone else who knows the id does not see the buyer's data. A browser that
/// follows such a link is shown the checkout.
#[utoipa::path(
    get,
    path = "/invoices/{id}",
    operation_id = "getInvoice",
    params(
        ("id" = String, Path, description = "The invoice's id."),
        ("token" = Option<String>, Query, description = "The client's token, or the invoice's own."),
    ),
    responses(
        (status = 200, description = "The invoice.", body = Answer<Invoice>),
        (status = 303, description = "For a browser: the checkout."),
    ),
)]
pub async fn show(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let id = id.parse::<InvoiceId>().map_err(|_| AppError::InvoiceNotFound);
    if let (true, Ok(id)) = (wants_page(&request), &id) {
        return Ok(Redirect::to(&format!("/i/{id}")).into_response());
    }
    let incoming = Incoming::read(&web, request).await?;
    let id = id?;
    let access = match incoming.caller {
        Caller::Anyone => None,
        Caller::Client { .. } | Caller::ApiKey(_) => {
            Some(incoming.access(&web, incoming.param("token")).await?.on(id)?)
        }
    };
    Ok(super::json(&Answer { facade: None, data: one(&web, access.as_ref(), id).await? }))
}

/// One invoice, as far as the caller may see it. Of another store's there is none.
pub(super) async fn one(web: &Web, access: Option<&Access>, id: InvoiceId) -> Result<Invoice, ApiError> {
    let scope = access.map_or(Scope::Public, |access| access.scope);
    Call::GetInvoice.check(scope)?;
    let audience = match scope {
        Scope::Store(Facade::Merchant) | Scope::Invoice(Facade::Merchant, _) => Audience::Store,
        Scope::Public | Scope::Store(Facade::Pos) | Scope::Invoice(Facade::Pos, _) | Scope::Refund(_) => {
            Audience::Public
        }
    };
    let view = web.app().invoice(id, access.map(|access| access.store.id)).await?;
    Ok(shown(web, &view, scope, audience))
}

/// A store's invoices, newest first.
#[utoipa::path(
    get,
    path = "/invoices",
    operation_id = "findInvoices",
    params(
        ("token" = Option<String>, Query, description = "The client's token."),
        ("status" = Option<String>, Query, description = "One or more, with commas. `confirmed` includes `complete`; an unknown one filters nothing."),
        ("orderId" = Option<String>, Query, description = "The shop's own number, exactly."),
        ("itemCode" = Option<String>, Query, description = "Exactly."),
        ("archived" = Option<bool>, Query, description = "`true`: those that are out of sight."),
        ("dateStart" = Option<String>, Query, description = "Made since then: `01/31/2024`, `2024-01-31`, ISO 8601, or milliseconds."),
        ("dateEnd" = Option<String>, Query, description = "Made until then; a day counts whole."),
        ("limit" = Option<u32>, Query, description = "How many; 1,000 by default and at most."),
        ("offset" = Option<u32>, Query, description = "After how many.", maximum = 10_000),
    ),
    responses((status = 200, description = "The invoices.", body = Answer<Vec<Invoice>>)),
)]
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    if incoming.caller == Caller::Anyone && incoming.param("storeId").is_some() {
        return Err(ApiError::forbidden("Invoices are listed for authenticated clients only"));
    }
    let access = incoming.access(&web, incoming.param("token")).await?;
    Call::FindInvoices.check(access.scope)?;
    let filter = filter::wanted(&incoming.query)?;
    Ok(super::json(&Answer { facade: None, data: found(&web, &access, filter).await? }))
}

/// A store's invoices that a filter lets through.
pub(super) async fn found(
    web: &Web,
    access: &Access,
    filter: InvoiceFilter,
) -> Result<Vec<Invoice>, ApiError> {
    let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
    let found = web.app().list_invoices(&access.store, filter).await?;
    Ok(found.iter().map(|view| shown(web, view, access.scope, Audience::Store)).collect())
}

/// An invoice with the token for whoever has this scope.
pub(super) fn shown(web: &Web, view: &InvoiceView, scope: Scope, audience: Audience) -> Invoice {
    invoice(view, audience, web.app().invoice_token(scope, view.id))
}
