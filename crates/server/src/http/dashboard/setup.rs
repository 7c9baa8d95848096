//! The first run: whoever opened the link that the server showed becomes its first user, the
//! administrator. Everybody else is told where to look.

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::error::{PageError, sentence};
use super::parts::{Problems, csrf_field, field, submit};
use crate::app::AppError;
use crate::http::auth::{CSRF_FIELD, Visitor};
use crate::http::form::Form;
use crate::http::pages::{self, Icon};
use crate::http::{Pairs, Web};
use crate::secret::Password;

/// The words for a password that is one.
pub(super) const PASSWORD_RULE: &str =
    "At least 8 characters. A sentence is easier to remember than a riddle.";

/// Swaps the link's token for a session, or shows the form to whoever has one.
pub async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    method: Method,
    asked: Pairs,
) -> Result<Response, PageError> {
    if web.is_set_up().await? {
        return Ok(Redirect::to("/").into_response());
    }
    if let Some(token) = asked.get("token") {
        // Programs that preview links look at their heads: that must not use the link up.
        let pass = (method == Method::GET).then(|| web.first_run().spend(token)).flatten();
        if let Some(pass) = pass {
            visitor.admit(&pass).await?;
            return Ok(Redirect::to("/setup").into_response());
        }
    }
    if !web.first_run().admits(&visitor.pass().await?) {
        let used_up = asked.get("token").is_some();
        return Ok((StatusCode::FORBIDDEN, not_set_up(used_up)).into_response());
    }
    Ok(page(&visitor.csrf().await?, "", &Problems::default()).into_response())
}

/// Makes the first user and logs them in.
pub async fn submit_form(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, PageError> {
    let form = Form::read(request).await?;
    visitor.check_csrf(form.get(CSRF_FIELD)).await?;
    if web.is_set_up().await? {
        return Ok(Redirect::to("/").into_response());
    }
    if !web.first_run().admits(&visitor.pass().await?) {
        return Ok((StatusCode::FORBIDDEN, not_set_up(true)).into_response());
    }
    let password = Password::new(form.get("password").to_owned());
    let problems = match web.app().create_first_user(form.get("email"), password).await {
        Ok(user) => {
            web.is_set_up().await?;
            visitor.log_in(&user).await?;
            return Ok(Redirect::to("/stores/create").into_response());
        }
        Err(AppError::AlreadySetUp) => return Ok(Redirect::to("/").into_response()),
        Err(AppError::InvalidEmail) => Problems::one("email", "This is not an e-mail address."),
        Err(error @ AppError::InvalidPassword) => Problems::one("password", sentence(error)),
        Err(error) => return Err(error.into()),
    };
    let csrf = visitor.csrf().await?;
    Ok((StatusCode::BAD_REQUEST, page(&csrf, form.get("email"), &problems)).into_response())
}

/// What a stranger sees of a server without a user.
pub(super) fn not_set_up(used_up: bool) -> Markup {
    let title = if used_up { "This link is used up" } else { "This server is not set up yet" };
    let words = "Open the link that Specie showed at its start: at the terminal, or in the file first-run in \
                 its data folder. It works once. Starting Specie again makes a new one.";
    pages::notice(title, Icon::Key, "", words, &html! {})
}

fn page(csrf: &str, email: &str, problems: &Problems) -> Markup {
    let body = html! {
        main class="note plain" {
            header class="shop" {
                h1 class="name" { "Welcome to Specie" }
                p class="item" { "You are the first here. This makes you the administrator of this server." }
            }
            (problems)
            form class="form" method="post" action="/setup" {
                (csrf_field(csrf))
                (field("email", "Email").kind("email").autocomplete("username").required().value(email)
                    .problem(problems))
                (field("password", "Password").kind("password").autocomplete("new-password").required()
                    .hint(PASSWORD_RULE).problem(problems))
                (submit("Create the account"))
            }
        }
        (pages::foot(false))
    };
    pages::page("Welcome · Specie", &html! {}, &body)
}
