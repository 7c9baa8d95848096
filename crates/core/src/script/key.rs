//! One key expression: `[fingerprint/84h/0h/0h]xpub…/<0;1>/*`, with SLIP-132 prefixes.

use std::fmt;

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint, Xpub};
use bitcoin::{NetworkKind, base58};

use super::{ScriptKind, WalletTextError};

/// An extended public key of a wallet, and where it comes from if that is known.
#[derive(Clone, PartialEq, Eq)]
pub struct WalletKey {
    pub(super) xpub: Xpub,
    pub(super) origin: Option<(Fingerprint, DerivationPath)>,
}

impl WalletKey {
    /// The extended public key (BIP 32).
    #[must_use]
    pub const fn xpub(&self) -> &Xpub {
        &self.xpub
    }

    /// The master key's fingerprint and the path from it to [`Self::xpub`] (BIP 380 key origin).
    /// Without it a hardware wallet cannot sign for this key.
    #[must_use]
    pub const fn origin(&self) -> Option<&(Fingerprint, DerivationPath)> {
        self.origin.as_ref()
    }

    /// The master key's fingerprint if the origin is known, else the extended key's own.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.origin.as_ref().map_or_else(|| self.xpub.fingerprint(), |(master, _)| *master)
    }

    /// The script type that the first step of the origin's path names (BIP 43 purpose).
    pub(super) fn purpose(&self) -> Option<ScriptKind> {
        let (_, path) = self.origin.as_ref()?;
        let first = path.into_iter().next().filter(|step| step.is_hardened())?;
        match u32::from(*first) & !(1 << 31) {
            44 => Some(ScriptKind::Legacy),
            49 => Some(ScriptKind::NestedSegwit),
            84 => Some(ScriptKind::Segwit),
            86 => Some(ScriptKind::Taproot),
            _ => None,
        }
    }

    /// Sets where the key comes from. A key says itself how deep it lies and which child it is
    /// (BIP 32), so a path that was mistyped is mostly noticed.
    pub(super) fn set_origin(
        &mut self,
        origin: &(Fingerprint, DerivationPath),
    ) -> Result<(), WalletTextError> {
        let (_, path) = origin;
        let last = path.into_iter().next_back().copied().unwrap_or(ChildNumber::Normal { index: 0 });
        let leads_here = path.len() == usize::from(self.xpub.depth) && last == self.xpub.child_number;
        let known = self.origin.as_ref().is_some_and(|known| known != origin);
        if known || !leads_here {
            return Err(WalletTextError::OriginConflict);
        }
        self.origin = Some(origin.clone());
        Ok(())
    }

    /// Writes the key expression without the path after the key.
    pub(super) fn write(&self, to: &mut impl fmt::Write, with_origin: bool) -> fmt::Result {
        if let Some((master, path)) = self.origin.as_ref().filter(|_| with_origin) {
            write!(to, "[{master}")?;
            for step in path {
                write!(to, "/{step:#}")?;
            }
            to.write_char(']')?;
        }
        write!(to, "{}", self.xpub)
    }
}

impl fmt::Debug for WalletKey {
    /// An extended public key shows every address of the wallet: logs get the fingerprint only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WalletKey({})", self.fingerprint())
    }
}

/// Which keychains the path after the key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chains {
    /// `/0/*` for receiving, `/1/*` for change.
    Pair,
    /// `/*`: the key is a keychain itself.
    Single,
}

/// A parsed key expression.
pub(super) struct KeyExpression {
    pub(super) key: WalletKey,
    /// The script type named by a SLIP-132 prefix.
    pub(super) prefix: Option<ScriptKind>,
    pub(super) chains: Chains,
}

/// Parses one key expression of a text that holds no private material.
pub(super) fn parse(text: &str) -> Result<KeyExpression, WalletTextError> {
    let (origin, rest) = match text.strip_prefix('[') {
        None => (None, text),
        Some(after) => {
            let (origin, rest) = after.split_once(']').ok_or(WalletTextError::Origin)?;
            (Some(parse_origin(origin)?), rest)
        }
    };
    let (key, path) = match rest.find('/') {
        None => (rest, ""),
        Some(at) => rest.split_at(at),
    };
    let (xpub, prefix) = parse_extended_key(key)?;
    let chains = parse_path(path)?;
    Ok(KeyExpression { key: WalletKey { xpub, origin }, prefix, chains })
}

fn parse_path(path: &str) -> Result<Chains, WalletTextError> {
    match path {
        "" | "/0/*" | "/<0;1>/*" | "/**" => Ok(Chains::Pair),
        "/*" => Ok(Chains::Single),
        _ if path.contains(['h', 'H', '\'']) => Err(WalletTextError::HardenedPath),
        _ => Err(WalletTextError::UnsupportedPath),
    }
}

/// The origin of a key as it stands in square brackets (BIP 380).
pub(super) fn parse_origin(text: &str) -> Result<(Fingerprint, DerivationPath), WalletTextError> {
    let (master, path) = match text.find('/') {
        None => (text, ""),
        Some(at) => (&text[..at], &text[at + 1..]),
    };
    if master.len() != 8 || path.ends_with('/') {
        return Err(WalletTextError::Origin);
    }
    let master = master.parse().map_err(|_| WalletTextError::Origin)?;
    // `h`, `H` and `'` all mark a hardened step; the parser knows two of them.
    let path: DerivationPath = path.replace('H', "h").parse().map_err(|_| WalletTextError::Origin)?;
    // BIP 32 counts depth in one byte.
    if path.len() > 255 {
        return Err(WalletTextError::Origin);
    }
    Ok((master, path))
}

/// SLIP-132 version bytes of public keys, with the network and script type they name.
const VERSIONS: [([u8; 4], NetworkKind, Option<ScriptKind>); 10] = [
    ([0x04, 0x88, 0xb2, 0x1e], NetworkKind::Main, None), // xpub
    ([0x04, 0x9d, 0x7c, 0xb2], NetworkKind::Main, Some(ScriptKind::NestedSegwit)), // ypub
    ([0x04, 0xb2, 0x47, 0x46], NetworkKind::Main, Some(ScriptKind::Segwit)), // zpub
    ([0x02, 0x95, 0xb4, 0x3f], NetworkKind::Main, Some(ScriptKind::NestedMultisig)), // Ypub
    ([0x02, 0xaa, 0x7e, 0xd3], NetworkKind::Main, Some(ScriptKind::SegwitMultisig)), // Zpub
    ([0x04, 0x35, 0x87, 0xcf], NetworkKind::Test, None), // tpub
    ([0x04, 0x4a, 0x52, 0x62], NetworkKind::Test, Some(ScriptKind::NestedSegwit)), // upub
    ([0x04, 0x5f, 0x1c, 0xf6], NetworkKind::Test, Some(ScriptKind::Segwit)), // vpub
    ([0x02, 0x42, 0x89, 0xef], NetworkKind::Test, Some(ScriptKind::NestedMultisig)), // Upub
    ([0x02, 0x57, 0x54, 0x83], NetworkKind::Test, Some(ScriptKind::SegwitMultisig)), // Vpub
];

fn parse_extended_key(text: &str) -> Result<(Xpub, Option<ScriptKind>), WalletTextError> {
    // 82 bytes make 111 or 112 characters; base58 decoding is quadratic, so longer texts stop here.
    if text.len() > 115 {
        return Err(WalletTextError::NotAKey);
    }
    let mut payload = match base58::decode_check(text) {
        Ok(payload) => payload,
        Err(_) if is_nearly_a_key(text) => return Err(WalletTextError::Checksum),
        Err(_) => return Err(WalletTextError::NotAKey),
    };
    if payload.len() != 78 {
        return Err(WalletTextError::NotAKey);
    }
    let Some((_, network, kind)) = VERSIONS.iter().find(|(version, ..)| payload.starts_with(version)) else {
        // An extended public key of another coin.
        return Err(WalletTextError::WrongNetwork);
    };
    payload[..4].copy_from_slice(match network {
        NetworkKind::Main => &VERSIONS[0].0,
        NetworkKind::Test => &VERSIONS[5].0,
    });
    // BIP 32: a master key has neither a parent nor a child number.
    if payload[4] == 0 && payload[5..13] != [0; 8] {
        return Err(WalletTextError::NotAKey);
    }
    let xpub = Xpub::decode(&payload).map_err(|_| WalletTextError::NotAKey)?;
    Ok((xpub, *kind))
}

/// Long enough and starting like one: then it was a key before a character changed.
fn is_nearly_a_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    (100..=115).contains(&bytes.len()) && b"xyztuvYZUV".contains(&bytes[0]) && bytes[1..].starts_with(b"pub")
}
