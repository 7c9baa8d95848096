//! Recognises private material in a pasted text, so that the refusal can say so.
//!
//! It errs towards "private": a false alarm costs the merchant a second look, a miss tells
//! somebody who pasted a seed that only the spelling was wrong.

use bitcoin::base58;

/// Whether any part of `text` looks like an extended private key (any SLIP-132 prefix), a private
/// key (WIF, BIP 38, raw hex), a BIP 93 share, or a list of seed words (BIP 39 and alike).
pub(super) fn looks_private(text: &str) -> bool {
    let tokens = || text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|t| !t.is_empty());
    tokens().any(is_private_token) || is_raw_hex(text) || are_seed_words(text)
}

fn is_private_token(token: &str) -> bool {
    has_private_prefix(token) || is_wif_or_bip38(token) || is_private_payload(token) || is_bip93(token)
}

/// `xprv`, `yprv`, `zprv`, `tprv`, `uprv`, `vprv` and the multisig forms, in any letter case and
/// even when the rest is damaged.
fn has_private_prefix(token: &str) -> bool {
    let bytes = token.as_bytes();
    bytes.len() >= 4
        && b"xyztuv".contains(&bytes[0].to_ascii_lowercase())
        && bytes[1..4].eq_ignore_ascii_case(b"prv")
}

fn is_wif_or_bip38(token: &str) -> bool {
    let is_base58 = || token.bytes().all(|b| !b"0OIl".contains(&b));
    match token.len() {
        51 | 52 => token.starts_with(['5', 'K', 'L', '9', 'c']) && is_base58(),
        58 => token.starts_with("6P") && is_base58(),
        _ => false,
    }
}

/// A serialised extended key of any coin whose key bytes start with 0: a private key (BIP 32).
fn is_private_payload(token: &str) -> bool {
    (105..=115).contains(&token.len())
        && base58::decode_check(token).is_ok_and(|payload| payload.len() == 78 && payload[45] == 0)
}

fn is_bip93(token: &str) -> bool {
    token.len() >= 48 && token.as_bytes()[..3].eq_ignore_ascii_case(b"ms1")
}

/// 32 or 64 bytes in hex and nothing else. An x-only public key has the same form, but is no
/// wallet either.
fn is_raw_hex(text: &str) -> bool {
    let text = text.trim();
    matches!(text.len(), 64 | 128) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Eleven or more words of letters only, whatever the language, separated by spaces or commas and
/// perhaps numbered. A descriptor has no spaces, hence never that many words.
fn are_seed_words(text: &str) -> bool {
    let mut words = 0_u32;
    for raw in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
        let word = raw.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
        if word.is_empty() {
            continue;
        }
        if !word.chars().all(char::is_alphabetic) {
            return false;
        }
        words += 1;
    }
    words >= 11
}
