//! Webhooks of a store: what a program writes of one, and how one is shown. The secret is shown in the
//! answer that made it, and in no other.

use serde::Serialize;
use serde_json::Value;
use specie_core::invoice::Notice;
use utoipa::ToSchema;

use super::request::{Fields, Refused};
use super::{Problems, event, time};
use crate::app::view::{
    DeliveryState, DeliveryView, NewWebhook, TestOutcome, Tested, WebhookChange, WebhookView,
};

/// The name of all events.
const ALL: &str = "*";

/// The fields of a webhook, as they are told of.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub struct NewPanelWebhook {
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
#[expect(dead_code, reason = "it describes what is read field by field")]
pub struct PanelWebhookChange {
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
#[expect(dead_code, reason = "it describes what is read field by field")]
pub struct PanelWebhookTest {
    /// Its number; without it, the store's oldest that is enabled.
    webhook: Option<i64>,
}

/// Reads a new webhook.
///
/// # Errors
/// [`Refused`], naming every field that makes no sense.
pub fn new_webhook(body: &[u8]) -> Result<NewWebhook, Refused> {
    let fields = Fields::read(body)?;
    let mut problems = Problems::default();
    let said = said(&fields, &mut problems);
    if fields.get("url").is_none() {
        problems.add("url", "is required");
    }
    match said {
        Some(WebhookChange { url: Some(url), events, switched_on }) => {
            Ok(NewWebhook { url, events: events.flatten(), switched_on: switched_on.unwrap_or(true) })
        }
        _ => Err(Refused::Invalid(problems)),
    }
}

/// Reads a change.
///
/// # Errors
/// [`Refused`], naming every field that makes no sense.
pub fn webhook_change(body: &[u8]) -> Result<WebhookChange, Refused> {
    let mut problems = Problems::default();
    said(&Fields::read(body)?, &mut problems).ok_or(Refused::Invalid(problems))
}

/// What is said of a webhook; nothing if any of it makes no sense.
fn said(fields: &Fields, problems: &mut Problems) -> Option<WebhookChange> {
    let url = problems.keep("url", fields.text("url"));
    let events = problems.keep("events", events(fields));
    let switched_on = problems.keep("enabled", enabled(fields));
    Some(WebhookChange { url: url?, events: events?, switched_on: switched_on? })
}

/// Which webhook a test is for; none: the oldest that is enabled.
///
/// # Errors
/// [`Refused`], if that is no number.
pub fn tested_webhook(body: &[u8]) -> Result<Option<i64>, Refused> {
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
    let (attempt, message) = match &tested.outcome {
        TestOutcome::Tried(attempt) => {
            let failure = attempt.failure.as_ref();
            (Some(attempt), failure.map(|failure| format!("The webhook did not take the test: {failure}.")))
        }
        TestOutcome::Withdrawn => {
            let words = "The test was withdrawn: the webhook was deleted or switched off meanwhile.";
            (None, Some(words.to_owned()))
        }
        TestOutcome::Waits => {
            (None, Some("The test waits for its turn: others are being sent there.".to_owned()))
        }
    };
    Test {
        success: message.is_none(),
        data: Sent {
            endpoint: tested.url.clone(),
            status_code: attempt.and_then(|attempt| attempt.http_status),
            duration_ms: attempt.map(|attempt| attempt.duration_ms),
            response_excerpt: attempt.and_then(|attempt| attempt.excerpt.clone()),
            delivery_id: tested.delivery.to_string(),
        },
        message,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use specie_core::ids::DeliveryId;
    use specie_core::time::Timestamp;

    use super::*;
    use crate::app::view::Attempt;

    fn errors(refused: Result<impl std::fmt::Debug, Refused>) -> Value {
        match refused {
            Err(Refused::Invalid(problems)) => {
                serde_json::to_value(problems.told()).unwrap()["errors"].clone()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_said_has_its_default_or_stays() {
        let url = "https://shop.example/hook".to_owned();
        let said = br#"{"url":"https://shop.example/hook"}"#;
        assert_eq!(new_webhook(said).unwrap(), NewWebhook { url, events: None, switched_on: true });
        assert_eq!(webhook_change(b"{}").unwrap(), WebhookChange::default());
        let said = br#"{"events":["*"],"enabled":false,"url":null}"#;
        let expected = WebhookChange { url: None, events: Some(None), switched_on: Some(false) };
        assert_eq!(webhook_change(said).unwrap(), expected);
        assert_eq!(webhook_change(br#"{"events":null}"#).unwrap().events, None, "as everywhere");
        let said = br#"{"events":["invoice.paid","invoice.created"]}"#;
        let chosen = Some(Some(vec![Notice::PaidInFull, Notice::Created]));
        assert_eq!(webhook_change(said).unwrap().events, chosen);
        for (said, number) in [(&b""[..], None), (b"{}", None), (br#"{"webhook":7}"#, Some(7))] {
            assert_eq!(tested_webhook(said).unwrap(), number);
        }
    }

    #[test]
    fn every_bad_field_is_named() {
        let all = errors(new_webhook(br#"{"events":[],"enabled":1}"#));
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
            assert!(errors(webhook_change(body))[field].is_array(), "{body:?}");
        }
        assert_eq!(
            errors(tested_webhook(br#"{"webhook":"first"}"#)),
            json!({ "webhook": ["The webhook field must be an integer."] })
        );
        let bad_and_missing = errors(new_webhook(br#"{"url":[]}"#));
        assert_eq!(bad_and_missing, json!({ "url": ["The url field must be a string."] }), "once");
        for body in [&b"[]"[..], b"x", br#"{"url":"a","url":"b"}"#] {
            assert!(matches!(new_webhook(body), Err(Refused::NotJson(_))), "{body:?}");
        }
    }

    #[test]
    fn what_became_of_a_test_is_told_as_it_is() {
        let attempt = |failure: Option<&str>| Attempt {
            at: Timestamp::from_secs(1_700_000_000),
            duration_ms: 12,
            http_status: None,
            failure: failure.map(str::to_owned),
            excerpt: None,
            request_id: String::new(),
        };
        for (outcome, words) in [
            (TestOutcome::Tried(attempt(None)), None),
            (TestOutcome::Tried(attempt(Some("timed out"))), Some("did not take the test: timed out.")),
            (
                TestOutcome::Withdrawn,
                Some("was withdrawn: the webhook was deleted or switched off meanwhile."),
            ),
            (TestOutcome::Waits, Some("waits for its turn: others are being sent there.")),
        ] {
            let url = "https://shop.example/hook".to_owned();
            let told = tested(&Tested { delivery: DeliveryId::from_bytes([7; 16]), url, outcome });
            assert_eq!(told.success, words.is_none());
            assert_eq!(told.message.is_some(), words.is_some());
            assert!(words.is_none_or(|words| told.message.unwrap().ends_with(words)), "{words:?}");
        }
    }
}
