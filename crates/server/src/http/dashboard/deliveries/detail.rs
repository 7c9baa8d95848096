//! One delivery: what is sent and where, each attempt with its answer, and what comes next. A signature is made for each
//! attempt with a secret that is not shown here.

use axum::extract::State;
use maud::{Markup, html};
use specie_core::ids::DeliveryId;

use super::words;
use crate::app::view::{Attempt, DeliveryDetail, DeliveryFate, DeliveryView, Form};
use crate::dialect::delivery;
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::invoices::deliveries::words as notice;
use crate::http::dashboard::invoices::words::{count, time};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::facts;
use crate::http::pages::{Icon, copy_button, icon};

/// Attempts that are shown, the last ones.
const SHOWN: usize = 100;

/// The page.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let id: DeliveryId = owner.param("delivery").parse().map_err(|_| PageError::not_found())?;
    let detail = web.app().delivery(owner.store.id, id).await?;
    let frame = owner.frame().await?;
    let title = detail.view.notice.map_or("Test", notice);
    let body = html! {
        a class="back" href=(owner.path("/deliveries")) { (icon(Icon::Back)) "Deliveries" }
        div class="head" {
            div { h1 { (title) } p { code { (words::called(detail.view.notice, detail.view.form)) } } }
            (words::state(detail.fate))
        }
        (standing(&frame, &owner, &detail))
        (request(&detail))
        (attempts(&detail.view))
    };
    Ok(frame.bare(title, Section::Store(&owner.store, Tab::Webhooks), &body))
}

fn standing(frame: &Frame, owner: &Owner, detail: &DeliveryDetail) -> Markup {
    let view = &detail.view;
    let mut rows = vec![("To", to(owner, detail)), ("Written", time(view.created_at))];
    if let Some(invoice) = view.invoice {
        rows.push(("About", html! { a href={ (owner.path("/invoices/")) (invoice) } { "Its invoice" } }));
    }
    rows.push(("Attempts", html! { (view.attempts.len()) }));
    if let Some(at) = view.resent_at {
        rows.push(("Asked to be sent again", time(at)));
    }
    rows.push(("Next", next(detail)));
    html! {
        section class="sheet" {
            h2 { "Where it stands" }
            (facts(&rows))
            @if detail.may_go_again && !view.waits {
                form class="actions" method="post" action=(owner.path(&format!("/deliveries/{}/redeliver", view.id))) {
                    (frame.csrf_field())
                    button class={ "btn" @if detail.fate == DeliveryFate::Done { " plain" } } {
                        (icon(Icon::Again)) "Redeliver"
                    }
                }
            }
        }
    }
}

fn to(owner: &Owner, detail: &DeliveryDetail) -> Markup {
    html! {
        @match (detail.webhook, detail.view.to_webhook) {
            (Some((number, on)), _) => {
                a href={ (owner.path("/webhooks/")) (number) } { "Webhook " (number) }
                @if !on { " (switched off)" }
            },
            (None, true) => "A deleted webhook",
            (None, false) => "The address that the order names",
        }
    }
}

/// What comes next, and why.
fn next(detail: &DeliveryDetail) -> Markup {
    let view = &detail.view;
    html! {
        @match (detail.fate, view.next_at) {
            (DeliveryFate::Waiting | DeliveryFate::Failing, Some(_)) if view.waits => {
                "It waits for the one before it, so that your program hears all in order."
            },
            (DeliveryFate::Waiting | DeliveryFate::Failing, Some(at)) => { "It is tried " (time(at)) },
            (DeliveryFate::GivenUp, _) if view.form == Form::Test => "Nothing: a test is sent once.",
            (DeliveryFate::GivenUp, _) => "Nothing: it was tried as long as promised.",
            (DeliveryFate::Withdrawn, _) => "Nothing: its webhook was deleted or switched off before it arrived.",
            _ => "Nothing: it arrived.",
        }
    }
}

/// The request, as it was sent each time and will be.
fn request(detail: &DeliveryDetail) -> Markup {
    let view = &detail.view;
    let (url, body) = delivery::rendered(view.id, &view.url, view.form, &detail.content);
    let last = view.attempts.last().map(|attempt| attempt.request_id.as_str());
    html! {
        section class="sheet" {
            h2 { "Request" }
            p { code { "POST " (url) } }
            dl class="ledger headers" {
                (header("Content-Type", delivery::CONTENT_TYPE))
                (header("User-Agent", delivery::USER_AGENT))
                (header(delivery::ID, &view.id.to_string()))
                (header(delivery::REQUEST_ID, last.unwrap_or("made for each attempt")))
                @if view.to_webhook {
                    (header(delivery::SIGNATURE, "made for each attempt, with the webhook’s secret"))
                    (header(delivery::SIGNATURE_AS_BTCPAY, "made for each attempt, with the webhook’s secret"))
                }
            }
            p class="row" { span class="label" { "Body" } (copy_button("body", "the body", &body, "body")) }
            pre class="body" tabindex="0" role="region" aria-label="Body of the request" { code id="body" { (body) } }
        }
    }
}

fn header(name: &str, value: &str) -> Markup {
    html! { div { dt { code { (name) } } dd { (value) } } }
}

/// Every attempt, the last first, with what was answered.
fn attempts(view: &DeliveryView) -> Markup {
    let all = &view.attempts;
    html! {
        section class="sheet" {
            h2 { @if all.is_empty() { "Attempts" } @else { (count(all.len() as u64, "attempt")) } }
            @if all.is_empty() { p class="lead" { "It was not tried yet." } }
            ol class="deliveries" reversed {
                @for (number, attempt) in all.iter().enumerate().rev().take(SHOWN) { (answered(number + 1, attempt)) }
            }
            @if all.len() > SHOWN { p class="hint" { "The last " (SHOWN) " are shown." } }
        }
    }
}

fn answered(number: usize, attempt: &Attempt) -> Markup {
    let failed = attempt.failure.as_deref();
    html! {
        li id={ "attempt-" (number) } {
            p class="row" {
                span {
                    strong { "Attempt " (number) } ": "
                    @match attempt.http_status { Some(status) => { "answered " (status) }, None => "no answer" }
                }
                (words::state(if failed.is_none() { DeliveryFate::Done } else { DeliveryFate::Failing }))
            }
            small { (time(attempt.at)) " · took " (attempt.duration_ms) " ms · Request-Id " code { (attempt.request_id) } }
            @if attempt.http_status.is_none() && let Some(failure) = failed { p { "Because: " (failure) "." } }
            @if let Some(said) = &attempt.excerpt { pre class="body" { code { (said) } } }
        }
    }
}
