//! Secrets, wrapped so that they cannot be printed or serialised by accident.

use std::fmt;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use bitcoin::base58;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::entropy;

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

    /// base58(HMAC-SHA256(key, purpose ‖ id)): stable, and worth nothing without the key.
    #[must_use]
    pub fn derive(&self, purpose: &str, id: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(id);
        base58::encode(&mac.finalize().into_bytes())
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(…)")
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
