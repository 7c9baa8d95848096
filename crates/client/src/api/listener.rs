//! Listening: who listens, what is heard, and what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{More, open_enum};
use crate::{EventName, Secret};

/// Who listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Listener {
    /// Its number.
    pub id: i64,
    /// What signs what it hears: the same whenever it listens again under its name.
    pub secret: Secret,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// Something to hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Heard {
    /// The delivery, the same in every attempt.
    pub id: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// What happened.
    pub event: EventName,
    /// The invoice's id; of a test none.
    pub invoice: Option<String>,
    /// What is posted with it, by name.
    pub headers: BTreeMap<String, String>,
    /// What is posted, byte for byte.
    pub body: String,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// What became of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOn {
    /// Which attempt it was.
    pub attempt: u32,
    /// The HTTP status that it was answered with: from 200 to 299 it arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why nothing was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How the answer begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// How long it took, in milliseconds.
    pub duration: u32,
}

open_enum! {
    /// How a delivery stands.
    DeliveryState {
        /// It arrived.
        Delivered = "delivered",
        /// It comes again.
        Pending = "pending",
        /// It was tried for three days.
        GivenUp = "given_up",
    }
}

/// How a delivery stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Standing {
    /// How it stands.
    pub state: DeliveryState,
    /// When it comes again, in milliseconds since 1970.
    pub next_attempt: Option<i64>,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}
