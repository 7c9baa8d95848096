//! The pay button: a form or a link on anybody's page makes an invoice and leads to its checkout.
//!
//! It shares its path with the panel's API, which it leaves everything that is no button's: see `is_for`. What a
//! stranger may start is bounded twice, by who asks and by whose store it is. No cookie is looked at.

mod read;

use std::net::IpAddr;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use url::form_urlencoded;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Limited;
use super::documented::{self, Documented};
use super::error::Refusal;
use super::l10n::Words;
use super::pages::{self, Frameable, Icon};
use super::{ApiError, Pairs, Web, answers};
use crate::app::AppError;
use crate::app::view::InvoiceView;
use crate::dialect::bitpay::button::{ButtonForm, Press, Pressed, Refused};

/// Where buttons lead.
const PATH: &str = "/api/v1/invoices";

/// The routes. Buttons are in pages of every origin, and scripts there press them, too. What is not a button's is
/// answered by `otherwise`.
pub fn router(otherwise: fn() -> Response) -> Documented {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(answers::EXPOSED);
    let header = |name, text| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(text));
    let (routes, mut described) = OpenApiRouter::new().routes(routes!(submit)).split_for_parts();
    documented::know::<Refusal>(&mut described);
    for mut found in documented::operations(&mut described) {
        found.operation.tags = Some(vec!["BitPay".to_owned()]);
        found.operation.security = Some(vec![SecurityRequirement::default()]);
        found.refuses(StatusCode::NOT_FOUND, "It is no form, or has credentials.", "PanelMessage");
        for (status, when) in [
            (StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
            (StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB."),
            (StatusCode::INTERNAL_SERVER_ERROR, "The server's own fault."),
            (StatusCode::SERVICE_UNAVAILABLE, "Not at the moment."),
        ] {
            found.refuses(status, when, "Refusal");
        }
    }
    let routes = routes
        .route(PATH, get(follow).fallback(async || ApiError::method_not_allowed()))
        .layer(axum::middleware::from_fn_with_state(otherwise, sort))
        .layer(header(header::CACHE_CONTROL, "no-cache, private"))
        .layer(header(HeaderName::from_static("x-robots-tag"), "noindex, nofollow"))
        .layer(cors);
    (routes, described)
}

/// Lets through what is a button's.
async fn sort(State(otherwise): State<fn() -> Response>, request: Request, next: Next) -> Response {
    if is_for(&request) { next.run(request).await } else { otherwise() }
}

/// Whether a request is a button's: it has nobody's credentials, and is a form, or a link that names a store.
fn is_for(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or("").as_bytes();
    let names_store = || form_urlencoded::parse(query).any(|(key, _)| key.eq_ignore_ascii_case("storeId"));
    !request.headers().contains_key(header::AUTHORIZATION)
        && match *request.method() {
            Method::GET => names_store(),
            Method::POST => read::Kind::of(request.headers()).is_some(),
            _ => false,
        }
}

/// Makes an invoice by a pay button.
///
/// A form, as browsers send it; a link with the same fields in its query does the same. The store lets anyone make
/// invoices, or the button is signed. All notifications are sent.
#[utoipa::path(
    post,
    path = "/api/v1/invoices",
    operation_id = "pressButton",
    request_body(
        content((ButtonForm = "application/x-www-form-urlencoded"), (ButtonForm = "multipart/form-data")),
        description = "What is sold.",
    ),
    responses(
        (
            status = 200,
            description = "With `jsonResponse`: the invoice. Else a page that says why there is none.",
            content((Pressed = "application/json"), (String = "text/html")),
        ),
        (status = 302, description = "The checkout."),
        (
            status = 400,
            description = "With `jsonResponse`: what is wrong with which field.",
            body = std::collections::BTreeMap<String, Vec<String>>,
        ),
        (
            status = 429,
            description = "Too often from one address, or in one store: `Retry-After` says when to come back.",
            content((std::collections::BTreeMap<String, Vec<String>> = "application/json"), (String = "text/html")),
        ),
    ),
)]
async fn submit(State(web): State<Web>, asked: Pairs, request: Request) -> Response {
    press(&web, &asked, request).await
}

/// The same by a link. What a browser fetches before anybody follows it, or as a part of somebody's page, makes
/// nothing.
async fn follow(State(web): State<Web>, asked: Pairs, request: Request) -> Response {
    if is_fetched_ahead(request.headers()) || is_part_of_a_page(request.headers()) {
        return ApiError::unavailable("This link makes an invoice: it is followed, not fetched")
            .into_response();
    }
    press(&web, &asked, request).await
}

/// Whether a browser wants it for a picture, a script or the like: anybody's page could have all its readers press.
fn is_part_of_a_page(headers: &HeaderMap) -> bool {
    let wanted = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    wanted.is_some_and(|wanted| !["document", "iframe", "empty"].contains(&wanted))
}

fn is_fetched_ahead(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        headers.get(*name).is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("prefetch")))
    })
}

/// Why no invoice was made.
enum Failed {
    Refused(Refused),
    TooMany,
    App(AppError),
}

async fn press(web: &Web, asked: &Pairs, request: Request) -> Response {
    let from = web.client_ip(&request);
    let words = Words::of(asked, request.headers());
    let framed = request.headers().get("sec-fetch-dest").is_some_and(|wanted| wanted == "iframe");
    let pressed = match read::press(asked, request).await {
        Ok(pressed) => pressed,
        Err(error) => return error.into_response(),
    };
    match make(web, from, &pressed).await {
        Ok(view) => lead(&view, &pressed, framed),
        Err(failed) if pressed.wants_json() => failed.json(),
        Err(failed) => failed.page(words),
    }
}

async fn make(web: &Web, from: IpAddr, pressed: &Press) -> Result<InvoiceView, Failed> {
    // Before anything is looked up: who tries tokens or stores has the same few attempts.
    if !web.limits().allow(Limited::Button, from) {
        return Err(Failed::TooMany);
    }
    let app = web.app();
    let id = pressed.store_id().ok_or(Refused::Store)?;
    let store = app.store(id).await?;
    let signed = match pressed.token() {
        Some((leaves, token)) if app.is_button_token(&store, &pressed.fixed(leaves), token) => true,
        Some(_) => return Err(Refused::Token.into()),
        None if store.settings.anyone_can_create => false,
        None => return Err(Refused::NotEnabled.into()),
    };
    let new = pressed.new_invoice(store.currency, signed)?;
    let limits = web.limits();
    if !(if signed { limits.allow_signed_button(id) } else { limits.allow_strangers(id) }) {
        return Err(Failed::TooMany);
    }
    // Whoever only starts a payment uses up none of the wallet's addresses.
    Ok(app.create_invoice(store, new.issue_later(true), None).await?)
}

/// On to the checkout. `framed`: in a frame of the page's, which the checkout has to know.
fn lead(view: &InvoiceView, pressed: &Press, framed: bool) -> Response {
    let mut to = format!("{}/i/{}", view.server, view.id);
    let mut more = pressed.checkout_query();
    if framed && more.iter().all(|(name, _)| name != "view") {
        more.push(("view".to_owned(), "modal".to_owned()));
    }
    if !more.is_empty() {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(more).finish();
        to.extend(["?", &query]);
    }
    if pressed.wants_json() {
        let made = Pressed { invoice_id: view.id.to_string(), invoice_url: to };
        return axum::Json(made).into_response();
    }
    (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<AppError> for Failed {
    fn from(error: AppError) -> Self {
        match error {
            AppError::StoreNotFound => Self::Refused(Refused::Store),
            error => Self::App(error),
        }
    }
}

impl Failed {
    /// What is wrong with which field.
    fn json(self) -> Response {
        let (status, field, why) = match self {
            Self::Refused(refused) => (StatusCode::BAD_REQUEST, refused.field(), refused.to_string()),
            Self::TooMany => {
                let error = ApiError::too_many_requests();
                (error.status(), "Store", error.message().to_owned())
            }
            Self::App(error) => {
                let error = ApiError::from(error);
                // That there is no rate or no wallet is the store's fault, whatever else it is.
                let status = if error.status() == StatusCode::INTERNAL_SERVER_ERROR {
                    error.status()
                } else {
                    StatusCode::BAD_REQUEST
                };
                (status, "Store", error.message().to_owned())
            }
        };
        (status, axum::Json(json!({ field: [why] }))).into_response()
    }

    /// A page for whoever pressed it.
    fn page(self, words: Words) -> Response {
        let (status, title, text) = match self {
            Self::Refused(refused) => (StatusCode::OK, "button-title", explained(refused)),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too-many", "button-too-many"),
            Self::App(error) => match ApiError::from(error).status() {
                status @ StatusCode::INTERNAL_SERVER_ERROR => return pages::not_now_in(words, status),
                _ => (StatusCode::OK, "button-title", "button-not-now"),
            },
        };
        let (title, text) = (words.say(title), words.say(text));
        let page = pages::notice_in(words, &title, Icon::Stop, "stop", &text, &maud::html! {});
        (status, Extension(Frameable), page).into_response()
    }
}

/// The message that says why to a buyer.
fn explained(refused: Refused) -> &'static str {
    match refused {
        Refused::Store => "button-no-store",
        Refused::NotEnabled => "button-not-enabled",
        Refused::Token => "button-changed",
        Refused::Price | Refused::TooMuch => "button-price",
        Refused::Currency | Refused::Ipn | Refused::Redirect | Refused::Text => "button-wrong",
    }
}
