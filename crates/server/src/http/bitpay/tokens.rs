//! `POST /tokens`: pairing from either side. `GET /tokens`: what a client is paired for.

use axum::extract::{Request, State};
use axum::response::Response;

use super::json;
use crate::app::AppError;
use crate::dialect::bitpay::request::Fields;
use crate::dialect::bitpay::token;
use crate::http::auth::bitauth::Sin;
use crate::http::auth::{Caller, Incoming, Limited};
use crate::http::{ApiError, Web};

/// A pairing: with a code, it is claimed; without one, a code is issued for the client's
/// identity. Works unsigned; then the identity is the one in the body.
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
    let named = fields.text("id")?.and_then(|id| id.parse::<Sin>().ok()).map(|sin| sin.to_string());
    let label = fields.text("label")?;
    let issued = match fields.text("pairingCode")? {
        None => {
            let sin = named.ok_or_else(|| ApiError::bad_request("'id' property is required"))?;
            web.app().issue_code(Some(sin), None, label).await?
        }
        Some(code) => {
            let sin = match &incoming.caller {
                Caller::Client { sin } => Some(sin.clone()),
                Caller::ApiKey(_) | Caller::Anyone => named,
            };
            web.app().claim_code(code, sin.ok_or(AppError::SinMissing)?, label).await?
        }
    };
    Ok(json(&token::issued(&issued)))
}

/// The caller's tokens; of anyone but a paired client: none.
pub async fn list(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let tokens = match incoming.caller {
        Caller::Client { sin } => web.app().tokens_of(sin).await?,
        Caller::ApiKey(_) | Caller::Anyone => vec![],
    };
    Ok(json(&token::list(&tokens)))
}
