//! Why something that came back is not taken. In words that whoever uploaded it reads.

use bitcoin::{Amount, OutPoint};

/// Nothing of what came back was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Longer than [`MAX_RETURNED_BYTES`](crate::MAX_RETURNED_BYTES).
    #[error("this is too large for a signed transaction")]
    TooLarge,
    /// Neither a PSBT nor a transaction, or a damaged one.
    #[error("this is neither a PSBT nor a transaction")]
    NotAPsbt,
    /// A PSBT of version 2 (BIP 370).
    #[error("this is a PSBT of version 2; save it as version 0")]
    Version2,
    /// It spends none of our coins.
    #[error("this is another transaction: it spends none of these coins")]
    Foreign,
    /// It spends a coin that ours does not.
    #[error("it spends another coin, {outpoint}")]
    OtherInput {
        /// That coin.
        outpoint: OutPoint,
    },
    /// It does not spend a coin that ours does.
    #[error("it no longer spends the coin {outpoint}")]
    InputMissing {
        /// Our coin.
        outpoint: OutPoint,
    },
    /// It spends our coins in another order.
    #[error("it spends the coins in another order")]
    InputsMoved,
    /// An output pays another amount, or somebody else.
    #[error("{}", changed(*.vout, *.ours, *.theirs, *.elsewhere))]
    OutputChanged {
        /// Its place, from 0.
        vout: usize,
        /// What it pays in ours.
        ours: Amount,
        /// What it pays in theirs.
        theirs: Amount,
        /// Whether it pays another address.
        elsewhere: bool,
    },
    /// It has more outputs.
    #[error("output {} of {} sat was added", vout + 1, amount.to_sat())]
    OutputAdded {
        /// Its place in theirs, from 0.
        vout: usize,
        /// What it pays.
        amount: Amount,
    },
    /// It has fewer outputs.
    #[error("output {} of {} sat is missing", vout + 1, amount.to_sat())]
    OutputMissing {
        /// Its place in ours, from 0.
        vout: usize,
        /// What it pays.
        amount: Amount,
    },
    /// Another version number.
    #[error("the transaction's version was changed")]
    VersionChanged,
    /// Another lock time.
    #[error("the transaction's lock time was changed")]
    LockTimeChanged,
    /// Another sequence number.
    #[error("the sequence number of input {} was changed", input + 1)]
    SequenceChanged {
        /// Its place, from 0.
        input: usize,
    },
    /// There is no signature in it.
    #[error("it is not signed")]
    NothingSigned,
    /// A signature that is not for exactly this transaction, or damaged.
    #[error("the signature of input {} is wrong", input + 1)]
    BadSignature {
        /// Its place, from 0.
        input: usize,
    },
    /// Signed with a key that the coin does not belong to.
    #[error("input {} is signed with a key of another wallet", input + 1)]
    OtherKey {
        /// Its place, from 0.
        input: usize,
    },
    /// The signature allows others to change the transaction.
    #[error("the signature of input {} leaves others free to change the transaction (sighash is not ALL)", input + 1)]
    SighashNotAll {
        /// Its place, from 0.
        input: usize,
    },
    /// Ours is not as [`build`](crate::build()) made it: the coin that an input spends is not told.
    #[error("the stored transaction does not tell what input {} spends", input + 1)]
    Incomplete {
        /// Its place, from 0.
        input: usize,
    },
}

fn changed(vout: usize, ours: Amount, theirs: Amount, elsewhere: bool) -> String {
    let (vout, ours, theirs) = (vout + 1, ours.to_sat(), theirs.to_sat());
    match elsewhere {
        true if ours == theirs => format!("output {vout} pays another address"),
        true => format!("output {vout} pays {theirs} sat to another address instead of {ours} sat"),
        false => format!("output {vout} pays {theirs} sat instead of {ours} sat"),
    }
}
