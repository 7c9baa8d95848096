//! The three ways to pay, one action each: open a wallet, scan, copy.

use maud::{Markup, html};

use super::facts::{bitcoin, order};
use super::qr;
use super::state::Shown;
use crate::app::view::InvoiceView;
use crate::dialect::bitpay::invoice::btc;
use crate::http::l10n::Words;
use crate::http::pages::{Icon, copy_button_in, grouped, icon};
use crate::http::pieces::{countdown, row};

/// What there is to pay with.
pub fn ways(shown: &Shown<'_>) -> Markup {
    let (view, words) = (shown.view, shown.words);
    let (Some(address), Some(link)) = (&view.address, view.payment_link()) else { return html! {} };
    let label = match view.remaining {
        0 => words.tell("qr-label-any", [("address", address.as_str().into())]),
        due => words.tell("qr-label", [("amount", btc(due).into()), ("address", address.as_str().into())]),
    };
    html! {
        section class="scan" aria-label=(words.say("pay")) {
            figure class="qr" { (qr::qr(&link, &label)) }
            a class="btn main" id="wallet" href=(link) { (icon(Icon::Wallet)) (words.say("wallet")) }
            (hold(words, view))
        }
        section class="to" {
            p class="row" {
                span class="label" { (words.say("address")) }
                (copy_button_in(words, "address", &words.say("copy-address"), address, "address"))
            }
            (grouped(address, "address"))
        }
        details class="fold" id="details" {
            summary { (words.say("details")) }
            dl class="ledger" {
                (order(words, view))
                @if let Some(due) = view.due { (row(&words.say("fact-due"), &bitcoin(due))) }
                (row(&words.say("fact-received"), &bitcoin(view.paid)))
                (row(&words.say("fact-expires"), &words.time(view.expires_at)))
                (row(&words.say("fact-invoice"), &html! { code { (view.id) } }))
            }
            (plain(words, view, address))
            p class="keys" hidden {
                label class="check" {
                    input type="checkbox" id="keys" checked;
                    span { (words.say("keys")) }
                    span class="hint" { (words.say("keys-words")) }
                }
            }
        }
    }
}

fn hold(words: Words, view: &InvoiceView) -> Markup {
    let left = view.expires_at.millis_since(view.shown_at).max(0).div_euclid(1000);
    countdown(words, left, view.top_up)
}

/// The code that apps read which know nothing but addresses. It is fetched when it is unfolded.
fn plain(words: Words, view: &InvoiceView, address: &str) -> Markup {
    let label = words.tell("qr-plain-label", [("address", address.into())]);
    html! {
        details class="plain-code" id="plain-code" {
            summary { (words.say("qr-plain")) }
            p class="hint" { (words.say("qr-plain-words")) }
            figure class="qr" {
                img src={ "/i/" (view.id) "/address.svg" } alt=(label) width="220" height="220" loading="lazy";
            }
        }
    }
}
