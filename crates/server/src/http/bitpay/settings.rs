//! What a point of sale needs to know of its store: BitPay's `getInvoiceSettings`.

use serde_json::{Value, json};

use crate::app::Store;
use crate::http::{ApiError, Web};

/// The store's name and currencies. Addresses for notifications are each invoice's own: a store has
/// none.
pub(super) async fn show(web: &Web, store: &Store) -> Result<Value, ApiError> {
    let rates = web.app().rates(Some(store)).await?;
    let others = rates.iter().map(|rate| rate.currency).filter(|currency| *currency != store.currency);
    Ok(json!({
        "account": store.id.to_string(),
        "additionalCurrencies": others.map(|currency| currency.code()).collect::<Vec<_>>(),
        "defaultCurrency": store.currency.code(),
        "notificationEmail": "",
        "notificationURL": "",
        "merchantName": store.name,
    }))
}
