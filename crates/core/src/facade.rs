//! Facades: what a token lets its holder do (BitPay's word).
//!
//! A token stands for a store, or for one invoice of it. What may be done with it is its facade and
//! nothing else: a till that can make invoices cannot list them.

use serde::{Deserialize, Serialize};

/// The facade of a store's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Facade {
    /// A point of sale: makes invoices.
    Pos,
    /// Everything that a shop's own server does.
    #[default]
    Merchant,
}

impl Facade {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Pos, Self::Merchant];

    /// The name on the API and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pos => "pos",
            Self::Merchant => "merchant",
        }
    }

    /// The facade of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facade| facade.name() == name)
    }

    /// The facade of a token for one invoice, as an answer to this one has it.
    #[must_use]
    pub fn of_invoice(self) -> &'static str {
        match self {
            Self::Pos => "pos/invoice",
            Self::Merchant => "merchant/invoice",
        }
    }
}
