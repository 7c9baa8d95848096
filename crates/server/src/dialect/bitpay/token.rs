//! Tokens and pairing codes in answers.

use serde_json::{Value, json};
use specie_core::facade::Facade;

use crate::app::view::{IssuedCode, IssuedToken, TokenView};

/// The answer to `POST /tokens`: one token, inactive or active, as BTCPay shows it.
#[must_use]
pub fn issued(code: &IssuedCode) -> Value {
    json!({ "data": [{
        "policies": [],
        "pairingCode": code.code,
        "pairingExpiration": code.expires_at.as_millis(),
        "dateCreated": code.created_at.as_millis(),
        "facade": code.facade.name(),
        "token": code.token,
        "label": code.label,
    }] })
}

/// The same as BitPay's document has it, as a list of one: what the token asks of whoever uses it; the
/// code only while it waits, the store when it does not.
#[must_use]
pub fn issued_with_policies(code: &IssuedCode) -> Value {
    let mut token = json!({
        "token": code.token,
        "facade": code.facade.name(),
        "dateCreated": code.created_at.as_millis(),
    });
    let method = match code.store.filter(|_| code.is_active()) {
        Some(store) => {
            token["resource"] = store.to_string().into();
            "require"
        }
        None => {
            token["pairingExpiration"] = code.expires_at.as_millis().into();
            token["pairingCode"] = code.code.clone().into();
            "inactive"
        }
    };
    let policy = |sin: &String| json!({ "policy": "id", "method": method, "params": [sin] });
    token["policies"] = code.sin.iter().map(policy).collect();
    json!([token])
}

/// A token that asks nothing of whoever uses it, as a list of one.
#[must_use]
pub fn public(token: &IssuedToken) -> Value {
    json!([{
        "policies": [],
        "resource": token.store.to_string(),
        "token": token.token,
        "facade": token.facade.name(),
        "dateCreated": token.created_at.as_millis(),
    }])
}

/// The answer to `GET /tokens`: one object for each facade that the client's tokens open, `merchant`
/// first. Who may do more may do less: a merchant's token is good for points of sale too.
#[must_use]
pub fn list(tokens: &[TokenView]) -> Value {
    let first = |facade: Facade| tokens.iter().find(|token| token.facade == facade);
    let merchant = first(Facade::Merchant);
    let pos = first(Facade::Pos).or(merchant);
    let named = |name: &str, token: Option<&TokenView>| token.map(|token| json!({ name: token.token }));
    let facades = [
        named("merchant", merchant),
        named("pos", pos),
        named("merchant/invoice", merchant),
        named("pos/invoice", pos),
    ];
    json!({ "data": facades.into_iter().flatten().collect::<Vec<_>>() })
}
