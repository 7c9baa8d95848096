//! Taking back what was signed elsewhere.
//!
//! Only signatures are taken over: all else of the result is our own PSBT, whatever the one that came back says beside
//! them. What came back is refused whole if anything in it is wrong, so that nobody takes half an upload for a success.

use bitcoin::opcodes::all::{OP_PUSHNUM_1, OP_PUSHNUM_16};
use bitcoin::psbt::Input;
use bitcoin::script::Instruction;
use bitcoin::{Psbt, Script, Transaction};
use miniscript::psbt::PsbtExt;

use crate::SECP;
use crate::compare;
use crate::refusal::Refusal;
use crate::returned::Returned;
use crate::signatures::{Signature, Verifier};

/// Our transaction with the signatures that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    /// More signatures are needed: those of a multisig's other keys, or of inputs that a signer passed over.
    Partly {
        /// Ours, with the signatures so far: to be given to the next signer, and to be `ours` for the next upload.
        psbt: Psbt,
        /// How many signatures every input has.
        have: usize,
        /// How many every input needs.
        need: usize,
    },
    /// Every input is signed.
    Signed {
        /// Ours, finished (BIP 174).
        psbt: Psbt,
        /// What can be broadcast.
        tx: Transaction,
    },
}

/// Takes the signatures of `returned` into `ours`: a PSBT (version 0) or a whole transaction, binary, in base64 or in
/// hexadecimal.
///
/// The same unsigned transaction is demanded, which for nested segwit has another id than the signed one. Every
/// signature is verified, and has to hold the whole transaction fast.
///
/// # Errors
/// Why nothing was taken.
pub fn take_back(ours: &Psbt, returned: &[u8]) -> Result<TakenBack, Refusal> {
    let theirs = Returned::read(returned)?;
    compare::same(&ours.unsigned_tx, &theirs.unsigned)?;
    let mut verifier = Verifier::new(ours)?;
    let mut psbt = ours.clone();
    let mut found = 0;
    for (input, claimed) in theirs.inputs.iter().enumerate() {
        let to = psbt.inputs.get_mut(input).ok_or(Refusal::Incomplete { input })?;
        // A finished input needs nothing, and no longer tells its keys: what came back for it is not looked at.
        if is_finished(to) {
            found += usize::from(claimed.is_something());
            continue;
        }
        let signatures = verifier.verified(input, claimed)?;
        found += signatures.len();
        add(to, signatures);
    }
    if found == 0 {
        return Err(Refusal::NothingSigned);
    }
    finish(psbt)
}

/// The transaction as it is, without any signature, for the practice chain, which asks for none.
///
/// A node refuses it.
#[must_use]
pub fn for_practice(ours: &Psbt) -> Transaction {
    ours.unsigned_tx.clone()
}

fn add(to: &mut Input, signatures: Vec<Signature>) {
    for signature in signatures {
        match signature {
            Signature::Ecdsa(key, signature) => {
                to.partial_sigs.insert(key, signature);
            }
            Signature::Taproot(signature) => to.tap_key_sig = Some(signature),
        }
    }
}

fn finish(mut psbt: Psbt) -> Result<TakenBack, Refusal> {
    let lacking = |input: &&Input| !is_finished(input) && signatures(input) < needed(input);
    if let Some(need) = psbt.inputs.iter().filter(lacking).map(needed).max() {
        let have = psbt.inputs.iter().map(|input| if is_finished(input) { need } else { signatures(input) });
        let have = have.min().unwrap_or(0);
        return Ok(TakenBack::Partly { psbt, have, need });
    }
    // Every signature was verified: what fails here is not the signer's fault, and is refused all the same.
    let bad = |input| Refusal::BadSignature { input };
    psbt.finalize_mut(&*SECP).map_err(|errors| bad(first(&errors)))?;
    let tx = psbt.extract(&*SECP).map_err(|error| bad(first(&[error])))?;
    compare::same(&psbt.unsigned_tx, &Returned::from(tx.clone()).unsigned)?;
    Ok(TakenBack::Signed { psbt, tx })
}

fn first(errors: &[miniscript::psbt::Error]) -> usize {
    let place = |error: &miniscript::psbt::Error| match error {
        miniscript::psbt::Error::InputError(_, input) => Some(*input),
        _ => None,
    };
    errors.iter().find_map(place).unwrap_or(0)
}

fn is_finished(input: &Input) -> bool {
    input.final_script_sig.is_some() || input.final_script_witness.is_some()
}

fn signatures(input: &Input) -> usize {
    input.partial_sigs.len() + usize::from(input.tap_key_sig.is_some())
}

/// How many signatures an input needs: the first number of its multisig, or one.
fn needed(input: &Input) -> usize {
    let script = input.witness_script.as_ref().or(input.redeem_script.as_ref());
    script.filter(|script| script.is_multisig()).and_then(|script| threshold(script)).unwrap_or(1)
}

fn threshold(script: &Script) -> Option<usize> {
    let Some(Ok(Instruction::Op(opcode))) = script.instructions().next() else { return None };
    let code = opcode.to_u8();
    let first = OP_PUSHNUM_1.to_u8();
    (first..=OP_PUSHNUM_16.to_u8()).contains(&code).then(|| usize::from(code - first) + 1)
}
