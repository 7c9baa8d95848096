//! The signatures in what came back, each verified.
//!
//! A signature counts if it is by a key that our own PSBT names for the input, over the whole transaction as ours has
//! it, with the amounts that ours tells. It must never count because a PSBT says that it is one, or is final.

use bitcoin::sighash::{EcdsaSighashType, Prevouts, SighashCache, TapSighashType};
use bitcoin::{Psbt, PublicKey, ScriptBuf, Transaction, TxOut, XOnlyPublicKey, ecdsa, secp256k1, taproot};
use miniscript::interpreter::{Interpreter, KeySigPair, SatisfiedConstraint};
use miniscript::psbt::PsbtExt;

use crate::SECP;
use crate::refusal::Refusal;
use crate::returned::Claimed;

/// A signature of one input.
pub enum Signature {
    Ecdsa(PublicKey, ecdsa::Signature),
    Taproot(taproot::Signature),
}

/// Our transaction, with what it spends.
pub struct Verifier<'a> {
    ours: &'a Psbt,
    spent: Vec<TxOut>,
    cache: SighashCache<&'a Transaction>,
}

impl<'a> Verifier<'a> {
    pub fn new(ours: &'a Psbt) -> Result<Self, Refusal> {
        let spent = (0..ours.unsigned_tx.input.len())
            .map(|input| spent(ours, input).cloned().ok_or(Refusal::Incomplete { input }))
            .collect::<Result<_, _>>()?;
        Ok(Self { ours, spent, cache: SighashCache::new(&ours.unsigned_tx) })
    }

    /// The signatures of an input, none of them doubtful.
    pub fn verified(&mut self, input: usize, claimed: &Claimed) -> Result<Vec<Signature>, Refusal> {
        let mut found: Vec<_> =
            claimed.partial.iter().map(|(key, signature)| Signature::Ecdsa(*key, *signature)).collect();
        found.extend(claimed.taproot.map(Signature::Taproot));
        self.finished(input, claimed, &mut found)?;
        for signature in &found {
            match signature {
                Signature::Ecdsa(key, signature) => self.ecdsa(input, *key, *signature)?,
                Signature::Taproot(signature) => self.taproot(input, *signature)?,
            }
        }
        Ok(found)
    }

    /// Those of a script or a witness that was finished elsewhere, found by running it.
    fn finished(&self, input: usize, claimed: &Claimed, found: &mut Vec<Signature>) -> Result<(), Refusal> {
        if claimed.script_sig.is_empty() && claimed.witness.is_empty() {
            return Ok(());
        }
        let bad = || Refusal::BadSignature { input };
        let tx = &self.ours.unsigned_tx;
        let script = &self.spent[input].script_pubkey;
        let sequence = tx.input[input].sequence;
        let run =
            Interpreter::from_txdata(script, &claimed.script_sig, &claimed.witness, sequence, tx.lock_time)
                .map_err(|_| bad())?;
        let prevouts = Prevouts::All(&self.spent);
        for satisfied in run.iter(&*SECP, tx, input, &prevouts) {
            let pair = match satisfied.map_err(|_| bad())? {
                SatisfiedConstraint::PublicKey { key_sig }
                | SatisfiedConstraint::PublicKeyHash { key_sig, .. } => key_sig,
                _ => return Err(bad()),
            };
            found.push(match pair {
                KeySigPair::Ecdsa(key, signature) => Signature::Ecdsa(key, signature),
                KeySigPair::Schnorr(_, signature) => Signature::Taproot(signature),
            });
        }
        Ok(())
    }

    fn ecdsa(&mut self, input: usize, key: PublicKey, signature: ecdsa::Signature) -> Result<(), Refusal> {
        if signature.sighash_type != EcdsaSighashType::All {
            return Err(Refusal::SighashNotAll { input });
        }
        let ours = &self.ours.inputs[input];
        if !key.compressed || !ours.bip32_derivation.contains_key(&key.inner) {
            return Err(Refusal::OtherKey { input });
        }
        let message =
            self.ours.sighash_msg(input, &mut self.cache, None).map_err(|_| Refusal::Incomplete { input })?;
        SECP.verify_ecdsa(&message.to_secp_msg(), &signature.signature, &key.inner)
            .map_err(|_| Refusal::BadSignature { input })
    }

    fn taproot(&mut self, input: usize, signature: taproot::Signature) -> Result<(), Refusal> {
        if !matches!(signature.sighash_type, TapSighashType::Default | TapSighashType::All) {
            return Err(Refusal::SighashNotAll { input });
        }
        let bad = || Refusal::BadSignature { input };
        let key = output_key(&self.spent[input].script_pubkey).ok_or_else(bad)?;
        let hash = self
            .cache
            .taproot_key_spend_signature_hash(input, &Prevouts::All(&self.spent), signature.sighash_type)
            .map_err(|_| bad())?;
        let message = secp256k1::Message::from(hash);
        SECP.verify_schnorr(&signature.signature, &message, &key).map_err(|_| bad())
    }
}

/// What an input spends, as ours tells it.
pub fn spent(ours: &Psbt, input: usize) -> Option<&TxOut> {
    let told = ours.inputs.get(input)?;
    let outpoint = ours.unsigned_tx.input.get(input)?.previous_output;
    let whole = told.non_witness_utxo.as_ref().filter(|tx| tx.compute_txid() == outpoint.txid);
    let output = whole.and_then(|tx| tx.output.get(usize::try_from(outpoint.vout).ok()?));
    output.or(told.witness_utxo.as_ref())
}

/// The key that a taproot output is locked with.
fn output_key(script: &ScriptBuf) -> Option<XOnlyPublicKey> {
    let bytes: &[u8] = script.as_bytes();
    let key = script.is_p2tr().then(|| bytes.get(2..))??;
    XOnlyPublicKey::from_slice(key).ok()
}
