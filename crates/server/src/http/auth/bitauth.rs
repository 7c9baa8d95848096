//! BitPay's BitAuth: who signed a request, decided from the bytes on the wire.
//!
//! A client sends its public key in `x-identity` and, in `x-signature`, an ECDSA signature over
//! SHA-256 of the full request URL followed by the raw body. The server does not see the URL as
//! the client wrote it, so it tries a few spellings ([`CandidateUrls`]) and accepts any match.
//!
//! What clients in the field force on us: high-S signatures are normal (half of them, from random
//! signers) and so are sloppy DER encodings; deterministic signers repeat the same signature for
//! the same request, so a repeated signature is no replay.
//!
//! Never: anything but the raw target and the raw body may be verified, for clients disagree on
//! every form of escaping. Never a signature as an identifier: each has a second valid form.
//! Whether an identity may do anything is decided elsewhere; no error here reaches a client as is.

mod candidates;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use bitcoin::base58;
use bitcoin::hashes::{Hash as _, HashEngine as _, hash160, sha256};
use bitcoin::hex::FromHex as _;
use bitcoin::secp256k1::ecdsa::Signature;
use bitcoin::secp256k1::{Message, PublicKey, Secp256k1, VerifyOnly};

pub use candidates::{CandidateUrls, RequestFacts};

/// Can verify, and holds nothing that could sign.
static SECP: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);

/// The first two bytes of a SIN's payload: the SIN prefix and the type "ephemeral".
const SIN_PREFIX: [u8; 2] = [0x0f, 0x02];

/// The longest accepted signature in hex: a strict DER signature has at most 144 characters, and
/// sloppy encoders pad.
const MAX_SIGNATURE_HEX: usize = 256;

/// Why a request is not authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BitAuthError {
    /// The identity is not hex of a compressed (33 bytes) or uncompressed (65 bytes) point.
    #[error("the identity is not a public key")]
    Key,
    /// The signature is not hex of a DER signature.
    #[error("the signature is malformed")]
    SignatureForm,
    /// Well-formed, but not this key's signature of this request.
    #[error("the signature does not match the request")]
    Mismatch,
}

/// The text is no SIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a client id: expected base58check of 0F 02 and 20 bytes")]
pub struct InvalidSin;

/// A client's id: the hash of its public key, 35 characters of base58 that start with `Tf`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sin([u8; 20]);

impl Sin {
    /// The id of a key exactly as a client sent it in hex. The same key sent compressed and
    /// uncompressed gives two ids, as it does at BTCPay Server.
    ///
    /// # Errors
    /// [`BitAuthError::Key`] for anything but a point in compressed or uncompressed form.
    pub fn from_sent_key(identity_hex: &str) -> Result<Self, BitAuthError> {
        parse_key(identity_hex).map(|(bytes, _)| Self::of_bytes(&bytes))
    }

    /// The id of a key that a person pasted into the pairing form, which is compressed first:
    /// clients sign with the compressed form whatever they display. Surrounding white space is
    /// ignored.
    ///
    /// # Errors
    /// As [`Self::from_sent_key`].
    pub fn from_pasted_key(hex: &str) -> Result<Self, BitAuthError> {
        parse_key(hex.trim()).map(|(_, key)| Self::of_bytes(&key.serialize()))
    }

    fn of_bytes(key: &[u8]) -> Self {
        Self(hash160::Hash::hash(key).to_byte_array())
    }
}

impl fmt::Display for Sin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut payload = [0; 22];
        payload[..2].copy_from_slice(&SIN_PREFIX);
        payload[2..].copy_from_slice(&self.0);
        base58::encode_check_to_fmt(f, &payload)
    }
}

impl fmt::Debug for Sin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sin({self})")
    }
}

impl FromStr for Sin {
    type Err = InvalidSin;

    fn from_str(text: &str) -> Result<Self, InvalidSin> {
        // Base58 decoding is quadratic, and every SIN has 35 characters.
        if text.len() != 35 {
            return Err(InvalidSin);
        }
        let payload = base58::decode_check(text).map_err(|_| InvalidSin)?;
        let hash = payload.strip_prefix(&SIN_PREFIX).ok_or(InvalidSin)?;
        hash.try_into().map(Self).map_err(|_| InvalidSin)
    }
}

/// Who signed the request: the id of `identity_hex` if its signature covers one of the candidate
/// URLs followed by `body`, the raw bytes of the request's body.
///
/// # Errors
/// A malformed key or signature, or a signature of something else. All of them mean the same to
/// the client: not authenticated.
pub fn verify(
    identity_hex: &str,
    signature_hex: &str,
    candidates: impl IntoIterator<Item = String>,
    body: &[u8],
) -> Result<Sin, BitAuthError> {
    let (key_bytes, key) = parse_key(identity_hex)?;
    let signature = parse_signature(signature_hex)?;
    for url in candidates {
        let mut digest = sha256::Hash::engine();
        digest.input(url.as_bytes());
        digest.input(body);
        let message = Message::from_digest(sha256::Hash::from_engine(digest).to_byte_array());
        if SECP.verify_ecdsa(&message, &signature, &key).is_ok() {
            return Ok(Sin::of_bytes(&key_bytes));
        }
    }
    Err(BitAuthError::Mismatch)
}

/// The key and its bytes as sent. Hybrid keys (06, 07) are refused: they would give a key a third
/// id, and no client sends them.
fn parse_key(hex: &str) -> Result<(Vec<u8>, PublicKey), BitAuthError> {
    if !matches!(hex.len(), 66 | 130) {
        return Err(BitAuthError::Key);
    }
    let bytes = Vec::<u8>::from_hex(hex).map_err(|_| BitAuthError::Key)?;
    match (bytes.len(), bytes[0]) {
        (33, 0x02 | 0x03) | (65, 0x04) => {}
        _ => return Err(BitAuthError::Key),
    }
    let key = PublicKey::from_slice(&bytes).map_err(|_| BitAuthError::Key)?;
    Ok((bytes, key))
}

fn parse_signature(hex: &str) -> Result<Signature, BitAuthError> {
    if hex.len() > MAX_SIGNATURE_HEX {
        return Err(BitAuthError::SignatureForm);
    }
    let bytes = Vec::<u8>::from_hex(hex).map_err(|_| BitAuthError::SignatureForm)?;
    let mut signature = Signature::from_der_lax(&bytes).map_err(|_| BitAuthError::SignatureForm)?;
    // libsecp256k1 verifies the low-S form only, and clients send both.
    signature.normalize_s();
    Ok(signature)
}
