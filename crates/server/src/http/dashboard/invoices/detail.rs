//! One invoice, with all there is to know about it: where it stands and what that means, its money,
//! its payments, what happened for which cause, and what the shop was told.
//!
//! What a buyer or a shop wrote stands here as text, and is linked only if it is an address on the
//! web.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use specie_core::ids::InvoiceId;
use specie_core::invoice::Status;
use url::Url;

use super::words::{behind, btc, confirmations, meaning, pill, pills, price, rate, status_icon, time, tone};
use super::{decide, deliveries, practice, timeline};
use crate::app::Permission;
use crate::app::view::{InvoiceDetail, InvoiceView, Issued, PaymentState, PaymentView};
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::{Section, Tab};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::facts;
use crate::http::dashboard::refunds;
use crate::http::pages::{Icon, copy_button, grouped, icon};

/// Most ticks that a row of confirmations shows.
const MAX_TICKS: u32 = 6;

/// The invoice.
pub async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let id: InvoiceId = owner.param("invoice").parse().map_err(|_| PageError::not_found())?;
    page(&web, &owner, id, &practice::Typed::default()).await
}

/// The invoice, with what is wrong with what was typed into a control of it.
pub async fn refused(
    web: &Web,
    owner: &Owner,
    id: InvoiceId,
    typed: &practice::Typed,
) -> Result<Response, PageError> {
    Ok((StatusCode::BAD_REQUEST, page(web, owner, id, typed).await?).into_response())
}

async fn page(web: &Web, owner: &Owner, id: InvoiceId, typed: &practice::Typed) -> Result<Markup, PageError> {
    let detail = web.app().invoice_detail(owner.store.id, id).await?;
    let offer = web.app().refund_offer(&owner.store, id).await?;
    let frame = owner.frame().await?;
    let (view, csrf) = (&detail.invoice, frame.csrf_field());
    let list = owner.path("/invoices");
    let path = format!("{list}/{id}");
    let body = html! {
        a class="back" href=(list) { (icon(Icon::Back)) "Invoices" }
        (headline(view))
        (typed.problems)
        div class="split" {
            div class="stack" {
                (standing(view))
                (payments(view))
                @if view.sandbox && owner.may(Permission::Practise) { (practice::section(view, &path, &csrf, typed)) }
                section class="sheet" { h2 { "What happened" } (timeline::timeline(&detail, owner.may(Permission::SeeMoney))) }
                @if owner.may(Permission::Webhooks) {
                    @let again = owner.may(Permission::Decide).then_some(&*path);
                    (deliveries::section(&detail, again, &csrf))
                }
            }
            div class="stack" {
                (money(view))
                @if owner.may(Permission::SeeMoney) { (refunds::section(&offer, &owner.path(""), &path)) }
                (address(&detail))
                (order(view))
                @if owner.may(Permission::Decide) { (decide::section(&detail, &path, &csrf)) }
            }
        }
    };
    Ok(frame.bare(&price(view), Section::Store(&owner.store, Tab::Invoices), &body))
}

/// Its price, what it is for, and the way to what the buyer sees.
fn headline(view: &InvoiceView) -> Markup {
    let order = &view.order;
    html! {
        div class="head" {
            div {
                h1 {
                    @match view.price {
                        Some(price) => { (view.currency.format(price)) " " span { (view.currency) } },
                        None => { "Any amount" },
                    }
                }
                @if order.item_desc.is_some() || order.order_id.is_some() {
                    p {
                        @if let Some(item) = &order.item_desc { (item) }
                        @if order.item_desc.is_some() && order.order_id.is_some() { " · " }
                        @if let Some(number) = &order.order_id { "Order " (number) }
                    }
                }
            }
            p class="actions" { a class="btn small" href={ "/i/" (view.id) } { (icon(Icon::Out)) "Checkout" } }
        }
    }
}

fn standing(view: &InvoiceView) -> Markup {
    let (title, words) = meaning(view);
    let (reached, needed) = confirmations(view);
    let ticks = view.status == Status::Paid && (2..=MAX_TICKS).contains(&needed);
    html! {
        section class={ "sheet" (behind(tone(view.status))) } id="status" data-status=(view.status.name()) {
            div class="status" {
                (icon(status_icon(view.status)))
                h2 class="state" { (title) }
                p { (words) }
                @if ticks {
                    p class="ticks" aria-hidden="true" {
                        @for i in 0..needed { i class=[(i < reached).then_some("on")] {} }
                    }
                }
            }
            p class="pills" { (pills(view)) }
        }
    }
}

fn payments(view: &InvoiceView) -> Markup {
    html! {
        section class="sheet" {
            h2 { "Payments" }
            @if view.payments.is_empty() {
                p class="lead" { "None has been seen." }
            } @else {
                table class="list" {
                    caption class="hush" { "Payments" }
                    thead {
                        tr {
                            th scope="col" { "Transaction" }
                            th scope="col" class="num" { "Amount" }
                            th scope="col" class="num" { "Confirmations" }
                            th scope="col" { "State" }
                        }
                    }
                    tbody { @for payment in &view.payments { (payment_row(payment)) } }
                }
            }
        }
    }
}

fn payment_row(payment: &PaymentView) -> Markup {
    let (tone, shown, words) = match payment.state {
        PaymentState::Mempool => ("care", Icon::Seen, "In mempool"),
        PaymentState::Confirmed => ("good", Icon::Confirming, "In a block"),
        PaymentState::Missing => ("care", Icon::Late, "Missing"),
        PaymentState::Lost => ("stop", Icon::Stop, "Lost"),
    };
    html! {
        tr {
            td {
                code { (payment.txid) }
                small { "Output " (payment.vout) " · first seen " (time(payment.first_seen)) }
            }
            td class="num" data-label="Amount" { (btc(payment.amount)) " BTC" }
            td class="num" data-label="Confirmations" {
                (payment.confirmations) " of " (payment.confirmations_needed)
            }
            td data-label="State" { (pill(tone, shown, words)) }
        }
    }
}

fn money(view: &InvoiceView) -> Markup {
    let mut rows = vec![("Price", html! { (price(view)) })];
    if let Some(known) = view.rate.as_ref().filter(|rate| rate.currency.constant_rate().is_none()) {
        rows.push(("Rate", rate(known)));
    }
    if let Some(due) = view.due {
        rows.push(("To pay", html! { (btc(due)) " BTC" }));
        if view.remaining > 0 {
            rows.push(("Missing", html! { (btc(view.remaining)) " BTC" }));
        }
    }
    if let Some(over) = view.due.and_then(|due| view.paid.checked_sub(due)).filter(|over| *over > 0) {
        rows.push(("Too much", html! { (btc(over)) " BTC" }));
    }
    rows.push(("Received", html! { (btc(view.paid)) " BTC" }));
    if let Some(credit) = view.credit {
        rows.push((
            "Credited",
            html! { (btc(credit.amount)) " BTC beyond that, accepted " (time(credit.at)) },
        ));
    }
    html! { section class="sheet" { h2 { "Money" } (facts(&rows)) } }
}

fn address(detail: &InvoiceDetail) -> Markup {
    let Some(address) = &detail.invoice.address else { return html! {} };
    html! {
        section class="sheet" {
            h2 { "Address" }
            p class="row" {
                span class="label" { "Bitcoin address" }
                (copy_button("address", "address", address, "address"))
            }
            (grouped(address, "address"))
            @if let Some(issued) = &detail.issued { (origin(issued)) }
        }
    }
}

/// Where the wallet finds the address again.
fn origin(issued: &Issued) -> Markup {
    let mut rows = vec![("Index in the wallet", html! { (issued.index) })];
    rows.extend(issued.derivations.iter().map(|path| ("Derivation", html! { code { (path) } })));
    facts(&rows)
}

fn order(view: &InvoiceView) -> Markup {
    let (order, buyer) = (&view.order, &view.order.buyer);
    let mut rows = vec![
        ("Invoice", html! { code { (view.id) } }),
        ("Created", time(view.created_at)),
        ("Expires", time(view.expires_at)),
        ("Payments watched until", time(view.monitoring_ends_at)),
        ("Speed", html! { (view.speed.name()) }),
    ];
    let contact: Vec<&String> = [&buyer.name, &buyer.email, &buyer.phone].into_iter().flatten().collect();
    let postal = [
        &buyer.address1,
        &buyer.address2,
        &buyer.postal_code,
        &buyer.locality,
        &buyer.region,
        &buyer.country,
    ];
    let postal: Vec<&String> = postal.into_iter().flatten().collect();
    for (name, text) in [
        ("Order", order.order_id.as_ref()),
        ("Item", order.item_desc.as_ref()),
        ("Item code", order.item_code.as_ref()),
        ("Shop’s data", order.pos_data.as_ref()),
    ] {
        rows.extend(text.map(|text| (name, html! { (text) })));
    }
    for (name, lines) in [("Buyer", contact), ("Buyer’s address", postal)] {
        if !lines.is_empty() {
            rows.push((name, html! { @for line in lines { (line) br; } }));
        }
    }
    for (name, text) in [
        ("Notification URL", order.notification_url.as_ref()),
        ("Notification e-mail", order.notification_email.as_ref()),
    ] {
        rows.extend(text.map(|text| (name, html! { (text) })));
    }
    rows.extend(view.redirect_url.as_deref().map(|url| ("Back to the shop", linked(url))));
    html! { section class="sheet" { h2 { "Invoice" } (facts(&rows)) } }
}

/// A link, if it is one to the web; else just the text.
fn linked(text: &str) -> Markup {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    html! {
        @match url {
            Some(url) => a href=(url) rel="noreferrer nofollow" { (text) },
            None => { (text) },
        }
    }
}
