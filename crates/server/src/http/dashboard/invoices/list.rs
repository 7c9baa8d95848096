//! The list of a store's invoices, newest first. Its filters are those of the API's `GET
//! /invoices`, and mean the same: they are read by the same code.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use specie_core::invoice::Status;

use super::words::{btc, label, pills, time};
use crate::app::view::InvoiceView;
use crate::dialect::bitpay::filter;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::frame::{Section, Tab};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, field};
use crate::http::pages::{Icon, icon};
use crate::http::{ApiError, Pairs, Web};

/// Invoices on a page where none else is asked.
const PAGE: &str = "50";
/// The filters that are typed.
const TYPED: [(&str, &str); 4] =
    [("orderId", "Order"), ("itemCode", "Item code"), ("dateStart", "From"), ("dateEnd", "To")];

/// The filter that shows the archive.
const ARCHIVED: &str = "archived";

/// What a page is asked to list, as it was asked.
struct Asked<'a> {
    pairs: &'a [(String, String)],
    /// The page's path.
    path: String,
}

/// What a page lists, or why it lists nothing.
struct Listed {
    invoices: Vec<InvoiceView>,
    offset: u32,
    limit: u32,
    /// There are older ones.
    more: bool,
}

/// The list.
pub async fn show(State(web): State<Web>, owner: Owner, asked: Pairs) -> Result<Response, PageError> {
    let asked = Asked { pairs: asked.all(), path: owner.path("/invoices") };
    let mut query = asked.pairs.to_vec();
    if asked.one("limit").is_empty() {
        query.push(("limit".to_owned(), PAGE.to_owned()));
    }
    let (status, problems, listed) = match filter::wanted(&query) {
        Ok(mut wanted) => {
            let (offset, limit) = (wanted.offset, wanted.limit);
            // One more than is shown tells whether there are older ones.
            wanted.limit = limit.saturating_add(1);
            let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
            let mut invoices = web.app().list_invoices(&owner.store, wanted).await?;
            let more = invoices.len() > limit as usize && limit > 0;
            invoices.truncate(limit as usize);
            (StatusCode::OK, Problems::default(), Some(Listed { invoices, offset, limit, more }))
        }
        Err(refused) => (StatusCode::BAD_REQUEST, problems(&refused), None),
    };
    let frame = owner.frame().await?;
    let create = html! {
        a class="btn main small" href={ (asked.path) "/create" } { (icon(Icon::Add)) "Create a new invoice" }
    };
    let body = html! {
        (problems)
        (asked.chips())
        (asked.form(&problems))
        @if let Some(listed) = &listed { (found(&asked, listed)) }
    };
    let page = frame.page_with("Invoices", Section::Store(&owner.store, Tab::Invoices), &create, &body);
    Ok((status, page).into_response())
}

/// The API's words for a filter that makes no sense, at its field.
fn problems(refused: &crate::dialect::bitpay::BadRequest) -> Problems {
    let known = TYPED.iter().find(|(name, _)| refused.field() == Some(name));
    match known {
        Some((name, label)) => {
            Problems::one(name, sentence(refused.0.replacen(&format!("'{name}'"), label, 1)))
        }
        None => Problems::one("", sentence(&refused.0)),
    }
}

impl Asked<'_> {
    /// The value of a filter; empty if there is none.
    fn one(&self, name: &str) -> &str {
        let known = |(key, value): &&(String, String)| key.eq_ignore_ascii_case(name) && !value.is_empty();
        self.pairs.iter().find(known).map_or("", |(_, value)| value)
    }

    fn statuses(&self) -> Vec<&str> {
        let named =
            self.pairs.iter().filter(|(key, value)| key.eq_ignore_ascii_case("status") && !value.is_empty());
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The address of the list with these statuses and this offset, and all other filters as they
    /// are.
    fn link(&self, statuses: &[&str], offset: u32) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(statuses.iter().map(|status| ("status", *status)));
        let others = TYPED.iter().map(|(name, _)| *name).chain([ARCHIVED, "limit"]);
        query.extend_pairs(others.map(|name| (name, self.one(name))).filter(|(_, value)| !value.is_empty()));
        if offset > 0 {
            query.append_pair("offset", &offset.to_string());
        }
        let query = query.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// One link for each status, with the other filters as they are.
    fn chips(&self) -> Markup {
        let now = self.statuses();
        let here = |names: &[&str]| (now.as_slice() == names).then_some("true");
        html! {
            nav class="chips" aria-label="Status" {
                a href=(self.link(&[], 0)) aria-current=[here(&[])] { "All" }
                @for status in Status::ALL {
                    @let names = [status.name()];
                    a href=(self.link(&names, 0)) aria-current=[here(&names)] { (label(status)) }
                }
                @let (archive, on) = self.archive();
                a href=(archive) aria-current=[on.then_some("true")] { "Archived" }
            }
        }
    }

    /// The way into the archive; out of it, for whoever is there.
    fn archive(&self) -> (String, bool) {
        let on = self.one(ARCHIVED).eq_ignore_ascii_case("true");
        (if on { self.path.clone() } else { format!("{}?{ARCHIVED}=true", self.path) }, on)
    }

    fn form(&self, problems: &Problems) -> Markup {
        let narrowed = TYPED.iter().any(|(name, _)| !self.one(name).is_empty());
        html! {
            details class="filter" open[narrowed] {
                summary { "More filters" }
                form class="form" method="get" action=(self.path) {
                    @for status in self.statuses() { input type="hidden" name="status" value=(status); }
                    @for name in [ARCHIVED, "limit"] {
                        @if !self.one(name).is_empty() { input type="hidden" name=(name) value=(self.one(name)); }
                    }
                    div class="pair" {
                        @for (name, label) in TYPED {
                            (field(name, label).value(self.one(name)).kind(kind(name, self.one(name))).problem(problems))
                        }
                    }
                    p class="actions" {
                        button class="btn" { "Filter" }
                        a class="btn plain" href=(self.path) { "Clear" }
                    }
                }
            }
        }
    }
}

/// A date can be picked, unless something else stands there, which a picker would not show.
fn kind(name: &str, value: &str) -> &'static str {
    let picked =
        value.is_empty() || value.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == value);
    if name.starts_with("date") && picked { "date" } else { "text" }
}

fn found(asked: &Asked<'_>, listed: &Listed) -> Markup {
    html! {
        @if listed.invoices.is_empty() {
            (none(asked))
        } @else {
            section class="sheet" {
                table class="list" {
                    caption class="hush" { "Invoices" }
                    thead {
                        tr {
                            th scope="col" { "Price" }
                            th scope="col" { "Status" }
                            th scope="col" { "Order" }
                            th scope="col" { "Created" }
                        }
                    }
                    tbody { @for view in &listed.invoices { (row(asked, view)) } }
                }
            }
        }
        (pager(asked, listed))
    }
}

fn row(asked: &Asked<'_>, view: &InvoiceView) -> Markup {
    let order = &view.order;
    html! {
        tr {
            td {
                a class="go" href={ (asked.path) "/" (view.id) } { (super::words::price(view)) }
                @if let Some(due) = view.due { small { (btc(due)) " BTC" } }
            }
            td data-label="Status" { span class="pills" { (pills(view)) } }
            td data-label="Order" {
                (order.order_id.as_deref().unwrap_or("—"))
                @if let Some(item) = &order.item_desc { small { (item) } }
            }
            td data-label="Created" { (time(view.created_at)) }
        }
    }
}

fn none(asked: &Asked<'_>) -> Markup {
    let narrowed =
        asked.link(&[], 0) != asked.path || !asked.statuses().is_empty() || !asked.one("offset").is_empty();
    html! {
        section class="sheet empty" {
            (icon(Icon::Invoice))
            @if narrowed {
                h2 { "No invoice matches" }
                p class="lead" { "Nothing was sold under this filter." }
                a class="btn" href=(asked.path) { "Show all invoices" }
            } @else {
                h2 { "No invoice yet" }
                p class="lead" { "Your shop makes them over the API, or you make one here." }
                a class="btn main" href={ (asked.path) "/create" } { "Create a new invoice" }
            }
        }
    }
}

fn pager(asked: &Asked<'_>, listed: &Listed) -> Markup {
    let statuses = asked.statuses();
    let first = listed.offset.saturating_add(1);
    let last = listed.offset.saturating_add(u32::try_from(listed.invoices.len()).unwrap_or(u32::MAX));
    html! {
        @if listed.offset > 0 || listed.more {
            nav class="pager" aria-label="Pages" {
                @if listed.offset > 0 {
                    @let newer = listed.offset.saturating_sub(listed.limit);
                    a class="btn plain small" rel="prev" href=(asked.link(&statuses, newer)) {
                        (icon(Icon::Back)) "Newer"
                    }
                } @else { span {} }
                @if first <= last { span { (first) " to " (last) } } @else { span {} }
                @if listed.more {
                    a class="btn plain small" rel="next" href=(asked.link(&statuses, last)) { "Older" (icon(Icon::Next)) }
                } @else { span {} }
            }
        }
    }
}
