//! BitPay's REST API: tokens, invoices, rates.

mod invoices;
mod rates;
mod tokens;

use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::Web;

/// The routes. Shops call some of them from their buyers' browsers: any origin may, with any
/// header, and without cookies.
pub fn router() -> Router<Web> {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request());
    let no_store = SetResponseHeaderLayer::if_not_present(
        HeaderName::from_static("cache-control"),
        HeaderValue::from_static("no-store"),
    );
    Router::new()
        .route("/tokens", get(tokens::list).post(tokens::create))
        .route("/invoices", get(invoices::list).post(invoices::create))
        .route("/invoices/{id}", get(invoices::show))
        .route("/rates", get(rates::list))
        .route("/rates/{base}", get(rates::of_base))
        .route("/rates/{base}/{currency}", get(rates::of_pair))
        .route("/api/rates", get(rates::bare))
        // Before the layers, or preflights would end in it.
        .method_not_allowed_fallback(super::method_not_allowed)
        .layer(no_store)
        .layer(cors)
}

/// A JSON answer.
fn json(body: &impl Serialize) -> Response {
    axum::Json(body).into_response()
}
