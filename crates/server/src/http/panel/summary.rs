//! `GET /balance-or-summary`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::caller::Called;
use super::{PanelError, json};
use crate::dialect::panel::success;
use crate::dialect::panel::summary::summary;
use crate::http::Web;

/// The metrics of the stores that the token opens.
pub async fn show(State(web): State<Web>, request: Request) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let stores = web.app().summaries(&called.grant).await?;
    Ok(json(StatusCode::OK, &success(&summary(&stores))))
}
