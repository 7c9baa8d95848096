//! The currency that a merchant probably sells in, by the languages that their browser asks for. It stands in a
//! form as a suggestion, and is never taken for a wish.

use axum::http::{HeaderMap, header};

/// What is suggested where nothing is known.
const ELSE: &str = "USD";
/// Currencies, and the regions and languages that mean them. All have a rate in a practice store.
const KNOWN: [(&str, &[&str]); 6] = [
    (
        "EUR",
        &[
            "AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT",
            "NL", "PT", "SI", "SK", "de", "el", "es", "et", "fi", "fr", "it", "lt", "lv", "nl", "pt", "sk",
            "sl",
        ],
    ),
    ("GBP", &["GB"]),
    ("CHF", &["CH", "LI"]),
    ("JPY", &["JP", "ja"]),
    ("CAD", &["CA"]),
    ("AUD", &["AU"]),
];

/// The currency for whoever sends these headers.
#[must_use]
pub fn currency(headers: &HeaderMap) -> &'static str {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first = accepted.unwrap_or_default().split([',', ';']).next().unwrap_or_default().trim();
    let (language, region) =
        first.split_once('-').map_or((first, None), |(l, rest)| (l, rest.rsplit('-').next()));
    // A region says more than a language: in Mexico, Spanish means no euros.
    let wanted = match region {
        Some(region) => region.to_ascii_uppercase(),
        None => language.to_ascii_lowercase(),
    };
    let known = KNOWN.iter().find(|(_, means)| means.contains(&wanted.as_str()));
    known.map_or(ELSE, |(currency, _)| currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browsers_first_language_suggests_a_currency() {
        for (accepted, suggested) in [
            ("de-DE,de;q=0.9,en;q=0.8", "EUR"),
            ("de-CH", "CHF"),
            ("de", "EUR"),
            ("en-GB,en;q=0.9", "GBP"),
            ("en-US,en;q=0.9", "USD"),
            ("en", "USD"),
            ("es-MX", "USD"),
            ("pt-BR", "USD"),
            ("ja", "JPY"),
            ("zh-Hant-AU", "AUD"),
            ("fr-CA;q=0.9", "CAD"),
            ("", "USD"),
            ("-", "USD"),
            ("*", "USD"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().expect("a value"));
            assert_eq!(currency(&headers), suggested, "{accepted}");
        }
        assert_eq!(currency(&HeaderMap::new()), "USD");
    }
}
