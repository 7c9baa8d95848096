//! BitPay's API, as REST and as JSON-RPC: tokens, invoices and what is done to them, ledgers, rates,
//! currencies, events.

mod adjustments;
mod again;
mod applications;
mod currencies;
mod events;
mod invoices;
mod ledgers;
mod rates;
mod rpc;
mod sessions;
mod settings;
mod tokens;
mod user;

use std::net::IpAddr;

use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::auth::Incoming;
use super::{Web, answers};
use crate::dialect::bitpay::request::Fields;

/// A call with its fields, in whichever form it came.
struct Asked<'a> {
    incoming: &'a Incoming,
    from: IpAddr,
    fields: &'a Fields,
    /// What makes it the same call when it is repeated: these bytes, there.
    body: &'a [u8],
    path: String,
}

/// The routes. Shops call some of them from their buyers' browsers: any origin may, with any
/// header, and without cookies.
pub fn router() -> Router<Web> {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(answers::EXPOSED);
    let no_store = SetResponseHeaderLayer::if_not_present(
        HeaderName::from_static("cache-control"),
        HeaderValue::from_static("no-store"),
    );
    Router::new()
        .route("/tokens", get(tokens::list).post(tokens::create))
        .route("/invoices", get(invoices::list).post(invoices::create))
        .route("/invoices/{id}", get(invoices::show))
        .route("/invoices/{id}/events", get(events::of_invoice))
        .route("/events", get(events::listen))
        .route("/sessions", post(sessions::begin))
        .route("/applications", post(applications::create))
        .route("/currencies", get(currencies::list))
        .route("/invoices/{id}/adjustments", post(adjustments::create))
        .route("/invoices/{id}/notifications", post(adjustments::notify))
        .route("/user", get(user::show))
        .route("/ledgers", get(ledgers::list))
        .route("/ledgers/{currency}", get(ledgers::show))
        .route("/api", post(rpc::public))
        .route("/api/{token}", post(rpc::with_token))
        .route("/rates", get(rates::list))
        .route("/rates/{base}", get(rates::of_base))
        .route("/rates/{base}/{currency}", get(rates::of_pair))
        .route("/api/rates", get(rates::bare))
        // Before the layers, or preflights would end in it.
        .method_not_allowed_fallback(super::method_not_allowed)
        .layer(no_store)
        .layer(cors)
}

/// What an answer is wrapped in.
#[derive(Serialize)]
struct Answer<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    facade: Option<&'static str>,
    data: T,
}

/// A JSON answer.
fn json(body: &impl Serialize) -> Response {
    axum::Json(body).into_response()
}
