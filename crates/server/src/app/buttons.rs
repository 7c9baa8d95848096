//! Payment buttons that a merchant signed: each carries a token over what it must not say otherwise, so that it
//! works where strangers make no invoices, and for its price alone.
//!
//! Tokens are derived, never stored. All of a store's are made void at once, by a count that goes into them.

use specie_core::ids::StoreId;
use specie_db::stores;

use super::audit::Deed;
use super::{App, AppError, Settings, Store};

/// What a button's token is for.
const PURPOSE: &str = "button";

impl App {
    /// The token of a store's button over what it fixes.
    #[must_use]
    pub fn button_token(&self, store: &Store, fixed: &[u8]) -> String {
        self.0.key.signing(PURPOSE, store.id.as_bytes(), store.settings.button_epoch).sign(&[fixed])
    }

    /// Whether that is the token of a button of the store that fixes this, and was not made void.
    #[must_use]
    pub fn is_button_token(&self, store: &Store, fixed: &[u8], token: &str) -> bool {
        let key = self.0.key.signing(PURPOSE, store.id.as_bytes(), store.settings.button_epoch);
        key.has_signed(&[fixed], token)
    }

    /// Makes all signed buttons of a store void.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is no such store.
    pub async fn revoke_buttons(&self, id: StoreId) -> Result<(), AppError> {
        let noted = self.note(Some(id), Deed::ButtonsRevoked, "");
        let revoked = self.0.db.write("revoke_buttons", move |tx| {
            let store = stores::lock(tx, id)?.ok_or(AppError::StoreNotFound)?;
            let button_epoch = store.settings.button_epoch.wrapping_add(1);
            let settings = Settings { button_epoch, ..store.settings.clone() };
            stores::update(tx, &Store { settings, ..store })?;
            Ok(noted.add(tx)?)
        });
        revoked.await
    }
}
