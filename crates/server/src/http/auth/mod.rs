//! Who is asking: a client that signs (BitAuth), one with the legacy API key, or anyone.
//!
//! API routes never look at cookies.

mod api_sessions;
pub mod bitauth;
mod limits;
mod logins;
mod session;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use base64::Engine;
use http_body_util::{BodyExt, LengthLimitError};
use specie_core::ids::StoreId;

use self::bitauth::{CandidateUrls, RequestFacts};
use super::{ApiError, Peer, RawTarget, Web};
use crate::app::{Access, AppError, Store};
use crate::dialect::bitpay::request::Fields;
use crate::request_id::RequestId;

pub use api_sessions::{ApiSessions, SessionError};
pub use limits::{Limited, Limits, network};
pub use logins::Logins;
pub use session::{CSRF_FIELD, SessionStore, Visitor, layer};

/// The largest body that any request may have, in bytes.
pub const MAX_BODY: usize = 64 * 1024;
/// How long a body may take.
const BODY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A client whose signature is valid.
    Client {
        /// Its identity.
        sin: String,
    },
    /// A shop with a store's legacy API key.
    ApiKey(Box<Store>),
    /// Anyone.
    Anyone,
}

/// A request, read whole, with who is asking.
#[derive(Debug)]
pub struct Incoming {
    /// Who is asking.
    pub caller: Caller,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The body, as it came.
    pub body: Bytes,
    /// The headers.
    pub headers: HeaderMap,
    /// What its answer is named by.
    pub request: Option<RequestId>,
}

impl Incoming {
    /// Reads a request and finds out who is asking.
    ///
    /// # Errors
    /// 401 for wrong credentials, 413 and 408 for a body too large or too slow, 503 before the
    /// server is set up.
    pub async fn read(web: &Web, request: Request) -> Result<Self, ApiError> {
        let read = Self::read_with(web, request, false).await?;
        read.check_session(web)?;
        Ok(read)
    }

    /// As [`read`](Self::read), but a signature that is not valid counts as none: the call works
    /// unsigned, and clients send what they have.
    ///
    /// # Errors
    /// As [`read`](Self::read), without 401 for a wrong signature.
    pub async fn read_leniently(web: &Web, request: Request) -> Result<Self, ApiError> {
        let read = Self::read_outside_session(web, request).await?;
        read.check_session(web)?;
        Ok(read)
    }

    /// As [`read_leniently`](Self::read_leniently), of one who begins a session: the one that it may name
    /// is over.
    ///
    /// # Errors
    /// As [`read_leniently`](Self::read_leniently).
    pub async fn read_outside_session(web: &Web, request: Request) -> Result<Self, ApiError> {
        Self::read_with(web, request, true).await
    }

    async fn read_with(web: &Web, request: Request, lenient: bool) -> Result<Self, ApiError> {
        if !web.is_set_up().await? {
            return Err(ApiError::unavailable("This server is not set up yet: it has no user"));
        }
        let trusted = request.extensions().get::<Peer>().is_some_and(|peer| web.trusts(peer.0));
        let (parts, body) = request.into_parts();
        let body = read_body(body).await?;
        let target = parts.extensions.get::<RawTarget>().map_or("", |raw| raw.0.as_str());
        let caller = match caller(web, &parts.method, &parts.headers, target, trusted, &body).await {
            Err(error) if lenient && error.status() == axum::http::StatusCode::UNAUTHORIZED => Caller::Anyone,
            caller => caller?,
        };
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes());
        let (query, request) = (query.into_owned().collect(), parts.extensions.get().cloned());
        Ok(Self { caller, query, body, headers: parts.headers, request })
    }

    /// A request that names a session has to be its next one.
    fn check_session(&self, web: &Web) -> Result<(), ApiError> {
        let may_be_named = |body: &str| body.contains("sessionId");
        let fields = match std::str::from_utf8(&self.body) {
            Ok(body) if may_be_named(body) => Fields::parse(&self.body).ok(),
            Ok(_) | Err(_) => None,
        };
        let named = |name: &str| match self.param(name) {
            Some(value) => Some(value.to_owned()),
            None => fields.as_ref()?.text(name).ok()?,
        };
        let Some(session) = named("sessionId") else { return Ok(()) };
        let number = named("requestNumber").and_then(|number| number.parse().ok());
        let number = number.ok_or_else(|| ApiError::bad_request("'requestNumber' is not a whole number"))?;
        web.api_sessions().take(&session, number, web.app().now()).map_err(|error| match error {
            SessionError::Unknown => ApiError::unauthorized(error.to_string()),
            SessionError::Old => ApiError::conflict(error.to_string()),
        })
    }

    /// The first value of a query parameter, whatever the case of its name; empty ones count as
    /// absent.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        let found =
            self.query.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the body claims to be JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        is_json(&self.headers)
    }

    /// What the caller may do, by its credentials and the token that it names. A token that is nobody's
    /// in particular is all that it takes; any other works with a signature only.
    ///
    /// # Errors
    /// 401 without credentials, 403 with good ones that are paired with no store.
    pub async fn access(&self, web: &Web, token: Option<&str>) -> Result<Access, ApiError> {
        let app = web.app();
        match (&self.caller, token) {
            (Caller::ApiKey(store), _) => Ok(Access::whole((**store).clone())),
            (Caller::Client { sin }, token) => app
                .access_of_client(sin.clone(), token)
                .await?
                .ok_or_else(|| ApiError::forbidden(format!("The client {sin} is not paired with a store"))),
            (Caller::Anyone, Some(token)) => app.access_of_anybodys_token(token).await?.ok_or_else(nobody),
            (Caller::Anyone, None) => Err(nobody()),
        }
    }

    /// The store that the caller acts for, by its credentials.
    ///
    /// # Errors
    /// As [`access`](Self::access).
    pub async fn store(&self, web: &Web) -> Result<Store, ApiError> {
        Ok(self.access(web, self.param("token")).await?.store)
    }

    /// The store named by `storeId`, for those who have no credentials.
    ///
    /// # Errors
    /// 404 if it is no store's id.
    pub async fn named_store(&self, web: &Web) -> Result<Option<Store>, ApiError> {
        let Some(id) = self.param("storeId") else { return Ok(None) };
        let id: StoreId = id.parse().map_err(|_| AppError::StoreNotFound)?;
        Ok(Some(web.app().store(id).await?))
    }
}

fn nobody() -> ApiError {
    ApiError::unauthorized("Authentication required")
}

/// Whether a body claims to be JSON.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    content_type.trim_start().to_ascii_lowercase().starts_with("application/json")
}

/// Reads a body up to the limit, in the time given.
///
/// # Errors
/// 413, 408, or 400 if the connection broke.
pub async fn read_body(body: Body) -> Result<Bytes, ApiError> {
    // One that says beforehand that it is too large is not waited for.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(ApiError::too_large(MAX_BODY));
    }
    let read =
        tokio::time::timeout(BODY_TIMEOUT, http_body_util::Limited::new(body, MAX_BODY).collect()).await;
    match read {
        Err(_) => Err(ApiError::too_slow()),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::too_large(MAX_BODY)),
        Ok(Err(_)) => Err(ApiError::bad_request("The request body could not be read")),
    }
}

/// Both BitAuth headers: a signature. Else `Authorization`: a legacy API key. Else anyone.
async fn caller(
    web: &Web,
    method: &Method,
    headers: &HeaderMap,
    target: &str,
    trusted: bool,
    body: &[u8],
) -> Result<Caller, ApiError> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    if let (Some(identity), Some(signature)) = (text("x-identity"), text("x-signature")) {
        let candidates = CandidateUrls::new(RequestFacts {
            method: method.as_str(),
            target,
            public_url: web.settings().public_url.as_deref(),
            host: text("host"),
            forwarded_host: text("x-forwarded-host").filter(|_| trusted),
        });
        let sin = bitauth::verify(identity, signature, candidates, body)
            .map_err(|cause| ApiError::unauthorized(format!("BitId authentication failed: {cause}")))?;
        return Ok(Caller::Client { sin: sin.to_string() });
    }
    match text("authorization") {
        None => Ok(Caller::Anyone),
        Some(value) => {
            let failed = || ApiError::unauthorized("ApiKey authentication failed");
            let key = api_key(value).ok_or_else(failed)?;
            web.app()
                .store_of_api_key(&key)
                .await?
                .map(|store| Caller::ApiKey(Box::new(store)))
                .ok_or_else(failed)
        }
    }
}

/// `Basic base64(key)`: the bare key, or with the colon that BitPay's own document had behind it.
fn api_key(value: &str) -> Option<String> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.contains(' ') {
        return None;
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let key = String::from_utf8(decoded).ok()?;
    let key = key.strip_suffix(':').unwrap_or(&key);
    (!key.is_empty() && !key.contains(':')).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_legacy_key_comes_bare_or_with_a_colon_behind_it() {
        let basic = |text: &str| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text));
        for (header, key) in [
            (basic("abc"), Some("abc")),
            (basic("abc").replace("Basic", "bAsIc"), Some("abc")),
            (basic("abc:"), Some("abc")),
            (basic("abc:def"), None),
            (basic(":"), None),
            (basic(""), None),
            ("Basic !!!".to_owned(), None),
            ("Basic".to_owned(), None),
            ("Bearer abc".to_owned(), None),
            (format!("{} x", basic("abc")), None),
        ] {
            assert_eq!(api_key(&header).as_deref(), key, "{header}");
        }
    }
}
