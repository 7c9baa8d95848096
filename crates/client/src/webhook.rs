//! Webhooks: whether what arrived is from the server, and what it says.
//!
//! The signature is over the body as it arrived, byte for byte: verify first, parse afterwards. What was signed more
//! than five minutes ago may be somebody else's repetition. Comparisons take the same time whatever differs.

use bitcoin_hashes::{Hash as _, HashEngine as _, Hmac, HmacEngine, sha256};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::api::{More, open_enum};
use crate::clock;

/// How old a signature may be, in seconds; and how far ahead of this clock.
pub const TOLERANCE: u64 = 300;

open_enum! {
    /// What a webhook hears of.
    EventName {
        /// It was made.
        Created = "invoice.created",
        /// A payment was seen, in full or not.
        PaymentReceived = "invoice.payment_received",
        /// All of it was seen.
        Paid = "invoice.paid",
        /// It has the confirmations that the store asks for: ship.
        Confirmed = "invoice.confirmed",
        /// It has six.
        Completed = "invoice.completed",
        /// Its time is over.
        Expired = "invoice.expired",
        /// And too little was paid.
        ExpiredPaidPartial = "invoice.expired_paid_partial",
        /// All of it came after that.
        PaidLate = "invoice.paid_late",
        /// What was paid came to nothing.
        Invalid = "invoice.invalid",
        /// Its merchant said that it is complete.
        MarkedComplete = "invoice.marked_complete",
        /// Its merchant said that it is invalid.
        MarkedInvalid = "invoice.marked_invalid",
        /// Some of it, or all, is to be given back.
        RefundRequested = "invoice.refund_requested",
        /// What was to be given back is in a block.
        Refunded = "invoice.refunded",
        /// Nothing happened; somebody asked that it be told once more.
        ManuallyNotified = "invoice.manually_notified",
        /// Nothing happened; somebody tried the webhook.
        Test = "webhook.test",
    }
}

/// What a webhook was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The same in every attempt: keep those that you have seen.
    pub id: String,
    /// What happened.
    pub event: EventName,
    /// When, ISO 8601.
    pub created_at: String,
    /// The invoice as it was then ([`PanelInvoice`](crate::PanelInvoice)); of a test, the store and the webhook.
    pub data: More,
    /// What a newer server adds.
    #[serde(flatten)]
    pub more: More,
}

/// Why what arrived is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotGenuine {
    /// There is no secret to check it by: perhaps a variable that is not set.
    #[error("there is no secret to check it by")]
    NoSecret,
    /// No header that can be read.
    #[error("the signature's header is missing or damaged")]
    NoSignature,
    /// Signed by nobody who knows the secret, or changed on the way.
    #[error("no signature fits the secret and the body")]
    WrongSignature,
    /// Signed too long ago, or by a clock that is ahead.
    #[error("it was signed {0} seconds away from now; it may be a repetition")]
    NotNow(u64),
    /// Genuine, but of another form than a webhook's.
    #[error("it is no webhook's event: {0}")]
    NoEvent(String),
}

/// Checks the header `Specie-Signature` against the body as it arrived, and reads the event in it.
///
/// ```
/// use specie_client::{EventName, webhook};
///
/// # let body = br#"{"id":"M","event":"invoice.paid","created_at":"2026-11-21T09:00:00.000Z","data":{"id":1}}"#;
/// # let header = webhook::sign("whsec_secret", body, webhook::now());
/// let event = webhook::receive("whsec_secret", &header, body)?;
/// if event.event == EventName::Confirmed { /* fetch the invoice, and ship */ }
/// # Ok::<(), webhook::NotGenuine>(())
/// ```
///
/// # Errors
/// [`NotGenuine`]: answer with 400, and do nothing.
pub fn receive(secret: &str, header: &str, body: &[u8]) -> Result<WebhookEvent, NotGenuine> {
    verify_at(secret, header, body, now())?;
    serde_json::from_slice(body).map_err(|e| NotGenuine::NoEvent(e.to_string()))
}

/// Checks the header `Specie-Signature` against the body as it arrived. `now` is in seconds since 1970: [`now`].
///
/// # Errors
/// [`NotGenuine`].
pub fn verify_at(secret: &str, header: &str, body: &[u8], now: u64) -> Result<(), NotGenuine> {
    if secret.is_empty() {
        return Err(NotGenuine::NoSecret);
    }
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let sent = parts().find(|(name, _)| *name == "t").ok_or(NotGenuine::NoSignature)?.1;
    let seconds: u64 = sent.parse().map_err(|_| NotGenuine::NoSignature)?;
    let expected = hmac(secret, &[sent.as_bytes(), b".", body]);
    let mut signatures = parts().filter(|(name, _)| *name == "v1").map(|(_, signature)| signature).peekable();
    if signatures.peek().is_none() {
        return Err(NotGenuine::NoSignature);
    }
    if !signatures.any(|signature| same(signature, &expected)) {
        return Err(NotGenuine::WrongSignature);
    }
    let away = now.abs_diff(seconds);
    if away > TOLERANCE { Err(NotGenuine::NotNow(away)) } else { Ok(()) }
}

/// Checks the header `BTCPay-Sig`, as BTCPay Server signs: over the body alone, so that a repetition passes.
///
/// # Errors
/// [`NotGenuine`].
pub fn verify_btcpay(secret: &str, header: &str, body: &[u8]) -> Result<(), NotGenuine> {
    if secret.is_empty() {
        return Err(NotGenuine::NoSecret);
    }
    let signature = header.trim().strip_prefix("sha256=").ok_or(NotGenuine::NoSignature)?;
    let expected = hmac(secret, &[body]);
    if same(signature, &expected) { Ok(()) } else { Err(NotGenuine::WrongSignature) }
}

/// A `Specie-Signature` of one's own, for tests of what receives. `now` is in seconds since 1970.
#[must_use]
pub fn sign(secret: &str, body: &[u8], now: u64) -> String {
    let sent = now.to_string();
    format!("t={sent},v1={:x}", hmac(secret, &[sent.as_bytes(), b".", body]))
}

/// Seconds since 1970, by this machine's clock.
#[must_use]
pub fn now() -> u64 {
    clock::unix_seconds()
}

fn hmac(secret: &str, parts: &[&[u8]]) -> Hmac<sha256::Hash> {
    let mut engine = HmacEngine::<sha256::Hash>::new(secret.as_bytes());
    for part in parts {
        engine.input(part);
    }
    Hmac::from_engine(engine)
}

fn same(signature: &str, expected: &Hmac<sha256::Hash>) -> bool {
    let signature = signature.parse::<sha256::Hash>();
    signature.is_ok_and(|hash| bool::from(hash.as_byte_array().ct_eq(expected.as_byte_array())))
}
