//! The figures: what was sold today, in a week and in a month, with the same time before; what is under way, and what
//! there is.

use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::app::view::{Overview, Period, Sales, Sold};
use crate::http::dashboard::invoices::words::{btc, count};

/// All of them.
pub fn figures(overview: &Overview) -> Markup {
    html! {
        dl class="figures" {
            @for (i, period) in Period::ALL.into_iter().enumerate() {
                div {
                    dt { (name(period)) }
                    @for sold in shown(&overview.sold, i) { (sold_in(sold, period, i)) }
                }
            }
            div {
                dt { "Pending" }
                dd { (signed(overview.pending)) " " span { "BTC" } small { "Came, and is not final yet" } }
            }
            div {
                dt { "Earned" }
                dd { (signed(overview.balance.now)) " " span { "BTC" } small { "From confirmed sales, less what was given back" } }
            }
        }
    }
}

/// The currencies that something was sold in; the store's own, if there is none.
fn shown(all: &[Sold], period: usize) -> Vec<&Sold> {
    let some: Vec<&Sold> = all.iter().filter(|sold| sold.periods[period].0.number != 0).collect();
    if some.is_empty() { all.iter().take(1).collect() } else { some }
}

fn sold_in(sold: &Sold, period: Period, i: usize) -> Markup {
    let (now, before) = sold.periods[i];
    html! {
        dd {
            (sold.currency.format(now.amount)) " " span { (sold.currency) }
            small {
                (count(u64::try_from(now.number).unwrap_or(0), "sale"))
                @if let Some(change) = change(now, before) { " · " (change) " " (than(period)) }
            }
        }
    }
}

fn name(period: Period) -> &'static str {
    match period {
        Period::Day => "Sold today",
        Period::Week => "Last 7 days",
        Period::Month => "Last 30 days",
    }
}

fn than(period: Period) -> &'static str {
    match period {
        Period::Day => "than yesterday",
        Period::Week => "than the 7 days before",
        Period::Month => "than the 30 days before",
    }
}

/// How much more or less it is, in whole percent; nothing where there is nothing to compare with.
fn change(now: Sales, before: Sales) -> Option<String> {
    if before.amount <= Decimal::ZERO {
        return None;
    }
    let part = now.amount.checked_sub(before.amount)?.checked_div(before.amount)?;
    let percent = part.checked_mul(Decimal::ONE_HUNDRED)?.round().to_i64()?;
    Some(match percent {
        0 => "no more or less".to_owned(),
        1.. => format!("{percent} % more"),
        _ => format!("{} % less", -percent),
    })
}

/// Satoshis in bitcoin, which may be below zero.
pub fn signed(sats: i64) -> String {
    let sign = if sats < 0 { "−" } else { "" };
    format!("{sign}{}", btc(sats.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_whole_percent_where_there_is_something_to_compare_with() {
        for (now, before, told) in [
            ("120", "100", Some("20 % more")),
            ("100", "120", Some("17 % less")),
            ("100", "100", Some("no more or less")),
            ("0", "100", Some("100 % less")),
            ("5", "0", None),
            ("79228162514264337593543950335", "0.0000000001", None),
        ] {
            let of = |amount: &str| Sales { number: 1, amount: amount.parse().expect("a number"), sats: 0 };
            assert_eq!(change(of(now), of(before)).as_deref(), told, "{now} after {before}");
        }
    }

    #[test]
    fn satoshis_below_zero_say_so() {
        assert_eq!((signed(5), signed(-5)), ("0.00000005".to_owned(), "−0.00000005".to_owned()));
    }
}
