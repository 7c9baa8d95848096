//! The only place that reads randomness.

use bitcoin::base58;
use sha2::{Digest, Sha256};
use specie_core::time::Timestamp;

/// `N` bytes from the operating system.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// An id: the time first, so that rows made one after the other lie side by side in every index, and a
/// commit touches few pages; then ten bytes that nobody guesses.
#[must_use]
pub fn id(now: Timestamp) -> [u8; 16] {
    led_by(now, bytes())
}

fn led_by(now: Timestamp, mut id: [u8; 16]) -> [u8; 16] {
    id[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
    id
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

/// A fraction between 0 and 1 with 32 digits, as a text: what BitPay's API names an application by.
#[must_use]
pub fn fraction() -> String {
    let digits = u128::from_be_bytes(bytes()) % 10_u128.pow(32);
    format!("0.{digits:032}")
}

/// Ids made outside a transaction for rows whose number only the transaction knows. The same
/// seed gives the same ids, so a closure that runs twice writes the same.
#[derive(Debug, Clone)]
pub struct IdSeed {
    seed: [u8; 32],
    now: Timestamp,
}

impl IdSeed {
    /// A new seed.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { seed: bytes(), now }
    }

    /// Another seed, the same every time for the same number.
    #[must_use]
    pub fn of(&self, number: usize) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"of");
        hash.update(self.seed);
        hash.update(number.to_be_bytes());
        Self { seed: hash.finalize().into(), now: self.now }
    }

    /// The id of that number.
    #[must_use]
    pub fn id(&self, number: usize) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(number.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        led_by(self.now, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_time_and_no_two_are_the_same() {
        let times = [1, 255, 256, 1_790_000_000_000, 1_790_000_000_001].map(Timestamp::from_millis);
        let ids = times.map(|now| [id(now), id(now), IdSeed::new(now).id(0), IdSeed::new(now).id(0)]);
        for (earlier, later) in ids.iter().zip(&ids[1..]) {
            assert!(earlier.iter().max() < later.iter().min());
        }
        let all: std::collections::BTreeSet<_> = ids.as_flattened().iter().collect();
        assert_eq!(all.len(), 20);
        let seed = IdSeed::new(times[0]);
        assert_eq!((seed.id(7), seed.id(7) == seed.id(8)), (seed.clone().id(7), false));
    }
}
