//! What a merchant decides over an invoice by hand: that it is complete, or invalid, whatever came;
//! and whether it is out of sight. A mark is asked for once more before it is made, in words that say
//! what follows.

use axum::extract::{Request, State};
use axum::response::Redirect;
use maud::{Markup, html};
use specie_core::ids::InvoiceId;
use specie_core::invoice::{Flag, Mark};

use super::words::{btc, price};
use crate::app::AppError;
use crate::app::view::{InvoiceDetail, InvoiceView};
use crate::http::Web;
use crate::http::dashboard::error::{PageError, sentence};
use crate::http::dashboard::frame::{Section, Tab};
use crate::http::dashboard::merchant::Owner;
use crate::http::pages::{Icon, icon};

fn invoice(owner: &Owner) -> Result<InvoiceId, PageError> {
    owner.param("invoice").parse().map_err(|_| PageError::not_found())
}

fn mark(owner: &Owner) -> Result<Mark, PageError> {
    Mark::from_name(owner.param("mark")).ok_or_else(PageError::not_found)
}

/// The words of a mark: on its button, and what follows from it.
fn words(mark: Mark, view: &InvoiceView) -> (&'static str, Vec<String>) {
    let paid = btc(view.paid);
    match mark {
        Mark::Complete => (
            "Mark complete",
            vec![
                "The shop is told that this invoice is complete, and will deliver, whatever came for it."
                    .to_owned(),
                match view.paid {
                    0 => "Nothing has come: nothing is booked.".to_owned(),
                    _ => format!("The {paid} BTC that came are booked. What is missing is not."),
                },
            ],
        ),
        Mark::Invalid => (
            "Mark invalid",
            vec![
                "The shop is told that this invoice is invalid, and will not deliver.".to_owned(),
                match view.paid {
                    0 => "Whoever pays it from now on still pays into your wallet.".to_owned(),
                    _ => format!("The {paid} BTC that came stay in your wallet: nothing is sent back."),
                },
            ],
        ),
    }
}

/// Asks before an invoice is marked.
pub async fn ask_mark(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let (id, mark) = (invoice(&owner)?, mark(&owner)?);
    let detail = web.app().invoice_detail(owner.store.id, id).await?;
    if !detail.marks.contains(&mark) {
        return Err(PageError::bad_request(
            "The invoice stands so that it cannot be marked so, or is already.",
        ));
    }
    let frame = owner.frame().await?;
    let own = owner.path(&format!("/invoices/{id}"));
    let (button, what_follows) = words(mark, &detail.invoice);
    let body = html! {
        form class="sheet narrow danger form" method="post" action={ (own) "/mark/" (mark.status().name()) } {
            (frame.csrf_field())
            h1 class="lead" { (button) ": " (price(&detail.invoice)) "?" }
            @for sentence in what_follows { p { (sentence) } }
            p { "It can be marked otherwise later, but not left to the chain again." }
            p class="actions" {
                button class="btn danger" { (button) }
                a class="btn plain" href=(own) { "Cancel" }
            }
        }
    };
    Ok(frame.bare(button, Section::Store(&owner.store, Tab::Invoices), &body))
}

/// Marks it.
pub async fn make_mark(
    State(web): State<Web>,
    owner: Owner,
    request: Request,
) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let (id, mark) = (invoice(&owner)?, mark(&owner)?);
    let by = owner.merchant.user.id.to_string();
    let marked = owner.app(&web).mark(owner.store.id, id, mark, &by, None).await;
    marked.map_err(|error| match error {
        AppError::Refused(refused) => PageError::bad_request(sentence(refused)),
        other => other.into(),
    })?;
    let said = match mark {
        Mark::Complete => "The invoice is marked complete.",
        Mark::Invalid => "The invoice is marked invalid.",
    };
    owner.merchant.go(&owner.path(&format!("/invoices/{id}")), said).await
}

/// Puts it into the archive.
pub async fn archive(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    set_archived(&web, &owner, request, true, "The invoice is in the archive.").await
}

/// Takes it out.
pub async fn unarchive(
    State(web): State<Web>,
    owner: Owner,
    request: Request,
) -> Result<Redirect, PageError> {
    set_archived(&web, &owner, request, false, "The invoice is in the list again.").await
}

async fn set_archived(
    web: &Web,
    owner: &Owner,
    request: Request,
    archived: bool,
    said: &str,
) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let id = invoice(owner)?;
    let by = owner.merchant.user.id.to_string();
    owner.app(web).archive(owner.store.id, id, archived, &by, None).await?;
    owner.merchant.go(&owner.path(&format!("/invoices/{id}")), said).await
}

/// What can be decided, as it stands.
pub fn section(detail: &InvoiceDetail, path: &str, csrf: &Markup) -> Markup {
    let archived = detail.invoice.archived;
    html! {
        section class="sheet" {
            h2 { "Decide by hand" }
            @if matches!(detail.invoice.flag, Flag::PaidLate | Flag::PaidPartial | Flag::PaidOver) {
                @let store = path.split("/invoices/").next().unwrap_or_default();
                p {
                    "What came can be accepted or given back under "
                    a href={ (store) "/attention" } { "Needs attention" } "."
                }
            }
            @if !detail.marks.is_empty() {
                p { "Only if you know better than the chain, since you were paid in another way or not at all." }
                p class="actions" {
                    @for mark in &detail.marks {
                        a class="btn small" href={ (path) "/mark/" (mark.status().name()) } {
                            (words(*mark, &detail.invoice).0)
                        }
                    }
                }
            }
            form class="form" method="post" action={ (path) @if archived { "/unarchive" } @else { "/archive" } } {
                (csrf)
                p class="hint" {
                    @if archived { "It is in the archive: the list and the APIs leave it out, payments count as ever." }
                    @else { "The archive is out of sight of the list and the APIs; payments count as ever." }
                }
                p class="actions" {
                    button class="btn small" {
                        (icon(Icon::Invoice)) @if archived { "Take out of the archive" } @else { "Archive" }
                    }
                }
            }
        }
    }
}
