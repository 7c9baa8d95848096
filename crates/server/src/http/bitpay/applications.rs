//! `POST /applications`: somebody asks for an account; the same as `createAccount` over JSON-RPC. For
//! anyone, where the operator allows it.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value;

use super::{Answer, Asked, again, values};
use crate::app::Answered;
use crate::dialect::bitpay::application::{Account, application, new_application};
use crate::dialect::bitpay::body::NewAccount;
use crate::dialect::bitpay::request::Fields;
use crate::http::auth::{Incoming, Limited};
use crate::http::repeated::respond;
use crate::http::{ApiError, Web};

/// Asks for an account, where the operator lets strangers.
///
/// An administrator decides over it.
#[utoipa::path(
    post,
    path = "/applications",
    operation_id = "createAccount",
    request_body(content = NewAccount, description = "Who asks, and for which business."),
    responses((status = 200, description = "The application as it is kept.", body = Answer<Account>)),
)]
// A signature says nothing here: a new key is made in no time.
pub async fn create(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read_leniently(&web, request).await?;
    if !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let (fields, path) = (Fields::parse(&incoming.body)?, "/applications".to_owned());
    let asked = Asked { incoming: &incoming, from, fields: &fields, body: &incoming.body, path };
    Ok(respond(apply(&web, &asked).await?, |data| super::json(&Answer { facade: None, data })))
}

/// The application as it is kept.
pub(super) async fn apply(web: &Web, asked: &Asked<'_>) -> Result<Answered<Value>, ApiError> {
    if !web.settings().accept_applications {
        return Err(ApiError::forbidden("This server takes no applications for an account"));
    }
    if !web.limits().allow(Limited::Application, asked.from) {
        return Err(ApiError::too_many_requests());
    }
    let idempotency = again::of_no_store(asked).idempotency(asked)?;
    let kept = web.app().apply(new_application(asked.fields)?, idempotency).await?;
    values(kept.map(|kept| application(&kept)))
}
