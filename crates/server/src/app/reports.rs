//! Reports: what stores sold between two days, by day or by month, read from what is kept summed up. What counts as
//! sold, and on which day, is [`summary`](super::summary)'s word.

use std::collections::BTreeMap;

use jiff::civil::Date;
use specie_core::money::Currency;
use specie_db::summaries::{self, Sales};

use super::{App, AppError, Store};

/// How many lines a report has at most: nobody reads more, and a page has to be made of them.
const MOST_LINES: usize = 2_000;

/// What a line of a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// A day.
    Day,
    /// A month.
    Month,
}

/// What a report is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportQuery {
    /// These stores.
    pub stores: Vec<Store>,
    /// From this day.
    pub from: Date,
    /// To this day, which is in it.
    pub to: Date,
    /// A line for each of these.
    pub every: Every,
    /// Only this currency.
    pub currency: Option<Currency>,
}

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The day, or the first of the month.
    pub start: Date,
    /// The store.
    pub store: Store,
    /// The currency.
    pub currency: Currency,
    /// What was sold.
    pub sales: Sales,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its lines, by time, store and currency.
    pub rows: Vec<ReportRow>,
    /// What they add up to, by currency.
    pub totals: Vec<(Currency, Sales)>,
}

impl App {
    /// What was sold.
    ///
    /// # Errors
    /// [`AppError::ReportTooLong`] if it has more lines than anybody reads; [`AppError`] if the database cannot answer.
    pub async fn report(&self, query: ReportQuery) -> Result<Report, AppError> {
        let days = (day_number(query.from), day_number(query.to));
        let (every, only) = (query.every, query.currency);
        let read = self.0.db.read(move |r| {
            let mut rows = BTreeMap::<(Date, usize, &'static str), ReportRow>::new();
            for (place, store) in query.stores.iter().enumerate() {
                for (day, currency, sales) in summaries::sales_between(r, store.id, days)? {
                    let nothing = sales == Sales::default();
                    if nothing || only.is_some_and(|only| only != currency) {
                        continue;
                    }
                    let Some(start) = start_of(day, every) else { continue };
                    let new = ReportRow { start, store: store.clone(), currency, sales: Sales::default() };
                    let row = rows.entry((start, place, currency.code())).or_insert(new);
                    row.sales = row.sales.plus(sales);
                    if rows.len() > MOST_LINES {
                        return Err(AppError::ReportTooLong);
                    }
                }
            }
            Ok::<_, AppError>(rows)
        });
        let rows: Vec<ReportRow> = read.await?.into_values().collect();
        Ok(Report { totals: totals(&rows), rows })
    }
}

fn totals(rows: &[ReportRow]) -> Vec<(Currency, Sales)> {
    let mut totals = BTreeMap::new();
    for row in rows {
        let (_, sum) = totals.entry(row.currency.code()).or_insert((row.currency, Sales::default()));
        *sum = sum.plus(row.sales);
    }
    totals.into_values().collect()
}

/// A day's number since the epoch.
fn day_number(day: Date) -> i64 {
    let from = Date::constant(1970, 1, 1);
    i64::from((day - from).get_days())
}

/// The day of that number, or the first of its month; none outside of the calendar.
fn start_of(day: i64, every: Every) -> Option<Date> {
    let day = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()?;
    Some(match every {
        Every::Day => day,
        Every::Month => day.first_of_month(),
    })
}
