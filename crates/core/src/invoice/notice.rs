//! Notices: what of an event a shop can be told, and which of them it asked for.
//!
//! The numbers and names on the wire are the dialect's business; here is the rule.

use serde::{Deserialize, Serialize};

use super::assess::{Flag, Status};
use super::event::Event;
use super::step::Mark;

/// Something that a shop can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The invoice was made.
    Created,
    /// A payment was seen, full or not.
    ReceivedPayment,
    /// The full amount was seen.
    PaidInFull,
    /// The time for paying is over.
    Expired,
    /// The time for paying is over, and something, but too little, was received.
    ExpiredPaidPartial,
    /// Confirmed as the store asks.
    Confirmed,
    /// Six confirmations deep.
    Completed,
    /// The full amount came after expiry.
    PaidAfterExpiration,
    /// Paid, but it came to nothing.
    FailedToConfirm,
    /// The operator declared it complete.
    MarkedComplete,
    /// The operator declared it invalid.
    MarkedInvalid,
    /// The merchant gives something back.
    RefundAsked,
    /// What the merchant gives back is in a block.
    RefundPaid,
    /// Nothing happened: somebody asked that the shop be told how it stands.
    ManuallyNotified,
}

impl Notice {
    /// All of them, in the order of an invoice's life.
    pub const ALL: [Self; 14] = [
        Self::Created,
        Self::ReceivedPayment,
        Self::PaidInFull,
        Self::Confirmed,
        Self::Completed,
        Self::Expired,
        Self::ExpiredPaidPartial,
        Self::PaidAfterExpiration,
        Self::FailedToConfirm,
        Self::MarkedComplete,
        Self::MarkedInvalid,
        Self::RefundAsked,
        Self::RefundPaid,
        Self::ManuallyNotified,
    ];
}

/// What a shop asked to be told, when it made the invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Notifications {
    /// Only the confirmation.
    #[default]
    Confirmation,
    /// Each change of status.
    Full,
    /// Each change of status, and all else there is, with a name each.
    Extended,
    /// All there is, as events of the panel's API.
    Events,
}

impl Notifications {
    /// BitPay's two switches; extended implies full.
    #[must_use]
    pub fn from_switches(full: bool, extended: bool) -> Self {
        match (full, extended) {
            (_, true) => Self::Extended,
            (true, false) => Self::Full,
            (false, false) => Self::Confirmation,
        }
    }

    /// Whether the notice is sent in the plain form.
    #[must_use]
    pub fn plain(self, notice: Notice) -> bool {
        match notice {
            Notice::Created
            | Notice::ReceivedPayment
            | Notice::PaidAfterExpiration
            | Notice::RefundAsked
            | Notice::RefundPaid => false,
            Notice::Confirmed | Notice::ManuallyNotified => self != Self::Events,
            Notice::PaidInFull
            | Notice::Expired
            | Notice::ExpiredPaidPartial
            | Notice::Completed
            | Notice::FailedToConfirm
            | Notice::MarkedComplete
            | Notice::MarkedInvalid => matches!(self, Self::Full | Self::Extended),
        }
    }

    /// Whether the notice is sent in the form that names it.
    #[must_use]
    pub fn named(self, _notice: Notice) -> bool {
        self == Self::Extended
    }

    /// Whether the notice is sent as an event.
    #[must_use]
    pub fn event(self, _notice: Notice) -> bool {
        self == Self::Events
    }
}

/// What a step's events tell a shop, in order. `flag` is the one they led to. Payments that are
/// seen in one step, thousands of outputs perhaps, are one piece of news.
#[must_use]
pub fn notices(events: &[Event], flag: Flag) -> Vec<Notice> {
    let mut notices: Vec<Notice> = events
        .iter()
        .flat_map(|event| match event {
            Event::Created => vec![Notice::Created],
            Event::PaymentSeen { .. } => vec![Notice::ReceivedPayment],
            Event::StatusChanged { to: Status::Paid, .. } => vec![Notice::PaidInFull],
            Event::StatusChanged { to: Status::Confirmed, .. } => vec![Notice::Confirmed],
            Event::StatusChanged { to: Status::Complete, .. } => vec![Notice::Completed],
            Event::StatusChanged { to: Status::Invalid, .. } => vec![Notice::FailedToConfirm],
            Event::StatusChanged { to: Status::Expired, .. } if flag == Flag::PaidPartial => {
                vec![Notice::Expired, Notice::ExpiredPaidPartial]
            }
            Event::StatusChanged { to: Status::Expired, .. } => vec![Notice::Expired],
            Event::FlagChanged { to: Flag::PaidLate, .. } => vec![Notice::PaidAfterExpiration],
            Event::Marked { mark: Mark::Complete } => vec![Notice::MarkedComplete],
            Event::Marked { mark: Mark::Invalid } => vec![Notice::MarkedInvalid],
            Event::RefundAsked { .. } => vec![Notice::RefundAsked],
            Event::RefundPaid { .. } => vec![Notice::RefundPaid],
            // Back to new, another quote or the end of one, an address, a loss that changes no status, what the merchant accepted, a
            // refund that came to nothing, and the other flags are no news of their own in this vocabulary: the next read of the invoice tells.
            Event::StatusChanged { to: Status::New, .. }
            | Event::FlagChanged { .. }
            | Event::Requoted { .. }
            | Event::QuoteEnded { .. }
            | Event::Opened
            | Event::Accepted { .. }
            | Event::RefundCancelled { .. }
            | Event::RefundUnpaid { .. }
            | Event::RefundFailed { .. }
            | Event::PaymentLost { .. }
            | Event::PaymentReturned { .. } => vec![],
        })
        .collect();
    notices.dedup();
    notices
}
