//! `POST /tokens`: pairing from either side. `GET /tokens`: what a client is paired for.

use axum::extract::{Request, State};
use axum::response::Response;

use serde_json::Value;
use specie_core::facade::Facade;

use super::{Answer, Asked, again, json, values};
use crate::app::view::{IssuedCode, NewCode};
use crate::app::{Access, Answered, AppError};
use crate::dialect::bitpay::body::NewToken;
use crate::dialect::bitpay::request::Fields;
use crate::dialect::bitpay::token::{self, Pairing};
use crate::http::auth::bitauth::Sin;
use crate::http::auth::{Caller, Incoming, Limited};
use crate::http::repeated::respond;
use crate::http::{ApiError, Web};

/// Pairs a client with a store.
///
/// With a code it is claimed; without one, a code is issued for the client's identity, for the merchant
/// to approve. Works unsigned; then the identity is the one in the body.
#[utoipa::path(
    post,
    path = "/tokens",
    operation_id = "createToken",
    request_body(content = NewToken, description = "Who asks, and with which code."),
    responses((status = 200, description = "The token.", body = Answer<Vec<Pairing>>)),
)]
pub async fn create(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read_leniently(&web, request).await?;
    // Whoever asks: a new key is made in no time, so a signature says nothing here.
    if !web.limits().allow(Limited::Pairing, from) {
        return Err(ApiError::too_many_requests());
    }
    if incoming.body.is_empty() || incoming.body.as_ref() == b"null" {
        return Err(ApiError::bad_request("The request body is missing"));
    }
    if !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let fields = Fields::parse(&incoming.body)?;
    let asked = Asked {
        incoming: &incoming,
        from,
        fields: &fields,
        body: &incoming.body,
        path: "/tokens".to_owned(),
    };
    let paired = pair(&web, &asked).await?;
    Ok(respond(paired, |code| json(&Answer { facade: None, data: token::issued(&code) })))
}

/// Begins a pairing, or claims a code. A code has its facade already.
pub(super) async fn pair(web: &Web, asked: &Asked<'_>) -> Result<Answered<IssuedCode>, ApiError> {
    let fields = asked.fields;
    let named = fields.text("id")?.and_then(|id| id.parse::<Sin>().ok()).map(|sin| sin.to_string());
    let label = fields.text("label")?;
    let idempotency = again::pairing(asked, named.as_deref()).idempotency(asked)?;
    let Some(code) = fields.text("pairingCode")? else {
        let facade = facade(fields)?.unwrap_or_default();
        let sin = named.ok_or_else(|| ApiError::bad_request("'id' property is required"))?;
        let new = NewCode { facade, sin: Some(sin), store: None, label };
        return Ok(web.app().issue_code(new, idempotency).await?);
    };
    let sin = match &asked.incoming.caller {
        Caller::Client { sin } => Some(sin.clone()),
        Caller::ApiKey(_) | Caller::Anyone => named,
    };
    Ok(web.app().claim_code(code, sin.ok_or(AppError::SinMissing)?, label, idempotency).await?)
}

/// Approves a code for the caller's own store.
pub(super) async fn approve(
    web: &Web,
    asked: &Asked<'_>,
    access: &Access,
) -> Result<Answered<Value>, ApiError> {
    let fields = asked.fields;
    let code = fields.text("pairingCode")?;
    let code = code.ok_or_else(|| ApiError::bad_request("'pairingCode' property is required"))?;
    let facade = facade(fields)?.ok_or_else(|| ApiError::bad_request("'facade' property is required"))?;
    let idempotency = again::in_store(asked, access).idempotency(asked)?;
    let approved = web.app().approve_code(code, access.store.id, Some(facade), idempotency).await?;
    values(approved.map(|code| token::issued_with_policies(&code)))
}

fn facade(fields: &Fields) -> Result<Option<Facade>, ApiError> {
    let Some(name) = fields.text("facade")? else { return Ok(None) };
    let found = Facade::from_name(&name);
    found.map(Some).ok_or_else(|| ApiError::bad_request("'facade' is either pos or merchant"))
}

/// What the caller is paired for.
///
/// Of anyone but a paired client: nothing.
#[utoipa::path(
    get,
    path = "/tokens",
    operation_id = "listTokens",
    responses((status = 200, description = "An object for each facade that the client's tokens open.", body = Answer<Vec<std::collections::BTreeMap<String, String>>>)),
)]
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let tokens = match incoming.caller {
        Caller::Client { sin } => web.app().tokens_of(sin).await?,
        Caller::ApiKey(_) | Caller::Anyone => vec![],
    };
    Ok(json(&Answer { facade: None, data: token::list(&tokens) }))
}
