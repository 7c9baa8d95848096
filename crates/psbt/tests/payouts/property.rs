//! Whatever is asked for: what is built is what was asked for, as an oracle sees it that reads the signed transaction
//! and the plan, and knows nothing of how it was built.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Amount, FeeRate, OutPoint, Transaction};
use proptest::prelude::*;
use specie_core::script::{Keychain, ScriptKind};
use specie_psbt::{BuildError, Coin, Plan, TakenBack, Unsigned, build, take_back};

use crate::wallet::{KINDS, coin, enough, payee, plan, sign, wallet};

#[derive(Debug, Clone)]
struct Asked {
    kind: ScriptKind,
    coins: Vec<(u64, bool, bool)>,
    must: usize,
    payees: Vec<u64>,
    /// In satoshis for a thousand weight units.
    rate: u64,
    seed: [u8; 32],
}

fn asked() -> impl Strategy<Value = Asked> {
    let amount = prop_oneof![300..3_000_u64, 3_000..100_000_u64, 100_000..50_000_000_u64];
    (
        proptest::sample::select(KINDS.to_vec()),
        proptest::collection::vec((amount.clone(), any::<bool>(), any::<bool>()), 1..12),
        0..3_usize,
        proptest::collection::vec(amount, 1..5),
        prop_oneof![250..2_000_u64, 2_000..100_000_u64],
        any::<[u8; 32]>(),
    )
        .prop_map(|(kind, coins, must, payees, rate, seed)| Asked {
            kind,
            coins,
            must,
            payees,
            rate,
            seed,
        })
}

/// What the coins are worth beyond what it costs to spend them, and what else there is to pay.
fn affordable(plan: &Plan<'_>, built_of_one: u64) -> (u64, u64) {
    let cost = |weight: u64| (plan.rate.to_sat_per_kwu() * weight).div_ceil(1000) + 1;
    let must: BTreeSet<_> = plan.must.iter().collect();
    let worth: i128 = plan
        .coins
        .iter()
        .map(|coin| (i128::from(coin.amount.to_sat()) - i128::from(cost(built_of_one)), coin.outpoint))
        .filter(|(worth, outpoint)| *worth > 0 || must.contains(outpoint))
        .map(|(worth, _)| worth)
        .sum();
    let outputs = 4 * 43 * (plan.payees.len() as u64 + 1) + 4 * 12;
    let payees: u64 = plan.payees.iter().map(|payee| payee.amount.to_sat()).sum();
    (u64::try_from(worth).unwrap_or(0), payees + cost(outputs))
}

/// More than any kind's input weighs.
fn heaviest_input(kind: ScriptKind) -> u64 {
    match kind {
        ScriptKind::LegacyMultisig => 4 * 310,
        ScriptKind::NestedMultisig => 460,
        ScriptKind::SegwitMultisig => 430,
        ScriptKind::Legacy => 4 * 150,
        _ => 370,
    }
}

fn right(plan: &Plan<'_>, built: &Unsigned, tx: &Transaction) -> Result<(), TestCaseError> {
    let coins: BTreeMap<OutPoint, &Coin> = plan.coins.iter().map(|coin| (coin.outpoint, coin)).collect();
    let spent: Vec<_> = tx.input.iter().map(|input| input.previous_output).collect();
    let distinct: BTreeSet<_> = spent.iter().copied().collect();
    prop_assert_eq!(distinct.len(), spent.len());
    prop_assert!(spent.iter().all(|outpoint| coins.contains_key(outpoint)));
    prop_assert!(plan.must.iter().all(|outpoint| distinct.contains(outpoint)));

    let mut outputs: Vec<_> =
        tx.output.iter().map(|output| (output.script_pubkey.clone(), output.value)).collect();
    for payee in plan.payees {
        let place = outputs.iter().position(|output| *output == (payee.script.clone(), payee.amount));
        prop_assert!(place.is_some(), "a payee is missing");
        outputs.remove(place.expect("just found"));
    }
    let own = plan.wallet.script_at(plan.change.0, plan.change.1).expect("a place");
    let change: Vec<_> = built.change.iter().map(|change| (own.clone(), change.amount)).collect();
    prop_assert_eq!(outputs, change);
    prop_assert!(tx.output.iter().all(|output| output.value >= output.script_pubkey.minimal_non_dust()));

    let input: u64 = spent.iter().map(|outpoint| coins[outpoint].amount.to_sat()).sum();
    let output: u64 = tx.output.iter().map(|output| output.value.to_sat()).sum();
    prop_assert_eq!(input - output, built.fee.to_sat());
    // The rate, by what was really signed: never below the one asked for; above it by the bytes that signatures were
    // shorter, and by what made no output of its own.
    let paid = u128::from(input - output) * 1000;
    let rate = u128::from(plan.rate.to_sat_per_kwu());
    let weight = u128::from(tx.weight().to_wu());
    prop_assert!(paid >= rate * weight, "{} for {} at {}", paid, weight, rate);
    let shorter = u128::from(built.weight.to_wu()) + spent.len() as u128 * 2 + 32;
    let unmade = if built.change.is_none() { 546 * 1000 + 1000 + rate * 4 * 43 } else { 0 };
    prop_assert!(paid <= rate * shorter + unmade + 1000 * (spent.len() as u128 + 8));
    prop_assert!(shorter - weight <= 34 + spent.len() as u128 * 30);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_built_is_what_was_asked_for(asked in asked()) {
        let wallet = wallet(asked.kind);
        let coins: Vec<_> = (0..).zip(&asked.coins).map(|(index, (sat, confirmed, inside))| {
            let keychain = if *inside { Keychain::Internal } else { Keychain::External };
            coin(&wallet, keychain, index + 10, *sat, confirmed.then_some(700_000))
        }).collect();
        let must: Vec<_> = coins.iter().take(asked.must).map(|coin| coin.outpoint).collect();
        let payees: Vec<_> = (1..).zip(&asked.payees).map(|(number, sat)| payee(number, *sat)).collect();
        let plan = Plan {
            must: &must,
            rate: FeeRate::from_sat_per_kwu(asked.rate),
            seed: asked.seed,
            ..plan(&wallet, &coins, &payees, 1)
        };
        match build(&plan) {
            Ok(built) => {
                let signed = sign(&built.psbt, enough(asked.kind)).serialize();
                let Ok(TakenBack::Signed { tx, .. }) = take_back(&built.psbt, &signed) else {
                    return Err(TestCaseError::fail("what was built can be signed"));
                };
                right(&plan, &built, &tx)?;
            }
            Err(BuildError::NotEnough { needed, available }) => {
                prop_assert!(needed > available);
                let (worth, cost) = affordable(&plan, heaviest_input(asked.kind));
                prop_assert!(worth < cost, "{} would pay {}", worth, cost);
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
    }

    /// A cap holds, whatever else is asked for.
    #[test]
    fn no_fee_passes_its_cap(asked in asked(), cap in 100..20_000_u64, percent in 0..20_u64) {
        let wallet = wallet(asked.kind);
        let coins: Vec<_> = (0..).zip(&asked.coins)
            .map(|(index, (sat, ..))| coin(&wallet, Keychain::External, index, *sat, Some(1))).collect();
        let payees: Vec<_> = (1..).zip(&asked.payees).map(|(number, sat)| payee(number, *sat)).collect();
        let mut plan = plan(&wallet, &coins, &payees, 1);
        plan.rate = FeeRate::from_sat_per_kwu(asked.rate);
        plan.caps = specie_psbt::Caps { absolute: Amount::from_sat(cap), percent };
        if let Ok(built) = build(&plan) {
            let paid: u64 = asked.payees.iter().sum();
            prop_assert!(built.fee.to_sat() <= cap && built.fee.to_sat() * 100 <= paid * percent);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Nothing that is uploaded makes it panic, or count as signed.
    #[test]
    fn garbage_is_refused(garbage in proptest::collection::vec(any::<u8>(), 0..300), psbt in any::<bool>()) {
        let wallet = wallet_of_one();
        let bytes = if psbt { [&b"psbt\xff"[..], &garbage].concat() } else { garbage };
        prop_assert!(take_back(wallet, &bytes).is_err());
    }
}

fn wallet_of_one() -> &'static bitcoin::Psbt {
    static ONE: std::sync::LazyLock<bitcoin::Psbt> = std::sync::LazyLock::new(|| {
        let wallet = wallet(ScriptKind::Segwit);
        let coins = [coin(&wallet, Keychain::External, 0, 100_000, None)];
        let payees = [payee(1, 50_000)];
        build(&plan(&wallet, &coins, &payees, 1)).expect("a transaction").psbt
    });
    &ONE
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// One byte of a signed upload is changed: it is refused, or makes the very same signed transaction.
    #[test]
    fn one_changed_byte_changes_nothing_that_is_signed(at in any::<prop::sample::Index>(), by in 1..=255_u8) {
        let ours = wallet_of_one();
        let mut signed = sign(ours, &[0]).serialize();
        let whole = take_back(ours, &signed).expect("it is signed");
        let at = at.index(signed.len());
        signed[at] ^= by;
        if let Ok(taken) = take_back(ours, &signed) {
            prop_assert_eq!(taken, whole);
        }
    }
}
