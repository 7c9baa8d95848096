//! What a text may mean that somebody looks for something by: an id or how one begins, an order, an address, a
//! transaction, an e-mail address, an amount. It may mean several of these, and is looked for as each.

use std::str::FromStr;

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, ScriptBuf, Txid};
use rust_decimal::Decimal;
use specie_core::ids::{InvoiceId, beginning_with};
use specie_core::money::{Currency, parse_decimal};

/// The longest text that is looked for, in characters.
const MAX_CHARS: usize = 300;
/// How much of an id has to be there for those that begin so to be looked for.
const MIN_BEGINNING: usize = 6;
/// Signs of currencies that stand before or behind an amount.
const SIGNS: [(&str, &str); 6] =
    [("€", "EUR"), ("$", "USD"), ("£", "GBP"), ("¥", "JPY"), ("₿", "BTC"), ("sat", "SATS")];

/// A text, and everything that it may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// The text, without space around it; empty: nothing is looked for.
    pub text: String,
    /// As a whole id, of whatever noun.
    pub id: Option<[u8; 16]>,
    /// As the beginning of an invoice's id: first and last of each range.
    pub beginnings: Vec<([u8; 16], [u8; 16])>,
    /// As a transaction.
    pub txid: Option<Txid>,
    /// As an address, of whatever network.
    pub script: Option<ScriptBuf>,
    /// As an e-mail address.
    pub is_email: bool,
    /// As amounts, each in a currency or in any: `1,234` is written for two.
    pub amounts: Vec<(Decimal, Option<Currency>)>,
}

impl Sought {
    /// Reads a text. What cannot be in any database means nothing.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() || text.contains('\0') || text.chars().count() > MAX_CHARS {
            return Self::default();
        }
        let name = bare(text);
        let id = InvoiceId::from_str(name).ok().map(|id| *id.as_bytes());
        let beginnings =
            if id.is_none() && name.len() >= MIN_BEGINNING { beginning_with(name) } else { vec![] };
        let address = name.parse::<Address<NetworkUnchecked>>();
        Self {
            text: text.to_owned(),
            id,
            beginnings,
            // An output of a transaction is written behind it.
            txid: name.split(':').next().and_then(|txid| txid.parse().ok()),
            script: address.ok().map(|address| address.assume_checked().script_pubkey()),
            is_email: text.contains('@'),
            amounts: amounts(text),
        }
    }

    /// The prices that are as much as the amounts: an amount of bitcoin is one in satoshis too.
    #[must_use]
    pub fn prices(&self) -> Vec<(Decimal, Option<Currency>)> {
        let mut all = self.amounts.clone();
        for (amount, currency) in &self.amounts {
            let sats = Decimal::from(100_000_000);
            all.extend(match currency {
                Some(Currency::Btc) => amount.checked_mul(sats).map(|other| (other, Some(Currency::Sats))),
                Some(Currency::Sats) => amount.checked_div(sats).map(|other| (other, Some(Currency::Btc))),
                Some(Currency::Iso(_)) | None => None,
            });
        }
        all
    }

    /// The amounts of bitcoin among them. What names no currency may be one.
    #[must_use]
    pub fn bitcoins(&self) -> Vec<Amount> {
        let read = |(amount, currency): &(Decimal, Option<Currency>)| {
            let unit = match currency {
                Some(Currency::Btc) | None => bitcoin::Denomination::Bitcoin,
                Some(Currency::Sats) => bitcoin::Denomination::Satoshi,
                Some(Currency::Iso(_)) => return None,
            };
            let found = Amount::from_str_in(&amount.normalize().to_string(), unit).ok()?;
            (found > Amount::ZERO && found <= Amount::MAX_MONEY).then_some(found)
        };
        self.amounts.iter().filter_map(read).collect()
    }
}

/// What is named, of a text that may be a link to it: a payment link, or a page's address.
fn bare(text: &str) -> &str {
    let within = if text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("bitcoin:")) {
        text.get(8..).unwrap_or_default()
    } else if text.starts_with("http://") || text.starts_with("https://") {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    } else {
        text
    };
    within.split('?').next().unwrap_or_default()
}

/// The amounts that a text may be: a number, with a currency before or behind it or without one.
fn amounts(text: &str) -> Vec<(Decimal, Option<Currency>)> {
    let is_number =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}');
    let Some(first) = text.find(|c: char| c.is_ascii_digit()) else { return vec![] };
    let (before, rest) = text.split_at(first);
    let end = rest.find(|c: char| !is_number(c)).unwrap_or(rest.len());
    let (number, after) = rest.split_at(end);
    let unit = match (before.trim(), after.trim()) {
        ("", "") => None,
        (unit, "") | ("", unit) => match currency(unit) {
            Some(currency) => Some(currency),
            None => return vec![],
        },
        _ => return vec![],
    };
    numbers(number.trim()).into_iter().map(|amount| (amount, unit)).collect()
}

fn currency(text: &str) -> Option<Currency> {
    let sign = SIGNS.iter().find(|(sign, _)| text.eq_ignore_ascii_case(sign));
    sign.map_or(text, |(_, code)| code).parse().ok()
}

/// The numbers that digits with points and commas may be written for: `12,50` and `1,234.5` for one, `1,234` for two.
fn numbers(text: &str) -> Vec<Decimal> {
    let kept: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let plain = |whole: &str, fraction: &str| {
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        parse_decimal(&if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }).ok()
    };
    let marks: Vec<char> = kept.chars().filter(|c| !c.is_ascii_digit()).collect();
    let found = match marks.as_slice() {
        [] => [plain(&kept, ""), None],
        [mark] => {
            let (whole, fraction) = kept.split_once(*mark).unwrap_or((&kept, ""));
            let thousands = fraction.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0";
            [plain(whole, fraction), if thousands { plain(&kept, "") } else { None }]
        }
        [.., last] if marks.iter().filter(|mark| *mark == last).count() == 1 => {
            let (whole, fraction) = kept.rsplit_once(*last).unwrap_or((&kept, ""));
            [plain(whole, fraction), None]
        }
        [..] => [plain(&kept, ""), None],
    };
    found.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts_of(text: &str) -> Vec<String> {
        let words = |(amount, currency): &(Decimal, Option<Currency>)| match currency {
            Some(currency) => format!("{} {currency}", amount.normalize()),
            None => amount.normalize().to_string(),
        };
        Sought::read(text).amounts.iter().map(words).collect()
    }

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        for (text, read) in [
            ("12.50", &["12.5"][..]),
            ("12,50", &["12.5"]),
            (" 12,50 EUR ", &["12.5 EUR"]),
            ("EUR 12.50", &["12.5 EUR"]),
            ("12.50eur", &["12.5 EUR"]),
            ("€12.50", &["12.5 EUR"]),
            ("12,50 €", &["12.5 EUR"]),
            ("$20", &["20 USD"]),
            ("0.0005 BTC", &["0.0005 BTC"]),
            ("₿0.125", &["0.125 BTC"]),
            ("50000 sats", &["50000 SATS"]),
            ("50000 sat", &["50000 SATS"]),
            ("1,234.50", &["1234.5"]),
            ("1.234,50 EUR", &["1234.5 EUR"]),
            ("1 234,50", &["1234.5"]),
            ("1'234.50 CHF", &["1234.5 CHF"]),
            ("1,234,567", &["1234567"]),
            ("1,234", &["1.234", "1234"]),
            ("12.345 EUR", &["12.345 EUR", "12345 EUR"]),
            ("0.125", &["0.125"]),
            ("20.", &["20"]),
            ("12.50 DOGE", &[]),
            ("A-12", &[]),
            ("EUR 12 EUR", &[]),
            ("12-50", &[]),
            ("EUR", &[]),
            ("", &[]),
            ("99999999999999999999999999999999", &[]),
        ] {
            assert_eq!(amounts_of(text), read, "{text}");
        }
    }

    #[test]
    fn bitcoin_and_satoshis_are_one_amount_in_two_units() {
        let prices = |text: &str| {
            Sought::read(text)
                .prices()
                .iter()
                .map(|(a, c)| format!("{} {}", a.normalize(), c.map_or("", Currency::code)))
                .collect::<Vec<_>>()
        };
        assert_eq!(prices("0.0005 BTC"), ["0.0005 BTC", "50000 SATS"]);
        assert_eq!(prices("50000 sats"), ["50000 SATS", "0.0005 BTC"]);
        assert_eq!(prices("20 EUR"), ["20 EUR"]);
        let sats = |text: &str| Sought::read(text).bitcoins().iter().map(|a| a.to_sat()).collect::<Vec<_>>();
        for (text, found) in [
            ("0.0005 BTC", &[50_000][..]),
            ("0.0005", &[50_000]),
            ("50000 sats", &[50_000]),
            ("0.5 sats", &[]),
            ("20 EUR", &[]),
            ("0", &[]),
            ("21000001 BTC", &[]),
            ("0.123456789", &[]),
        ] {
            assert_eq!(sats(text), found, "{text}");
        }
    }

    #[test]
    fn a_text_means_whatever_it_may_be() {
        let address = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
        let script = address.parse::<Address<_>>().unwrap().assume_checked().script_pubkey();
        for text in [
            address.to_owned(),
            address.to_uppercase(),
            format!("bitcoin:{address}?amount=0.1"),
            format!("BITCOIN:{}", address.to_uppercase()),
        ] {
            assert_eq!(Sought::read(&text).script.as_ref(), Some(&script), "{text}");
        }
        let txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
        for text in [txid.to_owned(), txid.to_uppercase(), format!("{txid}:1")] {
            assert!(Sought::read(&text).txid.is_some(), "{text}");
        }
        let id = InvoiceId::from_bytes([7; 16]).to_string();
        for text in [
            id.clone(),
            format!("https://pay.example/i/{id}"),
            format!("https://pay.example/i/{id}/?lang=de#x"),
        ] {
            let read = Sought::read(&text);
            assert_eq!((read.id, read.beginnings.len()), (Some([7; 16]), 0), "{text}");
        }
        assert!(Sought::read(&id[..5]).beginnings.is_empty(), "too short to begin an id");
        assert!(!Sought::read(&id[..6]).beginnings.is_empty());
        assert!(Sought::read(" ann@shop.example ").is_email);
        for nothing in ["", "   ", "a\0b", &"x".repeat(301)] {
            assert_eq!(Sought::read(nothing), Sought::default(), "{nothing:?}");
        }
        for odd in ["\u{202e}", "%", "'; DROP TABLE", "=1+1", "é€", "bitcoin:", "https://", "::", "½"] {
            assert_eq!(Sought::read(odd).text, odd, "it is read without harm");
        }
    }
}
