//! The three ways to pay, one action each: open a wallet, scan, copy.

use maud::{Markup, html};

use super::facts::{bitcoin, order, row};
use super::qr;
use super::state::Shown;
use crate::app::view::InvoiceView;
use crate::dialect::bitpay::invoice::btc;
use crate::http::l10n::Words;
use crate::http::pages::{Icon, copy_button_in, grouped, icon};

/// How long before its end the price is counted down, in seconds: nobody is hurried before.
pub const COUNTDOWN_SECS: i64 = 5 * 60;

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

/// How long the price holds: `left` seconds; of an invoice for any amount (`top_up`), how long it can be paid. Unless it
/// is almost over, only whoever opens the details is told when.
pub fn countdown(words: Words, left: i64, top_up: bool) -> Markup {
    let minutes = u32::try_from(left.div_euclid(60)).unwrap_or(u32::MAX);
    let holds = match minutes {
        0 => words.say("left-seconds"),
        n if n < 120 => words.tell("left-minutes", [("n", n.into())]),
        n => words.tell("left-hours", [("n", (n / 60).into())]),
    };
    let say = |n: u32| words.tell("say-minutes", [("n", n.into())]);
    html! {
        p class="hold" hidden[left > COUNTDOWN_SECS] data-from=(COUNTDOWN_SECS) {
            (words.say(if top_up { "hold-top-up" } else { "hold" })) " "
            b role="timer" aria-live="off" data-say5=(say(5)) data-say1=(say(1)) { (holds) }
        }
    }
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
