//! Rates in answers, and currency pairs in questions.

use serde::Serialize;
use specie_core::money::Currency;
use specie_core::quote;
use utoipa::ToSchema;

use super::{BadRequest, Num};

/// What one bitcoin is worth.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rate {
    /// The currency's name.
    #[schema(example = "United States dollar")]
    name: String,
    /// Always `BTC`.
    #[schema(example = "BTC")]
    crypto_code: &'static str,
    /// Both.
    #[schema(example = "BTC_USD")]
    currency_pair: String,
    /// The currency.
    #[schema(example = "USD")]
    code: &'static str,
    /// Units of it for one bitcoin.
    rate: Num,
}

/// A rate with its pair, as BTCPay shows it.
#[must_use]
pub fn rate(rate: &quote::Rate) -> Rate {
    let code = rate.currency.code();
    Rate {
        name: rate.currency.name().to_owned(),
        crypto_code: "BTC",
        currency_pair: format!("BTC_{code}"),
        code,
        rate: Num(rate.per_btc),
    }
}

/// The quote currencies of a comma list of pairs: `BTC_USD`, `BTC-USD` or `BTCUSD`, in any case,
/// each once, in order. Pairs of another base than bitcoin have no rate here and are left out.
///
/// # Errors
/// [`BadRequest`] naming the pair that is none.
pub fn pairs(list: &str) -> Result<Vec<Currency>, BadRequest> {
    let mut wanted = Vec::new();
    for pair in list.split(',').map(str::trim) {
        let bad = || {
            BadRequest(format!(
                "Currency pair {} incorrectly formatted",
                pair.chars().take(24).collect::<String>()
            ))
        };
        let (base, quote) = split(pair).ok_or_else(bad)?;
        if !base.eq_ignore_ascii_case("BTC") {
            continue;
        }
        if let Ok(currency) = quote.parse()
            && !wanted.contains(&currency)
        {
            wanted.push(currency);
        }
    }
    Ok(wanted)
}

fn split(pair: &str) -> Option<(&str, &str)> {
    let (base, quote) = match pair.split_once(['_', '-']) {
        Some(split) => split,
        None if pair.len() == 6 && pair.is_ascii() => pair.split_at(3),
        None if (7..=10).contains(&pair.len()) && pair.is_ascii() => {
            let known = (3..=5).find(|&at| pair[..at].parse::<Currency>().is_ok())?;
            pair.split_at(known)
        }
        None => return None,
    };
    let code = |text: &str| (3..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic());
    (code(base) && code(quote)).then_some((base, quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_in_each_spelling() {
        for (list, codes) in [
            ("BTC_USD", vec!["USD"]),
            ("btc-usd,BTCEUR", vec!["USD", "EUR"]),
            ("BTC_USD,BTC_USD", vec!["USD"]),
            ("LTC_USD,BTC_JPY", vec!["JPY"]),
            ("BTC_XYZ", vec![]),
            ("BTCSATS", vec!["SATS"]),
        ] {
            let found: Vec<_> = pairs(list).unwrap().iter().map(|c| c.code()).collect();
            assert_eq!(found, codes, "{list}");
        }
        for list in ["", "BTC", "BTC_", "_USD", "BTC_USD,,", "BTC_USD_EUR", "1234567890123", "B€C_USD"] {
            let error = pairs(list).unwrap_err().0;
            assert!(
                error.starts_with("Currency pair ") && error.ends_with(" incorrectly formatted"),
                "{list}: {error}"
            );
        }
    }
}
