//! The reference of the APIs: `/openapi.json`, made from what their routes say of themselves, and
//! `/docs`, a page that shows it and sends what is tried out.
//!
//! Nothing of it comes from anywhere else, and nothing in it is a secret: anyone may read it.

mod page;
mod samples;
mod whole;

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use sha2::{Digest, Sha256};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use utoipa::openapi::OpenApi;

use super::Web;
use super::pages::{self, InlineStyles};

/// The document, as it is sent.
struct Reference {
    faces: Vec<OpenApi>,
    rendered: OnceLock<(Bytes, HeaderValue)>,
}

impl Reference {
    /// Put together once: by then the server knows its own address.
    fn rendered(&self, url: &str) -> &(Bytes, HeaderValue) {
        self.rendered.get_or_init(|| {
            let text = whole::document(&self.faces, url).to_string();
            let tag = HeaderValue::from_str(&format!("\"{}\"", short_hash(text.as_bytes())));
            (text.into(), tag.unwrap_or(HeaderValue::from_static("\"\"")))
        })
    }
}

/// The routes, given what the faces say of theirs.
pub fn router(faces: Vec<OpenApi>) -> Router<Web> {
    // Tools that read it run in pages of their own.
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request());
    let reference = Arc::new(Reference { faces, rendered: OnceLock::new() });
    Router::new()
        .route("/openapi.json", get(document))
        .layer(cors)
        .route("/docs", get(docs))
        .route("/docs/{name}", get(part))
        .layer(Extension(reference))
}

async fn document(
    State(web): State<Web>,
    Extension(reference): Extension<Arc<Reference>>,
    headers: HeaderMap,
) -> Response {
    let (text, tag) = reference.rendered(&web.app().public_url());
    let kept = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag);
    let cached = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    if kept {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (cached, kind, text.clone()).into_response()
}

async fn docs() -> Response {
    (Extension(InlineStyles), page::page()).into_response()
}

/// The scripts of the page. Their names change with their content, so they are kept for ever.
async fn part(Path(name): Path<String>, request: Request) -> Response {
    let cached = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    match name.as_str() {
        name if name == page::viewer() => {
            let packed = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            (cached, packed, page::VIEWER).into_response()
        }
        name if name == page::starter() => (cached, page::STARTER).into_response(),
        _ if super::wants_page(&request) => pages::not_found(),
        _ => super::ApiError::not_found("Not found").into_response(),
    }
}

/// Enough of a hash to name what is hashed.
fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
