//! Logging in and out.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::error::PageError;
use super::parts::{csrf_field, submit as send};
use crate::app::AppError;
use crate::http::auth::{CSRF_FIELD, Limited, Visitor};
use crate::http::form::Form;
use crate::http::pages::{self, Icon};
use crate::http::{Pairs, Web};
use crate::secret::Password;

/// The form. Before there is anyone who could log in, the start says where to look.
pub async fn form(State(web): State<Web>, visitor: Visitor, asked: Pairs) -> Result<Response, PageError> {
    if !web.is_set_up().await? {
        return Ok(Redirect::to("/").into_response());
    }
    let next = own_path(asked.get("next").unwrap_or("/"));
    Ok(page(&visitor.csrf().await?, &next, "", None).into_response())
}

/// Logs in, and goes on to where the visitor wanted to go.
pub async fn submit(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, PageError> {
    let from = web.client_ip(&request);
    let form = Form::read(request).await?;
    visitor.check_csrf(form.get(CSRF_FIELD)).await?;
    let next = own_path(form.get("next"));
    let again = |status: StatusCode, csrf: &str, words: &str| {
        (status, page(csrf, &next, form.get("email"), Some(words))).into_response()
    };
    let allowed = web.limits().allow(Limited::LogIn, from);
    if !allowed || !web.logins().turn(form.get("email"), from).await {
        let csrf = visitor.csrf().await?;
        return Ok(again(StatusCode::TOO_MANY_REQUESTS, &csrf, "Too many attempts. Please wait a minute."));
    }
    match web.app().log_in(form.get("email"), Password::new(form.get("password").to_owned())).await {
        Ok(user) => {
            visitor.log_in(&user).await?;
            web.logins().welcome(&user.email, from);
            Ok(Redirect::to(&next).into_response())
        }
        Err(AppError::WrongCredentials) => {
            let csrf = visitor.csrf().await?;
            Ok(again(StatusCode::UNAUTHORIZED, &csrf, "Email or password is wrong."))
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks before logging out, so that a link cannot do it.
pub async fn ask_log_out(visitor: Visitor) -> Result<Markup, PageError> {
    let csrf = visitor.csrf().await?;
    let form = html! {
        form class="form" method="post" action="/logout" {
            (csrf_field(&csrf))
            (send("Log out"))
        }
    };
    Ok(pages::notice("Log out?", Icon::Key, "", "You can log in again at any time.", &form))
}

/// Ends the session.
pub async fn log_out(visitor: Visitor, request: Request) -> Result<Response, PageError> {
    let form = Form::read(request).await?;
    visitor.check_csrf(form.get(CSRF_FIELD)).await?;
    visitor.log_out().await?;
    Ok(Redirect::to("/login").into_response())
}

/// Only a path of this server: never another's address.
fn own_path(text: &str) -> String {
    let sound = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if sound { text.to_owned() } else { "/".to_owned() }
}

fn page(csrf: &str, next: &str, email: &str, error: Option<&str>) -> Markup {
    let invalid = error.map(|_| "true");
    let described = error.map(|_| "error");
    let body = html! {
        main class="note plain" {
            header class="shop" {
                h1 class="name" { "Log in" }
                p class="item" { "to your stores" }
            }
            @if let Some(words) = error { p class="notice bad" id="error" role="alert" { (words) } }
            form class="form" method="post" action="/login" {
                (csrf_field(csrf))
                input type="hidden" name="next" value=(next);
                p class="field" {
                    label for="email" { "Email" }
                    input id="email" name="email" type="email" autocomplete="username" required value=(email)
                        aria-invalid=[invalid] aria-describedby=[described];
                }
                p class="field" {
                    label for="password" { "Password" }
                    input id="password" name="password" type="password" autocomplete="current-password" required
                        aria-invalid=[invalid] aria-describedby=[described];
                }
                (send("Log in"))
            }
        }
        (pages::foot(false))
    };
    pages::page("Log in · Specie", &html! {}, &body)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn after_logging_in_nobody_is_sent_elsewhere() {
        for (text, path) in [
            ("/api-access-request?pairingCode=aB3dE6g", "/api-access-request?pairingCode=aB3dE6g"),
            ("", "/"),
            ("https://evil.test/", "/"),
            ("//evil.test", "/"),
            ("/\\evil.test", "/"),
            ("/a\r\nX: y", "/"),
            ("javascript:alert(1)", "/"),
        ] {
            assert_eq!(own_path(text), path, "{text}");
        }
    }
}
