//! Which stores a user may look at: the one place that says so for whatever spans several of them.

use specie_db::users::User;

use super::{App, AppError, Store};

impl App {
    /// The stores that a user may look at, oldest first: their own.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn visible_stores(&self, user: &User) -> Result<Vec<Store>, AppError> {
        self.stores(Some(user.id)).await
    }
}
