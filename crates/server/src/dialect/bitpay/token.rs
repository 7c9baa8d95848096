//! Tokens and pairing codes in answers.

use serde_json::{Value, json};

use crate::app::view::{IssuedCode, TokenView};

/// The facades that a merchant's token opens, as BitPay lists them; `merchant` first.
const FACADES: [&str; 4] = ["merchant", "pos", "merchant/invoice", "pos/invoice"];

/// The answer to `POST /tokens`: one token, inactive or active.
#[must_use]
pub fn issued(code: &IssuedCode) -> Value {
    json!({ "data": [{
        "policies": [],
        "pairingCode": code.code,
        "pairingExpiration": code.expires_at.as_millis(),
        "dateCreated": code.created_at.as_millis(),
        "facade": "merchant",
        "token": code.token,
        "label": code.label,
    }] })
}

/// The answer to `GET /tokens`: one object for each facade, of the client's first token.
#[must_use]
pub fn list(tokens: &[TokenView]) -> Value {
    let facades = tokens.first().map(|first| FACADES.map(|facade| json!({ facade: first.token })).to_vec());
    json!({ "data": facades.unwrap_or_default() })
}
