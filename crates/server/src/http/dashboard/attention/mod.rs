//! What needs a merchant's attention, as a queue: each with what happened in a sentence and what can be done about it
//! by one click. What is done here is done by the functions that the invoice's own page uses.

mod act;
mod remedies;
mod words;

use axum::extract::State;
use maud::{Markup, html};

use super::Route;
use super::Who::May;
use super::error::PageError;
use super::frame::{Section, Tab};
use super::invoices::words::{pill, price, time};
use super::merchant::Owner;
use crate::app::view::{AttentionAsked, AttentionView};
use crate::app::{MOST_OF_A_CAUSE, Permission};
use crate::http::Web;
use crate::http::pages::{Icon, icon};

/// Every page of it.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/attention", May(Permission::Decide)).get(show),
        Route::at("/stores/{store}/attention/{cause}/{subject}/{remedy}", May(Permission::Decide))
            .post(act::remedy),
    ]
}

/// All of it.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let waiting = web.app().attention(&owner.store, MOST_OF_A_CAUSE).await?;
    let aside = web.app().set_aside(&owner.store).await?;
    let frame = owner.frame().await?;
    let (csrf, store) = (frame.csrf_field(), owner.path(""));
    let body = html! {
        a class="back" href=(store) { (icon(Icon::Back)) "Overview" }
        div class="head" { h1 { "Needs attention" } }
        @if waiting.is_empty() {
            section class="sheet empty" {
                (icon(Icon::Complete))
                h2 { "Nothing needs you" }
                p class="lead" {
                    "Payments that come late, in part or too much, refunds and notifications that fail are listed here."
                }
            }
        } @else {
            section class="sheet" { (queue(&waiting, &store, &csrf)) }
        }
        @if !aside.is_empty() {
            details class="aside" {
                summary { "Put aside (" (aside.len()) ")" }
                section class="sheet" {
                    p class="hint" { "It comes up again by itself if something new happens to it." }
                    (queue(&aside, &store, &csrf))
                }
            }
        }
    };
    Ok(frame.bare("Needs attention", Section::Store(&owner.store, Tab::Overview), &body))
}

/// What waits, as a list with its remedies.
pub fn queue(all: &[AttentionView], store: &str, csrf: &Markup) -> Markup {
    html! { ul class="tasks" { @for one in all { (task(one, store, csrf)) } } }
}

fn task(one: &AttentionView, store: &str, csrf: &Markup) -> Markup {
    let view = &one.invoice;
    let (tone, shown, title) = words::title(one);
    let own = format!("{store}/attention/{}/{}", one.subject.cause().name(), one.subject.text());
    html! {
        li id={ (one.subject.cause().name()) "-" (one.subject.text()) } {
            p class="row" {
                (pill(tone, shown, title))
                @if !matches!(one.asked, AttentionAsked::Endpoint { .. }) {
                    a href={ (store) "/invoices/" (view.id) } {
                        (price(view))
                        @if let Some(number) = &view.order.order_id { " · Order " (number) }
                    }
                }
            }
            p { (words::sentence(one)) }
            small {
                "Since " (time(one.since))
                @if let Some(at) = one.aside_at { " · put aside " (time(at)) }
            }
            (remedies::all(one, store, &own, csrf))
        }
    }
}
