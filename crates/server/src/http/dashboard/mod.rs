//! The pages for merchants. All of them are listed here, with who may see them; a test asks each
//! of them as everybody.

mod access_request;
mod account;
mod account_tokens;
mod api_tokens;
mod applications;
mod attention;
mod brand;
mod button;
mod chart;
mod coins;
mod design;
mod error;
mod frame;
mod home;
mod invitation;
mod invoices;
mod login;
mod merchant;
mod overview;
mod parts;
mod payouts;
mod rates;
mod refunds;
mod reports;
mod settings;
mod setup;
mod stores;
mod tokens;
mod wallet;
mod webhooks;
mod worth;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::MethodRouter;

use super::{Web, auth};

pub(super) use error::PageError;

/// Who may see a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anyone.
    Anyone,
    /// Whoever is logged in.
    User,
    /// Whoever is logged in as an administrator.
    Administrator,
    /// The owner of the store that the path names `{store}`.
    Owner,
}

/// A page: what it is called, and what can be done there.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its path, with names in braces where it differs.
    pub path: &'static str,
    /// Who may see it.
    pub who: Who,
    /// It can be looked at.
    pub gets: bool,
    /// A form can be sent to it.
    pub posts: bool,
    /// What is looked at is a file, and no page.
    pub file: bool,
    handlers: MethodRouter<Web>,
}

impl Route {
    /// A page at that path.
    fn at(path: &'static str, who: Who) -> Self {
        Self { path, who, gets: false, posts: false, file: false, handlers: MethodRouter::new() }
    }

    /// What shows it.
    fn get<T: 'static>(self, handler: impl Handler<T, Web>) -> Self {
        Self { gets: true, handlers: self.handlers.get(handler), ..self }
    }

    /// What gives the file that it is.
    fn gets_file<T: 'static>(self, handler: impl Handler<T, Web>) -> Self {
        Self { file: true, ..self.get(handler) }
    }

    /// What takes its form.
    fn post<T: 'static>(self, handler: impl Handler<T, Web>) -> Self {
        Self { posts: true, handlers: self.handlers.post(handler), ..self }
    }
}

/// Every page.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Who::{Administrator, Anyone, Owner, User};
    let mut all = vec![
        Route::at("/", Anyone).get(home::show),
        Route::at("/setup", Anyone).get(setup::show).post(setup::submit_form),
        Route::at("/login", Anyone).get(login::form).post(login::submit),
        Route::at("/logout", Anyone).get(login::ask_log_out).post(login::log_out),
        Route::at("/invitation", Anyone).get(invitation::show).post(invitation::take_up),
        Route::at("/applications", Administrator).get(applications::list),
        Route::at("/applications/{application}", Administrator).get(applications::show),
        Route::at("/applications/{application}/approve", Administrator).post(applications::approve),
        Route::at("/applications/{application}/decline", Administrator)
            .get(applications::ask_decline)
            .post(applications::decline),
        Route::at("/api-access-request", User).get(access_request::show).post(access_request::approve),
        Route::at("/api-tokens", User).get(api_tokens::form).post(api_tokens::create),
        Route::at("/design", Administrator).get(design::show),
        Route::at("/account", User).get(account::show).post(account::change_password),
        Route::at("/account/api-tokens", User).get(account_tokens::list).post(account_tokens::create),
        Route::at("/account/api-tokens/{apitoken}/revoke", User)
            .get(account_tokens::ask_revoke)
            .post(account_tokens::revoke),
        Route::at("/stores", User).get(stores::list),
        Route::at("/stores/create", User).get(stores::form).post(stores::create),
        Route::at("/stores/{store}/settings", Owner).get(settings::show).post(settings::change),
        Route::at("/stores/{store}/settings/rates", Owner).post(rates::change),
        Route::at("/stores/{store}/look", Owner)
            .get(brand::show)
            .post(brand::change.layer(DefaultBodyLimit::max(brand::MAX_BODY))),
        Route::at("/stores/{store}/wallet", Owner).get(wallet::show).post(wallet::read),
        Route::at("/stores/{store}/wallet/confirm", Owner).post(wallet::confirm),
        Route::at("/stores/{store}/wallet/coins", Owner).get(coins::show),
        Route::at("/stores/{store}/wallet/consolidate", Owner).post(coins::consolidate),
        Route::at("/stores/{store}/tokens", Owner).get(tokens::list),
        Route::at("/stores/{store}/tokens/create", Owner).get(tokens::form).post(tokens::create),
        Route::at("/stores/{store}/tokens/{token}/revoke", Owner)
            .get(tokens::ask_revoke)
            .post(tokens::revoke),
        Route::at("/stores/{store}/tokens/apikey", Owner).post(tokens::api_key),
        Route::at("/stores/{store}/button", Owner).get(button::show),
        Route::at("/stores/{store}/button/revoke", Owner).get(button::ask_revoke).post(button::revoke),
    ];
    all.extend(overview::routes());
    all.extend(attention::routes());
    all.extend(reports::routes());
    all.extend(webhooks::routes());
    all.extend(invoices::routes());
    all.extend(refunds::routes());
    all.extend(payouts::routes());
    all
}

/// The pages, with sessions.
pub fn router(web: &Web) -> Router<Web> {
    let pages =
        routes().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handlers));
    pages.layer(auth::layer(web))
}
