//! What comes back and is not taken, each with its reason.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash;
use bitcoin::psbt::PsbtSighashType;
use bitcoin::secp256k1::{Keypair, Message, Secp256k1};
use bitcoin::sighash::{EcdsaSighashType, TapSighashType};
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, Psbt, Sequence, Transaction, TxOut, absolute, ecdsa, taproot};
use specie_core::script::ScriptKind;
use specie_psbt::{MAX_RETURNED_BYTES, Refusal, TakenBack, build, take_back};

use crate::wallet::{KINDS, coins, enough, master, payee, plan, sign, stranger, wallet};

fn unsigned(kind: ScriptKind) -> Psbt {
    let wallet = wallet(kind);
    let coins = coins(&wallet, &[100_000, 70_000, 50_000]);
    let payees = [payee(1, 150_000), payee(2, 20_000)];
    build(&plan(&wallet, &coins, &payees, 5)).expect("a transaction").psbt
}

fn refused(ours: &Psbt, returned: &[u8]) -> Refusal {
    take_back(ours, returned).expect_err("it is refused")
}

/// The transaction is changed, and then signed by the right keys as it is.
fn changed(ours: &Psbt, kind: ScriptKind, change: impl FnOnce(&mut Psbt)) -> [Vec<u8>; 2] {
    let mut other = ours.clone();
    change(&mut other);
    let signed = sign(&other, enough(kind));
    let Ok(TakenBack::Signed { tx, .. }) = take_back(&other, &signed.serialize()) else {
        panic!("it is well signed as it is");
    };
    [signed.serialize(), serialize(&tx)]
}

fn add_output(psbt: &mut Psbt, vout: usize, sat: u64) {
    let output = TxOut { value: Amount::from_sat(sat), script_pubkey: stranger(9) };
    psbt.unsigned_tx.output.insert(vout, output);
    psbt.outputs.insert(vout, bitcoin::psbt::Output::default());
}

#[test]
fn a_changed_output_is_refused_whoever_signed_it() {
    for kind in KINDS {
        let ours = unsigned(kind);
        for vout in 0..3 {
            let was = ours.unsigned_tx.output[vout].value;
            let less = was - Amount::from_sat(1);
            let forms = changed(&ours, kind, |psbt| psbt.unsigned_tx.output[vout].value = less);
            let reason = Refusal::OutputChanged { vout, ours: was, theirs: less, elsewhere: false };
            assert!(forms.iter().all(|form| refused(&ours, form) == reason), "{kind:?}");

            let forms =
                changed(&ours, kind, |psbt| psbt.unsigned_tx.output[vout].script_pubkey = stranger(9));
            let reason = Refusal::OutputChanged { vout, ours: was, theirs: was, elsewhere: true };
            assert!(forms.iter().all(|form| refused(&ours, form) == reason), "{kind:?}");
            assert_eq!(reason.to_string(), format!("output {} pays another address", vout + 1));
        }
    }
}

#[test]
fn an_output_more_or_less_is_refused() {
    let kind = ScriptKind::Segwit;
    let ours = unsigned(kind);
    for vout in 0..=3 {
        let more = changed(&ours, kind, |psbt| add_output(psbt, vout, 300));
        let reason = Refusal::OutputAdded { vout, amount: Amount::from_sat(300) };
        assert!(more.iter().all(|form| refused(&ours, form) == reason));
    }
    for vout in 0..3 {
        let less = changed(&ours, kind, |psbt| {
            psbt.unsigned_tx.output.remove(vout);
            psbt.outputs.remove(vout);
        });
        let reason = Refusal::OutputMissing { vout, amount: ours.unsigned_tx.output[vout].value };
        assert!(less.iter().all(|form| refused(&ours, form) == reason));
    }
}

#[test]
fn another_input_is_refused() {
    let kind = ScriptKind::Taproot;
    let ours = unsigned(kind);
    let wallet = wallet(kind);
    let more = coins(&wallet, &[1, 2, 3, 4, 90_000]);
    let payees = [payee(5, 20_000)];
    let other = build(&plan(&wallet, &more[4..], &payees, 5)).unwrap().psbt;
    let added = changed(&ours, kind, |psbt| {
        psbt.unsigned_tx.input.push(other.unsigned_tx.input[0].clone());
        psbt.inputs.push(other.inputs[0].clone());
    });
    let reason = Refusal::OtherInput { outpoint: more[4].outpoint };
    assert!(added.iter().all(|form| refused(&ours, form) == reason));

    let replaced = changed(&ours, kind, |psbt| {
        psbt.unsigned_tx.input[0] = other.unsigned_tx.input[0].clone();
        psbt.inputs[0] = other.inputs[0].clone();
    });
    assert!(replaced.iter().all(|form| refused(&ours, form) == reason));

    let missing = ours.unsigned_tx.input[1].previous_output;
    let fewer = changed(&ours, kind, |psbt| {
        psbt.unsigned_tx.input.remove(1);
        psbt.inputs.remove(1);
        psbt.unsigned_tx.output.clear();
        psbt.outputs.clear();
        add_output(psbt, 0, 1_000);
    });
    assert!(fewer.iter().all(|form| refused(&ours, form) == Refusal::InputMissing { outpoint: missing }));

    let moved = changed(&ours, kind, |psbt| {
        psbt.unsigned_tx.input.reverse();
        psbt.inputs.reverse();
    });
    assert!(moved.iter().all(|form| refused(&ours, form) == Refusal::InputsMoved));

    let foreign = sign(&other, &[0]).serialize();
    assert_eq!(refused(&ours, &foreign), Refusal::Foreign);
}

#[test]
fn another_version_lock_time_or_sequence_is_refused() {
    let kind = ScriptKind::Segwit;
    let ours = unsigned(kind);
    let all =
        |forms: [Vec<u8>; 2], reason: &Refusal| forms.iter().all(|form| refused(&ours, form) == *reason);
    let version = changed(&ours, kind, |psbt| psbt.unsigned_tx.version = Version::ONE);
    assert!(all(version, &Refusal::VersionChanged));
    let lock_time = changed(&ours, kind, |psbt| psbt.unsigned_tx.lock_time = absolute::LockTime::ZERO);
    assert!(all(lock_time, &Refusal::LockTimeChanged));
    let sequence = changed(&ours, kind, |psbt| psbt.unsigned_tx.input[1].sequence = Sequence::MAX);
    assert!(all(sequence, &Refusal::SequenceChanged { input: 1 }));
}

#[test]
fn a_signature_that_leaves_others_free_is_refused() {
    for kind in KINDS {
        let ours = unsigned(kind);
        let free: Vec<PsbtSighashType> = if kind == ScriptKind::Taproot {
            use TapSighashType::{
                AllPlusAnyoneCanPay, None, NonePlusAnyoneCanPay, Single, SinglePlusAnyoneCanPay,
            };
            let all = [None, Single, AllPlusAnyoneCanPay, NonePlusAnyoneCanPay, SinglePlusAnyoneCanPay];
            all.map(PsbtSighashType::from).to_vec()
        } else {
            use EcdsaSighashType::{
                AllPlusAnyoneCanPay, None, NonePlusAnyoneCanPay, Single, SinglePlusAnyoneCanPay,
            };
            let all = [None, Single, AllPlusAnyoneCanPay, NonePlusAnyoneCanPay, SinglePlusAnyoneCanPay];
            all.map(PsbtSighashType::from).to_vec()
        };
        for sighash in free {
            let mut asked = ours.clone();
            asked.inputs[0].sighash_type = Some(sighash);
            let signed = sign(&asked, enough(kind));
            let reason = Refusal::SighashNotAll { input: 0 };
            assert_eq!(refused(&ours, &signed.serialize()), reason, "{kind:?} {sighash}");
            // The same, finished by whoever signed.
            let mut finished = signed.clone();
            miniscript::psbt::PsbtExt::finalize_mut(&mut finished, &Secp256k1::new()).unwrap();
            assert_eq!(refused(&ours, &finished.serialize()), reason, "{kind:?} {sighash}");
            let tx = finished.extract_tx_unchecked_fee_rate();
            assert_eq!(refused(&ours, &serialize(&tx)), reason, "{kind:?} {sighash}");
        }
    }
}

#[test]
fn a_wrong_signature_is_refused_though_it_parses() {
    let secp = Secp256k1::new();
    let message = Message::from_digest([7; 32]);
    let stranger = Keypair::from_secret_key(&secp, &master(1).private_key);
    for kind in KINDS {
        let ours = unsigned(kind);
        let mut signed = sign(&ours, enough(kind));
        if kind == ScriptKind::Taproot {
            let signature = secp.sign_schnorr_no_aux_rand(&message, &stranger);
            let sighash_type = TapSighashType::Default;
            signed.inputs[1].tap_key_sig = Some(taproot::Signature { signature, sighash_type });
        } else {
            let signature = ecdsa::Signature::sighash_all(secp.sign_ecdsa(&message, &stranger.secret_key()));
            *signed.inputs[1].partial_sigs.values_mut().next().unwrap() = signature;
        }
        assert_eq!(refused(&ours, &signed.serialize()), Refusal::BadSignature { input: 1 }, "{kind:?}");
    }
}

/// Where other signatures are still missing, nothing is finished that would notice.
#[test]
fn a_wrong_signature_is_refused_before_the_last_one_is_there() {
    for kind in KINDS {
        let ours = unsigned(kind);
        let mut signed = sign(&ours, &[0]);
        let last = ours.inputs.len() - 1;
        if kind.is_multisig() {
            let (first, other) = (signed.inputs[0].clone(), &mut signed.inputs[last].partial_sigs);
            *other.values_mut().next().unwrap() = *first.partial_sigs.values().next().unwrap();
        } else {
            let first = signed.inputs[0].clone();
            if let Some(signature) = signed.inputs[last].partial_sigs.values_mut().next() {
                *signature = *first.partial_sigs.values().next().unwrap();
            }
            signed.inputs[last].tap_key_sig = first.tap_key_sig;
            signed.inputs[0] = ours.inputs[0].clone();
        }
        assert_eq!(refused(&ours, &signed.serialize()), Refusal::BadSignature { input: last }, "{kind:?}");
    }
}

#[test]
fn a_signature_in_a_finished_transaction_is_verified_too() {
    for kind in KINDS {
        let ours = unsigned(kind);
        let signed = sign(&ours, enough(kind));
        let Ok(TakenBack::Signed { tx, .. }) = take_back(&ours, &signed.serialize()) else {
            panic!("signed")
        };
        let mut swapped = tx.clone();
        let (first, rest) = swapped.input.split_first_mut().unwrap();
        std::mem::swap(&mut first.witness, &mut rest[0].witness);
        std::mem::swap(&mut first.script_sig, &mut rest[0].script_sig);
        assert_eq!(refused(&ours, &serialize(&swapped)), Refusal::BadSignature { input: 0 }, "{kind:?}");
    }
}

#[test]
fn a_key_of_another_wallet_is_refused() {
    let ours = unsigned(ScriptKind::Segwit);
    let signed = sign(&ours, &[0]);
    let secp = Secp256k1::new();
    let stranger = Keypair::from_secret_key(&secp, &master(1).private_key);
    let mut other = signed.clone();
    let message = Message::from_digest([7; 32]);
    let signature = ecdsa::Signature::sighash_all(secp.sign_ecdsa(&message, &stranger.secret_key()));
    other.inputs[1].partial_sigs.insert(stranger.public_key().into(), signature);
    assert_eq!(refused(&ours, &other.serialize()), Refusal::OtherKey { input: 1 });
}

#[test]
fn what_nobody_signed_is_refused() {
    for kind in KINDS {
        let ours = unsigned(kind);
        assert_eq!(refused(&ours, &ours.serialize()), Refusal::NothingSigned);
        assert_eq!(refused(&ours, &serialize(&ours.unsigned_tx)), Refusal::NothingSigned);
        // A signer whose keys are of another wallet adds nothing.
        if !kind.is_multisig() {
            assert_eq!(refused(&ours, &sign(&ours, &[1]).serialize()), Refusal::NothingSigned);
        }
    }
}

#[test]
fn what_is_no_psbt_is_refused() {
    let ours = unsigned(ScriptKind::Segwit);
    let signed = sign(&ours, &[0]).serialize();
    for garbage in [
        &b""[..],
        b"hello",
        b"psbt",
        b"psbt\xff",
        b"psbt\xff\x00",
        b"cHNidP8=",
        b"70736274ff",
        &[0xff; 1000],
        &signed[..signed.len() - 1],
        &signed[..signed.len() / 2],
    ] {
        assert_eq!(refused(&ours, garbage), Refusal::NotAPsbt, "{garbage:?}");
    }
    assert_eq!(refused(&ours, &vec![b' '; MAX_RETURNED_BYTES + 1]), Refusal::TooLarge);
}

/// The first of BIP 370's examples that are valid.
const VERSION_2: &str = "cHNidP8BAgQCAAAAAQQBAQEFAQIB+wQCAAAAAAEAUgIAAAABwaolbiFLlqGCL5PeQr/ztfP/jQUZMG41FddRWl6AWxIAAAAAAP////8BGMaaOwAAAAAWABSwo68UQghBJpPKfRZoUrUtsK7wbgAAAAABAR8Yxpo7AAAAABYAFLCjrxRCCEEmk8p9FmhStS2wrvBuAQ4gCwrZIUGcHIcZc11y3HOfnqngY40f5MHu8PmUQISBX8gBDwQAAAAAACICAtYB+EhGpnVfd2vgDj2d6PsQrMk1+4PEX7AWLUytWreSGPadhz5UAACAAQAAgAAAAIAAAAAAKgAAAAEDCAAIry8AAAAAAQQWABTEMPZMR1baMQ29GghVcu8pmSYnLAAiAgLjb7/1PdU0Bwz4/TlmFGgPNXqbhdtzQL8c+nRdKtezQBj2nYc+VAAAgAEAAIAAAACAAQAAAGQAAAABAwiLvesLAAAAAAEEFgAUTdGTrJZKVqwbnhzKhFT+L0dPhRMA";

#[test]
fn a_psbt_of_version_2_is_refused_by_its_name() {
    let ours = unsigned(ScriptKind::Segwit);
    assert_eq!(refused(&ours, VERSION_2.as_bytes()), Refusal::Version2);
    let bytes = BASE64_STANDARD.decode(VERSION_2).unwrap();
    assert_eq!(refused(&ours, &bytes), Refusal::Version2);
}

#[test]
fn a_stored_transaction_that_lacks_a_coin_is_not_signed_blindly() {
    let mut ours = unsigned(ScriptKind::Segwit);
    let signed = sign(&ours, &[0]);
    ours.inputs[1].witness_utxo = None;
    ours.inputs[1].non_witness_utxo = None;
    assert_eq!(refused(&ours, &signed.serialize()), Refusal::Incomplete { input: 1 });
}

#[test]
fn a_transaction_with_no_input_of_ours_is_foreign() {
    let ours = unsigned(ScriptKind::Segwit);
    let mut other: Transaction = ours.unsigned_tx.clone();
    for input in &mut other.input {
        input.previous_output = OutPoint::new(bitcoin::Txid::all_zeros(), 1);
    }
    assert_eq!(refused(&ours, &serialize(&other)), Refusal::Foreign);
}
