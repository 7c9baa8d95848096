//! `POST /invoices`, `GET /invoices`, `GET /invoices/{id}`.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use specie_core::ids::InvoiceId;

use crate::app::{AppError, Idempotency, IdempotencyKey, Store};
use crate::dialect::bitpay::filter;
use crate::dialect::bitpay::invoice::{Audience, created, invoice, shown};
use crate::dialect::bitpay::request::{Fields, new_invoice};
use crate::http::auth::{Caller, Incoming, Limited};
use crate::http::{ApiError, Segments, Web, wants_page};

/// Longest key that a client may choose for a request.
const MAX_KEY: usize = 200;

/// Makes an invoice. 200, not 201: clients insist.
pub async fn create(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read(&web, request).await?;
    let store = match incoming.caller {
        Caller::Anyone => {
            let store = store_of_anyone(&web, &incoming).await?;
            if !web.limits().allow(Limited::AnonymousInvoice, from) {
                return Err(ApiError::too_many_requests());
            }
            store
        }
        Caller::Client { .. } | Caller::ApiKey(_) => incoming.store(&web).await?,
    };
    if !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let invalid = |e: crate::dialect::bitpay::BadRequest| match e.0.starts_with("Error retrieving") {
        true => ApiError::from(e),
        false => ApiError::bad_request(format!("Invalid invoice: {e}")),
    };
    let fields = Fields::parse(&incoming.body).map_err(invalid)?;
    let new = new_invoice(&fields, store.currency).map_err(invalid)?;
    // Whoever needs no key does not choose when the store calls a payment confirmed.
    let new = if incoming.caller == Caller::Anyone { new.without_policy() } else { new };
    let idempotency = idempotency(&incoming, &store, fields.guid())?;
    let view = web.app().create_invoice(store, new, idempotency).await?;
    Ok(super::json(&created(&view, "pos/invoice")))
}

/// A client's own key for the request: the header, else `guid`. The `guid` of another body is
/// just another invoice, since shops send order numbers in it.
fn idempotency(
    incoming: &Incoming,
    store: &Store,
    guid: Option<String>,
) -> Result<Option<Idempotency>, ApiError> {
    let caller = match &incoming.caller {
        Caller::Client { sin } => format!("sin:{sin}"),
        Caller::ApiKey(_) => format!("key:{}", store.id),
        Caller::Anyone => return Ok(None),
    };
    let header = incoming.headers.get("idempotency-key").map(|value| value.to_str().unwrap_or(""));
    let (key, strict) = match (header, guid) {
        (Some(""), _) => return Err(ApiError::bad_request("The Idempotency-Key is empty or no text")),
        (Some(key), _) if key.len() > MAX_KEY => {
            return Err(ApiError::bad_request(format!("The Idempotency-Key is longer than {MAX_KEY} bytes")));
        }
        (Some(key), _) => (format!("key:{key}"), true),
        // Shops put anything there: what is too long to be kept is no key.
        (None, Some(guid)) if guid.len() <= MAX_KEY && !guid.contains('\0') => {
            (format!("guid:{guid}"), false)
        }
        (None, _) => return Ok(None),
    };
    let body_hash = Sha256::digest(&incoming.body).into();
    let path = "/invoices".to_owned();
    Ok(Some(Idempotency { key: IdempotencyKey { caller, path, key, body_hash }, strict }))
}

async fn store_of_anyone(web: &Web, incoming: &Incoming) -> Result<Store, ApiError> {
    let store = incoming.named_store(web).await?;
    let store = store.ok_or_else(|| ApiError::unauthorized("Authentication required"))?;
    if store.settings.anyone_can_create {
        Ok(store)
    } else {
        Err(ApiError::forbidden("This store's invoices are made by authenticated clients only"))
    }
}

/// One invoice: everything for its store, without the buyer's data for anyone else who knows the
/// id. A browser that follows such a link is shown the checkout.
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
    let (view, audience) = match incoming.caller {
        Caller::Anyone => (web.app().invoice(id, None).await?, Audience::Public),
        Caller::Client { .. } | Caller::ApiKey(_) => {
            let store = incoming.store(&web).await?;
            (web.app().invoice(id, Some(store.id)).await?, Audience::Store)
        }
    };
    Ok(super::json(&shown(invoice(&view, audience))))
}

/// A store's invoices, newest first.
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    if incoming.caller == Caller::Anyone && incoming.param("storeId").is_some() {
        return Err(ApiError::forbidden("Invoices are listed for authenticated clients only"));
    }
    let store = incoming.store(&web).await?;
    let filter = filter::wanted(&incoming.query)?;
    let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
    let found = web.app().list_invoices(&store, filter).await?;
    let invoices: Vec<_> = found.iter().map(|view| invoice(view, Audience::Store)).collect();
    Ok(super::json(&shown(invoices)))
}
