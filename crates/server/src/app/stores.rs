//! Stores: made with a wallet, found by id or by legacy key.

use serde_json::{Value, json};
use specie_core::ids::{StoreId, UserId};
use specie_core::money::Currency;
use specie_core::script::WalletDescriptor;
use specie_core::text::is_hidden;
use specie_db::wallets::Wallet;
use specie_db::{Tx, stores};
use url::Url;

use super::audit::{Deed, differences};
use super::{App, AppError, MIN_EXPIRY_SECS, Network, Settings, Store, wallets};
use crate::{entropy, secret};

const MAX_NAME_CHARS: usize = 120;
/// The longest time to pay, and to watch for late payments, in seconds.
const MAX_PERIOD_SECS: i64 = 366 * 24 * 60 * 60;
/// How many origins may be named that show a store's checkout in a frame.
const MAX_FRAME_ORIGINS: usize = 20;

/// What a store is made of.
#[derive(Debug, Clone)]
pub struct NewStore {
    /// Whose it is.
    pub owner_id: UserId,
    /// Its name.
    pub name: String,
    /// The currency of a price that names none.
    pub currency: Currency,
    /// Where it is paid.
    pub network: Network,
    /// What the merchant pasted as a wallet: extended public key or descriptor. A practice store
    /// may do without: then its coins belong to nobody. Any other makes no invoices before it has
    /// one.
    pub wallet: Option<String>,
    /// The wallet may serve another store already.
    pub share_wallet: bool,
    /// The first index that the store may issue: that of a wallet which was in use before.
    pub next_index: u32,
    /// Settings.
    pub settings: Settings,
}

/// A store ready to be written, with what it is paid into.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    store: Store,
    wallet: Option<Wallet>,
    share_wallet: bool,
    next_index: u32,
}

impl Draft {
    /// Writes it. The database gives it a number.
    pub(super) fn insert(&self, tx: &mut Tx<'_>) -> Result<Store, AppError> {
        let wallet_id = match &self.wallet {
            Some(wallet) => Some(wallets::connect(tx, wallet, None, self.share_wallet, self.next_index)?),
            None => None,
        };
        let store = Store { wallet_id, ..self.store.clone() };
        stores::insert(tx, &store)?;
        stores::find(tx, store.id)?.ok_or(AppError::StoreNotFound)
    }
}

/// A name as it is kept: without space around it.
///
/// # Errors
/// [`AppError::InvalidName`] if it is empty, too long, or holds control characters.
pub fn sound_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    let sound = (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(is_hidden);
    if sound { Ok(name.to_owned()) } else { Err(AppError::InvalidName) }
}

/// An origin as browsers write it: scheme, host and port of a page on the web, and nothing else. It is written
/// into a header, where anything else could mean more than it says.
#[must_use]
pub fn sound_origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobodys = url.username().is_empty() && url.password().is_none();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    let sound = matches!(url.scheme(), "http" | "https") && url.host_str()?.chars().all(plain);
    (sound && bare && nobodys).then(|| url.origin().ascii_serialization())
}

/// A store's name, currency and settings as the log of changes tells them.
fn told(store: &Store) -> Value {
    let settings = serde_json::to_value(&store.settings).unwrap_or_default();
    let mut told = json!({ "name": store.name, "currency": store.currency.code() });
    if let (Some(told), Some(settings)) = (told.as_object_mut(), settings.as_object()) {
        told.extend(settings.clone());
    }
    told
}

impl App {
    /// Makes a store, with its wallet if there is one.
    ///
    /// # Errors
    /// [`AppError`] if the name is empty or too long, the wallet cannot be used, or it serves
    /// another store and sharing was not asked for.
    pub async fn create_store(&self, new: NewStore) -> Result<Store, AppError> {
        let draft = self.draft_store(new)?;
        let noted = self.note(Some(draft.store.id), Deed::StoreMade, &draft.store.name);
        let made = self.0.db.write("create_store", move |tx| {
            let store = draft.insert(tx)?;
            noted.add(tx)?;
            Ok(store)
        });
        made.await
    }

    /// A store that is not written yet.
    pub(super) fn draft_store(&self, new: NewStore) -> Result<Draft, AppError> {
        let name = sound_name(&new.name)?;
        let pasted = match new.wallet {
            Some(pasted) => Some(pasted),
            None if new.network.is_sandbox() => Some(wallets::nobodys_key()),
            None => None,
        };
        let wallet = pasted.map(|pasted| WalletDescriptor::parse(pasted.trim(), new.network.params));
        let now = self.now();
        let wallet = wallet.transpose()?.map(|wallet| wallets::fresh(&wallet, new.network.name, now));
        let store = Store {
            id: StoreId::from_bytes(entropy::bytes()),
            // The database gives it one.
            number: 0,
            owner_id: new.owner_id,
            name,
            network: new.network.name.to_owned(),
            wallet_id: None,
            currency: new.currency,
            settings: new.settings,
            created_at: now,
        };
        Ok(Draft { store, wallet, share_wallet: new.share_wallet, next_index: new.next_index })
    }

    /// Changes a store's name, currency and settings; its signed buttons stay as good as they are.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is no such store; [`AppError::InvalidName`] if the name
    /// is empty or too long; [`AppError::InvalidSetting`] if a setting is out of its bounds.
    pub async fn change_store(
        &self,
        id: StoreId,
        name: &str,
        currency: Currency,
        settings: Settings,
    ) -> Result<Store, AppError> {
        let name = sound_name(name)?;
        if !(MIN_EXPIRY_SECS..=MAX_PERIOD_SECS).contains(&settings.expiry_secs) {
            return Err(AppError::InvalidSetting("the time to pay is from 30 seconds to a year"));
        }
        if !(0..=MAX_PERIOD_SECS).contains(&settings.monitoring_secs) {
            return Err(AppError::InvalidSetting("late payments are watched for up to a year"));
        }
        let origins = &settings.frame_origins;
        let sound = |origin: &String| sound_origin(origin).as_ref() == Some(origin);
        if origins.len() > MAX_FRAME_ORIGINS || !origins.iter().all(sound) {
            return Err(AppError::InvalidSetting(
                "up to 20 origins such as https://shop.example may show the checkout in a frame",
            ));
        }
        let noted = self.note(Some(id), Deed::StoreChanged, &name);
        let changed = self.0.db.write("change_store", move |tx| {
            let store = stores::lock(tx, id)?.ok_or(AppError::StoreNotFound)?;
            // How the store looks, and which buttons of it count, is changed by itself.
            let Settings { brand, button_epoch, .. } = store.settings.clone();
            let settings = Settings { brand, button_epoch, ..settings.clone() };
            let before = told(&store);
            let store = Store { name: name.clone(), currency, settings, ..store };
            stores::update(tx, &store)?;
            let changes = differences(&before, &told(&store));
            if !changes.is_empty() {
                noted.add_with(tx, changes)?;
            }
            Ok(store)
        });
        changed.await
    }

    /// Puts one of a store's settings back to its default: `take` takes it from the second into the first. What others
    /// change meanwhile stays theirs.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is no such store.
    pub async fn restore_setting(
        &self,
        id: StoreId,
        take: fn(&mut Settings, Settings),
    ) -> Result<Store, AppError> {
        let app = self.clone();
        let restored = self.0.db.write("restore_setting", move |tx| {
            let store = stores::lock(tx, id)?.ok_or(AppError::StoreNotFound)?;
            let mut settings = store.settings.clone();
            take(&mut settings, Settings::default());
            let (before, after) = (told(&store), Store { settings, ..store });
            stores::update(tx, &after)?;
            let changes = differences(&before, &told(&after));
            if !changes.is_empty() {
                app.note(Some(id), Deed::StoreChanged, &after.name).add_with(tx, changes)?;
            }
            Ok(after)
        });
        restored.await
    }

    /// The store of that id.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is none.
    pub async fn store(&self, id: StoreId) -> Result<Store, AppError> {
        self.0.db.read(move |r| stores::find(r, id)?.ok_or(AppError::StoreNotFound)).await
    }

    /// The origins of the pages that may show a store's checkout in a frame; with none, any may.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is no such store.
    pub async fn frame_origins(&self, id: StoreId) -> Result<Vec<String>, AppError> {
        let kept = &self.0.kept.stores;
        let store = self.0.db.read_kept(kept, id, move |r| stores::find(r, id)).await?;
        Ok(store.ok_or(AppError::StoreNotFound)?.settings.frame_origins)
    }

    /// All stores, or those of one owner, oldest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn stores(&self, owner: Option<UserId>) -> Result<Vec<Store>, AppError> {
        let found = self.0.db.read(move |r| match owner {
            Some(owner) => stores::of_owner(r, owner),
            None => stores::every(r),
        });
        Ok(found.await?)
    }

    /// The store of a legacy API key, if there is one.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn store_of_api_key(&self, key: &str) -> Result<Option<Store>, AppError> {
        let hash = secret::fingerprint(key);
        let kept = &self.0.kept.stores_of_keys;
        Ok(self.0.db.read_kept(kept, hash, move |r| stores::find_by_api_key(r, hash)).await?)
    }

    /// Makes a new legacy API key for a store. The former one is void; only a hash is kept.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is no such store.
    pub async fn renew_api_key(&self, store: StoreId) -> Result<String, AppError> {
        let key = entropy::api_key();
        let hash = secret::fingerprint(&key);
        let noted = self.note(Some(store), Deed::ApiKeyMade, "");
        let set = self.0.db.write("renew_api_key", move |tx| {
            if !stores::set_api_key(tx, store, Some(hash))? {
                return Err(AppError::StoreNotFound);
            }
            Ok(noted.add(tx)?)
        });
        set.await?;
        Ok(key)
    }

    /// Whether a store has a legacy API key.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn has_api_key(&self, store: StoreId) -> Result<bool, AppError> {
        Ok(self.0.db.read(move |r| stores::has_api_key(r, store)).await?)
    }

    /// Makes a store's legacy API key void.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn revoke_api_key(&self, store: StoreId) -> Result<(), AppError> {
        let noted = self.note(Some(store), Deed::ApiKeyRevoked, "");
        let set = self.0.db.write("revoke_api_key", move |tx| {
            if stores::set_api_key(tx, store, None)? {
                noted.add(tx)?;
            }
            Ok(())
        });
        set.await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it_or_not_at_all() {
        for (text, origin) in [
            ("https://shop.example", Some("https://shop.example")),
            (" HTTPS://Shop.Example:443/ ", Some("https://shop.example")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://käse.example", Some("https://xn--kse-qla.example")),
            ("https://shop.example/cart", None),
            ("https://shop.example?x", None),
            ("https://shop.example#x", None),
            ("https://ann@shop.example", None),
            ("https://*.shop.example", None),
            ("https://shop.example;script-src", None),
            ("https://shop.example,evil.example", None),
            ("shop.example", None),
            ("*", None),
            ("'self'", None),
            ("javascript:alert(1)", None),
            ("ftp://shop.example", None),
            ("", None),
        ] {
            assert_eq!(sound_origin(text).as_deref(), origin, "{text}");
        }
    }
}
