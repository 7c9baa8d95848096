//! `POST /invoices/{id}/practice`: what developers make happen to a practice invoice. What is paid with real coins is
//! refused.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::caller::Called;
use super::invoices::changeable;
use super::{PanelError, json};
use crate::dialect::panel::invoice::{Invoice, invoice};
use crate::dialect::panel::practice::{NewPanelPractice, practice};
use crate::dialect::panel::{Success, success};
use crate::http::auth::Limited;
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web, auth};

/// Makes something happen to an invoice of a practice store.
///
/// It happens on the practice chain inside the server, and is answered when it shows. An invoice that is paid with real
/// bitcoin gets 409, and so does what makes no sense for an invoice as it stands.
#[utoipa::path(
    post,
    path = "/invoices/{invoice}/practice",
    operation_id = "practiseInvoice",
    params(("invoice" = i64, Path, description = "The invoice's number.", example = 1)),
    request_body(content = NewPanelPractice, description = "What happens."),
    responses((status = 200, description = "The invoice after it.", body = Success<Invoice>)),
)]
pub async fn play(
    State(web): State<Web>,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Response, PanelError> {
    let from = web.client_ip(&request);
    let called = Called::read(&web, request).await?;
    let (_, id) = changeable(&web, &called, &id?.0).await?;
    if !auth::is_json(&called.headers) {
        return Err(ApiError::unsupported_media_type().into());
    }
    let play = practice(&called.body)?;
    if !web.limits().allow(Limited::Practice, from) {
        return Err(PanelError::TooMany);
    }
    let idempotency = called.idempotency(format!("/api/v1/invoices/{id}/practice"))?;
    let played = web.app().play_and_see(id, play, idempotency).await?;
    Ok(respond(played, |view| json(StatusCode::OK, &success(invoice(&view)))))
}
