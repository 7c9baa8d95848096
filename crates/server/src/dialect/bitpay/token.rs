//! Tokens and pairing codes in answers.

use std::collections::BTreeMap;

use serde::Serialize;
use specie_core::facade::Facade;
use utoipa::ToSchema;

use crate::app::view::{IssuedCode, IssuedToken, TokenView};

/// What a token asks of whoever uses it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Policy {
    /// Always `id`: a signature.
    #[schema(example = "id")]
    policy: &'static str,
    /// `require`, or `inactive` while the token waits to be approved.
    #[schema(example = "require")]
    method: &'static str,
    /// The identities that may sign.
    params: Vec<String>,
}

/// A token that waits for the other side, or works, as BTCPay shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pairing {
    /// Always empty.
    policies: Vec<Policy>,
    /// The code that the other side names.
    #[schema(example = "iJuQg19")]
    pairing_code: String,
    /// Until when, in milliseconds.
    pairing_expiration: i64,
    /// When it was made, in milliseconds.
    date_created: i64,
    /// How much it opens.
    #[schema(example = "merchant")]
    facade: &'static str,
    /// The token.
    token: String,
    /// The client's name for itself.
    label: Option<String>,
}

/// A token as BitPay's document has it: the code only while it waits, the store when it does not.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The token.
    token: String,
    /// How much it opens.
    #[schema(example = "merchant")]
    facade: &'static str,
    /// When it was made, in milliseconds.
    date_created: i64,
    /// The store that it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resource: Option<String>,
    /// Until when it waits, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pairing_expiration: Option<i64>,
    /// The code that the other side names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pairing_code: Option<String>,
    /// What it asks of whoever uses it.
    policies: Vec<Policy>,
}

/// A token that asks nothing of whoever uses it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicToken {
    /// Always empty.
    policies: Vec<Policy>,
    /// The store that it opens.
    resource: String,
    /// The token.
    token: String,
    /// How much it opens.
    #[schema(example = "pos")]
    facade: &'static str,
    /// When it was made, in milliseconds.
    date_created: i64,
}

/// The answer to `POST /tokens`: one token, inactive or active.
#[must_use]
pub fn issued(code: &IssuedCode) -> Vec<Pairing> {
    vec![Pairing {
        policies: vec![],
        pairing_code: code.code.clone(),
        pairing_expiration: code.expires_at.as_millis(),
        date_created: code.created_at.as_millis(),
        facade: code.facade.name(),
        token: code.token.clone(),
        label: code.label.clone(),
    }]
}

/// The same with its policies, as a list of one.
#[must_use]
pub fn issued_with_policies(code: &IssuedCode) -> Vec<Token> {
    let store = code.store.filter(|_| code.is_active());
    let waits = store.is_none();
    let method = if waits { "inactive" } else { "require" };
    let policy = |sin: &String| Policy { policy: "id", method, params: vec![sin.clone()] };
    vec![Token {
        token: code.token.clone(),
        facade: code.facade.name(),
        date_created: code.created_at.as_millis(),
        resource: store.map(|store| store.to_string()),
        pairing_expiration: waits.then(|| code.expires_at.as_millis()),
        pairing_code: waits.then(|| code.code.clone()),
        policies: code.sin.iter().map(policy).collect(),
    }]
}

/// A token that asks nothing of whoever uses it, as a list of one.
#[must_use]
pub fn public(token: &IssuedToken) -> Vec<PublicToken> {
    vec![PublicToken {
        policies: vec![],
        resource: token.store.to_string(),
        token: token.token.clone(),
        facade: token.facade.name(),
        date_created: token.created_at.as_millis(),
    }]
}

/// The answer to `GET /tokens`: one object for each facade that the client's tokens open, `merchant`
/// first. Who may do more may do less: a merchant's token is good for points of sale too.
#[must_use]
pub fn list(tokens: &[TokenView]) -> Vec<BTreeMap<&'static str, String>> {
    let first = |facade: Facade| tokens.iter().find(|token| token.facade == facade);
    let merchant = first(Facade::Merchant);
    let pos = first(Facade::Pos).or(merchant);
    let named = |name, token: Option<&TokenView>| Some(BTreeMap::from([(name, token?.token.clone())]));
    let facades = [
        named("merchant", merchant),
        named("pos", pos),
        named("merchant/invoice", merchant),
        named("pos/invoice", pos),
    ];
    facades.into_iter().flatten().collect()
}
