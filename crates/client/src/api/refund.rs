//! Giving something back.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{More, open_enum};
use crate::Secret;

open_enum! {
    /// How a refund stands.
    RefundStatus {
        /// It is still to be paid.
        Pending = "pending",
        /// It is in a block.
        Success = "success",
        /// What was signed for it can never be in a block.
        Failure = "failure",
        /// It is not given back after all.
        Canceled = "canceled",
    }
}

/// A refund to be asked for. By default all that can still be given back, to an address that the buyer names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewRefund {
    /// How much, in `currency`; never rounded.
    #[serde(with = "super::number", skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// The invoice's currency, at the rate of the sale, or `BTC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Where it goes. `None`: the buyer is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitcoin_address: Option<String>,
    /// Your own name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// Any other field of the API.
    #[serde(flatten)]
    pub more: More,
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Refund {
    /// Its name.
    pub id: String,
    /// Of which invoice.
    pub invoice: String,
    /// How it stands.
    pub status: RefundStatus,
    /// When it was asked for, ISO 8601.
    pub request_date: String,
    /// How much, as it was asked.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub amount: Decimal,
    /// In which currency that is.
    pub currency: String,
    /// Bitcoin that is sent.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub transaction_amount: Decimal,
    /// `BTC`.
    pub transaction_currency: String,
    /// Its share of the network's fee in bitcoin, once it is paid.
    #[serde(default, with = "super::number", skip_serializing_if = "Option::is_none")]
    pub transaction_refund_fee: Option<Decimal>,
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bitcoin_address: Option<String>,
    /// Where the buyer says where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_url: Option<String>,
    /// The transaction, once it is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub txid: Option<String>,
    /// Your own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The refund's own token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}
