//! How an answer is read: with suspicion, since it may be another server's page, or nobody's.
//!
//! Never here: a socket. The body is already within its limit.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;
use crate::call::Shape;

/// Characters that are shown of an answer that is no JSON.
const SHOWN: usize = 200;
/// Characters of a server's own words.
const SAID: usize = 2000;

/// What came back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub status: u16,
    pub request_id: Option<String>,
    pub retry_after: Option<Duration>,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

impl Answer {
    /// The answer, if it is one and no refusal.
    pub fn accepted(self) -> Result<Self, Error> {
        match self.status {
            300..=399 => {
                // What stands behind may be a token: most redirects repeat what was asked.
                let to = self.location.unwrap_or_default();
                let to = shown(to.split(['?', '#']).next().unwrap_or_default().as_bytes());
                Err(Error::Redirected { status: self.status, to })
            }
            400.. => Err(self.refusal()),
            _ => Ok(self),
        }
    }

    /// The result in it.
    pub fn read<T: DeserializeOwned>(self, shape: Shape) -> Result<T, Error> {
        let read = match shape {
            Shape::Data => serde_json::from_slice::<Envelope<T>>(&self.body).map(|envelope| envelope.data),
            Shape::Bare => serde_json::from_slice(&self.body),
        };
        read.map_err(|e| self.unread(&e))
    }

    /// Some servers refuse with a status of 200.
    fn unread(self, error: &serde_json::Error) -> Error {
        match serde_json::from_slice::<Value>(&self.body) {
            Err(_) => Error::NotJson { status: self.status, beginning: shown(&self.body) },
            Ok(Value::Object(fields)) if fields.contains_key("error") => self.refusal(),
            Ok(_) => Error::Unexpected(error.to_string()),
        }
    }

    fn refusal(self) -> Error {
        let said: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let words = ["error", "message"].into_iter().find_map(|name| said.get(name)?.as_str());
        let message = words.map_or_else(|| shown(&self.body), said_of);
        let fields = said.get("errors").and_then(|errors| BTreeMap::deserialize(errors).ok());
        Error::Refused {
            status: self.status,
            message,
            fields: fields.unwrap_or_default(),
            request_id: self.request_id,
            retry_after: self.retry_after,
        }
    }
}

/// A server's words as they are, without what moves a cursor.
fn said_of(words: &str) -> String {
    words.chars().filter(|c| !c.is_control() || *c == '\n').take(SAID).collect()
}

/// The beginning of what a stranger said, in one line, without what moves a cursor.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut beginning: String = plain.chars().filter(|c| !c.is_control()).take(SHOWN + 1).collect();
    if beginning.chars().count() > SHOWN {
        beginning.pop();
        beginning.push('…');
    }
    if beginning.is_empty() { "(nothing)".to_owned() } else { beginning }
}
