//! The checkout's state as JSON, for pages and plugins that poll it as they poll BTCPay's.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::view::InvoiceView;
use crate::dialect::bitpay::invoice::btc;

/// How an invoice stands, for whoever polls it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// `new`, `paid`, `confirmed`, `complete`, `expired` or `invalid`.
    #[schema(example = "new")]
    status: &'static str,
    /// `paidPartial`, `paidOver`, `paidLate`, `marked`, or nothing.
    exception_status: &'static str,
    invoice_id: String,
    store_id: String,
    store_name: String,
    order_id: Option<String>,
    item_desc: Option<String>,
    /// Where to pay.
    address: Option<String>,
    /// What is still missing, in bitcoin.
    #[schema(example = "0.00040000")]
    due: String,
    /// What was received, in bitcoin.
    paid: String,
    /// What is due in all, in bitcoin.
    order_amount: String,
    /// The price, as people read it.
    order_amount_fiat: Option<String>,
    /// What a bitcoin was worth, as people read it.
    rate: Option<String>,
    network_fee: u32,
    tx_count: usize,
    payment_method_id: &'static str,
    payment_method_currency: &'static str,
    invoice_currency: &'static str,
    /// A link that wallets open.
    invoice_bitcoin_url: Option<String>,
    /// The same, as it is in the QR code.
    #[serde(rename = "invoiceBitcoinUrlQR")]
    invoice_bitcoin_url_qr: Option<String>,
    /// How long the price holds still.
    expiration_seconds: i64,
    /// How long it holds in all.
    max_time_seconds: i64,
    max_time_minutes: i64,
    /// As people read it.
    time_left: String,
    is_unset_top_up: bool,
    /// Where the buyer may go back to.
    merchant_ref_link: Option<String>,
    required_confirmations: Option<u32>,
    received_confirmations: Option<u32>,
}

/// The fields that pollers read; statuses in BitPay's words.
pub fn model(view: &InvoiceView) -> Status {
    let left = view.expires_at.millis_since(view.shown_at).max(0).div_euclid(1000);
    let whole = view.expires_at.millis_since(view.created_at).div_euclid(1000);
    let fiat = |price| format!("{} {}", view.currency.format(price), view.currency);
    Status {
        status: view.status.name(),
        exception_status: view.flag.name(),
        invoice_id: view.id.to_string(),
        store_id: view.store_id.to_string(),
        store_name: view.store_name.clone(),
        order_id: view.order.order_id.clone(),
        item_desc: view.order.item_desc.clone(),
        address: view.address.clone(),
        due: btc(view.remaining),
        paid: btc(view.paid),
        order_amount: btc(view.due.unwrap_or(0)),
        order_amount_fiat: view.price.map(fiat),
        rate: view.rate.as_ref().map(|rate| rate.currency.format(rate.per_btc)),
        network_fee: 0,
        tx_count: view.live_payments().count(),
        payment_method_id: "BTC-CHAIN",
        payment_method_currency: "BTC",
        invoice_currency: view.currency.code(),
        invoice_bitcoin_url: view.payment_link(),
        invoice_bitcoin_url_qr: view.payment_link().map(|link| super::qr::payload(&link)),
        expiration_seconds: left,
        max_time_seconds: whole,
        max_time_minutes: whole / 60,
        time_left: format!("{:02}:{:02}", left / 60, left % 60),
        is_unset_top_up: view.top_up && view.due.is_none(),
        merchant_ref_link: super::way_back(view).map(String::from),
        required_confirmations: view.live_payments().map(|p| p.confirmations_needed).max(),
        received_confirmations: view.live_payments().map(|p| p.confirmations).min(),
    }
}
