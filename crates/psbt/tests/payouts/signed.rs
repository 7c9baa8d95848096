//! What is signed elsewhere comes back, in every form that signers give.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bitcoin::consensus::encode::{serialize, serialize_hex};
use bitcoin::hex::DisplayHex;
use bitcoin::sighash::TapSighashType;
use bitcoin::{Psbt, Transaction};
use specie_core::script::ScriptKind;
use specie_psbt::{TakenBack, Unsigned, build, for_practice, take_back};

use crate::wallet::{KINDS, coins, enough, payee, plan, sign, wallet};

fn unsigned(kind: ScriptKind) -> Unsigned {
    let wallet = wallet(kind);
    let coins = coins(&wallet, &[100_000, 70_000, 50_000]);
    let payees = [payee(1, 150_000), payee(2, 20_000)];
    build(&plan(&wallet, &coins, &payees, 5)).expect("a transaction")
}

fn finished(taken: TakenBack) -> (Psbt, Transaction) {
    match taken {
        TakenBack::Signed { psbt, tx } => (psbt, tx),
        TakenBack::Partly { have, need, .. } => panic!("{have} of {need}"),
    }
}

#[test]
fn a_signed_psbt_becomes_a_transaction_of_the_size_that_was_paid_for() {
    for kind in KINDS {
        let built = unsigned(kind);
        let signed = sign(&built.psbt, enough(kind));
        let (_, tx) = finished(take_back(&built.psbt, &signed.serialize()).unwrap());
        let mut bare = tx.clone();
        for input in &mut bare.input {
            input.script_sig = bitcoin::ScriptBuf::new();
            input.witness = bitcoin::Witness::new();
        }
        assert_eq!(bare, built.psbt.unsigned_tx, "{kind:?}");
        let inputs = tx.input.len() as u64;
        let (weight, most) = (tx.weight().to_wu(), built.weight.to_wu());
        // Signatures in DER are up to 73 bytes and mostly 71; a script counts each byte four times.
        assert!(weight <= most && most - weight <= inputs * 2 * 4 * 3 + 2, "{kind:?}: {weight} of {most}");
    }
}

#[test]
fn files_and_pasted_texts_are_read_alike() {
    let built = unsigned(ScriptKind::NestedSegwit);
    let signed = sign(&built.psbt, &[0]);
    let (psbt, tx) = finished(take_back(&built.psbt, &signed.serialize()).unwrap());
    let text = BASE64_STANDARD.encode(signed.serialize());
    let broken: String =
        text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\r\n").collect();
    let forms = [
        text.into_bytes(),
        format!("\n  {broken}\t").into_bytes(),
        signed.serialize().to_lower_hex_string().into_bytes(),
        psbt.serialize(),
        serialize(&tx),
        serialize_hex(&tx).into_bytes(),
        format!(" {}\n", serialize_hex(&tx).to_uppercase()).into_bytes(),
        BASE64_STANDARD.encode(serialize(&tx)).into_bytes(),
    ];
    for form in forms {
        assert_eq!(finished(take_back(&built.psbt, &form).unwrap()), (psbt.clone(), tx.clone()));
    }
    assert_ne!(tx.compute_txid(), built.psbt.unsigned_tx.compute_txid());
}

#[test]
fn a_finished_transaction_is_taken_of_every_kind() {
    for kind in KINDS {
        let built = unsigned(kind);
        let signed = sign(&built.psbt, enough(kind));
        let (psbt, tx) = finished(take_back(&built.psbt, &signed.serialize()).unwrap());
        for form in [serialize(&tx), psbt.serialize()] {
            assert_eq!(
                finished(take_back(&built.psbt, &form).unwrap()),
                (psbt.clone(), tx.clone()),
                "{kind:?}"
            );
            assert_eq!(finished(take_back(&psbt, &form).unwrap()), (psbt.clone(), tx.clone()), "{kind:?}");
        }
    }
}

#[test]
fn the_signatures_of_several_signers_come_together() {
    for kind in KINDS.into_iter().filter(|kind| kind.is_multisig()) {
        let built = unsigned(kind);
        let first = sign(&built.psbt, &[1]);
        let second = sign(&built.psbt, &[2]);
        let TakenBack::Partly { psbt, have, need } = take_back(&built.psbt, &first.serialize()).unwrap()
        else {
            panic!("one of two is not enough");
        };
        assert_eq!((have, need), (1, 2), "{kind:?}");
        let again = take_back(&psbt, &first.serialize()).unwrap();
        assert_eq!(again, TakenBack::Partly { psbt: psbt.clone(), have, need });
        finished(take_back(&psbt, &second.serialize()).unwrap());
        finished(take_back(&psbt, &sign(&psbt, &[0]).serialize()).unwrap());
        finished(take_back(&built.psbt, &sign(&built.psbt, &[0, 1, 2]).serialize()).unwrap());
    }
}

#[test]
fn an_input_that_a_signer_passed_over_is_waited_for() {
    for kind in [ScriptKind::Segwit, ScriptKind::Taproot, ScriptKind::Legacy] {
        let built = unsigned(kind);
        let whole = sign(&built.psbt, &[0]);
        let mut half = whole.clone();
        half.inputs[0].partial_sigs.clear();
        half.inputs[0].tap_key_sig = None;
        let TakenBack::Partly { psbt, have: 0, need: 1 } = take_back(&built.psbt, &half.serialize()).unwrap()
        else {
            panic!("one input is not signed");
        };
        let mut rest = whole.clone();
        rest.inputs[1] = built.psbt.inputs[1].clone();
        finished(take_back(&psbt, &rest.serialize()).unwrap());
    }
}

#[test]
fn taproot_may_say_that_it_signs_all() {
    let built = unsigned(ScriptKind::Taproot);
    let mut asked = built.psbt.clone();
    for input in &mut asked.inputs {
        input.sighash_type = Some(TapSighashType::All.into());
    }
    let (_, tx) = finished(take_back(&built.psbt, &sign(&asked, &[0]).serialize()).unwrap());
    assert!(tx.input.iter().all(|input| input.witness.size() == 1 + 1 + 65));
}

#[test]
fn nothing_but_signatures_is_taken_over() {
    let built = unsigned(ScriptKind::Segwit);
    let clean = sign(&built.psbt, &[0]);
    let mut dressed = clean.clone();
    dressed.unknown.insert(bitcoin::psbt::raw::Key { type_value: 0x77, key: vec![1] }, vec![2]);
    dressed.inputs[0].bip32_derivation.clear();
    dressed.inputs[0].witness_utxo.as_mut().unwrap().value = bitcoin::Amount::from_sat(1);
    dressed.inputs[0].non_witness_utxo = None;
    dressed.outputs[0].witness_script = Some(bitcoin::ScriptBuf::new());
    assert_eq!(take_back(&built.psbt, &dressed.serialize()), take_back(&built.psbt, &clean.serialize()));
}

#[test]
fn practice_needs_no_signature() {
    let built = unsigned(ScriptKind::Segwit);
    assert_eq!(for_practice(&built.psbt), built.psbt.unsigned_tx);
}
