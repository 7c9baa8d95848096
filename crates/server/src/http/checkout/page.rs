//! The checkout's markup. Complete without scripts; a script only saves reloads.

use maud::{Markup, html};
use specie_core::quote::Rate;
use specie_core::time::Timestamp;

use super::state::Shown;
use super::{opening, qr};
use crate::app::view::{InvoiceView, PaymentState};
use crate::dialect::bitpay::invoice::btc;
use crate::http::Pairs;
use crate::http::l10n::Words;
use crate::http::pages::{self, Icon, copy_button, grouped, icon};

/// The whole page.
pub fn whole(shown: &Shown<'_>, asked: &Pairs) -> Markup {
    let title = page_title(shown);
    let reload = html! { @if !shown.is_final() { noscript { meta http-equiv="refresh" content="15"; } } };
    pages::page(
        &title,
        &reload,
        &html! {
            @if shown.view.sandbox { aside class="practice" { strong { "Practice store" } ": no real bitcoin" } }
            @if super::is_modal(asked) {
                button type="button" class="close" data-close="" aria-label="Close" { (icon(Icon::Close)) }
            }
            (checkout(shown, asked))
            (pages::foot(Words::english(), !shown.is_final()))
        },
    )
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
            data-title=(page_title(shown)) data-final=[shown.is_final().then_some("")] {
            header class="shop" {
                p class="name" { (view.store_name) }
                (item(view))
            }
            div id="status" class="status" role="status" { (status(shown)) }
            @if let Some((words, bad)) = &shown.notice { p class={ "notice" @if *bad { " bad" } } { (words) } }
            (amount(shown))
            @if shown.payable { (ways_to_pay(view, asked)) } @else { (receipt(shown)) }
            (leave(shown))
        }
    }
}

fn item(view: &InvoiceView) -> Markup {
    let order = &view.order;
    html! {
        @if order.item_desc.is_some() || order.order_id.is_some() {
            p class="item" {
                @if let Some(item) = &order.item_desc { span { (item) } " " }
                @if let Some(number) = &order.order_id { span { "Order " (number) } }
            }
        }
    }
}

fn status(shown: &Shown<'_>) -> Markup {
    html! {
        (icon(shown.icon))
        p class="state" { (shown.title) }
        @if let Some(words) = &shown.words { p { (words) } }
        @if let Some((reached, needed)) = shown.ticks {
            p class="ticks" aria-hidden="true" {
                @for i in 0..needed { i class=[(i < reached).then_some("on")] {} }
            }
        }
    }
}

fn amount(shown: &Shown<'_>) -> Markup {
    let view = shown.view;
    let hushed = !shown.payable && shown.label != "Was asked";
    let sats = if shown.payable { view.remaining } else { view.due.unwrap_or(0) };
    let exact = btc(sats);
    html! {
        section class="amount" {
            h1 id="title" tabindex="-1" {
                small class=[hushed.then_some("hush")] { (shown.label) } " "
                @match price(shown) {
                    Some(price) => { (price) " " span { (view.currency) } }
                    None => { "Any amount" }
                }
            }
            @if sats > 0 {
                p class="exact" {
                    span { code id="amount" { (exact) } " BTC" } " "
                    @if shown.payable { (copy_button("amount", "amount", &exact, "amount")) }
                }
            }
            @if shown.payable && let Some(rate) = &view.rate && rate.currency.constant_rate().is_none() {
                p class="rate" { bdi { (rate_line(rate)) } " · " bdi { (source(rate)) } }
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
    Some(view.currency.format(price))
}

fn rate_line(rate: &Rate) -> String {
    format!("1 BTC = {} {}", rate.currency.format(rate.per_btc), rate.currency)
}

fn source(rate: &Rate) -> &str {
    match rate.source.as_str() {
        "fixed" => "fixed by the shop",
        "sandbox" => "practice rate",
        other => other,
    }
}

fn ways_to_pay(view: &InvoiceView, asked: &Pairs) -> Markup {
    let (Some(address), Some(link)) = (&view.address, view.payment_link()) else {
        return opening::form(Words::english(), view, asked);
    };
    let asked =
        if view.remaining > 0 { format!("{} BTC", btc(view.remaining)) } else { "any amount".to_owned() };
    let minutes = view.expires_at.millis_since(view.shown_at).max(0).div_euclid(60_000);
    let holds = match minutes {
        0 => "less than a minute".to_owned(),
        1 => "1 minute".to_owned(),
        n if n < 120 => format!("{n} minutes"),
        n => format!("{} hours", n / 60),
    };
    html! {
        section class="scan" aria-label="Pay" {
            figure class="qr" { (qr::qr(&link, &format!("QR code: pay {asked} to {address}"))) }
            a class="btn main" id="wallet" href=(link) { (icon(Icon::Wallet)) "Open in wallet" }
            p class="hold" {
                @if view.top_up { "Open for " } @else { "This price holds for " }
                b role="timer" aria-live="off" data-say5="5 minutes left" data-say1="1 minute left" { (holds) }
            }
        }
        section class="to" {
            p class="row" {
                span class="label" { "Bitcoin address" }
                (copy_button("address", "address", address, "address"))
            }
            (grouped(address, "address"))
        }
        details class="fold" id="details" {
            summary { "Details" }
            dl class="ledger" {
                (facts(view))
                @if let Some(due) = view.due { (row("To pay", html! { (btc(due)) " BTC" })) }
                (row("Received", html! { (btc(view.paid)) " BTC" }))
                (row("Price expires", time(view.expires_at)))
                (row("Invoice", html! { code { (view.id) } }))
            }
        }
    }
}

fn receipt(shown: &Shown<'_>) -> Markup {
    let view = shown.view;
    let over =
        view.due.map(|due| view.paid.saturating_sub(due)).filter(|over| *over > 0 && shown.tone == "good");
    html! {
        section class="receipt" {
            h2 { @if shown.tone == "good" { "Receipt" } @else { "Details" } }
            dl class="ledger" {
                (row("Shop", html! { (view.store_name) }))
                (facts(view))
                (row("Invoice", html! { code { (view.id) } }))
                @if shown.tone == "stop" { (row("Price expired", time(view.expires_at))) }
                @for payment in &view.payments {
                    @let label = match payment.state {
                        PaymentState::Lost => "Lost transaction",
                        PaymentState::Mempool | PaymentState::Confirmed | PaymentState::Missing => "Transaction",
                    };
                    (row("Time", time(payment.first_seen)))
                    div { dt { (label) } dd class="long" { code { (payment.txid) } } }
                }
                @if let Some(over) = over { (row("Too much", html! { (btc(over)) " BTC" })) }
                div class="sum" { dt { "Received" } dd { (btc(view.paid)) " BTC" } }
            }
        }
    }
}

/// What was ordered, at which price.
fn facts(view: &InvoiceView) -> Markup {
    html! {
        @if let Some(item) = &view.order.item_desc { (row("For", html! { (item) })) }
        @if let Some(number) = &view.order.order_id { (row("Order", html! { (number) })) }
        @if let Some(price) = view.price {
            (row("Price", html! { (view.currency.format(price)) " " (view.currency) }))
        }
        @if let Some(rate) = view.rate.as_ref().filter(|rate| rate.currency.constant_rate().is_none()) {
            (row("Rate", html! { (rate_line(rate)) ", " (source(rate)) }))
        }
    }
}

fn row(label: &str, value: Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

pub fn time(at: Timestamp) -> Markup {
    let Ok(at) = jiff::Timestamp::from_second(at.as_secs()) else { return html! {} };
    html! { time datetime=(at) { (at.strftime("%-d %b %Y, %H:%M UTC")) } }
}

/// The way back to the shop.
fn leave(shown: &Shown<'_>) -> Markup {
    let class = match (shown.payable, shown.tone) {
        (true, _) => None,
        (false, "good") => Some("btn main"),
        (false, _) => Some("btn"),
    };
    html! {
        @if let Some(url) = super::way_back(shown.view) {
            nav class="leave" {
                a class=[class] href=(url) target="_top" rel="noreferrer" { (icon(Icon::Back)) "Return to the shop" }
            }
        }
    }
}
