//! The list of a store's invoices, newest first, by any filter; a page names the place that it begins at, so that it stays
//! what it is while invoices are made.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::filter::{self, ANY, ARCHIVED, EXCEPTION, EXCEPTIONS, Filter, STATUSES, TYPED, place_text};
use super::views;
use super::words::{btc, count, exception, label, pills, price, time};
use crate::app::Permission;
use crate::app::view::{Browsed, InvoiceView, Place, SavedView};
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::{Frame, Section, Tab};
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::{Problems, choice, currencies, field};
use crate::http::pages::{Icon, icon};
use crate::http::{ApiError, Pairs, Web};

/// What a page is asked to list, as it was asked.
struct Asked {
    filter: Filter,
    /// How many on a page, if that was said.
    limit: Option<String>,
    /// A page further down, or up.
    further: bool,
    /// The list's path.
    path: String,
}

/// The list.
pub async fn show(State(web): State<Web>, owner: Owner, query: Pairs) -> Result<Response, PageError> {
    let asked = Asked {
        filter: Filter::of(query.all()),
        limit: query.get("limit").map(str::to_owned),
        further: query.get("after").or_else(|| query.get("before")).is_some(),
        path: owner.path("/invoices"),
    };
    let read = asked.filter.wanted().and_then(|wanted| Ok((wanted, filter::page(query.all())?)));
    let (status, problems, listed) = match read {
        Ok((wanted, (cut, limit))) => {
            let _one_of_few = web.lists().acquire().await.map_err(|_| ApiError::internal())?;
            let listed = web.app().browse_invoices(&owner.store, wanted, cut, limit).await?;
            (StatusCode::OK, Problems::default(), Some(listed))
        }
        Err(problems) => (StatusCode::BAD_REQUEST, problems, None),
    };
    let saved = web.app().saved_views(owner.merchant.user.id, owner.store.id).await?;
    let frame = owner.frame().await?;
    let create = html! {
        @if owner.may(Permission::MakeInvoices) {
            a class="btn main small" href={ (asked.path) "/create" } { (icon(Icon::Add)) "Create a new invoice" }
        }
    };
    let body = asked.body(&frame, &problems, listed.as_ref(), &saved);
    let page = frame.page_with("Invoices", Section::Store(&owner.store, Tab::Invoices), &create, &body);
    Ok((status, page).into_response())
}

impl Asked {
    fn body(
        &self,
        frame: &Frame,
        problems: &Problems,
        listed: Option<&Browsed>,
        saved: &[SavedView],
    ) -> Markup {
        html! {
            (problems)
            (views::chips(saved, &self.filter, &self.path))
            (self.chips())
            (self.form(problems))
            @if let Some(listed) = listed {
                @if listed.invoices.is_empty() { (self.none()) } @else { (self.found(frame, listed)) }
                (self.pager(listed))
                (views::section(frame, saved, &self.filter, &self.path))
            }
        }
    }

    /// The address of the first page of the list by a filter.
    fn link(&self, filter: &Filter) -> String {
        self.page(filter, None)
    }

    /// The address of a page of the list.
    fn page(&self, filter: &Filter, place: Option<(&str, Place)>) -> String {
        let place = place.map(|(name, place)| (name, place_text(place)));
        let limit = self.limit.as_deref().map(|limit| ("limit", limit));
        let more: Vec<(&str, &str)> =
            limit.into_iter().chain(place.as_ref().map(|(name, place)| (*name, place.as_str()))).collect();
        at(&self.path, &filter.query(&more))
    }

    /// One link for each status, with the other filters as they are.
    fn chips(&self) -> Markup {
        let now = self.filter.statuses();
        let here = |names: &[&str]| (now.as_slice() == names).then_some("true");
        let archived = !self.filter.one(ARCHIVED).is_empty();
        let archive =
            if archived { self.filter.with(ARCHIVED, &[]) } else { Filter::written("archived=true") };
        html! {
            nav class="chips" aria-label="Status" {
                a href=(self.link(&self.filter.with("status", &[]))) aria-current=[here(&[])] { "All" }
                @for status in STATUSES {
                    @let names = [status.name()];
                    a href=(self.link(&self.filter.with("status", &names))) aria-current=[here(&names)] { (label(status)) }
                }
                a href=(self.link(&archive)) aria-current=[archived.then_some("true")] { "Archived" }
            }
        }
    }

    fn form(&self, problems: &Problems) -> Markup {
        let filter = &self.filter;
        let narrowed = TYPED.iter().any(|(name, _)| !filter.one(name).is_empty());
        let flags: Vec<&str> = filter.all(EXCEPTION).collect();
        let options = [("", "Any or none"), (ANY, "Any")];
        let options: Vec<(&str, &str)> =
            options.into_iter().chain(EXCEPTIONS.map(|flag| (flag.name(), exception(flag)))).collect();
        html! {
            details class="filter" open[narrowed || !flags.is_empty()] {
                summary { "More filters" }
                form class="form" method="get" action=(self.path) {
                    @for status in filter.statuses() { input type="hidden" name="status" value=(status); }
                    @if !filter.one(ARCHIVED).is_empty() {
                        input type="hidden" name=(ARCHIVED) value=(filter.one(ARCHIVED));
                    }
                    @if let Some(limit) = &self.limit { input type="hidden" name="limit" value=(limit); }
                    div class="pair" {
                        @for (name, label) in TYPED { (typed(name, label, filter.one(name)).problem(problems)) }
                        (choice(EXCEPTION, "Exception", &options).value(flags.first().copied().unwrap_or_default()))
                    }
                    (currencies())
                    p class="hint" { "Dates are days in UTC. Prices are what was asked, in the currency of each invoice." }
                    p class="actions" {
                        button class="btn" { "Filter" }
                        a class="btn plain" href=(self.path) { "Clear" }
                    }
                }
            }
        }
    }

    fn found(&self, frame: &Frame, listed: &Browsed) -> Markup {
        let archived = !self.filter.one(ARCHIVED).is_empty();
        let number = u64::try_from(listed.invoices.len()).unwrap_or(u64::MAX);
        html! {
            form class="sheet" method="post" action={ (self.path) "/archive" } {
                (frame.csrf_field())
                input type="hidden" name="back" value=(self.filter.query(&[]));
                @if archived { input type="hidden" name="out" value="1"; }
                div class="row" {
                    p class="hint" { (count(number, "invoice")) " on this page. Times are UTC." }
                    @if frame.may(Permission::SeeMoney) {
                        a class="btn plain small" href=(at(&format!("{}.csv", self.path), &self.filter.query(&[]))) download {
                            (icon(Icon::Download)) "Download CSV"
                        }
                    }
                }
                table class="list picks" {
                    caption class="hush" { "Invoices" }
                    thead {
                        tr {
                            th scope="col" { "Price" }
                            th scope="col" { "Status" }
                            th scope="col" { "Order" }
                            th scope="col" { "Created" }
                        }
                    }
                    tbody { @for view in &listed.invoices { (self.row(view, frame.may(Permission::Decide))) } }
                }
                p class="actions" {
                    @if frame.may(Permission::Decide) { button class="btn plain small" {
                        (icon(Icon::Invoice))
                        @if archived { "Take out of the archive" } @else { "Archive the ticked ones" }
                    } }
                    span class="hint keys-hint" hidden {
                        "Keys: j and k move, Enter opens, x ticks, / searches. "
                        a href="/account#keyboard" { "Switch them off" }
                    }
                }
            }
        }
    }

    fn row(&self, view: &InvoiceView, ticks: bool) -> Markup {
        let order = &view.order;
        let named = order.order_id.as_deref().map(|id| format!(", order {id}"));
        let name = format!("Tick the invoice over {}{}", price(view), named.unwrap_or_default());
        html! {
            tr {
                td {
                    @if ticks {
                        label class="pick" {
                            input type="checkbox" name="invoice" value=(view.id) aria-label=(name);
                        }
                    }
                    a class="go" href={ (self.path) "/" (view.id) } { (price(view)) }
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

    fn none(&self) -> Markup {
        html! {
            section class="sheet empty" {
                (icon(Icon::Invoice))
                @if self.further {
                    h2 { "Nothing is left here" }
                    p class="lead" { "The list ends before this page." }
                    a class="btn" href=(self.link(&self.filter)) { "Show the newest" }
                } @else if self.filter.is_empty() {
                    h2 { "No invoice yet" }
                    p class="lead" { "Your shop makes them over the API, or you make one here." }
                    a class="btn main" href={ (self.path) "/create" } { "Create a new invoice" }
                } @else if self.filter == Filter::written("archived=true") {
                    h2 { "The archive is empty" }
                    p class="lead" { "Tick invoices in the list to put them away here. They stay payable and counted." }
                    a class="btn" href=(self.path) { "Show the list" }
                } @else {
                    h2 { "No invoice matches" }
                    p class="lead" { "Nothing was sold under this filter. Try fewer words, or other dates." }
                    a class="btn" href=(self.path) { "Show all invoices" }
                }
            }
        }
    }

    fn pager(&self, listed: &Browsed) -> Markup {
        html! {
            @if listed.newer.is_some() || listed.older.is_some() {
                nav class="pager" aria-label="Pages" {
                    @if let Some(place) = listed.newer {
                        a class="btn plain small" rel="prev" href=(self.page(&self.filter, Some(("before", place)))) {
                            (icon(Icon::Back)) "Newer"
                        }
                    } @else { span {} }
                    @if let Some(place) = listed.older {
                        a class="btn plain small" rel="next" href=(self.page(&self.filter, Some(("after", place)))) {
                            "Older" (icon(Icon::Next))
                        }
                    } @else { span {} }
                }
            }
        }
    }
}

/// A path with a query, if there is one.
pub fn at(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn typed<'a>(name: &'a str, label: &'a str, value: &'a str) -> crate::http::dashboard::parts::Field<'a> {
    let field = field(name, label).value(value).kind(kind(name, value));
    match name {
        "currency" => field.list("currencies"),
        "priceFrom" | "priceTo" => field.inputmode("decimal"),
        _ => field,
    }
}

/// A date can be picked, unless something else stands there, which a picker would not show.
fn kind(name: &str, value: &str) -> &'static str {
    let picked =
        value.is_empty() || value.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == value);
    if name.starts_with("date") && picked { "date" } else { "text" }
}
