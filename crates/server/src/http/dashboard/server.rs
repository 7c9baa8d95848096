//! The server itself, for its administrators: how it is, and each of its settings with where its value comes from. It
//! changes nothing.

use axum::extract::State;
use maud::{Markup, html};

use super::error::PageError;
use super::frame::{Section, network_name};
use super::invoices::words::{count, pill, time};
use super::merchant::Administrator;
use super::parts::{facts, table};
use super::{Route, Who};
use crate::app::Network;
use crate::http::Web;
use crate::http::operator::{SettingOrigin, SettingShown};
use crate::http::pages::{Icon, icon};

/// Its page.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::at("/server", Who::Administrator).get(show)]
}

/// The page.
pub async fn show(
    State(web): State<Web>,
    Administrator(merchant): Administrator,
) -> Result<Markup, PageError> {
    let size = web.app().database_size().await?;
    let settings: Vec<Vec<Markup>> = web.settings().operator.iter().map(setting).collect();
    let now = web.app().now();
    let up = now.millis_since(web.started_at()).div_euclid(1000);
    let frame = merchant.frame().await?;
    let body = html! {
        a class="back" href="/account" { (icon(Icon::Back)) "Account" }
        div class="head" { h1 { "Server" } }
        div class="pair" {
            section class="sheet" {
                h2 { "How it is" }
                (facts(&[
                    ("Version", html! { (env!("CARGO_PKG_VERSION")) }),
                    ("Running for", html! { (lasting(up)) }),
                    ("Started", time(web.started_at())),
                    ("Database", html! { (bytes(size)) }),
                    ("Public address", html! { (web.app().public_url()) }),
                ]))
            }
            section class="sheet" {
                h2 { "Chains" }
                @for network in web.app().networks() { (chain(&web, network)) }
            }
        }
        section class="sheet" {
            h2 { "Settings" }
            p class="hint" {
                "A flag wins over the environment, which wins over the file. Each is read when the server starts: \
                 after a change, start it again. Secrets are hidden."
            }
            (table("Settings", &["Setting", "Value", "From", "Environment", "Restart needed"], &settings))
        }
    };
    Ok(frame.bare("Server", Section::Account, &body))
}

fn setting(shown: &SettingShown) -> Vec<Markup> {
    let from = match shown.origin {
        SettingOrigin::Default => html! { "Default" },
        SettingOrigin::File => pill("", Icon::Settings, "File"),
        SettingOrigin::Environment => pill("", Icon::Settings, "Environment"),
        SettingOrigin::Flag => pill("", Icon::Settings, "Flag"),
    };
    vec![
        html! { code { "--" (shown.name) } },
        html! { (shown.value) },
        from,
        html! { code { (shown.variable) } },
        html! { "Yes" },
    ]
}

/// How far a network is followed, and how long ago that was looked at.
fn chain(web: &Web, network: &Network) -> Markup {
    let state = web.app().chain_state(network.name);
    let tip = state.locator.tip();
    let ago = tip.map(|_| web.app().now().millis_since(state.locator.synced_at).div_euclid(1000));
    let standing = match &state.trouble {
        None if tip.is_some() => pill("good", Icon::Paid, "Followed"),
        None => pill("care", Icon::Waiting, "Starting"),
        Some(_) => pill("stop", Icon::Late, "In trouble"),
    };
    let mut rows = vec![(network_name(network.name), standing)];
    if let Some(tip) = tip {
        rows.push(("Newest block", html! { (tip.height) }));
    }
    if let Some(ago) = ago {
        rows.push(("Last looked", html! { (lasting(ago)) " ago" }));
    }
    html! {
        (facts(&rows))
        @if let Some(trouble) = &state.trouble { p class="notice bad" { (trouble) } }
    }
}

/// A length of time, in its two largest units.
fn lasting(seconds: i64) -> String {
    let seconds = u64::try_from(seconds).unwrap_or_default();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => count(seconds, "second"),
        (0, 0, minutes) => count(minutes, "minute"),
        (0, hours, minutes) => format!("{}, {}", count(hours, "hour"), count(minutes, "minute")),
        (days, hours, _) => format!("{}, {}", count(days, "day"), count(hours, "hour")),
    }
}

/// A size, in the unit that keeps it short.
fn bytes(size: u64) -> String {
    match size {
        0..=1023 => format!("{size} bytes"),
        1024..=1_048_575 => format!("{} KiB", size / 1024),
        1_048_576..=1_073_741_823 => format!("{}.{} MiB", size >> 20, (size >> 10) % 1024 * 10 / 1024),
        _ => format!("{}.{} GiB", size >> 30, (size >> 20) % 1024 * 10 / 1024),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_and_sizes_are_said_shortly() {
        for (seconds, words) in [
            (-1, "0 seconds"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (3700, "1 hour, 1 minute"),
            (180_000, "2 days, 2 hours"),
        ] {
            assert_eq!(super::lasting(seconds), words);
        }
        for (size, words) in
            [(1, "1 bytes"), (2048, "2 KiB"), (1_572_864, "1.5 MiB"), (3_758_096_384, "3.5 GiB")]
        {
            assert_eq!(super::bytes(size), words);
        }
    }
}
