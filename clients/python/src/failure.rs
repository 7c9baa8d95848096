//! An error of the Rust client, in pieces that Python makes its own exceptions of.

use std::collections::BTreeMap;

use pyo3::prelude::*;
use specie_client::Error;

/// Why there is no answer.
#[pyclass(frozen, get_all, module = "specie._native")]
pub struct Failure {
    /// `refused`, `unreachable`, `timeout`, `unreadable`, `redirected` or `unsendable`.
    kind: &'static str,
    /// In words.
    message: String,
    /// The HTTP status of what the server said.
    status: Option<u16>,
    /// What is wrong with each field.
    fields: BTreeMap<String, Vec<String>>,
    /// The name of the exchange in the server's log.
    request_id: Option<String>,
    /// How many seconds the server asks to be left alone.
    retry_after: Option<u64>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Refused { .. } => "refused",
            Error::Unreachable(_) => "unreachable",
            Error::Timeout { .. } => "timeout",
            Error::Redirected { .. } => "redirected",
            Error::NotJson { .. } | Error::Unexpected(_) | Error::TooLarge { .. } => "unreadable",
            _ => "unsendable",
        };
        let plain = Self {
            kind,
            status: error.status(),
            message: error.to_string(),
            fields: BTreeMap::new(),
            request_id: None,
            retry_after: None,
        };
        match error {
            Error::Refused { message, fields, request_id, retry_after, .. } => {
                let retry_after = retry_after.map(|wait| wait.as_secs());
                Self { message, fields, request_id, retry_after, ..plain }
            }
            _ => plain,
        }
    }
}
