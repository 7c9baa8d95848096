//! What the shop is told of an invoice, and how that went: each notification with its attempts, and
//! a button that sends it again.

use axum::extract::{Request, State};
use axum::response::Redirect;
use maud::{Markup, html};
use specie_core::ids::{DeliveryId, InvoiceId};
use specie_core::invoice::Notice;

use super::words::{count, pill, time};
use crate::app::view::{Attempt, DeliveryState, DeliveryView, Form, InvoiceDetail};
use crate::dialect::bitpay::ipn;
use crate::dialect::panel::event;
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::merchant::Owner;
use crate::http::pages::{Icon, icon};

/// Sends a notification again.
pub async fn resend(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let invoice: InvoiceId = owner.param("invoice").parse().map_err(|_| PageError::not_found())?;
    let delivery: DeliveryId = owner.param("delivery").parse().map_err(|_| PageError::not_found())?;
    owner.app(&web).resend_delivery(owner.store.id, invoice, delivery).await?;
    let back = owner.path(&format!("/invoices/{invoice}"));
    owner.merchant.go(&back, "The notification is sent again.").await
}

/// Everything that the shop is told, in order; with buttons that send it again, if the invoice's path is given.
pub fn section(detail: &InvoiceDetail, path: Option<&str>, csrf: &Markup) -> Markup {
    let asked = detail.invoice.order.notification_url.as_deref();
    html! {
        section class="sheet" {
            h2 { "Notifications" }
            @match asked {
                _ if !detail.deliveries.is_empty() => ul class="deliveries" {
                    @for delivery in &detail.deliveries {
                        @let again = path.map(|path| format!("{path}/deliveries/{}/resend", delivery.id));
                        (row(delivery, again.as_deref(), csrf))
                    }
                },
                None => p class="lead" { "The order names no address to tell." },
                Some(url) => p class="lead" { "Nothing has been told to " code { (url) } " yet." },
            }
        }
    }
}

/// A delivery with its attempts; with a button that sends it again, if it is given where that is asked for.
pub fn row(delivery: &DeliveryView, again: Option<&str>, csrf: &Markup) -> Markup {
    // What waits for another has nothing to gain from being due at once.
    let again = again.filter(|_| !delivery.waits);
    let form = match (delivery.form, delivery.to_webhook) {
        (Form::Plain, _) => "plain",
        (Form::Named, _) => "with its name",
        (Form::Event, false) => "as an event",
        (Form::Event | Form::Test, _) => "webhook",
    };
    html! {
        li id={ "delivery-" (delivery.id) } {
            p class="row" {
                span { strong { (delivery.notice.map_or("Test", words)) } " " code { (called(delivery)) } }
                (state(delivery))
            }
            small { "to " (delivery.url) " · " (form) " · " (time(delivery.created_at)) }
            p { (outcome(delivery)) }
            @if !delivery.attempts.is_empty() { (attempts(&delivery.attempts)) }
            @if let Some(action) = again {
                form method="post" action=(action) {
                    (csrf)
                    button class={ "btn small" @if delivery.state == DeliveryState::Done { " plain" } } {
                        (icon(Icon::Again)) "Redeliver"
                    }
                }
            }
        }
    }
}

/// The name on the wire.
fn called(delivery: &DeliveryView) -> String {
    match (delivery.notice, delivery.form) {
        (None, _) => event::TEST.to_owned(),
        (Some(notice), Form::Event | Form::Test) => event::name(notice).to_owned(),
        (Some(notice), Form::Plain | Form::Named) => {
            let (number, name) = ipn::code(notice);
            format!("{number} {name}")
        }
    }
}

/// What became of a delivery, as a pill.
pub fn state(delivery: &DeliveryView) -> Markup {
    match delivery.state {
        DeliveryState::Done => pill("good", Icon::Paid, "Delivered"),
        DeliveryState::Pending if !delivery.attempts.is_empty() => pill("care", Icon::Late, "Failing"),
        DeliveryState::Pending => pill("care", Icon::Waiting, "Waiting"),
        DeliveryState::GivenUp => pill("stop", Icon::Stop, "Given up"),
        DeliveryState::Withdrawn => pill("soft", Icon::Stop, "Withdrawn"),
    }
}

/// What became of it, and what comes next.
fn outcome(delivery: &DeliveryView) -> Markup {
    let last = delivery.attempts.last();
    let made = delivery.attempts.len();
    html! {
        @if let Some(failure) = last.and_then(|attempt| attempt.failure.as_ref()) {
            "Attempt " (made) " failed: " (failure) ". "
        } @else if let Some(last) = last {
            "Arrived " (time(last.at)) ". "
        }
        @if let Some(at) = delivery.resent_at { "Asked to be sent again " (time(at)) ". " }
        @match delivery.next_at {
            Some(_) if delivery.waits => "It waits for the one before it.",
            Some(at) => { "Next try: " (time(at)) "." },
            None if delivery.state == DeliveryState::GivenUp && delivery.form == Form::Test => "A test is sent once.",
            None if delivery.state == DeliveryState::GivenUp => "It was tried as long as promised.",
            None if delivery.state == DeliveryState::Withdrawn => {
                "The webhook was deleted or switched off before it arrived."
            }
            None => {},
        }
    }
}

fn attempts(all: &[Attempt]) -> Markup {
    html! {
        details {
            summary { (count(all.len() as u64, "attempt")) }
            table class="list" {
                caption class="hush" { "Attempts" }
                thead { tr {
                    th scope="col" { "Time" } th scope="col" { "Answer" } th scope="col" { "Took" }
                    th scope="col" { "Cause" } th scope="col" { "Request-Id" }
                } }
                tbody {
                    @for attempt in all {
                        tr {
                            td data-label="Time" { (time(attempt.at)) }
                            td data-label="Answer" {
                                @match attempt.http_status { Some(status) => (status), None => "—" }
                            }
                            td data-label="Took" { (attempt.duration_ms) " ms" }
                            td data-label="Cause" {
                                (attempt.failure.as_deref().unwrap_or("Arrived"))
                                @if let Some(said) = &attempt.excerpt { small { "It said: " (said) } }
                            }
                            td data-label="Request-Id" { code { (attempt.request_id) } }
                        }
                    }
                }
            }
        }
    }
}

/// A notice in words.
pub fn words(notice: Notice) -> &'static str {
    match notice {
        Notice::Created => "Created",
        Notice::ReceivedPayment => "Payment seen",
        Notice::PaidInFull => "Paid in full",
        Notice::Expired => "Expired",
        Notice::ExpiredPaidPartial => "Expired, paid in part",
        Notice::Confirmed => "Confirmed",
        Notice::Completed => "Complete",
        Notice::PaidAfterExpiration => "Paid after expiry",
        Notice::FailedToConfirm => "Failed to confirm",
        Notice::MarkedComplete => "Marked complete",
        Notice::MarkedInvalid => "Marked invalid",
        Notice::RefundAsked => "Refund asked",
        Notice::RefundPaid => "Refunded",
        Notice::ManuallyNotified => "Told once more",
    }
}
