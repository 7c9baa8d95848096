//! The ledger's arithmetic: what an invoice books, as balanced postings.
//!
//! A posting moves satoshis from one account to another, so every sum of postings is zero by
//! construction. Nothing is ever changed or deleted; a correction is a new posting. What was
//! received is booked when the invoice is complete (or marked so), topped up if more arrives, and
//! reversed only by a loss. Of it the sale is what the invoice asks; what came beyond that is the
//! store's too, but not earned: it lies unallocated until the merchant accepts it.

use bitcoin::Amount;

/// An account of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What lies in the store's own wallet.
    Wallet,
    /// What came beyond what was asked, and is nobody's yet.
    Unallocated,
    /// What was earned.
    Sales,
}

impl Account {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Wallet, Self::Unallocated, Self::Sales];

    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Unallocated => "unallocated",
            Self::Sales => "sales",
        }
    }

    /// The account of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.name() == name)
    }
}

/// Why satoshis move. Each kind has its two accounts, and no two kinds have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What was asked came.
    Sale,
    /// More than that came.
    Surplus,
    /// What came beyond what was asked is accepted.
    Credit,
    /// What was earned is lost.
    SaleReversed,
    /// What was unallocated is lost.
    SurplusReversed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Sale, Self::Surplus, Self::Credit, Self::SaleReversed, Self::SurplusReversed];

    /// The account that gives, and the one that takes.
    #[must_use]
    pub fn accounts(self) -> (Account, Account) {
        match self {
            Self::Sale => (Account::Sales, Account::Wallet),
            Self::Surplus => (Account::Unallocated, Account::Wallet),
            Self::Credit => (Account::Sales, Account::Unallocated),
            Self::SaleReversed => (Account::Wallet, Account::Sales),
            Self::SurplusReversed => (Account::Wallet, Account::Unallocated),
        }
    }

    /// The kind that moves satoshis from one account to another, if any does.
    #[must_use]
    pub fn between(from: Account, to: Account) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.accounts() == (from, to))
    }
}

/// Satoshis moved from one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Why; and with that, between which accounts.
    pub kind: Kind,
    /// How much, in satoshis; above zero.
    pub amount: Amount,
}

/// What the ledger holds of one invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Books {
    booked: Amount,
    earned: Amount,
}

impl Books {
    /// Of what is booked, at most `limit` is earned; without one, all of it.
    #[must_use]
    pub fn new(booked: Amount, limit: Option<Amount>) -> Self {
        Self { booked, earned: limit.map_or(booked, |limit| booked.min(limit)) }
    }

    /// What is booked in all, in satoshis.
    #[must_use]
    pub fn booked(self) -> Amount {
        self.booked
    }

    /// What of it is earned, in satoshis.
    #[must_use]
    pub fn earned(self) -> Amount {
        self.earned
    }

    fn unallocated(self) -> Amount {
        less(self.booked, self.earned)
    }

    /// What the ledger has to hold once `received` is there and `limit` of it can be earned. Only a
    /// complete invoice books what came; a loss is booked whatever the invoice is.
    #[must_use]
    pub fn next(self, received: Amount, complete: bool, limit: Option<Amount>) -> Self {
        Self::new(if complete { received } else { self.booked.min(received) }, limit)
    }

    /// What has to be posted to get to other books: what was never earned is lost first.
    #[must_use]
    pub fn postings_to(self, after: Self) -> Vec<Posting> {
        let (inflow, outflow) = (less(after.booked, self.booked), less(self.booked, after.booked));
        let sale = inflow.min(less(after.earned, self.earned));
        let surplus_reversed = outflow.min(self.unallocated());
        let sale_reversed = less(outflow, surplus_reversed);
        let earned = less(self.earned + sale, sale_reversed);
        let moved = [
            (Kind::Sale, sale),
            (Kind::Surplus, less(inflow, sale)),
            (Kind::SurplusReversed, surplus_reversed),
            (Kind::SaleReversed, sale_reversed),
            (Kind::Credit, less(after.earned, earned)),
        ];
        let moved = moved.into_iter().filter(|(_, amount)| *amount > Amount::ZERO);
        moved.map(|(kind, amount)| Posting { kind, amount }).collect()
    }
}

/// The difference; zero if there is less than is taken.
fn less(from: Amount, taken: Amount) -> Amount {
    from.checked_sub(taken).unwrap_or(Amount::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn books(booked: u64, earned: u64) -> Books {
        Books::new(Amount::from_sat(booked), Some(Amount::from_sat(earned)))
    }

    #[test]
    fn every_kind_has_two_accounts_of_its_own() {
        for kind in Kind::ALL {
            let (from, to) = kind.accounts();
            assert_ne!(from, to, "{kind:?}");
            assert_eq!(Kind::between(from, to), Some(kind));
        }
        assert_eq!(Kind::between(Account::Unallocated, Account::Sales), None, "what is earned stays earned");
        assert_eq!(Account::ALL.map(|a| Account::from_name(a.name())), Account::ALL.map(Some));
        assert_eq!(Account::from_name("bank"), None);
    }

    #[test]
    fn what_is_posted_is_what_changed() {
        use Kind::{Credit, Sale, SaleReversed, Surplus, SurplusReversed};
        for (before, after, posted) in [
            ((0, 0), (1000, 1000), &[(Sale, 1000)][..]),
            ((0, 0), (1500, 1000), &[(Sale, 1000), (Surplus, 500)]),
            ((1000, 1000), (1300, 1000), &[(Surplus, 300)]),
            ((1500, 1000), (1500, 1500), &[(Credit, 500)]),
            ((1500, 1000), (700, 700), &[(SurplusReversed, 500), (SaleReversed, 300)]),
            ((1500, 1500), (1000, 1000), &[(SaleReversed, 500)]),
            ((1500, 1000), (1200, 1200), &[(SurplusReversed, 300), (Credit, 200)]),
            ((1000, 1000), (1000, 1000), &[]),
        ] {
            let posted: Vec<Posting> =
                posted.iter().map(|&(kind, sats)| Posting { kind, amount: Amount::from_sat(sats) }).collect();
            assert_eq!(
                books(before.0, before.1).postings_to(books(after.0, after.1)),
                posted,
                "{before:?} → {after:?}"
            );
        }
    }

    #[test]
    fn only_what_is_complete_is_booked_and_only_a_loss_is_taken_back() {
        let next = |before: (u64, u64), received, complete| {
            let next = books(before.0, before.1).next(
                Amount::from_sat(received),
                complete,
                Some(Amount::from_sat(1000)),
            );
            (next.booked().to_sat(), next.earned().to_sat())
        };
        assert_eq!(next((0, 0), 1500, false), (0, 0));
        assert_eq!(next((0, 0), 1500, true), (1500, 1000));
        assert_eq!(next((1500, 1000), 1500, false), (1500, 1000), "what is no longer complete stays booked");
        assert_eq!(next((1500, 1000), 400, false), (400, 400));
        assert_eq!(next((400, 400), 900, false), (400, 400));
    }
}
