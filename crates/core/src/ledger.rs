//! The ledger's arithmetic: what an invoice books, as balanced postings.
//!
//! A posting moves satoshis from one account to another, so every sum of postings is zero by
//! construction. Nothing is ever changed or deleted; a correction is a new posting. A sale is
//! booked when the invoice is complete (or marked so) at what was received, topped up if more
//! arrives, and reversed only by a loss.

use bitcoin::Amount;
use serde::{Deserialize, Serialize};

/// An account of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Account {
    /// What lies in the store's own wallet.
    Wallet,
    /// What was earned.
    Sales,
}

impl Account {
    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Sales => "sales",
        }
    }
}

/// `amount` satoshis moved from one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The account that gives.
    pub from: Account,
    /// The account that takes.
    pub to: Account,
    /// How much, in satoshis; above zero.
    #[serde(with = "bitcoin::amount::serde::as_sat")]
    pub amount: Amount,
}

/// What has to be posted so that the ledger holds the sale of an invoice.
#[must_use]
pub fn sale_postings(booked: Amount, received: Amount, complete: bool) -> Vec<Posting> {
    if complete && received > booked {
        vec![Posting { from: Account::Sales, to: Account::Wallet, amount: received - booked }]
    } else if received < booked {
        vec![Posting { from: Account::Wallet, to: Account::Sales, amount: booked - received }]
    } else {
        vec![]
    }
}

/// What the ledger holds as the sale after these postings.
#[must_use]
pub fn booked_after(booked: Amount, postings: &[Posting]) -> Amount {
    postings.iter().fold(booked, |sum, posting| match posting.to {
        Account::Wallet => sum + posting.amount,
        Account::Sales => sum - posting.amount,
    })
}
