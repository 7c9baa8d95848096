//! Listeners: programs that ask for what a webhook would be posted. What they send, and how what they hear is shown.

use serde::Serialize;
use serde_json::Value;
use specie_core::ids::DeliveryId;
use specie_core::invoice::Notice;
use utoipa::ToSchema;

use super::BadRequest;
use super::request::Fields;
use crate::app::view::{Attempted, Content, Due, PassedOn};
use crate::dialect::delivery;
use crate::dialect::excerpt::excerpt;
use crate::dialect::panel::event;
use specie_core::time::Timestamp;

/// How long is waited for something to hear unless it is said, and at most, in seconds.
const WAITS: (u32, u32) = (20, 25);

/// Somebody who listens.
#[derive(Serialize, ToSchema)]
pub struct Listener {
    /// Its number.
    pub id: i64,
    /// What signs what it hears; the same whenever it listens again.
    pub secret: String,
}

/// Something to hear.
#[derive(Serialize, ToSchema)]
pub struct Heard {
    /// The delivery, the same in every attempt.
    id: String,
    /// Which attempt this is, from 1.
    attempt: u32,
    /// What happened.
    event: &'static str,
    /// The invoice it is about; of a test none.
    invoice: Option<String>,
    /// What is posted with it, by name.
    headers: serde_json::Map<String, Value>,
    /// What is posted, byte for byte.
    body: String,
}

/// Under which name somebody listens, and to what; none: everything.
///
/// # Errors
/// [`BadRequest`] naming the field that makes no sense.
pub fn listener(fields: &Fields) -> Result<(String, Option<Vec<Notice>>), BadRequest> {
    let name = fields.text("name")?.ok_or_else(|| BadRequest("'name' is missing".to_owned()))?;
    let events = match fields.get("events") {
        None | Some(Value::Null) => None,
        Some(Value::Array(names)) => {
            let known = |name: &Value| {
                let notice = name.as_str().and_then(event::notice);
                notice.ok_or_else(|| BadRequest(format!("'events': there is no event {name}")))
            };
            Some(names.iter().map(known).collect::<Result<Vec<_>, _>>()?)
        }
        Some(_) => return Err(BadRequest("'events' is not a list".to_owned())),
    };
    Ok((name, events))
}

/// How long somebody waits for something to hear, in seconds.
///
/// # Errors
/// [`BadRequest`] if that is no number.
pub fn wait(fields: &Fields) -> Result<u32, BadRequest> {
    let (usual, most) = WAITS;
    Ok(number(fields, "wait")?.map_or(usual, |secs| secs.min(most)))
}

/// What became of a delivery that was passed on.
///
/// # Errors
/// [`BadRequest`] naming the field that makes no sense.
pub fn passed_on(fields: &Fields) -> Result<PassedOn, BadRequest> {
    let status = number(fields, "status")?.map(u16::try_from).transpose();
    let http_status = status.map_err(|_| BadRequest("'status' is no status of HTTP".to_owned()))?;
    let short = |text: String| excerpt(text.as_bytes());
    let failure = match (http_status, fields.text("failure")?) {
        (Some(200..300), _) => None,
        (Some(status), None) => Some(format!("answered {status}")),
        (_, failure) => Some(failure.and_then(short).unwrap_or_else(|| "nothing was answered".to_owned())),
    };
    Ok(PassedOn {
        attempt: number(fields, "attempt")?,
        attempted: Attempted { http_status, failure, excerpt: fields.text("excerpt")?.and_then(short) },
        duration_ms: number(fields, "duration")?.unwrap_or(0),
    })
}

fn number(fields: &Fields, name: &str) -> Result<Option<u32>, BadRequest> {
    let text = fields.text(name)?;
    let number = text.map(|text| text.parse::<u32>()).transpose();
    number.map_err(|_| BadRequest(format!("'{name}' is not a whole number")))
}

/// Something to hear, signed now.
#[must_use]
pub fn heard(due: &Due, now: Timestamp) -> Heard {
    let (_, body) = delivery::rendered(due.id, &due.url, due.form, &due.content);
    let headers = delivery::headers(due.id, &due.keys, now, &body);
    let (event, invoice) = match &due.content {
        Content::Notice { notice, snapshot } => (event::name(*notice), Some(snapshot.id.to_string())),
        Content::Test(_) => (event::TEST, None),
    };
    Heard {
        id: due.id.to_string(),
        attempt: due.attempt(),
        event,
        invoice,
        headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect(),
        body,
    }
}

/// The delivery that a path names.
#[must_use]
pub fn delivery_id(text: &str) -> Option<DeliveryId> {
    text.parse().ok()
}
