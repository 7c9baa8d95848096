//! `/api-access-request`: a human lets a program in, for one of their stores.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::StoreId;

use crate::app::view::{Approval, PendingPairing};
use crate::app::{AppError, Store, User};
use crate::http::auth::{CSRF_FIELD, Visitor};
use crate::http::form::Form;
use crate::http::pages::{self, Icon, copy_button, grouped};
use crate::http::{ApiError, Pairs, Web};

/// The request, as the owner of a store sees it. Whoever is not logged in does that first.
pub async fn show(State(web): State<Web>, visitor: Visitor, asked: Pairs) -> Result<Response, ApiError> {
    let code = asked.get("pairingCode").unwrap_or("");
    let Some(user) = visitor.user(&web).await? else {
        let mut next = url::form_urlencoded::Serializer::new("/api-access-request?".to_owned());
        next.append_pair("pairingCode", code);
        let next = next.finish().replace("?&", "?");
        let login = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
        return Ok(Redirect::to(&format!("/login?{login}")).into_response());
    };
    let stores = web.app().stores(Some(user.id)).await?;
    let selected = asked.get("selectedStore").and_then(|id| id.parse::<StoreId>().ok());
    if selected.is_some_and(|id| !stores.iter().any(|store| store.id == id)) {
        return Ok(pages::not_found());
    }
    match web.app().pending_pairing(code.to_owned()).await {
        Ok(pairing) => Ok(pending(&visitor.csrf().await?, &pairing, &stores, selected).into_response()),
        Err(AppError::CodeNotFound | AppError::CodeExpired) => Ok(unknown_code()),
        Err(error) => Err(error.into()),
    }
}

/// Approves it for a store of the visitor's own.
pub async fn approve(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, ApiError> {
    let Some(User { id: user, .. }) = visitor.user(&web).await? else {
        return Err(ApiError::unauthorized("Log in first"));
    };
    let form = Form::read(request).await?;
    visitor.check_csrf(form.get(CSRF_FIELD)).await?;
    let Ok(store) = form.get("storeId").parse::<StoreId>() else { return Ok(pages::not_found()) };
    if !web.app().owns(user, store).await? {
        return Ok(pages::not_found());
    }
    let store = web.app().store(store).await?;
    match web.app().approve_code(form.get("pairingCode").to_owned(), store.id).await {
        Ok(Approval::Complete) => {
            let words = format!("The program now creates and reads invoices for {}.", store.name);
            Ok(pages::notice("Pairing is successful", Icon::Paid, "good", &words, &html! {}).into_response())
        }
        Ok(Approval::WaitsForClient(code)) => Ok(waits_for_client(&code).into_response()),
        Err(AppError::ReusedKey) => {
            let words = "This program's key is paired with another store. It needs a new key for this one.";
            Ok(failed("Pairing failed: ReusedKey", words))
        }
        Err(AppError::CodeExpired) => Ok(failed(
            "Pairing failed: Expired",
            "The code is older than 15 minutes. Ask the program for a new one.",
        )),
        Err(AppError::CodeNotFound) => Ok(unknown_code()),
        Err(AppError::StoreNotFound) => Ok(pages::not_found()),
        Err(error) => Err(error.into()),
    }
}

fn pending(csrf: &str, pairing: &PendingPairing, stores: &[Store], selected: Option<StoreId>) -> Markup {
    let body = html! {
        main class="note plain" {
            header class="shop" {
                h1 class="name" { "Let this program in?" }
                p class="item" {
                    "It asks to create and read invoices for one of your stores. It can never spend."
                }
            }
            dl class="ledger" {
                div { dt { "Label" } dd { (pairing.label.as_deref().unwrap_or("None")) } }
                div {
                    dt { "Key (SIN)" }
                    dd {
                        @match &pairing.sin {
                            Some(sin) => (grouped(sin, "sin")),
                            None => "Server-Initiated Pairing",
                        }
                    }
                }
                div { dt { "Facade" } dd { "merchant" } }
                div { dt { "Pairing code" } dd { code { (pairing.code) } } }
            }
            @if stores.is_empty() {
                p class="notice" { "You have no store yet, so there is nothing to let it into." }
            } @else {
                form class="form" method="post" action="/api-access-request" {
                    input type="hidden" name=(CSRF_FIELD) value=(csrf);
                    input type="hidden" name="pairingCode" value=(pairing.code);
                    p class="field" {
                        label for="store" { "Store" }
                        select id="store" name="storeId" {
                            @for store in stores {
                                option value=(store.id) selected[selected == Some(store.id)] { (store.name) }
                            }
                        }
                    }
                    button class="btn main" { "Approve" }
                }
            }
            p class="terms" { "Did not expect this? Close the page: the code dies after 15 minutes." }
        }
        (pages::foot(false))
    };
    pages::page("Access request · Specie", &html! {}, &body)
}

fn waits_for_client(code: &str) -> Markup {
    let title = format!("Server initiated pairing code: {code}");
    let words = "Give it to the program that asks for it. It works once, within 15 minutes.";
    let more = html! {
        p class="row center" {
            code class="code" id="code" { (code) }
            (copy_button("code", "pairing code", code, "code"))
        }
    };
    pages::notice(&title, Icon::Key, "", words, &more)
}

fn unknown_code() -> Response {
    let words = "It may have been used already, or be older than 15 minutes. Ask the program for a new one.";
    failed("Unknown pairing code", words)
}

fn failed(title: &str, words: &str) -> Response {
    (StatusCode::BAD_REQUEST, pages::notice(title, Icon::Stop, "stop", words, &html! {})).into_response()
}
