//! What was sold on each day, by currency, and what there was at its end.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::figures::signed;
use crate::app::view::{Balance, Overview, Sold};
use crate::http::dashboard::chart::{Chart, Kind, Point};

/// Most currencies that are drawn; the others are in the reports.
const DRAWN: usize = 3;

/// All of them.
pub fn charts(overview: &Overview) -> Markup {
    let sold = overview.sold.iter().enumerate().filter(|(i, sold)| *i == 0 || sold.periods[2].0.number != 0);
    html! {
        div class="charts" {
            @for (_, sold) in sold.take(DRAWN) { section class="sheet" { (sales(sold)) } }
            section class="sheet" { (balance(&overview.balance)) }
        }
    }
}

fn sales(sold: &Sold) -> Markup {
    let points: Vec<Point> = sold
        .days
        .iter()
        .map(|(number, sales)| Point {
            day: day(*number),
            value: sales.amount,
            words: format!("{} {}", sold.currency.format(sales.amount), sold.currency),
            cells: vec![
                sales.number.to_string(),
                format!("{} {}", sold.currency.format(sales.amount), sold.currency),
                format!("{} BTC", signed(sales.sats)),
            ],
        })
        .collect();
    let (whole, _) = sold.periods[2];
    let words = format!(
        "What was sold on each of the last 30 days, {} {} in all. The table below has the figures.",
        sold.currency.format(whole.amount),
        sold.currency
    );
    let title = format!("Sales by day, {}", sold.currency);
    let id = format!("sales-{}", sold.currency.code().to_ascii_lowercase());
    html! {
        h2 { (title) }
        (Chart {
            id: &id,
            title: &title,
            words: &words,
            kind: Kind::Columns,
            heads: &["Day (UTC)", "Sales", "Sold for", "Received"],
            points: &points,
        }.figure())
    }
}

fn balance(balance: &Balance) -> Markup {
    let point = |(number, sats): &(i64, i64)| Point {
        day: day(*number),
        value: Decimal::from(*sats),
        words: format!("{} BTC", signed(*sats)),
        cells: vec![format!("{} BTC", signed(*sats))],
    };
    let points: Vec<Point> = balance.days.iter().map(point).collect();
    let words = format!(
        "What was earned and neither lost nor given back, at the end of each of the last 30 days; {} BTC now.",
        signed(balance.now)
    );
    html! {
        h2 { "Balance, BTC" }
        (Chart {
            id: "balance",
            title: "Balance by day, BTC",
            words: &words,
            kind: Kind::Line,
            heads: &["Day (UTC)", "Balance at its end"],
            points: &points,
        }.figure())
    }
}

/// A day of the calendar, by its number since the epoch.
fn day(number: i64) -> String {
    let at = jiff::Timestamp::from_second(number.saturating_mul(24 * 60 * 60));
    at.map(|at| at.strftime("%-d %b").to_string()).unwrap_or_default()
}
