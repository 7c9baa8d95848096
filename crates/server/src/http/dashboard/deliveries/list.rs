//! The list of a store's deliveries, newest first, a page at a time.

use axum::extract::State;
use maud::{Markup, html};

use super::{Asked, words};
use crate::app::view::{DeliveryFate, OutboxLine, OutboxPage, WebhookView};
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::invoices::deliveries::words as notice;
use crate::http::dashboard::invoices::words::{count, time};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{choice, field, table};
use crate::http::pages::{Icon, icon};
use crate::http::{ApiError, Pairs, Web};

/// Deliveries on a page.
const PAGE: u32 = 50;
/// How far back what failed is sent again: in hours, and in words.
pub(super) const SINCE: [(&str, &str); 5] = [
    ("1", "Last hour"),
    ("6", "Last 6 hours"),
    ("24", "Last 24 hours"),
    ("168", "Last 7 days"),
    ("720", "Last 30 days"),
];

/// The list.
pub async fn show(State(web): State<Web>, owner: Owner, asked: Pairs) -> Result<Markup, PageError> {
    let asked = Asked::of(|name| asked.get(name));
    let webhooks = web.app().webhooks(owner.store.id).await?;
    let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
    let page = web.app().outbox(owner.store.id, asked.0, PAGE).await?;
    let frame = owner.frame().await?;
    let body = html! {
        a class="back" href=(owner.path("/webhooks")) { (icon(Icon::Back)) "Webhooks" }
        div class="head" { div {
            h1 { "Deliveries" }
            p { "What your programs were told: by your webhooks, and at the addresses that orders name." }
        } }
        (chips(&owner, &asked))
        (filters(&owner, &asked, &webhooks))
        @if page.lines.is_empty() { (none(&owner, &asked)) } @else { (found(&frame, &owner, &asked, &page)) }
        (pager(&owner, &asked, &page))
        (failed(&frame, &owner))
    };
    Ok(frame.bare("Deliveries", Section::Store(&owner.store, Tab::Webhooks), &body))
}

fn path(owner: &Owner, asked: &Asked) -> String {
    owner.path(&format!("/deliveries{}", asked.query()))
}

/// One link for each state, with the other filters as they are.
fn chips(owner: &Owner, asked: &Asked) -> Markup {
    let here = |fate: Option<DeliveryFate>| (asked.0.fate == fate).then_some("true");
    html! {
        nav class="chips" aria-label="State" {
            a href=(path(owner, &asked.with_fate(None))) aria-current=[here(None)] { "All" }
            @for fate in DeliveryFate::ALL {
                a href=(path(owner, &asked.with_fate(Some(fate)))) aria-current=[here(Some(fate))] { (words::label(fate)) }
            }
        }
    }
}

/// Whom they are for, and about what.
fn filters(owner: &Owner, asked: &Asked, webhooks: &[WebhookView]) -> Markup {
    let named: Vec<(String, String)> = webhooks
        .iter()
        .map(|view| {
            (
                view.webhook.number.to_string(),
                format!("Webhook {}: {}", view.webhook.number, view.webhook.url),
            )
        })
        .collect();
    let mut options = vec![("", "Everybody"), ("orders", "Addresses in orders")];
    options.extend(named.iter().map(|(number, name)| (number.as_str(), name.as_str())));
    let chosen = asked.0.endpoint.map(words::endpoint_value).unwrap_or_default();
    let invoice = asked.0.invoice.map(|id| id.to_string()).unwrap_or_default();
    html! {
        details class="filter" open[!chosen.is_empty() || !invoice.is_empty()] {
            summary { "More filters" }
            form class="form" method="get" action=(owner.path("/deliveries")) {
                @if let Some(fate) = asked.0.fate { input type="hidden" name="state" value=(fate.name()); }
                div class="pair" {
                    (choice("endpoint", "Sent to", &options).value(&chosen))
                    (field("invoice", "Invoice id").value(&invoice).autocomplete("off"))
                }
                p class="actions" {
                    button class="btn" { "Filter" }
                    a class="btn plain" href=(owner.path("/deliveries")) { "Clear" }
                }
            }
        }
    }
}

/// The page's deliveries, each to be chosen, and the button that sends those again.
fn found(frame: &Frame, owner: &Owner, asked: &Asked, page: &OutboxPage) -> Markup {
    let rows: Vec<Vec<Markup>> = page.lines.iter().map(|line| row(owner, line)).collect();
    html! {
        form class="sheet form" method="post" action=(owner.path("/deliveries/redeliver")) {
            (frame.csrf_field())
            input type="hidden" name="back" value=(asked.query());
            (table("Deliveries", &["Event", "State", "To", "Attempts", "Next"], &rows))
            p class="actions" { button class="btn" { (icon(Icon::Again)) "Redeliver selected" } }
        }
    }
}

fn row(owner: &Owner, line: &OutboxLine) -> Vec<Markup> {
    let name = line.notice.map_or("Test", notice);
    let page = owner.path(&format!("/deliveries/{}", line.id));
    let label = format!("Select {name}, {}", line.id);
    vec![
        html! {
            span class="check tick" {
                // A test is sent once.
                input type="checkbox" name="delivery" value=(line.id) aria-label=(label) disabled[line.notice.is_none()];
                span {
                    a href=(page) { strong { (name) } }
                    small { code { (words::called(line.notice, line.form)) } }
                    small { (time(line.created_at)) }
                }
            }
        },
        html! { span class="pills" { (words::state(line.fate)) } },
        html! {
            (to(line))
            small { (line.url) }
            @if let Some(invoice) = line.invoice {
                small { a href={ (owner.path("/invoices/")) (invoice) } { "Its invoice" } }
            }
        },
        html! {
            (line.attempts)
            @if let Some(last) = &line.last { small { (last.failure.as_deref().unwrap_or("arrived")) } }
        },
        html! {
            @match line.next_at {
                Some(_) if line.waits => "Waits for the one before",
                Some(at) => (time(at)),
                None => "—",
            }
        },
    ]
}

/// Whom it is for.
fn to(line: &OutboxLine) -> Markup {
    html! {
        @match (line.webhook, line.to_webhook) {
            (Some(number), _) => { "Webhook " (number) },
            (None, true) => "A deleted webhook",
            (None, false) => "The order’s address",
        }
    }
}

fn none(owner: &Owner, asked: &Asked) -> Markup {
    html! {
        section class="sheet empty" {
            (icon(Icon::Out))
            @if *asked == Asked::default() {
                h2 { "Nothing was sent yet" }
                p class="lead" { "Add a webhook, or name an address in your orders, and you see here what was told." }
                a class="btn main" href=(owner.path("/webhooks")) { "Webhooks" }
            } @else {
                h2 { "No delivery matches" }
                p class="lead" { "Nothing was sent under this filter." }
                a class="btn" href=(owner.path("/deliveries")) { "Show all deliveries" }
            }
        }
    }
}

fn pager(owner: &Owner, asked: &Asked, page: &OutboxPage) -> Markup {
    html! {
        @if asked.0.before.is_some() || page.older.is_some() {
            nav class="pager" aria-label="Pages" {
                @if asked.0.before.is_some() {
                    a class="btn plain small" rel="prev" href=(path(owner, &asked.from(None))) { (icon(Icon::Back)) "Newest" }
                } @else { span {} }
                span { (count(page.lines.len() as u64, "delivery").replace("deliverys", "deliveries")) }
                @if page.older.is_some() {
                    a class="btn plain small" rel="next" href=(path(owner, &asked.from(page.older))) {
                        "Older" (icon(Icon::Next))
                    }
                } @else { span {} }
            }
        }
    }
}

/// All that failed, sent again by one button.
fn failed(frame: &Frame, owner: &Owner) -> Markup {
    html! {
        section class="sheet part" {
            header {
                h2 { "After an outage" }
                p class="hint" { "What failed or was given up is sent again, whoever it was for. What arrived is not." }
            }
            form class="form" method="post" action=(owner.path("/deliveries/redeliver-failed")) {
                (frame.csrf_field())
                (choice("hours", "Everything that failed since", &SINCE).value("24"))
                p class="actions" { button class="btn" { (icon(Icon::Again)) "Redeliver all failed" } }
            }
        }
    }
}
