//! `/stores/{id}/webhooks`, one of them, its secret, and `POST /stores/{id}/webhook-test`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use utoipa::IntoParams;

use super::caller::Called;
use super::{PanelError, StorePath, json, number};
use crate::app::view::WebhookView;
use crate::app::{MAX_WEBHOOKS, Store};
use crate::dialect::panel::webhook::{self, Webhook, webhook};
use crate::dialect::panel::{Page, Success, page, success};
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web, auth};

type One = Result<Segments<String>, ApiError>;
type Two = Result<Segments<(String, String)>, ApiError>;

/// What a path names beside the store.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it describes what is read from the path")]
struct WebhookPath {
    /// The webhook's number.
    #[param(example = 1)]
    webhook: i64,
}

/// Who asks, with the store that the path names and what they may do there.
async fn called(web: &Web, id: &str, request: Request) -> Result<(Called, Store), PanelError> {
    let called = Called::read(web, request).await?;
    let store = web.app().store_by_number(&called.grant, number(id)?).await?;
    Ok((called, store))
}

/// The same, of somebody who changes something there.
async fn writing(web: &Web, id: &str, request: Request) -> Result<(Called, Store), PanelError> {
    let (called, store) = called(web, id, request).await?;
    if !called.grant.writes(&store) {
        return Err(PanelError::Unauthorized);
    }
    if !called.body.is_empty() && !auth::is_json(&called.headers) {
        return Err(ApiError::unsupported_media_type().into());
    }
    Ok((called, store))
}

fn shown(status: StatusCode, view: &WebhookView, store: &Store, secret: Option<&str>) -> Response {
    json(status, &success(webhook(view, store.number, secret)))
}

/// A store's webhooks, newest first.
#[utoipa::path(
    get,
    path = "/stores/{store}/webhooks",
    operation_id = "listWebhooks",
    params(StorePath),
    responses((status = 200, description = "All of them.", body = Page<Webhook>)),
)]
pub async fn list(State(web): State<Web>, id: One, request: Request) -> Result<Response, PanelError> {
    let (_, store) = called(&web, &id?.0, request).await?;
    let found = web.app().webhooks(store.id).await?;
    let shown: Vec<Webhook> = found.iter().rev().map(|view| webhook(view, store.number, None)).collect();
    // There are never more than fit on a page.
    Ok(json(StatusCode::OK, &page(shown, u32::try_from(MAX_WEBHOOKS).unwrap_or(u32::MAX), None)))
}

/// Makes a webhook. Its secret is in the answer, and in no other.
#[utoipa::path(
    post,
    path = "/stores/{store}/webhooks",
    operation_id = "createWebhook",
    params(StorePath),
    request_body(content = webhook::NewPanelWebhook, description = "Where it is, and what it hears."),
    responses((status = 201, description = "The webhook.", body = Success<Webhook>)),
)]
pub async fn create(State(web): State<Web>, id: One, request: Request) -> Result<Response, PanelError> {
    let (called, store) = writing(&web, &id?.0, request).await?;
    let new = webhook::new_webhook(&called.body)?;
    let idempotency = called.idempotency(format!("/api/v1/stores/{}/webhooks", store.number))?;
    let made = called.app(&web).create_webhook(store.id, new, idempotency).await?;
    Ok(respond(made, |made| {
        let secret = web.app().webhook_secret(&made.webhook);
        shown(StatusCode::CREATED, &made, &store, Some(secret.expose()))
    }))
}

/// One webhook.
#[utoipa::path(
    get,
    path = "/stores/{store}/webhooks/{webhook}",
    operation_id = "showWebhook",
    params(StorePath, WebhookPath),
    responses((status = 200, description = "The webhook.", body = Success<Webhook>)),
)]
pub async fn show(State(web): State<Web>, ids: Two, request: Request) -> Result<Response, PanelError> {
    let (id, hook) = ids?.0;
    let (_, store) = called(&web, &id, request).await?;
    let found = web.app().webhook(store.id, number(&hook)?).await?;
    Ok(shown(StatusCode::OK, &found, &store, None))
}

/// Changes a webhook.
#[utoipa::path(
    patch,
    path = "/stores/{store}/webhooks/{webhook}",
    operation_id = "changeWebhook",
    params(StorePath, WebhookPath),
    request_body(content = webhook::PanelWebhookChange, description = "What becomes different."),
    responses((status = 200, description = "The webhook after it.", body = Success<Webhook>)),
)]
pub async fn change(State(web): State<Web>, ids: Two, request: Request) -> Result<Response, PanelError> {
    let (id, hook) = ids?.0;
    let (called, store) = writing(&web, &id, request).await?;
    let hook = number(&hook)?;
    let change = webhook::webhook_change(&called.body)?;
    let changed = called.app(&web).change_webhook(store.id, hook, change).await?;
    Ok(shown(StatusCode::OK, &changed, &store, None))
}

/// Deletes a webhook. It is in the answer, as it was.
#[utoipa::path(
    delete,
    path = "/stores/{store}/webhooks/{webhook}",
    operation_id = "deleteWebhook",
    params(StorePath, WebhookPath),
    responses((status = 200, description = "The webhook as it was.", body = Success<Webhook>)),
)]
pub async fn delete(State(web): State<Web>, ids: Two, request: Request) -> Result<Response, PanelError> {
    let (id, hook) = ids?.0;
    let (called, store) = writing(&web, &id, request).await?;
    let hook = number(&hook)?;
    let deleted = web.app().webhook(store.id, hook).await?;
    called.app(&web).delete_webhook(store.id, hook).await?;
    Ok(shown(StatusCode::OK, &deleted, &store, None))
}

/// Gives a webhook a new secret, which is in the answer.
#[utoipa::path(
    post,
    path = "/stores/{store}/webhooks/{webhook}/rotate-secret",
    operation_id = "rotateWebhookSecret",
    params(StorePath, WebhookPath),
    responses((status = 200, description = "The webhook, with its secret.", body = Success<Webhook>)),
)]
pub async fn rotate_secret(
    State(web): State<Web>,
    ids: Two,
    request: Request,
) -> Result<Response, PanelError> {
    let (id, hook) = ids?.0;
    let ((called, store), hook) = (writing(&web, &id, request).await?, number(&hook)?);
    let path = format!("/api/v1/stores/{}/webhooks/{hook}/rotate-secret", store.number);
    let rotated = called.app(&web).rotate_webhook_secret(store.id, hook, called.idempotency(path)?).await?;
    Ok(respond(rotated, |rotated| {
        let secret = web.app().webhook_secret(&rotated.webhook);
        shown(StatusCode::OK, &rotated, &store, Some(secret.expose()))
    }))
}

/// Lets the secret that was replaced sign no longer.
#[utoipa::path(
    post,
    path = "/stores/{store}/webhooks/{webhook}/end-previous-secret",
    operation_id = "endPreviousWebhookSecret",
    params(StorePath, WebhookPath),
    responses((status = 200, description = "The webhook after it.", body = Success<Webhook>)),
)]
pub async fn end_previous(
    State(web): State<Web>,
    ids: Two,
    request: Request,
) -> Result<Response, PanelError> {
    let (id, hook) = ids?.0;
    let ((called, store), hook) = (writing(&web, &id, request).await?, number(&hook)?);
    let path = format!("/api/v1/stores/{}/webhooks/{hook}/end-previous-secret", store.number);
    let ended = called.app(&web).end_previous_secret(store.id, hook, called.idempotency(path)?).await?;
    Ok(respond(ended, |ended| shown(StatusCode::OK, &ended, &store, None)))
}

/// Sends a test to a webhook, and says what became of it.
#[utoipa::path(
    post,
    path = "/stores/{store}/webhook-test",
    operation_id = "testWebhook",
    params(StorePath),
    request_body(content = Option<webhook::PanelWebhookTest>, description = "Which, if there are several."),
    responses((status = 200, description = "What became of it; `success` says whether it arrived.", body = webhook::Test)),
)]
pub async fn test(State(web): State<Web>, id: One, request: Request) -> Result<Response, PanelError> {
    let (called, store) = writing(&web, &id?.0, request).await?;
    let wanted = webhook::tested_webhook(&called.body)?;
    if !web.limits().allow_webhook_test(store.id) {
        return Err(PanelError::TooMany);
    }
    let idempotency = called.idempotency(format!("/api/v1/stores/{}/webhook-test", store.number))?;
    let tested = web.app().test_webhook(&store, wanted, idempotency).await?;
    Ok(respond(tested, |tested| json(StatusCode::OK, &webhook::tested(&tested))))
}
