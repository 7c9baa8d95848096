//! Saved views: filters of a store's list that a user keeps under names. They are that user's alone, and no right to see
//! anything.

use specie_core::ids::{StoreId, UserId};
use specie_core::text::is_hidden;
use specie_db::saved_views::{self, SavedView};

use super::{App, AppError};

/// Most views that a user keeps of one list.
pub const MAX_SAVED_VIEWS: usize = 20;
const MAX_NAME_CHARS: usize = 40;
const MAX_QUERY_BYTES: usize = 2000;

impl App {
    /// What a user keeps of a store's list, by name.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn saved_views(&self, user: UserId, store: StoreId) -> Result<Vec<SavedView>, AppError> {
        Ok(self.0.db.read(move |r| saved_views::of_list(r, user, store)).await?)
    }

    /// Keeps a filter under a name. What was kept under that name is replaced.
    ///
    /// # Errors
    /// [`AppError::InvalidSetting`] if the name is empty, too long or holds control characters, the filter is too long, or
    /// there are as many as can be kept.
    pub async fn save_view(
        &self,
        user: UserId,
        store: StoreId,
        name: &str,
        query: &str,
    ) -> Result<(), AppError> {
        let name = name.trim();
        if !(1..=MAX_NAME_CHARS).contains(&name.chars().count()) || name.chars().any(is_hidden) {
            return Err(AppError::InvalidSetting("the name of a view has 1 to 40 characters"));
        }
        if query.len() > MAX_QUERY_BYTES {
            return Err(AppError::InvalidSetting("this filter is too long to be kept"));
        }
        let (view, now) = (SavedView { name: name.to_owned(), query: query.to_owned() }, self.now());
        let saved = self.0.db.write("save_view", move |tx| {
            let kept = saved_views::of_list(tx, user, store)?;
            if kept.len() >= MAX_SAVED_VIEWS && kept.iter().all(|other| other.name != view.name) {
                return Err(AppError::InvalidSetting("20 views can be kept of a list: delete one first"));
            }
            Ok(saved_views::save(tx, user, store, &view, now)?)
        });
        saved.await
    }

    /// Forgets a view, if there is one.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn forget_view(&self, user: UserId, store: StoreId, name: &str) -> Result<bool, AppError> {
        // No name that is kept has any, and not every database can be asked for one.
        if name.chars().any(is_hidden) {
            return Ok(false);
        }
        let name = name.to_owned();
        let gone = self.0.db.write("forget_view", move |tx| saved_views::remove(tx, user, store, &name));
        gone.await.map_err(|e: specie_db::DbError| AppError::Db(e))
    }
}
