//! What an order says when it becomes an invoice, and what a list of invoices is asked for.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{InvoiceStatus, More};

/// An invoice to be made. What is not said is left to the store.
///
/// ```
/// use specie_client::NewInvoice;
///
/// let order = NewInvoice { order_id: Some("A-17".into()), ..NewInvoice::new(20, "USD") };
/// assert_eq!(serde_json::to_string(&order)?, r#"{"price":20,"currency":"USD","orderId":"A-17"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewInvoice {
    /// The price, in `currency`, rounded to its digits. `None`: any amount is taken.
    #[serde(with = "super::number", skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// ISO 4217, `BTC` or `SATS`. `None`: the store's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Your name for the order; the buyer sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// What is sold, in words; the buyer sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_desc: Option<String>,
    /// What is sold, by your code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_code: Option<String>,
    /// Anything to keep with it; the store alone sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pos_data: Option<String>,
    /// Where notifications go.
    #[serde(rename = "notificationURL", skip_serializing_if = "Option::is_none")]
    pub notification_url: Option<String>,
    /// True: a notification of each change, not only of the confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_notifications: Option<bool>,
    /// True: notifications that say what happened by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_notifications: Option<bool>,
    /// Where the checkout's link leads afterwards.
    #[serde(rename = "redirectURL", skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// `high`, `medium`, `low-medium` or `low`: 0, 1, 2 or 6 confirmations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_speed: Option<String>,
    /// Until when it can be paid, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<u64>,
    /// The tax in the price.
    #[serde(with = "super::number", skip_serializing_if = "Option::is_none")]
    pub tax_included: Option<Decimal>,
    /// Who buys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<NewBuyer>,
    /// Any other field of the API.
    #[serde(flatten)]
    pub more: More,
}

impl NewInvoice {
    /// An invoice over a price.
    pub fn new(price: impl Into<Decimal>, currency: impl Into<String>) -> Self {
        Self { price: Some(price.into()), currency: Some(currency.into()), ..Self::default() }
    }
}

/// Who buys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewBuyer {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The first line of the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address1: Option<String>,
    /// The second one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address2: Option<String>,
    /// The town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The state or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// The country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Which invoices to list. What is not said filters nothing.
///
/// ```
/// use specie_client::{InvoiceFilter, InvoiceStatus};
///
/// let settled = InvoiceFilter { status: vec![InvoiceStatus::Confirmed], limit: Some(100), ..Default::default() };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// Those that stand so; `confirmed` includes `complete`. Empty: all.
    pub status: Vec<InvoiceStatus>,
    /// Exactly this order.
    pub order_id: Option<String>,
    /// Exactly this item.
    pub item_code: Option<String>,
    /// Made on this day or later: `2024-01-31`, ISO 8601, or milliseconds since 1970; UTC.
    pub date_start: Option<String>,
    /// Made on this day or earlier.
    pub date_end: Option<String>,
    /// At most so many; at most, and by default, 1,000.
    pub limit: Option<u32>,
    /// Passing over so many first, up to 10,000.
    pub offset: Option<u32>,
    /// True: those in the archive, and no others.
    pub archived: Option<bool>,
}
