//! What a store earned, and how that comes about.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::More;

/// What a store has of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Balance {
    /// `BTC`, or the store's own, which stays empty.
    pub currency: String,
    /// How much of it.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub balance: Decimal,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// An entry of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LedgerEntry {
    /// What kind of entry, by number: 1000 a sale, 1020 a refund, …
    pub code: u32,
    /// The kind in words: `sale`, `refund`, `fee`, …
    pub tx_type: String,
    /// Satoshis; below zero what went.
    pub amount: i64,
    /// What `amount` is to be divided by for bitcoin: 100000000.
    pub scale: u32,
    /// When, ISO 8601.
    pub timestamp: String,
    /// Of which invoice.
    pub invoice_id: String,
    /// The invoice's price.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub invoice_amount: Decimal,
    /// In which currency that is.
    pub invoice_currency: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What a newer server adds, and `exRates`, `buyerFields`, …
    #[serde(flatten)]
    pub more: More,
}

/// Which entries to list: by time, and a page of them. What is not said filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// On this day or later: `2024-01-31`, ISO 8601, or milliseconds since 1970; UTC.
    pub start_date: Option<String>,
    /// On this day or earlier.
    pub end_date: Option<String>,
    /// At most so many; at most, and by default, 1,000.
    pub limit: Option<u32>,
    /// Passing over so many first, up to 10,000.
    pub offset: Option<u32>,
}
