//! The grammar of pasted wallets: bare extended keys, the derivation schemes of BTCPay Server
//! (`xpub…-[p2sh]`, `2-of-xpub…-xpub…`) and output descriptors (BIP 380 to 386).

use std::collections::BTreeSet;

use bitcoin::NetworkKind;
use miniscript::descriptor::checksum::desc_checksum;

use super::key::{self, Chains, KeyExpression, WalletKey};
use super::{MAX_TEXT_BYTES, Said, ScriptKind, WalletTextError, secret};

/// What a wallet text says, with nothing derived yet.
pub(super) struct Parts {
    pub(super) kind: ScriptKind,
    pub(super) threshold: usize,
    /// One key, or those of a multisig in the order of their text.
    pub(super) keys: Vec<WalletKey>,
    pub(super) chains: Chains,
    pub(super) network: NetworkKind,
}

/// Reads any accepted spelling, and what was said beside it. Private material is looked for first,
/// everywhere in the text.
pub(super) fn parse(text: &str, said: &Said) -> Result<Parts, WalletTextError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(WalletTextError::TooLong);
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(WalletTextError::Empty);
    }
    if secret::looks_private(text) {
        return Err(WalletTextError::PrivateKey);
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(WalletTextError::NotAKey);
    }
    let body = strip_checksum(text)?;
    if body.ends_with(')') { parse_descriptor(body, said) } else { parse_scheme(body, said) }
}

fn strip_checksum(text: &str) -> Result<&str, WalletTextError> {
    match text.split_once('#') {
        None => Ok(text),
        Some((body, given)) if desc_checksum(body).is_ok_and(|right| right == given) => Ok(body),
        Some(_) => Err(WalletTextError::Checksum),
    }
}

/// The supported descriptors: what stands before the keys, and what after.
const DESCRIPTORS: [(&str, &str, ScriptKind); 7] = [
    ("sh(wsh(sortedmulti(", ")))", ScriptKind::NestedMultisig),
    ("wsh(sortedmulti(", "))", ScriptKind::SegwitMultisig),
    ("sh(sortedmulti(", "))", ScriptKind::LegacyMultisig),
    ("sh(wpkh(", "))", ScriptKind::NestedSegwit),
    ("wpkh(", ")", ScriptKind::Segwit),
    ("pkh(", ")", ScriptKind::Legacy),
    ("tr(", ")", ScriptKind::Taproot),
];

fn parse_descriptor(body: &str, said: &Said) -> Result<Parts, WalletTextError> {
    let found = DESCRIPTORS
        .iter()
        .find_map(|(open, close, kind)| Some((body.strip_prefix(open)?.strip_suffix(close)?, *kind)));
    let (inner, kind) = found.ok_or(WalletTextError::UnsupportedScript)?;
    if inner.contains(['(', ')', '{', '}']) || (inner.contains(',') && !kind.is_multisig()) {
        // A script tree, or a function inside one of the keys.
        return Err(WalletTextError::UnsupportedScript);
    }
    if !kind.is_multisig() {
        return single(key::parse(inner)?, Some(kind), said);
    }
    let (threshold, keys) = inner.split_once(',').ok_or(WalletTextError::Multisig)?;
    multisig(threshold, keys.split(','), kind, said)
}

/// BTCPay's derivation schemes: keys, then suffixes such as `-[p2sh]`.
fn parse_scheme(text: &str, said: &Said) -> Result<Parts, WalletTextError> {
    let (body, suffix) = match text.rfind("-[") {
        Some(at) if text.ends_with(']') => (&text[..at], Some(&text[at + 2..text.len() - 1])),
        _ => (text, None),
    };
    let suffix = suffix.map(str::to_ascii_lowercase);
    if let Some((threshold, keys)) = body.split_once("-of-") {
        let kind = match suffix.as_deref() {
            None => ScriptKind::SegwitMultisig,
            Some("p2sh") => ScriptKind::NestedMultisig,
            Some("legacy") => ScriptKind::LegacyMultisig,
            Some(_) => return Err(WalletTextError::UnsupportedScript),
        };
        return multisig(threshold, keys.split('-'), kind, said);
    }
    let kind = match suffix.as_deref() {
        None => None,
        Some("p2sh") => Some(ScriptKind::NestedSegwit),
        Some("legacy") => Some(ScriptKind::Legacy),
        Some("taproot") => Some(ScriptKind::Taproot),
        Some(_) => return Err(WalletTextError::UnsupportedScript),
    };
    single(key::parse(body)?, kind, said)
}

/// One key. A stated script type wins over the default but must not contradict the prefix; the
/// default (segwit) must not contradict the purpose in the key's path.
fn single(mut key: KeyExpression, stated: Option<ScriptKind>, said: &Said) -> Result<Parts, WalletTextError> {
    if stated.is_some() && said.kind.is_some_and(|kind| stated != Some(kind)) {
        return Err(WalletTextError::ScriptTypeConflict);
    }
    let stated = stated.or(said.kind);
    if let Some(origin) = &said.origin {
        key.key.set_origin(origin)?;
    }
    let kind = stated.or(key.prefix).or(key.key.purpose()).unwrap_or(ScriptKind::Segwit);
    if key.prefix.is_some_and(|prefix| prefix != kind) {
        return Err(WalletTextError::ScriptTypeConflict);
    }
    let defaulted = stated.is_none() && key.prefix.is_none();
    if defaulted && kind != ScriptKind::Segwit {
        return Err(WalletTextError::ScriptTypeConflict);
    }
    let network = key.key.xpub.network;
    Ok(Parts { kind, threshold: 1, keys: vec![key.key], chains: key.chains, network })
}

fn multisig<'a>(
    threshold: &str,
    texts: impl Iterator<Item = &'a str>,
    kind: ScriptKind,
    said: &Said,
) -> Result<Parts, WalletTextError> {
    if said.kind.is_some_and(|said| said != kind) {
        return Err(WalletTextError::ScriptTypeConflict);
    }
    if said.origin.is_some() {
        return Err(WalletTextError::OriginConflict);
    }
    let is_number = !threshold.is_empty() && threshold.bytes().all(|b| b.is_ascii_digit());
    let threshold: usize = match threshold.parse() {
        Ok(threshold) if is_number => threshold,
        _ => return Err(WalletTextError::Multisig),
    };
    let parsed = texts.map(key::parse).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = parsed.first() else {
        return Err(WalletTextError::Multisig);
    };
    let (chains, network) = (first.chains, first.key.xpub.network);
    for key in &parsed {
        if key.chains != chains {
            return Err(WalletTextError::UnsupportedPath);
        }
        if key.key.xpub.network != network {
            return Err(WalletTextError::WrongNetwork);
        }
        if key.prefix.is_some_and(|prefix| prefix != kind) {
            return Err(WalletTextError::ScriptTypeConflict);
        }
    }
    let mut keys: Vec<WalletKey> = parsed.into_iter().map(|key| key.key).collect();
    // BIP 67 sorts the derived keys, so the order here means nothing: make it one.
    keys.sort_by_cached_key(|key| key.xpub.to_string());
    let distinct: BTreeSet<_> = keys.iter().map(|key| key.xpub.public_key).collect();
    if distinct.len() < keys.len() {
        return Err(WalletTextError::DuplicateKey);
    }
    // OP_CHECKMULTISIG takes 20 keys; a P2SH script of 520 bytes holds 15.
    let most = if kind == ScriptKind::LegacyMultisig { 15 } else { 20 };
    if threshold == 0 || threshold > keys.len() || keys.len() > most {
        return Err(WalletTextError::Multisig);
    }
    Ok(Parts { kind, threshold, keys, chains, network })
}
