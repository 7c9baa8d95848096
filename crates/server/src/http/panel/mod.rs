//! The panel's API under `/api/v1`: stores and invoices by small numbers, for whoever holds a token.
//! Always JSON, whatever is asked and whatever happens.

mod caller;
mod error;
mod invoices;
mod stores;
mod summary;
mod webhooks;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{Web, answers};
use crate::dialect::panel;

pub use error::PanelError;

/// The routes. A panel may run in any page: any origin may call, with any header, and without
/// cookies.
pub fn router() -> Router<Web> {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(answers::EXPOSED);
    let not_kept = SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, private"),
    );
    Router::new()
        .route("/stores", get(stores::list))
        .route("/stores/{store}", get(stores::show))
        .route("/stores/{store}/invoices", get(invoices::list).post(invoices::create))
        .route("/stores/{store}/webhooks", get(webhooks::list).post(webhooks::create))
        .route(
            "/stores/{store}/webhooks/{webhook}",
            get(webhooks::show).patch(webhooks::change).delete(webhooks::delete),
        )
        .route("/stores/{store}/webhooks/{webhook}/rotate-secret", post(webhooks::rotate_secret))
        .route("/stores/{store}/webhooks/{webhook}/end-previous-secret", post(webhooks::end_previous))
        .route("/stores/{store}/webhook-test", post(webhooks::test))
        .route("/invoices/{invoice}", get(invoices::show))
        .route("/invoices/{invoice}/mark", post(invoices::mark))
        .route("/invoices/{invoice}/archive", post(invoices::archive))
        .route("/invoices/{invoice}/unarchive", post(invoices::unarchive))
        .route("/balance-or-summary", get(summary::show))
        .fallback(async || PanelError::NotFound)
        .method_not_allowed_fallback(async || PanelError::MethodNotAllowed)
        .layer(cors)
        .layer(not_kept)
}

/// A JSON answer.
fn json(status: StatusCode, body: &Value) -> Response {
    (status, axum::Json(body)).into_response()
}

/// A page of a list; what follows is at the same address with another cursor.
fn page(
    web: &Web,
    path: &str,
    query: &[(String, String)],
    data: &[Value],
    (per_page, next): (u32, Option<String>),
) -> Response {
    let next = next.map(|cursor| {
        let kept = query.iter().filter(|(name, _)| name != "cursor");
        let mut asked = url::form_urlencoded::Serializer::new(String::new());
        let asked = asked.extend_pairs(kept).append_pair("cursor", &cursor).finish();
        (format!("{}/api/v1{path}?{asked}", web.app().public_url()), cursor)
    });
    let next = next.as_ref().map(|(address, cursor)| (address.as_str(), cursor.as_str()));
    json(StatusCode::OK, &panel::page(data, per_page, next))
}

/// A number in a path. What is none names nothing.
fn number(text: &str) -> Result<i64, PanelError> {
    text.parse().map_err(|_| PanelError::NotFound)
}
