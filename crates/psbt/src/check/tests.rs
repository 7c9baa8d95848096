//! The check, given what nobody should ever build: each fault is found.

use std::sync::Arc;

use bitcoin::bip32::ChildNumber;
use bitcoin::psbt::{Input, Output};
use bitcoin::{Network, OutPoint, ScriptBuf, Sequence, absolute};
use specie_core::script::{Keychain, WalletDescriptor};

use super::*;
use crate::plan::{Caps, Payee, Unsigned};

/// The account key of BIP 84's test words, and that of BIP 86.
const SEGWIT: &str = "wpkh([73c5da0a/84h/0h/0h]xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V/<0;1>/*)";
const TAPROOT: &str = "tr([73c5da0a/86h/0h/0h]xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ/<0;1>/*)";

struct World {
    wallet: WalletDescriptor,
    coins: Vec<Coin>,
    payees: Vec<Payee>,
    must: Vec<OutPoint>,
}

fn world(text: &str) -> World {
    let wallet = WalletDescriptor::parse(text, Network::Bitcoin).expect("a wallet");
    let coin = |index: u32| {
        let script = wallet.script_at(Keychain::External, index).expect("an index");
        let amount = Amount::from_sat(100_000);
        let previous = Transaction {
            version: Version::TWO,
            lock_time: absolute::LockTime::from_consensus(index),
            input: Vec::new(),
            output: vec![TxOut { value: amount, script_pubkey: script }],
        };
        let outpoint = OutPoint::new(previous.compute_txid(), 0);
        let keychain = Keychain::External;
        Coin { outpoint, amount, keychain, index, previous: Arc::new(previous), height: Some(1) }
    };
    let coins: Vec<_> = (0..3).map(coin).collect();
    let payee = |number, sat| Payee { script: stranger(number), amount: Amount::from_sat(sat) };
    let must = vec![coins[0].outpoint];
    World { wallet, coins, payees: vec![payee(1, 70_000), payee(2, 80_000)], must }
}

fn stranger(number: u8) -> ScriptBuf {
    ScriptBuf::from_bytes([&[0, 20][..], &[number; 20]].concat())
}

impl World {
    fn plan(&self) -> Plan<'_> {
        Plan {
            wallet: &self.wallet,
            network: Network::Bitcoin,
            coins: &self.coins,
            must: &self.must,
            payees: &self.payees,
            change: (Keychain::Internal, 3),
            rate: FeeRate::from_sat_per_kwu(2_500),
            replaces: None,
            caps: Caps { absolute: Amount::from_sat(10_000), percent: 10 },
            tip_height: 900_000,
            seed: [1; 32],
        }
    }
}

/// What the check says of a transaction that was well built and then changed.
fn said(text: &str, change: impl FnOnce(&mut Psbt, usize)) -> Option<BuildError> {
    let world = world(text);
    let plan = world.plan();
    let Unsigned { mut psbt, change: own, weight, .. } = crate::build(&plan).expect("a transaction");
    change(&mut psbt, usize::try_from(own.expect("change").vout).expect("a place"));
    check(&plan, &Built { psbt: &psbt, rate: plan.rate, weight }).err()
}

fn found(mismatch: Mismatch, change: impl Fn(&mut Psbt, usize)) {
    for text in [SEGWIT, TAPROOT] {
        assert_eq!(said(text, &change), Some(BuildError::NotAsPlanned(mismatch)));
    }
}

/// The keys are said to lie one step further.
fn mislead<'a>(sources: impl Iterator<Item = &'a mut KeySource>) {
    for (_, path) in sources {
        *path = path.child(ChildNumber::Normal { index: 0 });
    }
}

/// The place of the first output that is no change.
fn paid(change: usize) -> usize {
    usize::from(change == 0)
}

#[test]
fn what_is_as_planned_passes() {
    assert_eq!((said(SEGWIT, |_, _| ()), said(TAPROOT, |_, _| ())), (None, None));
}

#[test]
fn an_input_that_is_not_planned_is_found() {
    found(Mismatch::Inputs, |psbt, _| psbt.unsigned_tx.input[0].previous_output.vout = 1);
    found(Mismatch::Inputs, |psbt, _| {
        let input = psbt.unsigned_tx.input[0].clone();
        psbt.unsigned_tx.input.push(input);
        psbt.inputs.push(psbt.inputs[0].clone());
    });
    found(Mismatch::Inputs, |psbt, _| {
        psbt.unsigned_tx.input.clear();
        psbt.inputs.clear();
    });
    // The one that has to be there is left out.
    found(Mismatch::Inputs, |psbt, _| {
        let must = world(SEGWIT).must[0];
        let must = if psbt.unsigned_tx.input.iter().any(|input| input.previous_output == must) {
            must
        } else {
            world(TAPROOT).must[0]
        };
        let place = psbt.unsigned_tx.input.iter().position(|input| input.previous_output == must);
        let place = place.expect("it is spent");
        psbt.unsigned_tx.input.remove(place);
        psbt.inputs.remove(place);
    });
}

#[test]
fn a_payee_who_is_missing_or_gets_another_amount_is_found() {
    found(Mismatch::Payees, |psbt, change| {
        psbt.unsigned_tx.output.remove(paid(change));
        psbt.outputs.remove(paid(change));
    });
    found(Mismatch::Payees, |psbt, change| {
        psbt.unsigned_tx.output[paid(change)].value -= Amount::ONE_SAT;
    });
    found(Mismatch::Payees, |psbt, change| {
        psbt.unsigned_tx.output[paid(change)].script_pubkey = stranger(9);
    });
}

#[test]
fn an_output_that_nobody_planned_is_found() {
    found(Mismatch::Outputs, |psbt, change| {
        let more = psbt.unsigned_tx.output[paid(change)].clone();
        psbt.unsigned_tx.output.push(more);
        psbt.outputs.push(Output::default());
    });
    found(Mismatch::Dust, |psbt, change| {
        psbt.unsigned_tx.output[change].value = Amount::from_sat(100);
    });
}

#[test]
fn change_that_goes_elsewhere_or_hides_its_keys_is_found() {
    found(Mismatch::Change, |psbt, change| psbt.unsigned_tx.output[change].script_pubkey = stranger(9));
    // The wallet's own, but not at the place that was meant for it.
    for text in [SEGWIT, TAPROOT] {
        for (keychain, index) in [(Keychain::Internal, 4), (Keychain::External, 3)] {
            let other = world(text).wallet.script_at(keychain, index).expect("an index");
            let said = said(text, |psbt, change| psbt.unsigned_tx.output[change].script_pubkey = other);
            assert_eq!(said, Some(BuildError::NotAsPlanned(Mismatch::Change)));
        }
    }
    found(Mismatch::Change, |psbt, change| psbt.outputs[change] = Output::default());
    found(Mismatch::Change, |psbt, change| {
        let told = &mut psbt.outputs[change];
        mislead(
            told.bip32_derivation
                .values_mut()
                .chain(told.tap_key_origins.values_mut().map(|(_, source)| source)),
        );
    });
}

#[test]
fn a_fee_that_was_not_asked_for_is_found() {
    found(Mismatch::Fee, |psbt, change| psbt.unsigned_tx.output[change].value += Amount::from_sat(100));
    found(Mismatch::Fee, |psbt, change| psbt.unsigned_tx.output[change].value -= Amount::from_sat(100));
    found(Mismatch::Fee, |psbt, change| psbt.unsigned_tx.output[change].value = Amount::from_sat(500_000));
    found(Mismatch::Fee, |psbt, change| {
        psbt.unsigned_tx.output.remove(change);
        psbt.outputs.remove(change);
    });
}

#[test]
fn another_form_is_found() {
    found(Mismatch::Form, |psbt, _| psbt.unsigned_tx.version = Version::ONE);
    found(Mismatch::Form, |psbt, _| psbt.unsigned_tx.lock_time = absolute::LockTime::ZERO);
    found(Mismatch::Form, |psbt, _| psbt.unsigned_tx.input[0].sequence = Sequence::MAX);
    found(Mismatch::Form, |psbt, _| psbt.unsigned_tx.input[1].script_sig = ScriptBuf::from_bytes(vec![0]));
}

#[test]
fn a_signer_who_is_told_wrong_or_too_little_is_found() {
    let dearer = |told: &mut Input| told.witness_utxo.as_mut().expect("segwit").value += Amount::ONE_SAT;
    found(Mismatch::Spent, |psbt, _| dearer(&mut psbt.inputs[1]));
    found(Mismatch::Spent, |psbt, _| psbt.inputs[0].witness_utxo = None);
    let missing = said(SEGWIT, |psbt, _| psbt.inputs[0].non_witness_utxo = None);
    assert_eq!(missing, Some(BuildError::NotAsPlanned(Mismatch::Spent)));
    let other =
        said(SEGWIT, |psbt, _| psbt.inputs[0].non_witness_utxo = psbt.inputs[1].non_witness_utxo.clone());
    assert_eq!(other, Some(BuildError::NotAsPlanned(Mismatch::Spent)));
    found(Mismatch::Origins, |psbt, _| {
        psbt.inputs[1].bip32_derivation.clear();
        psbt.inputs[1].tap_key_origins.clear();
    });
    found(Mismatch::Origins, |psbt, _| {
        let told = &mut psbt.inputs[1];
        mislead(
            told.bip32_derivation
                .values_mut()
                .chain(told.tap_key_origins.values_mut().map(|(_, source)| source)),
        );
    });
}
