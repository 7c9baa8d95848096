//! What a merchant has to decide: where the facts of an invoice ask for a person. Like the verdict it follows from
//! the invoice alone, so that it is gone as soon as its cause is.

use bitcoin::Amount;

use super::Invoice;
use super::assess::{Flag, Status};
use crate::ledger::less;

/// Why an invoice asks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Something that had counted does not any more, and too little is left.
    Lost,
    /// It was paid, and not confirmed while it was waited for.
    Unconfirmed,
    /// The full amount came after its time.
    PaidLate,
    /// Too little came, and nothing more is waited for.
    PaidPartial,
    /// More came than was asked.
    PaidOver,
}

impl Need {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 5] =
        [Self::Lost, Self::Unconfirmed, Self::PaidLate, Self::PaidPartial, Self::PaidOver];

    /// The name in the database and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Unconfirmed => "unconfirmed",
            Self::PaidLate => "late",
            Self::PaidPartial => "partial",
            Self::PaidOver => "over",
        }
    }

    /// The need of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|need| need.name() == name)
    }
}

impl Invoice {
    /// Why it asks for a person; none, if it does not. What a mark decided is decided, and what is given back
    /// whole needs nobody: its refund may.
    #[must_use]
    pub fn need(&self) -> Option<Need> {
        let verdict = self.verdict();
        let kept = less(self.received(), self.committed()) > Amount::ZERO;
        match (verdict.status(), verdict.flag()) {
            (_, Flag::Marked) => None,
            (Status::Invalid, _) if self.ever_confirmed() => Some(Need::Lost),
            (Status::Invalid, _) => Some(Need::Unconfirmed),
            (Status::Expired, Flag::PaidLate) => kept.then_some(Need::PaidLate),
            (Status::Expired, Flag::PaidPartial) => kept.then_some(Need::PaidPartial),
            (Status::Expired, _) => self.lost_something().then_some(Need::Lost),
            // Whoever was given more time is waited for until it is over.
            (Status::New, Flag::PaidPartial) => {
                (kept && self.six_deep() && !self.extended()).then_some(Need::PaidPartial)
            }
            (_, Flag::PaidOver) => (self.unspoken_surplus() > Amount::ZERO).then_some(Need::PaidOver),
            _ => None,
        }
    }

    fn lost_something(&self) -> bool {
        self.payments().iter().any(|payment| !payment.is_live())
    }

    fn six_deep(&self) -> bool {
        self.payments().iter().filter(|payment| payment.is_live()).all(|payment| payment.six_deep)
    }

    /// What came beyond what was asked, and is not to be given back.
    fn unspoken_surplus(&self) -> Amount {
        let limit = self.terms().limit(self.accepted_amount());
        let surplus = limit.map_or(Amount::ZERO, |limit| less(self.received(), limit));
        less(surplus, self.committed())
    }
}
