//! A store at a glance: sold, pending, what needs attention, what it has, its newest invoices, and whether all is well.
//! No more than that: it is read in five seconds.

mod charts;
mod figures;
mod health;
mod start;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

pub(super) use figures::signed;

use super::Route;
use super::Who::May;
use super::attention::queue;
use super::error::PageError;
use super::frame::{Section, Tab, badge};
use super::invoices::words::{btc, pills, price, time};
use super::merchant::Owner;
use crate::app::Permission;
use crate::app::view::{AttentionAsked, InvoiceView};
use crate::http::Web;
use crate::http::pages::{Icon, icon};

/// How many of what needs attention are shown at once.
const FIRST: u32 = 3;

/// Every page of it.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::at("/stores/{store}", May(Permission::SeeInvoices)).get(show)]
}

/// The store at a glance.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Response, PageError> {
    // Whoever sells sees no sums.
    if !owner.may(Permission::SeeMoney) {
        return Ok(Redirect::to(&owner.path("/invoices")).into_response());
    }
    let (overview, store) = (web.app().overview(&owner.store).await?, owner.path(""));
    let waiting = web.app().attention(&owner.store, FIRST).await?;
    let number = web.app().attention_count(owner.store.id).await?;
    let failing = waiting.iter().filter(|one| matches!(one.asked, AttentionAsked::Endpoint { .. })).count();
    let frame = owner.frame().await?;
    let body = html! {
        div class="head" {
            h1 { "Overview" }
            p class="actions" {
                a class="btn plain small" href={ "/reports?store=" (owner.store.id) } { "Report" }
                @if owner.may(Permission::MakeInvoices) {
                    a class="btn main small" href={ (store) "/invoices/create" } {
                        (icon(Icon::Add)) "Create a new invoice"
                    }
                }
            }
        }
        (health::line(&overview, failing, &owner))
        (start::steps(&overview, &owner))
        (figures::figures(&overview))
        @if !waiting.is_empty() && owner.may(Permission::Decide) {
            section class="sheet" id="attention" {
                h2 { a class="plain" href={ (store) "/attention" } { "Needs attention " (badge(number)) } }
                (queue(&waiting[..waiting.len().min(FIRST as usize)], &store, &frame.csrf_field()))
                @if number > i64::from(FIRST) {
                    p { a href={ (store) "/attention" } { "See all that needs attention" } }
                }
            }
        }
        @if !overview.newest.is_empty() {
            (charts::charts(&overview))
            (newest(&overview.newest, &store))
        }
    };
    Ok(frame.bare("Overview", Section::Store(&owner.store, Tab::Overview), &body).into_response())
}

fn newest(invoices: &[InvoiceView], store: &str) -> Markup {
    html! {
        section class="sheet" {
            h2 { "Newest invoices" }
            table class="list" {
                caption class="hush" { "Newest invoices" }
                thead { tr {
                    th scope="col" { "Price" }
                    th scope="col" { "Status" }
                    th scope="col" { "Order" }
                    th scope="col" { "Created" }
                } }
                tbody {
                    @for view in invoices {
                        tr {
                            td {
                                a class="go" href={ (store) "/invoices/" (view.id) } { (price(view)) }
                                @if let Some(due) = view.due { small { (btc(due)) " BTC" } }
                            }
                            td data-label="Status" { span class="pills" { (pills(view)) } }
                            td data-label="Order" { (view.order.order_id.as_deref().unwrap_or("—")) }
                            td data-label="Created" { (time(view.created_at)) }
                        }
                    }
                }
            }
            p { a href={ (store) "/invoices" } { "All invoices" } }
        }
    }
}
