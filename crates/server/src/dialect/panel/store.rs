//! The store object of answers.

use serde_json::{Value, json};

use super::time;
use crate::app::view::Store;

/// A store. Without a wallet it makes no invoices, and is incomplete.
#[must_use]
pub fn store(store: &Store) -> Value {
    let configured = store.wallet_id.is_some();
    json!({
        "id": store.number,
        "name": store.name,
        "currency": store.currency.code(),
        "website": store.settings.website,
        "status": if configured { "active" } else { "incomplete" },
        "wallet": if configured { "configured" } else { "not configured" },
        "created_at": time(store.created_at),
    })
}
