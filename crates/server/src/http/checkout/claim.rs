//! A refund as its buyer sees it: who gives back what, for which order, and a field for the address. The address
//! is shown back before it counts, since it counts once.
//!
//! The link is the whole right: whoever has it answers. It is kept out of the address that other sites see, and
//! out of the lists of search engines.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::money::Currency;

use crate::app::AppError;
use crate::app::view::{ClaimView, RefundState};
use crate::dialect::bitpay::invoice::btc;
use crate::http::auth::Limited;
use crate::http::brand;
use crate::http::form::Form;
use crate::http::l10n::Words;
use crate::http::pages::{self, Icon, grouped, icon};
use crate::http::{ApiError, Segments, Web};

/// A page that no search engine lists.
fn private(status: StatusCode, page: Markup) -> Response {
    let robots = (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    (status, [robots], page).into_response()
}

/// The refund.
pub async fn show(State(web): State<Web>, Segments(token): Segments<String>) -> Response {
    match web.app().claim(&token).await {
        Ok(view) => private(StatusCode::OK, page(&token, &view, "", None)),
        Err(error) => refused(error),
    }
}

/// Takes the address: shows it back first, and takes it once that was confirmed.
pub async fn answer(State(web): State<Web>, Segments(token): Segments<String>, request: Request) -> Response {
    let from = web.client_ip(&request);
    if !web.limits().allow(Limited::Claim, from) {
        let words = "Too many attempts. Please wait a minute.";
        let page = pages::notice("Too many attempts", Icon::Stop, "stop", words, &html! {});
        return private(StatusCode::TOO_MANY_REQUESTS, page);
    }
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return pages::not_now(error.status()),
    };
    let typed = form.get("address").trim();
    let done = if form.get("confirmed") == "yes" {
        web.app()
            .answer_claim(&token, typed)
            .await
            .map(|_| Redirect::to(&format!("/refund/{token}")).into_response())
    } else {
        web.app()
            .read_claim_answer(&token, typed)
            .await
            .map(|(view, address)| private(StatusCode::OK, confirm(&token, &view, &address)))
    };
    match done {
        Ok(response) => response,
        Err(error) => match (problem(&error), web.app().claim(&token).await) {
            (Some(words), Ok(view)) => {
                private(StatusCode::BAD_REQUEST, page(&token, &view, typed, Some(words)))
            }
            // Somebody was faster, or it is too late: the page says how it stands.
            (None, Ok(view)) if matches!(error, AppError::ClaimAnswered | AppError::ClaimEnded) => {
                private(StatusCode::CONFLICT, page(&token, &view, "", None))
            }
            _ => refused(error),
        },
    }
}

/// What is wrong with an address.
fn problem(error: &AppError) -> Option<&'static str> {
    match error {
        AppError::Address => {
            Some("This is not a bitcoin address. Copy it once more, whole, from your wallet.")
        }
        AppError::AddressNetwork => Some(pages::OTHER_NETWORK),
        _ => None,
    }
}

fn refused(error: AppError) -> Response {
    match error {
        AppError::RefundNotFound => {
            let words = "The link may be cut off, or the shop has made another. Please ask the shop.";
            private(
                StatusCode::NOT_FOUND,
                pages::notice("No such refund", Icon::Stop, "stop", words, &html! {}),
            )
        }
        error => pages::not_now(ApiError::from(error).status()),
    }
}

fn whole(view: &ClaimView, body: &Markup) -> Markup {
    let head = html! { meta name="robots" content="noindex, nofollow"; (brand::head(&view.invoice)) };
    pages::page(
        &format!("Refund · {}", view.invoice.store_name),
        &head,
        &html! {
            @if view.invoice.sandbox { aside class="practice" { strong { "Practice store" } ": no real bitcoin" } }
            (body)
            (pages::foot(Words::english(), false))
        },
    )
}

/// Whose shop, and which order.
fn shop(view: &ClaimView) -> Markup {
    let order = &view.invoice.order;
    html! {
        header class="shop" {
            (brand::logo(&view.invoice))
            p class="name" { (view.invoice.store_name) }
            @if order.item_desc.is_some() || order.order_id.is_some() {
                p class="item" {
                    @if let Some(item) = &order.item_desc { span { (item) } " " }
                    @if let Some(number) = &order.order_id { span { "Order " (number) } }
                }
            }
        }
    }
}

fn amount(view: &ClaimView) -> Markup {
    let refund = &view.refund;
    html! {
        section class="amount" {
            h1 { small { "Refund" } " " (btc(refund.amount)) " " span { "BTC" } }
            p class="rate" {
                (refund.amount) " sat"
                @if refund.currency != Currency::Btc {
                    " · asked as " (refund.currency.format(refund.asked)) " " (refund.currency)
                }
            }
        }
    }
}

/// As it stands.
fn page(token: &str, view: &ClaimView, typed: &str, problem: Option<&str>) -> Markup {
    let body = if view.asks {
        html! {
            main class="note plain" {
                (shop(view))
                (amount(view))
                (form(token, view, typed, problem))
            }
        }
    } else {
        let (tone, shown, title, words) = standing(view);
        html! {
            main class={ "note done " (tone) } {
                (shop(view))
                div class="status" role="status" {
                    (icon(shown))
                    p class="state" { (title) }
                    p { (words) }
                }
                (amount(view))
                (known(view))
            }
        }
    };
    whole(view, &body)
}

fn form(token: &str, view: &ClaimView, typed: &str, problem: Option<&str>) -> Markup {
    let described = if problem.is_some() { "address-error address-hint" } else { "address-hint" };
    html! {
        p { (view.invoice.store_name) " gives this back to you. Where should it go?" }
        form class="form" method="post" action={ "/refund/" (token) } {
            p class="field" {
                label for="address" { "Your bitcoin address" }
                input id="address" name="address" type="text" value=(typed) required autocomplete="off"
                    spellcheck="false" autocapitalize="none" aria-invalid=[problem.map(|_| "true")]
                    aria-describedby=(described);
                @if let Some(words) = problem { span class="error" id="address-error" role="alert" { (words) } }
                span class="hint" id="address-hint" {
                    "From “Receive” in your wallet. Not the address that you paid to, and not one of an exchange that \
                     you have left."
                }
            }
            button class="btn main" { "Continue" }
        }
        @if let Some(ends_at) = view.ends_at {
            p class="hint" { "This link asks until " (super::page::time(ends_at)) "." }
        }
    }
}

/// Shows the address back before it counts.
fn confirm(token: &str, view: &ClaimView, address: &str) -> Markup {
    let body = html! {
        main class="note plain" {
            (shop(view))
            (amount(view))
            section class="to" {
                h2 { "Is this your address?" }
                (grouped(address, "to"))
                p class="hint" { "Compare the first and the last groups with your wallet. What is sent cannot be called back." }
            }
            form class="form" method="post" action={ "/refund/" (token) } {
                input type="hidden" name="address" value=(address);
                input type="hidden" name="confirmed" value="yes";
                button class="btn main" { "Yes, send it there" }
                a class="btn plain" href={ "/refund/" (token) } { "No, change it" }
            }
        }
    };
    whole(view, &body)
}

/// What became of it: tone, icon, title, words.
fn standing(view: &ClaimView) -> (&'static str, Icon, &'static str, &'static str) {
    match view.refund.state {
        RefundState::AddressWanted => (
            "stop",
            Icon::Expired,
            "This link is past its time",
            "Ask the shop for a new one: the money is not lost by that.",
        ),
        RefundState::Ready | RefundState::ToSign => (
            "good",
            Icon::Paid,
            "The shop has your address",
            "The shop sends it from its own wallet. This page says when it is on its way.",
        ),
        RefundState::Sent => ("good", Icon::Seen, "It is on its way", "The transaction waits for a block."),
        RefundState::Success => ("good", Icon::Complete, "Paid back", "The transaction is in a block."),
        RefundState::Cancelled => {
            ("stop", Icon::Stop, "The shop has cancelled this refund", "Nothing is sent. Ask the shop why.")
        }
        RefundState::Failure => (
            "stop",
            Icon::Stop,
            "This did not come about",
            "The transaction of the shop came to nothing. Ask the shop for another.",
        ),
    }
}

fn known(view: &ClaimView) -> Markup {
    let refund = &view.refund;
    html! {
        @if let Some(address) = &refund.address {
            section class="to" {
                p class="label" { "To" }
                (grouped(address, "to"))
            }
        }
        @if let Some(txid) = &refund.txid {
            dl class="ledger" { div { dt { "Transaction" } dd class="long" { code { (txid) } } } }
        }
    }
}
