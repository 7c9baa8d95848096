//! `GET /events`: an invoice's changes as they happen, for whoever has the token for it (BitPay's
//! event bus). `GET /invoices/{id}/events` gives that token.
//!
//! The lines are written as old clients read them: they cut each line at `: `, so that may not occur
//! in what is said.

use axum::extract::{Request, State};
use axum::response::Response;
use axum::response::sse::Event;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use serde_json::{Value, json};
use specie_core::ids::InvoiceId;
use tokio::sync::watch::Receiver;
use utoipa::ToSchema;

use super::{Answer, invoices};
use crate::app::{Access, AppError, Scope};
use crate::dialect::bitpay::facade::Call;
use crate::dialect::bitpay::invoice::Audience;
use crate::http::auth::{Caller, Incoming};
use crate::http::live;
use crate::http::{ApiError, Pairs, Segments, Web};

/// What the stream says, as readers of such streams have it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes lines that are written elsewhere")]
struct StreamedEvent {
    /// `connect` or `statechange`.
    event: Option<String>,
    /// JSON on one line; of `statechange`, the invoice as anyone may see it.
    data: Option<String>,
    /// What to begin after, next time.
    id: Option<String>,
}

/// Where an invoice's changes are heard, and the token to hear them with.
#[derive(Serialize, ToSchema)]
struct EventBus {
    /// The address of the stream.
    url: String,
    /// Who has it may listen.
    token: String,
    /// What can be listened to.
    events: [&'static str; 1],
    /// What can be done.
    actions: [&'static str; 2],
}

/// Where an invoice's changes are heard.
#[utoipa::path(
    get,
    path = "/invoices/{id}/events",
    operation_id = "getInvoiceBusToken",
    params(
        ("id" = String, Path, description = "The invoice's id."),
        ("token" = Option<String>, Query, description = "The client's token, or the invoice's own."),
    ),
    responses((status = 200, description = "The stream's address and token.", body = Answer<EventBus>)),
)]
pub async fn of_invoice(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let incoming = Incoming::read(&web, request).await?;
    let id = id.parse().map_err(|_| AppError::InvoiceNotFound)?;
    let access = match incoming.caller {
        Caller::Anyone => None,
        Caller::Client { .. } | Caller::ApiKey(_) => {
            let access = incoming.access(&web, incoming.param("token")).await?.on(id)?;
            Call::GetInvoiceBusToken.check(access.scope)?;
            Some(access)
        }
    };
    Ok(super::json(&json!({ "data": bus(&web, access.as_ref(), id).await? })))
}

/// The address, the token, and what can be asked for.
pub(super) async fn bus(web: &Web, access: Option<&Access>, id: InvoiceId) -> Result<Value, ApiError> {
    let view = web.app().invoice(id, access.map(|access| access.store.id)).await?;
    super::value(&EventBus {
        url: format!("{}/events", view.server),
        token: web.app().events_token(id),
        events: ["payment"],
        actions: ["subscribe", "unsubscribe"],
    })
}

/// Listens to an invoice: `connect`, the invoice as it is, and again whenever something happened to it.
///
/// Whoever was cut off and says what came last hears only what is new.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "listen",
    params(
        ("token" = String, Query, description = "The token of `getInvoiceBusToken`."),
        ("action" = Option<String>, Query, description = "`subscribe`, which it is without, or `unsubscribe`, which only answers `Success`."),
        ("events[]" = Option<String>, Query, description = "`payment`: there are no others."),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was heard."),
    ),
    responses((status = 200, description = "A stream of `connect` and `statechange` events, the latter with the invoice as anyone may see it.", content(
        (StreamedEvent = "text/event-stream"),
        (Answer<String> = "application/json"),
    ))),
)]
pub async fn listen(State(web): State<Web>, asked: Pairs, request: Request) -> Result<Response, ApiError> {
    let token = asked.get("token").ok_or_else(|| ApiError::bad_request("'token' is missing"))?;
    let invoice = web.app().invoice_of_events_token(token);
    let invoice = invoice.ok_or_else(|| ApiError::unauthorized("This is no token for events"))?;
    match asked.get("action") {
        None | Some("subscribe") => {}
        // A stream ends with its connection: there is nothing else to end.
        Some("unsubscribe") => return Ok(super::json(&json!({ "data": "Success" }))),
        Some(_) => return Err(ApiError::bad_request("'action' is either subscribe or unsubscribe")),
    }
    let mut events = asked.all().iter().filter(|(name, _)| name == "events[]" || name == "events");
    if let Some((_, other)) = events.find(|(_, event)| event != "payment") {
        let name: String = other.chars().take(24).collect();
        return Err(ApiError::bad_request(format!("There are no events {name:?}: only payment")));
    }
    let heard = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let place = web.streams().clone().try_acquire_owned();
    let place = place.map_err(|_| ApiError::unavailable("There are too many streams at the moment"))?;
    // Listening begins before looking, so that nothing falls in between.
    let listening = Listening {
        changes: web.changes().changes_of(invoice),
        greeted: false,
        heard,
        invoice,
        web: web.clone(),
    };
    let events = stream::unfold(listening, Listening::next);
    Ok(live::respond(events.map(Ok), live::silence(request.headers()), web.changes().over(), place))
}

/// One who listens.
struct Listening {
    web: Web,
    invoice: InvoiceId,
    changes: Receiver<()>,
    greeted: bool,
    /// The number of the last thing that happened to the invoice, of those that were told.
    heard: Option<i64>,
}

impl Listening {
    /// What is to be said next; nothing, if there will be no more.
    async fn next(mut self) -> Option<(Event, Self)> {
        if !self.greeted {
            self.greeted = true;
            let greeting = format!("{{\"id\":\"{}\"}}", self.invoice);
            return Some((Event::default().event("connect").data(greeting), self));
        }
        loop {
            // Apart: while nothing happens, which is nearly always, nothing of a look is held.
            let news = Box::pin(self.look()).await?;
            if let Some(event) = news {
                return Some((event, self));
            }
            self.changes.changed().await.ok()?;
        }
    }

    /// The invoice as it is, if that is news; nothing at all, if it cannot be said any more.
    async fn look(&mut self) -> Option<Option<Event>> {
        let (view, happened) = self.web.app().invoice_as_of(self.invoice).await.ok()?;
        if self.heard == Some(happened) {
            return Some(None);
        }
        self.heard = Some(happened);
        let shown = invoices::shown(&self.web, &view, Scope::Public, Audience::Public);
        let event = Event::default().event("statechange").id(happened.to_string());
        Some(Some(event.data(without_cuts(&shown))))
    }
}

/// JSON on one line, without the two characters at which old clients cut: they occur within texts
/// only, where one of them can be written otherwise.
fn without_cuts(value: &impl Serialize) -> String {
    let line = serde_json::to_string(value).expect("what is shown is JSON");
    line.replace(": ", ":\\u0020")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_has_nothing_in_it_at_which_old_clients_cut() {
        let value = json!({ "a: b": "c: : d\\: \n", "n": 1 });
        let line = without_cuts(&value);
        assert!(!line.contains(": ") && !line.contains('\n'), "{line}");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }
}
