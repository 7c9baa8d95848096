//! Saved views: a filter of the list under a name of its user's, as a chip over the list.

use axum::extract::{Request, State};
use axum::response::Redirect;
use maud::{Markup, html};

use super::filter::Filter;
use super::list::at;
use crate::app::view::{MAX_SAVED_VIEWS, SavedView};
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::merchant::Owner;
use crate::http::dashboard::parts::field;
use crate::http::pages::{Icon, icon};

/// Keeps the filter that the list is shown by.
pub async fn save(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    let form = owner.merchant.read(request).await?;
    let query = Filter::written(form.get("query")).query(&[]);
    if query.is_empty() {
        return Err(PageError::bad_request("Filter the list first: then there is something to keep."));
    }
    web.app().save_view(owner.merchant.user.id, owner.store.id, form.get("name"), &query).await?;
    owner.merchant.go(&at(&owner.path("/invoices"), &query), "The view is saved.").await
}

/// Forgets one.
pub async fn delete(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    let form = owner.merchant.read(request).await?;
    let gone = web.app().forget_view(owner.merchant.user.id, owner.store.id, form.get("name")).await?;
    let said = if gone { "The view is deleted." } else { "There is no such view any more." };
    owner.merchant.go(&owner.path("/invoices"), said).await
}

/// The views as chips; nothing if there is none.
pub fn chips(saved: &[SavedView], now: &Filter, path: &str) -> Markup {
    html! {
        @if !saved.is_empty() {
            nav class="chips saved" aria-label="Saved views" {
                @for view in saved {
                    @let here = (Filter::written(&view.query) == *now).then_some("true");
                    a href=(at(path, &view.query)) aria-current=[here] { (icon(Icon::Saved)) (view.name) }
                }
            }
        }
    }
}

/// Keeping the filter, and forgetting what is kept; nothing if there is neither.
pub fn section(frame: &Frame, saved: &[SavedView], now: &Filter, path: &str) -> Markup {
    let known = saved.iter().any(|view| Filter::written(&view.query) == *now);
    let can_save = !now.is_empty() && !known && saved.len() < MAX_SAVED_VIEWS;
    html! {
        @if can_save {
            details class="filter" {
                summary { "Save this view" }
                form class="form" method="post" action={ (path) "/views" } {
                    (frame.csrf_field())
                    input type="hidden" name="query" value=(now.query(&[]));
                    (field("name", "Name of the view").required()
                        .hint("It stays over the list for you alone. A view of the same name is replaced."))
                    p class="actions" { button class="btn" { "Save the view" } }
                }
            }
        }
        @if !saved.is_empty() {
            details class="filter" {
                summary { "Delete saved views" }
                @for view in saved {
                    form class="row" method="post" action={ (path) "/views/delete" } {
                        (frame.csrf_field())
                        input type="hidden" name="name" value=(view.name);
                        span { (view.name) }
                        button class="btn plain small" { "Delete" span class="hush" { " " (view.name) } }
                    }
                }
            }
        }
    }
}
