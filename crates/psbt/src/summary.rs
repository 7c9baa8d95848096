//! What a transaction does, in figures for a page that says in plain words what will be signed.

use bitcoin::bip32::ChildNumber;
use bitcoin::{Amount, FeeRate, Psbt, Weight};
use specie_core::script::{Keychain, WalletDescriptor};

use crate::descriptors::{Descriptors, is_segwit};
use crate::fee::signed_weight;
use crate::plan::{Change, Payee};
use crate::signatures::spent;

/// What will be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many coins it spends.
    pub coins: usize,
    /// What they are worth.
    pub total: Amount,
    /// Whom it pays, in its order. All that is not proved to be change is here.
    pub payees: Vec<Payee>,
    /// What goes back to the wallet: outputs whose scripts were derived again from the wallet's keys.
    pub change: Vec<Change>,
    /// What the miners get.
    pub fee: Amount,
    /// What it weighs at most once it is signed.
    pub weight: Weight,
}

impl Summary {
    /// The virtual size in vbytes that it has at most once it is signed.
    #[must_use]
    pub const fn vsize(&self) -> u64 {
        self.weight.to_vbytes_ceil()
    }

    /// The fee rate that it has at least, rounded down.
    #[must_use]
    pub fn rate(&self) -> FeeRate {
        FeeRate::from_sat_per_kwu(self.fee.to_sat().saturating_mul(1000) / self.weight.to_wu().max(1))
    }

    /// What the payees get in all.
    #[must_use]
    pub fn paid(&self) -> Amount {
        Amount::from_sat(self.payees.iter().map(|payee| payee.amount.to_sat()).sum())
    }
}

/// A PSBT that does not tell what its inputs spend, or spends less than it pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the transaction does not tell what it spends")]
pub struct Unreadable;

/// What `psbt` does, seen from the wallet that it spends from.
///
/// # Errors
/// [`Unreadable`] for a PSBT that [`build`](crate::build()) did not make.
pub fn summary(psbt: &Psbt, wallet: &WalletDescriptor) -> Result<Summary, Unreadable> {
    let tx = &psbt.unsigned_tx;
    let add = |sum: Amount, amount: Amount| sum.checked_add(amount).ok_or(Unreadable);
    let total = (0..tx.input.len())
        .try_fold(Amount::ZERO, |sum, input| add(sum, spent(psbt, input).ok_or(Unreadable)?.value))?;
    let out = tx.output.iter().try_fold(Amount::ZERO, |sum, output| add(sum, output.value))?;
    let fee = total.checked_sub(out).ok_or(Unreadable)?;
    let (mut payees, mut change) = (Vec::new(), Vec::new());
    for (place, output) in tx.output.iter().enumerate() {
        match own(psbt, wallet, place) {
            Some((keychain, index)) => {
                let vout = u32::try_from(place).map_err(|_| Unreadable)?;
                change.push(Change { vout, amount: output.value, keychain, index });
            }
            None => payees.push(Payee { script: output.script_pubkey.clone(), amount: output.value }),
        }
    }
    let satisfaction = Descriptors::of(wallet).satisfaction();
    let weight = signed_weight(tx, satisfaction, is_segwit(wallet.kind()));
    Ok(Summary { coins: tx.input.len(), total, payees, change, fee, weight })
}

/// Where the wallet has the script of an output that is said to be its own.
fn own(psbt: &Psbt, wallet: &WalletDescriptor, place: usize) -> Option<(Keychain, u32)> {
    let told = psbt.outputs.get(place)?;
    let ecdsa = told.bip32_derivation.values().map(|(_, path)| path);
    let taproot = told.tap_key_origins.values().map(|(_, (_, path))| path);
    let path: &[ChildNumber] = ecdsa.chain(taproot).next()?.as_ref();
    let (last, before) = path.split_last()?;
    let keychain = match (wallet.keychain(Keychain::Internal), before.last()) {
        (Some(_), Some(ChildNumber::Normal { index: 1 })) => Keychain::Internal,
        _ => Keychain::External,
    };
    let ChildNumber::Normal { index } = *last else { return None };
    let script = wallet.script_at(keychain, index).ok()?;
    (script == psbt.unsigned_tx.output.get(place)?.script_pubkey).then_some((keychain, index))
}
