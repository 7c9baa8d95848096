//! What anybody makes happen to a practice invoice on its own checkout: developers try a shop where its buyers pay.
//!
//! No one is asked who they are, as nowhere on this page; see [`actions`]. So a stranger with the link can do here what
//! that invoice's developer can, and nothing else: only scenarios of this invoice that make sense, as they make sense,
//! each address of the network so often. Amounts and numbers of blocks are not read here at all. An invoice that is paid
//! with real coins has none of this: for it there is nothing at this address.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::InvoiceId;

use super::actions::{self, Said, page_of, refused};
use super::no_such_invoice;
use super::state::Shown;
use crate::app::view::{InvoiceView, PaymentState};
use crate::app::{AppError, Play, Scenario, may_play};
use crate::http::auth::Limited;
use crate::http::form::Form;
use crate::http::l10n::Words;
use crate::http::pages;
use crate::http::{ApiError, Pairs, Segments, Web};

/// How deep a payment is when blocks change nothing about it any more.
const FINAL: u32 = 6;

/// Plays the scenario that the form names.
pub async fn play(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    asked: Pairs,
    request: Request,
) -> Response {
    let words = Words::of(&asked, request.headers());
    let Ok(id) = id.parse::<InvoiceId>() else { return no_such_invoice(words) };
    let page = page_of(id, &asked);
    if !web.limits().allow(Limited::Practice, web.client_ip(&request)) {
        return refused(words, &page, StatusCode::TOO_MANY_REQUESTS, Said::TooOften);
    }
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return pages::not_now_in(words, error.status()),
    };
    let done = match Scenario::from_name(form.get("scenario")) {
        Some(scenario) => offered(&web, id, scenario).await,
        None => Err(AppError::InvoiceNotFound),
    };
    match done {
        Ok(true) => Redirect::to(&page).into_response(),
        Ok(false) => refused(words, &page, StatusCode::CONFLICT, Said::NotPlayed),
        Err(AppError::InvoiceNotFound | AppError::NotPractice) => no_such_invoice(words),
        Err(AppError::NotPlayed(_) | AppError::Practice(_) | AppError::Refused(_)) => {
            refused(words, &page, StatusCode::CONFLICT, Said::NotPlayed)
        }
        Err(error) => match ApiError::from(error).status() {
            status if status.is_server_error() => refused(words, &page, status, Said::NotNow),
            _ => refused(words, &page, StatusCode::SERVICE_UNAVAILABLE, Said::NotNow),
        },
    }
}

/// Plays a scenario if the page offers it; whether it does.
async fn offered(web: &Web, id: InvoiceId, scenario: Scenario) -> Result<bool, AppError> {
    let view = web.app().invoice(id, None).await?;
    if !view.sandbox {
        return Err(AppError::NotPractice);
    }
    if !is_offered(&view, scenario) {
        return Ok(false);
    }
    web.app().play_and_see(id, Play::of(scenario), None).await?;
    Ok(true)
}

/// Whether a scenario makes sense. Blocks are no one invoice's, so a stranger mines only as many as this one waits for.
fn is_offered(view: &InvoiceView, scenario: Scenario) -> bool {
    let waits = view.payments.iter().any(|payment| match payment.state {
        PaymentState::Mempool => true,
        PaymentState::Confirmed => payment.confirmations < FINAL,
        PaymentState::Missing | PaymentState::Lost => false,
    });
    may_play(view, scenario).is_ok() && (scenario != Scenario::Mine || waits)
}

/// What can be made to happen, folded away; nothing on an invoice that is paid with real coins.
pub fn fold(shown: &Shown<'_>, asked: &Pairs) -> Markup {
    let (view, words) = (shown.view, shown.words);
    let offered: Vec<Scenario> =
        Scenario::ALL.into_iter().filter(|scenario| view.sandbox && is_offered(view, *scenario)).collect();
    html! {
        @if !offered.is_empty() {
            details class="practise" id="practice" open[asked.get("practice") == Some("open")] {
                summary { (words.say("play")) }
                p class="hint" { (words.say("play-words")) }
                form method="post" action=(target(view.id, asked)) {
                    ul class="plays" { @for scenario in offered { (line(words, scenario)) } }
                }
            }
        }
    }
}

/// Where the form leads: back to the page, with this unfolded.
fn target(id: InvoiceId, asked: &Pairs) -> String {
    let path = actions::target(id, "practice", asked);
    match asked.get("practice") {
        Some(_) => path,
        None if path.contains('?') => path + "&practice=open",
        None => path + "?practice=open",
    }
}

fn line(words: Words, scenario: Scenario) -> Markup {
    let (label, text) = said(scenario);
    html! {
        li {
            button class="btn small" name="scenario" value=(scenario.name()) { (words.say(label)) }
            p class="hint" { (words.say(text)) }
        }
    }
}

/// Its button, and what it will do.
fn said(scenario: Scenario) -> (&'static str, &'static str) {
    match scenario {
        Scenario::Pay => ("play-pay", "play-pay-words"),
        Scenario::Underpay => ("play-underpay", "play-underpay-words"),
        Scenario::Overpay => ("play-overpay", "play-overpay-words"),
        Scenario::PayLate => ("play-late", "play-late-words"),
        Scenario::Replace => ("play-replace", "play-replace-words"),
        Scenario::DoubleSpend => ("play-double-spend", "play-double-spend-words"),
        Scenario::Mine => ("play-mine", "play-mine-words"),
        Scenario::Reorg => ("play-reorg", "play-reorg-words"),
        Scenario::Vanish => ("play-vanish", "play-vanish-words"),
        Scenario::Expire => ("play-expire", "play-expire-words"),
    }
}
