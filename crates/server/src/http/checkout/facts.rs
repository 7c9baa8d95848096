//! The rows of a ledger that checkout and receipt share: label, dotted leader, figure.

use maud::{Markup, html};
use specie_core::quote::Rate;

use crate::app::view::InvoiceView;
use crate::dialect::bitpay::invoice::btc;
use crate::http::l10n::Words;
use crate::http::pieces::row;

/// Satoshis in bitcoin.
pub fn bitcoin(sats: u64) -> Markup {
    html! { bdi { (btc(sats)) " BTC" } }
}

/// What was ordered, at which price.
pub fn order(words: Words, view: &InvoiceView) -> Markup {
    html! {
        @if let Some(item) = &view.order.item_desc { (row(&words.say("fact-for"), &html! { bdi { (item) } })) }
        @if let Some(number) = &view.order.order_id {
            (row(&words.say("fact-order"), &html! { bdi { (number) } }))
        }
        @if let Some(price) = view.price {
            (row(&words.say("fact-price"), &html! { bdi { (words.price(price, view.currency)) " " (view.currency) } }))
        }
        @if !view.order.tax_included.is_zero() {
            (row(
                &words.say("fact-tax"),
                &html! { bdi { (words.price(view.order.tax_included, view.currency)) " " (view.currency) } },
            ))
        }
        @if let Some(rate) = moving(view) {
            (row(&words.say("fact-rate"), &html! { bdi { (rate_line(words, rate)) } " · " bdi { (source(words, rate)) } }))
        }
    }
}

/// The rate of an invoice; none where one is as good as the other.
pub fn moving(view: &InvoiceView) -> Option<&Rate> {
    view.rate.as_ref().filter(|rate| rate.currency.constant_rate().is_none())
}

/// What a bitcoin is worth.
pub fn rate_line(words: Words, rate: &Rate) -> String {
    let price = words.price(rate.per_btc, rate.currency);
    words.tell("rate-line", [("price", price.into()), ("currency", rate.currency.code().into())])
}

/// Who says so.
pub fn source(words: Words, rate: &Rate) -> String {
    match rate.source.as_str() {
        "fixed" => words.say("rate-fixed"),
        "sandbox" => words.say("rate-practice"),
        other => other.to_owned(),
    }
}
