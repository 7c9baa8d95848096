//! The pages of a store's webhooks: the list and a new one, and one with its secret, a test, and what
//! was sent to it.

mod page;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;

use super::Route;
use super::Who::May;
use super::error::{PageError, sentence};
use super::merchant::Owner;
use super::parts::Problems;
use crate::app::view::{Tested, WebhookView};
use crate::app::{AppError, NewWebhook, Permission, WebhookChange};
use crate::dialect::panel::event;
use crate::http::Web;
use crate::http::form::Form;

/// Every page of them.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::at("/stores/{store}/webhooks", May(Permission::Webhooks)).get(list).post(create),
        Route::at("/stores/{store}/webhooks/{webhook}", May(Permission::Webhooks)).get(show).post(change),
        Route::at("/stores/{store}/webhooks/{webhook}/test", May(Permission::Webhooks)).post(test),
        Route::at("/stores/{store}/webhooks/{webhook}/rotate", May(Permission::Webhooks)).post(rotate),
        Route::at("/stores/{store}/webhooks/{webhook}/end-previous", May(Permission::Webhooks))
            .post(end_previous),
        Route::at("/stores/{store}/webhooks/{webhook}/delete", May(Permission::Webhooks))
            .get(ask_delete)
            .post(delete),
    ]
}

/// What was written into the form of a webhook.
struct Typed {
    url: String,
    /// The names of what it hears; none: everything.
    events: Option<Vec<String>>,
    on: bool,
}

impl Typed {
    fn nothing() -> Self {
        Self { url: String::new(), events: None, on: true }
    }

    fn read(form: &Form) -> Self {
        let chosen = form.all("event").map(str::to_owned).collect();
        let events = (form.get("which") == "some").then_some(chosen);
        Self { url: form.get("url").trim().to_owned(), events, on: form.get("on") == "1" }
    }

    fn of(view: &WebhookView) -> Self {
        let names = |events: &Vec<_>| events.iter().map(|notice| event::name(*notice).to_owned()).collect();
        let webhook = &view.webhook;
        Self { url: webhook.url.clone(), events: webhook.events.as_ref().map(names), on: webhook.switched_on }
    }

    /// As the application knows it. A name that no page of ours has is none.
    fn new_webhook(&self) -> NewWebhook {
        let known = |names: &Vec<String>| names.iter().filter_map(|name| event::notice(name)).collect();
        NewWebhook { url: self.url.clone(), events: self.events.as_ref().map(known), switched_on: self.on }
    }

    /// What is wrong with it, if that is why it was refused.
    fn problems(error: AppError) -> Result<Problems, PageError> {
        match error {
            AppError::WebhookUrl(_) => Ok(Problems::one("url", sentence(error))),
            AppError::NoEvents => Ok(Problems::one("which", "Choose at least one event.")),
            AppError::TooManyWebhooks => Ok(Problems::one("", sentence(error))),
            error => Err(error.into()),
        }
    }
}

/// The webhook that the path names.
async fn webhook(web: &Web, owner: &Owner) -> Result<WebhookView, PageError> {
    Ok(web.app().webhook(owner.store.id, number(owner)?).await?)
}

fn number(owner: &Owner) -> Result<i64, PageError> {
    owner.param("webhook").parse().map_err(|_| PageError::not_found())
}

/// Where the page of the webhook is that the path names.
fn path(owner: &Owner) -> String {
    owner.path(&format!("/webhooks/{}", owner.param("webhook")))
}

/// The list, and the form of a new one.
async fn list(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    listed(&web, &owner, &Typed::nothing(), &Problems::default()).await
}

async fn listed(web: &Web, owner: &Owner, typed: &Typed, problems: &Problems) -> Result<Markup, PageError> {
    let all = web.app().webhooks(owner.store.id).await?;
    let rates = web.app().arrivals(all.iter().map(|view| view.webhook.id).collect()).await?;
    let all: Vec<_> = all.into_iter().zip(rates).collect();
    Ok(page::list(&owner.frame().await?, owner, &all, typed, problems))
}

/// Makes one, and goes on to its page, which has its secret.
async fn create(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let typed = Typed::read(&owner.merchant.read(request).await?);
    // The form of a new one has no switch.
    let new = NewWebhook { switched_on: true, ..typed.new_webhook() };
    match owner.app(&web).create_webhook(owner.store.id, new, None).await {
        Ok(made) => {
            let to = owner.path(&format!("/webhooks/{}", made.answer.webhook.number));
            let words = "The webhook is added. Give its secret to your program, and send a test.";
            Ok(owner.merchant.go(&to, words).await?.into_response())
        }
        Err(error) => {
            let problems = Typed::problems(error)?;
            Ok((StatusCode::BAD_REQUEST, listed(&web, &owner, &typed, &problems).await?).into_response())
        }
    }
}

/// One of them.
async fn show(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let view = webhook(&web, &owner).await?;
    shown(&web, &owner, &view, &Typed::of(&view), (None, &Problems::default())).await
}

async fn shown(
    web: &Web,
    owner: &Owner,
    view: &WebhookView,
    typed: &Typed,
    (tested, problems): (Option<&Tested>, &Problems),
) -> Result<Markup, PageError> {
    let deliveries = web.app().webhook_deliveries(view.webhook.id).await?;
    let rate = web.app().arrivals(vec![view.webhook.id]).await?.pop().unwrap_or_default();
    let secret = web.app().webhook_secret(&view.webhook);
    let frame = owner.frame().await?;
    Ok(page::Shown { owner, view, typed, problems, tested, secret: &secret, rate, deliveries: &deliveries }
        .page(&frame))
}

/// Changes one.
async fn change(State(web): State<Web>, owner: Owner, request: Request) -> Result<Response, PageError> {
    let typed = Typed::read(&owner.merchant.read(request).await?);
    let NewWebhook { url, events, switched_on } = typed.new_webhook();
    let change = WebhookChange { url: Some(url), events: Some(events), switched_on: Some(switched_on) };
    match owner.app(&web).change_webhook(owner.store.id, number(&owner)?, change).await {
        Ok(_) => Ok(owner.merchant.go(&path(&owner), "The webhook is saved.").await?.into_response()),
        Err(error) => {
            let problems = Typed::problems(error)?;
            let view = webhook(&web, &owner).await?;
            let page = shown(&web, &owner, &view, &typed, (None, &problems)).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

/// Sends a test, and shows what became of it.
async fn test(State(web): State<Web>, owner: Owner, request: Request) -> Result<Markup, PageError> {
    owner.merchant.read(request).await?;
    let number = number(&owner)?;
    webhook(&web, &owner).await?;
    if !web.limits().allow_webhook_test(owner.store.id) {
        return Err(PageError::too_many_requests());
    }
    let tested = web.app().test_webhook(&owner.store, Some(number), None).await?.answer;
    let view = webhook(&web, &owner).await?;
    shown(&web, &owner, &view, &Typed::of(&view), (Some(&tested), &Problems::default())).await
}

/// Gives one a new secret.
async fn rotate(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    owner.app(&web).rotate_webhook_secret(owner.store.id, number(&owner)?, None).await?;
    let words = "The webhook has a new secret. The old one signs beside it for 24 hours.";
    owner.merchant.go(&path(&owner), words).await
}

/// Lets the secret that was replaced sign no longer.
async fn end_previous(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    owner.app(&web).end_previous_secret(owner.store.id, number(&owner)?, None).await?;
    owner.merchant.go(&path(&owner), "The old secret signs no longer.").await
}

/// Asks before one is deleted.
async fn ask_delete(State(web): State<Web>, owner: Owner) -> Result<Markup, PageError> {
    let view = webhook(&web, &owner).await?;
    Ok(page::ask_delete(&owner.frame().await?, &owner, &view))
}

/// Deletes one.
async fn delete(State(web): State<Web>, owner: Owner, request: Request) -> Result<Redirect, PageError> {
    owner.merchant.read(request).await?;
    owner.app(&web).delete_webhook(owner.store.id, number(&owner)?).await?;
    owner.merchant.go(&owner.path("/webhooks"), "The webhook is deleted.").await
}
