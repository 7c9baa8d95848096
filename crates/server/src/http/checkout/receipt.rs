//! The receipt: a page of its own to keep, to share and to print: on A4, or on a till's roll of 80 or 58 millimetres.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::invoice::{Flag, Status};

use super::actions;
use super::facts::{bitcoin, moving, order};
use super::frame::Frame;
use super::page::{payments, shop, too_much};
use super::qr;
use super::state::Shown;
use crate::app::AppError;
use crate::app::view::InvoiceView;
use crate::http::l10n::Words;
use crate::http::pages::{self, Icon, icon};
use crate::http::pieces::row;
use crate::http::{ApiError, Pairs, Segments, Web};

/// What a receipt is printed on: its name in addresses, and on the page.
const PAPERS: [(&str, &str); 3] = [("a4", "A4"), ("80", "80 mm"), ("58", "58 mm")];

/// The receipt of what was paid; what was not has none, and leads to where it is.
pub async fn show(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    asked: Pairs,
    headers: HeaderMap,
) -> Response {
    let words = Words::of(&asked, &headers);
    let view = match super::find(&web, &id).await {
        Ok(view) => view,
        Err(AppError::InvoiceNotFound) => return super::no_such_invoice(words),
        Err(error) => return pages::not_now_in(words, ApiError::from(error).status()),
    };
    let shown = Shown::new(&view, false, words);
    if !super::has_receipt(&view) {
        return Redirect::to(&actions::page_of(view.id, &asked)).into_response();
    }
    let wanted = asked.get("print").unwrap_or_default();
    let paper = PAPERS.iter().find(|(name, _)| *name == wanted).map_or("a4", |(name, _)| name);
    let title = words.tell("receipt-of", [("shop", view.store_name.as_str().into())]);
    let frame = Frame { words, title: &title, asked: &asked, view: &view, live: false };
    frame.around(&html! {}, &receipt(&shown, paper)).into_response()
}

fn receipt(shown: &Shown<'_>, paper: &str) -> Markup {
    let (view, words) = (shown.view, shown.words);
    let here = format!("{}/i/{}/receipt", view.server, view.id);
    html! {
        main class={ "note plain slip paper-" (paper) } {
            (shop(words, view))
            section class="amount" {
                h1 {
                    small { (words.say("receipt")) } " "
                    @if let Some(price) = view.price { bdi { (words.price(price, view.currency)) " " span { (view.currency) } } }
                }
                p class="exact" { (bitcoin(view.paid)) }
            }
            @if view.status == Status::Paid { p class="notice" { (icon(Icon::Seen)) span { (words.say("receipt-pending")) } } }
            dl class="ledger" {
                (row(&words.say("fact-status"), &html! { (shown.title) }))
                (order(words, view))
                @if let Some(rate) = moving(view) { (row(&words.say("fact-rate-time"), &words.time(rate.observed_at))) }
                @if let Some(due) = view.due { (row(&words.say("fact-due"), &bitcoin(due))) }
                (row(&words.say("fact-invoice"), &html! { code { (view.id) } }))
                (payments(words, view))
                (too_much(words, view))
                div class="sum" { dt { (words.say("fact-received")) } dd { (bitcoin(view.paid)) } }
            }
            @if is_short(view) { p class="hint" { (words.say("fact-enough")) } }
            section class="here" {
                figure class="qr" { (qr::qr_of_page(&here, &words.say("receipt-qr"))) }
                p class="hint" { (words.say("receipt-here")) " " a href=(here) { bdi { (here) } } }
            }
            (printing(shown, paper))
        }
    }
}

/// Less came than was asked, and it was enough.
fn is_short(view: &InvoiceView) -> bool {
    view.flag == Flag::None && view.quoted.is_some_and(|quoted| view.paid < quoted)
}

/// Paper, printer, and back.
fn printing(shown: &Shown<'_>, paper: &str) -> Markup {
    let (view, words) = (shown.view, shown.words);
    html! {
        nav class="printing" aria-label=(words.say("receipt-print")) {
            p class="chips" {
                @for (name, label) in PAPERS {
                    a href={ "/i/" (view.id) "/receipt?print=" (name) "&lang=" (words.tag()) }
                        aria-current=[(name == paper).then_some("true")] { bdi { (label) } }
                }
            }
            button type="button" class="btn main" data-print="" { (icon(Icon::Print)) (words.say("receipt-print")) }
            p class="leave" {
                a href={ "/i/" (view.id) "?stay=1&lang=" (words.tag()) } { (icon(Icon::Back)) (words.say("receipt-back")) }
            }
        }
    }
}
