//! The invoice object of answers, field for field.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value, json};
use specie_core::invoice::Flag;
use specie_core::money::{Currency, InBitcoin};
use specie_core::quote::Rate;
use specie_core::time::Timestamp;
use utoipa::ToSchema;
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema, Type};

use super::{Num, nothing};
use crate::app::view::{InvoiceView, PaymentState};

/// The name of the on-chain method where a currency is meant.
const BTC: &str = "BTC";
/// The name of the on-chain method where a way of paying is meant.
const ON_CHAIN: &str = "BTC-CHAIN";

/// Who an invoice is shown to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The store: everything.
    Store,
    /// Anyone who knows the id: nothing about the buyer.
    Public,
}

/// Links that wallets open.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PaymentUrls {
    #[serde(rename = "BIP21")]
    bip21: Option<String>,
    #[serde(rename = "BIP72")]
    #[schema(schema_with = nothing)]
    bip72: (),
    #[serde(rename = "BIP72b")]
    #[schema(schema_with = nothing)]
    bip72b: (),
    #[serde(rename = "BIP73")]
    #[schema(schema_with = nothing)]
    bip73: (),
    #[serde(rename = "BOLT11")]
    #[schema(schema_with = nothing)]
    bolt11: (),
}

/// A payment as BTCPay lists it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CryptoPayment {
    id: String,
    received_date: String,
    value: Num,
    fee: Num,
    payment_type: &'static str,
    confirmed: bool,
    completed: bool,
    destination: Option<String>,
}

/// The on-chain method.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CryptoInfo {
    crypto_code: &'static str,
    payment_type: &'static str,
    /// Units of the invoice's currency for one bitcoin.
    rate: Num,
    #[schema(value_type = BTreeMap<String, Num>)]
    ex_rates: Value,
    paid: String,
    price: String,
    due: String,
    payment_urls: PaymentUrls,
    address: Option<String>,
    url: String,
    total_due: String,
    network_fee: String,
    tx_count: usize,
    crypto_paid: String,
    payments: Vec<CryptoPayment>,
}

/// Who buys, as the shop said; for anyone else nothing.
#[derive(Serialize, Default, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Buyer)]
struct BuyerObject {
    name: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    locality: Option<String>,
    region: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

/// A payment as BitPay lists it; or, below zero, what of an overpayment was credited.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Transaction {
    amount: i64,
    confirmations: u32,
    time: String,
    received_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    txid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_index: Option<u32>,
}

/// The invoice object.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// The checkout.
    url: String,
    /// As it came; for the store alone.
    pos_data: Option<String>,
    /// `new`, `paid` (in full, unconfirmed), `confirmed` (as the speed asks), `complete` (six deep), `expired` or `invalid`.
    #[schema(example = "new")]
    status: &'static str,
    /// What is due in all, in bitcoin.
    #[schema(example = "0.00040000")]
    btc_price: Option<String>,
    /// What is still missing, in bitcoin.
    #[schema(example = "0.00040000")]
    btc_due: Option<String>,
    /// What was received, in bitcoin.
    #[schema(example = "0.00000000")]
    btc_paid: Option<String>,
    /// The ways to pay: one, or none.
    crypto_info: Vec<CryptoInfo>,
    /// The price; of a top-up, what came first.
    price: Num,
    tax_included: Num,
    /// The currency of the price.
    #[schema(example = "USD")]
    currency: &'static str,
    /// What a bitcoin was worth; `null` if nothing was quoted.
    #[schema(value_type = Option<BTreeMap<String, Num>>)]
    ex_rates: Value,
    #[schema(schema_with = nothing)]
    buyer_total_btc_amount: (),
    item_desc: Option<String>,
    item_code: Option<String>,
    order_id: Option<String>,
    guid: String,
    id: String,
    invoice_time: i64,
    expiration_time: i64,
    current_time: i64,
    low_fee_detected: bool,
    rate: Num,
    /// `false`, `"paidPartial"`, `"paidOver"`, `"paidLate"` or `"marked"`.
    #[schema(schema_with = exception_schema)]
    exception_status: Value,
    payment_urls: Option<PaymentUrls>,
    refund_address_request_pending: bool,
    #[schema(schema_with = nothing)]
    buyer_paid_btc_miner_fee: (),
    /// Where to pay.
    bitcoin_address: Option<String>,
    /// The token by which the caller acts on this invoice: the same in every answer.
    token: String,
    /// `refundable`: a refund can be asked; told to the store alone.
    #[schema(value_type = BTreeMap<String, bool>)]
    flags: Value,
    /// What is due in all, in satoshis.
    #[schema(value_type = BTreeMap<String, Num>)]
    payment_subtotals: Value,
    /// The same.
    #[schema(value_type = BTreeMap<String, Num>)]
    payment_totals: Value,
    /// What was received, in satoshis.
    amount_paid: u64,
    #[schema(value_type = BTreeMap<String, BTreeMap<String, Num>>)]
    miner_fees: Value,
    /// What a bitcoin was worth.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, Num>>)]
    exchange_rates: Value,
    #[schema(value_type = BTreeMap<String, Object>)]
    supported_transaction_currencies: Value,
    /// Where to pay.
    #[schema(value_type = BTreeMap<String, String>)]
    addresses: Value,
    #[schema(value_type = BTreeMap<String, PaymentUrls>)]
    payment_codes: Value,
    buyer: BuyerObject,
    #[serde(rename = "redirectURL")]
    redirect_url: Option<String>,
    transaction_speed: &'static str,
    transaction_currency: Option<&'static str>,
    transactions: Vec<Transaction>,
}

fn exception_schema() -> RefOr<Schema> {
    let none = ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false]));
    let named = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([
        "paidPartial",
        "paidOver",
        "paidLate",
        "marked",
    ]));
    OneOfBuilder::new().item(none).item(named).into()
}

/// An invoice for its audience, with the token by which they act on it.
#[must_use]
pub fn invoice(view: &InvoiceView, audience: Audience, token: String) -> Invoice {
    let private = audience == Audience::Store;
    let methods = Methods::of(view);
    let ex_rates = ex_rates(view);
    let by_method = |value: Option<Value>| value.map_or_else(|| json!({}), |value| json!({ BTC: value }));
    let due_sats = methods.as_ref().map(|_| num(Decimal::from(view.due.unwrap_or(0))));
    Invoice {
        url: url(view),
        pos_data: view.order.pos_data.clone().filter(|_| private),
        status: view.status.name(),
        btc_price: methods.as_ref().map(|m| m.due.clone()),
        btc_due: methods.as_ref().map(|m| m.remaining.clone()),
        btc_paid: methods.as_ref().map(|m| m.paid.clone()),
        crypto_info: methods.iter().filter_map(|m| crypto_info(view, m, private)).collect(),
        price: Num(view.price.unwrap_or(Decimal::ZERO)),
        tax_included: Num(view.order.tax_included),
        currency: view.currency.code(),
        ex_rates: if methods.is_some() { ex_rates.clone() } else { Value::Null },
        buyer_total_btc_amount: (),
        item_desc: view.order.item_desc.clone(),
        item_code: view.order.item_code.clone(),
        order_id: view.order.order_id.clone(),
        guid: guid(view),
        id: view.id.to_string(),
        invoice_time: view.created_at.as_secs() * 1000,
        expiration_time: view.expires_at.as_millis(),
        current_time: view.shown_at.as_millis(),
        low_fee_detected: false,
        rate: Num(per_btc(view)),
        exception_status: exception_status(view.flag),
        payment_urls: methods.as_ref().and_then(|m| m.urls.clone()),
        refund_address_request_pending: false,
        buyer_paid_btc_miner_fee: (),
        bitcoin_address: view.address.clone(),
        token,
        flags: json!({ "refundable": private && refundable(view) }),
        payment_subtotals: by_method(due_sats.clone()),
        payment_totals: by_method(due_sats),
        amount_paid: view.paid,
        miner_fees: by_method(
            methods
                .as_ref()
                .map(|_| json!({ "satoshisPerByte": num(Decimal::ONE), "totalFee": num(Decimal::ZERO) })),
        ),
        exchange_rates: by_method(methods.as_ref().map(|_| ex_rates)),
        supported_transaction_currencies: by_method(
            methods.as_ref().map(|_| json!({ "enabled": true, "reason": null })),
        ),
        addresses: by_method(view.address.clone().map(Value::String)),
        payment_codes: by_method(methods.as_ref().and_then(|m| m.urls.as_ref()).map(|urls| json!(urls))),
        buyer: if private { buyer(view) } else { BuyerObject::default() },
        redirect_url: view.redirect_url.clone(),
        transaction_speed: view.speed.name(),
        transaction_currency: view.live_payments().next().map(|_| BTC),
        transactions: if private { transactions(view) } else { vec![] },
    }
}

/// Something came that is final, was not given back, and is neither too little nor too much.
fn refundable(view: &InvoiceView) -> bool {
    view.refundable > 0 && !matches!(view.flag, Flag::PaidPartial | Flag::PaidOver)
}

/// The address of the checkout.
#[must_use]
pub fn url(view: &InvoiceView) -> String {
    format!("{}/invoice?id={}", view.server, view.id)
}

/// `false`, or the name of the exception.
#[must_use]
pub fn exception_status(flag: Flag) -> Value {
    match flag {
        Flag::None => Value::Bool(false),
        Flag::PaidPartial | Flag::PaidOver | Flag::PaidLate | Flag::Marked => Value::from(flag.name()),
    }
}

/// Units of the invoice's currency for one bitcoin; zero where nothing was quoted.
#[must_use]
pub fn per_btc(view: &InvoiceView) -> Decimal {
    view.rate.as_ref().map_or(Decimal::ZERO, |rate| rate.per_btc)
}

/// Satoshis as a text of bitcoin with eight digits.
#[must_use]
pub fn btc(sats: u64) -> String {
    InBitcoin(bitcoin::Amount::from_sat(sats)).to_string()
}

/// `{"USD": 50000.0}`.
#[must_use]
pub fn ex_rates(view: &InvoiceView) -> Value {
    ex_rates_of(view.currency, view.rate.as_ref())
}

/// The same of a currency and a rate; zero where nothing was quoted.
#[must_use]
pub fn ex_rates_of(currency: Currency, rate: Option<&Rate>) -> Value {
    let mut rates = Map::new();
    rates.insert(currency.code().to_owned(), num(rate.map_or(Decimal::ZERO, |rate| rate.per_btc)));
    Value::Object(rates)
}

/// What an invoice has if something is asked.
struct Methods {
    due: String,
    remaining: String,
    paid: String,
    /// None until there is an address.
    urls: Option<PaymentUrls>,
}

impl Methods {
    fn of(view: &InvoiceView) -> Option<Self> {
        if view.is_free() {
            return None;
        }
        let bip21 = view.payment_link();
        Some(Self {
            due: btc(view.due.unwrap_or(0)),
            remaining: btc(view.remaining),
            paid: btc(view.paid),
            urls: bip21.map(|link| PaymentUrls {
                bip21: Some(link),
                bip72: (),
                bip72b: (),
                bip73: (),
                bolt11: (),
            }),
        })
    }
}

/// A way to pay, once there is an address to pay to.
fn crypto_info(view: &InvoiceView, methods: &Methods, private: bool) -> Option<CryptoInfo> {
    let urls = methods.urls.clone()?;
    Some(CryptoInfo {
        crypto_code: BTC,
        payment_type: ON_CHAIN,
        rate: Num(per_btc(view)),
        ex_rates: ex_rates(view),
        paid: methods.paid.clone(),
        price: methods.due.clone(),
        due: methods.remaining.clone(),
        payment_urls: urls,
        address: view.address.clone(),
        url: format!("{}/i/{}/{ON_CHAIN}", view.server, view.id),
        total_due: methods.due.clone(),
        network_fee: btc(0),
        tx_count: view.live_payments().count(),
        crypto_paid: methods.paid.clone(),
        payments: if private { crypto_payments(view) } else { vec![] },
    })
}

fn crypto_payments(view: &InvoiceView) -> Vec<CryptoPayment> {
    view.live_payments()
        .map(|payment| CryptoPayment {
            id: format!("{}-{}", payment.txid, payment.vout),
            received_date: iso(payment.first_seen)
                .trim_end_matches(".000Z")
                .split('.')
                .next()
                .unwrap_or("")
                .to_owned(),
            value: Num(Decimal::from_i128_with_scale(i128::from(payment.amount), 8)),
            fee: Num(Decimal::ZERO),
            payment_type: ON_CHAIN,
            confirmed: payment.matured,
            completed: payment.matured,
            destination: view.address.clone(),
        })
        .collect()
}

fn transactions(view: &InvoiceView) -> Vec<Transaction> {
    let credit = view.credit.map(|credit| Transaction {
        amount: -credit.amount.cast_signed(),
        confirmations: view.live_payments().map(|payment| payment.confirmations).min().unwrap_or(0),
        time: iso(credit.at),
        received_time: iso(credit.at),
        txid: None,
        output_index: None,
    });
    view.live_payments()
        .map(|payment| Transaction {
            amount: payment.amount.cast_signed(),
            confirmations: payment.confirmations,
            // BitPay shows the epoch until the payment is in a block.
            time: iso(if payment.state == PaymentState::Confirmed {
                payment.first_seen
            } else {
                Timestamp::EPOCH
            }),
            received_time: iso(payment.first_seen),
            txid: Some(payment.txid.clone()),
            output_index: Some(payment.vout),
        })
        .chain(credit)
        .collect()
}

fn buyer(view: &InvoiceView) -> BuyerObject {
    let buyer = view.order.buyer.clone();
    BuyerObject {
        name: buyer.name,
        address1: buyer.address1,
        address2: buyer.address2,
        locality: buyer.locality,
        region: buyer.region,
        postal_code: buyer.postal_code,
        country: buyer.country,
        phone: buyer.phone,
        email: buyer.email,
    }
}

/// A number for each invoice in the form of a UUID, the same in every answer.
fn guid(view: &InvoiceView) -> String {
    let hex: String = view.id.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A decimal as a JSON number.
#[must_use]
pub fn num(value: Decimal) -> Value {
    serde_json::to_value(Num(value)).expect("a decimal is a JSON number")
}

/// ISO 8601 with milliseconds and `Z`.
#[must_use]
pub fn iso(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).map(|at| format!("{at:.3}")).unwrap_or_default()
}
