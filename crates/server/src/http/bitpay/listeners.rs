//! `POST /listeners`: a program that no address leads to hears of a store's invoices all the same. It asks for what a
//! webhook would be posted, passes it on, and says what became of it. What it has not heard of stays.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Serialize;
use specie_core::retry::Next;
use utoipa::ToSchema;

use super::adjustments::access;
use super::{Answer, again};
use crate::app::{Access, AppError};
use crate::dialect::bitpay::facade::{self, LISTENS};
use crate::dialect::bitpay::listener::{self, Heard, Listener};
use crate::dialect::bitpay::{body, request::Fields};
use crate::http::auth::Incoming;
use crate::http::{ApiError, Segments, Web};
use crate::request_id::RequestId;

/// What becomes of a delivery that was passed on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Standing {
    /// `delivered`, `pending` or `given_up`.
    state: &'static str,
    /// When it can be heard again, in milliseconds.
    next_attempt: Option<i64>,
}

/// Listens to a store under a name: whoever asks again under it goes on where they were.
#[utoipa::path(
    post,
    path = "/listeners",
    operation_id = "listenToStore",
    request_body(content = body::NewListener, description = "Who listens, and to what."),
    responses((status = 200, description = "Its number, and the secret that signs what it hears.", body = Answer<Listener>)),
)]
pub async fn create(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    let (incoming, access, fields) = asked(&web, request).await?;
    let (name, events) = listener::listener(&fields)?;
    let listens = again::app(&web, &incoming).listen_for(access.store.id, &name, events).await?;
    let secret = web.app().webhook_secret(&listens).expose().to_owned();
    Ok(super::json(&Answer { facade: None, data: Listener { id: listens.number, secret } }))
}

/// What is to be heard. Waits for the first, for a while; an empty list says that there was nothing.
#[utoipa::path(
    post,
    path = "/listeners/{listener}/deliveries",
    operation_id = "hearDeliveries",
    params(("listener" = i64, Path, description = "The listener's number.")),
    request_body(content = Option<body::Hearing>, description = "How long is waited."),
    responses((status = 200, description = "Up to ten. Each is kept from others for a minute.", body = Answer<Vec<Heard>>)),
)]
pub async fn hear(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let (_, access, fields) = asked(&web, request).await?;
    let patience = Duration::from_secs(listener::wait(&fields)?.into());
    let place = web.listeners().try_acquire();
    let _place = place.map_err(|_| ApiError::unavailable("Too many listen at the moment"))?;
    let heard = tokio::select! {
        heard = web.app().hear_next(access.store.id, number(&id)?, patience) => heard?,
        // Whoever listens asks the next server.
        () = web.changes().over() => vec![],
    };
    let now = web.app().now();
    let data: Vec<Heard> = heard.iter().map(|due| listener::heard(due, now)).collect();
    Ok(super::json(&Answer { facade: None, data }))
}

/// Says what became of a delivery. One that failed can be heard again, as a webhook's is sent again.
#[utoipa::path(
    post,
    path = "/listeners/{listener}/deliveries/{delivery}",
    operation_id = "passedOnDelivery",
    params(
        ("listener" = i64, Path, description = "The listener's number."),
        ("delivery" = String, Path, description = "The delivery's id."),
    ),
    request_body(content = body::PassedOn, description = "How it was answered where it was passed on."),
    responses((status = 200, description = "What comes next.", body = Answer<Standing>)),
)]
pub async fn passed_on(
    State(web): State<Web>,
    Segments((id, delivery)): Segments<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let name = request.extensions().get::<RequestId>().cloned().unwrap_or_else(RequestId::fresh);
    let (_, access, fields) = asked(&web, request).await?;
    let told = listener::passed_on(&fields)?;
    let delivery = listener::delivery_id(&delivery).ok_or(AppError::DeliveryNotFound)?;
    let next = web.app().passed_on(access.store.id, number(&id)?, delivery, told, name).await?;
    let (state, next_attempt) = match next {
        Next::Done => ("delivered", None),
        Next::RetryAt(at) => ("pending", Some(at.as_millis())),
        Next::GiveUp => ("given_up", None),
    };
    Ok(super::json(&Answer { facade: None, data: Standing { state, next_attempt } }))
}

/// Who asks, who may do everything in a store, and with which fields.
async fn asked(web: &Web, request: Request) -> Result<(Incoming, Access, Fields), ApiError> {
    let incoming = Incoming::read(web, request).await?;
    let access = access(web, &incoming).await?;
    facade::check(LISTENS, access.scope)?;
    if !incoming.body.is_empty() && !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let fields = if incoming.body.is_empty() { Fields::default() } else { Fields::parse(&incoming.body)? };
    Ok((incoming, access, fields))
}

fn number(id: &str) -> Result<i64, ApiError> {
    Ok(id.parse().map_err(|_| AppError::WebhookNotFound)?)
}
