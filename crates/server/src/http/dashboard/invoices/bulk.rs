//! Several invoices of the list at once: into the archive, and out of it.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use axum::response::Redirect;
use specie_core::ids::InvoiceId;

use super::filter::Filter;
use super::list::at;
use super::words::count;
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::merchant::Owner;

/// Puts the ticked ones into the archive, or, with `out`, takes them out.
pub async fn archive(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    let form = owner.merchant.read(request).await?;
    // Only what a filter is made of: nobody is sent elsewhere.
    let back = at(&owner.path("/invoices"), &Filter::written(form.get("back")).query(&[]));
    let ticked: Result<BTreeSet<InvoiceId>, _> = form.all("invoice").map(str::parse).collect();
    let ticked = ticked.map_err(|_| PageError::bad_request("What was ticked is no invoice of this list."))?;
    if ticked.is_empty() {
        return owner.merchant.go(&back, "Nothing was ticked, so nothing was moved.").await;
    }
    let out = !form.get("out").is_empty();
    let by = owner.merchant.user.id.to_string();
    let moved = owner.app(&web).archive_all(owner.store.id, ticked.into_iter().collect(), !out, &by).await?;
    let moved = count(u64::try_from(moved).unwrap_or(u64::MAX), "invoice");
    let said = if out { "taken out of the archive." } else { "put into the archive." };
    owner.merchant.go(&back, format!("{moved} {said}")).await
}
