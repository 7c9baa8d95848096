//! Stores and invoices, as the panel's API has them: by small numbers, amounts as exact numbers, times in ISO 8601.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{InvoiceStatus, More, open_enum};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it, newest first.
    pub data: Vec<T>,
    /// Where the next one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Links>,
    /// How it was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// What a newer server adds, and `success`.
    #[serde(flatten)]
    pub more: More,
}

impl<T> Page<T> {
    /// What to ask for the next page with; `None` on the last.
    #[must_use]
    pub fn next_cursor(&self) -> Option<&str> {
        self.meta.as_ref()?.next_cursor.as_deref()
    }
}

/// Addresses of other pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Links {
    /// The next page, if there is one.
    pub next: Option<String>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// How a list was cut into pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Meta {
    /// How many are on a page.
    pub per_page: u32,
    /// What to ask for the next page with, if there is one.
    pub next_cursor: Option<String>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// A store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Store {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What its prices are in.
    pub currency: String,
    /// Its website.
    pub website: Option<String>,
    /// `active`, or `incomplete` until a wallet is connected.
    pub status: String,
    /// `configured` or `not configured`.
    pub wallet: String,
    /// False: a practice store, which no real bitcoin pays.
    pub livemode: bool,
    /// When it was made, ISO 8601.
    pub created_at: String,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

open_enum! {
    /// What is unusual about an invoice.
    InvoiceException {
        /// Too little came.
        PaidPartial = "paid_partial",
        /// Too much came.
        PaidOver = "paid_over",
        /// The full amount came after the time was over.
        PaidLate = "paid_late",
        /// The merchant decided how it stands.
        Marked = "marked",
    }
}

/// An invoice of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PanelInvoice {
    /// Its number, by which it is asked for.
    pub id: u64,
    /// The number as it is shown: `INV-000001`.
    pub invoice_number: String,
    /// The price; `None` of one that takes any amount, until something came.
    #[serde(with = "super::number")]
    pub amount: Option<Decimal>,
    /// ISO 4217, `BTC` or `SATS`.
    pub currency: String,
    /// Units of the currency for one bitcoin.
    #[serde(default, with = "super::number")]
    pub rate: Option<Decimal>,
    /// How it stands.
    pub status: InvoiceStatus,
    /// What is unusual about it, if anything is.
    pub exception: Option<InvoiceException>,
    /// Bitcoin due in all.
    #[serde(default, with = "super::number")]
    pub amount_due_btc: Option<Decimal>,
    /// Bitcoin received.
    #[serde(default, with = "super::number")]
    pub paid_btc: Option<Decimal>,
    /// Bitcoin still missing.
    #[serde(default, with = "super::number")]
    pub due_btc: Option<Decimal>,
    /// Where to pay.
    pub address: Option<String>,
    /// A link that opens a wallet (BIP 21).
    pub bip21: Option<String>,
    /// Where to send the buyer.
    pub checkout_url: String,
    /// What came.
    #[serde(default)]
    pub payments: Vec<PanelPayment>,
    /// Out of sight of lists.
    pub archived: bool,
    /// False: a practice store's.
    pub livemode: bool,
    /// Its store's number.
    pub store_id: u64,
    /// Your name for the order.
    pub order_id: Option<String>,
    /// The buyer's e-mail address.
    pub buyer_email: Option<String>,
    /// What is sold, in words.
    pub description: Option<String>,
    /// What you keep with it.
    pub metadata: Option<More>,
    /// Where the checkout's link leads afterwards.
    pub redirect_url: Option<String>,
    /// Where its events are posted to.
    pub webhook_url: Option<String>,
    /// Until when it can be paid, ISO 8601.
    pub expires_at: String,
    /// When it was made, ISO 8601.
    pub created_at: String,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// A payment of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PanelPayment {
    /// The transaction's id.
    pub txid: String,
    /// The number of its output.
    pub output: u32,
    /// Bitcoin.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub amount: Decimal,
    /// Blocks on top of it, its own included; 0 without one.
    pub confirmations: u32,
    /// When it was seen, ISO 8601.
    pub seen_at: String,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// An invoice to be made in a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewStoreInvoice {
    /// The price, above 0, with no more decimals than the currency has.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub amount: Decimal,
    /// ISO 4217, `BTC` or `SATS`.
    pub currency: String,
    /// Your name for the order; the buyer sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// What is sold, in words; the buyer sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The buyer's e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_email: Option<String>,
    /// Where the checkout's link leads afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// Where its events are posted to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// For how long it can be paid, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u32>,
    /// Anything to keep with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<More>,
}

impl NewStoreInvoice {
    /// An invoice over an amount.
    pub fn new(amount: impl Into<Decimal>, currency: impl Into<String>) -> Self {
        Self { amount: amount.into(), currency: currency.into(), ..Self::default() }
    }
}

/// Which invoices of a store to list. What is not said filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreInvoiceFilter {
    /// How many on a page: 20 by default, 100 at most.
    pub per_page: Option<u32>,
    /// What the page before said: [`Page::next_cursor`].
    pub cursor: Option<String>,
    /// Those that stand so.
    pub status: Option<InvoiceStatus>,
    /// Exactly this order.
    pub order_id: Option<String>,
    /// True: those in the archive, and no others.
    pub archived: Option<bool>,
    /// Made on this day or later: `2026-11-21`, or ISO 8601.
    pub from: Option<String>,
    /// Made on this day or earlier.
    pub to: Option<String>,
    /// A number, an id or an order id, exactly.
    pub search: Option<String>,
}

open_enum! {
    /// What happens to an invoice of a practice store.
    Scenario {
        /// What is missing is paid.
        Pay = "pay",
        /// Half of it is paid.
        Underpay = "underpay",
        /// Half as much again is paid.
        Overpay = "overpay",
        /// The time ends, and then it is paid.
        PayLate = "pay_late",
        /// A payment is sent again for a higher fee.
        Replace = "replace",
        /// A payment's coins are spent elsewhere.
        DoubleSpend = "double_spend",
        /// Blocks come.
        Mine = "mine",
        /// The blocks since its payments are replaced.
        Reorg = "reorg",
        /// The same, and the payments are gone.
        ReorgVanish = "reorg_vanish",
        /// The time for paying ends.
        Expire = "expire",
    }
}

/// How exactly a scenario is played.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PracticePlan {
    /// How much is paid, in bitcoin, instead of what the scenario says.
    pub amount: Option<Decimal>,
    /// How many blocks come or go.
    pub blocks: Option<u32>,
}
