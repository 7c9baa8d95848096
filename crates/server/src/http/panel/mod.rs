//! The panel's API under `/api/v1`: stores, their webhooks and invoices by small numbers, for whoever
//! holds a token. Always JSON, whatever is asked and whatever happens.

mod caller;
mod document;
mod error;
mod invoices;
mod practice;
mod stores;
mod summary;
mod webhooks;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::documented::Documented;
use super::{Web, answers};
use crate::dialect::panel;

pub use error::PanelError;

/// The routes. A panel may run in any page: any origin may call, with any header, and without
/// cookies.
pub fn router() -> Documented {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(answers::EXPOSED);
    let not_kept = SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, private"),
    );
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
        .routes(routes!(practice::play))
        .routes(routes!(invoices::archive))
        .routes(routes!(invoices::unarchive))
        .routes(routes!(summary::show))
        .split_for_parts();
    let routes = routes
        .fallback(async || PanelError::NotFound)
        .method_not_allowed_fallback(async || PanelError::MethodNotAllowed)
        .layer(cors)
        .layer(not_kept);
    (routes, document::complete(described))
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

/// What a path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it describes what is read from the path")]
struct StorePath {
    /// The store's number.
    #[param(example = 1)]
    store: i64,
}

/// A number in a path. What is none names nothing.
fn number(text: &str) -> Result<i64, PanelError> {
    text.parse().map_err(|_| PanelError::NotFound)
}
