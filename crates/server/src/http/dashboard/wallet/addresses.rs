//! The addresses that a store's wallet issued, newest first: what each was for, and what came there.

use axum::extract::State;
use maud::{Markup, html};

use crate::app::view::{AddressView, AddressesView};
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::{Section, Tab};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::table;
use crate::http::dashboard::worth::Worth;
use crate::http::pages::{Icon, icon};
use crate::http::{Pairs, Web};

/// Addresses on a page.
const PAGE: u32 = 50;

/// All of them, a page at a time.
pub async fn show(State(web): State<Web>, owner: Owner, asked: Pairs) -> Result<Markup, PageError> {
    let below = asked.get("below").and_then(|index| index.parse::<u32>().ok());
    let page = web.app().issued_addresses(&owner.store, below, PAGE).await?;
    let worth = Worth::today(&web, &owner.store).await;
    let frame = owner.frame().await?;
    let body = html! {
        a class="back" href=(owner.path("/wallet")) { (icon(Icon::Back)) "Wallet" }
        div class="head" { h1 { "Addresses" } }
        @if page.addresses.is_empty() { (none()) } @else {
            section class="sheet" { (listed(&owner, &page.addresses, &worth)) }
        }
        (pager(&owner, below.is_some(), page.older))
    };
    Ok(frame.bare("Addresses", Section::Store(&owner.store, Tab::Wallet), &body))
}

/// The newest, on the page of the wallet.
pub fn newest(owner: &Owner, page: &AddressesView, worth: &Worth) -> Markup {
    html! {
        section class="sheet" id="addresses" {
            h2 { "Newest addresses" }
            @if page.addresses.is_empty() {
                p class="lead" { "Each invoice gets an address of its own from this wallet." }
            } @else {
                (listed(owner, &page.addresses, worth))
            }
            @if page.older.is_some() {
                p class="actions" {
                    a class="btn small plain" href=(owner.path("/wallet/addresses")) { "All addresses" (icon(Icon::Next)) }
                }
            }
        }
    }
}

fn listed(owner: &Owner, addresses: &[AddressView], worth: &Worth) -> Markup {
    let rows: Vec<Vec<Markup>> = addresses.iter().map(|address| row(owner, address, worth)).collect();
    table("Addresses", &["Address", "Index", "For", "Received"], &rows)
}

fn row(owner: &Owner, address: &AddressView, worth: &Worth) -> Vec<Markup> {
    vec![
        html! { code { (address.address) } },
        html! { (address.index) small { code { (address.path) } } },
        html! {
            @match &address.sale {
                Some((invoice, order)) => a href={ (owner.path("/invoices/")) (invoice) } {
                    @match order { Some(order) => { "Order " (order) }, None => "Invoice" }
                },
                None => "Another store’s invoice",
            }
        },
        html! { @if address.received == 0 { "Nothing yet" } @else { (worth.amount(address.received)) } },
    ]
}

fn none() -> Markup {
    html! {
        section class="sheet empty" {
            (icon(Icon::Wallet))
            h2 { "No addresses" }
            p class="lead" { "Each invoice gets an address of its own. Those that were issued are listed here." }
        }
    }
}

fn pager(owner: &Owner, paged: bool, older: Option<u32>) -> Markup {
    html! {
        @if paged || older.is_some() {
            nav class="pager" aria-label="Pages" {
                @if paged {
                    a class="btn plain small" rel="prev" href=(owner.path("/wallet/addresses")) { (icon(Icon::Back)) "Newest" }
                } @else { span {} }
                @if let Some(older) = older {
                    a class="btn plain small" rel="next" href=(owner.path(&format!("/wallet/addresses?below={older}"))) {
                        "Older" (icon(Icon::Next))
                    }
                } @else { span {} }
            }
        }
    }
}
