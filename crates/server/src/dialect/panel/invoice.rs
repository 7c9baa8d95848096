//! The invoice object of answers: the same wherever an invoice is shown.

use serde::Serialize;
use serde_json::Value;
use specie_core::invoice::Flag;
use utoipa::ToSchema;

use super::{Amount, time};
use crate::app::view::{InvoiceView, PaymentState, PaymentView};

/// An invoice.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelInvoice)]
pub struct Invoice {
    /// Its number.
    #[schema(example = 1)]
    id: i64,
    /// The number as people write it.
    #[schema(example = "INV-000001")]
    invoice_number: String,
    /// The price; `null` of one that takes any amount, until something came.
    amount: Option<Amount>,
    /// The currency of the price.
    #[schema(example = "USD")]
    currency: &'static str,
    /// `new`, `paid` (in full, unconfirmed), `confirmed` (as the store asks), `complete` (six deep), `expired` or `invalid`.
    #[schema(example = "new")]
    status: &'static str,
    /// `paid_partial`, `paid_over`, `paid_late` or `marked`.
    exception: Option<&'static str>,
    /// Whether it is out of sight of the lists.
    archived: bool,
    /// `false`: it is a practice store's, and no real bitcoin pays it.
    livemode: bool,
    /// The number of its store.
    #[schema(example = 1)]
    store_id: i64,
    /// The shop's own number.
    order_id: Option<String>,
    /// The buyer's address.
    buyer_email: Option<String>,
    /// What is sold.
    description: Option<String>,
    /// What was given along.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
    /// The page for the buyer.
    #[schema(example = "https://pay.example.com/i/QzFf7p3nHwB2tJgXcVd8aM")]
    checkout_url: String,
    /// Where to pay.
    address: Option<String>,
    /// What is due in all, rounded up to the satoshi.
    amount_due_btc: Option<Amount>,
    /// What was received.
    paid_btc: Option<Amount>,
    /// What is still missing.
    due_btc: Option<Amount>,
    /// A link that wallets open.
    bip21: Option<String>,
    /// Units of the currency for one bitcoin.
    rate: Option<Amount>,
    /// Where the checkout's link leads afterwards.
    redirect_url: Option<String>,
    /// Where events are posted.
    webhook_url: Option<String>,
    /// Until when the price holds, in ISO 8601.
    #[schema(example = "2026-11-21T09:15:00.000Z")]
    expires_at: String,
    /// When it was made, in ISO 8601.
    #[schema(example = "2026-11-21T09:00:00.000Z")]
    created_at: String,
    /// What came for it.
    payments: Vec<Payment>,
}

/// What came for an invoice.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelPayment)]
pub struct Payment {
    /// The transaction.
    txid: String,
    /// Its output.
    output: u32,
    /// How much, in bitcoin.
    amount: Amount,
    /// How many blocks deep.
    confirmations: u32,
    /// When it was seen first, in ISO 8601.
    seen_at: String,
}

/// An invoice as it is shown.
#[must_use]
pub fn invoice(view: &InvoiceView) -> Invoice {
    let payable = !view.is_free();
    let sats = |sats: u64| payable.then(|| Amount::btc(sats));
    Invoice {
        id: view.number,
        invoice_number: invoice_number(view.number),
        amount: view.price.map(Amount),
        currency: view.currency.code(),
        status: view.status.name(),
        exception: exception(view.flag),
        archived: view.archived,
        livemode: !view.sandbox,
        store_id: view.store_number,
        order_id: view.order.order_id.clone(),
        buyer_email: view.order.buyer.email.clone(),
        description: view.order.item_desc.clone(),
        metadata: metadata(view),
        checkout_url: format!("{}/i/{}", view.server, view.id),
        address: view.address.clone(),
        amount_due_btc: view.due.and_then(sats),
        paid_btc: sats(view.paid),
        due_btc: if view.top_up { None } else { sats(view.remaining) },
        bip21: view.payment_link(),
        rate: view.rate.as_ref().map(|rate| Amount(rate.per_btc)),
        redirect_url: view.redirect_url.clone(),
        webhook_url: view.order.notification_url.clone(),
        expires_at: time(view.expires_at),
        created_at: time(view.created_at),
        payments: view.live_payments().map(payment).collect(),
    }
}

/// `INV-` and at least six digits.
#[must_use]
pub fn invoice_number(number: i64) -> String {
    format!("INV-{number:06}")
}

fn exception(flag: Flag) -> Option<&'static str> {
    match flag {
        Flag::None => None,
        Flag::PaidPartial => Some("paid_partial"),
        Flag::PaidOver => Some("paid_over"),
        Flag::PaidLate => Some("paid_late"),
        Flag::Marked => Some("marked"),
    }
}

/// What was given along: an object, whichever API it came by. Anything else is not this API's.
fn metadata(view: &InvoiceView) -> Option<Value> {
    let kept = view.order.pos_data.as_deref()?;
    serde_json::from_str(kept).ok().filter(Value::is_object)
}

fn payment(payment: &PaymentView) -> Payment {
    let confirmed = payment.state == PaymentState::Confirmed;
    Payment {
        txid: payment.txid.clone(),
        output: payment.vout,
        amount: Amount::btc(payment.amount),
        confirmations: if confirmed { payment.confirmations } else { 0 },
        seen_at: time(payment.first_seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_number_has_six_digits_or_more() {
        for (number, text) in [(1, "INV-000001"), (123_456, "INV-123456"), (1_234_567, "INV-1234567")] {
            assert_eq!(invoice_number(number), text);
        }
    }

    #[test]
    fn amounts_are_exact_and_without_zeros_at_their_end() {
        for (amount, text) in [
            ("100.00", "100"),
            ("19.90", "19.9"),
            ("0.001", "0.001"),
            ("1000000", "1000000"),
            ("0.10000000000000000000000001", "0.10000000000000000000000001"),
        ] {
            assert_eq!(Amount(amount.parse().unwrap()).to_string(), text);
        }
        for (sats, text) in
            [(0, "0"), (1, "0.00000001"), (2_099_999_999_999_999, "20999999.99999999"), (100_000_000, "1")]
        {
            assert_eq!(Amount::btc(sats).to_string(), text);
        }
    }
}
