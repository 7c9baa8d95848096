//! What a transaction has that was made from a plan, and which plans none is made for.

use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::bip32::KeySource;
use bitcoin::secp256k1::PublicKey;
use bitcoin::taproot::TapLeafHash;
use bitcoin::{Amount, FeeRate, Network, OutPoint, XOnlyPublicKey};
use specie_core::script::{Keychain, ScriptKind, WalletDescriptor};
use specie_psbt::{BuildError, Caps, Plan, build, consolidate};

use crate::wallet::{KINDS, TIP, coin, coins, descriptor, payee, plan, wallet};

fn sat(amount: u64) -> Amount {
    Amount::from_sat(amount)
}

#[test]
fn payees_are_paid_and_the_rest_comes_back() {
    for kind in KINDS {
        let wallet = wallet(kind);
        let coins = coins(&wallet, &[100_000, 200_000, 50_000]);
        let payees = [payee(1, 60_000), payee(2, 150_000)];
        let built = build(&plan(&wallet, &coins, &payees, 5)).unwrap();
        let tx = &built.psbt.unsigned_tx;
        for payee in &payees {
            let paid = tx.output.iter().filter(|output| output.script_pubkey == payee.script);
            assert_eq!(paid.map(|output| output.value).collect::<Vec<_>>(), [payee.amount], "{kind:?}");
        }
        let change = built.change.unwrap();
        let own = wallet.script_at(Keychain::Internal, 7).unwrap();
        assert_eq!((change.keychain, change.index), (Keychain::Internal, 7));
        assert_eq!(tx.output[change.vout as usize].script_pubkey, own);
        assert_eq!(tx.output[change.vout as usize].value, change.amount);
        assert_eq!(tx.lock_time.to_consensus_u32(), TIP);
        assert!(
            tx.input
                .iter()
                .all(|input| input.sequence.is_rbf() && input.sequence.enables_absolute_lock_time())
        );
        // Each input is rounded up by itself, and weighed as if it had a witness.
        let asked = FeeRate::from_sat_per_vb(5).unwrap() * built.weight;
        assert!(built.fee >= asked && built.fee <= asked + sat(10), "{kind:?}: {} for {asked}", built.fee);
    }
}

#[test]
fn a_device_is_told_what_it_spends_and_which_keys_are_its_own() {
    for kind in KINDS {
        let wallet = wallet(kind);
        let coins = coins(&wallet, &[100_000]);
        let payees = [payee(1, 60_000)];
        let built = build(&plan(&wallet, &coins, &payees, 5)).unwrap();
        let input = &built.psbt.inputs[0];
        let legacy = matches!(kind, ScriptKind::Legacy | ScriptKind::LegacyMultisig);
        let taproot = kind == ScriptKind::Taproot;
        assert_eq!(input.witness_utxo.is_some(), !legacy, "{kind:?}");
        assert_eq!(input.non_witness_utxo.is_some(), !taproot, "{kind:?}");

        let keys = wallet.keys().len();
        let output = &built.psbt.outputs[built.change.unwrap().vout as usize];
        let told = |ecdsa: &BTreeMap<PublicKey, KeySource>,
                    taproot: &BTreeMap<XOnlyPublicKey, (Vec<TapLeafHash>, KeySource)>| {
            let sources = ecdsa.values().chain(taproot.values().map(|(_, source)| source));
            let mut sources: Vec<_> =
                sources.map(|(key, path)| format!("{key}/{path}").replace('\'', "h")).collect();
            sources.sort();
            sources
        };
        let derived = |keychain, index| {
            let mut paths = wallet.derivations(keychain, index).unwrap();
            paths.sort();
            paths
        };
        let of_input = told(&input.bip32_derivation, &input.tap_key_origins);
        let of_change = told(&output.bip32_derivation, &output.tap_key_origins);
        assert_eq!(of_input, derived(Keychain::External, 0), "{kind:?}");
        assert_eq!(of_change, derived(Keychain::Internal, 7), "{kind:?}");
        assert_eq!(built.psbt.xpub.len(), if keys > 1 { keys } else { 0 }, "{kind:?}");
        assert_eq!(input.tap_internal_key.is_some() && output.tap_internal_key.is_some(), taproot);
    }
}

#[test]
fn a_wallet_without_a_change_keychain_gets_change_on_its_own() {
    let text = descriptor(ScriptKind::Segwit, "/*");
    let wallet = WalletDescriptor::parse(&text, Network::Regtest).unwrap();
    let coins = coins(&wallet, &[100_000]);
    let payees = [payee(1, 60_000)];
    let on_own = Plan { change: (Keychain::External, 9), ..plan(&wallet, &coins, &payees, 2) };
    let built = build(&on_own).unwrap();
    let change = built.change.unwrap();
    assert_eq!((change.keychain, change.index), (Keychain::External, 9));
    let elsewhere = Plan { change: (Keychain::Internal, 9), ..on_own };
    assert!(matches!(build(&elsewhere), Err(BuildError::NoChange(_))));
}

#[test]
fn a_store_with_a_million_invoices_waits_for_nothing() {
    let wallet = wallet(ScriptKind::Segwit);
    let far = [coin(&wallet, Keychain::External, 1_999_999, 100_000, Some(1))];
    let payees = [payee(1, 60_000)];
    let late = Plan { change: (Keychain::Internal, 2_000_000), ..plan(&wallet, &far, &payees, 2) };
    assert_eq!(build(&late).unwrap().change.unwrap().index, 2_000_000);
}

#[test]
fn the_same_seed_makes_the_same_transaction_and_another_one_another() {
    let wallet = wallet(ScriptKind::Segwit);
    let coins = coins(&wallet, &[70_000; 30]);
    let payees = [payee(1, 60_000), payee(2, 61_000), payee(3, 62_000)];
    let first = plan(&wallet, &coins, &payees, 3);
    let other = Plan { seed: [22; 32], ..first.clone() };
    let made = |plan: &Plan<'_>| build(plan).unwrap().psbt;
    assert_eq!(made(&first), made(&first));
    assert_ne!(made(&first).unsigned_tx, made(&other).unsigned_tx);
}

#[test]
fn confirmed_coins_are_spent_first() {
    let wallet = wallet(ScriptKind::Segwit);
    let young = coin(&wallet, Keychain::External, 0, 90_000, None);
    let old = coin(&wallet, Keychain::External, 1, 500_000, Some(800_000));
    let both = [young.clone(), old.clone()];
    let little = [payee(1, 80_000)];
    let built = build(&plan(&wallet, &both, &little, 2)).unwrap();
    assert_eq!(built.spends().collect::<Vec<_>>(), [old.outpoint]);
    let much = [payee(1, 550_000)];
    let built = build(&plan(&wallet, &both, &much, 2)).unwrap();
    assert_eq!(built.spends().count(), 2);
}

/// BDK's random draw takes such a coin and then finds that there is not enough.
#[test]
fn a_coin_that_costs_more_than_it_is_worth_stays() {
    let wallet = wallet(ScriptKind::LegacyMultisig);
    let coins = coins(&wallet, &[300, 71_625, 400]);
    let payees = [payee(1, 300)];
    for seed in 0..20 {
        let built = build(&Plan { seed: [seed; 32], ..plan(&wallet, &coins, &payees, 112) }).unwrap();
        assert_eq!(built.spends().collect::<Vec<_>>(), [coins[1].outpoint]);
    }
}

#[test]
fn coins_are_put_together_at_a_low_rate() {
    for kind in KINDS {
        let wallet = wallet(kind);
        let coins = coins(&wallet, &[30_000; 9]);
        let built = consolidate(&plan(&wallet, &coins, &[], 1)).unwrap();
        assert_eq!(built.spends().count(), 9);
        assert_eq!(built.psbt.unsigned_tx.output.len(), 1);
        assert_eq!(built.change.unwrap().amount, sat(9 * 30_000) - built.fee, "{kind:?}");
    }
}

#[test]
fn many_coins_pay_for_the_longer_count_of_inputs() {
    let wallet = wallet(ScriptKind::Segwit);
    for count in [252, 253, 400] {
        let coins = coins(&wallet, &vec![10_000; count]);
        let built = consolidate(&plan(&wallet, &coins, &[], 7)).unwrap();
        assert!(built.fee >= FeeRate::from_sat_per_vb(7).unwrap() * built.weight, "{count}");
    }
    let coins = coins(&wallet, &vec![10_000; 1500]);
    assert!(matches!(consolidate(&plan(&wallet, &coins, &[], 1)), Err(BuildError::TooLarge { .. })));
}

#[test]
fn change_that_would_be_dust_goes_to_the_miners() {
    let wallet = wallet(ScriptKind::Segwit);
    let coins = coins(&wallet, &[100_000]);
    let payees = [payee(1, 100_000 - 110 - 200)];
    let built = build(&plan(&wallet, &coins, &payees, 1)).unwrap();
    assert_eq!((built.change, built.fee), (None, sat(310)));
}

#[test]
fn a_plan_that_cannot_be_is_refused_with_its_reason() {
    let wallet = wallet(ScriptKind::Segwit);
    let coins = coins(&wallet, &[100_000, 100_000]);
    let payees = [payee(1, 60_000)];
    let good = plan(&wallet, &coins, &payees, 5);
    let refused = |plan: Plan<'_>| build(&plan).unwrap_err();

    assert_eq!(refused(Plan { payees: &[], ..good.clone() }), BuildError::NoPayees);
    assert_eq!(refused(Plan { coins: &[], ..good.clone() }), BuildError::NoCoins);
    assert_eq!(consolidate(&good).unwrap_err(), BuildError::Payees);
    let dust = [payee(1, 60_000), payee(2, 293)];
    let too_little = BuildError::Dust { payee: 1, amount: sat(293), least: sat(294) };
    assert_eq!(refused(Plan { payees: &dust, ..good.clone() }), too_little);
    let much = [payee(1, 200_001)];
    let short = BuildError::NotEnough { needed: sat(200_001), available: sat(200_000) };
    assert_eq!(refused(Plan { payees: &much, ..good.clone() }), short);
    let all = [payee(1, 200_000)];
    assert!(matches!(refused(Plan { payees: &all, ..good.clone() }), BuildError::NotEnough { .. }));
    let endless = [payee(1, u64::MAX), payee(2, u64::MAX)];
    assert!(matches!(refused(Plan { payees: &endless, ..good.clone() }), BuildError::NotEnough { .. }));

    let elsewhere = OutPoint { vout: 0, ..coins[0].outpoint };
    assert_eq!(
        refused(Plan { must: &[elsewhere], ..good.clone() }),
        BuildError::Must { outpoint: elsewhere }
    );
    assert_eq!(refused(Plan { network: Network::Bitcoin, ..good.clone() }), BuildError::WrongNetwork);
    assert_eq!(refused(Plan { tip_height: u32::MAX, ..good.clone() }), BuildError::Height);
    let nowhere = Plan { change: (Keychain::Internal, 1 << 31), ..good.clone() };
    assert!(matches!(refused(nowhere), BuildError::NoChange(_)));
}

#[test]
fn a_fee_above_either_limit_is_refused() {
    let wallet = wallet(ScriptKind::Segwit);
    let coins = coins(&wallet, &[100_000]);
    let payees = [payee(1, 60_000)];
    let good = plan(&wallet, &coins, &payees, 10);
    let fee = build(&good).unwrap().fee;
    let with = |absolute, percent| build(&Plan { caps: Caps { absolute, percent }, ..good.clone() });
    assert!(with(fee, 3).is_ok());
    let cap = fee - sat(1);
    assert_eq!(with(cap, 3).unwrap_err(), BuildError::FeeAboveCap { fee, cap });
    assert_eq!(with(fee, 2).unwrap_err(), BuildError::FeeAbovePercent { fee, percent: 2 });
    let mad = Plan { rate: FeeRate::MAX, ..good };
    assert!(matches!(build(&mad), Err(BuildError::FeeAboveCap { .. })));
}

#[test]
fn a_coin_that_is_not_as_it_was_said_is_refused() {
    let wallet = wallet(ScriptKind::Segwit);
    let coins = coins(&wallet, &[100_000]);
    let payees = [payee(1, 60_000)];
    let refused = |change: &dyn Fn(&mut specie_psbt::Coin)| {
        let mut changed = coins.clone();
        change(&mut changed[0]);
        build(&plan(&wallet, &changed, &payees, 5)).unwrap_err()
    };
    let is_coin = |error| matches!(error, BuildError::Coin { .. });
    assert!(is_coin(refused(&|coin| coin.amount += sat(1))));
    assert!(is_coin(refused(&|coin| coin.index = 1)));
    assert!(is_coin(refused(&|coin| coin.keychain = Keychain::Internal)));
    assert!(is_coin(refused(&|coin| coin.outpoint.vout = 0)));
    assert!(is_coin(refused(&|coin| Arc::make_mut(&mut coin.previous).output[0].value = sat(1))));
    let twice = [coins[0].clone(), coins[0].clone()];
    assert!(is_coin(build(&plan(&wallet, &twice, &payees, 5)).unwrap_err()));
}
