//! Whether a notification is a webhook's own, by what this file knows of HMAC: the words of `docs/api/webhooks.md`.

use bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};

/// How long after it was signed one is believed, in seconds.
const TOLERANCE: i64 = 300;

/// Whether `Specie-Signature` of a body, as it is read at a time, is of that secret.
pub fn is_genuine(secret: &str, header: &str, body: &str, at: i64) -> bool {
    let parts = || header.split(',').filter_map(|part| part.split_once('='));
    let Some((_, sent)) = parts().find(|(name, _)| *name == "t") else { return false };
    let Ok(seconds) = sent.parse::<i64>() else { return false };
    let mut engine = HmacEngine::<sha256::Hash>::new(secret.as_bytes());
    engine.input(format!("{sent}.{body}").as_bytes());
    let expected = Hmac::from_engine(engine).to_string();
    let signed = parts().any(|(name, value)| name == "v1" && value == expected);
    signed && (at - seconds).abs() <= TOLERANCE
}
