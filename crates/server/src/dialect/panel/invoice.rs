//! The invoice object of answers: the same wherever an invoice is shown.

use serde_json::{Value, json};
use specie_core::invoice::Flag;

use super::{btc, number, time};
use crate::app::view::{InvoiceView, PaymentState, PaymentView};

/// An invoice.
#[must_use]
pub fn invoice(view: &InvoiceView) -> Value {
    let payable = view.address.is_some();
    let sats = |sats: u64| if payable { btc(sats) } else { Value::Null };
    json!({
        "id": view.number,
        "invoice_number": invoice_number(view.number),
        "amount": view.price.map(number),
        "currency": view.currency.code(),
        "status": view.status.name(),
        "exception": exception(view.flag),
        "archived": view.archived,
        "store_id": view.store_number,
        "order_id": view.order.order_id,
        "buyer_email": view.order.buyer.email,
        "description": view.order.item_desc,
        "metadata": metadata(view),
        "checkout_url": format!("{}/i/{}", view.server, view.id),
        "address": view.address,
        "amount_due_btc": view.due.map_or(Value::Null, sats),
        "paid_btc": sats(view.paid),
        "due_btc": if view.top_up { Value::Null } else { sats(view.remaining) },
        "bip21": view.payment_link(),
        "rate": view.rate.as_ref().map(|rate| number(rate.per_btc)),
        "redirect_url": view.redirect_url,
        "webhook_url": view.order.notification_url,
        "expires_at": time(view.expires_at),
        "created_at": time(view.created_at),
        "payments": view.live_payments().map(payment).collect::<Vec<_>>(),
    })
}

/// `INV-` and at least six digits.
#[must_use]
pub fn invoice_number(number: i64) -> String {
    format!("INV-{number:06}")
}

fn exception(flag: Flag) -> Value {
    match flag {
        Flag::None => Value::Null,
        Flag::PaidPartial => json!("paid_partial"),
        Flag::PaidOver => json!("paid_over"),
        Flag::PaidLate => json!("paid_late"),
        Flag::Marked => json!("marked"),
    }
}

/// What was given along: an object, whichever API it came by. Anything else is not this API's.
fn metadata(view: &InvoiceView) -> Option<Value> {
    let kept = view.order.pos_data.as_deref()?;
    serde_json::from_str(kept).ok().filter(Value::is_object)
}

fn payment(payment: &PaymentView) -> Value {
    json!({
        "txid": payment.txid,
        "output": payment.vout,
        "amount": btc(payment.amount),
        "confirmations": if payment.state == PaymentState::Confirmed { payment.confirmations } else { 0 },
        "seen_at": time(payment.first_seen),
    })
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
            assert_eq!(number(amount.parse().unwrap()).to_string(), text);
        }
        for (sats, text) in
            [(0, "0"), (1, "0.00000001"), (2_099_999_999_999_999, "20999999.99999999"), (100_000_000, "1")]
        {
            assert_eq!(btc(sats).to_string(), text);
        }
    }
}
