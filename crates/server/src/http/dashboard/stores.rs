//! The stores of a merchant: the list, and making one.

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};

use super::error::PageError;
use super::frame::{Section, is_practice, network_pill};
use super::merchant::{Merchant, Owner};
use super::parts::table;
use crate::app::Store;
use crate::http::Web;
use crate::http::pages::{Icon, icon};

/// The list.
pub async fn list(State(web): State<Web>, merchant: Merchant) -> Result<Markup, PageError> {
    let stores = web.app().stores(Some(merchant.user.id)).await?;
    let rows: Vec<Vec<Markup>> = stores.iter().map(row).collect();
    let frame = merchant.frame().await?;
    if stores.is_empty() {
        let body = html! {
            section class="sheet empty" {
                (icon(Icon::Store))
                h2 { "No store yet" }
                p class="lead" { "A store is where invoices are made and paid. A practice store needs nothing." }
                a class="btn main" href="/stores/create" { "Create a new store" }
            }
        };
        return Ok(frame.page("Stores", Section::Stores, &body));
    }
    let create = html! {
        a class="btn main small" href="/stores/create" { (icon(Icon::Add)) "Create a new store" }
    };
    let body = html! {
        section class="sheet" { (table("Your stores", &["Store", "Network", "Currency", "Wallet"], &rows)) }
    };
    Ok(frame.page_with("Stores", Section::Stores, &create, &body))
}

fn row(store: &Store) -> Vec<Markup> {
    vec![
        html! { a class="go" href={ "/stores/" (store.id) } { (store.name) } },
        network_pill(store),
        html! { (store.currency.code()) },
        html! {
            @if is_practice(store) { "Practice wallet" }
            @else if store.wallet_id.is_some() { "Connected" }
            @else { span class="pill care" { (icon(Icon::Late)) "Not connected" } }
        },
    ]
}

/// A store's own address: its invoices.
pub async fn open(owner: Owner) -> Redirect {
    Redirect::to(&owner.path("/invoices"))
}
