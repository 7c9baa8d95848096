//! Bringing back what was signed elsewhere: a file, or the same as text. What it is, and whether it is ours, is
//! for the application to say; here it is only carried, up to a size and within a time.

use std::time::Duration;

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::spend::{self, back, with_problem};
use crate::app::view::{SpendState, SpendView};
use crate::app::{AppError, MAX_RETURNED_BYTES};
use crate::http::auth::CSRF_FIELD;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, area, fold};
use crate::http::pages::{Icon, icon};
use crate::http::{ApiError, Web};

/// The longest form that is read: what is taken back, and what a browser writes around it.
pub const MAX_BODY: usize = MAX_RETURNED_BYTES + 16 * 1024;
/// How long it may take to arrive: thirty seconds bring the longest over a slow line, and no more is waited for one
/// that says nothing.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the answer waits for a practice transaction to reach its network, so that the page shows it there: five
/// seconds, as long as nobody takes the page for stuck. It gets there all the same.
const SEEN: Duration = Duration::from_secs(5);
/// How often it looks meanwhile: every 25 milliseconds, which nobody notices, and each look is one read.
const LOOK: Duration = Duration::from_millis(25);

/// What a form brought.
#[derive(Default)]
struct Brought {
    csrf: String,
    file: Vec<u8>,
    text: Vec<u8>,
}

/// Takes what was signed.
pub async fn take(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let id = spend::spend(&owner)?;
    let brought = tokio::time::timeout(PATIENCE, read(&owner, request)).await;
    let brought = brought.map_err(|_| PageError::from(ApiError::too_slow()))??;
    let returned = if brought.file.is_empty() { brought.text } else { brought.file };
    if returned.iter().all(u8::is_ascii_whitespace) {
        let words = "Choose the signed file, or paste the signed transaction.";
        return with_problem(&web, &owner, &Problems::one("file", words)).await;
    }
    match owner.app(&web).sign_spend(owner.store.id, id, returned).await {
        Ok(view) => {
            let (there, needed) = view.signatures;
            let words = match view.signed_at {
                Some(_) => "The transaction is signed, and on its way.".to_owned(),
                None => {
                    format!("{there} of {needed} signatures are there. Take the file to the next signer.")
                }
            };
            Ok(back(&owner, &words).await?.into_response())
        }
        Err(AppError::NotTakenBack(refusal)) => {
            let words = format!("This was not taken: {refusal}. Nothing has changed.");
            with_problem(&web, &owner, &Problems::one("file", words)).await
        }
        Err(error @ AppError::Spend(_)) => {
            with_problem(&web, &owner, &Problems::one("", sentence(error))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads a form with a file, or one without, and lets only those through that a page of ours gave.
async fn read(owner: &Owner, request: Request) -> Result<Brought, PageError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let form = owner.merchant.read(request).await?;
        return Ok(Brought { text: form.get("psbt").as_bytes().to_vec(), ..Brought::default() });
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let mut brought = Brought::default();
    while let Some(field) = form.next_field().await.map_err(|error| unread(error.status()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|error| unread(error.status()))?;
        match name.as_str() {
            CSRF_FIELD => brought.csrf = String::from_utf8_lossy(&bytes).into_owned(),
            "file" => brought.file = bytes.to_vec(),
            "psbt" => brought.text = bytes.to_vec(),
            _ => {}
        }
    }
    owner.merchant.check(&brought.csrf).await?;
    Ok(brought)
}

fn unreadable() -> PageError {
    PageError::bad_request("The form could not be read.")
}

fn unread(status: StatusCode) -> PageError {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large(MAX_RETURNED_BYTES).into(),
        _ => unreadable(),
    }
}

/// Signs on the practice chain, which asks for no signature.
pub async fn practise(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let id = spend::spend(&owner)?;
    owner.app(&web).practise_signing(owner.store.id, id).await?;
    let seen = async {
        while let Ok(view) = web.app().spend(owner.store.id, id).await
            && view.state == SpendState::Sent
            && !view.broadcast
        {
            tokio::time::sleep(LOOK).await;
        }
    };
    let _ = tokio::time::timeout(SEEN, seen).await;
    back(&owner, "Signed on the practice chain.").await
}

/// How it is signed.
pub fn section(frame: &Frame, view: &SpendView, path: &str, problems: &Problems) -> Markup {
    let pasted = html! {
        (area("psbt", "Signed transaction").autocomplete("off")
            .hint("In base64 or hexadecimal: the PSBT, or the finished transaction."))
        p class="hint" {
            "For the way there: " a href={ (path) "/psbt.txt" } { "the unsigned transaction as text" } "."
        }
    };
    let invalid = problems.of("file").map(|_| "true");
    html! {
        section class="sheet" {
            h2 { "Sign" }
            @if view.sandbox {
                p { "A practice store has no keys: one button signs, as your own wallet would." }
                form method="post" action={ (path) "/practise" } {
                    (frame.csrf_field())
                    p class="actions" { button class="btn main" { (icon(Icon::Key)) "Sign (practice)" } }
                }
            }
            @if view.origins_missing && !view.sandbox {
                p class="notice" {
                    "A hardware wallet may refuse this: it is not known which of its keys it is. Connect the wallet \
                     again with its fingerprint and path, and build the transaction anew."
                }
            }
            ol class="steps" {
                li {
                    p { "Save the transaction, and open it in your wallet: Sparrow, Electrum, Bitcoin Core or your hardware wallet’s program." }
                    p class="actions" {
                        a class="btn small" href={ (path) "/psbt" } { (icon(Icon::Out)) "Save the transaction (PSBT)" }
                    }
                }
                li { p { "Compare addresses and amounts there, sign, and save the signed file." } }
                li {
                    form class="form" method="post" action={ (path) "/sign" } enctype="multipart/form-data" {
                        (frame.csrf_field())
                        p class="field" {
                            label for="file" { "Bring back the signed file" }
                            input id="file" name="file" type="file" aria-invalid=[invalid]
                                aria-describedby=[invalid.map(|_| "file-error")];
                            @if let Some(words) = problems.of("file") { span class="error" id="file-error" { (words) } }
                        }
                        (fold("Paste it as text", false, &pasted))
                        p class="actions" { button class={ "btn" @if !view.sandbox { " main" } } { "Take the signature" } }
                    }
                }
            }
        }
    }
}
