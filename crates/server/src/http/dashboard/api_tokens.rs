//! `/api-tokens`, where BitPay's guides send people: a pairing code for one of the visitor's stores.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::error::PageError;
use super::frame::Section;
use super::merchant::{Merchant, may_hand_out};
use super::parts::{choice, field, submit};
use super::tokens::named;
use crate::app::Permission;
use crate::app::view::NewCode;
use crate::http::Web;

/// The form, with the visitor's stores.
pub async fn form(State(web): State<Web>, merchant: Merchant) -> Result<Markup, PageError> {
    let stores = web.app().stores_where(merchant.user.id, Permission::Tokens).await?;
    let frame = merchant.frame().await?;
    let ids: Vec<String> = stores.iter().map(|store| store.id.to_string()).collect();
    let options: Vec<(&str, &str)> =
        stores.iter().zip(&ids).map(|(store, id)| (id.as_str(), store.name.as_str())).collect();
    let body = html! {
        @if stores.is_empty() {
            p class="notice" {
                "You have no store yet, so there is nothing to let a program into. "
                a href="/stores/create" { "Create a new store" }
            }
        } @else {
            form class="sheet form narrow" method="post" action="/api-tokens" {
                (frame.csrf_field())
                (choice("storeId", "Store", &options))
                (field("Label", "Label").autocomplete("off").hint("So that you recognise it later."))
                p class="actions" { (submit("Save")) }
            }
        }
    };
    Ok(frame.page("Create new token", Section::Stores, &body))
}

/// Makes a code that waits for the program, and goes on to where it is shown.
pub async fn create(
    State(web): State<Web>,
    merchant: Merchant,
    request: Request,
) -> Result<Response, PageError> {
    let form = merchant.read(request).await?;
    let (store, role) = merchant.store(&web, form.get("storeId"), Permission::Tokens).await?;
    may_hand_out(role, NewCode::default().facade)?;
    let label = named(form.get("Label"));
    merchant
        .app(&web)
        .issue_code(NewCode { store: Some(store.id), label, ..NewCode::default() }, None)
        .await?;
    Ok(Redirect::to(&format!("/stores/{}/tokens", store.id)).into_response())
}
