//! Words that the invoices' pages share: amounts, times, rates, and where an invoice stands, as its
//! merchant reads it. The words never depend on colour.

use maud::{Markup, html};
use specie_core::invoice::{Flag, Status};
use specie_core::quote::Rate;
use specie_core::time::Timestamp;

use crate::app::view::{Feed, InvoiceView};
pub use crate::dialect::bitpay::invoice::btc;
use crate::http::pages::{Icon, icon};

/// A moment, to the second.
pub fn time(at: Timestamp) -> Markup {
    let Ok(at) = jiff::Timestamp::from_second(at.as_secs()) else { return html! {} };
    html! { time datetime=(at) { (at.strftime("%-d %b %Y, %H:%M:%S UTC")) } }
}

/// So many of something.
pub fn count(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

/// A rate, with whose word it is and of when.
pub fn rate(rate: &Rate) -> Markup {
    let source = match rate.source.as_str() {
        "fixed" => "fixed by the store",
        "sandbox" => "practice rate",
        other => Feed::from_name(other).map_or(other, |feed| feed.title()),
    };
    html! {
        "1 BTC = " (rate.currency.format(rate.per_btc)) " " (rate.currency)
        " (" (source) ", as of " (time(rate.observed_at)) ")"
    }
}

/// The price, as it is listed.
pub fn price(view: &InvoiceView) -> String {
    match view.price {
        Some(price) => format!("{} {}", view.currency.format(price), view.currency),
        None => format!("Any amount, {}", view.currency),
    }
}

/// A state in a word or three.
pub fn pill(tone: &str, shown: Icon, label: &str) -> Markup {
    html! { span class={ "pill" (behind(tone)) } { (icon(shown)) (label) } }
}

/// A class after another; nothing if there is none.
pub fn behind(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" {class}") }
}

/// The status, and what is exceptional about it.
pub fn pills(view: &InvoiceView) -> Markup {
    let (tone, shown) = (tone(view.status), status_icon(view.status));
    html! {
        (pill(tone, shown, label(view.status)))
        @match view.flag {
            Flag::None => {},
            Flag::PaidPartial => (pill("care", Icon::Partial, exception(view.flag))),
            Flag::PaidOver => (pill("care", Icon::Over, exception(view.flag))),
            Flag::PaidLate => (pill("care", Icon::Late, exception(view.flag))),
            Flag::Marked => (pill("soft", Icon::Marked, exception(view.flag))),
        }
        @if view.archived { (pill("soft", Icon::Invoice, "Archived")) }
    }
}

/// The colour of a status.
pub fn tone(status: Status) -> &'static str {
    match status {
        Status::New => "",
        Status::Paid => "care",
        Status::Confirmed | Status::Complete => "good",
        Status::Expired => "soft",
        Status::Invalid => "stop",
    }
}

/// The icon of a status.
pub fn status_icon(status: Status) -> Icon {
    match status {
        Status::New => Icon::Waiting,
        Status::Paid => Icon::Seen,
        Status::Confirmed => Icon::Paid,
        Status::Complete => Icon::Complete,
        Status::Expired => Icon::Expired,
        Status::Invalid => Icon::Stop,
    }
}

/// A status in a word.
pub fn label(status: Status) -> &'static str {
    match status {
        Status::New => "New",
        Status::Paid => "Paid",
        Status::Confirmed => "Confirmed",
        Status::Complete => "Complete",
        Status::Expired => "Expired",
        Status::Invalid => "Invalid",
    }
}

/// What is exceptional, in a word or three.
pub fn exception(flag: Flag) -> &'static str {
    match flag {
        Flag::None => "Nothing",
        Flag::PaidPartial => "Paid in part",
        Flag::PaidOver => "Paid too much",
        Flag::PaidLate => "Paid late",
        Flag::Marked => "Marked",
    }
}

/// Confirmations there are, of those that are asked: of the payment that lags behind.
pub fn confirmations(view: &InvoiceView) -> (u32, u32) {
    let needed = view.live_payments().map(|p| p.confirmations_needed).max().unwrap_or(1);
    let reached = view.live_payments().map(|p| p.confirmations).min().unwrap_or(0);
    (reached.min(needed), needed)
}

/// What the status means for the merchant: in a few words, and in a sentence.
pub fn meaning(view: &InvoiceView) -> (&'static str, String) {
    let paid = btc(view.paid);
    match (view.status, view.flag) {
        (Status::New, _) if view.shown_at >= view.expires_at => (
            "The time for paying is over",
            "The chain has yet to say whether something came in time.".to_owned(),
        ),
        (Status::New, Flag::PaidPartial) => {
            ("Paid in part", format!("{paid} BTC has come, {} BTC is missing.", btc(view.remaining)))
        }
        (Status::New, _) if view.unopened => (
            "Not opened yet",
            "Its buyer has not gone on to pay: the address is issued then.".to_owned(),
        ),
        (Status::New, _) => ("Waiting for payment", "Nothing has come yet.".to_owned()),
        (Status::Paid, _) => {
            let (reached, needed) = confirmations(view);
            let needed = count(u64::from(needed), "confirmation");
            ("Paid, not yet confirmed", format!("{reached} of {needed}. Wait before you send the goods."))
        }
        (Status::Confirmed, _) => (
            "Confirmed",
            "Confirmed as this invoice asks: the goods can go. Six confirmations make it complete.".to_owned(),
        ),
        (Status::Complete, Flag::Marked) => ("Complete", "The operator declared it complete.".to_owned()),
        (Status::Complete, _) if view.is_free() => {
            ("Complete", "Nothing was to be paid.".to_owned())
        }
        (Status::Complete, _) => ("Complete", "Final: six confirmations deep.".to_owned()),
        (Status::Expired, Flag::PaidPartial) => (
            "Expired, paid in part",
            format!("Only {paid} BTC came in time. Agree with the buyer what becomes of it."),
        ),
        (Status::Expired, Flag::PaidLate) => (
            "Expired, paid late",
            "The full amount came after the price had expired. Accept it, or agree with the buyer to send it back."
                .to_owned(),
        ),
        (Status::Expired, _) => ("Expired", "Nothing came in time.".to_owned()),
        (Status::Invalid, Flag::Marked) => ("Invalid", "The operator declared it invalid.".to_owned()),
        (Status::Invalid, _) => ("Invalid", "The payment came to nothing: do not rely on it.".to_owned()),
    }
}
