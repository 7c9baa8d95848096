//! The checkout's state as JSON, for pages and plugins that poll it as they poll BTCPay's.

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::view::InvoiceView;
use crate::dialect::bitpay::Num;
use crate::dialect::bitpay::invoice::btc;
use crate::http::brand::{logo_path, theme_path};
use crate::http::l10n::Words;
use crate::http::pieces::COUNTDOWN_SECS;

/// The one way to pay.
const METHOD: &str = "BTC-CHAIN";

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
    /// Always 0: nobody is asked for the cost of another's transaction.
    network_fee: u32,
    tx_count: usize,
    tx_count_for_fee: usize,
    payment_method_id: &'static str,
    payment_method_name: &'static str,
    payment_method_currency: &'static str,
    invoice_currency: &'static str,
    /// A link that wallets open.
    invoice_bitcoin_url: Option<String>,
    /// The same, as it is in the QR code.
    #[serde(rename = "invoiceBitcoinUrlQR")]
    invoice_bitcoin_url_qr: Option<String>,
    /// How long the price holds still.
    expiration_seconds: i64,
    /// How long it holds in all, from when the invoice was made.
    max_time_seconds: i64,
    max_time_minutes: i64,
    /// In its last how many minutes the time that is left is shown.
    display_expiration_timer: i64,
    /// As people read it.
    time_left: String,
    is_unset_top_up: bool,
    /// `view=modal` was asked for.
    is_modal: bool,
    /// There is an address to pay to; of an invoice by a pay button, once the buyer wants one.
    activated: bool,
    /// Where the buyer may go back to.
    merchant_ref_link: Option<String>,
    /// The receipt, if there is one.
    receipt_link: Option<String>,
    /// The buyer goes there without a click.
    redirect_automatically: bool,
    required_confirmations: Option<u32>,
    received_confirmations: Option<u32>,
    /// None, if nothing is asked.
    available_payment_methods: Vec<PaymentMethod>,
    /// The language of whoever says none.
    default_lang: &'static str,
    /// The address of a Lightning node: there is none.
    peer_info: Option<String>,
    /// Always 0: no rate is recommended.
    fee_rate: u32,
    show_recommended_fee: bool,
    /// How much of the price is tax.
    tax_included: Option<Tax>,
    html_title: String,
    brand_color: Option<String>,
    logo_url: Option<String>,
    css_url: Option<String>,
    payment_sound_url: Option<String>,
    nfc_read_sound_url: Option<String>,
    error_sound_url: Option<String>,
}

/// A way to pay.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentMethod {
    payment_method_id: &'static str,
    payment_method_name: &'static str,
    displayed: bool,
    order: u32,
}

/// A part of the price that is tax.
#[derive(Serialize, ToSchema)]
pub struct Tax {
    #[schema(value_type = f64)]
    value: Num,
    /// As people read it.
    formatted: String,
}

/// The fields that pollers read; statuses in BitPay's words.
pub fn model(view: &InvoiceView, is_modal: bool) -> Status {
    let left = view.expires_at.millis_since(view.shown_at).max(0).div_euclid(1000);
    let whole = view.expires_at.millis_since(view.created_at).div_euclid(1000);
    let fiat = |price| format!("{} {}", view.currency.format(price), view.currency);
    let method = PaymentMethod {
        payment_method_id: METHOD,
        payment_method_name: "Bitcoin",
        displayed: true,
        order: 0,
    };
    let brand = &view.brand;
    let tax = Some(view.order.tax_included).filter(|tax| *tax > Decimal::ZERO);
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
        tx_count_for_fee: view.live_payments().count(),
        payment_method_id: METHOD,
        payment_method_name: "Bitcoin",
        payment_method_currency: "BTC",
        invoice_currency: view.currency.code(),
        invoice_bitcoin_url: view.payment_link(),
        invoice_bitcoin_url_qr: view.payment_link().map(|link| super::qr::payload(&link)),
        expiration_seconds: left,
        max_time_seconds: whole,
        max_time_minutes: whole / 60,
        display_expiration_timer: COUNTDOWN_SECS / 60,
        time_left: format!("{:02}:{:02}", left / 60, left % 60),
        is_unset_top_up: view.top_up && view.due.is_none(),
        is_modal,
        activated: view.address.is_some(),
        merchant_ref_link: super::way_back(view).map(String::from),
        receipt_link: super::has_receipt(view).then(|| format!("{}/i/{}/receipt", view.server, view.id)),
        redirect_automatically: view.order.redirect_automatically.unwrap_or(false),
        required_confirmations: view.live_payments().map(|p| p.confirmations_needed).max(),
        received_confirmations: view.live_payments().map(|p| p.confirmations).min(),
        available_payment_methods: (!view.is_free()).then_some(method).into_iter().collect(),
        default_lang: Words::english().tag(),
        peer_info: None,
        fee_rate: 0,
        show_recommended_fee: false,
        tax_included: tax.map(|tax| Tax { value: Num(tax), formatted: fiat(tax) }),
        html_title: view.store_name.clone(),
        brand_color: brand.colour.map(|colour| format!("#{}", colour.digits())),
        logo_url: brand.logo.as_ref().map(|logo| format!("{}{}", view.server, logo_path(logo))),
        css_url: brand.colour.map(|colour| format!("{}{}", view.server, theme_path(colour))),
        payment_sound_url: None,
        nfc_read_sound_url: None,
        error_sound_url: None,
    }
}
