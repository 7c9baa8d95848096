//! `POST /sessions`: an id under which requests are numbered.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;

use crate::http::auth::Limited;
use crate::http::{ApiError, Web};

/// Begins a session, for anyone.
pub async fn begin(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    if !web.limits().allow(Limited::ApiSession, web.client_ip(&request)) {
        return Err(ApiError::too_many_requests());
    }
    Ok(super::json(&json!({ "data": web.api_sessions().begin(web.app().now()) })))
}
