//! Tokens. Asking for a pairing and claiming one need to know who asks: they are methods of a client.

use serde_json::{Map, Value};

use super::endpoints;
use crate::{Call, Key, PairingRequest, Tokens};

endpoints! { Client;
    /// What this client may do: a token for each facade. Empty: it is not paired.
    ///
    fn get_tokens() -> Tokens { Call::get(["tokens"]) }
}

/// Asks for a pairing, as the identity of this key.
#[must_use]
pub fn request_pairing(key: &Key, facade: &str, label: &str) -> Call<[PairingRequest; 1]> {
    let body = [("id", key.sin()), ("facade", facade.to_owned()), ("label", label.to_owned())];
    pairing(body.into_iter().filter(|(_, text)| !text.is_empty()))
}

/// Claims a code that a store's owner handed over, for the identity of this key.
#[must_use]
pub fn claim_pairing(key: &Key, code: &str, label: Option<&str>) -> Call<[PairingRequest; 1]> {
    let body = [
        ("id", Some(key.sin())),
        ("pairingCode", Some(code.to_owned())),
        ("label", label.map(str::to_owned)),
    ];
    pairing(body.into_iter().filter_map(|(name, text)| Some((name, text?))))
}

fn pairing(fields: impl Iterator<Item = (&'static str, String)>) -> Call<[PairingRequest; 1]> {
    let fields: Map<_, _> = fields.map(|(name, text)| (name.to_owned(), Value::String(text))).collect();
    Call::post(["tokens"]).body(&fields)
}
