//! The script that shows a checkout in a frame over a shop's page, by the names that BTCPay's has: plugins load
//! it from here. It runs in other sites' pages and holds nothing of anybody's.

use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::http::Web;

/// Without what only its authors read: indentation and lines of comment.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("../assets/modal/btcpay.js").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect::<Vec<_>>().join("\n")
});
const STYLE: &str = include_str!("../assets/modal/btcpay.css");

/// The script and its style.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/modal/btcpay.js", get(async || embedded("text/javascript; charset=utf-8", SCRIPT.as_str())))
        .route("/modal/btcpay.css", get(async || embedded("text/css; charset=utf-8", STYLE)))
}

/// What pages of every origin may load, isolated ones too.
fn embedded(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shops_page_waits_for_three_kilobytes_at_most() {
        assert!(SCRIPT.len() <= 3 * 1024, "{}", SCRIPT.len());
    }
}
