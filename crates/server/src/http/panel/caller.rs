//! Who is asking: whoever holds a token. Cookies are never looked at.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, header};

use super::PanelError;
use crate::app::{Actor, App, Grant, Idempotency};
use crate::http::auth::{self, Limited};
use crate::http::{ApiError, Web, repeated};
use crate::request_id::RequestId;

/// A request of somebody with a good token, read whole.
pub struct Called {
    /// What the token opens.
    pub grant: Grant,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub body: Bytes,
    request: Option<RequestId>,
}

impl Called {
    /// Finds out who is asking, then reads the request.
    ///
    /// # Errors
    /// 401 without a good token, 429 for too many that are none, 413 and 408 for a body too large or
    /// too slow, 503 before the server is set up.
    pub async fn read(web: &Web, request: Request) -> Result<Self, PanelError> {
        if !web.is_set_up().await? {
            return Err(ApiError::unavailable("This server is not set up yet: it has no user").into());
        }
        let from = web.client_ip(&request);
        let (parts, body) = request.into_parts();
        let token = bearer(&parts.headers).ok_or(PanelError::Unauthenticated)?;
        let Some(grant) = web.app().grant(token).await? else {
            let allowed = web.limits().allow(Limited::WrongToken, from);
            return Err(if allowed { PanelError::Unauthenticated } else { PanelError::TooMany });
        };
        let body = auth::read_body(body).await?;
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes());
        let (query, request) = (query.into_owned().collect(), parts.extensions.get().cloned());
        Ok(Self { grant, query, headers: parts.headers, body, request })
    }

    /// The application on behalf of whoever holds the token.
    pub fn app(&self, web: &Web) -> App {
        web.app().on_behalf_of(Actor { request: self.request.clone(), ..self.grant.actor() })
    }

    /// What makes this call, at this path, the same one when it is made again; none: it has no key.
    ///
    /// # Errors
    /// 400 for a header that is no key.
    pub fn idempotency(&self, path: String) -> Result<Option<Idempotency>, PanelError> {
        let key = repeated::key(&self.headers)?;
        Ok(key.map(|key| repeated::idempotency(self.grant.caller(), path, key, &self.body)))
    }
}

/// The token of `Authorization: Bearer TOKEN`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
