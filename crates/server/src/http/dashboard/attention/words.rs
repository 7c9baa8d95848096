//! What needs attention, in words: what happened, and what that means.

use maud::{Markup, html};
use specie_core::invoice::Need;

use crate::app::view::{
    AttentionAsked, AttentionView, Cause, DeliveryState, DeliveryView, InvoiceView, PaymentState,
    RefundState, RefundView, Subject,
};
use crate::http::dashboard::invoices::words::{btc, count};
use crate::http::pages::Icon;

/// Confirmations after which what came is accepted or given back.
const FINAL: u32 = 6;

/// Tone, icon and title.
pub fn title(one: &AttentionView) -> (&'static str, Icon, &'static str) {
    match one.subject.cause() {
        Cause::Invoice(Need::Lost) => ("stop", Icon::Stop, "Payment lost"),
        Cause::Invoice(Need::Unconfirmed) => ("stop", Icon::Late, "Never confirmed"),
        Cause::Invoice(Need::PaidLate) => ("care", Icon::Late, "Paid late"),
        Cause::Invoice(Need::PaidPartial) => ("care", Icon::Partial, "Paid in part"),
        Cause::Invoice(Need::PaidOver) => ("care", Icon::Over, "Paid too much"),
        Cause::Refund => ("care", Icon::Again, "Refund waits"),
        Cause::Notification => ("stop", Icon::Out, "Not delivered"),
    }
}

/// What happened.
pub fn sentence(one: &AttentionView) -> Markup {
    match (&one.asked, one.subject) {
        (AttentionAsked::Refund(refund), _) => html! { (to_give_back(refund)) },
        (AttentionAsked::Endpoint { delivery, failing, more }, _) => endpoint(delivery, *failing, *more),
        (AttentionAsked::Decide { accept, .. }, Subject::Invoice(_, need)) => {
            html! { (happened(&one.invoice, need, accept.is_some())) }
        }
        (AttentionAsked::Decide { .. }, _) => html! {},
    }
}

fn happened(view: &InvoiceView, need: Need, acceptable: bool) -> String {
    let (paid, due) = (btc(view.paid), btc(view.due.unwrap_or(0)));
    match need {
        Need::Lost => lost(view),
        Need::Unconfirmed => format!(
            "{paid} BTC was seen, but no block took it in for as long as it was waited for. Do not rely on it."
        ),
        Need::PaidLate => {
            format!(
                "The full amount, {paid} BTC, came after the time for paying. Accept it, or give it back."
            )
        }
        Need::PaidPartial if acceptable => {
            format!("Only {paid} of {due} BTC came in time. Accept it as it is, or agree with the buyer.")
        }
        Need::PaidPartial => format!("Only {paid} of {due} BTC came in time. {}", not_yet(view)),
        Need::PaidOver => {
            let over = btc(view.paid.saturating_sub(view.due.unwrap_or(0)));
            let then = if acceptable { "Keep it, or give it back.".to_owned() } else { not_yet(view) };
            format!("{over} BTC more came than was asked. {then}")
        }
    }
}

fn lost(view: &InvoiceView) -> String {
    let gone = view.payments.iter().filter(|payment| payment.state == PaymentState::Lost);
    let amount = btc(gone.clone().map(|payment| payment.amount).sum());
    let cause = match gone.clone().any(|payment| payment.replaced) {
        true => "its coins were spent by another transaction",
        false => "it was never seen again",
    };
    format!(
        "{amount} BTC that had counted is gone: {cause}. If you have not sent the goods, do not; else ask the buyer to \
         pay again."
    )
}

/// Why what came can neither be accepted nor given back yet.
fn not_yet(view: &InvoiceView) -> String {
    let reached = view.live_payments().map(|payment| payment.confirmations).min().unwrap_or(0);
    if reached < FINAL {
        format!("Once it has {FINAL} confirmations (it has {reached}), you can accept it or give it back.")
    } else {
        "Something of it is given back already.".to_owned()
    }
}

fn to_give_back(refund: &RefundView) -> String {
    let amount = btc(refund.amount);
    match refund.state {
        RefundState::AddressWanted => {
            format!(
                "{amount} BTC is to be given back, and the buyer has not said where to. Send them the link."
            )
        }
        RefundState::ToSign => {
            format!("The transaction that gives {amount} BTC back waits for your signature.")
        }
        _ => format!(
            "{amount} BTC is to be given back, and it is known where to: pay it from the payouts page."
        ),
    }
}

fn endpoint(delivery: &DeliveryView, failing: usize, more: bool) -> Markup {
    let last = delivery.attempts.iter().rev().find_map(|attempt| attempt.failure.as_deref());
    html! {
        @if more { "At least " }
        (count(failing as u64, "notification")) " to " code { (delivery.url) }
        @if failing == 1 { " does" } @else { " do" } " not arrive"
        @if let Some(cause) = last { ": " (cause) }
        ". "
        @if delivery.state == DeliveryState::GivenUp {
            "It is not tried any more."
        } @else {
            "It is tried again by itself; once the receiver works, you can send at once."
        }
    }
}
