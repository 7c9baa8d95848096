//! Tokens of the panel's API: a secret that acts for its user over all of the user's stores, or over
//! one of them, or only reads. Shown once and stored hashed. What a token may touch is decided here,
//! and nowhere else.

use specie_core::ids::{ApiTokenId, StoreId, UserId};
use specie_core::time::Timestamp;
use specie_db::api_tokens::{self, ApiToken};
use specie_db::stores;

use super::audit::{Actor, Deed, Via};
use super::{App, AppError, Store};
use crate::{entropy, secret};

/// How every token begins, so that it is known for what it is wherever it turns up.
const MARK: &str = "specie_";
/// How many characters of a token are shown afterwards.
const PREFIX_CHARS: usize = MARK.len() + 6;
/// How exactly the last use is known, in seconds: writing it down is not worth a write a request.
const USE_GRAIN_SECS: i64 = 60;

/// What a user wishes a token to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiToken {
    /// Whom it acts for.
    pub user_id: UserId,
    /// What it is called.
    pub name: String,
    /// The one store that it is for; none: all of the user's.
    pub store_id: Option<StoreId>,
    /// It reads, and changes nothing.
    pub read_only: bool,
    /// From when on it is void; none: never by itself.
    pub expires_at: Option<Timestamp>,
}

/// What whoever holds a token may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    token: ApiToken,
}

impl Grant {
    /// Who asks, as far as a repeated request is concerned.
    #[must_use]
    pub fn caller(&self) -> String {
        format!("token:{}", self.token.id)
    }

    /// Who it is that asks, for the log of changes.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user_id: Some(self.token.user_id),
            name: self.token.name.clone(),
            via: Via::Panel,
            request: None,
        }
    }

    /// Whether a store may be looked at.
    #[must_use]
    pub fn reads(&self, store: &Store) -> bool {
        store.owner_id == self.token.user_id && self.token.store_id.is_none_or(|only| only == store.id)
    }

    /// Whether something of a store may be changed.
    #[must_use]
    pub fn writes(&self, store: &Store) -> bool {
        self.reads(store) && !self.token.read_only
    }
}

impl App {
    /// Makes a token. It is in the answer, and can never be shown again.
    ///
    /// # Errors
    /// [`AppError::InvalidName`], [`AppError::ExpiredAlready`], or [`AppError::NotAllowed`] for a
    /// store that is not the user's.
    pub async fn create_api_token(&self, new: NewApiToken) -> Result<(ApiToken, String), AppError> {
        let now = self.now();
        if new.expires_at.is_some_and(|at| at <= now) {
            return Err(AppError::ExpiredAlready);
        }
        let secret = format!("{MARK}{}", entropy::api_key());
        let token = ApiToken {
            id: ApiTokenId::from_bytes(entropy::bytes()),
            user_id: new.user_id,
            store_id: new.store_id,
            name: super::stores::sound_name(&new.name)?,
            prefix: secret.chars().take(PREFIX_CHARS).collect(),
            read_only: new.read_only,
            created_at: now,
            expires_at: new.expires_at,
            used_at: None,
        };
        let hash = secret::fingerprint(&secret);
        let noted = self.note(new.store_id, Deed::PanelTokenMade, &token.name);
        let made = self.0.db.write("create_api_token", move |tx| {
            if let Some(id) = token.store_id {
                let store = stores::find(tx, id)?.ok_or(AppError::StoreNotFound)?;
                if store.owner_id != token.user_id {
                    return Err(AppError::NotAllowed);
                }
            }
            api_tokens::insert(tx, &token, hash)?;
            noted.add(tx)?;
            Ok(token.clone())
        });
        Ok((made.await?, secret))
    }

    /// A user's tokens, latest first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>, AppError> {
        Ok(self.0.db.read(move |r| api_tokens::of_user(r, user)).await?)
    }

    /// Makes a token of a user void, at once.
    ///
    /// # Errors
    /// [`AppError::TokenNotFound`] if the user has no such token.
    pub async fn revoke_api_token(&self, user: UserId, id: ApiTokenId) -> Result<(), AppError> {
        let noted = self.note(None, Deed::PanelTokenRevoked, id.to_string());
        let deleted = self.0.db.write("revoke_api_token", move |tx| {
            if !api_tokens::delete(tx, id, user)? {
                return Err(AppError::TokenNotFound);
            }
            Ok(noted.add(tx)?)
        });
        deleted.await
    }

    /// What a token opens; none if it is no token, or void.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn grant(&self, secret: &str) -> Result<Option<Grant>, AppError> {
        let (hash, now) = (secret::fingerprint(secret), self.now());
        let found = self.0.db.read(move |r| api_tokens::find_by_hash(r, hash)).await?;
        let Some(token) = found.filter(|token| token.expires_at.is_none_or(|at| at > now)) else {
            return Ok(None);
        };
        if token.used_at.is_none_or(|at| at.plus_secs(USE_GRAIN_SECS) <= now) {
            self.note_use(token.id, now).await;
        }
        Ok(Some(Grant { token }))
    }

    /// Nobody is refused because it could not be written down that they came.
    async fn note_use(&self, id: ApiTokenId, now: Timestamp) {
        let noted = self
            .0
            .db
            .write("note_api_token_use", move |tx| api_tokens::used(tx, id, now).map_err(AppError::from));
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the use of a token could not be recorded");
        }
    }

    /// The store of that number, if the token may look at it.
    ///
    /// # Errors
    /// [`AppError::StoreNotFound`] if there is none, [`AppError::NotAllowed`] if it is not the
    /// token's to look at.
    pub async fn store_by_number(&self, grant: &Grant, number: i64) -> Result<Store, AppError> {
        let store = self.0.db.read(move |r| stores::find_by_number(r, number)).await?;
        let store = store.ok_or(AppError::StoreNotFound)?;
        if grant.reads(&store) { Ok(store) } else { Err(AppError::NotAllowed) }
    }

    /// Up to `limit` of the stores that a token may look at whose number is below `before`, newest
    /// first.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn stores_of(&self, grant: &Grant, before: i64, limit: u32) -> Result<Vec<Store>, AppError> {
        let (owner, only, grant) = (grant.token.user_id, grant.token.store_id, grant.clone());
        let found = self.0.db.read(move |r| match only {
            Some(id) => Ok(stores::find(r, id)?.into_iter().filter(|store| store.number < before).collect()),
            None => stores::page_of_owner(r, owner, before, limit),
        });
        let found: Vec<Store> = found.await?;
        Ok(found.into_iter().filter(|store| grant.reads(store)).collect())
    }
}
