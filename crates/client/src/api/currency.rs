//! Currencies and what a bitcoin costs in them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::More;

/// What one bitcoin costs in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Rate {
    /// The currency's name in English.
    #[serde(default)]
    pub name: String,
    /// The currency's code: ISO 4217, `BTC` or `SATS`.
    pub code: String,
    /// Such as `BTC_USD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency_pair: Option<String>,
    /// What is priced: `BTC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crypto_code: Option<String>,
    /// Units of the currency for one bitcoin.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub rate: Decimal,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// A currency that prices can be in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Currency {
    /// ISO 4217, `BTC` or `SATS`.
    pub code: String,
    /// How it is written before or after an amount.
    #[serde(default)]
    pub symbol: String,
    /// How many decimals an amount has.
    pub precision: u32,
    /// Its name in English.
    #[serde(default)]
    pub name: String,
    /// What a newer server adds, and what nobody needs: `plural`, `alts`, `exchangePctFee`, …
    #[serde(flatten)]
    pub more: More,
}
