//! `GET /balance-or-summary`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::caller::Called;
use super::{PanelError, json};
use crate::dialect::panel::summary::{Summary, summary};
use crate::dialect::panel::{Success, success};
use crate::http::Web;

/// The metrics of the stores that the token opens.
///
/// They are kept ready, whatever the number of invoices, and are seconds old. An invoice is a sale once
/// it is confirmed, and counts on the day on which it was first.
#[utoipa::path(
    get,
    path = "/balance-or-summary",
    operation_id = "showSummary",
    responses((status = 200, description = "The metrics, of all stores together and of each.", body = Success<Summary>)),
)]
pub async fn show(State(web): State<Web>, request: Request) -> Result<Response, PanelError> {
    let called = Called::read(&web, request).await?;
    let stores = web.app().summaries(&called.grant).await?;
    Ok(json(StatusCode::OK, &success(summary(&stores))))
}
