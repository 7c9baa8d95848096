//! Where a refund stands, in words.

use crate::app::view::RefundState;
use crate::http::pages::Icon;

/// Tone, icon and label of a state.
pub fn state(state: RefundState) -> (&'static str, Icon, &'static str) {
    match state {
        RefundState::AddressWanted => ("care", Icon::Waiting, "Address wanted"),
        RefundState::Ready => ("care", Icon::Wallet, "Ready to pay"),
        RefundState::ToSign => ("care", Icon::Key, "To sign"),
        RefundState::Sent => ("care", Icon::Seen, "On its way"),
        RefundState::Success => ("good", Icon::Complete, "Paid back"),
        RefundState::Cancelled => ("soft", Icon::Close, "Cancelled"),
        RefundState::Failure => ("stop", Icon::Stop, "Failed"),
    }
}

/// What a state means for the merchant.
pub fn meaning(state: RefundState) -> &'static str {
    match state {
        RefundState::AddressWanted => "Send the link below to the buyer. It asks where the money should go.",
        RefundState::Ready => "The address is known. Pay it from the payouts page.",
        RefundState::ToSign => "A transaction that pays it waits for your signature.",
        RefundState::Sent => "The signed transaction is on its way to a block.",
        RefundState::Success => "The transaction that pays it is in a block.",
        RefundState::Cancelled => "Nothing is given back.",
        RefundState::Failure => {
            "Its coins were spent by another transaction, for good. Nothing went to the buyer: ask for a new refund."
        }
    }
}
