//! Who asks for an account: the administrator's list, one application, and the decision. An approval
//! leads to an invitation, which is shown this once: the administrator sends it on.

use axum::extract::{Request, State};
use axum::response::Redirect;
use maud::{Markup, html};
use specie_core::ids::ApplicationId;

use super::error::PageError;
use super::frame::Section;
use super::merchant::Administrator;
use super::parts::{facts, table};
use super::tokens::time;
use crate::app::view::{Application, ApplicationState};
use crate::app::{AppError, Invited};
use crate::http::pages::{Icon, copy_button, icon};
use crate::http::{ApiError, Segments, Web};

const PATH: &str = "/applications";

/// The list.
pub async fn list(
    State(web): State<Web>,
    Administrator(merchant): Administrator,
) -> Result<Markup, PageError> {
    let all = web.app().applications().await?;
    let rows: Vec<Vec<Markup>> = all.iter().map(row).collect();
    let closed = !web.settings().accept_applications;
    let body = html! {
        @if closed {
            p class="notice" {
                (icon(Icon::Key))
                span { "This server takes no applications. The setting " code { "accept-applications" } " opens it." }
            }
        }
        @if all.is_empty() {
            section class="sheet empty" {
                (icon(Icon::Key))
                h2 { "Nobody asks for an account" }
                p class="lead" { "Whoever applies over the API waits here for you to decide." }
            }
        } @else {
            section class="sheet" { (table("Applications", &["Who", "Asked", "State"], &rows)) }
        }
    };
    Ok(merchant.frame().await?.page("Applications", Section::Applications, &body))
}

fn row(application: &Application) -> Vec<Markup> {
    let said = &application.details;
    vec![
        html! {
            a class="go" href={ (PATH) "/" (application.id) } { (said.organisation) }
            span { small { (said.first_name) " " (said.last_name) ", " (application.email) } }
        },
        time(application.created_at),
        html! { (state(application)) },
    ]
}

fn state(application: &Application) -> &'static str {
    match application.state {
        ApplicationState::Pending => "Waits for you",
        ApplicationState::Invited => "Invited, no password yet",
        ApplicationState::Activated => "Has an account",
    }
}

/// One of them, with what can be done.
pub async fn show(
    State(web): State<Web>,
    administrator: Administrator,
    id: Result<Segments<String>, ApiError>,
) -> Result<Markup, PageError> {
    let application = web.app().application(named(&id?.0)?).await?;
    page(&administrator, &application, None).await
}

/// Approves. No redirect: the invitation would have to be kept for the next page, and only its hash is
/// kept.
pub async fn approve(
    State(web): State<Web>,
    administrator: Administrator,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Markup, PageError> {
    administrator.0.read(request).await?;
    let by = administrator.0.user.id.to_string();
    let invited = administrator.0.app(&web).approve_application(named(&id?.0)?, &by).await?;
    let link = format!("{}/invitation?token={}", web.app().public_url(), invited.invitation);
    page(&administrator, &invited.application, Some((&invited, &link))).await
}

/// Asks before what somebody said is forgotten.
pub async fn ask_decline(
    State(web): State<Web>,
    Administrator(merchant): Administrator,
    id: Result<Segments<String>, ApiError>,
) -> Result<Markup, PageError> {
    let application = web.app().application(named(&id?.0)?).await?;
    if application.state != ApplicationState::Pending {
        return Err(AppError::ApprovedAlready.into());
    }
    let frame = merchant.frame().await?;
    let own = format!("{PATH}/{}", application.id);
    let body = html! {
        form class="sheet narrow danger form" method="post" action={ (own) "/decline" } {
            (frame.csrf_field())
            h1 class="lead" { "Decline “" (application.details.organisation) "”?" }
            p { "What was said in the application is deleted. Nobody is told." }
            p class="actions" {
                button class="btn danger" { "Decline" }
                a class="btn plain" href=(own) { "Cancel" }
            }
        }
    };
    Ok(frame.bare("Decline", Section::Applications, &body))
}

/// Declines.
pub async fn decline(
    State(web): State<Web>,
    Administrator(merchant): Administrator,
    id: Result<Segments<String>, ApiError>,
    request: Request,
) -> Result<Redirect, PageError> {
    merchant.read(request).await?;
    merchant.app(&web).decline_application(named(&id?.0)?, &merchant.user.id.to_string()).await?;
    merchant.go(PATH, "The application is declined.").await
}

fn named(id: &str) -> Result<ApplicationId, PageError> {
    id.parse().map_err(|_| PageError::not_found())
}

async fn page(
    Administrator(merchant): &Administrator,
    application: &Application,
    invited: Option<(&Invited, &str)>,
) -> Result<Markup, PageError> {
    let frame = merchant.frame().await?;
    let csrf = frame.csrf_field();
    let body = html! {
        a class="back" href=(PATH) { (icon(Icon::Back)) "Applications" }
        div class="head" { h1 { (application.details.organisation) } }
        @if let Some((invited, link)) = invited { (invitation(invited, link)) }
        (said(application))
        @match application.state {
            ApplicationState::Activated => {}
            ApplicationState::Pending => (decision(application, &csrf)),
            ApplicationState::Invited => (again(application, &csrf)),
        }
    };
    Ok(frame.bare(&application.details.organisation, Section::Applications, &body))
}

fn invitation(invited: &Invited, link: &str) -> Markup {
    html! {
        section class="notice good stack" role="status" {
            h2 { "Approved: send this link to " (invited.application.email) }
            p class="row" {
                code class="code long" id="invitation" { (link) }
                (copy_button("invitation", "link", link, "invitation"))
            }
            p class="hint" {
                "This is the only time that it is shown. Whoever has it sets the password, once, until "
                (time(invited.ends_at)) "."
            }
        }
    }
}

fn said(application: &Application) -> Markup {
    let said = &application.details;
    let mut rows = vec![
        ("State", html! { (state(application)) }),
        ("Person", html! { (said.first_name) " " (said.last_name) }),
        ("Email", html! { (application.email) }),
    ];
    let lines = [&said.address1, &said.address2, &said.city, &said.region, &said.postal_code, &said.country];
    let lines: Vec<&String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    if !lines.is_empty() {
        rows.push(("Address", html! { @for line in lines { (line) br; } }));
    }
    let mut add = |name, text: &str| {
        if !text.is_empty() {
            rows.push((name, html! { (text) }));
        }
    };
    add("Telephone", &said.phone);
    for (name, text) in [
        ("Industry", &said.industry),
        ("Website", &said.website),
        ("Shop software", &said.cart),
        ("Tax number", &said.tax_id),
        ("Sent by", &said.affiliate),
    ] {
        add(name, text);
    }
    if said.non_profit {
        add("Kind", "Works for no profit");
    }
    add("Verification code", &application.verification_code);
    rows.push(("Asked", time(application.created_at)));
    html! { section class="sheet" { h2 { "What was said" } (facts(&rows)) } }
}

fn decision(application: &Application, csrf: &Markup) -> Markup {
    let own = format!("{PATH}/{}", application.id);
    html! {
        section class="sheet part" {
            header {
                h2 { "Your decision" }
                p class="hint" {
                    "Nothing of this was checked. An approval makes the account and a first store, and shows you a \
                     link with which the person sets a password."
                }
            }
            form class="form" method="post" action={ (own) "/approve" } {
                (csrf)
                p class="actions" {
                    button class="btn main" { "Approve" }
                    a class="btn plain" href={ (own) "/decline" } { "Decline" }
                }
            }
        }
    }
}

fn again(application: &Application, csrf: &Markup) -> Markup {
    html! {
        section class="sheet part" {
            header {
                h2 { "Invitation" }
                p class="hint" {
                    @if let Some(at) = application.invitation_ends_at { "It can be used until " (time(at)) ". " }
                    "A new link makes the former one void."
                }
            }
            form class="form" method="post" action={ (PATH) "/" (application.id) "/approve" } {
                (csrf)
                p class="actions" { button class="btn" { "Make a new link" } }
            }
        }
    }
}
