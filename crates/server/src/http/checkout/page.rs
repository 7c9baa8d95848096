//! The checkout's markup. Complete without scripts; a script only saves reloads.

use maud::{Markup, html};
use specie_core::invoice::Renewal;

use super::facts::{bitcoin, moving, order, rate_line, source};
use super::frame::{Frame, is_modal};
use super::state::Shown;
use super::{actions, pay, practice};
use crate::app::view::{InvoiceView, PaymentState};
use crate::dialect::bitpay::invoice::btc;
use crate::http::l10n::Words;
use crate::http::pages::{Icon, copy_button_in, icon};
use crate::http::pieces::row;
use crate::http::{Pairs, brand};

/// How long whoever has paid stays on the page before it leads back to the shop, in seconds.
const LEAVE_SECS: u32 = 5;

/// The whole page.
pub fn whole(shown: &Shown<'_>, asked: &Pairs) -> Markup {
    let reload = html! {
        @if let Some(url) = leaves(shown, asked) {
            noscript { meta http-equiv="refresh" content={ (LEAVE_SECS) "; url=" (url) }; }
        } @else if !shown.is_final() {
            noscript { meta http-equiv="refresh" content="15"; }
        }
    };
    let frame = Frame {
        words: shown.words,
        title: &page_title(shown),
        asked,
        view: shown.view,
        live: !shown.is_final(),
    };
    frame.around(&reload, &checkout(shown, asked))
}

fn page_title(shown: &Shown<'_>) -> String {
    format!("{} · {}", shown.title, shown.view.store_name)
}

/// The part that changes.
pub fn checkout(shown: &Shown<'_>, asked: &Pairs) -> Markup {
    let view = shown.view;
    let phase = if shown.payable { "pay" } else { "done" };
    html! {
        main id="checkout" class={ "note " (phase) " " (shown.tone) } data-id=(view.id) data-status=(view.status.name())
            data-rev=(shown.revision()) data-now=(view.shown_at.as_millis())
            data-expires-at=(view.expires_at.as_millis()) data-events={ "/i/" (view.id) "/events" }
            data-title=(page_title(shown)) data-leave=[leaves(shown, asked)] data-leave-secs=(LEAVE_SECS)
            data-final=[shown.is_final().then_some("")] {
            (shop(shown.words, view))
            div id="status" class="status" role="status" { (status(shown)) }
            @if let Some(text) = &shown.notice {
                p class="notice" { (icon(Icon::Info)) span { (text) } }
            }
            (amount(shown))
            // Whoever has paid wants to go on; whoever has not is not shown the way out first.
            (go_on(shown, asked))
            @if shown.payable { (pay::ways(shown)) (leave(shown, asked)) } @else { (leave(shown, asked)) (outcome(shown, asked)) }
            (practice::fold(shown, asked))
        }
    }
}

/// Whose shop, and what for.
pub fn shop(words: Words, view: &InvoiceView) -> Markup {
    let order = &view.order;
    html! {
        header class="shop" {
            (brand::logo(view))
            p class="name" { bdi { (view.store_name) } }
            @if order.item_desc.is_some() || order.order_id.is_some() {
                p class="item" {
                    @if let Some(item) = &order.item_desc { span { bdi { (item) } } " " }
                    @if let Some(number) = &order.order_id {
                        span { bdi { (words.tell("order-number", [("number", number.as_str().into())])) } }
                    }
                }
            }
        }
    }
}

fn status(shown: &Shown<'_>) -> Markup {
    html! {
        (icon(shown.icon))
        p class="state" { (shown.title) }
        @if let Some(text) = &shown.text { p { (text) } }
        @if let Some((reached, needed)) = shown.ticks {
            p class="ticks" aria-hidden="true" {
                @for i in 0..needed { i class=[(i < reached).then_some("on")] {} }
            }
        }
    }
}

fn amount(shown: &Shown<'_>) -> Markup {
    let (view, words) = (shown.view, shown.words);
    let hushed = !shown.payable && shown.label != "label-asked";
    let sats = if shown.payable { view.remaining } else { view.due.unwrap_or(0) };
    let exact = btc(sats);
    html! {
        section class="amount" {
            h1 id="title" tabindex="-1" {
                small class=[hushed.then_some("hush")] { (words.say(shown.label)) } " "
                @match price(shown) {
                    Some(price) => bdi { (price) " " span { (view.currency) } }
                    None => { (words.say("any-amount")) }
                }
            }
            @if sats > 0 {
                p class="exact" {
                    span { bdi { code id="amount" { (exact) } " BTC" } } " "
                    @if shown.payable { (copy_button_in(words, "amount", &words.say("copy-amount"), &exact, "amount")) }
                }
            }
            @if shown.payable && let Some(rate) = moving(view) {
                p class="rate" { bdi { (rate_line(words, rate)) } " · " bdi { (source(words, rate)) } }
            }
        }
    }
}

/// The figure over the amount: the price; while something is missing, that part of it.
fn price(shown: &Shown<'_>) -> Option<String> {
    let view = shown.view;
    let rate = view.rate.as_ref().filter(|_| shown.payable && view.paid > 0);
    let price = match rate {
        Some(rate) => specie_core::quote::value(bitcoin::Amount::from_sat(view.remaining), rate),
        None => view.price?,
    };
    Some(shown.words.price(price, view.currency))
}

/// The next step, where one waits for its buyer: to get an address, a new price, or more time.
fn go_on(shown: &Shown<'_>, asked: &Pairs) -> Markup {
    let step = match shown.view.renewal {
        _ if shown.unopened => Some(("open", "open", None)),
        Some(Renewal::NewPrice) => Some(("renew", "renew-price", Some("renew-price-words"))),
        Some(Renewal::MoreTime) => Some(("renew", "renew-time", Some("renew-time-words"))),
        None => None,
    };
    html! {
        @if let Some((path, label, text)) = step {
            form class="go-on" method="post" action=(actions::target(shown.view.id, path, asked)) {
                button class="btn main" { (shown.words.say(label)) }
                @if let Some(text) = text { p class="hint" { (shown.words.say(text)) } }
            }
        }
    }
}

/// What became of it, and what can be done now.
fn outcome(shown: &Shown<'_>, asked: &Pairs) -> Markup {
    let (view, words) = (shown.view, shown.words);
    let is_good = shown.tone == "good";
    html! {
        section class="receipt" {
            h2 { (words.say(if is_good { "receipt" } else { "details" })) }
            dl class="ledger" {
                (row(&words.say("fact-shop"), &html! { bdi { (view.store_name) } }))
                (order(words, view))
                (row(&words.say("fact-invoice"), &html! { code { (view.id) } }))
                @if shown.tone == "stop" { (row(&words.say("fact-expired"), &words.time(view.expires_at))) }
                @if shown.unopened { (row(&words.say("fact-expires"), &words.time(view.expires_at))) }
                (payments(words, view))
                @if is_good { (too_much(words, view)) }
                div class="sum" { dt { (words.say("fact-received")) } dd { (bitcoin(view.paid)) } }
            }
            @if super::has_receipt(view) {
                a class="more" href={ "/i/" (view.id) "/receipt?lang=" (words.tag()) } target=[is_modal(asked).then_some("_blank")] {
                    (icon(Icon::Invoice)) (words.say("receipt-open"))
                }
            }
        }
    }
}

/// What came beyond what was asked.
pub fn too_much(words: Words, view: &InvoiceView) -> Markup {
    let over = view.due.map_or(0, |due| view.paid.saturating_sub(due));
    html! { @if over > 0 { (row(&words.say("fact-over"), &bitcoin(over))) } }
}

/// Every payment that was seen.
pub fn payments(words: Words, view: &InvoiceView) -> Markup {
    html! {
        @for payment in &view.payments {
            @let label = match payment.state {
                PaymentState::Lost => "fact-lost",
                PaymentState::Mempool | PaymentState::Confirmed | PaymentState::Missing => "fact-transaction",
            };
            div {
                dt { (words.say(label)) }
                dd { (bitcoin(payment.amount)) }
                dd class="long" { (words.time(payment.first_seen)) code { (payment.txid) } }
            }
        }
    }
}

/// Where the page leads by itself, once it was paid and if the shop wants it so. Whoever stays, stays.
fn leaves(shown: &Shown<'_>, asked: &Pairs) -> Option<String> {
    let wanted = shown.view.order.redirect_automatically == Some(true) && super::has_receipt(shown.view);
    let stays = asked.get("stay").is_some() || is_modal(asked);
    super::way_back(shown.view).filter(|_| wanted && !stays).map(String::from)
}

/// The way back to the shop.
fn leave(shown: &Shown<'_>, asked: &Pairs) -> Markup {
    let words = shown.words;
    let class = match (shown.payable, shown.tone) {
        (true, _) => None,
        (false, "good") => Some("btn main"),
        // Beside what the page offers to do next.
        (false, _) if shown.view.renewal.is_some() || shown.unopened => None,
        (false, _) => Some("btn"),
    };
    html! {
        @if let Some(url) = super::way_back(shown.view) {
            nav class="leave" {
                a class=[class] href=(url) target="_top" rel="noreferrer" { (icon(Icon::Back)) (words.say("leave")) }
                @if let Some(host) = url.host_str() { p class="hint" { bdi { (host) } } }
                @if leaves(shown, asked).is_some() {
                    p class="hint" {
                        (words.say("leave-soon")) " "
                        a href={ "/i/" (shown.view.id) "?stay=1&lang=" (words.tag()) } { (words.say("leave-stay")) }
                    }
                }
            }
        }
    }
}
