//! From a plan to a transaction that somebody can sign.
//!
//! The plan is looked through first, so that what BDK is asked cannot make it overflow; then BDK makes a transaction,
//! again at a higher rate if it turned out to pay too little; then all that signers need is written around the bare
//! transaction; and last it is compared with the plan.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Amount, FeeRate, OutPoint, Psbt, ScriptBuf, Transaction, TxOut, Weight};
use specie_core::script::{Keychain, ScriptKind};

use crate::check;
use crate::choose::Choice;
use crate::descriptors::{Descriptors, is_segwit, tell_xpubs};
use crate::error::{BuildError, Mismatch};
use crate::fee::{HIGHEST_RATE, fee_at, least_fee, rate_for, signed_weight};
use crate::plan::{Coin, Plan, Unsigned};

/// What nodes pass on at most.
const HEAVIEST: Weight = Weight::from_wu(400_000);

/// How often a rate is raised. Each time it is by what is missing; it settles at the second, unless coins are added.
const ATTEMPTS: usize = 12;

/// A transaction that pays the payees, and the rest to the wallet's own place for change.
///
/// Confirmed coins are spent first. If it replaces another version it adds no unconfirmed coin, and pays what
/// [`least_fee`] says even if `rate` is lower.
///
/// # Errors
/// The fact that stands in the way.
pub fn build(plan: &Plan<'_>) -> Result<Unsigned, BuildError> {
    if plan.payees.is_empty() {
        return Err(BuildError::NoPayees);
    }
    made(plan)
}

/// A transaction that spends all coins of the plan into one output at its place for change.
///
/// # Errors
/// As [`build`]; and if the plan has payees.
pub fn consolidate(plan: &Plan<'_>) -> Result<Unsigned, BuildError> {
    if !plan.payees.is_empty() {
        return Err(BuildError::Payees);
    }
    let all: Vec<_> = plan.coins.iter().map(|coin| coin.outpoint).collect();
    made(&Plan { must: &all, ..plan.clone() })
}

fn made(plan: &Plan<'_>) -> Result<Unsigned, BuildError> {
    let change = looked_through(plan)?;
    let coins = coins(plan)?;
    let must: BTreeSet<_> = plan.must.iter().copied().collect();
    if let Some(outpoint) = must.iter().find(|outpoint| !coins.contains_key(outpoint)) {
        return Err(BuildError::Must { outpoint: *outpoint });
    }
    let descriptors = Descriptors::of(plan.wallet);
    let satisfaction = descriptors.satisfaction();
    let (must, may): (Vec<&Coin>, Vec<&Coin>) =
        plan.coins.iter().partition(|coin| must.contains(&coin.outpoint));
    let confirmed: Vec<_> = may.iter().copied().filter(|coin| coin.height.is_some()).collect();
    let unconfirmed = confirmed.len() < may.len() && plan.replaces.is_none();
    let choice = |may: Vec<_>| Choice { plan, must: must.clone(), may, change: change.clone(), satisfaction };
    let settled = match settle(&choice(confirmed)) {
        Err(BuildError::NotEnough { .. }) if unconfirmed => settle(&choice(may))?,
        settled => settled?,
    };
    // Only now, and only those: a store may have a hundred thousand coins.
    let spent = settled.tx.input.iter().filter_map(|input| coins.get(&input.previous_output));
    if let Some(coin) = spent.into_iter().find(|coin| !is_there(plan, coin)) {
        return Err(BuildError::Coin { outpoint: coin.outpoint });
    }
    let psbt = told(plan, &coins, &descriptors, settled.tx)
        .and_then(|mut psbt| change_told(plan, &change, &descriptors, &mut psbt).map(|()| psbt))
        .map_err(BuildError::NotAsPlanned)?;
    let built = check::Built { psbt: &psbt, rate: settled.rate, weight: settled.weight };
    let (fee, change) = check::check(plan, &built)?;
    Ok(Unsigned { psbt, fee, change, weight: settled.weight })
}

/// What can be said of a plan before anything is built. Returns where change goes.
fn looked_through(plan: &Plan<'_>) -> Result<ScriptBuf, BuildError> {
    if plan.wallet.network_kind() != plan.network.into() {
        return Err(BuildError::WrongNetwork);
    }
    if bitcoin::absolute::Height::from_consensus(plan.tip_height).is_err() {
        return Err(BuildError::Height);
    }
    if plan.coins.is_empty() {
        return Err(BuildError::NoCoins);
    }
    for (payee, paid) in plan.payees.iter().enumerate() {
        let least = paid.script.minimal_non_dust();
        if paid.amount < least {
            return Err(BuildError::Dust { payee, amount: paid.amount, least });
        }
    }
    let available = total(plan.coins.iter().map(|coin| coin.amount));
    let needed = total(plan.payees.iter().map(|payee| payee.amount));
    if needed > available {
        return Err(BuildError::NotEnough { needed, available });
    }
    if plan.rate > HIGHEST_RATE {
        let fee = fee_at(plan.rate, Weight::MIN_TRANSACTION);
        return Err(BuildError::FeeAboveCap { fee, cap: plan.caps.absolute });
    }
    let (keychain, index) = plan.change;
    plan.wallet.script_at(keychain, index).map_err(BuildError::NoChange)
}

fn total(amounts: impl Iterator<Item = Amount>) -> Amount {
    Amount::from_sat(amounts.fold(0, |sum, amount| sum.saturating_add(amount.to_sat())))
}

/// The coins by where they lie, each once.
fn coins<'a>(plan: &Plan<'a>) -> Result<BTreeMap<OutPoint, &'a Coin>, BuildError> {
    let mut coins = BTreeMap::new();
    let mut worth = 0_u64;
    for coin in plan.coins {
        let outpoint = coin.outpoint;
        worth = worth.saturating_add(coin.amount.to_sat());
        let new = coins.insert(outpoint, coin).is_none();
        if !new || worth > Amount::MAX_MONEY.to_sat() {
            return Err(BuildError::Coin { outpoint });
        }
    }
    Ok(coins)
}

fn is_there(plan: &Plan<'_>, coin: &Coin) -> bool {
    let spent = usize::try_from(coin.outpoint.vout).ok().and_then(|vout| coin.previous.output.get(vout));
    let script = plan.wallet.script_at(coin.keychain, coin.index);
    let as_said = |spent: &TxOut| {
        spent.value == coin.amount && script.as_ref().is_ok_and(|script| *script == spent.script_pubkey)
    };
    spent.is_some_and(as_said) && coin.previous.compute_txid() == coin.outpoint.txid
}

struct Settled {
    tx: Transaction,
    weight: Weight,
    /// The rate that BDK was asked for in the end.
    rate: FeeRate,
}

/// BDK does not count the longer number of inputs of more than 252, and knows nothing of what is replaced: what pays
/// too little is made again at the rate that would have been enough.
fn settle(choice: &Choice<'_>) -> Result<Settled, BuildError> {
    let plan = choice.plan;
    let segwit = is_segwit(plan.wallet.kind());
    let worth: BTreeMap<_, _> = plan.coins.iter().map(|coin| (coin.outpoint, coin.amount)).collect();
    let mut rate = plan.rate;
    for _ in 0..ATTEMPTS {
        let tx = choice.transaction(rate)?;
        let weight = signed_weight(&tx, choice.satisfaction, segwit);
        if weight > HEAVIEST {
            return Err(BuildError::TooLarge { weight, most: HEAVIEST });
        }
        let needed = needed(plan, weight);
        let spent = total(tx.input.iter().filter_map(|input| worth.get(&input.previous_output).copied()));
        let fee = spent.checked_sub(total(tx.output.iter().map(|output| output.value)));
        if fee.is_some_and(|fee| fee >= needed) {
            return Ok(Settled { tx, weight, rate });
        }
        if needed > plan.caps.absolute {
            return Err(BuildError::FeeAboveCap { fee: needed, cap: plan.caps.absolute });
        }
        let missing = FeeRate::from_sat_per_kwu(rate.to_sat_per_kwu().saturating_add(1));
        rate = rate_for(needed, weight).max(missing).min(HIGHEST_RATE);
    }
    Err(BuildError::NotAsPlanned(Mismatch::Unbuilt))
}

/// What a transaction of that weight has to pay.
pub fn needed(plan: &Plan<'_>, weight: Weight) -> Amount {
    let asked = fee_at(plan.rate, weight);
    plan.replaces.map_or(asked, |replaced| asked.max(least_fee(replaced, weight.to_vbytes_ceil())))
}

/// All that a signer has to know of the inputs.
fn told(
    plan: &Plan<'_>,
    coins: &BTreeMap<OutPoint, &Coin>,
    descriptors: &Descriptors,
    tx: Transaction,
) -> Result<Psbt, Mismatch> {
    let mut psbt = Psbt::from_unsigned_tx(tx).map_err(|_| Mismatch::Form)?;
    tell_xpubs(plan.wallet, &mut psbt);
    let kind = plan.wallet.kind();
    for input in 0..psbt.inputs.len() {
        let outpoint = psbt.unsigned_tx.input[input].previous_output;
        let coin = coins.get(&outpoint).ok_or(Mismatch::Inputs)?;
        if is_segwit(kind) {
            let vout = usize::try_from(outpoint.vout).map_err(|_| Mismatch::Inputs)?;
            psbt.inputs[input].witness_utxo = coin.previous.output.get(vout).cloned();
        }
        // A taproot signature commits to the amounts; for all others a device has to see the whole.
        if kind != ScriptKind::Taproot {
            psbt.inputs[input].non_witness_utxo = Some((*coin.previous).clone());
        }
        descriptors.tell_input(&mut psbt, input, (coin.keychain, coin.index))?;
    }
    Ok(psbt)
}

/// Whose the change is. A payee may have the same script: the last such output is taken, and the check sees to it that
/// either way each is paid.
fn change_told(
    plan: &Plan<'_>,
    change: &ScriptBuf,
    descriptors: &Descriptors,
    psbt: &mut Psbt,
) -> Result<(), Mismatch> {
    match check::beside_payees(plan, &psbt.unsigned_tx)? {
        Some(vout) if psbt.unsigned_tx.output[vout].script_pubkey == *change => {
            let place: (Keychain, u32) = plan.change;
            descriptors.tell_output(psbt, vout, place)
        }
        Some(_) => Err(Mismatch::Change),
        None => Ok(()),
    }
}
