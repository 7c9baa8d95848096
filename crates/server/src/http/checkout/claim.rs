//! A refund as its buyer sees it: who gives back what, for which order, and a field for the address. The address
//! is shown back before it counts, since it counts once.
//!
//! The link is the whole right: whoever has it answers. It is kept out of the address that other sites see, and
//! out of the lists of search engines.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::money::Currency;

use super::frame::Frame;
use super::page::shop;
use crate::app::AppError;
use crate::app::view::{ClaimView, RefundState};
use crate::dialect::bitpay::invoice::btc;
use crate::http::auth::Limited;
use crate::http::form::Form;
use crate::http::l10n::Words;
use crate::http::pages::{self, Icon, grouped, icon};
use crate::http::{ApiError, Pairs, Segments, Web};

/// The page of a link, for whoever reads it.
struct Page<'a> {
    token: &'a str,
    asked: &'a Pairs,
    words: Words,
}

/// The refund.
pub async fn show(
    State(web): State<Web>,
    Segments(token): Segments<String>,
    asked: Pairs,
    headers: HeaderMap,
) -> Response {
    let page = Page { token: &token, asked: &asked, words: Words::of(&asked, &headers) };
    match web.app().claim(&token).await {
        Ok(view) => private(StatusCode::OK, page.standing(&view, "", None)),
        Err(error) => page.refused(error),
    }
}

/// Takes the address: shows it back first, and takes it once that was confirmed.
pub async fn answer(
    State(web): State<Web>,
    Segments(token): Segments<String>,
    asked: Pairs,
    request: Request,
) -> Response {
    let words = Words::of(&asked, request.headers());
    let page = Page { token: &token, asked: &asked, words };
    if !web.limits().allow(Limited::Claim, web.client_ip(&request)) {
        let (title, text) = (words.say("too-many"), words.say("too-many-words"));
        let notice = pages::notice_in(words, &title, Icon::Stop, "stop", &text, &html! {});
        return private(StatusCode::TOO_MANY_REQUESTS, notice);
    }
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return pages::not_now_in(words, error.status()),
    };
    let typed = form.get("address").trim();
    let done = if form.get("confirmed") == "yes" {
        let taken = web.app().answer_claim(&token, typed).await;
        taken.map(|_| Redirect::to(&page.href()).into_response())
    } else {
        let read = web.app().read_claim_answer(&token, typed).await;
        read.map(|(view, address)| private(StatusCode::OK, page.confirm(&view, &address)))
    };
    match done {
        Ok(response) => response,
        Err(error) => match (problem(&error), web.app().claim(&token).await) {
            (Some(key), Ok(view)) => {
                private(StatusCode::BAD_REQUEST, page.standing(&view, typed, Some(words.say(key))))
            }
            // Somebody was faster, or it is too late: the page says how it stands.
            (None, Ok(view)) if matches!(error, AppError::ClaimAnswered | AppError::ClaimEnded) => {
                private(StatusCode::CONFLICT, page.standing(&view, "", None))
            }
            _ => page.refused(error),
        },
    }
}

/// A page that no search engine lists.
fn private(status: StatusCode, page: Markup) -> Response {
    let robots = (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    (status, [robots], page).into_response()
}

/// What is wrong with an address: the key of a message.
fn problem(error: &AppError) -> Option<&'static str> {
    match error {
        AppError::Address => Some("refund-bad-address"),
        AppError::AddressNetwork => Some("refund-other-network"),
        _ => None,
    }
}

impl Page<'_> {
    /// Where it is, in the language that was chosen for it.
    fn href(&self) -> String {
        match self.asked.get("lang") {
            Some(_) => format!("/refund/{}?lang={}", self.token, self.words.tag()),
            None => format!("/refund/{}", self.token),
        }
    }

    fn refused(&self, error: AppError) -> Response {
        match error {
            AppError::RefundNotFound => {
                let words = self.words;
                let (title, text) = (words.say("refund-unknown"), words.say("refund-unknown-words"));
                let notice = pages::notice_in(words, &title, Icon::Stop, "stop", &text, &html! {});
                private(StatusCode::NOT_FOUND, notice)
            }
            error => pages::not_now_in(self.words, ApiError::from(error).status()),
        }
    }

    fn whole(&self, view: &ClaimView, main: &Markup) -> Markup {
        let shop = view.invoice.store_name.as_str();
        let title = self.words.tell("refund-title", [("shop", shop.into())]);
        let (words, asked) = (self.words, self.asked);
        let frame = Frame { words, title: &title, asked, view: &view.invoice, live: false };
        frame.around(&html! {}, main)
    }

    fn amount(&self, view: &ClaimView) -> Markup {
        let (refund, words) = (&view.refund, self.words);
        html! {
            section class="amount" {
                h1 { small { (words.say("refund")) } " " bdi { (btc(refund.amount)) " " span { "BTC" } } }
                p class="rate" {
                    bdi { (refund.amount) " sat" }
                    @if refund.currency != Currency::Btc {
                        " · "
                        (words.tell("refund-asked", [
                            ("price", words.price(refund.asked, refund.currency).into()),
                            ("currency", refund.currency.code().into()),
                        ]))
                    }
                }
            }
        }
    }

    /// As it stands.
    fn standing(&self, view: &ClaimView, typed: &str, problem: Option<String>) -> Markup {
        let words = self.words;
        let main = if view.asks {
            html! {
                main class="note plain" {
                    (shop(words, &view.invoice))
                    (self.amount(view))
                    (self.form(view, typed, problem))
                }
            }
        } else {
            let (tone, shown, title, text) = standing(view);
            html! {
                main class={ "note done " (tone) } {
                    (shop(words, &view.invoice))
                    div class="status" role="status" {
                        (icon(shown))
                        p class="state" { (words.say(title)) }
                        p { (words.say(text)) }
                    }
                    (self.amount(view))
                    (self.known(view))
                }
            }
        };
        self.whole(view, &main)
    }

    fn form(&self, view: &ClaimView, typed: &str, problem: Option<String>) -> Markup {
        let words = self.words;
        let described = if problem.is_some() { "address-error address-hint" } else { "address-hint" };
        html! {
            p { (words.tell("refund-where", [("shop", view.invoice.store_name.as_str().into())])) }
            form class="form" method="post" action=(self.href()) {
                p class="field" {
                    label for="address" { (words.say("refund-address")) }
                    input id="address" name="address" type="text" value=(typed) required autocomplete="off" dir="ltr"
                        spellcheck="false" autocapitalize="none" aria-invalid=[problem.as_ref().map(|_| "true")]
                        aria-describedby=(described);
                    @if let Some(problem) = problem {
                        span class="error" id="address-error" role="alert" { (problem) }
                    }
                    span class="hint" id="address-hint" { (words.say("refund-address-hint")) }
                }
                button class="btn main" { (words.say("refund-continue")) }
            }
            @if let Some(ends_at) = view.ends_at {
                p class="hint" { (words.say("refund-until")) " " (words.time(ends_at)) }
            }
        }
    }

    /// Shows the address back before it counts.
    fn confirm(&self, view: &ClaimView, address: &str) -> Markup {
        let words = self.words;
        let main = html! {
            main class="note plain" {
                (shop(words, &view.invoice))
                (self.amount(view))
                section class="to" {
                    h2 { (words.say("refund-confirm")) }
                    (grouped(address, "to"))
                    p class="hint" { (words.say("refund-confirm-words")) }
                }
                form class="form" method="post" action=(self.href()) {
                    input type="hidden" name="address" value=(address);
                    input type="hidden" name="confirmed" value="yes";
                    button class="btn main" { (words.say("refund-yes")) }
                    a class="btn plain" href=(self.href()) { (words.say("refund-no")) }
                }
            }
        };
        self.whole(view, &main)
    }

    fn known(&self, view: &ClaimView) -> Markup {
        let (refund, words) = (&view.refund, self.words);
        html! {
            @if let Some(address) = &refund.address {
                section class="to" {
                    p class="label" { (words.say("refund-to")) }
                    (grouped(address, "to"))
                }
            }
            @if let Some(txid) = &refund.txid {
                dl class="ledger" {
                    div { dt { (words.say("fact-transaction")) } dd class="long" { code { (txid) } } }
                }
            }
        }
    }
}

/// What became of it: tone, icon, and the keys of title and words.
fn standing(view: &ClaimView) -> (&'static str, Icon, &'static str, &'static str) {
    match view.refund.state {
        RefundState::AddressWanted => ("stop", Icon::Expired, "refund-late", "refund-late-words"),
        RefundState::Ready | RefundState::ToSign => {
            ("good", Icon::Paid, "refund-known", "refund-known-words")
        }
        RefundState::Sent => ("good", Icon::Seen, "refund-sent", "refund-sent-words"),
        RefundState::Success => ("good", Icon::Complete, "refund-paid", "refund-paid-words"),
        RefundState::Cancelled => ("stop", Icon::Stop, "refund-cancelled", "refund-cancelled-words"),
        RefundState::Failure => ("stop", Icon::Stop, "refund-failed", "refund-failed-words"),
    }
}
