//! What requests have in their bodies, as clients are told of it.
//!
//! These describe what is read field by field in `request`, `adjustment` and `token`: there keys match
//! whatever their case, texts come as numbers and numbers as texts, and more is understood than is told.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

use super::Num;
use super::facade::Call;

/// A new invoice. All of it may be left out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewInvoice {
    /// The price, rounded to the currency's digits. Absent: any amount is taken. 0 or less: free, which
    /// the store must allow.
    #[schema(value_type = Option<f64>, example = 20)]
    price: Option<Num>,
    /// ISO 4217, `BTC` or `SATS`; by default the store's.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The shop's own number; seen by the buyer.
    #[schema(example = "A-18", max_length = 8192)]
    order_id: Option<String>,
    /// What is sold; seen by the buyer.
    #[schema(max_length = 8192)]
    item_desc: Option<String>,
    /// What is sold, as the shop numbers it.
    #[schema(max_length = 8192)]
    item_code: Option<String>,
    /// Anything, given back to the store alone.
    #[schema(max_length = 8192)]
    pos_data: Option<String>,
    /// Where notifications go.
    #[serde(rename = "notificationURL")]
    notification_url: Option<String>,
    /// Where the checkout's link leads afterwards.
    #[serde(rename = "redirectURL")]
    redirect_url: Option<String>,
    /// Notify of every change of the status.
    full_notifications: Option<bool>,
    /// Notify of everything, by name.
    extended_notifications: Option<bool>,
    /// `high`, `medium`, `low-medium` or `low`: 0, 1, 2 or 6 confirmations; by default the store's.
    transaction_speed: Option<String>,
    /// Until when the price holds, in milliseconds: at least 30 seconds and at most 366 days ahead.
    expiration_time: Option<i64>,
    /// How much of the price is tax; kept.
    #[schema(value_type = Option<f64>)]
    tax_included: Option<Num>,
    /// Who buys; or flat, as `buyerName`, `buyerEmail`, ….
    buyer: Option<NewBuyer>,
    /// The same text and the same body: the same invoice.
    guid: Option<String>,
    /// The token of the store; without one, the client's own.
    token: Option<String>,
}

/// Who buys.
#[derive(Serialize, ToSchema)]
pub struct NewBuyer {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    state: Option<String>,
    zip: Option<String>,
    country: Option<String>,
}

/// The beginning of a pairing, or the claim of its code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewToken {
    /// The client's identity; of a signed claim, it may be left out.
    #[schema(example = "TfAM8k9A2CWpvJkFc2j3ncsKK7C3Fg47v3F")]
    id: Option<String>,
    /// The code that the merchant gave: with it, the pairing is complete.
    #[schema(example = "y3NiCJn")]
    pairing_code: Option<String>,
    /// The client's name for itself.
    #[schema(example = "my shop", max_length = 120)]
    label: Option<String>,
    /// `merchant` or `pos`: how much is asked for.
    #[schema(example = "merchant")]
    facade: Option<String>,
}

/// An application for an account: one user, one organisation.
#[derive(Serialize, ToSchema)]
pub struct NewAccount {
    /// The one who asks.
    #[schema(example = json!([{
        "email": "satoshi@example.com", "firstName": "Satoshi", "lastName": "Nakamoto", "agreedToTOSandPP": true,
    }]))]
    users: Vec<NewUser>,
    /// The one organisation.
    #[schema(example = json!([{ "name": "Satoshi Widgets" }]))]
    orgs: Vec<NewOrganisation>,
}

/// Who asks.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    #[schema(example = "satoshi@example.com")]
    email: String,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    /// Has to be `true`.
    #[serde(rename = "agreedToTOSandPP")]
    agreed_to_tos_and_pp: bool,
}

/// For which business.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOrganisation {
    name: String,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    state: Option<String>,
    zip: Option<String>,
    country: Option<String>,
    industry: Option<String>,
    website: Option<String>,
    is_non_profit: Option<bool>,
    us_tax_id: Option<String>,
    cart_pos: Option<String>,
    affiliate_oid: Option<String>,
}

/// What a merchant accepts.
#[derive(Serialize, ToSchema)]
pub struct Adjustment {
    /// `acceptPartialPayment` or `acceptOverPayment`.
    #[schema(example = "acceptPartialPayment")]
    r#type: String,
    /// `false` shows what would come of it, and writes nothing.
    #[schema(example = false)]
    commit: Option<bool>,
    /// The invoice's own token.
    token: Option<String>,
}

/// What is given back of an invoice.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRefund {
    /// How much, in `currency`; absent: all that can be given back.
    #[schema(value_type = Option<f64>, example = 20)]
    amount: Option<Num>,
    /// The invoice's currency, at the rate of the sale, or `BTC`.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// Where it goes; absent: the buyer is asked, by the answer's `claimUrl`.
    bitcoin_address: Option<String>,
    /// The caller's own name for it; the same text and the same body: the same refund.
    guid: Option<String>,
    /// The invoice's own token.
    token: Option<String>,
}

/// What is given back of which invoice.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewRefundOf {
    /// The invoice's id.
    #[schema(example = "QzFf7p3nHwB2tJgXcVd8aM")]
    invoice_id: String,
    /// How much, in `currency`; absent: all that can be given back.
    #[schema(value_type = Option<f64>, example = 20)]
    amount: Option<Num>,
    /// The invoice's currency, at the rate of the sale, or `BTC`.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// Where it goes; absent: the buyer is asked, by the answer's `claimUrl`.
    bitcoin_address: Option<String>,
    /// The caller's own name for it; the same text and the same body: the same refund.
    guid: Option<String>,
    /// The client's token, or the invoice's own.
    token: Option<String>,
}

/// Whose invoice it is.
#[derive(Serialize, ToSchema)]
pub struct InvoiceToken {
    /// The invoice's own token.
    token: Option<String>,
}

/// A call.
#[derive(Serialize, ToSchema)]
pub struct RpcCall {
    /// Which.
    #[schema(schema_with = methods)]
    method: String,
    /// What it is about: an object, or one written as a text.
    #[schema(value_type = Option<Object>)]
    params: Option<serde_json::Value>,
}

fn methods() -> RefOr<Schema> {
    let names = Call::ALL.map(Call::method);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
}

/// Somebody who listens to a store.
#[derive(Serialize, ToSchema)]
pub struct NewListener {
    /// Letters, digits, `-`, `_` and `.`; under the same name it goes on where it was.
    #[schema(example = "laptop", max_length = 40)]
    name: String,
    /// The names of the events that it hears; without them, all.
    events: Option<Vec<String>>,
    /// The token of the store; without one, the client's own.
    token: Option<String>,
}

/// How somebody listens.
#[derive(Serialize, ToSchema)]
pub struct Hearing {
    /// Seconds that are waited for something to hear, up to 25.
    #[schema(example = 20)]
    wait: Option<u32>,
    /// The token of the store; without one, the client's own.
    token: Option<String>,
}

/// What became of a delivery that was passed on.
#[derive(Serialize, ToSchema)]
pub struct PassedOn {
    /// Which attempt it was.
    attempt: Option<u32>,
    /// The status that it was answered with. From 200 to 299 it arrived; without one, nothing was answered.
    #[schema(example = 200)]
    status: Option<u16>,
    /// Why it failed.
    failure: Option<String>,
    /// How the answer begins.
    excerpt: Option<String>,
    /// How long it took, in milliseconds.
    duration: Option<u32>,
    /// The token of the store; without one, the client's own.
    token: Option<String>,
}
