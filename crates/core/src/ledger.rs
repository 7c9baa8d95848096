//! The ledger's arithmetic: what an invoice books, as balanced postings.
//!
//! A posting moves satoshis from one account to another, so every sum of postings is zero by
//! construction. Nothing is ever changed or deleted; a correction is a new posting. What was
//! received is booked when the invoice is complete (or marked so), topped up if more arrives, and
//! reversed only by a loss. Of it the sale is what the invoice asks; what came beyond that is the
//! store's too, but not earned: it lies unallocated until the merchant accepts it. What is given back is
//! taken from what is unallocated, and beyond that from what was earned; what the network takes for it is
//! the store's cost.

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
    /// What was earned and given back.
    Refunds,
    /// What the network took for giving back.
    Fees,
}

impl Account {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Wallet, Self::Unallocated, Self::Sales, Self::Refunds, Self::Fees];

    /// Those that together say what a store earned and still has.
    pub const EARNINGS: [Self; 3] = [Self::Sales, Self::Refunds, Self::Fees];

    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Unallocated => "unallocated",
            Self::Sales => "sales",
            Self::Refunds => "refunds",
            Self::Fees => "fees",
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
    /// What was unallocated is lost, or was given back.
    SurplusReversed,
    /// What was earned was given back.
    Refund,
    /// What was given back of the earned came to nothing.
    RefundReversed,
    /// The network took its fee for giving back.
    Fee,
    /// The fee was not taken after all.
    FeeReversed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Sale,
        Self::Surplus,
        Self::Credit,
        Self::SaleReversed,
        Self::SurplusReversed,
        Self::Refund,
        Self::RefundReversed,
        Self::Fee,
        Self::FeeReversed,
    ];

    /// The account that gives, and the one that takes.
    #[must_use]
    pub fn accounts(self) -> (Account, Account) {
        match self {
            Self::Sale => (Account::Sales, Account::Wallet),
            Self::Surplus => (Account::Unallocated, Account::Wallet),
            Self::Credit => (Account::Sales, Account::Unallocated),
            Self::SaleReversed => (Account::Wallet, Account::Sales),
            Self::SurplusReversed => (Account::Wallet, Account::Unallocated),
            Self::Refund => (Account::Wallet, Account::Refunds),
            Self::RefundReversed => (Account::Refunds, Account::Wallet),
            Self::Fee => (Account::Wallet, Account::Fees),
            Self::FeeReversed => (Account::Fees, Account::Wallet),
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
    returned: Returned,
}

/// What left the wallet because something was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Returned {
    /// What was given back, in satoshis.
    pub amount: Amount,
    /// What the network took for it, in satoshis.
    pub fees: Amount,
}

impl Books {
    /// Of what is booked, at most `limit` is earned; without one, all of it.
    #[must_use]
    pub fn new(booked: Amount, limit: Option<Amount>, returned: Returned) -> Self {
        Self { booked, earned: limit.map_or(booked, |limit| booked.min(limit)), returned }
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

    /// What came beyond what is earned, given back or not.
    fn surplus(self) -> Amount {
        less(self.booked, self.earned)
    }

    /// What was given back of the surplus.
    fn surplus_returned(self) -> Amount {
        self.returned.amount.min(self.surplus())
    }

    /// What the ledger has to hold once `received` is there, `limit` of it can be earned and `returned` was
    /// given back. Only a complete invoice books what came, and another no less than was given back of it; a loss is booked
    /// whatever the invoice is.
    #[must_use]
    pub fn next(self, received: Amount, complete: bool, limit: Option<Amount>, returned: Returned) -> Self {
        let given_back = returned.amount.min(received);
        let booked = if complete { received } else { self.booked.min(received).max(given_back) };
        Self::new(booked, limit, returned)
    }

    /// What has to be posted to get to other books: what was never earned is lost first, and given back
    /// first.
    #[must_use]
    pub fn postings_to(self, after: Self) -> Vec<Posting> {
        let (inflow, outflow) = (less(after.booked, self.booked), less(self.booked, after.booked));
        let sale = inflow.min(less(after.earned, self.earned));
        let surplus_reversed = outflow.min(self.surplus());
        let sale_reversed = less(outflow, surplus_reversed);
        let earned = less(self.earned + sale, sale_reversed);
        let surplus = (self.surplus_returned(), after.surplus_returned());
        let refunded = (less(self.returned.amount, surplus.0), less(after.returned.amount, surplus.1));
        let fees = (self.returned.fees, after.returned.fees);
        let moved = [
            (Kind::Sale, sale),
            (Kind::Surplus, less(inflow, sale)),
            (Kind::SurplusReversed, surplus_reversed),
            (Kind::SaleReversed, sale_reversed),
            (Kind::Credit, less(after.earned, earned)),
            (Kind::Surplus, less(surplus.0, surplus.1)),
            (Kind::SurplusReversed, less(surplus.1, surplus.0)),
            (Kind::RefundReversed, less(refunded.0, refunded.1)),
            (Kind::Refund, less(refunded.1, refunded.0)),
            (Kind::FeeReversed, less(fees.0, fees.1)),
            (Kind::Fee, less(fees.1, fees.0)),
        ];
        let moved = moved.into_iter().filter(|(_, amount)| *amount > Amount::ZERO);
        moved.map(|(kind, amount)| Posting { kind, amount }).collect()
    }
}

/// The difference; zero if there is less than is taken.
pub(crate) fn less(from: Amount, taken: Amount) -> Amount {
    from.checked_sub(taken).unwrap_or(Amount::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn books(booked: u64, earned: u64) -> Books {
        Books::new(Amount::from_sat(booked), Some(Amount::from_sat(earned)), Returned::default())
    }

    fn returning(books: Books, amount: u64, fees: u64) -> Books {
        let returned = Returned { amount: Amount::from_sat(amount), fees: Amount::from_sat(fees) };
        Books { returned, ..books }
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
    fn what_is_given_back_is_taken_from_the_surplus_first() {
        use Kind::{Fee, FeeReversed, Refund, RefundReversed, Surplus, SurplusReversed};
        let over = books(1500, 1000);
        for (before, after, posted) in [
            (over, returning(over, 500, 9), &[(SurplusReversed, 500), (Fee, 9)][..]),
            (over, returning(over, 700, 9), &[(SurplusReversed, 500), (Refund, 200), (Fee, 9)]),
            (returning(over, 700, 9), over, &[(Surplus, 500), (RefundReversed, 200), (FeeReversed, 9)]),
            (returning(over, 500, 9), returning(over, 1500, 12), &[(Refund, 1000), (Fee, 3)]),
            // The surplus that was given back is lost: what was given back was earned, then.
            (
                returning(over, 500, 0),
                returning(books(1000, 1000), 500, 0),
                &[(SurplusReversed, 500), (Surplus, 500), (Refund, 500)],
            ),
        ] {
            let posted: Vec<Posting> =
                posted.iter().map(|&(kind, sats)| Posting { kind, amount: Amount::from_sat(sats) }).collect();
            assert_eq!(before.postings_to(after), posted, "{before:?} → {after:?}");
        }
    }

    #[test]
    fn only_what_is_complete_is_booked_and_only_a_loss_is_taken_back() {
        let next = |before: (u64, u64), received, complete| {
            let next = books(before.0, before.1).next(
                Amount::from_sat(received),
                complete,
                Some(Amount::from_sat(1000)),
                Returned::default(),
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
