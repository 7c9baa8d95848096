//! Signatures of what is sent to a webhook. They bind what was sent to whoever knows the secret; the
//! timed one also to when, so that what was overheard cannot be sent again later.

use specie_core::time::Timestamp;

use crate::secret::SigningKey;

/// `t=SECONDS,v1=HEX[,v1=HEX]`: HMAC-SHA256 over `SECONDS.BODY`, by each key.
pub fn timed(keys: &[SigningKey], now: Timestamp, body: &str) -> String {
    let seconds = now.as_millis().div_euclid(1000).to_string();
    let signatures = keys.iter().map(|key| {
        let signature = key.sign(&[seconds.as_bytes(), b".", body.as_bytes()]);
        format!(",v1={signature}")
    });
    format!("t={seconds}{}", signatures.collect::<String>())
}

/// `sha256=HEX`: HMAC-SHA256 over the body, as BTCPay Server signs.
pub fn of_body(key: &SigningKey, body: &str) -> String {
    format!("sha256={}", key.sign(&[body.as_bytes()]))
}
