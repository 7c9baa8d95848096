//! Who is at the desk: a user who is logged in, and the store that is theirs.
//!
//! A handler that takes a [`Merchant`] is never run for strangers, one that takes an
//! [`Administrator`] for nobody else, and one that takes an [`Owner`] never for a store in which they may not do
//! what its page is for: that is decided here and nowhere else.

use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Redirect;
use specie_core::facade::Facade;
use specie_core::ids::StoreId;

use super::error::PageError;
use super::frame::Frame;
use crate::app::{Actor, App, Permission, Role, Store, User};
use crate::http::Web;
use crate::http::auth::{CSRF_FIELD, Visitor};
use crate::http::form::Form;
use crate::request_id::RequestId;

/// A user who is logged in.
#[derive(Debug, Clone)]
pub struct Merchant {
    /// Who it is.
    pub user: User,
    /// How much needs attention in the store that they are at; none, if they are at none.
    waiting: i64,
    visitor: Visitor,
    request: Option<RequestId>,
}

impl FromRequestParts<Web> for Merchant {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let visitor = Visitor::from_request_parts(parts, web).await?;
        match visitor.user(web).await? {
            Some(user) => Ok(Self { user, visitor, waiting: 0, request: parts.extensions.get().cloned() }),
            None => Err(PageError::LogInFirst((parts.method == Method::GET).then(|| target(parts)))),
        }
    }
}

/// Where a visitor wanted to go.
fn target(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string)
}

impl Merchant {
    /// The application on this merchant's behalf: what is changed by it is written down as theirs.
    #[must_use]
    pub fn app(&self, web: &Web) -> App {
        web.app().on_behalf_of(Actor::user(&self.user, self.request.clone()))
    }

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
        let administrator = self.user.administrator;
        Ok(Frame { csrf, flash, administrator, role: None, waiting: self.waiting, sought: String::new() })
    }

    /// The store of that id and what this merchant is there, if they may do that there.
    ///
    /// # Errors
    /// 404 if they are nobody there, or there is none; 403, which names it, if their role does not let them.
    pub async fn store(
        &self,
        web: &Web,
        id: &str,
        permission: Permission,
    ) -> Result<(Store, Role), PageError> {
        let id: StoreId = id.parse().map_err(|_| PageError::not_found())?;
        let found = web.app().store_of_user(self.user.id, id).await?;
        let (store, role) = found.ok_or_else(PageError::not_found)?;
        if role.may(permission) { Ok((store, role)) } else { Err(PageError::may_not(permission, role)) }
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

/// What a page of a store needs of whoever asks for it. The router's list says so, and each request carries it.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// To look at it.
    pub see: Permission,
    /// To send its form.
    pub change: Permission,
}

/// A merchant before a store in which they may do what the page is for: the one that the path names `{store}`.
#[derive(Debug, Clone)]
pub struct Owner {
    /// Who it is.
    pub merchant: Merchant,
    /// The store.
    pub store: Store,
    /// What they are there.
    pub role: Role,
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
        // A page that does not say what it needs is nobody's.
        let needs: Needs = parts.extensions.get().copied().ok_or_else(PageError::not_found)?;
        let looks = matches!(parts.method, Method::GET | Method::HEAD);
        let permission = if looks { needs.see } else { needs.change };
        let (store, role) = merchant.store(web, named(&params, "store"), permission).await?;
        if role.may(Permission::Decide) {
            merchant.waiting = web.app().attention_count(store.id).await?;
        }
        Ok(Self { merchant, store, role, params })
    }
}

/// Lets a program in with that facade only whoever has all that it gives: it may read sums, decide over invoices
/// and ask for refunds. Nobody hands out more than they have.
///
/// # Errors
/// 403, which names what is lacking.
pub fn may_hand_out(role: Role, facade: Facade) -> Result<(), PageError> {
    let given = [Permission::SeeMoney, Permission::Decide, Permission::Refund];
    match given.into_iter().find(|given| facade == Facade::Merchant && !role.may(*given)) {
        Some(lacking) => Err(PageError::may_not(lacking, role)),
        None => Ok(()),
    }
}

impl Owner {
    /// The application on behalf of whoever is here.
    #[must_use]
    pub fn app(&self, web: &Web) -> App {
        self.merchant.app(web)
    }

    /// Whether they may do that here.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// What goes around each of this store's pages.
    ///
    /// # Errors
    /// 500 if sessions cannot be stored.
    pub async fn frame(&self) -> Result<Frame, PageError> {
        Ok(Frame { role: Some(self.role), ..self.merchant.frame().await? })
    }

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
