//! The practice chain: everything that can happen to a payment can be made to happen on it.
//!
//! It is decided here which invoice and which amount are meant; the chain itself is outside. Nothing
//! of an invoice is touched: what follows is found by whoever follows the chain, as on a real one.

use bitcoin::{Amount, ScriptBuf, Txid};
use specie_core::ids::InvoiceId;

use super::{App, AppError, Network};

/// What becomes of the payments of blocks that a reorganisation takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They are in the mempool again.
    Return,
    /// They are nowhere.
    Vanish,
    /// They are in the blocks that come instead.
    Remine,
}

/// What is made to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Practice {
    /// A script is paid.
    Pay {
        /// Whom.
        script: ScriptBuf,
        /// How much.
        amount: Amount,
    },
    /// Blocks are mined.
    Mine {
        /// How many.
        blocks: u32,
    },
    /// Another transaction takes the place of one that is in no block, and pays this script.
    Replace {
        /// The one that goes.
        txid: Txid,
        /// Whom the other pays.
        script: ScriptBuf,
        /// How much.
        amount: Amount,
    },
    /// What a transaction spends is spent to someone who is nobody here.
    DoubleSpend {
        /// The one that goes.
        txid: Txid,
    },
    /// A transaction leaves the mempool.
    Evict {
        /// Which.
        txid: Txid,
    },
    /// Another branch, one block longer, takes the place of the highest blocks.
    Reorganise {
        /// How many of them.
        depth: u32,
        /// What becomes of what they held.
        fate: Fate,
    },
    /// Another branch, one block longer, takes the place of the highest blocks, and holds all that they held but
    /// these transactions: they are in the mempool again.
    Undo {
        /// Which.
        txids: Vec<Txid>,
        /// How many blocks.
        depth: u32,
    },
    /// The mempool is emptied.
    ForgetMempool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Practised {
    /// The transaction that was made.
    pub txid: Option<Txid>,
    /// The height of the best block.
    pub height: u32,
}

impl App {
    /// Pays an invoice of a practice store; `amount` none: what is missing.
    ///
    /// # Errors
    /// [`AppError`] if it is no practice invoice, asks for nothing, or the chain refuses.
    pub async fn practice_pay(
        &self,
        invoice: InvoiceId,
        amount: Option<Amount>,
    ) -> Result<Practised, AppError> {
        let (script, amount) = self.practice_target(invoice, amount).await?;
        self.practise(Practice::Pay { script, amount })
    }

    /// Replaces a payment that is in no block by one of an invoice of a practice store; `amount` none:
    /// what is missing of that.
    ///
    /// # Errors
    /// As [`practice_pay`](Self::practice_pay).
    pub async fn practice_replace(
        &self,
        txid: Txid,
        invoice: InvoiceId,
        amount: Option<Amount>,
    ) -> Result<Practised, AppError> {
        let (script, amount) = self.practice_target(invoice, amount).await?;
        self.practise(Practice::Replace { txid, script, amount })
    }

    /// Makes something happen on the practice chain.
    ///
    /// # Errors
    /// [`AppError::Practice`] if the chain refuses, or is not the one that is followed.
    pub fn practise(&self, practice: Practice) -> Result<Practised, AppError> {
        self.check_practice()?;
        self.0.outside.practise(practice, self.now()).map_err(AppError::Practice)
    }

    async fn practice_target(
        &self,
        invoice: InvoiceId,
        amount: Option<Amount>,
    ) -> Result<(ScriptBuf, Amount), AppError> {
        let view = self.invoice(invoice, None).await?;
        if view.unopened {
            let words = "the invoice has no address yet: its buyer has to open the payment first";
            return Err(AppError::Practice(words.to_owned()));
        }
        let address = view.address.filter(|_| view.sandbox).ok_or(AppError::NotPractice)?;
        let address =
            address.parse::<bitcoin::Address<_>>().map_err(|e| AppError::Practice(e.to_string()))?;
        let missing = Amount::from_sat(view.remaining);
        if amount == Some(Amount::ZERO) {
            return Err(AppError::Practice("an amount is above zero".to_owned()));
        }
        let amount = amount.or((missing > Amount::ZERO).then_some(missing));
        let amount =
            amount.ok_or_else(|| AppError::Practice("nothing is missing: name an amount".to_owned()))?;
        Ok((address.assume_checked().script_pubkey(), amount))
    }

    /// The practice chain in this process's data folder is the one that is followed.
    fn check_practice(&self) -> Result<(), AppError> {
        if self.is_shared() && !self.follows(Network::SANDBOX.name) {
            let words = "another process has the practice chain that is followed: ask that one";
            return Err(AppError::Practice(words.to_owned()));
        }
        Ok(())
    }
}
