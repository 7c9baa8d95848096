//! A client's key: who it is, and how it signs (BitAuth).
//!
//! The key is on secp256k1 and spends nothing. A request is signed as `ECDSA(SHA-256(url ‖ body))`, in DER, written in
//! hexadecimal; the signature is deterministic (RFC 6979) and low-S (BIP 62), so that every server takes it. The short
//! form of the public key is the *SIN*. Never here: what is signed (`request.rs` says that), or a key in clear words.

mod pem;

use std::fmt;
use std::str::FromStr;

use bitcoin_hashes::{Hash as _, hash160, sha256};
use secp256k1::{Message, PublicKey, SECP256K1, SecretKey};

use crate::entropy;

pub use pem::PemError;

/// Version and type of a SIN that nobody paid for.
const SIN_PREFIX: [u8; 2] = [0x0f, 0x02];

/// A client's identity: a private key on secp256k1. Keep it where secrets are kept, as hexadecimal or as PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    private: SecretKey,
    public: PublicKey,
}

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not 64 hexadecimal digits, or not a number between 1 and the order of the curve.
    #[error("a private key is 64 hexadecimal digits, not zero and below the order of secp256k1")]
    NotAKey,
    /// Not an `EC PRIVATE KEY` in PEM.
    #[error(transparent)]
    Pem(#[from] PemError),
}

impl Key {
    /// A new key, drawn from the operating system's randomness.
    #[must_use]
    pub fn generate() -> Self {
        loop {
            if let Ok(private) = SecretKey::from_slice(&entropy::bytes::<32>()) {
                return Self::of(private);
            }
        }
    }

    fn of(private: SecretKey) -> Self {
        Self { private, public: private.public_key(SECP256K1) }
    }

    /// The key of 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`].
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        SecretKey::from_str(text.trim()).map(Self::of).map_err(|_| KeyError::NotAKey)
    }

    /// The key in a PEM text, `-----BEGIN EC PRIVATE KEY-----` (SEC 1, RFC 5915), as `btcpay-python` and OpenSSL write
    /// it. What stands around it is passed over.
    ///
    /// # Errors
    /// [`KeyError`]: it is none, or one of another curve.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let bytes = pem::read(text)?;
        SecretKey::from_slice(&bytes).map(Self::of).map_err(|_| KeyError::NotAKey)
    }

    /// The private key in 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.private.display_secret().to_string()
    }

    /// The private key in PEM, the same text that `btcpay-python` writes.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::write(&self.private.secret_bytes(), &self.public.serialize_uncompressed())
    }

    /// The public key, compressed, in 66 hexadecimal digits: what is sent as `X-Identity`.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.public.to_string()
    }

    /// The short form of the public key, 35 characters beginning with `Tf`: base58check of `0F 02` and RIPEMD-160 of
    /// SHA-256 of the compressed key. A server knows a client by it.
    #[must_use]
    pub fn sin(&self) -> String {
        let mut bytes = SIN_PREFIX.to_vec();
        bytes.extend_from_slice(hash160::Hash::hash(&self.public.serialize()).as_byte_array());
        base58ck::encode_check(&bytes)
    }

    /// The signature over a URL directly followed by a body, in DER, in hexadecimal: what is sent as `X-Signature`.
    /// The same for the same, every time.
    #[must_use]
    pub fn sign(&self, url: &str, body: &[u8]) -> String {
        let digest = sha256::Hash::hash(&[url.as_bytes(), body].concat());
        let message = Message::from_digest(digest.to_byte_array());
        SECP256K1.sign_ecdsa(&message, &self.private).serialize_der().to_string()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.sin())
    }
}
