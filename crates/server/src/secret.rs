//! Secrets, wrapped so that they cannot be printed or serialised by accident.

use std::fmt;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use bitcoin::base58;
use bitcoin::hex::{DisplayHex, FromHex};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::entropy;

/// Bytes of an id.
const SEALED_ID: usize = 16;
/// Bytes of a token: its id, and as many that prove it.
const SEALED: usize = 32;
/// A token of so many bytes has no more characters.
const MAX_SEALED_CHARS: usize = 44;

/// The server's own key. Tokens that must be shown again are derived from it, never stored.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl ServerKey {
    /// From 32 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the key from a file that only its owner may read, or makes it.
    ///
    /// # Errors
    /// If the file cannot be read or written, or does not hold 32 bytes.
    pub fn load_or_create(path: &Path) -> std::io::Result<Self> {
        match std::fs::File::open(path) {
            Ok(mut file) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes)?;
                let bytes = bytes.try_into().map_err(|_| {
                    std::io::Error::new(
                        std::io::ErrorKind::InvalidData,
                        "the server key is not 32 bytes long",
                    )
                })?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = entropy::bytes::<32>();
                // Written whole under another name first: a half-written key would change every token.
                let fresh = path.with_extension("new");
                let mut file = std::fs::OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(&fresh)?;
                file.write_all(&key)?;
                file.sync_all()?;
                std::fs::rename(&fresh, path)?;
                Ok(Self(key))
            }
            Err(error) => Err(error),
        }
    }

    fn mac(&self, purpose: &str, id: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(id);
        mac
    }

    /// What tells this key from any other, and nothing of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        base58::encode(&self.mac("fingerprint", b"").finalize().into_bytes())
    }

    /// A token for one purpose: base58(id ‖ the first half of HMAC-SHA256(key, purpose ‖ id)). The
    /// same every time, not to be made without the key, and read back without a row.
    #[must_use]
    pub fn seal(&self, purpose: &str, id: &[u8; SEALED_ID]) -> String {
        let mac = self.mac(purpose, id).finalize().into_bytes();
        let mut token = [0; SEALED];
        token[..SEALED_ID].copy_from_slice(id);
        token[SEALED_ID..].copy_from_slice(&mac[..SEALED - SEALED_ID]);
        base58::encode(&token)
    }

    /// A link's secret part for one purpose: base58 of the first half of HMAC-SHA256(key, purpose ‖ id ‖
    /// generation), 128 bits. A generation later it is another.
    #[must_use]
    pub fn link(&self, purpose: &str, id: &[u8; SEALED_ID], generation: u32) -> String {
        let numbered = [id.as_slice(), &generation.to_be_bytes()].concat();
        base58::encode(&self.mac(purpose, &numbered).finalize().into_bytes()[..16])
    }

    /// A secret for one purpose that others are told, to verify what this server signs. A generation
    /// later it is another.
    #[must_use]
    pub fn signing(&self, purpose: &str, id: &[u8; SEALED_ID], generation: u32) -> SigningKey {
        let numbered = [id.as_slice(), &generation.to_be_bytes()].concat();
        let mac = self.mac(purpose, &numbered).finalize().into_bytes();
        SigningKey(format!("whsec_{}", base58::encode(&mac)))
    }

    /// The purpose of a token among these, and its id.
    #[must_use]
    pub fn unseal<P: Copy + AsRef<str>>(&self, purposes: &[P], token: &str) -> Option<(P, [u8; SEALED_ID])> {
        // Base58 decoding is quadratic: refuse long texts before looking at them.
        let bytes = Some(token).filter(|token| token.len() <= MAX_SEALED_CHARS);
        let bytes: [u8; SEALED] = base58::decode(bytes?).ok()?.try_into().ok()?;
        let (id, mac) = bytes.split_first_chunk::<SEALED_ID>()?;
        let is_for = |purpose: &&P| self.mac((*purpose).as_ref(), id).verify_truncated_left(mac).is_ok();
        purposes.iter().find(is_for).map(|purpose| (*purpose, *id))
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

/// A secret that signs, as it is shown to whoever verifies: its characters are the key.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(String);

impl SigningKey {
    /// The secret, to be shown or to sign with.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// HMAC-SHA256 of these parts, one after the other, in hexadecimal.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("HMAC takes a key of any length");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().to_lower_hex_string()
    }

    /// Whether that is the signature of these parts, found out in the same time whatever it is.
    #[must_use]
    pub fn has_signed(&self, parts: &[&[u8]], signature: &str) -> bool {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("HMAC takes a key of any length");
        parts.iter().for_each(|part| mac.update(part));
        <[u8; 32]>::from_hex(signature).is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// A password as somebody typed it.
#[derive(Clone, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// Wraps a password.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The password, for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The SHA-256 under which a bearer secret is stored.
#[must_use]
pub fn fingerprint(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_by_its_own_key_for_its_own_purpose_only() {
        let (key, other) = (ServerKey::from_bytes([1; 32]), ServerKey::from_bytes([2; 32]));
        for id in [[0; 16], [255; 16], *b"sixteen bytes ok"] {
            let token = key.seal("b", &id);
            assert!(token.len() <= MAX_SEALED_CHARS, "{token}");
            assert_eq!(key.unseal(&["a", "b"], &token), Some(("b", id)));
            assert_eq!(key.unseal(&["a", "c"], &token), None, "another purpose");
            assert_eq!(other.unseal(&["b"], &token), None, "another key");
            let mut bytes = base58::decode(&token).unwrap();
            for at in 0..bytes.len() {
                bytes[at] ^= 1;
                assert_eq!(key.unseal(&["b"], &base58::encode(&bytes)), None, "byte {at} changed");
                bytes[at] ^= 1;
            }
        }
        for text in ["", "0", "merchant", &"1".repeat(32), &"z".repeat(10_000)] {
            assert_eq!(key.unseal(&["a", "b"], text), None, "{text}");
        }
    }
}
