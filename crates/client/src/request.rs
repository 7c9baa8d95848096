//! A call as it is sent: the exact URL, headers and bytes, signed.
//!
//! What is signed is what is sent: the URL is built once, as the text that goes onto the wire, and the body is written
//! once. Never here: a socket, a clock, chance.

use std::fmt;

use serde_json::Value;
use url::Url;

use crate::call::{Asked, Method, Shape};
use crate::host::Host;
use crate::{Error, Key, Secret, Tokens};

const MAX_KEY_LENGTH: usize = 200;

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Credentials {
    /// BitAuth: a key that signs, with the tokens that it was given.
    Signing(Key, Tokens),
    /// A panel's token.
    Bearer(Secret),
}

/// One request, whole. However often it is sent, it is the same.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL as it goes onto the wire.
    pub url: Url,
    /// The headers, without those that the transport adds (`Host`, `Content-Length`).
    pub headers: Vec<(&'static str, String)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    pub(crate) shape: Shape,
}

impl Request {
    /// Whether it may be sent again when its answer was lost: it only reads, or the server knows it by its key.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        self.method == Method::Get || self.headers.iter().any(|(name, _)| *name == "Idempotency-Key")
    }
}

/// Writes a call down for a server.
pub(crate) fn prepare(asked: &Asked, host: &Host, who: &Credentials) -> Result<Request, Error> {
    if let Some(fault) = &asked.fault {
        return Err(Error::Unsendable(fault.clone()));
    }
    let mut headers = common_headers();
    if let Some(key) = &asked.idempotency_key {
        headers.push(("Idempotency-Key", checked(key, asked.method)?));
    }
    let who = if asked.anyone { None } else { Some(who) };
    let (query, body) = with_token(asked, who);
    let url = host.url(&asked.path, &query)?;
    let body = body.map(|body| body.to_string().into_bytes());
    match who {
        Some(Credentials::Signing(key, _)) => {
            headers.push(("X-Identity", key.public_key()));
            headers.push(("X-Signature", key.sign(url.as_str(), body.as_deref().unwrap_or_default())));
        }
        Some(Credentials::Bearer(token)) => headers.push(("Authorization", bearer(token)?)),
        None => {}
    }
    Ok(Request { method: asked.method, url, headers, body, shape: asked.shape })
}

/// BTCPay takes a `GET` for a page's unless its `Content-Type` is JSON.
fn common_headers() -> Vec<(&'static str, String)> {
    vec![
        ("Accept", "application/json".to_owned()),
        ("Content-Type", "application/json".to_owned()),
        ("X-Accept-Version", "2.0.0".to_owned()),
    ]
}

/// A client's token goes into the body, or into the query of what has none. One that is there already stays.
fn with_token(asked: &Asked, who: Option<&Credentials>) -> (Vec<(String, String)>, Option<Value>) {
    let (mut query, mut body) = (asked.query.clone(), asked.body.clone());
    if let Some(Credentials::Signing(_, tokens)) = who
        && let Some(token) = tokens.best()
    {
        match &mut body {
            Some(Value::Object(fields)) => {
                fields.entry("token").or_insert_with(|| token.reveal().into());
            }
            _ if query.iter().all(|(name, _)| name != "token") => {
                query.push(("token".to_owned(), token.reveal().to_owned()));
            }
            _ => {}
        }
    }
    (query, body)
}

fn checked(key: &str, method: Method) -> Result<String, Error> {
    let printable = key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if method != Method::Post {
        return Err(Error::Unsendable("only a POST takes an idempotency key".to_owned()));
    }
    if !printable || key.trim().is_empty() || key.len() > MAX_KEY_LENGTH {
        return Err(Error::Unsendable("an idempotency key has 1 to 200 characters of ASCII".to_owned()));
    }
    Ok(key.to_owned())
}

fn bearer(token: &Secret) -> Result<String, Error> {
    let token = token.reveal().trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Unsendable("the panel's token is not a text of ASCII".to_owned()));
    }
    Ok(format!("Bearer {token}"))
}

/// Where it goes alone: path, headers and body have tokens in them.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.method.as_str(), self.url.origin().ascii_serialization())
    }
}
