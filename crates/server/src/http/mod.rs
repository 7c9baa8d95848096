//! The doors: BitPay's API, the panel's API, their reference, the checkout, the pay button, the pages, and
//! the administration socket.
//!
//! A face turns requests into calls of the application, and its answers into bytes. It holds no
//! rule, touches no database and no chain, and never reaches into another face.

pub mod admin;
pub mod answers;
pub mod auth;
pub mod bitpay;
mod brand;
pub mod button;
pub mod checkout;
mod csv;
pub mod dashboard;
mod documented;
mod error;
mod fields;
pub mod form;
pub mod l10n;
pub mod live;
pub mod operator;
mod packed;
pub mod pages;
pub mod panel;
mod pieces;
mod qr;
mod reference;
pub mod repeated;
mod requests;
mod serve;
mod unread;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use serde::de::DeserializeOwned;
use specie_core::time::Timestamp;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;

pub use error::ApiError;
pub use serve::{Peer, Seat, serve, serve_socket};

use crate::app::App;
use crate::first_run::FirstRun;
use live::LiveChanges;

/// How long an answer may take to begin: longer than the slowest body that is waited for. Only a
/// database that hangs takes so long, and nobody waits for one for ever.
const PATIENCE: Duration = Duration::from_secs(35);
/// Long lists at a time.
const MAX_LISTS: usize = 2;
/// Listeners who wait at a time.
const MAX_LISTENERS: usize = 100;

/// Below which path the panel's API is.
const PANEL: &str = "/api/v1";

/// What every face knows.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    app: App,
    changes: Box<dyn LiveChanges>,
    settings: Settings,
    limits: auth::Limits,
    logins: auth::Logins,
    api_sessions: auth::ApiSessions,
    /// Long lists at a time: each takes a reader of the database and some memory.
    lists: Semaphore,
    /// Event streams at a time.
    streams: Arc<Semaphore>,
    /// Listeners who wait at a time: each looks into the database now and then.
    listeners: Semaphore,
    set_up: AtomicBool,
    first_run: FirstRun,
    started_at: Timestamp,
    requests: requests::Requests,
}

/// What the operator set about the doors.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The external address, if one is configured: then signatures must be made for it.
    pub public_url: Option<String>,
    /// Proxies whose forwarded headers count.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether strangers may ask for an account.
    pub accept_applications: bool,
    /// How many connections there may be at a time.
    pub max_connections: usize,
    /// How many of them may be event streams.
    pub max_streams: usize,
    /// What administrators are shown of the server's settings.
    pub operator: Vec<operator::SettingShown>,
}

impl Web {
    /// The doors of an application.
    #[must_use]
    pub fn new(app: App, changes: Box<dyn LiveChanges>, settings: Settings, first_run: FirstRun) -> Self {
        let started_at = app.now();
        Self(Arc::new(Inner {
            app,
            started_at,
            changes,
            limits: auth::Limits::default(),
            logins: auth::Logins::default(),
            api_sessions: auth::ApiSessions::default(),
            lists: Semaphore::new(MAX_LISTS),
            streams: Arc::new(Semaphore::new(settings.max_streams)),
            listeners: Semaphore::new(MAX_LISTENERS),
            settings,
            set_up: AtomicBool::new(false),
            first_run,
            requests: requests::Requests::default(),
        }))
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.0.app
    }

    pub(crate) fn changes(&self) -> &dyn LiveChanges {
        self.0.changes.as_ref()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// When the doors were opened.
    pub(crate) fn started_at(&self) -> Timestamp {
        self.0.started_at
    }

    /// The last requests that were answered.
    pub(crate) fn requests(&self) -> &requests::Requests {
        &self.0.requests
    }

    pub(crate) fn first_run(&self) -> &FirstRun {
        &self.0.first_run
    }

    pub(crate) fn lists(&self) -> &Semaphore {
        &self.0.lists
    }

    pub(crate) fn listeners(&self) -> &Semaphore {
        &self.0.listeners
    }

    pub(crate) fn streams(&self) -> &Arc<Semaphore> {
        &self.0.streams
    }

    pub(crate) fn limits(&self) -> &auth::Limits {
        &self.0.limits
    }

    pub(crate) fn logins(&self) -> &auth::Logins {
        &self.0.logins
    }

    pub(crate) fn api_sessions(&self) -> &auth::ApiSessions {
        &self.0.api_sessions
    }

    /// Whether there is a user. Before that nothing can be asked of the APIs; from then on nobody
    /// can become the first.
    pub(crate) async fn is_set_up(&self) -> Result<bool, crate::app::AppError> {
        if !self.0.set_up.load(Ordering::Relaxed) && self.app().has_users().await? {
            self.0.set_up.store(true, Ordering::Relaxed);
            self.first_run().end();
        }
        Ok(self.0.set_up.load(Ordering::Relaxed))
    }

    /// Who is at the other end: the peer, or what a listed proxy says.
    pub(crate) fn client_ip(&self, request: &Request) -> IpAddr {
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.0);
        if !self.trusts(peer) {
            return peer;
        }
        let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        let hops: Vec<&str> = forwarded.flat_map(|v| v.split(',')).map(str::trim).collect();
        // The rightmost hop that is no proxy of ours: those left of it anyone can claim. What is no
        // address ends the search, or it could be used to be passed over.
        let mut hops = hops.into_iter().rev().map_while(|hop| hop.parse::<IpAddr>().ok());
        hops.find(|hop| !self.trusts(*hop)).unwrap_or(peer)
    }

    /// Whether a peer is a proxy that the operator listed.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.settings().trusted_proxies.iter().any(|proxy| proxy.contains(&peer))
    }
}

/// The request target as it arrived, before any normalisation: what clients sign.
#[derive(Debug, Clone)]
pub struct RawTarget(pub String);

/// Parts of a path. What is no text names nothing.
pub(crate) struct Segments<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|_| ApiError::not_found("Not found"))
    }
}

/// A query, decoded. Whatever it is, it can be read.
pub(crate) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// The first value of a name that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// All of it, in order.
    pub(crate) fn all(&self) -> &[(String, String)] {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or("");
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

/// All doors that are open to the network.
pub fn router(web: &Web) -> Router {
    let (checkout, of_checkout) = checkout::router();
    let pages = checkout.merge(dashboard::router(web)).merge(pages::router()).merge(brand::router());
    let (bitpay, of_bitpay) = bitpay::router();
    let (panel, of_panel) = panel::router();
    // Below the panel's path there is one that buttons have had for longer.
    let (button, of_button) = button::router(|| panel::PanelError::NotFound.into_response());
    let of_panel = OpenApi::default().nest(PANEL, of_panel);
    Router::new()
        .merge(bitpay)
        .nest(PANEL, panel)
        .merge(button)
        .merge(reference::router(vec![of_panel, of_bitpay, of_checkout, of_button]))
        .merge(pages)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::middleware::from_fn(|request, next| in_time(PATIENCE, request, next)))
        .layer(axum::middleware::from_fn(pages::headers))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(axum::middleware::from_fn_with_state(web.clone(), answers::named))
        .with_state(web.clone())
}

/// Keeps the raw target, and drops the slashes of a path that are too many, so that every spelling of
/// it finds its route.
pub(crate) fn normalise(mut request: Request) -> Request {
    let uri = request.uri();
    let target = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let raw = match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}{target}"),
        _ => target,
    };
    let mut path = String::with_capacity(uri.path().len());
    for part in uri.path().split('/').filter(|part| !part.is_empty()) {
        path.extend(["/", part]);
    }
    if path.is_empty() {
        path.push('/');
    }
    let normal = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    if let Ok(normal) = normal.parse::<Uri>() {
        *request.uri_mut() = normal;
    }
    request.extensions_mut().insert(RawTarget(raw));
    request
}

/// Whether a browser asks for a page, and no client for data.
pub(crate) fn wants_page(request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    let signed =
        request.headers().contains_key("x-identity") || request.headers().contains_key(header::AUTHORIZATION);
    let query = request.uri().query().unwrap_or("").to_ascii_lowercase();
    let asks = query.split('&').any(|pair| pair.starts_with("token=") || pair.starts_with("storeid="));
    let json = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let json = json.is_some_and(|v| v.starts_with("application/json"));
    accepts.contains("text/html") && !signed && !asks && !json
}

async fn not_found(State(_): State<Web>, request: Request) -> Response {
    if request.method() == Method::GET && wants_page(&request) {
        return pages::not_found().into_response();
    }
    ApiError::not_found("Not found").into_response()
}

async fn method_not_allowed(request: Request) -> Response {
    let error = ApiError::method_not_allowed();
    if request.method() == Method::GET && wants_page(&request) {
        return dashboard::PageError::from(error).into_response();
    }
    error.into_response()
}

/// Answers in the server's place if that takes too long. What was asked for may happen still.
async fn in_time(patience: Duration, request: Request, next: Next) -> Response {
    let page = wants_page(&request);
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a request was not answered in time");
            match page {
                true => pages::not_now(StatusCode::SERVICE_UNAVAILABLE),
                false => ApiError::unavailable("The server did not answer in time").into_response(),
            }
        }
    }
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request made the server panic");
    ApiError::internal().into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_ever_and_whoever_reads_pages_gets_one() {
        let short = Duration::from_millis(1);
        let router: Router = Router::new()
            .route("/", get(std::future::pending::<()>))
            .layer(axum::middleware::from_fn(move |request, next| in_time(short, request, next)));
        for (accept, kind) in [("text/html", "text/html"), ("*/*", "application/json")] {
            let request = Request::builder().header("accept", accept).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            let told = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
            assert!(told.starts_with(kind), "{told}");
        }
    }
}
