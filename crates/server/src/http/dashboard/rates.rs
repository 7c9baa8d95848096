//! A store's rates, on the page of its settings: each with its source and age, and those that the
//! merchant fixes.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use specie_core::money::{Currency, parse_decimal};

use super::error::{PageError, sentence};
use super::frame::is_practice;
use super::merchant::Owner;
use super::parts::{Problems, csrf_field, field, table};
use super::settings;
use crate::app::{AppError, Feed, RateLine, Store};
use crate::http::Web;
use crate::http::pages::{Icon, icon};

/// Fixes a rate, or removes one: `command` says which.
pub async fn change(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let (code, price) = (form.get("rate_currency"), form.get("rate_price"));
    let currency =
        code.trim().parse::<Currency>().map_err(|error| Problems::one("rate_currency", sentence(error)));
    let to = owner.path("/settings");
    let problems = match currency {
        Ok(currency) if form.get("command") == "remove" => {
            owner.app(&web).remove_rate(owner.store.id, currency).await?;
            let words = format!("The fixed rate of {currency} is removed.");
            return Ok(owner.merchant.go(&to, words).await?.into_response());
        }
        Ok(currency) => match parse_decimal(price.trim()) {
            Err(error) => Problems::one("rate_price", sentence(error)),
            Ok(per_btc) => match owner.app(&web).set_rate(owner.store.id, currency, per_btc).await {
                Ok(()) => {
                    let words = format!("The rate of {currency} is fixed.");
                    return Ok(owner.merchant.go(&to, words).await?.into_response());
                }
                Err(error @ AppError::InvalidRate) => Problems::one("rate_price", sentence(error)),
                Err(error) => return Err(error.into()),
            },
        },
        Err(problems) => problems,
    };
    let rates = section(&web, &owner, code, price, &problems).await?;
    let page = settings::with_rates(&owner, &rates).await?;
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

/// The section of the settings page.
pub(super) async fn section(
    web: &Web,
    owner: &Owner,
    code: &str,
    price: &str,
    problems: &Problems,
) -> Result<Markup, PageError> {
    let lines = web.app().rate_lines(&owner.store).await?;
    let csrf = owner.merchant.csrf().await?;
    let action = owner.path("/settings/rates");
    let rows: Vec<Vec<Markup>> = lines.iter().map(|line| row(line, &action, &csrf)).collect();
    Ok(html! {
        section class="sheet part" id="rates" {
            header {
                h2 { "Rates" }
                p class="hint" { "What a bitcoin costs. " (order(&owner.store, &web.app().feeds())) }
            }
            div class="stack" {
                (table("Rates", &["Currency", "1 BTC", "Source", "Age", "Actions"], &rows))
                (problems)
                form class="form" method="post" action=(action) {
                    (csrf_field(&csrf))
                    div class="pair" {
                        (field("rate_currency", "Currency").list("currencies").required().value(code)
                            .problem(problems))
                        (field("rate_price", "1 BTC costs").inputmode("decimal").required().value(price)
                            .problem(problems))
                    }
                    p class="actions" { button class="btn" { "Set a fixed rate" } }
                }
            }
        }
    })
}

/// Which rate is used, in a sentence.
fn order(store: &Store, feeds: &[Feed]) -> String {
    match feeds {
        _ if is_practice(store) => "A fixed rate comes before the built-in one.".to_owned(),
        [] => "This server asks nobody: what is not fixed here has no rate.".to_owned(),
        [first, others @ ..] => {
            let rest: String = others.iter().map(|feed| format!(", then {}’s", feed.title())).collect();
            format!("A fixed rate comes first, then {}’s{rest}.", first.title())
        }
    }
}

fn row(line: &RateLine, action: &str, csrf: &str) -> Vec<Markup> {
    let code = line.currency.code();
    let source = line.source.as_deref().unwrap_or("");
    let remove = html! {
        @if source == "fixed" {
            form method="post" action=(action) {
                (csrf_field(csrf))
                input type="hidden" name="rate_currency" value=(code);
                button class="btn plain small" name="command" value="remove" {
                    "Remove" span class="hush" { " the fixed rate of " (code) }
                }
            }
        }
    };
    vec![
        html! { strong { (code) } },
        html! {
            @match line.per_btc {
                Some(rate) => (line.currency.format(rate)),
                None => span class="pill care" { (icon(Icon::Late)) "None" },
            }
        },
        html! {
            @match (source, &line.trouble) {
                (_, Some(trouble)) => (sentence(trouble)),
                ("fixed", None) => span class="pill soft" { "Fixed" },
                (source, None) => (source_name(source)),
            }
        },
        html! { @if let Some(age) = line.age_ms.filter(|_| source != "sandbox") { (age_words(age)) } },
        remove,
    ]
}

fn source_name(source: &str) -> &str {
    match source {
        "kraken" => "Kraken",
        "coinbase" => "Coinbase",
        "sandbox" => "Built in, for practice",
        other => other,
    }
}

/// How long ago, in the largest unit that fits.
fn age_words(age_ms: i64) -> String {
    let seconds = age_ms.max(0) / 1000;
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::age_words;

    #[test]
    fn an_age_has_its_unit() {
        for (ms, words) in [
            (-5, "0 seconds"),
            (1_999, "1 second"),
            (59_999, "59 seconds"),
            (60_000, "1 minute"),
            (7_200_000, "2 hours"),
            (259_200_000, "3 days"),
        ] {
            assert_eq!(age_words(ms), words);
        }
    }
}
