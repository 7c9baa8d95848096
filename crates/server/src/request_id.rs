//! The id of a request: it is on the answer, on every line of the log that the request causes, and an
//! attempt at a delivery has one as well. This server makes it; what a client calls its request is
//! never taken for it.

use std::fmt;

use bitcoin::base58;
use tracing::Span;

use crate::entropy;

/// What the log's filter lets through whatever else it says, so that no line lacks its id.
pub const ALWAYS_LOGGED: &str = "specie_request=error";

/// The id of one request, in or out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl RequestId {
    /// An id that no other request has.
    #[must_use]
    pub fn fresh() -> Self {
        Self(base58::encode(&entropy::bytes::<12>()))
    }

    /// The id as a text: letters and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What marks the lines of the log that are written within it.
    #[must_use]
    pub fn span(&self) -> Span {
        tracing::error_span!(target: "specie_request", "request", id = %self.0)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
