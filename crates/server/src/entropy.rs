//! The only place that reads randomness.

use bitcoin::base58;
use sha2::{Digest, Sha256};

/// `N` bytes from the operating system.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// Seven characters for a pairing code: base58 of six bytes, drawn until there are exactly
/// seven, as clients demand.
#[must_use]
pub fn pairing_code() -> String {
    loop {
        let code = base58::encode(&bytes::<6>());
        if code.len() == 7 {
            return code;
        }
    }
}

/// A secret for an `Authorization` header: 43 letters and digits, 256 bits.
#[must_use]
pub fn api_key() -> String {
    loop {
        let key = base58::encode(&bytes::<32>());
        if key.len() == 43 {
            return key;
        }
    }
}

/// Ids made outside a transaction for rows whose number only the transaction knows. The same
/// seed gives the same ids, so a closure that runs twice writes the same.
#[derive(Debug, Clone)]
pub struct IdSeed([u8; 32]);

impl IdSeed {
    /// A new seed.
    #[must_use]
    pub fn new() -> Self {
        Self(bytes())
    }

    /// The id of that number.
    #[must_use]
    pub fn id(&self, number: usize) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(number.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        id
    }
}

impl Default for IdSeed {
    fn default() -> Self {
        Self::new()
    }
}
