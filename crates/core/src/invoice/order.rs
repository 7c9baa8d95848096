//! The order behind an invoice: what the shop said about it. Kept and given back; of no
//! influence on the verdict.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::notice::Notifications;
use super::terms::Speed;
use crate::money::{Currency, Price};
use crate::time::Timestamp;

/// Longest text a single field may hold, in bytes.
pub const MAX_FIELD_LEN: usize = 8 * 1024;

/// Who buys. Personal data: never shown to the public.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Buyer {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// First line of the postal address.
    pub address1: Option<String>,
    /// Second line of the postal address.
    pub address2: Option<String>,
    /// Town.
    pub locality: Option<String>,
    /// State, province or canton.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// An e-mail address as it is compared: in lower case, without space around it.
#[must_use]
pub fn email_key(address: &str) -> String {
    address.trim().to_lowercase()
}

/// What the shop said about the order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Order {
    /// The shop's own number for it.
    pub order_id: Option<String>,
    /// What is sold, in words.
    pub item_desc: Option<String>,
    /// What is sold, as a code.
    pub item_code: Option<String>,
    /// Anything the shop wants back, verbatim.
    pub pos_data: Option<String>,
    /// Something is shipped.
    pub physical: bool,
    /// How much of the price is tax.
    pub tax_included: Decimal,
    /// Who buys.
    pub buyer: Buyer,
    /// Where notifications go.
    pub notification_url: Option<String>,
    /// Who is told by mail.
    pub notification_email: Option<String>,
    /// Which notifications are sent.
    pub notifications: Notifications,
    /// Where the buyer goes afterwards.
    pub redirect_url: Option<String>,
    /// Whether the buyer goes there without a click.
    pub redirect_automatically: Option<bool>,
}

/// A request for an invoice, checked. It cannot be changed into an unchecked one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvoice {
    price: Option<Price>,
    currency: Currency,
    speed: Option<Speed>,
    expires_at: Option<Timestamp>,
    order: Order,
    issued_later: bool,
}

/// Why a request for an invoice cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequest {
    /// More than all bitcoin there will be, in any currency.
    #[error("the price is out of range")]
    PriceOutOfRange,
    /// A text that is longer than anyone needs.
    #[error("'{0}' is longer than {MAX_FIELD_LEN} bytes")]
    TooLong(&'static str),
    /// A text with a character that not every database can store.
    #[error("'{0}' has a NUL character in it")]
    Nul(&'static str),
}

impl NewInvoice {
    /// A checked request. `price` none: a top-up invoice in `currency`. A negative price is none
    /// at all, and counts as zero, as in BitPay's API; the price and the tax are rounded to the
    /// currency's digits.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the price is beyond all bitcoin there is in any currency, or a
    /// text is too long or has a NUL character in it.
    pub fn new(
        price: Option<Decimal>,
        currency: Currency,
        speed: Option<Speed>,
        expires_at: Option<Timestamp>,
        mut order: Order,
    ) -> Result<Self, InvalidRequest> {
        let price = price.map(|amount| currency.round(amount.max(Decimal::ZERO)).normalize());
        // 21 million bitcoin in the smallest unit that anyone prices in.
        if price.is_some_and(|amount| amount > Decimal::from(10u64.pow(18))) {
            return Err(InvalidRequest::PriceOutOfRange);
        }
        let most = price.unwrap_or(Decimal::ZERO);
        order.tax_included = currency.round(order.tax_included.clamp(Decimal::ZERO, most)).normalize();
        for (name, text) in order.texts() {
            if text.as_ref().is_some_and(|t| t.len() > MAX_FIELD_LEN) {
                return Err(InvalidRequest::TooLong(name));
            }
            if text.as_ref().is_some_and(|t| t.contains('\0')) {
                return Err(InvalidRequest::Nul(name));
            }
        }
        let price = price.map(|amount| Price { amount, currency });
        Ok(Self { price, currency, speed, expires_at, order, issued_later: false })
    }

    /// The same request by somebody who has no say in the store's policy: confirmations and time to
    /// pay are the store's, and nobody is led anywhere without a click.
    #[must_use]
    pub fn without_policy(self) -> Self {
        let order = Order { redirect_automatically: None, ..self.order };
        Self { speed: None, expires_at: None, order, ..self }
    }

    /// The same request, whose address is issued only when the buyer wants to pay: what strangers ask for, and leave,
    /// uses up none of a wallet's addresses.
    #[must_use]
    pub fn issue_later(self, later: bool) -> Self {
        Self { issued_later: later, ..self }
    }

    /// The price; none for a top-up invoice.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        self.price
    }

    /// The currency of the price, or of the top-up.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The speed asked for; none: the store's.
    #[must_use]
    pub fn speed(&self) -> Option<Speed> {
        self.speed
    }

    /// The expiry asked for; none: the store's.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Whether its address is issued only when the buyer wants to pay.
    #[must_use]
    pub fn issued_later(&self) -> bool {
        self.issued_later
    }

    /// What the shop said about it.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }
}

impl Order {
    fn texts(&self) -> [(&'static str, &Option<String>); 16] {
        let b = &self.buyer;
        [
            ("orderId", &self.order_id),
            ("itemDesc", &self.item_desc),
            ("itemCode", &self.item_code),
            ("posData", &self.pos_data),
            ("notificationURL", &self.notification_url),
            ("notificationEmail", &self.notification_email),
            ("redirectURL", &self.redirect_url),
            ("buyerName", &b.name),
            ("buyerEmail", &b.email),
            ("buyerPhone", &b.phone),
            ("buyerAddress1", &b.address1),
            ("buyerAddress2", &b.address2),
            ("buyerCity", &b.locality),
            ("buyerState", &b.region),
            ("buyerZip", &b.postal_code),
            ("buyerCountry", &b.country),
        ]
    }
}
