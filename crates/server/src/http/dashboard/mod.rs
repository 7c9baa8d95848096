//! The pages for merchants. All of them are listed here, with who may see them; a test asks each
//! of them as everybody.

mod access_request;
mod account;
mod account_tokens;
mod api_tokens;
mod applications;
mod attention;
mod audit;
mod brand;
mod button;
mod chart;
mod coins;
mod deliveries;
mod design;
mod error;
mod frame;
mod guess;
mod home;
mod invitation;
mod invoices;
mod join;
mod login;
mod merchant;
mod overview;
mod parts;
mod payouts;
mod people;
mod rates;
mod refunds;
mod reports;
mod search;
mod server;
mod settings;
mod setup;
mod stores;
mod tokens;
mod wallet;
mod webhooks;
mod worth;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use axum::{Extension, Router};

use super::{Web, auth};
use crate::app::Permission;

pub(super) use error::PageError;
pub use merchant::Needs;

/// Who may see a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anyone.
    Anyone,
    /// Whoever is logged in.
    User,
    /// Whoever is logged in as an administrator.
    Administrator,
    /// Whoever may do that in the store that the path names `{store}`.
    May(Permission),
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
    /// What sending its form needs, where it is not what looking at it does.
    pub changes: Option<Permission>,
    handlers: MethodRouter<Web>,
}

impl Route {
    /// A page at that path.
    fn at(path: &'static str, who: Who) -> Self {
        Self {
            path,
            who,
            gets: false,
            posts: false,
            file: false,
            changes: None,
            handlers: MethodRouter::new(),
        }
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

impl Route {
    /// What takes its form from whoever may do that.
    fn post_by<T: 'static>(self, permission: Permission, handler: impl Handler<T, Web>) -> Self {
        Self { changes: Some(permission), ..self.post(handler) }
    }

    /// What a request for it needs, if it is a store's.
    #[must_use]
    pub fn needs(&self) -> Option<Needs> {
        let Who::May(see) = self.who else { return None };
        Some(Needs { see, change: self.changes.unwrap_or(see) })
    }
}

/// Every page.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Permission::{Audit, ConnectWallet, PayOut, People, SeeMoney, Settings, Tokens};
    use Who::{Administrator, Anyone, May, User};
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
        Route::at("/stores/{store}/settings", May(Settings)).get(settings::show).post(settings::change),
        Route::at("/stores/{store}/settings/rates", May(Settings)).post(rates::change),
        Route::at("/stores/{store}/look", May(Settings))
            .get(brand::show)
            .post(brand::change.layer(DefaultBodyLimit::max(brand::MAX_BODY))),
        Route::at("/stores/{store}/wallet", May(SeeMoney))
            .get(wallet::show)
            .post_by(ConnectWallet, wallet::read),
        Route::at("/stores/{store}/wallet/confirm", May(ConnectWallet)).post(wallet::confirm),
        Route::at("/stores/{store}/wallet/coins", May(SeeMoney)).get(coins::show),
        Route::at("/stores/{store}/wallet/consolidate", May(PayOut)).post(coins::consolidate),
        Route::at("/stores/{store}/tokens", May(Tokens)).get(tokens::list),
        Route::at("/stores/{store}/tokens/create", May(Tokens)).get(tokens::form).post(tokens::create),
        Route::at("/stores/{store}/tokens/{token}/revoke", May(Tokens))
            .get(tokens::ask_revoke)
            .post(tokens::revoke),
        Route::at("/stores/{store}/tokens/apikey", May(Tokens)).post(tokens::api_key),
        Route::at("/stores/{store}/button", May(Tokens)).get(button::show),
        Route::at("/stores/{store}/button/revoke", May(Tokens)).get(button::ask_revoke).post(button::revoke),
        Route::at("/stores/{store}/people", May(People)).get(people::list).post(people::invite),
        Route::at("/stores/{store}/people/{member}", May(People)).get(people::ask).post(people::change),
        Route::at("/stores/{store}/people/invitations/{invitation}/withdraw", May(People))
            .post(people::withdraw),
        Route::at("/stores/{store}/log", May(Audit)).get(audit::of_store),
        Route::at("/log", Administrator).get(audit::of_server),
        Route::at("/join", Anyone).get(join::show).post(join::accept),
    ];
    all.extend(overview::routes());
    all.extend(attention::routes());
    all.extend(reports::routes());
    all.extend(server::routes());
    all.extend(settings::routes());
    all.extend(wallet::routes());
    all.extend(webhooks::routes());
    all.extend(deliveries::routes());
    all.extend(invoices::routes());
    all.extend(refunds::routes());
    all.extend(payouts::routes());
    all.extend(search::routes());
    all
}

/// The pages, with sessions.
pub fn router(web: &Web) -> Router<Web> {
    let pages = routes().into_iter().fold(Router::new(), |router, route| {
        let handlers = match route.needs() {
            Some(needs) => route.handlers.layer(Extension(needs)),
            None => route.handlers,
        };
        router.route(route.path, handlers)
    });
    pages.layer(auth::layer(web))
}
