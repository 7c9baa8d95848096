//! Joining a store by an invitation's link: whoever is logged in joins as who they are, anyone else logs in or
//! makes an account.
//!
//! Opening the link changes nothing and can be done again, since programs preview links; joining uses it up.
//! The link's secret stays out of the pages, and of what they send on.

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::InvitationId;

use super::error::{PageError, sentence};
use super::parts::{Problems, csrf_field, field, submit};
use super::people::words;
use super::setup::PASSWORD_RULE;
use crate::app::{Actor, AppError, Role, Store, User};
use crate::http::auth::{CSRF_FIELD, Limited, Visitor};
use crate::http::form::Form;
use crate::http::pages::{self, Icon};
use crate::http::{Pairs, Web};
use crate::request_id::RequestId;
use crate::secret::{self, Password};

/// Keeps the link's secret in mind for this visitor, or shows the page to whoever came with it.
pub async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    method: Method,
    asked: Pairs,
) -> Result<Response, PageError> {
    if let Some(token) = asked.get("token") {
        let hash = secret::fingerprint(token);
        if method == Method::GET && web.app().invited_member(hash).await?.is_some() {
            visitor.invite(hash).await?;
            return Ok(Redirect::to("/join").into_response());
        }
        return Ok(used_up());
    }
    match invited(&web, &visitor).await? {
        Some((_, id, role, store)) => {
            let user = visitor.user(&web).await?;
            let csrf = visitor.csrf().await?;
            Ok(page(&csrf, (id, role, &store), user.as_ref(), ("", &Problems::default())).into_response())
        }
        None => Ok(used_up()),
    }
}

/// Joins, and shows the store.
pub async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, PageError> {
    let (from, name) = (web.client_ip(&request), request.extensions().get::<RequestId>().cloned());
    let form = Form::read(request).await?;
    visitor.check_csrf(form.get(CSRF_FIELD)).await?;
    let Some((hash, id, role, store)) = invited(&web, &visitor).await? else { return Ok(used_up()) };
    // Another link was opened since this page was: what is joined is what was shown.
    if form.get("invitation") != id.to_string() {
        return Ok(Redirect::to("/join").into_response());
    }
    let user = visitor.user(&web).await?;
    let email = form.get("email");
    let joined = match &user {
        Some(user) => web.app().on_behalf_of(Actor::user(user, name)).join(hash, user).await,
        // Hashing takes its time.
        None if !web.limits().allow(Limited::LogIn, from) => return Err(PageError::too_many_requests()),
        None => {
            let password = Password::new(form.get("password").to_owned());
            let joined = web.app().join_as_new(hash, email, password, name).await;
            match joined {
                Ok((user, store)) => {
                    visitor.log_in(&user).await?;
                    Ok(store)
                }
                Err(error) => Err(error),
            }
        }
    };
    let problems = match joined {
        Ok(store) => return Ok(Redirect::to(&format!("/stores/{}", store.id)).into_response()),
        Err(AppError::InvitationNotFound) => return Ok(used_up()),
        Err(error @ (AppError::InvalidEmail | AppError::EmailTaken)) => {
            Problems::one("email", sentence(error))
        }
        Err(error @ AppError::InvalidPassword) => Problems::one("password", sentence(error)),
        Err(error @ AppError::InvalidSetting(_)) => Problems::one("", sentence(error)),
        Err(error) => return Err(error.into()),
    };
    let csrf = visitor.csrf().await?;
    let page = page(&csrf, (id, role, &store), user.as_ref(), (email, &problems));
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

async fn invited(
    web: &Web,
    visitor: &Visitor,
) -> Result<Option<([u8; 32], InvitationId, Role, Store)>, PageError> {
    let Some(hash) = visitor.invitation().await? else { return Ok(None) };
    let found = web.app().invited_member(hash).await?;
    Ok(found.map(|(invitation, store)| (hash, invitation.id, invitation.role, store)))
}

fn used_up() -> Response {
    let words = "A link to join a store works once, and for a week. Log in if you have joined; else ask whoever \
                 sent it for another.";
    let more = html! { p class="row center" { a class="btn" href="/login" { "Log in" } } };
    let page = pages::notice("This link cannot be used", Icon::Key, "", words, &more);
    (StatusCode::FORBIDDEN, page).into_response()
}

fn page(
    csrf: &str,
    (invitation, role, store): (InvitationId, Role, &Store),
    user: Option<&User>,
    (email, problems): (&str, &Problems),
) -> Markup {
    let body = html! {
        main class="note plain" {
            header class="shop" {
                h1 class="name" { "Join " (store.name) }
                p class="item" { (words(role)) "." }
            }
            (problems)
            form class="form" method="post" action="/join" {
                (csrf_field(csrf))
                input type="hidden" name="invitation" value=(invitation);
                @if let Some(user) = user {
                    p { "You are logged in as " strong { (user.email) } "." }
                    (submit("Join"))
                } @else {
                    (field("email", "Email").kind("email").autocomplete("username").required().value(email)
                        .problem(problems))
                    (field("password", "Password").kind("password").autocomplete("new-password").required()
                        .hint(PASSWORD_RULE).problem(problems))
                    (submit("Make an account and join"))
                    p class="hint" { "You have an account here? " a href="/login?next=%2Fjoin" { "Log in first" } "." }
                }
            }
        }
        (pages::foot(false))
    };
    pages::page("Join · Specie", &html! {}, &body)
}
