//! Money that is priced: currencies, exact decimal amounts, and their text.
//!
//! On-chain amounts are satoshis ([`bitcoin::Amount`]); prices are decimals in a currency.
//! Only [`crate::quote`] converts between the two. There are no floats: a number that came as
//! JSON is read from its text.

use std::fmt;
use std::str::FromStr;

use bitcoin::Amount;
use iso_currency::IntoEnumIterator;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Longest number text looked at.
const MAX_NUMBER_LEN: usize = 64;

/// A currency that a price can be in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Currency {
    /// `BTC`, eight decimals.
    Btc,
    /// `SATS`, a hundred-millionth of a bitcoin, no decimals.
    Sats,
    /// An ISO 4217 currency with its own number of decimals (JPY 0, USD 2, KWD 3).
    Iso(iso_currency::Currency),
}

/// The code names no currency that can carry a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency code: expected BTC, SATS or an ISO 4217 code")]
pub struct UnknownCurrency;

impl Currency {
    /// The code, upper case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Btc => "BTC",
            Self::Sats => "SATS",
            Self::Iso(iso) => iso.code(),
        }
    }

    /// The English name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Btc => "Bitcoin",
            Self::Sats => "Satoshi",
            Self::Iso(iso) => iso.name(),
        }
    }

    /// Every currency that a price can be in: bitcoin first, the others by code.
    pub fn all() -> impl Iterator<Item = Self> {
        let iso = iso_currency::Currency::iter().filter(|iso| iso.exponent().is_some());
        let mut iso: Vec<_> = iso.collect();
        iso.sort_unstable_by_key(|iso| iso.code());
        [Self::Btc, Self::Sats].into_iter().chain(iso.into_iter().map(Self::Iso))
    }

    /// The sign before or behind an amount; the code where there is none.
    #[must_use]
    pub fn symbol(self) -> String {
        match self {
            Self::Btc => "₿".to_owned(),
            Self::Sats => "sat".to_owned(),
            Self::Iso(iso) => iso.symbol().symbol,
        }
    }

    /// Digits behind the decimal point.
    #[must_use]
    pub fn decimals(self) -> u32 {
        match self {
            Self::Btc => 8,
            Self::Sats => 0,
            Self::Iso(iso) => u32::from(iso.exponent().unwrap_or(2)),
        }
    }

    /// Units of this currency in one bitcoin where that never changes, else `None`.
    #[must_use]
    pub fn constant_rate(self) -> Option<Decimal> {
        match self {
            Self::Btc => Some(Decimal::ONE),
            Self::Sats => Some(Decimal::from(100_000_000)),
            Self::Iso(_) => None,
        }
    }

    /// `amount` rounded to this currency's digits (half away from zero), adding digits while
    /// the rounding would move it by one percent or more, as BTCPay does: a price of 0.001 USD
    /// stays 0.001 and does not become free.
    #[must_use]
    pub fn round(self, amount: Decimal) -> Decimal {
        let percent = amount.abs() / Decimal::ONE_HUNDRED;
        (self.decimals()..=amount.scale().max(self.decimals()))
            .map(|digits| amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero))
            .find(|rounded| *rounded == amount || (*rounded - amount).abs() < percent)
            .unwrap_or(amount)
    }

    /// `amount` with at least this currency's digits, for people: `50,000.00`.
    #[must_use]
    pub fn format(self, amount: Decimal) -> String {
        let digits = self.decimals().max(amount.normalize().scale());
        let text = format!("{:.*}", digits as usize, amount.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::from(if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" });
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        out
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    /// Trims and ignores case, as shops write `usd ` as well as `USD`.
    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        match text.trim().to_ascii_uppercase().as_str() {
            "BTC" => Ok(Self::Btc),
            "SATS" => Ok(Self::Sats),
            code => iso_currency::Currency::from_code(code)
                // Gold, testing codes and the like have no minor unit: nobody prices in them.
                .filter(|iso| iso.exponent().is_some())
                .map(Self::Iso)
                .ok_or(UnknownCurrency),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(text: String) -> Result<Self, UnknownCurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An exact amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// How much, in units of the currency.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency.format(self.amount), self.currency)
    }
}

/// The text is not a decimal number that fits 28 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct InvalidNumber;

/// Reads a decimal exactly: `20`, `-0.5`, `1e3`. No thousands separators, no `NaN`; a number
/// with more digits than can be kept is refused, never rounded.
///
/// # Errors
/// [`InvalidNumber`] if the text is anything else.
pub fn parse_decimal(text: &str) -> Result<Decimal, InvalidNumber> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if text.is_empty() || text.len() > MAX_NUMBER_LEN || !plain {
        return Err(InvalidNumber);
    }
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else {
        return Decimal::from_str_exact(text).map_err(|_| InvalidNumber);
    };
    let digits = Decimal::from_str_exact(digits).map_err(|_| InvalidNumber)?.normalize();
    let exponent: i32 = exponent.parse().map_err(|_| InvalidNumber)?;
    shift(digits, exponent).ok_or(InvalidNumber)
}

/// `digits` × 10^`exponent`, or nothing if that does not fit exactly.
fn shift(digits: Decimal, exponent: i32) -> Option<Decimal> {
    if digits.is_zero() {
        return Some(Decimal::ZERO);
    }
    let scale = i32::try_from(digits.scale()).ok()?.checked_sub(exponent)?;
    if scale >= 0 {
        return Decimal::try_from_i128_with_scale(digits.mantissa(), u32::try_from(scale).ok()?).ok();
    }
    let factor = 10i128.checked_pow(scale.unsigned_abs())?;
    Decimal::try_from_i128_with_scale(digits.mantissa().checked_mul(factor)?, 0).ok()
}

/// Digits before the point of the largest amount that can be held.
const MOST_DIGITS: usize = 29;

/// An amount as a text of which the byte order is the order of amounts: what a database compares exactly that knows no
/// decimals. What is below zero is as zero.
#[must_use]
pub fn sort_key(amount: Decimal) -> String {
    let text = amount.max(Decimal::ZERO).normalize().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole:0>MOST_DIGITS$}{point}{fraction}")
}

/// Satoshis as a decimal number of bitcoin with all eight digits: `0.00050000`.
#[derive(Debug, Clone, Copy)]
pub struct InBitcoin(pub Amount);

impl fmt::Display for InBitcoin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sats = self.0.to_sat();
        write!(f, "{}.{:08}", sats / 100_000_000, sats % 100_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        parse_decimal(text).unwrap()
    }

    #[test]
    fn each_currency_has_its_own_digits() {
        for (code, digits) in
            [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4), ("BTC", 8), ("SATS", 0), (" eur ", 2)]
        {
            assert_eq!(code.parse::<Currency>().unwrap().decimals(), digits, "{code}");
        }
        for code in ["", "DOGE", "XAU", "US", "U$D", "USDT"] {
            assert_eq!(code.parse::<Currency>(), Err(UnknownCurrency), "{code}");
        }
    }

    #[test]
    fn numbers_are_read_exactly_or_refused() {
        let table = [
            ("20", "20"),
            ("0.1", "0.1"),
            ("-0.5", "-0.5"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("25e-3", "0.025"),
            ("1e-9", "0.000000001"),
            ("0e999", "0"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ];
        for (text, value) in table {
            assert_eq!(dec(text).normalize().to_string(), value, "{text}");
        }
        for text in [
            "",
            "abc",
            "NaN",
            "inf",
            "1,000",
            "1 000",
            "0x10",
            "1e400",
            "1e-400",
            "--1",
            "1_000",
            "١",
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "e",
            "1e",
            "1e99999999999",
        ] {
            assert_eq!(parse_decimal(text), Err(InvalidNumber), "{text}");
        }
    }

    #[test]
    fn the_keys_of_amounts_are_in_the_order_of_the_amounts() {
        let amounts = [
            "0",
            "0.00000001",
            "0.1",
            "0.11",
            "0.2",
            "1",
            "1.05",
            "1.5",
            "2",
            "9.99",
            "10",
            "12.5",
            "100",
            "1e18",
        ];
        let keys: Vec<String> = amounts.iter().map(|text| sort_key(dec(text))).collect();
        assert!(keys.is_sorted() && keys.windows(2).all(|two| two[0] != two[1]), "{keys:?}");
        assert_eq!(sort_key(dec("12.50")), sort_key(dec("12.5")), "one amount, one key");
        assert_eq!(sort_key(dec("20.00")), sort_key(dec("20")));
        assert_eq!(sort_key(dec("-3")), sort_key(Decimal::ZERO));
        assert!(sort_key(Decimal::MAX) > sort_key(dec("1e18")));
    }

    #[test]
    fn rounding_keeps_the_digits_of_the_currency_but_never_makes_a_price_free() {
        let usd: Currency = "USD".parse().unwrap();
        let jpy: Currency = "JPY".parse().unwrap();
        for (currency, amount, rounded) in [
            (usd, "20", "20"),
            (usd, "20.005", "20.01"),
            (usd, "19.994", "19.99"),
            (usd, "0.001", "0.001"),
            (usd, "0.0149", "0.015"),
            (usd, "0.999", "1.00"),
            (jpy, "500.4", "500"),
            (jpy, "0.4", "0.4"),
            (usd, "0", "0"),
        ] {
            assert_eq!(currency.round(dec(amount)), dec(rounded), "{amount} {currency}");
        }
    }

    #[test]
    fn prices_read_well() {
        for (code, amount, text) in [
            ("USD", "50000", "50,000.00 USD"),
            ("USD", "999.9", "999.90 USD"),
            ("JPY", "1234567", "1,234,567 JPY"),
            ("BTC", "0.5", "0.50000000 BTC"),
            ("USD", "0.001", "0.001 USD"),
            ("USD", "-1000", "-1,000.00 USD"),
        ] {
            let price = Price { amount: dec(amount), currency: code.parse().unwrap() };
            assert_eq!(price.to_string(), text);
        }
    }
}
