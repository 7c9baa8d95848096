//! The people of a store: who works there and as what, who was invited, and an end to either. Only its owner
//! sees them here.
//!
//! An invitation's link is shown this once; whoever has it joins, so it is never shown again.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::ids::{InvitationId, UserId};

use super::error::{PageError, sentence};
use super::frame::{Section, Tab};
use super::invoices::words::time;
use super::merchant::Owner;
use super::parts::{Problems, choice, field, submit, table};
use crate::app::{AppError, People, Role};
use crate::http::Web;
use crate::http::pages::copy_button;

/// What each role is for, in words.
pub(super) fn words(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner: everything",
        Role::Manager => "Manager: all but the wallet and the people",
        Role::Cashier => "Cashier: makes invoices and sees what became of them",
        Role::Accountant => "Accountant: reads invoices, sums and the log, changes nothing",
        Role::Developer => "Developer: access tokens, webhooks and what was sent",
    }
}

fn roles() -> Vec<(&'static str, &'static str)> {
    Role::GIVEN.into_iter().map(|role| (role.name(), words(role))).collect()
}

/// The people.
pub async fn list(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    page(&web, &owner, None, ("", &Problems::default())).await
}

/// Invites somebody, and shows the link.
pub async fn invite(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let name = form.get("name");
    let mut problems = Problems::default();
    let role = Role::from_name(form.get("role")).ok_or_else(|| "Choose a role.".to_owned());
    if let Some(role) = problems.keep("role", role) {
        match owner.app(&web).invite(owner.store.id, role, name).await {
            Ok((invitation, secret)) => {
                let link = format!("{}/join?token={secret}", web.app().public_url());
                let made = Some((invitation.name.as_str(), link.as_str()));
                // No redirect: the link would have to be kept for the next page, and only its hash is kept.
                return Ok(page(&web, &owner, made, ("", &problems)).await?.into_response());
            }
            Err(error @ AppError::InvalidName) => problems.add("name", sentence(error)),
            Err(error @ AppError::InvalidSetting(_)) => problems.add("role", sentence(error)),
            Err(error) => return Err(error.into()),
        }
    }
    let page = page(&web, &owner, None, (name, &problems)).await?;
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

/// Withdraws an invitation.
pub async fn withdraw(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let id: InvitationId = owner.param("invitation").parse().map_err(|_| PageError::not_found())?;
    match owner.app(&web).withdraw_invitation(owner.store.id, id).await {
        Ok(()) => owner.merchant.go(&owner.path("/people"), "The link works no longer.").await,
        Err(AppError::InvitationNotFound) => Err(PageError::not_found()),
        Err(error) => Err(error.into()),
    }
}

/// One of them: another role, or an end.
pub async fn ask(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let (user, email, role) = member(&web, &owner).await?;
    let frame = owner.frame().await?;
    let action = owner.path(&format!("/people/{user}"));
    let body = html! {
        form class="sheet narrow form" method="post" action=(action) {
            (frame.csrf_field())
            h1 class="lead" { (email) }
            (choice("role", "Role", &roles()).value(role.name()))
            p class="actions" {
                button class="btn main" name="command" value="change" { "Change the role" }
                a class="btn plain" href=(owner.path("/people")) { "Cancel" }
            }
        }
        form class="sheet narrow danger form" method="post" action=(action) {
            (frame.csrf_field())
            h2 class="lead" { "End their access" }
            p { "They can open no page of this store any more, at once. What they did stays in the log." }
            p {
                "Programs that they let in stay. Look through the "
                a href=(owner.path("/tokens")) { "access tokens and the API key" } " and the "
                a href=(owner.path("/webhooks")) { "webhooks" } ", and end what only they know."
            }
            p class="actions" {
                button class="btn danger" name="command" value="remove" { "End access" }
            }
        }
    };
    Ok(frame.bare("People", Section::Store(&owner.store, Tab::People), &body))
}

/// Gives one of them another role, or ends their access.
pub async fn change(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    let form = owner.merchant.read(request).await?;
    let (user, email, _) = member(&web, &owner).await?;
    let words = if form.get("command") == "remove" {
        owner.app(&web).remove_member(owner.store.id, user).await?;
        format!(
            "{email} can open no page any more. The programs that they let in stay: look through the tokens."
        )
    } else {
        let role = Role::from_name(form.get("role"));
        let role = role.ok_or_else(|| PageError::bad_request("Choose a role."))?;
        owner.app(&web).change_role(owner.store.id, user, role).await?;
        format!("{email} is {} from now on.", role.name())
    };
    owner.merchant.go(&owner.path("/people"), words).await
}

/// The member that the path names.
async fn member(web: &Web, owner: &Owner) -> Result<(UserId, String, Role), PageError> {
    let id: UserId = owner.param("member").parse().map_err(|_| PageError::not_found())?;
    let people = web.app().people(owner.store.id).await?;
    let found = people.members.into_iter().find(|(member, _)| member.user_id == id);
    let (member, email) = found.ok_or_else(PageError::not_found)?;
    Ok((id, email, member.role))
}

async fn page(
    web: &Web,
    owner: &Owner,
    made: Option<(&str, &str)>,
    (name, problems): (&str, &Problems),
) -> Result<Markup, PageError> {
    let people = web.app().people(owner.store.id).await?;
    let frame = owner.frame().await?;
    let csrf = frame.csrf_field();
    let body = html! {
        (problems)
        @if let Some((name, link)) = made { (invited(name, link)) }
        section class="sheet" { (table("People", &["Who", "Role", "Since", "Actions"], &rows(owner, &people))) }
        @if !people.invitations.is_empty() { (waiting(owner, &people, &csrf)) }
        section class="sheet part" {
            header {
                h2 { "Invite somebody" }
                p class="hint" {
                    "You get a link to pass on. The first person to open it joins, with an account of their own or a new one."
                }
            }
            form class="form" method="post" action=(owner.path("/people")) {
                (csrf)
                (field("name", "Name").autocomplete("off").required().value(name).problem(problems)
                    .hint("So that you know whom the link is for."))
                (choice("role", "Role", &roles()).value(Role::Cashier.name()).problem(problems))
                p class="actions" { (submit("Make a link")) }
            }
        }
    };
    Ok(frame.page("People", Section::Store(&owner.store, Tab::People), &body))
}

fn rows(owner: &Owner, people: &People) -> Vec<Vec<Markup>> {
    let head =
        vec![html! { strong { (people.owner) } }, html! { "Owner" }, time(owner.store.created_at), html! {}];
    let others = people.members.iter().map(|(member, email)| {
        vec![
            html! { strong { (email) } },
            html! { (capital(member.role)) },
            time(member.since),
            html! {
                a class="btn plain small" href=(owner.path(&format!("/people/{}", member.user_id))) {
                    "Change" span class="hush" { " " (email) }
                }
            },
        ]
    });
    std::iter::once(head).chain(others).collect()
}

/// A role's name with a capital.
pub(super) fn capital(role: Role) -> &'static str {
    words(role).split(':').next().unwrap_or_default()
}

fn waiting(owner: &Owner, people: &People, csrf: &Markup) -> Markup {
    let rows: Vec<Vec<Markup>> = people
        .invitations
        .iter()
        .map(|invitation| {
            let to = owner.path(&format!("/people/invitations/{}/withdraw", invitation.id));
            vec![
                html! { strong { (invitation.name) } },
                html! { (capital(invitation.role)) },
                time(invitation.ends_at),
                html! {
                    form method="post" action=(to) {
                        (csrf)
                        button class="btn plain small" {
                            "Withdraw" span class="hush" { " " (invitation.name) }
                        }
                    }
                },
            ]
        })
        .collect();
    html! {
        section class="sheet" {
            h2 { "Invited, not yet joined" }
            (table("Invitations", &["Who", "Role", "Good until", "Actions"], &rows))
        }
    }
}

fn invited(name: &str, link: &str) -> Markup {
    html! {
        section class="notice good stack" role="status" {
            h2 { "A link for " (name) }
            p class="row" {
                code class="code long" id="invitation" { (link) }
                (copy_button("invitation", "link", link, "invitation"))
            }
            p class="hint" {
                "This is the only time that it is shown. It works once, and for a week; pass it on where nobody else \
                 reads it."
            }
        }
    }
}
