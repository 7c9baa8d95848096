//! The user's own account: who they are, and another password.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::error::{PageError, sentence};
use super::frame::{Frame, Section};
use super::merchant::Merchant;
use super::parts::{Problems, facts, field, submit};
use super::setup::PASSWORD_RULE;
use crate::app::AppError;
use crate::http::Web;
use crate::http::auth::Limited;
use crate::http::pages::{Icon, icon};
use crate::secret::Password;

/// The account.
pub async fn show(merchant: Merchant) -> Result<Markup, PageError> {
    let email = merchant.user.email.clone();
    Ok(page(&merchant.frame().await?, &email, &Problems::default()))
}

/// Changes the password. This session stays, all others end.
pub async fn change_password(
    State(web): State<Web>,
    merchant: Merchant,
    request: Request,
) -> Result<Response, PageError> {
    let from = web.client_ip(&request);
    let form = merchant.read(request).await?;
    // Whoever found a session open must not guess the password with it.
    if !web.limits().allow(Limited::LogIn, from) {
        return Err(PageError::too_many_requests());
    }
    let password = |name| Password::new(form.get(name).to_owned());
    let changed =
        merchant.app(&web).change_password(&merchant.user, password("current"), password("password")).await;
    let problems = match changed {
        Ok(user) => {
            merchant.stay(&user).await?;
            let words = "The password is changed. Your other sessions ended.";
            return Ok(merchant.go("/account", words).await?.into_response());
        }
        Err(AppError::WrongCredentials) => Problems::one("current", "This is not your current password."),
        Err(error @ AppError::InvalidPassword) => Problems::one("password", sentence(error)),
        Err(error) => return Err(error.into()),
    };
    let email = merchant.user.email.clone();
    Ok((StatusCode::BAD_REQUEST, page(&merchant.frame().await?, &email, &problems)).into_response())
}

fn page(frame: &Frame, email: &str, problems: &Problems) -> Markup {
    let body = html! {
        section class="sheet part" {
            header { h2 { "Who you are" } }
            (facts(&[("Email", html! { (email) })]))
        }
        @if frame.administrator {
            section class="sheet part" {
                header {
                    h2 { "This server" }
                    p class="hint" { "You are its administrator." }
                }
                p class="actions" { a class="btn" href="/server" { (icon(Icon::Settings)) "Server and settings" } }
            }
        }
        section class="sheet part" {
            header {
                h2 { "Password" }
                p class="hint" { "All your other sessions end when it changes." }
            }
            form class="form" method="post" action="/account" {
                (frame.csrf_field())
                (problems)
                // For password managers, which keep the two together.
                input type="hidden" name="username" autocomplete="username" value=(email);
                (field("current", "Current password").kind("password").autocomplete("current-password")
                    .required().problem(problems))
                (field("password", "New password").kind("password").autocomplete("new-password").required()
                    .hint(PASSWORD_RULE).problem(problems))
                p class="actions" { (submit("Change the password")) }
            }
        }
    };
    let body = html! { (body) (keyboard()) };
    let tokens = html! {
        a class="btn main small" href="/account/api-tokens" { (icon(Icon::Key)) "Generate API token" }
    };
    frame.page_with("Account", Section::Account, &tokens, &body)
}

/// Whether single keys do something. A script keeps it in the browser, and shows it.
fn keyboard() -> Markup {
    html! {
        section class="sheet part" id="keyboard" {
            header { h2 { "Keyboard" } }
            div class="stack" {
                p { "Ctrl and K, or Command and K, lead to the search from every page." }
                p class="keys" hidden {
                    label class="check" {
                        input type="checkbox" id="keys" checked;
                        span { "Single keys in lists" }
                        span class="hint" {
                            "j and k move through the rows, Enter opens one, x ticks it, / searches. Kept in this browser."
                        }
                    }
                }
            }
        }
    }
}
