//! How a store's pages look to its buyers: its colour and its logo, with a sample of both in light and dark.
//!
//! A file is only carried here; what it is, and whether it is taken, is for the application to say.

use std::time::Duration;

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use specie_core::colour::Colour;

use super::error::{PageError, sentence};
use super::frame::{Section, Tab};
use super::merchant::Owner;
use super::parts::{Problems, field, submit, tick};
use crate::app::{AppError, LogoRefused, MAX_UPLOADED_BYTES, NewLogo};
use crate::http::auth::CSRF_FIELD;
use crate::http::brand::{Tones, logo_of, sample_path};
use crate::http::{ApiError, Web};

/// The longest form that is read: a logo that is a little too large, which is told why it is not taken, and what a
/// browser writes around it.
pub const MAX_BODY: usize = MAX_UPLOADED_BYTES + 64 * 1024;
/// How long it may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a form brought.
#[derive(Default)]
struct Brought {
    csrf: String,
    colour: String,
    logo: Vec<u8>,
    remove: bool,
}

/// The page.
pub async fn show(State(_): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let colour = owner.store.settings.brand.colour.map(|colour| colour.to_string()).unwrap_or_default();
    page(&owner, &colour, &Problems::default()).await
}

/// Changes them.
pub async fn change(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let brought = tokio::time::timeout(PATIENCE, read(request)).await;
    let brought = brought.map_err(|_| PageError::from(ApiError::too_slow()))??;
    owner.merchant.check(&brought.csrf).await?;
    let typed = brought.colour.trim();
    let colour = match typed.parse::<Colour>() {
        Ok(colour) => Some(colour),
        Err(_) if typed.is_empty() => None,
        Err(error) => return refused(&owner, typed, Problems::one("colour", sentence(error))).await,
    };
    let logo = match (brought.logo.is_empty(), brought.remove) {
        (false, _) => NewLogo::Take(brought.logo),
        (true, true) => NewLogo::Remove,
        (true, false) => NewLogo::Keep,
    };
    match owner.app(&web).change_brand(owner.store.id, colour, logo).await {
        Ok(_) => Ok(owner.merchant.go(&owner.path("/look"), "The look is saved.").await?.into_response()),
        Err(AppError::Logo(error)) => refused(&owner, typed, Problems::one("logo", sentence(error))).await,
        Err(error) => Err(error.into()),
    }
}

/// Reads the form. Whether a page of ours gave it is for the caller to ask.
async fn read(request: Request) -> Result<Brought, PageError> {
    let mut brought = Brought::default();
    // No page of ours sends any other form: it carries nothing, and is refused for that.
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return Ok(brought) };
    while let Some(field) = form.next_field().await.map_err(|error| unread(error.status()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|error| unread(error.status()))?;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            CSRF_FIELD => brought.csrf = text(),
            "colour" => brought.colour = text(),
            "logo" => brought.logo = bytes.to_vec(),
            "remove" => brought.remove = text() == "1",
            _ => {}
        }
    }
    Ok(brought)
}

fn unread(status: StatusCode) -> PageError {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::too_large(sentence(LogoRefused::TooHeavy)),
        _ => PageError::bad_request("The form could not be read."),
    }
}

async fn refused(owner: &Owner, typed: &str, problems: Problems) -> Result<Response, PageError> {
    Ok((StatusCode::BAD_REQUEST, page(owner, typed, &problems).await?).into_response())
}

async fn page(owner: &Owner, typed: &str, problems: &Problems) -> Result<Markup, PageError> {
    let frame = owner.frame().await?;
    let brand = &owner.store.settings.brand;
    let body = html! {
        (problems)
        form class="stack" method="post" action=(owner.path("/look")) enctype="multipart/form-data" {
            (frame.csrf_field())
            section class="sheet part" {
                header {
                    h2 { "Brand" }
                    p class="hint" { "On the checkout and on refunds." }
                }
                div class="form" {
                    (field("colour", "Colour").value(typed).problem(problems)
                        .hint("Such as #0b6a4e. Empty: Specie’s green."))
                    p class="field" {
                        label for="logo" { "Logo" }
                        input id="logo" name="logo" type="file" accept="image/png,image/jpeg"
                            aria-invalid=[problems.of("logo").map(|_| "true")] aria-describedby="logo-hint";
                        @if let Some(words) = problems.of("logo") { span class="error" { (words) } }
                        span class="hint" id="logo-hint" {
                            "PNG or JPEG, up to 1 MiB. It is made small, and nothing but its picture is kept."
                        }
                    }
                    @if brand.logo.is_some() { (tick("remove", "Remove the logo", false, None)) }
                }
            }
            p class="actions" { (submit("Save")) }
        }
        section class="sheet" aria-labelledby="sample" {
            h2 id="sample" { "Sample" }
            @if let Some(colour) = brand.colour {
                link rel="stylesheet" href=(sample_path(colour));
                (changes(colour))
            }
            div class="pair" {
                (sample(owner, "light"))
                (sample(owner, "dark"))
            }
        }
    };
    Ok(frame.page("Look", Section::Store(&owner.store, Tab::Settings), &body))
}

/// What was done to a colour so that it can be read, if anything was.
fn changes(colour: Colour) -> Markup {
    let both = [("white", Tones::light(colour)), ("black", Tones::dark(colour))];
    html! {
        @for (ground, tones) in both.into_iter().filter(|(_, tones)| tones.changed()) {
            p class="notice info" {
                "On " (ground) " your colour would be hard to read (" (ratio(tones.contrast)) "). Text uses "
                code { (tones.text) } " instead; buttons keep your colour."
            }
        }
    }
}

/// A contrast in words: rounded down, so that it never says more than there is.
pub(super) fn ratio(hundredths: u32) -> String {
    format!("{}.{}:1", hundredths / 100, hundredths % 100 / 10)
}

/// The head of a checkout and its button, in one of its looks.
fn sample(owner: &Owner, look: &str) -> Markup {
    html! {
        div class={ "themed sample " (look) } {
            p class="label" { @if look == "light" { "In light" } @else { "In dark" } }
            div class="shop" {
                (logo_of(&owner.store.settings.brand, &owner.store.name))
                p class="name" { (owner.store.name) }
                p class="item" { "Two books" }
            }
            p { "A " a href="#sample" { "link" } ", and a button:" }
            p class="actions" { span class="btn main" { "Open in wallet" } }
        }
    }
}
