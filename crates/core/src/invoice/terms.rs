//! What was agreed when the invoice was made. What is asked, and until when, may be quoted anew once that time is
//! over; all else never changes.

use bitcoin::Amount;
use serde::{Deserialize, Serialize};

use crate::quote::Tolerance;
use crate::time::Timestamp;

/// How many confirmations a store wants before it calls a payment confirmed (BitPay's
/// `transactionSpeed`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speed {
    /// None, unless the payment is easily taken back: then one (see [`Terms::confirmations`]).
    High,
    /// One.
    #[default]
    Medium,
    /// Two.
    LowMedium,
    /// Six.
    Low,
}

impl Speed {
    /// The name on every API, case-sensitive there.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::LowMedium => "low-medium",
            Self::Low => "low",
        }
    }

    /// The speed of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::High, Self::Medium, Self::LowMedium, Self::Low].into_iter().find(|speed| speed.name() == name)
    }
}

/// What the buyer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// Nothing: the price is zero.
    Nothing,
    /// Any amount: a top-up invoice, whose price is what comes first.
    Anything,
    /// A quoted amount.
    Exactly {
        /// The whole amount, in satoshis.
        due: Amount,
        /// The least that counts as the whole, in satoshis; at least one.
        min_due: Amount,
    },
}

impl Asked {
    /// A quoted amount with a tolerance.
    #[must_use]
    pub fn exactly(due: Amount, tolerance: Tolerance) -> Self {
        Self::Exactly { due, min_due: tolerance.min_due(due) }
    }
}

/// The terms of an invoice: what is asked, until when, and what counts as confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    asked: Asked,
    speed: Speed,
    unconfirmed_limit: Amount,
    created_at: Timestamp,
    expires_at: Timestamp,
    monitoring_ends_at: Timestamp,
}

/// Terms that contradict themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// An invoice that is over before it began.
    #[error("the invoice would expire before it is created")]
    ExpiresBeforeCreation,
    /// Monitoring has to cover the time for paying.
    #[error("monitoring would end before the invoice expires")]
    MonitoringEndsBeforeExpiry,
    /// The due and the least accepted do not fit: 1 ≤ least ≤ due ≤ 21 million bitcoin.
    #[error("the amount due is out of range")]
    DueOutOfRange,
}

impl Terms {
    /// Terms, checked. `unconfirmed_limit` is the store's limit in satoshis above which a `high`
    /// speed payment needs one confirmation all the same.
    ///
    /// # Errors
    /// [`TermsError`] if the times are out of order or the amount is out of range.
    pub fn new(
        asked: Asked,
        speed: Speed,
        unconfirmed_limit: Amount,
        created_at: Timestamp,
        expires_at: Timestamp,
        monitoring_ends_at: Timestamp,
    ) -> Result<Self, TermsError> {
        if expires_at <= created_at {
            return Err(TermsError::ExpiresBeforeCreation);
        }
        if monitoring_ends_at < expires_at {
            return Err(TermsError::MonitoringEndsBeforeExpiry);
        }
        if let Asked::Exactly { due, min_due } = asked
            && (min_due < Amount::ONE_SAT || min_due > due || due > Amount::MAX_MONEY)
        {
            return Err(TermsError::DueOutOfRange);
        }
        Ok(Self { asked, speed, unconfirmed_limit, created_at, expires_at, monitoring_ends_at })
    }

    /// The same terms with another quote.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn requoted(
        &self,
        asked: Asked,
        expires_at: Timestamp,
        monitoring_ends_at: Timestamp,
    ) -> Result<Self, TermsError> {
        let (speed, limit, created_at) = (self.speed, self.unconfirmed_limit, self.created_at);
        Self::new(asked, speed, limit, created_at, expires_at, monitoring_ends_at)
    }

    /// What the buyer is asked for.
    #[must_use]
    pub fn asked(&self) -> Asked {
        self.asked
    }

    /// The confirmation policy.
    #[must_use]
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Above this many satoshis no payment counts as confirmed without a block.
    #[must_use]
    pub fn unconfirmed_limit(&self) -> Amount {
        self.unconfirmed_limit
    }

    /// When the invoice was made.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// A payment first seen at or after this instant is late.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// A payment that is neither confirmed nor to be found by now is given up.
    #[must_use]
    pub fn monitoring_ends_at(&self) -> Timestamp {
        self.monitoring_ends_at
    }

    /// The whole amount due in satoshis, where one was quoted.
    #[must_use]
    pub fn due(&self) -> Option<Amount> {
        match self.asked {
            Asked::Exactly { due, .. } => Some(due),
            Asked::Anything | Asked::Nothing => None,
        }
    }

    /// How much of what comes is a sale, in satoshis: what was accepted, else the due. Without a quote
    /// all of it is.
    #[must_use]
    pub fn limit(&self, accepted: Option<Amount>) -> Option<Amount> {
        self.due().map(|due| accepted.unwrap_or(due))
    }

    /// The least that counts as paid in full, in satoshis. Top-up: one.
    #[must_use]
    pub fn min_due(&self) -> Amount {
        match self.asked {
            Asked::Exactly { min_due, .. } => min_due,
            Asked::Anything => Amount::ONE_SAT,
            Asked::Nothing => Amount::ZERO,
        }
    }

    /// What is held against the limit for unconfirmed payments: the whole due, or the payment if it is more.
    pub(super) fn at_stake(&self, amount: Amount) -> Amount {
        self.due().unwrap_or(Amount::ZERO).max(amount)
    }

    /// Confirmations that a payment of `amount` needs. `uncertain`: the transaction signals
    /// replacement, or a conflict with it is known.
    ///
    /// The limit for unconfirmed payments is held against the whole due as well as against the
    /// single payment, so that paying in parts does not get round it.
    #[must_use]
    pub fn confirmations(&self, amount: Amount, uncertain: bool) -> u32 {
        match self.speed {
            Speed::High if uncertain || self.at_stake(amount) > self.unconfirmed_limit => 1,
            Speed::High => 0,
            Speed::Medium => 1,
            Speed::LowMedium => 2,
            Speed::Low => 6,
        }
    }
}
