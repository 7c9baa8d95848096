//! Tokens of the panel's API: the user's list, a new one, which is shown this once, and an end to
//! one.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::ApiTokenId;

use super::error::{PageError, sentence};
use super::frame::{Frame, Section};
use super::merchant::Merchant;
use super::parts::{Problems, choice, field, submit, table, tick};
use super::tokens::time;
use crate::app::view::ApiToken;
use crate::app::{AppError, NewApiToken, Permission, Store};
use crate::http::form::Form;
use crate::http::pages::{Icon, copy_button, icon};
use crate::http::{ApiError, Segments, Web};

const PATH: &str = "/account/api-tokens";
/// How long a token is good for, in days.
const LIVES: [(&str, &str); 4] =
    [("", "Until it is revoked"), ("30", "30 days"), ("90", "90 days"), ("365", "A year")];
const DAY_SECS: i64 = 24 * 60 * 60;

/// The list, and the form of a new token.
pub async fn list(State(web): State<Web>, merchant: Merchant) -> Result<Markup, PageError> {
    page(&web, &merchant, None, &Problems::default()).await
}

/// Makes a token.
pub async fn create(
    State(web): State<Web>,
    merchant: Merchant,
    request: Request,
) -> Result<Response, PageError> {
    let form = merchant.read(request).await?;
    let new = read(&web, &merchant, &form).await?;
    let problems = match merchant.app(&web).create_api_token(new).await {
        // No redirect: the token would have to be kept for the next page, and only its hash is kept.
        Ok((_, secret)) => {
            return Ok(page(&web, &merchant, Some(&secret), &Problems::default()).await?.into_response());
        }
        Err(error @ AppError::InvalidName) => Problems::one("name", sentence(error)),
        Err(error) => return Err(error.into()),
    };
    Ok((StatusCode::BAD_REQUEST, page(&web, &merchant, None, &problems).await?).into_response())
}

async fn read(web: &Web, merchant: &Merchant, form: &Form) -> Result<NewApiToken, PageError> {
    let store_id = match form.get("store") {
        "" => None,
        id => Some(merchant.store(web, id, Permission::People).await?.0.id),
    };
    let expires_at = match form.get("life") {
        "" => None,
        life => {
            let known = LIVES.iter().find(|(days, _)| *days == life);
            let days: Option<i64> = known.and_then(|(days, _)| days.parse().ok());
            let days =
                days.ok_or_else(|| PageError::bad_request("Choose how long the token is good for."))?;
            Some(web.app().now().plus_secs(days * DAY_SECS))
        }
    };
    Ok(NewApiToken {
        user_id: merchant.user.id,
        name: form.get("name").to_owned(),
        store_id,
        read_only: form.get("read_only") == "1",
        expires_at,
    })
}

/// Asks before a token is made void.
pub async fn ask_revoke(
    State(web): State<Web>,
    merchant: Merchant,
    id: Result<Segments<String>, ApiError>,
) -> Result<Markup, PageError> {
    let token = token(&web, &merchant, &id?.0).await?;
    let frame = merchant.frame().await?;
    let body = html! {
        form class="sheet narrow danger form" method="post" action={ (PATH) "/" (token.id) "/revoke" } {
            (frame.csrf_field())
            h1 class="lead" { "Revoke “" (token.name) "”?" }
            p { "Whoever uses it is locked out at once. The invoices made with it stay." }
            p class="actions" {
                button class="btn danger" { "Revoke" }
                a class="btn plain" href=(PATH) { "Cancel" }
            }
        }
    };
    Ok(frame.bare("Revoke", Section::Account, &body))
}

/// Makes a token void.
pub async fn revoke(
    State(web): State<Web>,
    merchant: Merchant,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Redirect, PageError> {
    merchant.read(request).await?;
    let token = token(&web, &merchant, &id?.0).await?;
    merchant.app(&web).revoke_api_token(merchant.user.id, token.id).await?;
    merchant.go(PATH, format!("“{}” is revoked.", token.name)).await
}

/// The token that the path names.
async fn token(web: &Web, merchant: &Merchant, id: &str) -> Result<ApiToken, PageError> {
    let id: ApiTokenId = id.parse().map_err(|_| PageError::not_found())?;
    let tokens = web.app().api_tokens(merchant.user.id).await?;
    tokens.into_iter().find(|token| token.id == id).ok_or_else(PageError::not_found)
}

async fn page(
    web: &Web,
    merchant: &Merchant,
    secret: Option<&str>,
    problems: &Problems,
) -> Result<Markup, PageError> {
    let stores = web.app().stores(Some(merchant.user.id)).await?;
    let tokens = web.app().api_tokens(merchant.user.id).await?;
    let rows: Vec<Vec<Markup>> = tokens.iter().map(|token| row(token, &stores)).collect();
    let frame = merchant.frame().await?;
    let heads = ["Name", "Begins with", "Opens", "Made", "Expires", "Last used", "Actions"];
    let body = html! {
        (problems)
        @if let Some(secret) = secret { (made(secret)) }
        @if tokens.is_empty() {
            section class="sheet empty" {
                (icon(Icon::Key))
                h2 { "No API token yet" }
                p class="lead" {
                    "A script or a panel uses one to make and read invoices. It can never spend."
                }
            }
        } @else {
            section class="sheet" { (table("API tokens", &heads, &rows)) }
        }
        (new(&frame, &stores, problems))
    };
    Ok(frame.page("API tokens", Section::Account, &body))
}

fn row(token: &ApiToken, stores: &[Store]) -> Vec<Markup> {
    let only = token.store_id.map(|id| {
        let store = stores.iter().find(|store| store.id == id);
        store.map_or("A store that is gone", |store| store.name.as_str())
    });
    vec![
        html! { strong { (token.name) } },
        html! { code { (token.prefix) "…" } },
        html! { (only.unwrap_or("All my stores")) @if token.read_only { ", to read only" } },
        time(token.created_at),
        html! { @if let Some(at) = token.expires_at { (time(at)) } @else { "Never" } },
        html! { @if let Some(at) = token.used_at { (time(at)) } @else { "Never" } },
        html! {
            a class="btn plain small" href={ (PATH) "/" (token.id) "/revoke" } {
                "Revoke" span class="hush" { " " (token.name) }
            }
        },
    ]
}

fn made(secret: &str) -> Markup {
    html! {
        section class="notice good stack" role="status" {
            h2 { "Your new API token" }
            p class="row" {
                code class="code long" id="apitoken" { (secret) }
                (copy_button("apitoken", "token", secret, "apitoken"))
            }
            p class="hint" {
                "This is the only time that it is shown. Send it as “Authorization: Bearer TOKEN”."
            }
        }
    }
}

fn new(frame: &Frame, stores: &[Store], problems: &Problems) -> Markup {
    let ids: Vec<String> = stores.iter().map(|store| store.id.to_string()).collect();
    let own = stores.iter().zip(&ids).map(|(store, id)| (id.as_str(), store.name.as_str()));
    let options: Vec<(&str, &str)> = std::iter::once(("", "All my stores")).chain(own).collect();
    html! {
        section class="sheet part" {
            header {
                h2 { "New token" }
                p class="hint" {
                    "Whoever has it acts for you, as far as you allow here. What can be asked is in the "
                    a href="/docs" { "API reference" } "."
                }
            }
            form class="form" method="post" action=(PATH) {
                (frame.csrf_field())
                (field("name", "Name").autocomplete("off").required().problem(problems)
                    .hint("So that you recognise it later."))
                (choice("store", "Store", &options))
                (choice("life", "Good for", &LIVES))
                (tick("read_only", "To read only", false, Some("It makes no invoices.")))
                p class="actions" { (submit("Generate API token")) }
            }
        }
    }
}
