//! The start: for merchants their stores, for everybody else what this is.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use super::error::PageError;
use super::setup;
use crate::http::Web;
use crate::http::auth::Visitor;
use crate::http::pages::{self, Icon};

/// Sends merchants to their stores, and tells the first visitors where to look.
pub async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    if visitor.user(&web).await?.is_some() {
        return Ok(Redirect::to("/stores").into_response());
    }
    if !web.is_set_up().await? {
        return Ok(setup::not_set_up(false).into_response());
    }
    let words = "A Bitcoin payment server. Shops talk to it; buyers follow the links that shops give them.";
    let more = html! { p class="row center" { a class="btn" href="/login" { "Log in" } } };
    Ok(pages::notice("Specie", Icon::Paid, "good", words, &more).into_response())
}
