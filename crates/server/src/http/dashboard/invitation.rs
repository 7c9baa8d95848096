//! An invitation: whoever's application was approved sets a password, and is a merchant from then on.
//!
//! Opening the link changes nothing and can be done again, since programs preview links; setting the
//! password uses it up. The link's secret stays out of the pages, and of what they send on.

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::error::{PageError, sentence};
use super::parts::{Problems, csrf_field, facts, field, submit};
use super::setup::PASSWORD_RULE;
use crate::app::AppError;
use crate::app::view::Application;
use crate::http::auth::{CSRF_FIELD, Limited, Visitor};
use crate::http::form::Form;
use crate::http::pages::{self, Icon};
use crate::http::{Pairs, Web};
use crate::secret::{self, Password};

/// Keeps the link's secret in mind for this visitor, or shows the form to whoever came with it.
pub async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    method: Method,
    asked: Pairs,
) -> Result<Response, PageError> {
    if let Some(token) = asked.get("token") {
        let hash = secret::fingerprint(token);
        if method == Method::GET && web.app().invited(hash).await?.is_some() {
            visitor.invite(hash).await?;
            return Ok(Redirect::to("/invitation").into_response());
        }
        return Ok(used_up());
    }
    match invited(&web, &visitor).await? {
        Some((_, application)) => {
            Ok(page(&visitor.csrf().await?, &application, &Problems::default()).into_response())
        }
        None => Ok(used_up()),
    }
}

/// Sets the password, logs the user in, and shows them their store.
pub async fn take_up(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, PageError> {
    let from = web.client_ip(&request);
    let form = Form::read(request).await?;
    visitor.check_csrf(form.get(CSRF_FIELD)).await?;
    let Some((hash, application)) = invited(&web, &visitor).await? else { return Ok(used_up()) };
    // Hashing takes its time.
    if !web.limits().allow(Limited::LogIn, from) {
        return Err(PageError::too_many_requests());
    }
    let password = Password::new(form.get("password").to_owned());
    match web.app().take_up_invitation(hash, password).await {
        Ok(user) => {
            visitor.log_in(&user).await?;
            Ok(Redirect::to("/stores").into_response())
        }
        Err(AppError::InvitationNotFound) => Ok(used_up()),
        Err(error @ AppError::InvalidPassword) => {
            let problems = Problems::one("password", sentence(error));
            let page = page(&visitor.csrf().await?, &application, &problems);
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn invited(web: &Web, visitor: &Visitor) -> Result<Option<([u8; 32], Application)>, PageError> {
    let Some(hash) = visitor.invitation().await? else { return Ok(None) };
    Ok(web.app().invited(hash).await?.map(|application| (hash, application)))
}

fn used_up() -> Response {
    let words = "An invitation works once, and for a week. Log in if you have set your password; else ask \
                 whoever invited you for another.";
    let more = html! { p class="row center" { a class="btn" href="/login" { "Log in" } } };
    let page = pages::notice("This invitation cannot be used", Icon::Key, "", words, &more);
    (StatusCode::FORBIDDEN, page).into_response()
}

fn page(csrf: &str, application: &Application, problems: &Problems) -> Markup {
    let said = &application.details;
    let body = html! {
        main class="note plain" {
            header class="shop" {
                h1 class="name" { "Welcome, " (said.first_name) }
                p class="item" { "Choose a password, and " (said.organisation) " can be paid in bitcoin." }
            }
            (problems)
            (facts(&[("Email", html! { (application.email) })]))
            form class="form" method="post" action="/invitation" {
                (csrf_field(csrf))
                // For password managers, which keep the two together.
                input type="hidden" name="username" autocomplete="username" value=(application.email);
                (field("password", "Password").kind("password").autocomplete("new-password").required()
                    .hint(PASSWORD_RULE).problem(problems))
                (submit("Set the password"))
            }
        }
        (pages::foot(false))
    };
    pages::page("Welcome · Specie", &html! {}, &body)
}
