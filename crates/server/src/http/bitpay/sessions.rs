//! `POST /sessions`: an id under which requests are numbered.

use axum::extract::{Request, State};
use axum::response::Response;

use super::{Answer, Asked, again};
use crate::dialect::bitpay::request::Fields;
use crate::http::auth::{Incoming, Limited};
use crate::http::repeated::respond;
use crate::http::{ApiError, Web};

/// Begins a session.
///
/// Its id numbers requests, so that none is taken twice. Nobody needs one.
#[utoipa::path(
    post,
    path = "/sessions",
    operation_id = "beginSession",
    responses((status = 200, description = "The session's id.", body = Answer<String>)),
)]
pub async fn begin(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    if !web.limits().allow(Limited::ApiSession, from) {
        return Err(ApiError::too_many_requests());
    }
    let incoming = Incoming::read_outside_session(&web, request).await?;
    // Nothing has to be in the body.
    let (fields, path) = (Fields::parse(&incoming.body).unwrap_or_default(), "/sessions".to_owned());
    let asked = Asked { incoming: &incoming, from, fields: &fields, body: &incoming.body, path };
    let idempotency = again::of_no_store(&asked).idempotency(&asked)?;
    let begun = web.api_sessions().begin(web.app().now(), idempotency)?;
    Ok(respond(begun, |data| super::json(&Answer { facade: None, data })))
}
