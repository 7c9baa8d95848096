//! The stores of a merchant: the list, and making one.

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};

use super::error::PageError;
use super::frame::Section;
use super::merchant::{Merchant, Owner};
use super::parts::table;
use crate::app::{Network, Store};
use crate::http::Web;

/// The list.
pub async fn list(State(web): State<Web>, merchant: Merchant) -> Result<Markup, PageError> {
    let stores = web.app().stores(Some(merchant.user.id)).await?;
    let create = html! { a class="btn main" href="/stores/create" { "Create a new store" } };
    let rows: Vec<Vec<Markup>> = stores.iter().map(row).collect();
    let body = html! {
        @if stores.is_empty() {
            p { "A store is where invoices are made and paid. You have none yet." }
        } @else {
            (table("Stores", &["Name", "Currency", "Paid on", "Wallet"], &rows))
        }
    };
    Ok(merchant.frame().await?.page_with("Stores", Section::Stores, &create, &body))
}

fn row(store: &Store) -> Vec<Markup> {
    let practice = store.network == Network::SANDBOX.name;
    vec![
        html! { a href={ "/stores/" (store.id) } { (store.name) } },
        html! { (store.currency.code()) },
        html! { @if practice { "Practice" } @else { (store.network) } },
        html! {
            @if practice { "None needed" }
            @else if store.wallet_id.is_some() { "Connected" }
            @else { a href={ "/stores/" (store.id) "/wallet" } { "Connect a wallet" } }
        },
    ]
}

/// A store's own address: its invoices.
pub async fn open(owner: Owner) -> Redirect {
    Redirect::to(&owner.path("/invoices"))
}
