//! A delivery as it is posted: where it goes, what is said there, and its headers' names. Whoever sends it and whoever
//! shows it to its merchant say the same.

use specie_core::ids::DeliveryId;
use specie_core::time::Timestamp;

use super::bitpay::ipn;
use super::panel::event;
use super::signature;
use crate::app::view::{Content, Form};
use crate::secret::SigningKey;

/// What its body is.
pub const CONTENT_TYPE: &str = "application/json; charset=utf-8";
/// Who sends it.
pub const USER_AGENT: &str = concat!("Specie/", env!("CARGO_PKG_VERSION"));
/// The header with its id, the same in every attempt.
pub const ID: &str = "Specie-Delivery";
/// The header with the attempt's own name.
pub const REQUEST_ID: &str = "Request-Id";
/// The header with the signature of its body and the time of the attempt.
pub const SIGNATURE: &str = "Specie-Signature";
/// The header with the signature that BTCPay's clients look for.
pub const SIGNATURE_AS_BTCPAY: &str = "BTCPay-Sig";

/// What is sent with a body now, by name; with signatures, if whoever hears it knows a secret.
#[must_use]
pub fn headers(
    id: DeliveryId,
    keys: &[SigningKey],
    now: Timestamp,
    body: &str,
) -> Vec<(&'static str, String)> {
    let plain = [
        ("Content-Type", CONTENT_TYPE.to_owned()),
        ("User-Agent", USER_AGENT.to_owned()),
        (ID, id.to_string()),
    ];
    let signed = keys.first().map(|current| {
        [
            (SIGNATURE, signature::timed(keys, now, body)),
            (SIGNATURE_AS_BTCPAY, signature::of_body(current, body)),
        ]
    });
    plain.into_iter().chain(signed.into_iter().flatten()).collect()
}

/// Where it goes, and what is said there.
#[must_use]
pub fn rendered(id: DeliveryId, url: &str, form: Form, content: &Content) -> (String, String) {
    match content {
        Content::Test(test) => (url.to_owned(), event::test_body(id, test)),
        Content::Notice { notice, snapshot } => match form {
            Form::Plain | Form::Named => (ipn::target(url, snapshot), ipn::body(snapshot, *notice, form)),
            Form::Event | Form::Test => (url.to_owned(), event::body(id, snapshot, *notice)),
        },
    }
}
