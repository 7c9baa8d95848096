//! Instant payment notifications: what a shop is told, in BitPay's numbers and names.

use serde_json::{Map, Value, json};
use specie_core::invoice::{Notice, Status};
use url::form_urlencoded;

use super::Num;
use super::invoice::{btc, ex_rates, exception_status, per_btc, url};
use crate::app::view::{Form, InvoiceView};

const WARNING: &str = "This data could have been easily forged, please use the invoice id to retrieve the invoice \
                       through the API before acting on it.";

/// The number and the name of a notice.
#[must_use]
pub fn code(notice: Notice) -> (u16, &'static str) {
    match notice {
        Notice::Created => (1001, "invoice_created"),
        Notice::ReceivedPayment => (1002, "invoice_receivedPayment"),
        Notice::PaidInFull => (1003, "invoice_paidInFull"),
        Notice::Expired => (1004, "invoice_expired"),
        Notice::Confirmed => (1005, "invoice_confirmed"),
        Notice::Completed => (1006, "invoice_completed"),
        Notice::MarkedInvalid => (1008, "invoice_markedInvalid"),
        Notice::PaidAfterExpiration => (1009, "invoice_paidAfterExpiration"),
        Notice::ManuallyNotified => (1012, "invoice_manuallyNotified"),
        Notice::FailedToConfirm => (1013, "invoice_failedToConfirm"),
        Notice::ExpiredPaidPartial => (2000, "invoice_expiredPaidPartial"),
        Notice::MarkedComplete => (2008, "invoice_markedComplete"),
        Notice::RefundAsked => (2009, "invoice_refund"),
        Notice::RefundPaid => (1016, "invoice_refundComplete"),
    }
}

/// The body of a notification: the invoice as it was when it happened.
#[must_use]
pub fn body(view: &InvoiceView, notice: Notice, form: Form) -> String {
    let flat = flat(view, notice);
    let body = match form {
        Form::Plain | Form::Event | Form::Test => flat,
        Form::Named => {
            let (code, name) = code(notice);
            json!({ "event": { "code": code, "name": name }, "data": flat })
        }
    };
    serde_json::to_string_pretty(&body).expect("a notification is JSON")
}

fn flat(view: &InvoiceView, notice: Notice) -> Value {
    let status = match notice {
        Notice::PaidInFull => Status::Paid.name(),
        Notice::Confirmed => Status::Confirmed.name(),
        _ => view.status.name(),
    };
    let payable = !view.is_free();
    let sats = |sats: u64| payable.then(|| btc(sats));
    let totals = if payable { json!({ "BTC": view.due.unwrap_or(0) }) } else { json!({}) };
    let rates = if payable { json!({ "BTC": ex_rates(view) }) } else { json!({}) };
    let email = view.order.buyer.email.as_ref();
    let mut body = Map::new();
    for (key, value) in [
        ("id", json!(view.id.to_string())),
        ("url", json!(url(view))),
        ("posData", json!(view.order.pos_data)),
        ("status", json!(status)),
        ("btcPrice", json!(sats(view.due.unwrap_or(0)))),
        ("price", json!(Num(view.price.unwrap_or_default()))),
        ("currency", json!(view.currency.code())),
        ("invoiceTime", json!(view.created_at.as_secs() * 1000)),
        ("expirationTime", json!(view.expires_at.as_millis())),
        ("currentTime", json!(view.shown_at.as_millis())),
        ("btcPaid", json!(sats(view.paid))),
        ("btcDue", json!(sats(view.remaining))),
        ("rate", json!(Num(per_btc(view)))),
        ("exceptionStatus", exception_status(view.flag)),
        ("buyerFields", email.map_or(Value::Null, |email| json!({ "buyerEmail": email }))),
        ("transactionCurrency", Value::Null),
        ("paymentSubtotals", totals.clone()),
        ("paymentTotals", totals),
        // Always nothing, as BTCPay sends it; what was paid is `btcPaid`.
        ("amountPaid", json!(btc(0))),
        ("exchangeRates", rates),
        ("orderId", json!(view.order.order_id)),
        ("_warning", json!(WARNING)),
    ] {
        body.insert(key.to_owned(), value);
    }
    Value::Object(body)
}

/// A shop's address with `{InvoiceId}`, `{OrderId}` and `{Status}` filled in, whatever their
/// case, each encoded as in a form.
#[must_use]
pub fn target(template: &str, view: &InvoiceView) -> String {
    let internal_status = match view.status {
        Status::New => "New",
        Status::Paid => "Processing",
        Status::Confirmed | Status::Complete => "Settled",
        Status::Expired => "Expired",
        Status::Invalid => "Invalid",
    };
    let id = view.id.to_string();
    let values = [
        ("{invoiceid}", id.as_str()),
        ("{orderid}", view.order.order_id.as_deref().unwrap_or("")),
        ("{status}", internal_status),
    ];
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = values
            .iter()
            .find(|(name, _)| rest.get(..name.len()).is_some_and(|r| r.eq_ignore_ascii_case(name)));
        match known {
            Some((name, value)) => {
                filled.extend(form_urlencoded::byte_serialize(value.as_bytes()));
                rest = &rest[name.len()..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}
