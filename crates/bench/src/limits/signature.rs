//! What one verified signature costs.

use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};

use crate::clock;

const SIGNATURES: usize = 2_000;

/// One verification of an ECDSA signature, in microseconds.
pub fn verify_micros() -> f64 {
    let secp = Secp256k1::new();
    let key = SecretKey::from_slice(&[7; 32]).expect("a key");
    let signed: Vec<_> = (0..SIGNATURES)
        .map(|number| {
            let message = Message::from_digest(sha256::Hash::hash(&number.to_be_bytes()).to_byte_array());
            (message, secp.sign_ecdsa(&message, &key))
        })
        .collect();
    let public = key.public_key(&secp);
    let (took, valid) = clock::timed(|| {
        signed
            .iter()
            .filter(|(message, signature)| secp.verify_ecdsa(message, signature, &public).is_ok())
            .count()
    });
    assert_eq!(valid, SIGNATURES);
    took.as_secs_f64() * 1e6 / SIGNATURES as f64
}
