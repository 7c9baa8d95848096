//! What a point of sale needs to know of its store: BitPay's `getInvoiceSettings`.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::Store;
use crate::http::{ApiError, Web};

/// What a point of sale needs to know of its store.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct InvoiceSettings {
    /// The store.
    account: String,
    /// What prices can be in, beside the store's own currency.
    additional_currencies: Vec<&'static str>,
    /// The store's own currency.
    default_currency: &'static str,
    /// Always empty.
    notification_email: &'static str,
    /// Always empty: addresses are each invoice's own.
    #[serde(rename = "notificationURL")]
    notification_url: &'static str,
    /// The store's name.
    merchant_name: String,
}

/// The store's name and currencies. Addresses for notifications are each invoice's own: a store has
/// none.
pub(super) async fn show(web: &Web, store: &Store) -> Result<Value, ApiError> {
    let rates = web.app().rates(Some(store)).await?;
    let others = rates.iter().map(|rate| rate.currency).filter(|currency| *currency != store.currency);
    super::value(&InvoiceSettings {
        account: store.id.to_string(),
        additional_currencies: others.map(|currency| currency.code()).collect(),
        default_currency: store.currency.code(),
        notification_email: "",
        notification_url: "",
        merchant_name: store.name.clone(),
    })
}
