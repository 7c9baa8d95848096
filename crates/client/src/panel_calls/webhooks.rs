//! A store's webhooks.

use serde::Serialize;
use serde_json::{Map, json};

use super::panel;
use crate::calls::endpoints;
use crate::{Call, Method, Page, PanelWebhook, WebhookTest};

endpoints! { Panel;
    /// A store's webhooks, newest first; at most ten, on one page.
    ///
    fn list_webhooks(store: u64) -> Page<PanelWebhook> { hooks(Method::Get, store, &[]).bare() }

    /// Makes one of a [`NewWebhook`](crate::NewWebhook), or of anything that is such an object in JSON. The answer has
    /// its secret.
    ///
    fn create_webhook(store: u64, webhook: &impl Serialize) -> PanelWebhook {
        hooks(Method::Post, store, &[]).body(webhook)
    }

    /// One webhook.
    ///
    fn get_webhook(store: u64, webhook: u64) -> PanelWebhook { one(Method::Get, store, webhook) }

    /// Changes what is named of one: a [`WebhookChange`](crate::WebhookChange), or anything that is such an object in
    /// JSON.
    ///
    fn update_webhook(store: u64, webhook: u64, change: &impl Serialize) -> PanelWebhook {
        one(Method::Patch, store, webhook).body(change)
    }

    /// Deletes one. The answer is what it was.
    ///
    fn delete_webhook(store: u64, webhook: u64) -> PanelWebhook { one(Method::Delete, store, webhook) }

    /// A new secret, in the answer. The one before signs beside it for 24 hours.
    ///
    fn rotate_webhook_secret(store: u64, webhook: u64) -> PanelWebhook {
        hooks(Method::Post, store, &[&webhook.to_string(), "rotate-secret"])
    }

    /// The secret before signs no longer.
    ///
    fn end_previous_webhook_secret(store: u64, webhook: u64) -> PanelWebhook {
        hooks(Method::Post, store, &[&webhook.to_string(), "end-previous-secret"])
    }

    /// Sends a test, to the oldest webhook that is enabled if none is named. The answer comes when that was done.
    ///
    fn test_webhook(store: u64, webhook: Option<u64>) -> WebhookTest {
        let body: Map<_, _> = webhook.map(|number| ("webhook".to_owned(), json!(number))).into_iter().collect();
        panel(Method::Post, ["stores", &store.to_string(), "webhook-test"]).body(&body).bare()
    }
}

fn hooks<T>(method: Method, store: u64, rest: &[&str]) -> Call<T> {
    let store = store.to_string();
    let path = ["api", "v1", "stores", &store, "webhooks"];
    Call::new(method, path.into_iter().chain(rest.iter().copied()))
}

fn one<T>(method: Method, store: u64, webhook: u64) -> Call<T> {
    hooks(method, store, &[&webhook.to_string()])
}
