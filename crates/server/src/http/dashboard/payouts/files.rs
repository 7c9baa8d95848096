//! The transaction for signing as files: for a wallet program, for a clipboard, for a camera. None is kept by
//! anybody on the way.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{qr, spend};
use crate::app::view::SpendView;
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::merchant::Owner;

async fn found(web: &Web, owner: &Owner) -> Result<SpendView, PageError> {
    Ok(web.app().spend(owner.store.id, spend::spend(owner)?).await?)
}

fn file(kind: &'static str, body: Vec<u8>) -> Response {
    let policy = "default-src 'none'; sandbox";
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, body).into_response()
}

/// The PSBT, to be saved.
pub async fn binary(State(web): State<Web>, owner: Owner) -> Result<Response, PageError> {
    let view = found(&web, &owner).await?;
    let name = format!("attachment; filename=\"payout-{}.psbt\"", view.id);
    let file = file("application/octet-stream", view.psbt);
    Ok(([(header::CONTENT_DISPOSITION, name)], file).into_response())
}

/// The same in base64: shown, to be copied, and with a name in case it is saved.
pub async fn text(State(web): State<Web>, owner: Owner) -> Result<Response, PageError> {
    let view = found(&web, &owner).await?;
    let name = format!("inline; filename=\"payout-{}.txt\"", view.id);
    let file = file("text/plain; charset=utf-8", BASE64_STANDARD.encode(view.psbt).into_bytes());
    Ok(([(header::CONTENT_DISPOSITION, name)], file).into_response())
}

/// The same as a moving QR code.
pub async fn moving_qr(State(web): State<Web>, owner: Owner) -> Result<Response, PageError> {
    let view = found(&web, &owner).await?;
    let svg = qr::moving(&view.qr_parts()).ok_or_else(PageError::not_found)?;
    Ok(file("image/svg+xml", svg.into_bytes()))
}
