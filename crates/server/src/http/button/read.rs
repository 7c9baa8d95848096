//! What a button sends, in any of the forms that browsers have.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};

use crate::dialect::bitpay::button::Press;
use crate::http::auth::read_body;
use crate::http::{ApiError, Pairs};

/// How a form is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `application/x-www-form-urlencoded`.
    Encoded,
    /// `multipart/form-data`: what a script makes of a form.
    Multipart,
}

impl Kind {
    /// As the headers say; none if it is no form.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let kind = kind.split(';').next().unwrap_or_default().trim();
        match kind {
            kind if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") => Some(Self::Encoded),
            kind if kind.eq_ignore_ascii_case("multipart/form-data") => Some(Self::Multipart),
            _ => None,
        }
    }
}

/// The fields of the form, and then of the query.
///
/// # Errors
/// 413 or 408 if the body is too large or too slow, 400 if it is not what it says.
pub async fn press(asked: &Pairs, request: Request) -> Result<Press, ApiError> {
    let kind = Kind::of(request.headers());
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let mut fields = match kind {
        None => Vec::new(),
        Some(Kind::Encoded) => url::form_urlencoded::parse(&body).into_owned().collect(),
        Some(Kind::Multipart) => parts_of(Request::from_parts(parts, Body::from(body))).await?,
    };
    fields.extend_from_slice(asked.all());
    Ok(Press::new(fields))
}

async fn parts_of(request: Request) -> Result<Vec<(String, String)>, ApiError> {
    let broken = |_| ApiError::bad_request("The form could not be read");
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| ApiError::bad_request("The form could not be read"))?;
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        fields.push((name, part.text().await.map_err(broken)?));
    }
    Ok(fields)
}
