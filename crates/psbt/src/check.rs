//! Is this the transaction that was planned?
//!
//! Asked of everything that is built, from the plan and the finished PSBT alone. It derives scripts by `specie-core`
//! and counts by itself: it must never use what BDK or `miniscript` said of coins, change or fee.

use std::collections::BTreeMap;

use bitcoin::bip32::KeySource;
use bitcoin::secp256k1::PublicKey;
use bitcoin::transaction::Version;
use bitcoin::{Amount, FeeRate, Psbt, Transaction, TxIn, TxOut, Weight};
use specie_core::script::{Keychain, ScriptKind};

use crate::build::needed;
use crate::choose::SEQUENCE;
use crate::error::{BuildError, Mismatch};
use crate::fee::fee_at;
use crate::plan::{Change, Coin, Plan};

/// What was built, and how.
pub struct Built<'a> {
    pub psbt: &'a Psbt,
    /// The rate that was used in the end: the plan's, or a higher one for the sake of a floor.
    pub rate: FeeRate,
    /// What it weighs signed.
    pub weight: Weight,
}

/// Compares, and returns the fee and the change as they are in the transaction.
pub fn check(plan: &Plan<'_>, built: &Built<'_>) -> Result<(Amount, Option<Change>), BuildError> {
    let tx = &built.psbt.unsigned_tx;
    let wrong = BuildError::NotAsPlanned;
    form(plan, tx).map_err(wrong)?;
    let spent = inputs(plan, built.psbt).map_err(wrong)?;
    let change = change(plan, built.psbt).map_err(wrong)?;
    let fee = fee(plan, built, &spent, change.is_some()).map_err(wrong)?;
    caps(plan, fee, change.as_ref())?;
    Ok((fee, change))
}

fn form(plan: &Plan<'_>, tx: &Transaction) -> Result<(), Mismatch> {
    let replaceable = tx.input.iter().all(|input| input.sequence == SEQUENCE);
    let unsigned = tx.input.iter().all(|input| input.script_sig.is_empty() && input.witness.is_empty());
    let height = tx.lock_time.to_consensus_u32() == plan.tip_height && tx.lock_time.is_block_height();
    if replaceable && unsigned && height && tx.version == Version::TWO { Ok(()) } else { Err(Mismatch::Form) }
}

/// Every input is one of the coins, once; those that have to be there are. Returns what they are worth.
fn inputs(plan: &Plan<'_>, psbt: &Psbt) -> Result<Vec<Amount>, Mismatch> {
    let mut left: BTreeMap<_, _> = plan.coins.iter().map(|coin| (coin.outpoint, coin)).collect();
    if psbt.unsigned_tx.input.is_empty() || psbt.inputs.len() != psbt.unsigned_tx.input.len() {
        return Err(Mismatch::Inputs);
    }
    let mut spent = Vec::with_capacity(psbt.inputs.len());
    for (input, told) in psbt.unsigned_tx.input.iter().zip(&psbt.inputs) {
        let coin = left.remove(&input.previous_output).ok_or(Mismatch::Inputs)?;
        told_of(plan, coin, input, told)?;
        spent.push(coin.amount);
    }
    if plan.must.iter().any(|outpoint| left.contains_key(outpoint)) {
        return Err(Mismatch::Inputs);
    }
    Ok(spent)
}

/// A signer sees the coin as it is, and its keys.
fn told_of(plan: &Plan<'_>, coin: &Coin, input: &TxIn, told: &bitcoin::psbt::Input) -> Result<(), Mismatch> {
    let script = plan.wallet.script_at(coin.keychain, coin.index).map_err(|_| Mismatch::Spent)?;
    let expected = TxOut { value: coin.amount, script_pubkey: script };
    let kind = plan.wallet.kind();
    let legacy = matches!(kind, ScriptKind::Legacy | ScriptKind::LegacyMultisig);
    let output = told.witness_utxo.as_ref();
    let whole = told.non_witness_utxo.as_ref();
    let has_output = if legacy { output.is_none() } else { output == Some(&expected) };
    let has_whole = if kind == ScriptKind::Taproot {
        whole.is_none()
    } else {
        let vout = usize::try_from(input.previous_output.vout).map_err(|_| Mismatch::Spent)?;
        whole.is_some_and(|tx| {
            tx.compute_txid() == input.previous_output.txid && tx.output.get(vout) == Some(&expected)
        })
    };
    if !has_output || !has_whole {
        return Err(Mismatch::Spent);
    }
    let signed = told.final_script_sig.is_some()
        || told.final_script_witness.is_some()
        || !told.partial_sigs.is_empty()
        || told.tap_key_sig.is_some();
    let internal = told.tap_internal_key.is_some() == (kind == ScriptKind::Taproot);
    let known =
        are_own(plan, (coin.keychain, coin.index), sources(&told.bip32_derivation, &told.tap_key_origins));
    if signed || !internal || !known { Err(Mismatch::Origins) } else { Ok(()) }
}

/// Where all keys of an input or an output come from, of whichever kind they are.
fn sources<'a, Key, Leaves>(
    ecdsa: &'a BTreeMap<PublicKey, KeySource>,
    taproot: &'a BTreeMap<Key, (Leaves, KeySource)>,
) -> impl Iterator<Item = &'a KeySource> {
    ecdsa.values().chain(taproot.values().map(|(_, source)| source))
}

/// The sources are those of the wallet's keys at that place, each once.
fn are_own<'a>(
    plan: &Plan<'_>,
    (keychain, index): (Keychain, u32),
    sources: impl Iterator<Item = &'a KeySource>,
) -> bool {
    let written = |(master, path): &KeySource| {
        let steps: String = path.into_iter().map(|step| format!("/{step:#}")).collect();
        format!("{master}{steps}")
    };
    let mut told: Vec<_> = sources.map(written).collect();
    told.sort();
    let own = plan.wallet.derivations(keychain, index).map(|mut own| {
        own.sort();
        own
    });
    own.is_ok_and(|own| own == told)
}

/// Each payee has one output, with its amount; at most one output is nobody's. Returns its place.
pub fn beside_payees(plan: &Plan<'_>, tx: &Transaction) -> Result<Option<usize>, Mismatch> {
    let mut owed: Vec<_> = plan.payees.iter().collect();
    let mut beside = Vec::new();
    for (vout, output) in tx.output.iter().enumerate() {
        let paid = owed
            .iter()
            .position(|payee| payee.script == output.script_pubkey && payee.amount == output.value);
        match paid {
            Some(payee) => {
                owed.swap_remove(payee);
            }
            None => beside.push(vout),
        }
        if output.value < output.script_pubkey.minimal_non_dust() {
            return Err(Mismatch::Dust);
        }
    }
    if !owed.is_empty() {
        return Err(Mismatch::Payees);
    }
    if beside.len() > 1 { Err(Mismatch::Outputs) } else { Ok(beside.pop()) }
}

/// What goes to nobody else goes to the wallet, at the place that was meant for it.
fn change(plan: &Plan<'_>, psbt: &Psbt) -> Result<Option<Change>, Mismatch> {
    let Some(place) = beside_payees(plan, &psbt.unsigned_tx)? else {
        return Ok(None);
    };
    let (keychain, index) = plan.change;
    let own = plan.wallet.script_at(keychain, index).map_err(|_| Mismatch::Change)?;
    let output = psbt.unsigned_tx.output.get(place).ok_or(Mismatch::Change)?;
    let told = psbt.outputs.get(place).ok_or(Mismatch::Change)?;
    let known = are_own(plan, plan.change, sources(&told.bip32_derivation, &told.tap_key_origins));
    if output.script_pubkey != own || !known {
        return Err(Mismatch::Change);
    }
    let vout = u32::try_from(place).map_err(|_| Mismatch::Change)?;
    Ok(Some(Change { vout, amount: output.value, keychain, index }))
}

/// The fee is what was asked for: not less, and more only by what would not make an output.
fn fee(plan: &Plan<'_>, built: &Built<'_>, spent: &[Amount], has_change: bool) -> Result<Amount, Mismatch> {
    let tx = &built.psbt.unsigned_tx;
    let paid = sum(tx.output.iter().map(|output| output.value))?;
    let fee = sum(spent.iter().copied())?.checked_sub(paid).ok_or(Mismatch::Fee)?;

    let (keychain, index) = plan.change;
    let own = plan.wallet.script_at(keychain, index).map_err(|_| Mismatch::Change)?;
    let parts = u64::try_from(tx.input.len() + tx.output.len()).map_err(|_| Mismatch::Fee)?;
    // Each part is weighed and rounded up by itself, and counted as if it had a witness.
    let rounding = fee_at(built.rate, Weight::from_wu(parts + 16)) + Amount::from_sat(parts + 2);
    let output = TxOut { value: Amount::ZERO, script_pubkey: own.clone() };
    let dropped =
        if has_change { Amount::ZERO } else { own.minimal_non_dust() + fee_at(built.rate, output.weight()) };
    let most = fee_at(built.rate, built.weight) + rounding + dropped;
    if fee < needed(plan, built.weight) || fee > most { Err(Mismatch::Fee) } else { Ok(fee) }
}

fn sum(mut amounts: impl Iterator<Item = Amount>) -> Result<Amount, Mismatch> {
    amounts.try_fold(Amount::ZERO, Amount::checked_add).ok_or(Mismatch::Fee)
}

fn caps(plan: &Plan<'_>, fee: Amount, change: Option<&Change>) -> Result<(), BuildError> {
    let cap = plan.caps.absolute;
    if fee > cap {
        return Err(BuildError::FeeAboveCap { fee, cap });
    }
    let moved = change.map_or(0, |change| change.amount.to_sat());
    let payees: u64 = plan.payees.iter().map(|payee| payee.amount.to_sat()).sum();
    let paid = if plan.payees.is_empty() { moved } else { payees };
    let percent = plan.caps.percent;
    if u128::from(fee.to_sat()) * 100 > u128::from(paid) * u128::from(percent) {
        return Err(BuildError::FeeAbovePercent { fee, percent });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
