//! What a signer gave back, read: a PSBT or a whole transaction, as a file or as text.
//!
//! It comes from outside and is believed in nothing. Only its bare transaction, to compare, and what may be a signature
//! leave this file.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bitcoin::consensus::encode::{Decodable, VarInt, deserialize};
use bitcoin::hex::FromHex;
use bitcoin::{Psbt, PublicKey, ScriptBuf, Transaction, TxIn, Witness, ecdsa, taproot};

use crate::refusal::Refusal;

/// The longest that is looked at, in bytes: a transaction of the size that nodes pass on, with the transactions before
/// it, in base64.
pub const MAX_RETURNED_BYTES: usize = 8 << 20;

const MAGIC: &[u8] = b"psbt\xff";

/// The key of a PSBT's version among its global ones (BIP 370).
const VERSION: u8 = 0xfb;

/// What was read.
pub struct Returned {
    /// Without any signature.
    pub unsigned: Transaction,
    /// One for each of its inputs.
    pub inputs: Vec<Claimed>,
}

/// What may be an input's signatures.
pub struct Claimed {
    pub partial: BTreeMap<PublicKey, ecdsa::Signature>,
    pub taproot: Option<taproot::Signature>,
    pub script_sig: ScriptBuf,
    pub witness: Witness,
}

impl Claimed {
    pub fn is_something(&self) -> bool {
        let finished = !self.script_sig.is_empty() || !self.witness.is_empty();
        finished || !self.partial.is_empty() || self.taproot.is_some()
    }
}

impl Returned {
    pub fn read(given: &[u8]) -> Result<Self, Refusal> {
        if given.len() > MAX_RETURNED_BYTES {
            return Err(Refusal::TooLarge);
        }
        let bytes = decoded(given);
        if bytes.starts_with(MAGIC) {
            return match Psbt::deserialize(&bytes) {
                Ok(psbt) => Ok(psbt.into()),
                Err(_) if is_version_2(&bytes) => Err(Refusal::Version2),
                Err(_) => Err(Refusal::NotAPsbt),
            };
        }
        deserialize::<Transaction>(&bytes).map(Self::from).map_err(|_| Refusal::NotAPsbt)
    }
}

impl From<Psbt> for Returned {
    fn from(psbt: Psbt) -> Self {
        let claimed = |input: bitcoin::psbt::Input| Claimed {
            partial: input.partial_sigs,
            taproot: input.tap_key_sig,
            script_sig: input.final_script_sig.unwrap_or_default(),
            witness: input.final_script_witness.unwrap_or_default(),
        };
        Self { unsigned: psbt.unsigned_tx, inputs: psbt.inputs.into_iter().map(claimed).collect() }
    }
}

impl From<Transaction> for Returned {
    fn from(mut tx: Transaction) -> Self {
        let claimed = |input: &mut TxIn| Claimed {
            partial: BTreeMap::new(),
            taproot: None,
            script_sig: std::mem::take(&mut input.script_sig),
            witness: std::mem::take(&mut input.witness),
        };
        let inputs = tx.input.iter_mut().map(claimed).collect();
        Self { unsigned: tx, inputs }
    }
}

/// Files are binary; what is copied and pasted is base64 or hexadecimal, broken into lines.
fn decoded(given: &[u8]) -> Vec<u8> {
    if given.starts_with(MAGIC) {
        return given.to_vec();
    }
    let text = String::from_utf8_lossy(given);
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let read = Vec::from_hex(&text).ok().or_else(|| BASE64_STANDARD.decode(&text).ok());
    read.unwrap_or_else(|| given.to_vec())
}

/// Whether the global part names a version above 0. Version 2 has no transaction there, so that it is otherwise but
/// a damaged version 0.
fn is_version_2(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(MAGIC.len()..).unwrap_or_default();
    while let Some((key, value)) = pair(&mut rest) {
        if key == [VERSION] {
            return value.first().is_some_and(|version| *version > 0);
        }
    }
    false
}

fn pair<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let key = field(rest).filter(|key| !key.is_empty())?;
    Some((key, field(rest)?))
}

fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let VarInt(length) = VarInt::consensus_decode(rest).ok()?;
    let (field, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_behind_other_keys_and_not_in_them() {
        let with = |pairs: &[&[u8]]| is_version_2(&[&[MAGIC], pairs, &[&[0]]].concat().concat());
        assert!(with(&[b"\x01\xfb\x04\x02\x00\x00\x00"]));
        assert!(with(&[b"\x02\x01\x07\x01\x05", b"\x01\xfb\x04\x02\x00\x00\x00"]));
        assert!(!with(&[b"\x01\xfb\x04\x00\x00\x00\x00"]));
        assert!(!with(&[b"\x02\xfb\x02\x04\x02\x00\x00\x00"]));
        assert!(!with(&[b"\x01\xfb\xff"]));
        assert!(!is_version_2(MAGIC));
    }
}
