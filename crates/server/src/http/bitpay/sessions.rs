//! `POST /sessions`: an id under which requests are numbered.

use axum::extract::{Request, State};
use axum::response::Response;

use super::Answer;
use crate::http::auth::Limited;
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
    if !web.limits().allow(Limited::ApiSession, web.client_ip(&request)) {
        return Err(ApiError::too_many_requests());
    }
    let data = web.api_sessions().begin(web.app().now());
    Ok(super::json(&Answer { facade: None, data }))
}
