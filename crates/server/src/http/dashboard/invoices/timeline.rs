//! An invoice's history in words: what happened, when, and for which cause. The words follow the
//! events; they decide nothing.

use bitcoin::{Amount, OutPoint};
use maud::{Markup, html};
use specie_core::invoice::{Adjustment, DepthCause, Event, Flag, Judged, LossCause, Mark, Status};

use super::words::{self, btc, count, label, rate, time};
use crate::app::view::{InvoiceDetail, InvoiceView, PaymentState, PaymentView, Quote};

/// Everything that happened to an invoice, oldest first; without what was given back for whoever sees no sums.
pub fn timeline(detail: &InvoiceDetail, with_refunds: bool) -> Markup {
    html! {
        ol class="events" {
            @for (i, event) in detail.history.iter().enumerate().filter(|(_, e)| with_refunds || !is_refund(&e.event)) {
                @let (title, cause) = told(detail, i);
                li class=[tone(&event.event)] {
                    strong { (title) } " " (time(event.at)) " "
                    small { (cause) }
                }
            }
            @if let Some(words) = not_settled(detail) {
                li class="care" { strong { "Not settled yet" } " " small { (words) } }
            }
        }
    }
}

fn is_refund(event: &Event) -> bool {
    matches!(
        event,
        Event::RefundAsked { .. }
            | Event::RefundCancelled { .. }
            | Event::RefundPaid { .. }
            | Event::RefundUnpaid { .. }
            | Event::RefundFailed { .. }
    )
}

/// Why what was paid does not count as settled; nothing if it does, or was not paid.
fn not_settled(detail: &InvoiceDetail) -> Option<String> {
    let view = &detail.invoice;
    if view.status != Status::Paid {
        return None;
    }
    let waits = live(detail).filter(|(payment, _)| !payment.matured);
    let (slowest, judged) = waits.min_by_key(|(payment, _)| payment.confirmations)?;
    let (reached, needed) = (slowest.confirmations, u64::from(judged.needed));
    let of = count(needed, "confirmation");
    Some(format!("{reached} of {of}. {}", depth(judged, view.speed.name())))
}

/// Every payment with how it is judged: both are in the order of first sight.
fn payments(detail: &InvoiceDetail) -> impl Iterator<Item = (&PaymentView, &Judged)> {
    detail.invoice.payments.iter().zip(&detail.judged)
}

/// Those that count.
fn live(detail: &InvoiceDetail) -> impl Iterator<Item = (&PaymentView, &Judged)> {
    payments(detail).filter(|(payment, _)| payment.state != PaymentState::Lost)
}

/// Why a payment needs as many confirmations as it does.
fn depth(judged: &Judged, speed: &str) -> String {
    let needed = count(u64::from(judged.needed), "confirmation");
    let but = |cause: &str| format!("The invoice's speed, {speed}, asks for none, but {cause}: so {needed}.");
    match judged.because {
        DepthCause::Speed if judged.needed == 0 => {
            format!("The invoice's speed, {speed}, asks for no confirmation.")
        }
        DepthCause::Speed => format!("The invoice's speed, {speed}, asks for {needed}."),
        DepthCause::AboveLimit { limit } if limit == Amount::ZERO => {
            but("the store lets no payment count without a block")
        }
        DepthCause::AboveLimit { limit } => but(&format!(
            "more is at stake than the {} BTC that the store lets count without a block",
            sats(limit)
        )),
        DepthCause::Replaceable => but("its sender can still replace it"),
        DepthCause::Contested => but("another transaction spends the same coins"),
        DepthCause::Mined => format!("Its coins were mined, and can be spent after {needed}."),
    }
}

fn tone(event: &Event) -> Option<&'static str> {
    let tone = match event {
        Event::PaymentSeen { .. } | Event::PaymentReturned { .. } => "care",
        Event::PaymentLost { .. } | Event::RefundFailed { .. } | Event::Marked { mark: Mark::Invalid } => {
            "stop"
        }
        Event::Marked { mark: Mark::Complete } | Event::Accepted { .. } | Event::RefundPaid { .. } => "good",
        Event::RefundAsked { .. } | Event::RefundUnpaid { .. } => "care",
        Event::StatusChanged { to, .. } => words::tone(*to),
        Event::FlagChanged { to: Flag::None, .. }
        | Event::Created
        | Event::Requoted { .. }
        | Event::QuoteEnded { .. }
        | Event::Opened
        | Event::RefundCancelled { .. } => "",
        Event::FlagChanged { .. } => "care",
    };
    Some(tone).filter(|tone| !tone.is_empty())
}

/// What an event says, and its cause.
fn told(detail: &InvoiceDetail, i: usize) -> (String, Markup) {
    let (view, history) = (&detail.invoice, detail.history.as_slice());
    // What was written in one step has one time.
    let step = history.iter().filter(|other| other.at == history[i].at);
    let with_loss = step.clone().any(|other| matches!(other.event, Event::PaymentLost { .. }));
    let with_acceptance = step.clone().any(|other| matches!(other.event, Event::Accepted { .. }));
    let with_quote = step.clone().any(|other| matches!(other.event, Event::Requoted { .. }));
    match &history[i].event {
        Event::Created => ("Created".to_owned(), asked(view, detail.quotes.first())),
        Event::Requoted { due, .. } => {
            let quoted = history[..=i].iter().filter(|e| is_quote(&e.event)).count();
            requoted(view, *due, detail.quotes.get(quoted - 1), detail.quotes.get(quoted))
        }
        Event::QuoteEnded { .. } => (
            "The time for paying was ended".to_owned(),
            html! { "By hand, as only practice allows. What came before that came in time." },
        ),
        Event::Opened => {
            ("Payment opened".to_owned(), html! { "The buyer wanted to pay: the address was issued." })
        }
        Event::PaymentSeen { outpoint, amount } => {
            (format!("{} BTC seen", sats(*amount)), payment(detail, outpoint))
        }
        Event::PaymentReturned { outpoint, amount } => {
            (format!("{} BTC is back, and counts again", sats(*amount)), payment(detail, outpoint))
        }
        Event::PaymentLost { outpoint, amount, cause } => {
            (format!("{} BTC lost", sats(*amount)), html! { (loss(*cause)) " " (payment(detail, outpoint)) })
        }
        Event::StatusChanged { from, to } if with_acceptance => (
            format!("{} → {}", label(*from), label(*to)),
            html! { "What came was accepted, and is six confirmations deep." },
        ),
        Event::StatusChanged { from, to: Status::New } if with_quote => {
            (format!("{} → {}", label(*from), label(Status::New)), html! { "It can be paid again." })
        }
        Event::StatusChanged { from, to } => {
            (format!("{} → {}", label(*from), label(*to)), html! { (change(detail, *from, *to, with_loss)) })
        }
        Event::Marked { mark } => (
            match mark {
                Mark::Complete => "Marked complete",
                Mark::Invalid => "Marked invalid",
            }
            .to_owned(),
            html! { "The operator decided so." },
        ),
        Event::Accepted { adjustment, amount } => {
            let (title, cause) = accepted(*adjustment);
            (format!("{title}: {} BTC", sats(*amount)), html! { (cause) })
        }
        Event::RefundAsked { amount, .. } => {
            (format!("Refund asked: {} BTC", sats(*amount)), html! { "It is going to be given back." })
        }
        Event::RefundCancelled { .. } => {
            ("Refund cancelled".to_owned(), html! { "It is not given back after all." })
        }
        Event::RefundPaid { txid, amount, fee, .. } => (
            format!("Refunded: {} BTC", sats(*amount)),
            html! { "Transaction " code { (txid) } ", for a fee of " (sats(*fee)) " BTC." },
        ),
        Event::RefundUnpaid { amount, .. } => (
            format!("Refund in no block any more: {} BTC", sats(*amount)),
            html! { "The chain was reorganised: it waits for a block again." },
        ),
        Event::RefundFailed { .. } => {
            ("Refund failed".to_owned(), html! { "Its coins were spent by another transaction." })
        }
        Event::FlagChanged { to, .. } => {
            let (title, cause) = flag(*to);
            (title.to_owned(), html! { (cause) })
        }
    }
}

/// Whether a row of the quotes came of it.
fn is_quote(event: &Event) -> bool {
    matches!(event, Event::Requoted { .. } | Event::QuoteEnded { .. })
}

fn accepted(adjustment: Adjustment) -> (&'static str, &'static str) {
    match adjustment {
        Adjustment::Partial => ("Partial payment accepted", "What came is taken for the whole."),
        Adjustment::Over => ("Overpayment accepted", "What came beyond the price is kept."),
    }
}

fn sats(amount: Amount) -> String {
    btc(amount.to_sat())
}

/// What the invoice asked first, and how that was reckoned.
fn asked(view: &InvoiceView, quote: Option<&Quote>) -> Markup {
    html! {
        @if view.is_free() {
            "Nothing is asked."
        } @else {
            (reckoned(view, quote))
            @if view.unopened { " The address is issued when the buyer wants to pay." }
        }
    }
}

/// What the buyer went on with: more time for the same, or another price.
fn requoted(
    view: &InvoiceView,
    due: Option<Amount>,
    before: Option<&Quote>,
    quote: Option<&Quote>,
) -> (String, Markup) {
    let same = before.is_some_and(|before| before.due == due);
    let same_rate = before.map(|before| &before.rate) == quote.map(|quote| &quote.rate);
    let until = quote.map(|quote| html! { " Until " (time(quote.expires_at)) "." });
    match due {
        Some(due) if !(same && same_rate) => (
            format!("A new price was asked: {} BTC", sats(due)),
            html! { (reckoned(view, quote)) (until.unwrap_or_default()) },
        ),
        Some(_) => (
            "More time was asked".to_owned(),
            html! { "For the rest, at the same rate." (until.unwrap_or_default()) },
        ),
        None => {
            ("More time was asked".to_owned(), html! { (reckoned(view, quote)) (until.unwrap_or_default()) })
        }
    }
}

/// What a quote asks, and at which rate.
fn reckoned(view: &InvoiceView, quote: Option<&Quote>) -> Markup {
    let known = quote.and_then(|quote| quote.rate.as_ref());
    let known = known.filter(|rate| rate.currency.constant_rate().is_none());
    let due = quote.and_then(|quote| quote.due);
    html! {
        @match due {
            None => {
                "Any amount is welcome"
                @if let Some(known) = known { ", reckoned at " (rate(known)) }
            },
            Some(due) => {
                (sats(due)) " BTC is asked"
                // Of what was accepted as partial, the price is another by now.
                @if let (Some(known), Some(price)) = (known, view.price.filter(|_| view.quoted == view.due)) {
                    " for " (view.currency.format(price)) " " (view.currency) " at " (rate(known))
                }
            },
        }
        "."
    }
}

/// The transaction of a payment, when it was first seen, and by which rule that is in time or late.
fn payment(detail: &InvoiceDetail, outpoint: &OutPoint) -> Markup {
    let ends = detail.invoice.expires_at;
    html! {
        "Transaction " code { (outpoint.txid) } ", output " (outpoint.vout)
        @if let Some((payment, judged)) = payments(detail).find(|(_, judged)| judged.outpoint == *outpoint) {
            ", first seen " (time(payment.first_seen))
            @if judged.seen_at < payment.first_seen {
                ". It replaced one that was seen " (time(judged.seen_at)) " and paid no less, and counts from then"
            }
            @if judged.in_time {
                ". In time: before the time for paying ended, " (time(ends))
            } @else {
                ". Late: after the time for paying ended, " (time(ends))
            }
        }
        "."
    }
}

fn loss(cause: LossCause) -> Markup {
    html! {
        @match cause {
            LossCause::Conflict(by) => { "Its coins were spent by another transaction, " code { (by) } "." },
            LossCause::Refused => "The network refused it, because its coins are spent.",
            LossCause::Vanished => "It was in neither mempool nor chain when the time for it was over.",
        }
    }
}

fn change(detail: &InvoiceDetail, from: Status, to: Status, with_loss: bool) -> String {
    match (from, to) {
        (_, Status::New) if with_loss => "What is left is less than what is asked.".to_owned(),
        (_, Status::New) => "The time for paying is not over after all.".to_owned(),
        (Status::Confirmed | Status::Complete, Status::Paid) if with_loss => {
            "What is left has to be confirmed again.".to_owned()
        }
        (Status::Confirmed | Status::Complete, Status::Paid) => {
            "The chain was reorganised: the payment waits for its confirmations again.".to_owned()
        }
        (Status::Expired, Status::Paid) => {
            "The full amount was there in time, as the chain showed later.".to_owned()
        }
        (Status::Invalid, Status::Paid) => "The full amount is there after all.".to_owned(),
        (_, Status::Paid) => "The full amount has been seen.".to_owned(),
        (_, Status::Confirmed) => confirmed(detail),
        (_, Status::Complete) if detail.invoice.is_free() => "Nothing was to be paid.".to_owned(),
        (_, Status::Complete) => "The full amount is six confirmations deep.".to_owned(),
        (_, Status::Expired) => "The time for paying was over, and the full amount had not come.".to_owned(),
        (_, Status::Invalid) if with_loss => "A payment that was relied on is lost.".to_owned(),
        (_, Status::Invalid) => "It was not confirmed while it was waited for.".to_owned(),
    }
}

fn confirmed(detail: &InvoiceDetail) -> String {
    let deepest = live(detail).map(|(_, judged)| judged).max_by_key(|judged| judged.needed);
    let why =
        deepest.map_or(String::new(), |judged| format!(" {}", depth(judged, detail.invoice.speed.name())));
    format!("The full amount is as deep as is asked.{why}")
}

fn flag(to: Flag) -> (&'static str, &'static str) {
    match to {
        Flag::None => ("Nothing exceptional any more", ""),
        Flag::PaidPartial => ("Paid in part", "Something has come, but less than what is asked."),
        Flag::PaidOver => ("Paid too much", "More has come than what is asked."),
        Flag::PaidLate => ("Paid late", "The full amount came after the time for paying."),
        Flag::Marked => ("Decided by the operator", ""),
    }
}
