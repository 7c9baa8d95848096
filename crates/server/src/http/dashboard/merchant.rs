//! Who is at the desk: a user who is logged in, and the store that is theirs.
//!
//! A handler that takes a [`Merchant`] is never run for strangers, one that takes an
//! [`Administrator`] for nobody else, and one that takes an [`Owner`] never for a store of somebody
//! else's: that is decided here and nowhere else.

use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Redirect;
use specie_core::ids::StoreId;

use super::error::PageError;
use super::frame::Frame;
use crate::app::{Store, User};
use crate::http::Web;
use crate::http::auth::{CSRF_FIELD, Visitor};
use crate::http::form::Form;

/// A user who is logged in.
#[derive(Debug, Clone)]
pub struct Merchant {
    /// Who it is.
    pub user: User,
    /// How much needs attention in the store that they are at; none, if they are at none.
    waiting: i64,
    visitor: Visitor,
}

impl FromRequestParts<Web> for Merchant {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let visitor = Visitor::from_request_parts(parts, web).await?;
        match visitor.user(web).await? {
            Some(user) => Ok(Self { user, waiting: 0, visitor }),
            None => Err(PageError::LogInFirst((parts.method == Method::GET).then(|| target(parts)))),
        }
    }
}

/// Where a visitor wanted to go.
fn target(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string)
}

impl Merchant {
    /// What this merchant's forms have to carry.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn csrf(&self) -> Result<String, PageError> {
        Ok(self.visitor.csrf().await?)
    }

    /// Reads a form, and lets only those through that a page of ours gave to this merchant.
    ///
    /// # Errors
    /// 403 for any other; 413 or 408 if it is too large or too slow.
    pub async fn read(&self, request: Request) -> Result<Form, PageError> {
        let form = Form::read(request).await?;
        self.check(form.get(CSRF_FIELD)).await?;
        Ok(form)
    }

    /// Whether a page of ours gave this merchant the form that carries this.
    ///
    /// # Errors
    /// 403 if not.
    pub async fn check(&self, sent: &str) -> Result<(), PageError> {
        Ok(self.visitor.check_csrf(sent).await?)
    }

    /// Leaves words for the next page that is shown.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn flash(&self, words: impl Into<String>) -> Result<(), PageError> {
        Ok(self.visitor.flash(&words.into()).await?)
    }

    /// Takes the words that were left.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn take_flash(&self) -> Result<Option<String>, PageError> {
        Ok(self.visitor.take_flash().await?)
    }

    /// Leaves words and sends the merchant on to a page that shows them.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn go(&self, to: &str, words: impl Into<String>) -> Result<Redirect, PageError> {
        self.flash(words).await?;
        Ok(Redirect::to(to))
    }

    /// What goes around each of this merchant's pages. Takes the words that were left.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn frame(&self) -> Result<Frame, PageError> {
        let (csrf, flash) = (self.csrf().await?, self.take_flash().await?);
        Ok(Frame { csrf, flash, administrator: self.user.administrator, waiting: self.waiting })
    }

    /// The store of that id, if it is this merchant's.
    ///
    /// # Errors
    /// 404 if it is another's, or there is none.
    pub async fn store(&self, web: &Web, id: &str) -> Result<Store, PageError> {
        let id: StoreId = id.parse().map_err(|_| PageError::not_found())?;
        let store = web.app().store(id).await?;
        if store.owner_id == self.user.id { Ok(store) } else { Err(PageError::not_found()) }
    }

    /// Keeps this session, under a new key, after a change of the merchant's password.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn stay(&self, user: &User) -> Result<(), PageError> {
        Ok(self.visitor.log_in(user).await?)
    }
}

/// A merchant who is an administrator. For everybody else there is nothing at such a page.
#[derive(Debug, Clone)]
pub struct Administrator(pub Merchant);

impl FromRequestParts<Web> for Administrator {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let merchant = Merchant::from_request_parts(parts, web).await?;
        if merchant.user.administrator { Ok(Self(merchant)) } else { Err(PageError::not_found()) }
    }
}

/// A merchant before a store of their own: the one that the path names `{store}`.
#[derive(Debug, Clone)]
pub struct Owner {
    /// Who it is.
    pub merchant: Merchant,
    /// The store.
    pub store: Store,
    params: Vec<(String, String)>,
}

impl FromRequestParts<Web> for Owner {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let mut merchant = Merchant::from_request_parts(parts, web).await?;
        let params = RawPathParams::from_request_parts(parts, web).await;
        let params = params.map_err(|_| PageError::not_found())?;
        let params: Vec<(String, String)> =
            params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let store = merchant.store(web, named(&params, "store")).await?;
        merchant.waiting = web.app().attention_count(store.id).await?;
        Ok(Self { merchant, store, params })
    }
}

impl Owner {
    /// A part of the path by its name; empty if there is none.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        named(&self.params, name)
    }

    /// A path of this store's pages: `path("/wallet")`.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/stores/{}{rest}", self.store.id)
    }
}

fn named<'a>(params: &'a [(String, String)], name: &str) -> &'a str {
    params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}
