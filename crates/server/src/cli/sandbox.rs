//! The words of `specie sandbox`: what can be made to happen on the practice chain.

use clap::Subcommand;

use crate::http::admin::PracticeWords;

#[derive(Debug, Subcommand)]
pub(super) enum Sandbox {
    /// Pay an invoice of a practice store.
    Pay {
        /// The invoice.
        invoice: String,
        /// Bitcoin; by default what is missing.
        #[arg(long)]
        amount: Option<String>,
    },
    /// Mine practice blocks.
    Mine {
        /// How many.
        #[arg(default_value_t = 1)]
        blocks: u32,
    },
    /// Replace a payment that is in no block by one of the same coins, of another amount or to another
    /// invoice.
    Replace {
        /// The transaction that goes.
        txid: String,
        /// The invoice that is paid instead.
        invoice: String,
        /// Bitcoin; by default what is missing.
        #[arg(long)]
        amount: Option<String>,
    },
    /// Spend the coins of a payment that is in no block to someone else.
    DoubleSpend {
        /// The transaction that goes.
        txid: String,
    },
    /// Take a transaction out of the mempool.
    Evict {
        /// The transaction.
        txid: String,
    },
    /// Replace the highest blocks by a branch that is one block longer.
    Reorg {
        /// How many.
        #[arg(default_value_t = 1)]
        depth: u32,
        /// What becomes of their payments: return (to the mempool), vanish, or remine (in the new branch).
        #[arg(long, default_value = "return")]
        fate: String,
    },
    /// Empty the mempool.
    ForgetMempool,
}

impl Sandbox {
    /// The command as the server understands it.
    pub(super) fn words(self) -> PracticeWords {
        match self {
            Self::Pay { invoice, amount } => PracticeWords::Pay { invoice, amount },
            Self::Mine { blocks } => PracticeWords::Mine { blocks },
            Self::Replace { txid, invoice, amount } => PracticeWords::Replace { txid, invoice, amount },
            Self::DoubleSpend { txid } => PracticeWords::DoubleSpend { txid },
            Self::Evict { txid } => PracticeWords::Evict { txid },
            Self::Reorg { depth, fate } => PracticeWords::Reorganise { depth, fate },
            Self::ForgetMempool => PracticeWords::ForgetMempool,
        }
    }
}
