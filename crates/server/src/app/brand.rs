//! How a store's pages look: its colour and its logo.

use specie_core::colour::Colour;
use specie_core::ids::StoreId;
use specie_db::logos::Picture;
use specie_db::{logos, stores};

use super::audit::{Deed, differences};
use super::logo::{self, Redrawn};
use super::{App, AppError, Brand, LogoRefused, Settings, Store};

/// What becomes of a store's logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewLogo {
    /// It stays as it is.
    Keep,
    /// It goes.
    Remove,
    /// A picture takes its place: a file as somebody sent it.
    Take(Vec<u8>),
}

impl App {
    /// Changes how a store's pages look. All of it, or nothing.
    ///
    /// # Errors
    /// [`AppError::Logo`] if the picture is not taken; [`AppError::StoreNotFound`] if there is no such store.
    pub async fn change_brand(
        &self,
        id: StoreId,
        colour: Option<Colour>,
        logo: NewLogo,
    ) -> Result<Store, AppError> {
        let (keeps, drawn) = match logo {
            NewLogo::Keep => (true, None),
            NewLogo::Remove => (false, None),
            NewLogo::Take(file) => (false, Some(self.redraw(file).await?)),
        };
        let noted = self.note(Some(id), Deed::LookChanged, "");
        let changed = self.0.db.write("change_brand", move |tx| {
            let store = stores::lock(tx, id)?.ok_or(AppError::StoreNotFound)?;
            let mark = match &drawn {
                _ if keeps => store.settings.brand.logo.clone(),
                Some(drawn) => {
                    logos::set(tx, id, &drawn.picture)?;
                    Some(drawn.mark.clone())
                }
                None => {
                    logos::remove(tx, id)?;
                    None
                }
            };
            let before = serde_json::to_value(&store.settings.brand).unwrap_or_default();
            let settings = Settings { brand: Brand { colour, logo: mark }, ..store.settings.clone() };
            let store = Store { settings, ..store };
            stores::update(tx, &store)?;
            let after = serde_json::to_value(&store.settings.brand).unwrap_or_default();
            noted.add_with(tx, differences(&before, &after))?;
            Ok::<_, AppError>(store)
        });
        changed.await
    }

    /// The logo of that hash, if a store has it.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn logo(&self, hash: &str) -> Result<Option<Picture>, AppError> {
        let hash = hash.to_owned();
        Ok(self.0.db.read(move |r| logos::find(r, &hash)).await?)
    }

    /// Draws a logo anew, one at a time and beside what answers requests.
    async fn redraw(&self, file: Vec<u8>) -> Result<Redrawn, AppError> {
        let _the_only_one = self.0.drawing.acquire().await.map_err(|_| LogoRefused::Broken)?;
        let drawn = tokio::task::spawn_blocking(move || logo::redraw(&file)).await;
        Ok(drawn.map_err(|_| LogoRefused::Broken)??)
    }
}
