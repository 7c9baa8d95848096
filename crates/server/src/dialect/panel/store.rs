//! The store object of answers.

use serde::Serialize;
use utoipa::ToSchema;

use super::time;
use crate::app::view;

/// A store. Without a wallet it makes no invoices, and is incomplete.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelStore)]
pub struct Store {
    /// Its number.
    #[schema(example = 1)]
    id: i64,
    /// Its name.
    #[schema(example = "Tea House")]
    name: String,
    /// Its own currency.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Its address on the web.
    website: Option<String>,
    /// `active`, or `incomplete` until a wallet is connected.
    #[schema(example = "active")]
    status: &'static str,
    /// `configured` or `not configured`.
    #[schema(example = "configured")]
    wallet: &'static str,
    /// `false`: it is a practice store, and no real bitcoin pays its invoices.
    livemode: bool,
    /// When it was made, in ISO 8601.
    #[schema(example = "2026-11-21T09:00:00.000Z")]
    created_at: String,
}

/// A store as it is shown.
#[must_use]
pub fn store(store: &view::Store) -> Store {
    let configured = store.wallet_id.is_some();
    Store {
        id: store.number,
        name: store.name.clone(),
        currency: store.currency.code(),
        website: store.settings.website.clone(),
        status: if configured { "active" } else { "incomplete" },
        wallet: if configured { "configured" } else { "not configured" },
        livemode: !view::is_practice(store),
        created_at: time(store.created_at),
    }
}
