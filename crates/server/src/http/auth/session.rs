//! Visitors of pages: sessions in a cookie, and forms that only our own pages can send.

use std::fmt;

use async_trait::async_trait;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use bitcoin::base58;
use specie_core::ids::UserId;
use specie_core::time::Timestamp;
use subtle::ConstantTimeEq;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as StoreResult};
use tower_sessions::{Expiry, Session, SessionManagerLayer, session_store};

use crate::app::{App, User};
use crate::http::{ApiError, Web};
use crate::{entropy, secret};

/// The form field that proves that the form is ours.
pub const CSRF_FIELD: &str = "csrf";

const USER: &str = "user";
const PASSWORD: &str = "password";
const CSRF: &str = "csrf";
const FLASH: &str = "flash";
const PASS: &str = "pass";
const INVITATION: &str = "invitation";
/// How long a login lasts, in days.
const SESSION_DAYS: i64 = 7;
/// How long a form that was shown to somebody who is not logged in can be sent.
const VISIT_MINUTES: i64 = 30;

/// Sessions, stored by the application.
#[derive(Clone)]
pub struct SessionStore(App);

impl fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionStore")
    }
}

/// Puts sessions around pages. Under HTTPS the cookie belongs to this very host and nothing else.
pub fn layer(web: &Web) -> SessionManagerLayer<SessionStore> {
    let https = web.app().public_url().starts_with("https://");
    SessionManagerLayer::new(SessionStore(web.app().clone()))
        .with_name(if https { "__Host-specie" } else { "specie" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::days(SESSION_DAYS)))
}

fn failed(error: crate::app::AppError) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl session_store::SessionStore for SessionStore {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        // 128 random bits do not repeat.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        let data = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let expires_at = Timestamp::from_secs(record.expiry_date.unix_timestamp());
        self.0.save_session(&record.id.to_string(), data, expires_at).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let Some(data) = self.0.load_session(&id.to_string()).await.map_err(failed)? else { return Ok(None) };
        let data = serde_json::from_str(&data).map_err(|e| Error::Decode(e.to_string()))?;
        let now = OffsetDateTime::from_unix_timestamp(self.0.now().as_secs())
            .map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date: now + Duration::days(SESSION_DAYS) }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.0.delete_session(&id.to_string()).await.map_err(failed)
    }
}

/// Whoever looks at a page.
#[derive(Debug, Clone)]
pub struct Visitor(Session);

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Session::from_request_parts(parts, state).await.map(Self).map_err(|_| ApiError::internal())
    }
}

impl Visitor {
    async fn get(&self, key: &str) -> Result<Option<String>, ApiError> {
        self.0.get(key).await.map_err(broken)
    }

    async fn set(&self, key: &str, value: &str) -> Result<(), ApiError> {
        self.0.insert(key, value).await.map_err(broken)
    }

    /// What this visitor's forms have to carry.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn csrf(&self) -> Result<String, ApiError> {
        if let Some(known) = self.get(CSRF).await? {
            return Ok(known);
        }
        let fresh = base58::encode(&entropy::bytes::<32>());
        // A visitor who does not log in is soon forgotten: anyone can be one.
        self.0.set_expiry(Some(Expiry::OnInactivity(Duration::minutes(VISIT_MINUTES))));
        self.set(CSRF, &fresh).await?;
        Ok(fresh)
    }

    /// Lets only forms through that a page of ours gave to this visitor.
    ///
    /// # Errors
    /// 403 for any other.
    pub async fn check_csrf(&self, sent: &str) -> Result<(), ApiError> {
        let known = self.get(CSRF).await?.unwrap_or_default();
        let same = !known.is_empty() && bool::from(known.as_bytes().ct_eq(sent.as_bytes()));
        if same {
            Ok(())
        } else {
            Err(ApiError::forbidden("This form is out of date: reload the page and try again"))
        }
    }

    /// Makes this the session of a user, under a new key.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn log_in(&self, user: &User) -> Result<(), ApiError> {
        self.0.cycle_id().await.map_err(broken)?;
        self.0.set_expiry(Some(Expiry::OnInactivity(Duration::days(SESSION_DAYS))));
        self.set(USER, &user.id.to_string()).await?;
        self.set(PASSWORD, &generation(user)).await?;
        self.set(CSRF, &base58::encode(&entropy::bytes::<32>())).await
    }

    /// Lets this visitor set the server up, under a new key: the one of before somebody may have
    /// planted.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn admit(&self, pass: &str) -> Result<(), ApiError> {
        self.0.cycle_id().await.map_err(broken)?;
        self.0.set_expiry(Some(Expiry::OnInactivity(Duration::minutes(VISIT_MINUTES))));
        self.set(PASS, pass).await
    }

    /// What lets this visitor set the server up; empty if nothing does.
    ///
    /// # Errors
    /// 500 if sessions cannot be read.
    pub async fn pass(&self) -> Result<String, ApiError> {
        Ok(self.get(PASS).await?.unwrap_or_default())
    }

    /// Keeps in mind which invitation this visitor came with, by its hash, under a new key.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn invite(&self, hash: [u8; 32]) -> Result<(), ApiError> {
        self.0.cycle_id().await.map_err(broken)?;
        if self.get(USER).await?.is_none() {
            self.0.set_expiry(Some(Expiry::OnInactivity(Duration::minutes(VISIT_MINUTES))));
        }
        self.set(INVITATION, &base58::encode(&hash)).await
    }

    /// The hash of the invitation that this visitor came with.
    ///
    /// # Errors
    /// 500 if sessions cannot be read.
    pub async fn invitation(&self) -> Result<Option<[u8; 32]>, ApiError> {
        let known = self.get(INVITATION).await?;
        Ok(known.and_then(|hash| base58::decode(&hash).ok()?.try_into().ok()))
    }

    /// Leaves words for the next page that is shown.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn flash(&self, words: &str) -> Result<(), ApiError> {
        self.set(FLASH, words).await
    }

    /// Takes the words that were left.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn take_flash(&self) -> Result<Option<String>, ApiError> {
        // Removing writes the session; most pages have nothing to take.
        match self.get(FLASH).await? {
            None => Ok(None),
            Some(_) => self.0.remove(FLASH).await.map_err(broken),
        }
    }

    /// Ends the session.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn log_out(&self) -> Result<(), ApiError> {
        self.0.flush().await.map_err(broken)
    }

    /// Who is logged in. A session from before a change of password is nobody's.
    ///
    /// # Errors
    /// 500 if sessions cannot be read.
    pub async fn user(&self, web: &Web) -> Result<Option<User>, ApiError> {
        let Some(id) = self.get(USER).await?.and_then(|id| id.parse::<UserId>().ok()) else {
            return Ok(None);
        };
        let user = web.app().user(id).await?;
        let known = self.get(PASSWORD).await?;
        Ok(user.filter(|user| known == Some(generation(user))))
    }
}

/// Changes whenever the password does.
fn generation(user: &User) -> String {
    base58::encode(&secret::fingerprint(&user.password_hash)[..16])
}

fn broken(error: tower_sessions::session::Error) -> ApiError {
    tracing::error!(%error, "a session could not be used");
    ApiError::internal()
}
