//! The log of changes: who changed what, when, and by which way. It is read here, and nowhere written.

use axum::extract::State;
use maud::{Markup, html};

use super::error::PageError;
use super::frame::{Section, Tab};
use super::invoices::words::time;
use super::merchant::{Administrator, Owner};
use crate::app::{AUDIT_PAGE, Deed, Entry};
use crate::http::pages::{Icon, icon};
use crate::http::{Pairs, Web};

/// What was changed in a store.
pub async fn of_store(State(web): State<Web>, owner: Owner, asked: Pairs) -> Result<Markup, PageError> {
    let entries = web.app().audit(Some(owner.store.id), below(&asked)).await?;
    let body = list(entries, &owner.path("/log"));
    Ok(owner.frame().await?.page("Log of changes", Section::Store(&owner.store, Tab::Log), &body))
}

/// What was changed on the server, in whichever store.
pub async fn of_server(
    State(web): State<Web>,
    Administrator(merchant): Administrator,
    asked: Pairs,
) -> Result<Markup, PageError> {
    let entries = web.app().audit(None, below(&asked)).await?;
    let body = list(entries, "/log");
    Ok(merchant.frame().await?.page("Log of changes", Section::Log, &body))
}

/// Where a page begins: below that number.
fn below(asked: &Pairs) -> i64 {
    asked.get("before").and_then(|text| text.parse().ok()).unwrap_or(i64::MAX)
}

fn list(mut entries: Vec<Entry>, path: &str) -> Markup {
    let page = usize::try_from(AUDIT_PAGE).unwrap_or(usize::MAX);
    let more = entries.len() > page;
    entries.truncate(page);
    let last = entries.last().map(|entry| entry.number);
    html! {
        @if entries.is_empty() {
            section class="sheet empty" {
                (icon(Icon::Info))
                h2 { "Nothing was changed yet" }
                p class="lead" { "What people and programs change is written down here, and stays." }
            }
        } @else {
            section class="sheet" {
                table class="list" {
                    caption class="hush" { "Changes, latest first. Times are in UTC." }
                    thead {
                        tr {
                            th scope="col" { "What" }
                            th scope="col" { "Who" }
                            th scope="col" { "When" }
                        }
                    }
                    tbody { @for entry in &entries { (row(entry)) } }
                }
            }
            @if let Some(last) = last.filter(|_| more) {
                nav class="pager" aria-label="Pages" {
                    span {}
                    span {}
                    a class="btn plain small" rel="next" href={ (path) "?before=" (last) } { "Older" (icon(Icon::Next)) }
                }
            }
        }
    }
}

/// What a changed field is called by people.
fn named(field: &str) -> String {
    match field {
        "expiry_secs" => "time to pay, in seconds".to_owned(),
        "monitoring_secs" => "late payments are watched, in seconds".to_owned(),
        "tolerance" => "may be short by, in hundredths of a percent".to_owned(),
        "unconfirmed_limit" => "waits for a block above, in satoshis".to_owned(),
        "sats" => "satoshis".to_owned(),
        "per_btc" => "price of a bitcoin".to_owned(),
        other => other.replace('_', " "),
    }
}

fn row(entry: &Entry) -> Markup {
    html! {
        tr {
            td {
                strong { (Deed::words(&entry.deed)) }
                @if !entry.subject.is_empty() { " " span class="long" { (entry.subject) } }
                @for change in &entry.changes {
                    small class="long" {
                        (named(&change.field)) ": "
                        @if let Some(from) = &change.from { (from) " → " }
                        (change.to.as_deref().unwrap_or("nothing"))
                    }
                }
            }
            td data-label="Who" {
                (entry.name)
                small {
                    (entry.via)
                    @if let Some(id) = &entry.request_id { ", request " code { (id) } }
                }
            }
            td data-label="When" { (time(entry.at)) }
        }
    }
}
