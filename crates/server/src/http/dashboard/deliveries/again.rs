//! Sending again: one delivery, those that were chosen in the list, or all that failed.

use axum::extract::{Request, State};
use axum::response::Redirect;
use specie_core::ids::DeliveryId;

use super::Asked;
use super::list::SINCE;
use crate::app::{MAX_AT_ONCE, Redelivered};
use crate::http::Web;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::merchant::Owner;

/// Sends one again.
pub async fn one(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    let id: DeliveryId = owner.param("delivery").parse().map_err(|_| PageError::not_found())?;
    // Another store's is not found.
    web.app().delivery(owner.store.id, id).await?;
    let outcome = owner.app(&web).redeliver(owner.store.id, vec![id]).await?;
    let words = match outcome.sent {
        0 => "It cannot be sent again: it is a test, or nobody listens there any more.",
        _ => "It is sent again.",
    };
    owner.merchant.go(&owner.path(&format!("/deliveries/{id}")), words).await
}

/// Sends those again that were chosen, and goes back to the list as it was.
pub async fn chosen(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    let form = owner.merchant.read(request).await?;
    let mut ids: Vec<DeliveryId> = form.all("delivery").filter_map(|id| id.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    let back = form.get("back").trim_start_matches('?').to_owned();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(back.as_bytes()).into_owned().collect();
    let named = |name: &'static str| {
        pairs.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    };
    let to = owner.path(&format!("/deliveries{}", Asked::of(named).query()));
    if ids.is_empty() {
        return owner.merchant.go(&to, "Select the deliveries first.").await;
    }
    let outcome = owner.app(&web).redeliver(owner.store.id, ids).await?;
    owner.merchant.go(&to, said(outcome)).await
}

/// Sends all again that failed since then.
pub async fn failed(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    let form = owner.merchant.read(request).await?;
    let known = SINCE.iter().find(|(hours, _)| *hours == form.get("hours"));
    let hours = known.and_then(|(hours, _)| hours.parse::<i64>().ok());
    let hours = hours.ok_or_else(|| PageError::bad_request("Choose since when."))?;
    let since = web.app().now().plus_secs(-hours * 60 * 60);
    let outcome = owner.app(&web).redeliver_failed(owner.store.id, since).await?;
    owner.merchant.go(&owner.path("/deliveries"), said(outcome)).await
}

/// What became of it, in a sentence or two.
fn said(outcome: Redelivered) -> String {
    let Redelivered { sent, left, more } = outcome;
    let mut words = match (sent, left) {
        (0, 0) => "Nothing failed in that time.".to_owned(),
        (0, _) => "Nothing was sent again.".to_owned(),
        (1, _) => "One delivery is sent again.".to_owned(),
        (sent, _) => format!("{sent} deliveries are sent again."),
    };
    if left > 0 {
        words += &format!(" {left} cannot be: tests, or for a webhook that is deleted or switched off.");
    }
    if more {
        words += &match sent > MAX_AT_ONCE {
            true => " There are more: press once more for the rest.".to_owned(),
            false => format!(" No more than {MAX_AT_ONCE} are sent at once."),
        };
    }
    words
}
