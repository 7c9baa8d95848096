//! The pages for merchants: log in, and let a program in.

mod access_request;
mod login;

use axum::Router;
use axum::routing::get;

use super::{Web, auth};

/// The routes, with sessions.
pub fn router(web: &Web) -> Router<Web> {
    Router::new()
        .route("/login", get(login::form).post(login::submit))
        .route("/logout", get(login::ask_log_out).post(login::log_out))
        .route("/api-access-request", get(access_request::show).post(access_request::approve))
        .layer(auth::layer(web))
}
