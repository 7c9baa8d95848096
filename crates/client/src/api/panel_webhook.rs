//! A store's webhooks, as the panel's API has them.

use serde::{Deserialize, Serialize};

use super::More;
use crate::Secret;

/// A webhook of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PanelWebhook {
    /// Its number.
    pub id: u64,
    /// Its store's number.
    pub store_id: u64,
    /// Where to it posts.
    pub url: String,
    /// What it hears; `["*"]` is everything.
    pub events: Vec<String>,
    /// False: it hears nothing.
    pub enabled: bool,
    /// Until when the secret before signs as well, ISO 8601.
    pub previous_secret_until: Option<String>,
    /// What was sent last.
    pub last_delivery: Option<Delivery>,
    /// When it was made, ISO 8601.
    pub created_at: String,
    /// What signs what it hears: only in the answer that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// Something that was sent to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its name, the same in every attempt.
    pub id: String,
    /// What it tells.
    pub event: String,
    /// `pending`, `delivered`, `given_up` or `withdrawn`.
    pub state: String,
    /// How often it was sent.
    pub attempts: u32,
    /// What was answered last.
    pub status_code: Option<u16>,
    /// What went wrong.
    pub reason: Option<String>,
    /// When it is sent again, ISO 8601.
    pub next_attempt_at: Option<String>,
    /// When it happened, ISO 8601.
    pub created_at: String,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// A webhook to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWebhook {
    /// Where to it posts.
    pub url: String,
    /// What it hears. `None`: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// False: nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

impl NewWebhook {
    /// One that hears everything.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

/// What is to be changed of a webhook. What is not said stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookChange {
    /// Where to it posts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it hears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Whether it hears anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What became of a test of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookTest {
    /// Whether it arrived.
    pub success: bool,
    /// How it went.
    pub data: WebhookTestResult,
    /// What went wrong, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// How a test of a webhook went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookTestResult {
    /// Where to it was posted.
    pub endpoint: String,
    /// What was answered.
    pub status_code: Option<u16>,
    /// How long that took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The beginning of the answer: a stranger's words.
    pub response_excerpt: Option<String>,
    /// The delivery's name.
    pub delivery_id: String,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}
