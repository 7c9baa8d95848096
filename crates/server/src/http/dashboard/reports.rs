//! Reports: what was sold between two days, in all stores that a merchant may look at or in one, and the same as a file.
//! The file has exactly the lines that the page shows.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use specie_core::money::Currency;

use super::error::{PageError, sentence};
use super::frame::{Section, is_practice};
use super::merchant::Merchant;
use super::overview::signed;
use super::parts::{Problems, choice, currencies, field};
use super::{Route, Who};
use crate::app::view::{Every, Report, ReportQuery, ReportRow};
use crate::app::{AppError, Permission, Store};
use crate::http::csv::Csv;
use crate::http::pages::{Icon, icon};
use crate::http::{Pairs, Web};

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::at("/reports", Who::User).get(show), Route::at("/reports.csv", Who::User).gets_file(file)]
}

/// A line of a report, on the page and in the file.
type Line = [String; 6];
/// Which of its cells is an amount in its currency.
const AMOUNT: usize = 4;

/// What stands in which column.
fn heads(every: Every) -> [&'static str; 6] {
    let time = match every {
        Every::Day => "Day",
        Every::Month => "Month",
    };
    [time, "Store", "Currency", "Sales", "Amount", "Received in BTC"]
}

/// What is asked, as it was written.
struct Asked {
    store: String,
    from: String,
    to: String,
    every: String,
    currency: String,
}

impl Asked {
    /// This month, day by day, unless something else is asked.
    fn of(pairs: &Pairs, today: Date) -> Self {
        let text = |name: &str| pairs.get(name).unwrap_or_default().trim().to_owned();
        let or =
            |name: &str, other: String| Some(text(name)).filter(|text| !text.is_empty()).unwrap_or(other);
        Self {
            store: text("store"),
            from: or("from", today.first_of_month().to_string()),
            to: or("to", today.to_string()),
            every: text("every"),
            currency: text("currency"),
        }
    }

    fn every(&self) -> Every {
        if self.every == "month" { Every::Month } else { Every::Day }
    }

    fn query(&self, stores: &[Store]) -> Result<ReportQuery, Problems> {
        let mut problems = Problems::default();
        let day = |text: &str| day(text).ok_or_else(|| "Write a day as 2026-11-30.".to_owned());
        let (from, to) = (problems.keep("from", day(&self.from)), problems.keep("to", day(&self.to)));
        let currency = Some(&self.currency).filter(|code| !code.is_empty());
        let currency = currency.map(|code| code.parse::<Currency>().map_err(sentence)).transpose();
        let currency = problems.keep("currency", currency);
        // What was pretended is in no sum with what was earned.
        let real = stores.iter().any(|store| !is_practice(store));
        let wanted = |store: &&Store| match self.store.as_str() {
            "" => !real || !is_practice(store),
            id => store.id.to_string() == id,
        };
        let stores: Vec<Store> = stores.iter().filter(wanted).cloned().collect();
        if from.is_some() && to.is_some() && from > to {
            problems.add("to", "The last day is before the first.");
        }
        let every = self.every();
        match (from, to, currency) {
            (Some(from), Some(to), Some(currency)) if problems.is_empty() => {
                Ok(ReportQuery { stores, from, to, every, currency })
            }
            _ => Err(problems),
        }
    }

    /// The address of the same as a file.
    fn file(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("store", &self.store).append_pair("from", &self.from).append_pair("to", &self.to);
        query.append_pair("every", &self.every).append_pair("currency", &self.currency);
        format!("/reports.csv?{}", query.finish())
    }
}

/// A day, written as the page writes it and in no other way.
fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

/// The report, or why there is none.
async fn read(web: &Web, stores: &[Store], asked: &Asked) -> Result<Result<Report, Problems>, PageError> {
    // Another's store looks as if there was none.
    if !asked.store.is_empty() && !stores.iter().any(|store| store.id.to_string() == asked.store) {
        return Err(PageError::not_found());
    }
    let query = match asked.query(stores) {
        Ok(query) => query,
        Err(problems) => return Ok(Err(problems)),
    };
    let _one_of_few = web.lists().acquire().await.map_err(|_| crate::http::ApiError::internal())?;
    match web.app().report(query).await {
        Ok(report) => Ok(Ok(report)),
        Err(error @ AppError::ReportTooLong) => Ok(Err(Problems::one("", sentence(error)))),
        Err(error) => Err(error.into()),
    }
}

fn today(web: &Web) -> Date {
    let now = jiff::Timestamp::from_millisecond(web.app().now().as_millis());
    now.unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The page.
pub async fn show(State(web): State<Web>, merchant: Merchant, pairs: Pairs) -> Result<Response, PageError> {
    let (stores, asked) = (
        web.app().stores_where(merchant.user.id, Permission::SeeMoney).await?,
        Asked::of(&pairs, today(&web)),
    );
    let (status, problems, report) = match read(&web, &stores, &asked).await? {
        Ok(report) => (StatusCode::OK, Problems::default(), Some(report)),
        Err(problems) => (StatusCode::BAD_REQUEST, problems, None),
    };
    let frame = merchant.frame().await?;
    let body = html! {
        p class="lead" {
            "What was confirmed on each day, in UTC, at the price that was asked. What was given back is not taken off."
        }
        (problems)
        (form(&asked, &stores, &problems))
        @if let Some(report) = &report { (found(report, &asked)) }
        (currencies())
    };
    Ok((status, frame.page("Reports", Section::Stores, &body)).into_response())
}

fn form(asked: &Asked, stores: &[Store], problems: &Problems) -> Markup {
    let ids: Vec<(String, &str)> = stores.iter().map(|store| (store.id.to_string(), &*store.name)).collect();
    let mut names = vec![("", "All stores (practice stores by themselves)")];
    names.extend(ids.iter().map(|(id, name)| (&**id, *name)));
    let kind = |text: &str| if day(text).is_some() { "date" } else { "text" };
    html! {
        form class="form sheet" method="get" action="/reports" {
            div class="pair" {
                (choice("store", "Store", &names).value(&asked.store).problem(problems))
                (choice("every", "A line for each", &[("day", "Day"), ("month", "Month")]).value(&asked.every))
                (field("from", "From").value(&asked.from).kind(kind(&asked.from)).problem(problems))
                (field("to", "To (included)").value(&asked.to).kind(kind(&asked.to)).problem(problems))
                (field("currency", "Currency").value(&asked.currency).list("currencies").problem(problems)
                    .hint("Empty: every currency."))
            }
            p class="actions" { button class="btn" { "Show" } }
        }
    }
}

fn found(report: &Report, asked: &Asked) -> Markup {
    let heads = heads(asked.every());
    let line = |row: &ReportRow| line(row, asked.every());
    html! {
        @if report.rows.is_empty() {
            section class="sheet empty" {
                (icon(Icon::Invoice))
                h2 { "Nothing was sold then" }
                p class="lead" { "An invoice counts on the day on which its payment was confirmed." }
            }
        } @else {
            section class="sheet" {
                table class="list" {
                    caption class="hush" { "Sales" }
                    thead { tr { @for (i, head) in heads.iter().enumerate() {
                        th scope="col" class=[(i > 2).then_some("num")] { (head) }
                    } } }
                    tbody { @for row in &report.rows { tr { (cells(&line(row), &heads)) } } }
                    tfoot { @for total in totals(report) { tr { (cells(&total, &heads)) } } }
                }
                p class="actions" {
                    a class="btn small" href=(asked.file()) download { (icon(Icon::Out)) "Save as CSV" }
                }
            }
        }
    }
}

fn cells(line: &Line, heads: &[&str]) -> Markup {
    html! {
        @for (i, (cell, head)) in line.iter().zip(heads).enumerate() {
            td class=[(i > 2).then_some("num")] data-label=[(i > 0).then_some(head)] { (cell) }
        }
    }
}

fn line(row: &ReportRow, every: Every) -> Line {
    [
        match every {
            Every::Day => row.start.to_string(),
            Every::Month => row.start.strftime("%Y-%m").to_string(),
        },
        row.store.name.clone(),
        row.currency.code().to_owned(),
        row.sales.number.to_string(),
        row.currency.format(row.sales.amount),
        signed(row.sales.sats),
    ]
}

fn totals(report: &Report) -> Vec<Line> {
    let total = |(currency, sales): &(Currency, crate::app::view::Sales)| {
        [
            "Total".to_owned(),
            String::new(),
            currency.code().to_owned(),
            sales.number.to_string(),
            currency.format(sales.amount),
            signed(sales.sats),
        ]
    };
    report.totals.iter().map(total).collect()
}

/// The same as a file.
pub async fn file(State(web): State<Web>, merchant: Merchant, pairs: Pairs) -> Result<Response, PageError> {
    let (stores, asked) = (
        web.app().stores_where(merchant.user.id, Permission::SeeMoney).await?,
        Asked::of(&pairs, today(&web)),
    );
    let Ok(report) = read(&web, &stores, &asked).await? else {
        return Err(PageError::bad_request("There is no report for that. Please go back and choose again."));
    };
    let mut csv = Csv::with_heads(heads(asked.every()));
    for mut cells in report.rows.iter().map(|row| line(row, asked.every())).chain(totals(&report)) {
        // What parts thousands for people would make a text of a number.
        cells[AMOUNT].retain(|digit| digit != ',');
        csv.row(cells);
    }
    Ok(csv.attached(&format!("sales-{}-{}.csv", asked.from, asked.to)))
}
