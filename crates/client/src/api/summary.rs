//! A merchant's metrics.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::More;

/// The metrics of all stores that a token opens, and of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// What there is.
    pub balance: SummaryBalance,
    /// How many invoices stand how.
    pub invoices: InvoiceCounts,
    /// What was sold.
    pub volume: Volumes,
    /// By currency, over the last 30 days.
    pub average_ticket: BTreeMap<String, Amount>,
    /// Those that are paid, confirmed or complete among all invoices, such as 0.75; `None` if there is none.
    #[serde(default, with = "super::number")]
    pub conversion: Option<Decimal>,
    /// What somebody should look at.
    pub needs_attention: Attention,
    /// The same of each store.
    #[serde(default)]
    pub stores: Vec<StoreSummary>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// The metrics of one store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoreSummary {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What there is.
    pub balance: SummaryBalance,
    /// How many invoices stand how.
    pub invoices: InvoiceCounts,
    /// What was sold.
    pub volume: Volumes,
    /// By currency, over the last 30 days.
    pub average_ticket: BTreeMap<String, Amount>,
    /// Those that are paid, confirmed or complete among all invoices, such as 0.75; `None` if there is none.
    #[serde(default, with = "super::number")]
    pub conversion: Option<Decimal>,
    /// What somebody should look at.
    pub needs_attention: Attention,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// An exact amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(#[serde(with = "rust_decimal::serde::arbitrary_precision")] pub Decimal);

/// What there is, by currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SummaryBalance {
    /// In bitcoin.
    #[serde(rename = "BTC")]
    pub btc: BitcoinBalance,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// Bitcoin by how sure it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BitcoinBalance {
    /// In the ledger.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub settled: Decimal,
    /// Received, and not in the ledger yet.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub pending: Decimal,
    /// Given back.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub refunded: Decimal,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// How many invoices stand how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the statuses of an invoice")]
#[non_exhaustive]
pub struct InvoiceCounts {
    pub new: u64,
    pub paid: u64,
    pub confirmed: u64,
    pub complete: u64,
    pub expired: u64,
    pub invalid: u64,
    pub total: u64,
    #[serde(flatten)]
    pub more: More,
}

/// What was sold, in spans of days of UTC, today included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Volumes {
    /// Today.
    pub today: Volume,
    /// The last seven days.
    pub last_7_days: Volume,
    /// The last thirty.
    pub last_30_days: Volume,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// What was sold in a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Volume {
    /// How many sales.
    pub sales: u64,
    /// What they come to in each currency.
    pub currencies: BTreeMap<String, Amount>,
    /// What came for them, in bitcoin.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub btc: Decimal,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// What somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attention {
    /// Invoices that were paid too little.
    pub partial: u64,
    /// Paid too late.
    pub late: u64,
    /// Paid too much.
    pub over: u64,
    /// Notifications that failed and are tried again.
    pub failing_webhooks: u64,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}
