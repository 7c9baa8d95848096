//! What is to be paid from what, and what came of it. Values only: nothing here decides.

use std::sync::Arc;

use bitcoin::{Amount, FeeRate, Network, OutPoint, Psbt, ScriptBuf, Transaction, Weight};
use specie_core::script::{Keychain, WalletDescriptor};

/// A coin of the wallet that nobody spent yet.
#[derive(Debug, Clone)]
pub struct Coin {
    /// Where it lies.
    pub outpoint: OutPoint,
    /// What it is worth.
    pub amount: Amount,
    /// The keychain of its script.
    pub keychain: Keychain,
    /// The index of its script on that keychain.
    pub index: u32,
    /// The whole transaction that made it: hardware wallets want to see for themselves what a coin is worth.
    pub previous: Arc<Transaction>,
    /// The block that it is in; none while it is unconfirmed. Confirmed coins are spent first, and a replacement adds
    /// no others (BIP 125, rule 2).
    pub height: Option<u32>,
}

/// Who is paid, and how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The output's script.
    pub script: ScriptBuf,
    /// What the output is worth.
    pub amount: Amount,
}

/// The most that a fee may be. Both hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// In all.
    pub absolute: Amount,
    /// In percent of what the payees get (of what is moved, in a consolidation), whole percents.
    pub percent: u64,
}

/// The version of a transaction that a new one takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// Its fee.
    pub fee: Amount,
    /// Its virtual size in vbytes, as it was signed.
    pub vsize: u64,
}

/// A transaction that somebody wants.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// The wallet that pays.
    pub wallet: &'a WalletDescriptor,
    /// The network that it is on.
    pub network: Network,
    /// The coins that may be spent. Whether a coinbase is mature and an unconfirmed coin trusted is decided before.
    pub coins: &'a [Coin],
    /// Those of [`Self::coins`] that have to be spent: for a replacement, all inputs of the version before.
    pub must: &'a [OutPoint],
    /// Who is paid, each with one output.
    pub payees: &'a [Payee],
    /// The next free place for change; on [`Keychain::External`] for a wallet that has no other.
    pub change: (Keychain, u32),
    /// The fee rate that is wanted.
    pub rate: FeeRate,
    /// The version that this one replaces, with the highest fee if there are several. The fee is then at least
    /// [`least_fee`](crate::least_fee), whatever the rate.
    pub replaces: Option<Replaced>,
    /// The most that the fee may be.
    pub caps: Caps,
    /// The height of the best block: the transaction may be mined in the next block and in none before (a miner
    /// gains nothing by going back for it).
    pub tip_height: u32,
    /// Chance for the choice of coins and the order of outputs. The same seed makes the same transaction.
    pub seed: [u8; 32],
}

/// The output that goes back to the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Its place among the outputs, from 0.
    pub vout: u32,
    /// What it is worth.
    pub amount: Amount,
    /// The keychain of its script.
    pub keychain: Keychain,
    /// The index of its script on that keychain.
    pub index: u32,
}

/// A transaction that is as it was planned and that nobody signed.
#[derive(Debug, Clone)]
pub struct Unsigned {
    /// The transaction with all that a signer has to know.
    pub psbt: Psbt,
    /// What the miners get: the inputs less the outputs.
    pub fee: Amount,
    /// What goes back to the wallet, if anything does.
    pub change: Option<Change>,
    /// The weight that the signed transaction has at most.
    pub weight: Weight,
}

impl Unsigned {
    /// The coins that it spends, in its order.
    pub fn spends(&self) -> impl Iterator<Item = OutPoint> {
        self.psbt.unsigned_tx.input.iter().map(|input| input.previous_output)
    }

    /// The virtual size in vbytes that the signed transaction has at most.
    #[must_use]
    pub const fn vsize(&self) -> u64 {
        self.weight.to_vbytes_ceil()
    }
}
