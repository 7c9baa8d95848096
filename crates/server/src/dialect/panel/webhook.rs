//! Webhooks of a store: what a program writes of one, and how one is shown. The secret is shown in the
//! answer that made it, and in no other.

use serde::Serialize;
use serde_json::Value;
use specie_core::invoice::Notice;
use utoipa::ToSchema;

use super::request::{Fields, Refused};
use super::{Problems, event, time};
use crate::app::view::{DeliveryState, DeliveryView, Tested, WebhookView};

/// The name of all events.
const ALL: &str = "*";

/// The fields of a webhook, as they are told of.
#[derive(ToSchema)]
#[schema(as = NewPanelWebhook)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub struct Fresh {
    /// Where events are posted.
    #[schema(example = "https://shop.example.com/hook", max_length = 2048)]
    url: String,
    /// The names of the events that it hears; without them, all.
    events: Option<Vec<String>>,
    /// `false`: it hears nothing.
    enabled: Option<bool>,
}

/// The fields of a change. What is not said stays as it is.
#[derive(ToSchema)]
#[schema(as = PanelWebhookChange)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub struct Changed {
    /// Where events are posted.
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// The names of the events that it hears; `*` is all of them.
    events: Option<Vec<String>>,
    /// `false`: it hears nothing.
    #[schema(example = true)]
    enabled: Option<bool>,
}

/// Which webhook is tested.
#[derive(ToSchema)]
#[schema(as = PanelWebhookTest)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub struct Which {
    /// Its number; without it, the store's first.
    webhook: Option<i64>,
}

/// The body of a new webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Where it is.
    pub url: String,
    /// What it hears; none: everything.
    pub events: Option<Vec<Notice>>,
    /// It hears at all.
    pub enabled: bool,
}

/// The body of a change. What is none stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it is.
    pub url: Option<String>,
    /// What it hears; within, none: everything.
    pub events: Option<Option<Vec<Notice>>>,
    /// It hears at all.
    pub enabled: Option<bool>,
}

/// Reads a new webhook.
///
/// # Errors
/// [`Refused`], naming every field that makes no sense.
pub fn new(body: &[u8]) -> Result<New, Refused> {
    let read = change(body);
    let (change, mut problems) = match read {
        Ok(change) => (Some(change), Problems::default()),
        Err(Refused::Invalid(problems)) => (None, problems),
        Err(other) => return Err(other),
    };
    if Fields::read(body)?.get("url").is_none() {
        problems.add("url", "is required");
    }
    match change {
        Some(Change { url: Some(url), events, enabled }) if problems.is_empty() => {
            Ok(New { url, events: events.flatten(), enabled: enabled.unwrap_or(true) })
        }
        _ => Err(Refused::Invalid(problems)),
    }
}

/// Reads a change.
///
/// # Errors
/// [`Refused`], naming every field that makes no sense.
pub fn change(body: &[u8]) -> Result<Change, Refused> {
    let fields = Fields::read(body)?;
    let mut problems = Problems::default();
    let url = problems.keep("url", fields.text("url"));
    let events = problems.keep("events", events(&fields));
    let enabled = problems.keep("enabled", enabled(&fields));
    match (url, events, enabled) {
        (Some(url), Some(events), Some(enabled)) => Ok(Change { url, events, enabled }),
        _ => Err(Refused::Invalid(problems)),
    }
}

/// Which webhook a test is for; none: the first.
///
/// # Errors
/// [`Refused`], if that is no number.
pub fn test(body: &[u8]) -> Result<Option<i64>, Refused> {
    if body.is_empty() {
        return Ok(None);
    }
    let number = match Fields::read(body)?.get("webhook") {
        None => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    number.map(Some).ok_or_else(|| Refused::Invalid(Problems::one("webhook", "must be an integer")))
}

fn enabled(fields: &Fields) -> Result<Option<bool>, String> {
    match fields.get("enabled") {
        None => Ok(None),
        Some(Value::Bool(enabled)) => Ok(Some(*enabled)),
        Some(_) => Err("must be true or false".to_owned()),
    }
}

/// `*` is all of them, those too that may be added.
fn events(fields: &Fields) -> Result<Option<Option<Vec<Notice>>>, String> {
    let names = match fields.get("events") {
        None => return Ok(None),
        Some(Value::Array(names)) => names,
        Some(_) => return Err("must be a list of events".to_owned()),
    };
    if names.iter().any(|name| name == ALL) {
        return Ok(Some(None));
    }
    let known = names.iter().map(|name| name.as_str().and_then(event::notice)).collect::<Option<Vec<_>>>();
    match known {
        Some(known) if !known.is_empty() => Ok(Some(Some(known))),
        Some(_) => Err("must name at least one event".to_owned()),
        None => {
            let all: Vec<&str> = Notice::ALL.into_iter().map(event::name).collect();
            Err(format!("must name events, or {ALL} for all of them: {}", all.join(", ")))
        }
    }
}

/// A webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelWebhook)]
pub struct Webhook {
    /// Its number.
    #[schema(example = 1)]
    id: i64,
    /// The number of its store.
    #[schema(example = 1)]
    store_id: i64,
    /// Where events are posted.
    #[schema(example = "https://shop.example.com/hook")]
    url: String,
    /// The names of the events that it hears; `*` is all of them.
    events: Vec<&'static str>,
    /// Whether it hears at all.
    enabled: bool,
    /// Until when the secret that was replaced signs too.
    previous_secret_until: Option<String>,
    /// What was sent last.
    last_delivery: Option<Delivery>,
    /// When it was made, in ISO 8601.
    created_at: String,
    /// What events are signed with: in the answer that made it, and in no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

/// What was sent to a webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelDelivery)]
pub struct Delivery {
    id: String,
    /// The event's name.
    #[schema(example = "invoice.paid")]
    event: &'static str,
    /// `pending`, `delivered`, `given_up` or `withdrawn`.
    #[schema(example = "delivered")]
    state: &'static str,
    /// How often it was tried.
    attempts: usize,
    /// What was answered last.
    status_code: Option<u32>,
    /// Why it failed last.
    reason: Option<String>,
    /// When it is tried again.
    next_attempt_at: Option<String>,
    /// When it was made, in ISO 8601.
    created_at: String,
}

/// What became of a test.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelTest)]
pub struct Test {
    /// Whether it arrived.
    success: bool,
    data: Sent,
    /// If it did not: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
}

/// How a test was answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelTestSent)]
pub struct Sent {
    endpoint: String,
    status_code: Option<u32>,
    duration_ms: Option<u32>,
    /// The beginning of the answer.
    response_excerpt: Option<String>,
    delivery_id: String,
}

/// A webhook; with its secret, if that was just made.
#[must_use]
pub fn webhook(view: &WebhookView, store: i64, secret: Option<&str>) -> Webhook {
    let webhook = &view.webhook;
    let events = webhook.events.as_ref();
    Webhook {
        id: webhook.number,
        store_id: store,
        url: webhook.url.clone(),
        events: events.map_or_else(|| vec![ALL], |events| events.iter().copied().map(event::name).collect()),
        enabled: webhook.switched_on,
        previous_secret_until: webhook.previous_until.map(time),
        last_delivery: view.last.as_ref().map(delivery),
        created_at: time(webhook.created_at),
        secret: secret.map(str::to_owned),
    }
}

fn delivery(view: &DeliveryView) -> Delivery {
    let last = view.attempts.last();
    Delivery {
        id: view.id.to_string(),
        event: view.notice.map_or(event::TEST, event::name),
        state: match view.state {
            DeliveryState::Pending => "pending",
            DeliveryState::Done => "delivered",
            DeliveryState::GivenUp => "given_up",
            DeliveryState::Withdrawn => "withdrawn",
        },
        attempts: view.attempts.len(),
        status_code: last.and_then(|attempt| attempt.http_status),
        reason: last.and_then(|attempt| attempt.failure.clone()),
        next_attempt_at: view.next_at.map(time),
        created_at: time(view.created_at),
    }
}

/// What became of a test: whether it arrived, and if not, why.
#[must_use]
pub fn tested(tested: &Tested) -> Test {
    let attempt = tested.attempt.as_ref();
    let arrived = attempt.is_some_and(|attempt| attempt.failure.is_none());
    let failure = attempt.and_then(|attempt| attempt.failure.as_deref());
    let message = failure.map_or_else(
        || "The test was not sent yet: others are being sent there.".to_owned(),
        |failure| format!("The webhook did not take the test: {failure}."),
    );
    Test {
        success: arrived,
        data: Sent {
            endpoint: tested.url.clone(),
            status_code: attempt.and_then(|attempt| attempt.http_status),
            duration_ms: attempt.map(|attempt| attempt.duration_ms),
            response_excerpt: attempt.and_then(|attempt| attempt.excerpt.clone()),
            delivery_id: tested.delivery.to_string(),
        },
        message: (!arrived).then_some(message),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn errors(refused: Result<impl std::fmt::Debug, Refused>) -> Value {
        match refused {
            Err(Refused::Invalid(problems)) => problems.json()["errors"].clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_said_has_its_default_or_stays() {
        let url = "https://shop.example/hook".to_owned();
        let said = br#"{"url":"https://shop.example/hook"}"#;
        assert_eq!(new(said).unwrap(), New { url: url.clone(), events: None, enabled: true });
        assert_eq!(change(b"{}").unwrap(), Change { url: None, events: None, enabled: None });
        let said = br#"{"events":["*"],"enabled":false,"url":null}"#;
        assert_eq!(change(said).unwrap(), Change { url: None, events: Some(None), enabled: Some(false) });
        assert_eq!(change(br#"{"events":null}"#).unwrap().events, None, "as everywhere");
        let said = br#"{"events":["invoice.paid","invoice.created"]}"#;
        let chosen = Some(Some(vec![Notice::PaidInFull, Notice::Created]));
        assert_eq!(change(said).unwrap().events, chosen);
        assert_eq!(
            (test(b"").unwrap(), test(b"{}").unwrap(), test(br#"{"webhook":7}"#).unwrap()),
            (None, None, Some(7))
        );
    }

    #[test]
    fn every_bad_field_is_named() {
        let all = errors(new(br#"{"events":[],"enabled":1}"#));
        let named: Vec<&String> = all.as_object().unwrap().keys().collect();
        assert_eq!(named, ["events", "enabled", "url"]);
        for (body, field) in [
            (&br#"{"url":7.5,"events":"invoice.paid"}"#[..], "events"),
            (br#"{"events":["invoice.paid","invoice.lost"]}"#, "events"),
            (br#"{"events":[null]}"#, "events"),
            (br#"{"events":{}}"#, "events"),
            (br#"{"url":[]}"#, "url"),
            (br#"{"enabled":"yes"}"#, "enabled"),
        ] {
            assert!(errors(change(body))[field].is_array(), "{body:?}");
        }
        assert_eq!(
            errors(test(br#"{"webhook":"first"}"#)),
            json!({ "webhook": ["The webhook field must be an integer."] })
        );
        for body in [&b"[]"[..], b"x", br#"{"url":"a","url":"b"}"#] {
            assert!(matches!(new(body), Err(Refused::NotJson(_))), "{body:?}");
        }
    }
}
