//! `POST /applications`: somebody asks for an account; the same as `createAccount` over JSON-RPC. For
//! anyone, where the operator allows it.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value;

use super::{Answer, value};
use crate::dialect::bitpay::application::{Account, application, new_application};
use crate::dialect::bitpay::body::NewAccount;
use crate::dialect::bitpay::request::Fields;
use crate::http::auth::{Incoming, Limited};
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
    let data = apply(&web, from, &Fields::parse(&incoming.body)?).await?;
    Ok(super::json(&Answer { facade: None, data }))
}

/// The application as it is kept.
pub(super) async fn apply(web: &Web, from: IpAddr, fields: &Fields) -> Result<Value, ApiError> {
    if !web.settings().accept_applications {
        return Err(ApiError::forbidden("This server takes no applications for an account"));
    }
    if !web.limits().allow(Limited::Application, from) {
        return Err(ApiError::too_many_requests());
    }
    value(&application(&web.app().apply(new_application(fields)?).await?))
}
