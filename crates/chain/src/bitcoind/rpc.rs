//! JSON-RPC to a node: thin, and wary of what comes back.
//!
//! Works with any version of Core or Knots: only the few fields asked for are read, unknown ones
//! are ignored. Answers are bounded in size and time. No amount is ever read from JSON; a fee rate is,
//! from its text.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::SourceError;

/// The longest answer taken: a batch of the largest transactions that nodes relay, or the
/// listing of a very full mempool, in hexadecimal and JSON.
const MAX_ANSWER: usize = 128 << 20;

/// How long a connection may take, and a whole answer: a pruned or busy node reads slowly.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// The node's code while it starts (`RPC_IN_WARMUP`).
const IN_WARMUP: i64 = -28;

/// A password that does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self(password)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How to prove to the node who asks.
#[derive(Debug, Clone)]
pub enum Auth {
    /// The cookie that the node writes anew at each start. Read for every request.
    CookieFile(PathBuf),
    /// A fixed user and password.
    Password {
        /// The user's name.
        user: String,
        /// The password.
        password: Password,
    },
}

impl Auth {
    fn apply(&self, request: RequestBuilder) -> Result<RequestBuilder, SourceError> {
        match self {
            Self::Password { user, password } => Ok(request.basic_auth(user, Some(&password.0))),
            Self::CookieFile(path) => {
                // No cookie means, as a rule, no running node.
                let cookie = std::fs::read_to_string(path).map_err(|error| {
                    let detail = format!("cookie file {}: {error}", path.display());
                    SourceError::Unreachable { detail }
                })?;
                let (user, password) = cookie.trim_end().split_once(':').unwrap_or((&cookie, ""));
                Ok(request.basic_auth(user, Some(password)))
            }
        }
    }
}

/// The node's own "no".
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) code: i64,
    #[serde(default)]
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn into_error(self, method: &'static str) -> SourceError {
        if self.code == IN_WARMUP {
            return SourceError::Unreachable { detail: format!("it is starting: {}", self.message) };
        }
        SourceError::Refused { method, code: self.code, message: self.message }
    }
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Reply<T> {
    result: Option<T>,
    error: Option<Refusal>,
    id: Option<usize>,
}

impl<T: DeserializeOwned> Reply<T> {
    fn outcome(self, method: &'static str) -> Result<Result<T, Refusal>, SourceError> {
        match (self.result, self.error) {
            (_, Some(refusal)) => Ok(Err(refusal)),
            (Some(result), None) => Ok(Ok(result)),
            // Null is an answer where it is expected.
            (None, None) => serde_json::from_value(Value::Null)
                .map(Ok)
                .map_err(|_| malformed(method, "neither a result nor an error")),
        }
    }
}

/// A connection to a node.
#[derive(Debug)]
pub(super) struct Rpc {
    /// Or why there cannot be one: told at the first request, so that making a source never fails.
    http: Result<reqwest::Client, String>,
    url: String,
    auth: Auth,
}

impl Rpc {
    pub(super) fn new(url: String, auth: Auth) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .build()
            .map_err(|error| story(&error));
        Self { http, url, auth }
    }

    /// Calls a method. The node's refusal is an error.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, SourceError> {
        self.ask(method, params).await?.map_err(|refusal| refusal.into_error(method))
    }

    /// Calls a method. The node's refusal is an answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Result<T, Refusal>, SourceError> {
        let request = json!({"jsonrpc": "1.0", "id": 0, "method": method, "params": params});
        let reply: Reply<T> = self.post(method, &request).await?;
        let outcome = reply.outcome(method)?;
        match outcome {
            Err(refusal) if refusal.code == IN_WARMUP => Err(refusal.into_error(method)),
            outcome => Ok(outcome),
        }
    }

    /// Calls a method once for each of the parameters; the answers are in their order.
    pub(super) async fn batch<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Result<T, Refusal>>, SourceError> {
        self.batch_of(params.into_iter().map(|params| (method, params)).collect()).await
    }

    /// Calls these methods; the answers are in their order.
    pub(super) async fn batch_of<T: DeserializeOwned>(
        &self,
        calls: Vec<(&'static str, Value)>,
    ) -> Result<Vec<Result<T, Refusal>>, SourceError> {
        let call = |(id, (method, params)): (usize, &(&str, Value))| json!({"jsonrpc": "1.0", "id": id, "method": method, "params": params});
        let requests: Vec<Value> = calls.iter().enumerate().map(call).collect();
        let Some((first, _)) = calls.first() else { return Ok(Vec::new()) };
        let mut replies: Vec<Reply<T>> = self.post(first, &json!(requests)).await?;
        // A server may answer in any order.
        replies.sort_by_key(|reply| reply.id);
        let complete = replies.iter().map(|reply| reply.id).eq((0..requests.len()).map(Some));
        if !complete {
            return Err(malformed(first, "not one answer for each request of a batch"));
        }
        replies.into_iter().zip(calls).map(|(reply, (method, _))| reply.outcome(method)).collect()
    }

    async fn post<T: DeserializeOwned>(&self, method: &'static str, body: &Value) -> Result<T, SourceError> {
        let mut answer = self.send(body).await;
        // An idle connection that the node closed, and a cookie that it wrote anew, show only
        // when they are used. Every method used here can be asked twice.
        if matches!(answer, Err(SourceError::Unauthorized | SourceError::Unreachable { .. })) {
            answer = self.send(body).await;
        }
        let (status, answer) = answer?;
        // Older nodes answer an error with status 500 or 404 and a JSON body.
        serde_json::from_slice(&answer).map_err(|error| match status {
            StatusCode::OK => malformed(method, &error.to_string()),
            status => SourceError::Unreachable { detail: format!("it answers {status}") },
        })
    }

    async fn send(&self, body: &Value) -> Result<(StatusCode, Vec<u8>), SourceError> {
        let unreachable = |detail| SourceError::Unreachable { detail };
        let http = self.http.as_ref().map_err(|detail| unreachable(detail.clone()))?;
        let request = self.auth.apply(http.post(&self.url).json(body))?;
        let mut response = request.send().await.map_err(|error| unreachable(story(&error)))?;
        let status = response.status();
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(SourceError::Unauthorized);
        }
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(story(&error)))? {
            if answer.len() + chunk.len() > MAX_ANSWER {
                return Err(unreachable(format!("an answer is larger than {MAX_ANSWER} bytes")));
            }
            answer.extend_from_slice(&chunk);
        }
        Ok((status, answer))
    }
}

pub(super) fn malformed(method: &'static str, detail: &str) -> SourceError {
    SourceError::Malformed { method, detail: detail.to_owned() }
}

/// What a connection's error says, causes included, without the address.
fn story(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "broken exchange"
    };
    let mut story = kind.to_owned();
    let mut cause = error.source();
    while let Some(error) = cause {
        story = format!("{story}: {error}");
        cause = error.source();
    }
    story
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_show_in_debug_output() {
        let password = Password::from("hunter2".to_owned());
        let auth = Auth::Password { user: "specie".to_owned(), password };
        assert!(!format!("{auth:?}").contains("hunter2"));
    }

    #[test]
    fn an_answer_tolerates_unknown_fields_and_missing_ones() {
        let reply: Reply<u32> =
            serde_json::from_str(r#"{"result":7,"error":null,"id":0,"more":[1.5]}"#).unwrap();
        assert_eq!(reply.outcome("x").unwrap().unwrap(), 7);
        let reply: Reply<u32> = serde_json::from_str(r#"{"error":{"code":-5}}"#).unwrap();
        assert_eq!(reply.outcome("x").unwrap().unwrap_err().code, -5);
        let reply: Reply<u32> = serde_json::from_str(r#"{"id":0}"#).unwrap();
        assert!(matches!(reply.outcome("x"), Err(SourceError::Malformed { .. })));
    }
}
