//! `/api-access-request`: a human lets a program in, for one of their stores.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::facade::Facade;
use specie_core::ids::StoreId;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::merchant::{Merchant, may_hand_out};
use super::parts::{choice, submit};
use crate::app::view::PendingPairing;
use crate::app::{AppError, Permission, Store};
use crate::http::pages::{self, Icon, grouped};
use crate::http::{Pairs, Web};

/// The request, as the owner of a store sees it. Whoever is not logged in does that first.
pub async fn show(State(web): State<Web>, merchant: Merchant, asked: Pairs) -> Result<Response, PageError> {
    let stores = web.app().stores_where(merchant.user.id, Permission::Tokens).await?;
    let selected = match asked.get("selectedStore") {
        Some(id) => Some(merchant.store(&web, id, Permission::Tokens).await?.0.id),
        None => None,
    };
    match web.app().pending_pairing(asked.get("pairingCode").unwrap_or("").to_owned()).await {
        Ok(pairing) => Ok(pending(&merchant.frame().await?, &pairing, &stores, selected).into_response()),
        Err(AppError::CodeNotFound | AppError::CodeExpired) => Ok(unknown_code()),
        Err(error) => Err(error.into()),
    }
}

/// Approves it for a store of the visitor's own. How it went is said where the store's tokens are,
/// in the words that plugins' guides tell people to look for.
pub async fn approve(
    State(web): State<Web>,
    merchant: Merchant,
    request: Request,
) -> Result<Redirect, PageError> {
    let form = merchant.read(request).await?;
    let (store, role) = merchant.store(&web, form.get("storeId"), Permission::Tokens).await?;
    match web.app().pending_pairing(form.get("pairingCode").to_owned()).await {
        Ok(pairing) => may_hand_out(role, pairing.facade)?,
        // What there is not lets nobody in: it is said below.
        Err(AppError::CodeExpired | AppError::CodeNotFound) => {}
        Err(error) => return Err(error.into()),
    }
    let to = format!("/stores/{}/tokens", store.id);
    match merchant.app(&web).approve_code(form.get("pairingCode").to_owned(), store.id, None, None).await {
        Ok(approved) if approved.answer.is_active() => merchant.go(&to, "Pairing is successful").await,
        // The code that now waits for its program is shown there.
        Ok(_) => Ok(Redirect::to(&to)),
        Err(AppError::ReusedKey) => merchant.go(&to, "Pairing failed: ReusedKey").await,
        Err(AppError::CodeExpired | AppError::CodeNotFound) => {
            merchant.go(&to, "Pairing failed: Expired").await
        }
        Err(error) => Err(error.into()),
    }
}

fn pending(frame: &Frame, pairing: &PendingPairing, stores: &[Store], selected: Option<StoreId>) -> Markup {
    let ids: Vec<String> = stores.iter().map(|store| store.id.to_string()).collect();
    let options: Vec<(&str, &str)> =
        stores.iter().zip(&ids).map(|(store, id)| (id.as_str(), store.name.as_str())).collect();
    let selected = selected.map(|id| id.to_string()).unwrap_or_default();
    let body = html! {
        section class="sheet narrow" {
            p class="lead" {
                @match pairing.facade {
                    Facade::Merchant => "It asks to create and read invoices for one of your stores, and to let other programs in. ",
                    Facade::Pos => "It asks to create invoices for one of your stores. ",
                }
                "It can never spend."
            }
            (what(pairing))
            @if stores.is_empty() {
                p class="notice" {
                    "You have no store yet, so there is nothing to let it into. "
                    a href="/stores/create" { "Create a new store" }
                }
            } @else {
                form class="form" method="post" action="/api-access-request" {
                    (frame.csrf_field())
                    input type="hidden" name="pairingCode" value=(pairing.code);
                    (choice("storeId", "Store", &options).value(&selected))
                    p class="actions" { (submit("Approve")) }
                }
            }
            p class="terms" { "Did not expect this? Close the page: the code dies after 15 minutes." }
        }
    };
    frame.page("Let this program in?", Section::Stores, &body)
}

fn what(pairing: &PendingPairing) -> Markup {
    html! {
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
            div { dt { "Facade" } dd { (pairing.facade.name()) } }
            div { dt { "Pairing code" } dd { code { (pairing.code) } } }
        }
    }
}

fn unknown_code() -> Response {
    let words = "It may have been used already, or be older than 15 minutes. Ask the program for a new one.";
    let more = html! { p class="row center" { a class="btn" href="/stores" { "Stores" } } };
    let page = pages::notice("Unknown pairing code", Icon::Stop, "stop", words, &more);
    (StatusCode::BAD_REQUEST, page).into_response()
}
