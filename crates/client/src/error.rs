//! What can go wrong, in clear words. Never here: a token, a key or a URL with one in it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::KeyError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server understood and said no, or failed: a status of 400 or more, or an answer with an `error` in it.
    #[error("the server answered {status}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's own words, or the beginning of what it said if that was no JSON.
        message: String,
        /// What is wrong with each field, if the server says so (the panel's API, status 422).
        fields: BTreeMap<String, Vec<String>>,
        /// The name of this exchange in the server's log, for whoever runs the server.
        request_id: Option<String>,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// No connection, or one that broke. Whether the server did what was asked is not known.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// No whole answer in time. Whether the server did what was asked is not known.
    #[error("the server did not answer within {after:?}")]
    Timeout {
        /// How long was waited.
        after: Duration,
    },
    /// The answer is no JSON: perhaps another server's page. It begins with these words.
    #[error("the server answered {status}, but with no JSON: {beginning}")]
    NotJson {
        /// The HTTP status.
        status: u16,
        /// The first characters of the answer.
        beginning: String,
    },
    /// The answer is JSON of another form than the documented one.
    #[error("the server's answer is of another form than expected: {0}")]
    Unexpected(String),
    /// The answer is larger than the client takes.
    #[error("the server's answer has more than {limit} bytes")]
    TooLarge {
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// The server sends elsewhere. That is not followed, since what is signed for one server is nobody else's business.
    #[error("the server sends to {to} (status {status}); redirects are not followed")]
    Redirected {
        /// The HTTP status.
        status: u16,
        /// Where to.
        to: String,
    },
    /// What was asked for cannot be sent: an empty id, an address that is none.
    #[error("{0}")]
    Unsendable(String),
    /// A pairing that was asked for was not approved in time.
    #[error("the pairing code was not approved in time")]
    NotApproved,
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// A text is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Error {
    /// The HTTP status of what the server said, if it said anything.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } | Self::NotJson { status, .. } | Self::Redirected { status, .. } => {
                Some(*status)
            }
            _ => None,
        }
    }

    /// True if the same might succeed a moment later: nothing came back, or the server is busy.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Timeout { .. } => true,
            Self::Refused { status, .. } => matches!(status, 429 | 502 | 503 | 504),
            _ => false,
        }
    }
}
