//! One line that says whether the store can sell, or what keeps it from that.

use maud::{Markup, html};
use specie_core::time::Timestamp;

use crate::app::Permission;
use crate::app::view::Overview;
use crate::http::dashboard::invoices::words::count;
use crate::http::dashboard::merchant::Owner;
use crate::http::pages::{Icon, icon};

/// How old the last look at a chain may be, in seconds, before it is worth a word.
const MAX_AGE_SECS: i64 = 10 * 60;

/// The line, with links to what may be done about it. `failing`: to how many places notifications do not arrive.
pub fn line(overview: &Overview, failing: usize, owner: &Owner) -> Markup {
    let health = &overview.health;
    let followed = ago(health.followed_at, overview.at);
    let behind = overview.at.millis_since(health.followed_at) / 1000 > MAX_AGE_SECS;
    let mut wrong = Vec::new();
    match health.height {
        None => wrong.push(html! {
            "The chain is not followed yet, so no invoice can be made. The server’s operator sees why by "
            code { "specie status" } "."
        }),
        Some(height) if health.trouble.is_some() || behind => wrong.push(html! {
            "The chain was followed to block " (height) ", " (followed) ", and not since: new payments are not seen \
            until its node answers again."
        }),
        Some(_) => {}
    }
    if health.rate.is_none() {
        wrong.push(html! {
            "There is no rate for your currency, so no price can be asked in it. "
            @if owner.may(Permission::Settings) { a href=(owner.path("/settings")) { "Look at the rates" } "." }
        });
    }
    if failing > 0 {
        wrong.push(html! {
            @if owner.may(Permission::Decide) {
                "Notifications fail: see " a href=(owner.path("/attention")) { "what needs attention" } "."
            } @else { "Notifications fail." }
        });
    }
    html! {
        @if wrong.is_empty() {
            p class="health good" {
                (icon(Icon::Paid))
                span { "All is well: " (well(overview, &followed)) }
            }
        } @else {
            div class="health care" role="status" { (icon(Icon::Late)) span { @for words in &wrong { p { (words) } } } }
        }
    }
}

fn well(overview: &Overview, followed: &str) -> Markup {
    let health = &overview.health;
    let rate = health.rate.as_ref().filter(|rate| rate.currency.constant_rate().is_none());
    html! {
        @if let Some(height) = health.height { "chain followed to block " (height) ", " (followed) }
        @if let Some(rate) = rate { " · 1 BTC = " (rate.currency.format(rate.per_btc)) " " (rate.currency) }
        " · no notification fails"
    }
}

/// How long ago something was, in the greatest unit that fits.
fn ago(at: Timestamp, now: Timestamp) -> String {
    let secs = u64::try_from(now.millis_since(at) / 1000).unwrap_or(0);
    match secs {
        0..60 => format!("{} ago", count(secs, "second")),
        60..3600 => format!("{} ago", count(secs / 60, "minute")),
        3600..172_800 => format!("{} ago", count(secs / 3600, "hour")),
        _ => format!("{} ago", count(secs / 86_400, "day")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_told_in_the_greatest_unit() {
        for (secs, told) in [
            (-5, "0 seconds ago"),
            (1, "1 second ago"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(ago(Timestamp::from_secs(0), Timestamp::from_secs(secs)), told);
        }
    }
}
