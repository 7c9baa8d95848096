//! BitPay's API, as REST and as JSON-RPC: tokens, invoices and what is done to them, refunds, ledgers, rates,
//! currencies, events, sessions, the user, applications.

mod adjustments;
mod again;
mod applications;
mod currencies;
mod document;
mod events;
mod invoices;
mod ledgers;
mod listeners;
mod rates;
mod refunds;
mod rpc;
mod sessions;
mod settings;
mod tokens;
mod user;

use std::net::IpAddr;

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Incoming;
use super::documented::Documented;
use super::{ApiError, answers};
use crate::app::Answered;
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
pub fn router() -> Documented {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(answers::EXPOSED);
    let no_store = SetResponseHeaderLayer::if_not_present(
        HeaderName::from_static("cache-control"),
        HeaderValue::from_static("no-store"),
    );
    let (routes, described) = OpenApiRouter::new()
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(invoices::list, invoices::create))
        .routes(routes!(invoices::show))
        .routes(routes!(events::of_invoice))
        .routes(routes!(events::listen))
        .routes(routes!(sessions::begin))
        .routes(routes!(applications::create))
        .routes(routes!(currencies::list))
        .routes(routes!(adjustments::create))
        .routes(routes!(adjustments::notify))
        .routes(routes!(refunds::list, refunds::create))
        .routes(routes!(refunds::show, refunds::cancel))
        .routes(routes!(refunds::find, refunds::create_of))
        .routes(routes!(refunds::show_one, refunds::cancel_one))
        .routes(routes!(refunds::show_named))
        .routes(routes!(user::show))
        .routes(routes!(ledgers::list))
        .routes(routes!(ledgers::show))
        .routes(routes!(listeners::create))
        .routes(routes!(listeners::hear))
        .routes(routes!(listeners::passed_on))
        .routes(routes!(rpc::public))
        .routes(routes!(rpc::with_token))
        .routes(routes!(rates::list))
        .routes(routes!(rates::of_base))
        .routes(routes!(rates::of_pair))
        .routes(routes!(rates::bare))
        .split_for_parts();
    let routes = routes
        // Before the layers, or preflights would end in it.
        .method_not_allowed_fallback(super::method_not_allowed)
        .layer(no_store)
        .layer(cors);
    (routes, document::complete(described))
}

/// What an answer is wrapped in.
#[derive(Serialize, ToSchema)]
struct Answer<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    facade: Option<&'static str>,
    /// What was asked for.
    data: T,
}

/// A JSON answer.
fn json(body: &impl Serialize) -> Response {
    axum::Json(body).into_response()
}

fn value(shown: &impl Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(shown).map_err(|_| ApiError::internal())
}

/// The same of an answer that may be one given before.
fn values(answered: Answered<impl Serialize>) -> Result<Answered<Value>, ApiError> {
    Ok(Answered { answer: value(&answered.answer)?, repeated: answered.repeated })
}
