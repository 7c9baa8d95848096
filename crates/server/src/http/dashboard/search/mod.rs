//! Search over all stores that a user sees. What one thing alone is called leads straight there; anything else is a list
//! by kinds. It works without scripts: the field is on every page, and this is where it leads.

mod pages;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use self::pages::Page;
use super::error::PageError;
use super::frame::{Section, network_pill};
use super::invoices::words::{btc, count, pills, price, time};
use super::merchant::Merchant;
use super::parts::table;
use super::{Route, Who};
use crate::app::view::{Findings, FoundPayout, FoundRefund, Hit, Hits, InvoiceView, Sought, Store};
use crate::http::pages::{Icon, icon};
use crate::http::{ApiError, Pairs, Web};

/// Every page of it.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::at("/search", Who::User).get(show)]
}

/// What was found; or the one thing itself.
pub async fn show(State(web): State<Web>, merchant: Merchant, query: Pairs) -> Result<Response, PageError> {
    let typed = query.get("q").unwrap_or_default().trim().to_owned();
    let sought = Sought::read(&typed);
    let body = if sought.text.is_empty() {
        nothing_asked(!typed.is_empty())
    } else {
        let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
        let found = web.app().search(merchant.user.id, sought).await?;
        let pages = pages::named(&typed, &found.seen, merchant.user.administrator);
        if let Some(to) = only(&found, &pages) {
            return Ok(Redirect::to(&to).into_response());
        }
        results(&typed, &found, &pages)
    };
    let frame = merchant.frame().await?.asked(&typed);
    Ok(frame.page("Search", Section::Search, &body).into_response())
}

/// Where the one thing is that goes by just this name. What may be meant as an amount as well is no name alone.
fn only(found: &Findings, pages: &Hits<Page>) -> Option<String> {
    if found.invoices.shown.iter().any(|hit| !hit.exact) {
        return None;
    }
    let mut exact = exact(&found.invoices, invoice_path)
        .chain(exact(&found.refunds, refund_path))
        .chain(exact(&found.payouts, payout_path))
        .chain(exact(&found.stores, store_path))
        .chain(exact(pages, |page| page.path.clone()));
    let first = exact.next()?;
    exact.next().is_none().then_some(first)
}

fn exact<T>(hits: &Hits<T>, path: impl Fn(&T) -> String) -> impl Iterator<Item = String> {
    hits.shown.iter().filter(|hit| hit.exact).map(move |hit| path(&hit.found))
}

fn invoice_path(view: &InvoiceView) -> String {
    format!("/stores/{}/invoices/{}", view.store_id, view.id)
}

fn refund_path(refund: &FoundRefund) -> String {
    format!("/stores/{}/refunds/{}", refund.store.id, refund.id)
}

fn payout_path(payout: &FoundPayout) -> String {
    format!("/stores/{}/payouts/{}", payout.store.id, payout.id)
}

fn store_path(store: &Store) -> String {
    format!("/stores/{}", store.id)
}

fn results(typed: &str, found: &Findings, pages: &Hits<Page>) -> Markup {
    let none = found.invoices.is_empty()
        && found.refunds.is_empty()
        && found.payouts.is_empty()
        && found.stores.is_empty()
        && pages.is_empty();
    html! {
        @if none {
            section class="sheet empty" {
                (icon(Icon::Search))
                h2 { "Nothing goes by that name" }
                p class="lead" { "No invoice, refund, payout, store or page is called “" bdi { (typed) } "”." }
                (what_can_be_found())
            }
        } @else {
            p class="lead" { "What was found for “" bdi { (typed) } "”:" }
            (invoices(&found.invoices))
            (group("Refunds", "refund", &found.refunds, &["Amount", "Store", "Asked"], |refund| vec![
                html! { a class="go" href=(refund_path(refund)) { (btc(refund.amount)) " BTC" } },
                html! { (refund.store.name) },
                time(refund.created_at),
            ]))
            (group("Payouts", "payout", &found.payouts, &["Payout", "Store", "Built"], |payout| vec![
                html! { a class="go" href=(payout_path(payout)) { "Payout" } },
                html! { (payout.store.name) },
                time(payout.created_at),
            ]))
            (group("Stores", "store", &found.stores, &["Store", "Network"], |store| vec![
                html! { a class="go" href=(store_path(store)) { (store.name) } },
                network_pill(store),
            ]))
            (group("Pages", "page", pages, &["Page", "Store"], |page| vec![
                html! { a class="go" href=(page.path) { (page.name) } },
                html! { (page.store) },
            ]))
        }
    }
}

fn invoices(hits: &Hits<InvoiceView>) -> Markup {
    group("Invoices", "invoice", hits, &["Price", "Status", "Order", "Store", "Created"], |view| {
        vec![
            html! {
                a class="go" href=(invoice_path(view)) { (price(view)) }
                @if let Some(due) = view.due { small { (btc(due)) " BTC" } }
            },
            html! { span class="pills" { (pills(view)) } },
            html! {
                (view.order.order_id.as_deref().unwrap_or("—"))
                @if let Some(email) = &view.order.buyer.email { small { (email) } }
            },
            html! { (view.store_name) },
            time(view.created_at),
        ]
    })
}

/// What was found of a kind; nothing, if there is none.
fn group<T>(
    title: &str,
    one: &str,
    hits: &Hits<T>,
    heads: &[&str],
    row: impl Fn(&T) -> Vec<Markup>,
) -> Markup {
    let rows: Vec<Vec<Markup>> = hits.shown.iter().map(|Hit { found, .. }| row(found)).collect();
    html! {
        @if !hits.is_empty() {
            section class="sheet" {
                h2 { (title) }
                (table(title, heads, &rows))
                @if hits.more > 0 {
                    p class="hint" {
                        "And " @if hits.uncounted { "more than " }
                        (count(u64::try_from(hits.more).unwrap_or(u64::MAX), &format!("other {one}")))
                        ". The list of each store has filters for them."
                    }
                }
            }
        }
    }
}

fn nothing_asked(too_long: bool) -> Markup {
    html! {
        section class="sheet empty" {
            (icon(Icon::Search))
            @if too_long {
                h2 { "That cannot be looked for" }
                p class="lead" { "A name has up to 300 characters. Type a part of it." }
            } @else {
                h2 { "What are you looking for?" }
                p class="lead" { "Type it into the field at the top. All your stores are searched." }
            }
            (what_can_be_found())
        }
    }
}

fn what_can_be_found() -> Markup {
    html! {
        p class="hint" {
            "An invoice is found by its id or the first six characters of it, its order, its bitcoin address, a transaction, "
            "the buyer's email, or its amount: 12.50, 12,50 EUR, 0.0005 BTC. Stores and pages are found by their names."
        }
    }
}
