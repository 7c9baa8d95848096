//! The panel's API under `/api/v1`: stores and invoices by small numbers, for whoever holds a token.
//! Always JSON, whatever is asked and whatever happens.

mod caller;
mod document;
mod error;
mod invoices;
mod stores;
mod summary;
mod webhooks;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bitcoin::base58;
use serde::Serialize;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Web;
use super::documented::Documented;
use crate::dialect::panel;
use crate::entropy;

pub use error::PanelError;

/// Names this answer in the server's log and in what people say about it.
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The answer is one that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The routes. A panel may run in any page: any origin may call, with any header, and without
/// cookies.
pub fn router() -> Documented {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID, REPLAYED, header::RETRY_AFTER]);
    let (routes, described) = OpenApiRouter::new()
        .routes(routes!(stores::list))
        .routes(routes!(stores::show))
        .routes(routes!(invoices::list, invoices::create))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::show, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::end_previous))
        .routes(routes!(webhooks::test))
        .routes(routes!(invoices::show))
        .routes(routes!(invoices::mark))
        .routes(routes!(invoices::archive))
        .routes(routes!(invoices::unarchive))
        .routes(routes!(summary::show))
        .split_for_parts();
    let routes = routes
        .fallback(async || PanelError::NotFound)
        .method_not_allowed_fallback(async || PanelError::MethodNotAllowed)
        .layer(cors)
        .layer(axum::middleware::from_fn(headers));
    (routes, document::complete(described))
}

/// Headers of every answer.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let id = base58::encode(&entropy::bytes::<12>());
    if response.status().is_server_error() {
        tracing::warn!(request = %id, status = %response.status(), "a request to the panel's API failed");
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

/// A JSON answer.
fn json(status: StatusCode, body: &impl Serialize) -> Response {
    (status, axum::Json(body)).into_response()
}

/// A page of a list; what follows is at the same address with another cursor.
fn page<T: Serialize>(
    web: &Web,
    path: &str,
    query: &[(String, String)],
    data: Vec<T>,
    (per_page, next): (u32, Option<String>),
) -> Response {
    let next = next.map(|cursor| {
        let kept = query.iter().filter(|(name, _)| name != "cursor");
        let mut asked = url::form_urlencoded::Serializer::new(String::new());
        let asked = asked.extend_pairs(kept).append_pair("cursor", &cursor).finish();
        (format!("{}/api/v1{path}?{asked}", web.app().public_url()), cursor)
    });
    json(StatusCode::OK, &panel::page(data, per_page, next))
}

/// A number in a path. What is none names nothing.
fn number(text: &str) -> Result<i64, PanelError> {
    text.parse().map_err(|_| PanelError::NotFound)
}
