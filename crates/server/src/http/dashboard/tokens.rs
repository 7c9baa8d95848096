//! The programs that are let into a store: the list, a new one, an end to one, and the legacy key.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use specie_core::facade::Facade;
use specie_core::ids::TokenId;
use specie_core::time::Timestamp;

use super::error::PageError;
use super::frame::{Frame, Section, Tab};
use super::merchant::{Owner, may_hand_out};
use super::parts::{Problems, choice, field, table};
use crate::app::Store;
use crate::app::view::{NewCode, PairedClient, PendingPairing};
use crate::http::Web;
use crate::http::auth::bitauth::Sin;
use crate::http::pages::{Icon, copy_button, icon};

/// What a paired program may do.
const FACADES: [(&str, &str); 2] = [("merchant", "merchant"), ("pos", "pos")];

/// The list.
pub async fn list(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    page(&web, &owner, None).await
}

/// The form of a new token.
pub async fn form(owner: Owner) -> Result<Markup, PageError> {
    Ok(create_page(&owner.frame().await?, &owner, &Typed::nothing(), &Problems::default()))
}

/// Makes a code: with a public key one that waits for approval, which is asked for at once; without,
/// one that waits for the program.
pub async fn create(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    let typed = Typed { label: form.get("Label"), facade: form.get("Facade"), key: form.get("PublicKey") };
    let facade = Facade::from_name(typed.facade).unwrap_or_default();
    may_hand_out(owner.role, facade)?;
    let new = NewCode { facade, label: named(typed.label), ..NewCode::default() };
    if typed.key.trim().is_empty() {
        owner.app(&web).issue_code(NewCode { store: Some(owner.store.id), ..new }, None).await?;
        return Ok(Redirect::to(&owner.path("/tokens")).into_response());
    }
    let Ok(sin) = Sin::from_pasted_key(typed.key) else {
        let words =
            "This is no public key: it has 66 hexadecimal digits (or 130) and begins with 02, 03 or 04.";
        let problems = Problems::one("PublicKey", words);
        let page = create_page(&owner.frame().await?, &owner, &typed, &problems);
        return Ok((StatusCode::BAD_REQUEST, page).into_response());
    };
    let issued =
        owner.app(&web).issue_code(NewCode { sin: Some(sin.to_string()), ..new }, None).await?.answer;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("pairingCode", &issued.code)
        .append_pair("selectedStore", &owner.store.id.to_string())
        .finish();
    Ok(Redirect::to(&format!("/api-access-request?{query}")).into_response())
}

/// Asks before a program is locked out.
pub async fn ask_revoke(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let client = client(&web, &owner).await?;
    let frame = owner.frame().await?;
    let body = html! {
        form class="sheet narrow danger form" method="post"
            action=(owner.path(&format!("/tokens/{}/revoke", client.id))) {
            (frame.csrf_field())
            h1 class="lead" { "Revoke “" (name(&client)) "”?" }
            p { "The program is locked out at once. Its invoices stay." }
            p class="actions" {
                button class="btn danger" { "Revoke" }
                a class="btn plain" href=(owner.path("/tokens")) { "Cancel" }
            }
        }
    };
    Ok(frame.bare("Revoke", Section::Store(&owner.store, Tab::Tokens), &body))
}

/// Locks a program out.
pub async fn revoke(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let client = client(&web, &owner).await?;
    owner.app(&web).revoke_token(owner.store.id, client.id).await?;
    owner.merchant.go(&owner.path("/tokens"), format!("“{}” is locked out.", name(&client))).await
}

/// Makes a new legacy key, which is shown this once, or revokes it.
pub async fn api_key(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let form = owner.merchant.read(request).await?;
    if form.get("command") == "revoke" {
        owner.app(&web).revoke_api_key(owner.store.id).await?;
        let words = "The legacy API key is revoked.";
        return Ok(owner.merchant.go(&owner.path("/tokens"), words).await?.into_response());
    }
    may_hand_out(owner.role, Facade::Merchant)?;
    let key = owner.app(&web).renew_api_key(owner.store.id).await?;
    // No redirect: the key would have to be kept for the next page, and only its hash is kept.
    Ok(page(&web, &owner, Some(&key)).await?.into_response())
}

/// The client that the path names.
async fn client(web: &Web, owner: &Owner) -> Result<PairedClient, PageError> {
    let id: TokenId = owner.param("token").parse().map_err(|_| PageError::not_found())?;
    let clients = web.app().tokens_of_store(owner.store.id).await?;
    clients.into_iter().find(|client| client.id == id).ok_or_else(PageError::not_found)
}

fn name(client: &PairedClient) -> &str {
    client.label.as_deref().or(client.sin.as_deref()).unwrap_or("No label")
}

/// A label, if one was written.
pub(super) fn named(label: &str) -> Option<String> {
    let label = label.trim();
    (!label.is_empty()).then(|| label.to_owned())
}

async fn page(web: &Web, owner: &Owner, key: Option<&str>) -> Result<Markup, PageError> {
    let clients = web.app().tokens_of_store(owner.store.id).await?;
    let codes = web.app().codes_of_store(owner.store.id).await?;
    let has_key = web.app().has_api_key(owner.store.id).await?;
    let frame = owner.frame().await?;
    let create = html! {
        a class="btn main small" href=(owner.path("/tokens/create")) { (icon(Icon::Add)) "Create new token" }
    };
    let rows: Vec<Vec<Markup>> = clients.iter().map(|client| row(&owner.store, client)).collect();
    let body = html! {
        @for (i, pairing) in codes.iter().enumerate() { (waiting(i, pairing)) }
        div class="head" { h1 { "Access tokens" } (create) }
        @if clients.is_empty() {
            section class="sheet empty" {
                (icon(Icon::Key))
                h2 { "No program is let in yet" }
                p class="lead" {
                    "A shop, a plugin or a script gets a token of its own. It creates and reads invoices; it can \
                     never spend."
                }
            }
        } @else {
            section class="sheet" {
                (table("Access tokens", &["Label", "Facade", "Key (SIN)", "Paired", "Actions"], &rows))
            }
        }
        (legacy(&frame, owner, has_key, key))
    };
    Ok(frame.bare("Access tokens", Section::Store(&owner.store, Tab::Tokens), &body))
}

fn row(store: &Store, client: &PairedClient) -> Vec<Markup> {
    let revoke = format!("/stores/{}/tokens/{}/revoke", store.id, client.id);
    vec![
        html! { strong { (client.label.as_deref().unwrap_or("No label")) } },
        html! { (client.facade.name()) },
        html! { @if let Some(sin) = &client.sin { code { (sin) } } @else { "Anyone who has it" } },
        time(client.paired_at),
        html! { a class="btn plain small" href=(revoke) { "Revoke" span class="hush" { " " (name(client)) } } },
    ]
}

/// A moment, for people and for programs.
pub(super) fn time(at: Timestamp) -> Markup {
    let moment = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let words = moment.strftime("%-d %b %Y, %H:%M UTC").to_string();
    html! { time datetime=(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()) { (words) } }
}

/// A code that waits for a program. The words are those that plugins' guides tell people to look
/// for.
fn waiting(number: usize, pairing: &PendingPairing) -> Markup {
    let (code, id) = (&pairing.code, format!("code-{number}"));
    html! {
        section class="notice good stack" role="status" {
            h2 { "Server initiated pairing code: " (code) }
            p class="row" {
                code class="code" id=(id) { (code) }
                (copy_button(&id, "pairing code", code, &id))
            }
            p class="hint" {
                @if let Some(label) = &pairing.label { "For “" (label) "”. " }
                "Give it to the program that asks for it. It works once, within 15 minutes."
            }
        }
    }
}

fn legacy(frame: &Frame, owner: &Owner, has_key: bool, key: Option<&str>) -> Markup {
    html! {
        section class="sheet part" {
            header {
                h2 { "Legacy API key" }
                p class="hint" { "For shops that cannot pair. Whoever has it creates and reads invoices." }
            }
            div class="stack" {
                @if let Some(key) = key {
                    div class="notice good stack" role="status" {
                        p { "This is the only time that the key is shown." }
                        p class="row" {
                            code class="code long" id="apikey" { (key) }
                            (copy_button("apikey", "key", key, "apikey"))
                        }
                    }
                } @else if has_key {
                    p { "There is a key. Making a new one ends it." }
                } @else {
                    p { "There is none." }
                }
                form class="actions" method="post" action=(owner.path("/tokens/apikey")) {
                    (frame.csrf_field())
                    button class="btn" name="command" value="" { @if has_key { "Regenerate" } @else { "Generate" } }
                    @if has_key { button class="btn danger" name="command" value="revoke" { "Revoke" } }
                }
            }
        }
    }
}

/// What was typed into the form.
struct Typed<'a> {
    label: &'a str,
    facade: &'a str,
    key: &'a str,
}

impl Typed<'_> {
    fn nothing() -> Self {
        Self { label: "", facade: Facade::Merchant.name(), key: "" }
    }
}

fn create_page(frame: &Frame, owner: &Owner, typed: &Typed<'_>, problems: &Problems) -> Markup {
    let body = html! {
        (problems)
        form class="sheet form narrow" method="post" action=(owner.path("/tokens/create")) {
            (frame.csrf_field())
            (field("Label", "Label").autocomplete("off").value(typed.label).problem(problems)
                .hint("So that you recognise it later."))
            (choice("Facade", "Facade", &FACADES).value(typed.facade)
                .hint("merchant does everything that a shop's server needs; pos only makes invoices."))
            (field("PublicKey", "Public key").autocomplete("off").value(typed.key).problem(problems)
                .hint("Of the program, in hexadecimal: then request pairing. Leave it blank and save, and you get a \
                       pairing code to give to the program."))
            p class="actions" {
                button class="btn main" { "Request pairing" }
                button class="btn" { "Save" }
                a class="btn plain" href=(owner.path("/tokens")) { "Cancel" }
            }
        }
    };
    frame.page("Create new token", Section::Store(&owner.store, Tab::Tokens), &body)
}
