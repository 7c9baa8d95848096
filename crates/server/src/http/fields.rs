//! What people write where a store is set up, read: the same for commands and for pages.

use bitcoin::{Amount, Denomination};
use specie_core::money::parse_decimal;
use specie_core::quote::Tolerance;

use crate::app::view::sound_origin;

/// All bitcoin there will ever be.
const MAX_BTC: Amount = Amount::MAX_MONEY;

/// A percentage from 0 to 100, with two digits behind the point at most.
///
/// # Errors
/// What it should have been, in words.
pub fn tolerance(percent: &str) -> Result<Tolerance, String> {
    let points = parse_decimal(percent.trim()).ok().and_then(|p| p.checked_mul(100.into()));
    let points = points.filter(|p| p.normalize().scale() == 0).and_then(|p| u16::try_from(p).ok());
    let points = points.filter(|p| *p <= 10_000).ok_or("a tolerance is a percentage from 0 to 100")?;
    Ok(Tolerance::from_basis_points(points))
}

/// Whole minutes, as seconds.
///
/// # Errors
/// What it should have been, in words.
pub fn minutes(text: &str) -> Result<i64, String> {
    let minutes: u32 = text.trim().parse().map_err(|_| "a time is a whole number of minutes")?;
    Ok(i64::from(minutes) * 60)
}

/// An amount of bitcoin.
///
/// # Errors
/// What it should have been, in words.
pub fn bitcoin(text: &str) -> Result<Amount, String> {
    let amount = Amount::from_str_in(text.trim(), Denomination::Bitcoin).ok();
    let amount = amount.filter(|amount| *amount <= MAX_BTC);
    Ok(amount
        .ok_or("an amount of bitcoin is a number such as 0.01, with eight digits behind the point at most")?)
}

/// A web address that a browser can be sent to, or nothing.
///
/// # Errors
/// What it should have been, in words.
pub fn website(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let sound =
        url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if sound && text.len() <= 2048 {
        Ok(Some(text.to_owned()))
    } else {
        Err("a website is an address such as https://shop.example.com".to_owned())
    }
}

/// Origins of pages, in lines, each once.
///
/// # Errors
/// What it should have been, in words.
pub fn origins(text: &str) -> Result<Vec<String>, String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let origin = sound_origin(word)
            .ok_or("an origin is an address such as https://shop.example, without a path")?;
        if !found.contains(&origin) {
            found.push(origin);
        }
    }
    Ok(found)
}

/// A child's index: a whole number below 2^31 (BIP 32); nothing is 0.
///
/// # Errors
/// What it should have been, in words.
pub fn index(text: &str) -> Result<u32, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    let index = text.parse().ok().filter(|index: &u32| *index < 1 << 31);
    Ok(index.ok_or("an address index is a whole number from 0 to 2,147,483,647")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_exactly_or_not_at_all() {
        let points = |text| tolerance(text).ok().map(Tolerance::basis_points);
        for (text, expected) in [
            ("0", Some(0)),
            (" 0.5 ", Some(50)),
            ("100", Some(10_000)),
            ("0.005", None),
            ("100.01", None),
            ("-1", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(points(text), expected, "{text}");
        }
        for (text, expected) in [("15", Some(900)), ("0", Some(0)), ("1.5", None), ("-1", None), ("", None)] {
            assert_eq!(minutes(text).ok(), expected, "{text}");
        }
        let sats = |text| bitcoin(text).ok().map(Amount::to_sat);
        for (text, expected) in [
            ("0.01", Some(1_000_000)),
            ("0", Some(0)),
            ("21000000", Some(2_100_000_000_000_000)),
            ("21000000.00000001", None),
            ("0.000000001", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(sats(text), expected, "{text}");
        }
        for (text, expected) in [
            ("", Some(None)),
            ("https://tea.example", Some(Some("https://tea.example"))),
            ("javascript:alert(1)", None),
            ("tea.example", None),
            ("http://", None),
        ] {
            assert_eq!(
                website(text).ok(),
                expected.map(|url: Option<&str>| url.map(str::to_owned)),
                "{text}"
            );
        }
        for (text, expected) in [
            ("", Some(vec![])),
            (
                " https://b.example\n http://a.example:80/ https://b.example ",
                Some(vec!["https://b.example", "http://a.example"]),
            ),
            ("https://b.example, https://a.example", None),
            ("https://b.example/path", None),
        ] {
            let expected = expected.map(|origins| origins.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(origins(text).ok(), expected, "{text}");
        }
        for (text, expected) in [("", Some(0)), ("7", Some(7)), ("2147483648", None), ("-1", None)] {
            assert_eq!(index(text).ok(), expected, "{text}");
        }
    }
}
