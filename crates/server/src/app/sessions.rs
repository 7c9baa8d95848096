//! Login sessions, stored for the pages that need them. Keys are stored hashed.

use specie_core::time::Timestamp;
use specie_db::sessions;

use super::{App, AppError};
use crate::secret;

fn hashed(key: &str) -> String {
    secret::fingerprint(key).iter().map(|b| format!("{b:02x}")).collect()
}

impl App {
    /// Stores a session's record under its key.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn save_session(&self, key: &str, data: String, expires_at: Timestamp) -> Result<(), AppError> {
        let id = hashed(key);
        let save = move |tx: &mut specie_db::Tx<'_>| {
            sessions::save(tx, &id, &data, expires_at).map_err(AppError::from)
        };
        self.0.db.write("save_session", save).await
    }

    /// The record of a session that has not expired.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn load_session(&self, key: &str) -> Result<Option<String>, AppError> {
        let (id, now) = (hashed(key), self.now());
        Ok(self.0.db.read(move |r| sessions::load(r, &id, now)).await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn delete_session(&self, key: &str) -> Result<(), AppError> {
        let id = hashed(key);
        self.0.db.write("delete_session", move |tx| sessions::delete(tx, &id).map_err(AppError::from)).await
    }
}
