//! The one place where a price becomes satoshis, and back.
//!
//! The rounding is named: what is due is rounded *up* to the satoshi, so a merchant is never
//! short by rounding, and paying exactly the quoted satoshis is never partial and never over,
//! whatever the rate. The arithmetic is on integers.

use bitcoin::Amount;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::money::{Currency, Price};
use crate::time::Timestamp;

/// How long a quote stands unless the store or the request says otherwise, in seconds.
pub const DEFAULT_EXPIRY_SECS: i64 = 15 * 60;
/// How long after expiry a payment may take to confirm, in seconds.
pub const DEFAULT_MONITORING_SECS: i64 = 24 * 60 * 60;

/// Units of a currency for one bitcoin, with where and when it was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// The currency it prices.
    pub currency: Currency,
    /// Units of `currency` for one bitcoin; above zero.
    pub per_btc: Decimal,
    /// The source's name: `fixed`, `kraken`, `coinbase`, `sandbox`, `constant`.
    pub source: String,
    /// When the source said so.
    pub observed_at: Timestamp,
}

/// How much under the due still counts as paid in full, in hundredths of a percent (0 to 10,000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tolerance(u16);

impl Tolerance {
    /// From hundredths of a percent; more than the whole is the whole.
    #[must_use]
    pub fn from_basis_points(points: u16) -> Self {
        Self(points.min(10_000))
    }

    /// Hundredths of a percent.
    #[must_use]
    pub fn basis_points(self) -> u16 {
        self.0
    }

    /// The least that pays `due` in full: `due` less the tolerance, at least one satoshi.
    #[must_use]
    pub fn min_due(self, due: Amount) -> Amount {
        let forgiven = u128::from(due.to_sat()) * u128::from(self.0) / 10_000;
        // The share is at most the whole, so it fits.
        let forgiven = u64::try_from(forgiven).unwrap_or(u64::MAX);
        Amount::from_sat(due.to_sat().saturating_sub(forgiven).max(1))
    }
}

/// Why a price cannot be quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// Only amounts above zero are converted.
    #[error("the price must be above zero")]
    NotPositive,
    /// A rate of zero or less, or for another currency.
    #[error("the rate does not fit the price")]
    InvalidRate,
    /// More bitcoin than will ever exist.
    #[error("the price is too large")]
    TooLarge,
}

/// What a price asks in satoshis at a rate: ⌈price × 100,000,000 / rate⌉.
///
/// # Errors
/// [`QuoteError`] if the price or the rate is not above zero, the rate is for another currency,
/// or the result exceeds 21 million bitcoin.
pub fn due(price: Price, rate: &Rate) -> Result<Amount, QuoteError> {
    if rate.currency != price.currency || rate.per_btc <= Decimal::ZERO {
        return Err(QuoteError::InvalidRate);
    }
    if price.amount <= Decimal::ZERO {
        return Err(QuoteError::NotPositive);
    }
    let (amount, per_btc) = (price.amount.normalize(), rate.per_btc.normalize());
    // price / rate × 10⁸ as one fraction of integers: the scales only move the decimal point.
    let point = 8 + i64::from(per_btc.scale()) - i64::from(amount.scale());
    let power = u32::try_from(point.unsigned_abs())
        .ok()
        .and_then(|p| 10u128.checked_pow(p))
        .ok_or(QuoteError::TooLarge)?;
    let (mut numerator, mut denominator) =
        (amount.mantissa().unsigned_abs(), per_btc.mantissa().unsigned_abs());
    let scaled = if point >= 0 { &mut numerator } else { &mut denominator };
    *scaled = scaled.checked_mul(power).ok_or(QuoteError::TooLarge)?;
    let sats = u64::try_from(numerator.div_ceil(denominator)).map_err(|_| QuoteError::TooLarge)?;
    let due = Amount::from_sat(sats);
    if due > Amount::MAX_MONEY { Err(QuoteError::TooLarge) } else { Ok(due) }
}

/// What satoshis are worth at a rate, rounded to the currency's digits (half away from zero).
/// For showing, and for the price of a top-up invoice; never for judging a payment.
#[must_use]
pub fn value(amount: Amount, rate: &Rate) -> Decimal {
    let btc = Decimal::from_i128_with_scale(i128::from(amount.to_sat()), 8);
    btc.checked_mul(rate.per_btc)
        .unwrap_or(Decimal::MAX)
        .round_dp_with_strategy(rate.currency.decimals(), RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;
    use proptest::prelude::*;

    fn rate(code: &str, per_btc: Decimal) -> Rate {
        Rate {
            currency: code.parse().unwrap(),
            per_btc,
            source: "fixed".into(),
            observed_at: Timestamp::EPOCH,
        }
    }

    fn price(code: &str, amount: &str) -> Price {
        Price { amount: parse_decimal(amount).unwrap(), currency: code.parse().unwrap() }
    }

    #[test]
    fn the_due_is_rounded_up_to_the_satoshi() {
        for (code, amount, per_btc, sats) in [
            ("USD", "20", "40000", 50_000),
            ("USD", "20", "50000", 40_000),
            ("USD", "0.01", "50000", 20),
            ("USD", "10", "30000", 33_334),
            ("USD", "0.0000001", "50000", 1),
            ("JPY", "1", "7000000", 15),
            ("KWD", "0.001", "15000", 7),
            ("BTC", "0.00012345", "1", 12_345),
            ("BTC", "21000000", "1", 2_100_000_000_000_000),
            ("SATS", "777", "100000000", 777),
        ] {
            let due = due(price(code, amount), &rate(code, parse_decimal(per_btc).unwrap()));
            assert_eq!(due.map(Amount::to_sat), Ok(sats), "{amount} {code} at {per_btc}");
        }
    }

    #[test]
    fn what_cannot_be_quoted_says_why() {
        let usd = |per_btc: &str| rate("USD", parse_decimal(per_btc).unwrap());
        for (price, rate, error) in [
            (price("USD", "0"), usd("1"), QuoteError::NotPositive),
            (price("USD", "-1"), usd("1"), QuoteError::NotPositive),
            (price("USD", "1"), usd("0"), QuoteError::InvalidRate),
            (price("USD", "1"), usd("-5"), QuoteError::InvalidRate),
            (price("EUR", "1"), usd("1"), QuoteError::InvalidRate),
            (price("USD", "21000001"), usd("1"), QuoteError::TooLarge),
            (price("USD", "79228162514264337593543950335"), usd("0.0000000001"), QuoteError::TooLarge),
            (price("USD", "18446744073709551615"), usd("50000"), QuoteError::TooLarge),
        ] {
            assert_eq!(due(price, &rate), Err(error), "{price}");
        }
    }

    #[test]
    fn the_tolerance_lowers_what_is_needed_but_never_to_nothing() {
        for (points, due, min_due) in
            [(0, 1000, 1000), (100, 1000, 990), (150, 999, 985), (10_000, 1000, 1), (20_000, 5, 1), (1, 1, 1)]
        {
            let min = Tolerance::from_basis_points(points).min_due(Amount::from_sat(due));
            assert_eq!(min.to_sat(), min_due, "{points} of {due}");
        }
    }

    #[test]
    fn satoshis_have_a_value_in_the_currencys_digits() {
        assert_eq!(value(Amount::from_sat(50_000), &rate("USD", Decimal::from(40_000))).to_string(), "20.00");
        assert_eq!(value(Amount::from_sat(1), &rate("JPY", Decimal::from(7_000_000))).to_string(), "0");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// due × rate ≥ price, and one satoshi less would not be enough.
        #[test]
        fn the_due_is_the_least_that_covers_the_price(cents in 1i64..=10_000_000_000, scale in 0u32..=4, rate_units in 1i64..=100_000_000_000, rate_scale in 0u32..=6) {
            let amount = Decimal::new(cents, scale);
            let per_btc = Decimal::new(rate_units, rate_scale);
            let currency = "USD".parse().unwrap();
            if let Ok(due) = due(Price { amount, currency }, &rate("USD", per_btc)) {
                // In integers, each side times 10^(scale + rate_scale + 8): no rounding on the way.
                let worth = |sats: u64| u128::from(sats) * u128::from(rate_units.unsigned_abs()) * 10u128.pow(scale);
                let needed = u128::from(cents.unsigned_abs()) * 10u128.pow(rate_scale + 8);
                prop_assert!(worth(due.to_sat()) >= needed);
                prop_assert!(worth(due.to_sat() - 1) < needed);
            }
        }
    }
}
