//! Why there is no transaction. Facts, in words that a merchant reads.

use bitcoin::{Amount, OutPoint, Weight};
use specie_core::script::DerivationError;

/// A plan that no transaction was made for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// No payees.
    #[error("nobody is to be paid")]
    NoPayees,
    /// A consolidation with payees.
    #[error("coins that are put together are paid to nobody else")]
    Payees,
    /// No coins at all.
    #[error("there are no coins that may be spent")]
    NoCoins,
    /// The coins do not suffice for the payees and the fee.
    #[error("{} sat are needed, and {} sat may be spent", needed.to_sat(), available.to_sat())]
    NotEnough {
        /// What the payees get, with the fee as far as it is known.
        needed: Amount,
        /// What the coins are worth, where the fee is known less what it costs to spend them.
        available: Amount,
    },
    /// An amount that no node passes on.
    #[error("{} sat are too little to be sent to this address: {} sat at least", amount.to_sat(), least.to_sat())]
    Dust {
        /// Its place among the payees, from 0.
        payee: usize,
        /// What it was to get.
        amount: Amount,
        /// What can be sent there at least.
        least: Amount,
    },
    /// The fee is above the absolute cap.
    #[error("the fee of {} sat is above the limit of {} sat", fee.to_sat(), cap.to_sat())]
    FeeAboveCap {
        /// What it would be.
        fee: Amount,
        /// What it may be.
        cap: Amount,
    },
    /// The fee is above the relative cap.
    #[error("the fee of {} sat is more than {percent} % of what is paid", fee.to_sat())]
    FeeAbovePercent {
        /// What it would be.
        fee: Amount,
        /// What it may be, in percent of what is paid.
        percent: u64,
    },
    /// Nodes would not pass it on.
    #[error("too many coins or payments for one transaction")]
    TooLarge {
        /// What it would weigh.
        weight: Weight,
        /// What nodes pass on.
        most: Weight,
    },
    /// The coin is listed twice, or not what it is said to be: its transaction does not have it, or it is not the
    /// wallet's at that place.
    #[error("the coin {outpoint} is not what it was said to be")]
    Coin {
        /// The coin.
        outpoint: OutPoint,
    },
    /// It has to be spent, and is none of the coins that may be.
    #[error("the coin {outpoint} has to be spent, and may not be")]
    Must {
        /// The coin.
        outpoint: OutPoint,
    },
    /// There is no such place for change.
    #[error("there is no place for change: {0}")]
    NoChange(DerivationError),
    /// The wallet's keys are not of that network.
    #[error("the wallet belongs to another network")]
    WrongNetwork,
    /// No height that a block can have.
    #[error("no block can be that high")]
    Height,
    /// What was built is not what was planned: it is thrown away. A fault of the program.
    #[error("the transaction that was built is not the one that was planned ({0:?})")]
    NotAsPlanned(Mismatch),
}

impl BuildError {
    /// Whether the program is at fault, and not the plan: nobody who reads it could do anything about it.
    #[must_use]
    pub fn is_a_fault(&self) -> bool {
        matches!(
            self,
            Self::NotAsPlanned(_)
                | Self::Coin { .. }
                | Self::Must { .. }
                | Self::Height
                | Self::WrongNetwork
                | Self::Payees
        )
    }
}

/// In what a transaction differs from its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// BDK made none, or the fee did not settle.
    Unbuilt,
    /// An input that is none of the coins, is there twice, or is missing.
    Inputs,
    /// What is told of the coin that an input spends.
    Spent,
    /// Where an input's keys come from.
    Origins,
    /// A payee who is missing, or gets another amount.
    Payees,
    /// More outputs than the payees' and one for change.
    Outputs,
    /// An output beside the payees' that is not the wallet's at the place for change, or lacks its keys.
    Change,
    /// Less or more is paid to the miners than was asked for.
    Fee,
    /// An output that no node passes on.
    Dust,
    /// It cannot be replaced, or has another version or lock time.
    Form,
}
