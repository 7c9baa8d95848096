//! An invoice, as BitPay's API has it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{More, open_enum};
use crate::Secret;

open_enum! {
    /// How an invoice stands.
    InvoiceStatus {
        /// It waits for its payment.
        New = "new",
        /// Paid in full, not confirmed yet.
        Paid = "paid",
        /// Confirmed as deep as the store asks for: ship.
        Confirmed = "confirmed",
        /// Six blocks deep.
        Complete = "complete",
        /// The time for paying is over.
        Expired = "expired",
        /// What was paid came to nothing.
        Invalid = "invalid",
    }
}

open_enum! {
    /// What is unusual about an invoice.
    Exception {
        /// Too little came.
        PaidPartial = "paidPartial",
        /// Too much came.
        PaidOver = "paidOver",
        /// The full amount came after the time was over.
        PaidLate = "paidLate",
        /// The merchant decided how it stands.
        Marked = "marked",
    }
}

/// An invoice. Seen by anyone ([`get_public_invoice`](crate::Client::get_public_invoice)) it has no buyer, no
/// `pos_data`, no transactions and no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Invoice {
    /// Its name: 21 or 22 letters and digits.
    pub id: String,
    /// Its checkout: where to send the buyer.
    pub url: String,
    /// How it stands.
    pub status: InvoiceStatus,
    /// What is unusual about it, if anything is.
    #[serde(default, deserialize_with = "read_exception", serialize_with = "write_exception")]
    pub exception_status: Option<Exception>,
    /// The price, in `currency`.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub price: Decimal,
    /// ISO 4217, `BTC` or `SATS`.
    pub currency: String,
    /// Units of the currency for one bitcoin. 0: no bitcoin is asked for.
    #[serde(default, with = "rust_decimal::serde::arbitrary_precision")]
    pub rate: Decimal,
    /// Bitcoin due in all.
    #[serde(default, with = "rust_decimal::serde::str_option", skip_serializing_if = "Option::is_none")]
    pub btc_price: Option<Decimal>,
    /// Bitcoin received.
    #[serde(default, with = "rust_decimal::serde::str_option", skip_serializing_if = "Option::is_none")]
    pub btc_paid: Option<Decimal>,
    /// Bitcoin still missing.
    #[serde(default, with = "rust_decimal::serde::str_option", skip_serializing_if = "Option::is_none")]
    pub btc_due: Option<Decimal>,
    /// Where to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bitcoin_address: Option<String>,
    /// Links that open a wallet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_urls: Option<PaymentUrls>,
    /// When it was made, in milliseconds since 1970.
    pub invoice_time: u64,
    /// Until when it can be paid, in milliseconds since 1970.
    pub expiration_time: u64,
    /// The server's time, in milliseconds since 1970.
    pub current_time: u64,
    /// The shop's own name for the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// What is sold, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_desc: Option<String>,
    /// What is sold, by the shop's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_code: Option<String>,
    /// What the shop keeps with it, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pos_data: Option<String>,
    /// Where the checkout's link leads afterwards.
    #[serde(default, rename = "redirectURL", skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// How confirmed a payment must be: `high`, `medium`, `low-medium` or `low`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_speed: Option<String>,
    /// The tax in the price.
    #[serde(default, with = "super::number", skip_serializing_if = "Option::is_none")]
    pub tax_included: Option<Decimal>,
    /// Who buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// The ways to pay, with what came by each.
    #[serde(default)]
    pub crypto_info: Vec<PaymentMethod>,
    /// What came, and accepted overpayments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transactions: Option<Vec<Transaction>>,
    /// `BTC` once something came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_currency: Option<String>,
    /// What may be done with it: `refundable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<BTreeMap<String, bool>>,
    /// The invoice's own token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// The name under which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// What a newer server adds, and what is said elsewhere already: `exRates`, `paymentTotals`, `addresses`, …
    #[serde(flatten)]
    pub more: More,
}

/// One way of paying an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentMethod {
    /// `BTC`.
    pub crypto_code: String,
    /// `BTC-CHAIN`.
    pub payment_type: String,
    /// Where to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Units of the invoice's currency for one bitcoin.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub rate: Decimal,
    /// Bitcoin due in all.
    #[serde(with = "rust_decimal::serde::str")]
    pub total_due: Decimal,
    /// Bitcoin received.
    #[serde(with = "rust_decimal::serde::str")]
    pub paid: Decimal,
    /// Bitcoin still missing.
    #[serde(with = "rust_decimal::serde::str")]
    pub due: Decimal,
    /// How many payments came.
    #[serde(default)]
    pub tx_count: u64,
    /// What came.
    #[serde(default)]
    pub payments: Vec<Payment>,
    /// What a newer server adds, and what is said elsewhere already.
    #[serde(flatten)]
    pub more: More,
}

/// A payment of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Payment {
    /// The transaction's id, a dash, and the number of its output.
    pub id: String,
    /// Bitcoin.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub value: Decimal,
    /// When it was seen, ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_date: Option<String>,
    /// As deep as the store asks for.
    #[serde(default)]
    pub confirmed: bool,
    /// Six blocks deep.
    #[serde(default)]
    pub completed: bool,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// Bitcoin that came for an invoice, or below zero an overpayment that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Transaction {
    /// Satoshis.
    pub amount: i64,
    /// Blocks on top of it, its own included; 0 without one.
    #[serde(default)]
    pub confirmations: u32,
    /// When, ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The transaction's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub txid: Option<String>,
    /// The number of its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_index: Option<u32>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// Links that open a wallet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaymentUrls {
    /// `bitcoin:ADDRESS?amount=…` (BIP 21).
    #[serde(default, rename = "BIP21", skip_serializing_if = "Option::is_none")]
    pub bip21: Option<String>,
    /// Others.
    #[serde(flatten)]
    pub more: More,
}

/// Who buys, as an invoice answers. (When an invoice is made, it is a [`NewBuyer`](crate::NewBuyer).)
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Buyer {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The first line of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address1: Option<String>,
    /// The second one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address2: Option<String>,
    /// The town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// The state or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// Where an invoice's events come from, and the token that opens them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventBus {
    /// The stream's address, without its query.
    pub url: String,
    /// What anyone may listen with.
    pub token: Secret,
    /// What can be heard: `payment`.
    #[serde(default)]
    pub events: Vec<String>,
    /// What can be asked: `subscribe`, `unsubscribe`.
    #[serde(default)]
    pub actions: Vec<String>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// `false` says that nothing is unusual.
fn read_exception<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Exception>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Null | Value::Bool(false) => None,
        Value::String(word) => Some(Exception::from(&*word)),
        other => Some(Exception::Other(other.to_string())),
    })
}

#[expect(clippy::ref_option, reason = "the form that serde asks for")]
fn write_exception<S: Serializer>(exception: &Option<Exception>, to: S) -> Result<S::Ok, S::Error> {
    match exception {
        Some(word) => word.serialize(to),
        None => to.serialize_bool(false),
    }
}
