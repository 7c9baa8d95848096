//! What wallets export as a file: the key in it, as the text that a merchant would paste otherwise. Coldcard's generic
//! file, Specter's, Electrum's, Bitcoin Core's `listdescriptors`, the form of Wasabi that Sparrow, Passport and Keystone
//! write as well, and descriptors among lines of comment.
//!
//! A file may hold a seed: that is looked for first, everywhere in it, and no text of it is ever in an error.

use std::borrow::Cow;

use serde_json::Value;
use specie_core::script::{ScriptKind, WalletDescriptor, WalletTextError};

/// The longest text that may be a secret.
const LONGEST_SECRET: usize = 1024;
/// The kinds of addresses in the order in which one is taken where nobody chose: how Coldcard names each, and its
/// descriptor around the key.
const KINDS: [(ScriptKind, &str, &str, &str); 4] = [
    (ScriptKind::Segwit, "bip84", "wpkh(", ")"),
    (ScriptKind::NestedSegwit, "bip49", "sh(wpkh(", "))"),
    (ScriptKind::Legacy, "bip44", "pkh(", ")"),
    (ScriptKind::Taproot, "bip86", "tr(", ")"),
];

/// The key or descriptor that was pasted, whether alone or within a file; of several kinds of addresses, the kind that
/// was chosen, or else native SegWit.
///
/// # Errors
/// [`WalletTextError::PrivateKey`] if something in a file can spend; [`WalletTextError::NotAKey`] if there is no key in it.
pub(super) fn key_in(pasted: &str, kind: Option<ScriptKind>) -> Result<Cow<'_, str>, WalletTextError> {
    let pasted = pasted.trim();
    if !pasted.starts_with('{') {
        return Ok(Cow::Borrowed(among_comments(pasted)));
    }
    let file: Value = serde_json::from_str(pasted).map_err(|_| WalletTextError::NotAKey)?;
    if spends(&file) {
        return Err(WalletTextError::PrivateKey);
    }
    let found =
        [named(&file), of_core(&file, kind), of_coldcard(&file, kind), of_electrum(&file), of_wasabi(&file)];
    found.into_iter().flatten().next().map(Cow::Owned).ok_or(WalletTextError::NotAKey)
}

/// The first line that is no comment, if there are such.
fn among_comments(text: &str) -> &str {
    if !text.starts_with('#') {
        return text;
    }
    text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or(text)
}

/// Whether anything in a file could spend.
fn spends(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            // Sixty-four digits may be a transaction's id as well, which files are full of.
            let digits = text.bytes().all(|b| b.is_ascii_hexdigit());
            let read = || WalletDescriptor::parse(text, bitcoin::Network::Bitcoin);
            !digits && text.len() <= LONGEST_SECRET && matches!(read(), Err(WalletTextError::PrivateKey))
        }
        Value::Array(all) => all.iter().any(spends),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let secret = ["seed", "xprv", "mnemonic", "passphrase"].contains(&name.as_str());
            secret && value.as_str().is_some_and(|text| !text.is_empty()) || spends(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Specter's, and any other that names its descriptor.
fn named(file: &Value) -> Option<String> {
    text(file, "descriptor").or_else(|| text(file, "desc")).map(str::to_owned)
}

/// Of Bitcoin Core's descriptors, the receiving one of a kind.
fn of_core(file: &Value, kind: Option<ScriptKind>) -> Option<String> {
    let all = file.get("descriptors")?.as_array()?;
    let receiving = all.iter().filter(|entry| entry.get("internal").and_then(Value::as_bool) != Some(true));
    let receiving: Vec<&str> = receiving.filter_map(|entry| text(entry, "desc")).collect();
    let wanted = |(known, _, open, _): &&(ScriptKind, &str, &str, &str)| {
        kind.is_none_or(|kind| kind == *known) && !open.is_empty()
    };
    KINDS.iter().filter(wanted).find_map(|(_, _, open, _)| {
        receiving.iter().find(|text| text.starts_with(open)).map(|text| (*text).to_owned())
    })
}

/// Coldcard's generic file has a key for each kind of addresses.
fn of_coldcard(file: &Value, kind: Option<ScriptKind>) -> Option<String> {
    let wanted = KINDS.iter().filter(|(known, ..)| kind.is_none_or(|kind| kind == *known));
    wanted.into_iter().find_map(|(_, name, open, close)| {
        let account = file.get(*name)?;
        let origin = origin(text(file, "xfp"), text(account, "deriv"));
        Some(format!("{open}{origin}{}/<0;1>/*{close}", text(account, "xpub")?))
    })
}

/// Electrum's wallet file, and what hardware writes in that form. The key's prefix tells the kind.
fn of_electrum(file: &Value) -> Option<String> {
    let keys = file.get("keystore")?;
    let origin = origin(text(keys, "root_fingerprint"), text(keys, "derivation"));
    Some(format!("{origin}{}", text(keys, "xpub")?))
}

/// Wasabi's form, which many others write.
fn of_wasabi(file: &Value) -> Option<String> {
    let origin = origin(text(file, "MasterFingerprint"), text(file, "AccountKeyPath"));
    Some(format!("{origin}{}", text(file, "ExtPubKey")?))
}

/// Where a key comes from, as descriptors write it; nothing if only half of it is said.
fn origin(fingerprint: Option<&str>, path: Option<&str>) -> String {
    let (Some(fingerprint), Some(path)) = (fingerprint, path) else { return String::new() };
    let path = path.trim_start_matches(['m', 'M']).trim_matches('/');
    let slash = if path.is_empty() { "" } else { "/" };
    format!("[{}{slash}{path}]", fingerprint.to_ascii_lowercase())
}

#[cfg(test)]
#[path = "wallet_file/tests.rs"]
mod tests;
