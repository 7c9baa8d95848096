//! A pairing code with what it is for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::More;
use crate::{Secret, Tokens};

/// A pairing: asked for by a client and to be approved by somebody with a store, or claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PairingRequest {
    /// Seven characters. Whoever approves it lets this client into a store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing_code: Option<String>,
    /// Until when it can be approved, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing_expiration: Option<u64>,
    /// When it was made, in milliseconds since 1970.
    pub date_created: u64,
    /// What the token opens: `merchant` or `pos`.
    pub facade: String,
    /// The token; good for something once both sides agree.
    pub token: Secret,
    /// What the client calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

impl PairingRequest {
    /// The token under its facade.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        Tokens::new().with(self.facade.clone(), self.token.clone())
    }

    /// How long there is to approve it, by the server's own clock.
    pub(crate) fn lasts(&self) -> Duration {
        let end = self.pairing_expiration.unwrap_or(self.date_created);
        Duration::from_millis(end.saturating_sub(self.date_created))
    }
}
