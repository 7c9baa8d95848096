//! The checkout's state as JSON, for pages and plugins that poll it as they poll BTCPay's.

use serde_json::{Value, json};

use crate::app::view::InvoiceView;
use crate::dialect::bitpay::invoice::btc;

/// The fields that pollers read; statuses in BitPay's words.
pub fn model(view: &InvoiceView) -> Value {
    let left = view.expires_at.millis_since(view.shown_at).max(0).div_euclid(1000);
    let whole = view.expires_at.millis_since(view.created_at).div_euclid(1000);
    let needed = view.live_payments().map(|p| p.confirmations_needed).max();
    let reached = view.live_payments().map(|p| p.confirmations).min();
    json!({
        "status": view.status.name(),
        "exceptionStatus": view.flag.name(),
        "invoiceId": view.id.to_string(),
        "storeId": view.store_id.to_string(),
        "storeName": view.store_name,
        "orderId": view.order.order_id,
        "itemDesc": view.order.item_desc,
        "address": view.address,
        "due": btc(view.remaining),
        "paid": btc(view.paid),
        "orderAmount": btc(view.due.unwrap_or(0)),
        "orderAmountFiat": view.price.map(|price| format!("{} {}", view.currency.format(price), view.currency)),
        "rate": view.rate.as_ref().map(|rate| rate.currency.format(rate.per_btc)),
        "networkFee": 0,
        "txCount": view.live_payments().count(),
        "paymentMethodId": "BTC-CHAIN",
        "paymentMethodCurrency": "BTC",
        "invoiceCurrency": view.currency.code(),
        "invoiceBitcoinUrl": view.payment_link(),
        "invoiceBitcoinUrlQR": view.payment_link().map(|link| super::qr::payload(&link)),
        "expirationSeconds": left,
        "maxTimeSeconds": whole,
        "maxTimeMinutes": whole / 60,
        "timeLeft": format!("{:02}:{:02}", left / 60, left % 60),
        "isUnsetTopUp": view.top_up && view.due.is_none(),
        "merchantRefLink": super::way_back(view).map(String::from),
        "requiredConfirmations": needed,
        "receivedConfirmations": reached,
    })
}
