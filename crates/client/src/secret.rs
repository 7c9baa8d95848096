//! What must not be shown.
//!
//! Tokens and secrets go into logs by accident, through `{:?}` of whatever holds them. A [`Secret`] has to be asked
//! for what it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that opens something: a token, a webhook's secret. `Debug` does not show it; [`Secret::reveal`]
/// does, and so does writing it as JSON, which is how it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
