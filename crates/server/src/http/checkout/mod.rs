//! The buyer's page: what to pay, where, until when, and what became of it.

mod actions;
mod claim;
mod facts;
mod frame;
mod modal;
mod page;
mod pay;
mod practice;
mod qr;
mod receipt;
mod socket;
mod state;
mod status;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use specie_core::ids::InvoiceId;
use specie_core::invoice::Status;
use url::Url;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::frame::is_modal;
use super::documented::{self, Documented};
use super::error::Refusal;
use super::l10n::Words;
use super::pages::{self, Frameable, FramedBy, Icon};
use super::{ApiError, Pairs, Segments, Web, live};
use crate::app::AppError;
use crate::app::view::InvoiceView;
use crate::dialect::bitpay::ipn;

/// The routes, in each spelling that links have; of those for programs one is told of.
pub fn router() -> Documented {
    let (status, mut described) = OpenApiRouter::new().routes(routes!(status_by_path)).split_for_parts();
    documented::know::<Refusal>(&mut described);
    for mut found in documented::operations(&mut described) {
        found.operation.tags = Some(vec!["BitPay".to_owned()]);
        found.operation.security = Some(vec![SecurityRequirement::default()]);
        found.refuses(StatusCode::NOT_FOUND, "There is no such invoice.", "Refusal");
        found.refuses(StatusCode::INTERNAL_SERVER_ERROR, "The server's own fault.", "Refusal");
        found.refuses(StatusCode::SERVICE_UNAVAILABLE, "Not at the moment.", "Refusal");
    }
    let routes = Router::new()
        .route("/i/{id}", get(by_path))
        .route("/i/{id}/{method}", get(by_method))
        .route("/i/{id}/{method}/status", get(status_by_method))
        .route("/i/{id}/events", get(events))
        .route("/i/{id}/receipt", get(receipt::show))
        .route("/i/{id}/address.svg", get(qr::of_address))
        // Whoever comes by a link to them sees the page.
        .route("/i/{id}/open", post(actions::open).get(by_path))
        .route("/i/{id}/renew", post(actions::renew).get(by_path))
        .route("/i/{id}/practice", post(practice::play).get(by_path))
        .route("/refund/{token}", get(claim::show).post(claim::answer))
        .route("/invoice", get(by_query))
        .route("/invoice/status", get(status_by_query))
        .route("/invoice/{id}/status", get(status_by_path))
        .route("/invoice/{id}/{method}/status", get(status_by_method))
        .route("/i/{id}/status/ws", get(socket::by_path))
        .route("/i/{id}/{method}/status/ws", get(socket::by_method))
        .route("/invoice/{id}/status/ws", get(socket::by_path))
        .route("/invoice/status/ws", get(socket::by_query))
        .merge(modal::router())
        .merge(status);
    (routes, described)
}

async fn by_path(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    asked: Pairs,
    headers: HeaderMap,
) -> Response {
    show(&web, &id, &asked, &headers).await
}

async fn by_method(
    State(web): State<Web>,
    Segments((first, second)): Segments<(String, String)>,
    asked: Pairs,
    headers: HeaderMap,
) -> Response {
    show(&web, either(&first, &second), &asked, &headers).await
}

async fn by_query(State(web): State<Web>, asked: Pairs, headers: HeaderMap) -> Response {
    show(&web, named(&asked), &asked, &headers).await
}

async fn show(web: &Web, id: &str, asked: &Pairs, headers: &HeaderMap) -> Response {
    let words = Words::of(asked, headers);
    let found = match find(web, id).await {
        Ok(found) => found,
        Err(AppError::InvoiceNotFound) => return no_such_invoice(words),
        // Whoever pays reads no JSON.
        Err(error) => return pages::not_now_in(words, ApiError::from(error).status()),
    };
    let behind = web.app().chain_state(&found.network).trouble.is_some();
    let shown = state::Shown::new(&found, behind, words);
    let fragment = headers.get("x-fragment").is_some_and(|v| v.as_bytes() == b"checkout");
    let page = if fragment { page::checkout(&shown, asked) } else { page::whole(&shown, asked) };
    match web.app().frame_origins(found.store_id).await {
        Ok(origins) => (Extension(Frameable), Extension(FramedBy(origins.into())), page).into_response(),
        Err(error) => pages::not_now_in(words, ApiError::from(error).status()),
    }
}

/// How an invoice stands, as the checkout's page shows it, for those who poll.
#[utoipa::path(
    get,
    path = "/i/{id}/status",
    operation_id = "getCheckoutStatus",
    params(
        ("id" = String, Path, description = "The invoice's id."),
        ("view" = Option<String>, Query, description = "`modal`: for a page in a shop's frame."),
    ),
    responses((status = 200, description = "The state.", body = status::Status)),
)]
async fn status_by_path(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    asked: Pairs,
) -> Result<Response, ApiError> {
    status_of(&web, &id, &asked).await
}

async fn status_by_method(
    State(web): State<Web>,
    Segments((first, second)): Segments<(String, String)>,
    asked: Pairs,
) -> Result<Response, ApiError> {
    status_of(&web, either(&first, &second), &asked).await
}

async fn status_by_query(State(web): State<Web>, asked: Pairs) -> Result<Response, ApiError> {
    status_of(&web, named(&asked), &asked).await
}

/// The invoice's id of the two: links of either order are about, `/i/{id}/{method}` and BTCPay's own
/// `/i/{method}/{id}`.
fn either<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.parse::<InvoiceId>().is_ok() { first } else { second }
}

/// The invoice that a query names, in either of the two spellings.
fn named(asked: &Pairs) -> &str {
    asked.get("id").or_else(|| asked.get("invoiceId")).unwrap_or("")
}

async fn status_of(web: &Web, id: &str, asked: &Pairs) -> Result<Response, ApiError> {
    let found = find(web, id).await?;
    let never_kept = [(header::CACHE_CONTROL, "no-store")];
    Ok((never_kept, axum::Json(status::model(&found, is_modal(asked)))).into_response())
}

/// Says when to look again, for as long as the page is open.
async fn events(State(web): State<Web>, Segments(id): Segments<String>) -> Result<Response, ApiError> {
    let found = find(&web, &id).await?;
    // It says so at the start, and the page looks again: nothing falls in between.
    let changes = web.changes().changes_of(found.id);
    let place = web.streams().clone().try_acquire_owned();
    let place = place
        .map_err(|_| ApiError::unavailable("Too many pages are being followed: look again in a while"))?;
    Ok(live::invoice_stream(changes, web.changes().over(), place, found.id))
}

async fn find(web: &Web, id: &str) -> Result<InvoiceView, AppError> {
    let id: InvoiceId = id.parse().map_err(|_| AppError::InvoiceNotFound)?;
    web.app().invoice(id, None).await
}

/// Where the buyer may go back to, with its placeholders filled in. Only an address on the web: a
/// shop's text must not run here.
fn way_back(view: &InvoiceView) -> Option<Url> {
    let url = Url::parse(&ipn::target(view.redirect_url.as_deref()?, view)).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Something came that counts: there is a receipt.
fn has_receipt(view: &InvoiceView) -> bool {
    matches!(view.status, Status::Paid | Status::Confirmed | Status::Complete)
}

fn no_such_invoice(words: Words) -> Response {
    let (title, text) = (words.say("no-invoice"), words.say("no-invoice-words"));
    let page = pages::notice_in(words, &title, Icon::Stop, "stop", &text, &maud::html! {});
    (StatusCode::NOT_FOUND, Extension(Frameable), page).into_response()
}
