//! Scripts from watch-only keys: what a merchant pastes, made into one canonical wallet.
//!
//! Merchants copy whatever their wallet shows: a bare xpub, a zpub, BTCPay's `xpub…-[p2sh]`, an
//! output descriptor. All spellings of one wallet become one text ([`WalletDescriptor`]'s
//! `Display`), because two texts for one wallet would mean two counters over the same addresses.
//!
//! Scripts are built here from the derived keys rather than by `miniscript`, which would parse and
//! derive the whole path for every index; a property test holds both to the same bytes.
//!
//! Never: private keys (recognised and refused, nothing here can hold one), and never any pasted
//! text in an error or in `Debug` output.

mod build;
mod error;
mod key;
mod parse;
mod secret;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use bitcoin::bip32::{DerivationPath, Fingerprint};
use bitcoin::{Address, Network, NetworkKind, ScriptBuf};
use serde::{Deserialize, Serialize};

use build::Parents;
use key::Chains;
use parse::Parts;

pub use error::{DerivationError, WalletTextError};
pub use key::WalletKey;

/// The longest accepted text, in bytes: twenty keys with origins and paths, and room to spare.
pub const MAX_TEXT_BYTES: usize = 4096;

/// One of a wallet's two sequences of scripts (BIP 44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Keychain {
    /// Receiving addresses, `/0/*`.
    External,
    /// Change addresses, `/1/*`.
    Internal,
}

impl Keychain {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Internal => "internal",
        }
    }

    /// The keychain of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::External, Self::Internal].into_iter().find(|keychain| keychain.name() == name)
    }
}

/// What a wallet's scripts look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ScriptKind {
    /// `pkh`, P2PKH (BIP 44).
    Legacy,
    /// `sh(wpkh)`, P2WPKH in P2SH (BIP 49).
    NestedSegwit,
    /// `wpkh`, P2WPKH (BIP 84).
    Segwit,
    /// `tr` with the key path only, P2TR (BIP 86).
    Taproot,
    /// `sh(sortedmulti)`.
    LegacyMultisig,
    /// `sh(wsh(sortedmulti))`.
    NestedMultisig,
    /// `wsh(sortedmulti)`.
    SegwitMultisig,
}

impl ScriptKind {
    /// Whether several keys take part in each script.
    #[must_use]
    pub const fn is_multisig(self) -> bool {
        matches!(self, Self::LegacyMultisig | Self::NestedMultisig | Self::SegwitMultisig)
    }
}

/// What is said of a wallet beside its text, where the text does not say it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The type of its scripts.
    pub kind: Option<ScriptKind>,
    /// Where its one key comes from.
    pub origin: Option<(Fingerprint, DerivationPath)>,
}

impl Said {
    /// A key's origin as wallets show it: the master key's fingerprint, eight hexadecimal digits,
    /// and the path from there to the key, `m/84'/0'/0'` or `84h/0h/0h` (BIP 32, BIP 380).
    ///
    /// # Errors
    /// [`WalletTextError::Origin`] if they are none.
    pub fn origin(fingerprint: &str, path: &str) -> Result<(Fingerprint, DerivationPath), WalletTextError> {
        let path = path.trim();
        let path = path.strip_prefix(['m', 'M']).unwrap_or(path).trim_matches('/');
        let slash = if path.is_empty() { "" } else { "/" };
        key::parse_origin(&format!("{}{slash}{path}", fingerprint.trim()))
    }
}

/// A watch-only wallet: script type, extended public keys, keychains.
///
/// `Display` writes the canonical text, a descriptor with checksum (`wpkh(xpub…/<0;1>/*)#…`, BIP
/// 380 and 389), and `FromStr` reads it back. The text does not tell regtest, testnet and signet
/// apart; whoever stores it stores the network beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct WalletDescriptor {
    kind: ScriptKind,
    threshold: usize,
    keys: Vec<WalletKey>,
    network: NetworkKind,
    canonical: String,
    identity: String,
    external: Branch,
    internal: Option<Branch>,
}

/// One keychain: its descriptor and the keys that its scripts are children of.
#[derive(Clone, PartialEq, Eq)]
struct Branch {
    text: String,
    parents: Parents,
}

impl WalletDescriptor {
    /// Reads what a merchant pasted, for use on `network`.
    ///
    /// Accepted: extended public keys with any SLIP-132 prefix (a bare xpub means segwit), with
    /// an origin before and `-[p2sh]`, `-[legacy]` or `-[taproot]` behind; `2-of-xpub…-xpub…`;
    /// descriptors `wpkh`, `sh(wpkh)`, `pkh`, `tr` and `sortedmulti` in `wsh`, `sh(wsh)`, `sh`.
    /// The keys end in `/0/*`, `/<0;1>/*` or nothing, which all mean both keychains, or in `/*`:
    /// then the key is the receiving keychain itself and there is none for change.
    ///
    /// # Errors
    /// The fact that stands in the way, without the text. Private material is reported as
    /// [`WalletTextError::PrivateKey`] whatever else is wrong.
    pub fn parse(text: &str, network: Network) -> Result<Self, WalletTextError> {
        Self::parse_with(text, network, &Said::default())
    }

    /// As [`Self::parse`], with what the merchant says of the wallet beside the text.
    ///
    /// # Errors
    /// As [`Self::parse`]; and if what is said contradicts the text.
    pub fn parse_with(text: &str, network: Network, said: &Said) -> Result<Self, WalletTextError> {
        let parts = parse::parse(text, said)?;
        if parts.network != network.into() {
            return Err(WalletTextError::WrongNetwork);
        }
        Self::new(parts)
    }

    fn new(parts: Parts) -> Result<Self, WalletTextError> {
        let text = |path: &str, with_origins| build::descriptor(&parts, path, with_origins);
        let branch = |path: &str, step| {
            let parents = Parents::derive(&parts, step)?;
            Ok(Branch { text: text(path, true)?, parents })
        };
        let (path, external, internal) = match parts.chains {
            Chains::Single => ("/*", branch("/*", None)?, None),
            Chains::Pair => {
                let pair = (branch("/0/*", Some(0))?, branch("/1/*", Some(1))?);
                ("/<0;1>/*", pair.0, Some(pair.1))
            }
        };
        Ok(Self {
            canonical: text(path, true)?,
            identity: text(path, false)?,
            external,
            internal,
            kind: parts.kind,
            threshold: parts.threshold,
            keys: parts.keys,
            network: parts.network,
        })
    }

    /// The canonical descriptor of one keychain with checksum, or none if the wallet has no
    /// change keychain.
    #[must_use]
    pub fn keychain(&self, keychain: Keychain) -> Option<&str> {
        self.branch(keychain).ok().map(|branch| branch.text.as_str())
    }

    /// The canonical text without key origins. Two pastes with the same identity have the same
    /// scripts, whether or not they tell where the keys come from: the key to find a known wallet.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The type of every script of the wallet.
    #[must_use]
    pub const fn kind(&self) -> ScriptKind {
        self.kind
    }

    /// How many signatures a spend needs; 1 unless multisig.
    #[must_use]
    pub const fn threshold(&self) -> usize {
        self.threshold
    }

    /// The wallet's keys: one, or those of a multisig in canonical order.
    #[must_use]
    pub fn keys(&self) -> &[WalletKey] {
        &self.keys
    }

    /// The fingerprint of each key's master, or of the key itself where no origin is known.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.keys.iter().map(WalletKey::fingerprint)
    }

    /// Whether the keys are for mainnet or for the test networks, which share one prefix.
    #[must_use]
    pub const fn network_kind(&self) -> NetworkKind {
        self.network
    }

    /// The output script at `index` of `keychain`.
    ///
    /// # Errors
    /// An index of 2^31 or more, or a keychain that the wallet does not have.
    pub fn script_at(&self, keychain: Keychain, index: u32) -> Result<ScriptBuf, DerivationError> {
        self.branch(keychain)?.parents.script(self.kind, self.threshold, index)
    }

    /// The output scripts of a range of indexes, in order.
    ///
    /// # Errors
    /// As [`Self::script_at`], for the first index that fails.
    pub fn scripts(&self, keychain: Keychain, range: Range<u32>) -> Result<Vec<ScriptBuf>, DerivationError> {
        let parents = &self.branch(keychain)?.parents;
        range.map(|index| parents.script(self.kind, self.threshold, index)).collect()
    }

    /// The address at `index` of `keychain` as `network` writes it.
    ///
    /// # Errors
    /// As [`Self::script_at`]; and a network that the wallet's keys do not belong to.
    pub fn address_at(
        &self,
        keychain: Keychain,
        index: u32,
        network: Network,
    ) -> Result<Address, DerivationError> {
        if self.network != network.into() {
            return Err(DerivationError::WrongNetwork);
        }
        let script = self.script_at(keychain, index)?;
        Ok(Address::from_script(&script, network).expect("every script kind built here has an address"))
    }

    /// Where the script at `index` of `keychain` comes from, for each of the wallet's keys: the
    /// fingerprint and the path from there, as a wallet shows them (`d34db33f/84h/0h/0h/0/7`).
    ///
    /// # Errors
    /// A keychain that the wallet does not have.
    pub fn derivations(&self, keychain: Keychain, index: u32) -> Result<Vec<String>, DerivationError> {
        self.branch(keychain)?;
        let step = match (&self.internal, keychain) {
            (None, _) => String::new(),
            (Some(_), Keychain::External) => "/0".to_owned(),
            (Some(_), Keychain::Internal) => "/1".to_owned(),
        };
        let path = |key: &WalletKey| {
            let origin = key.origin().map(|(_, path)| path.into_iter().map(|step| format!("/{step:#}")));
            let origin: String = origin.into_iter().flatten().collect();
            format!("{}{origin}{step}/{index}", key.fingerprint())
        };
        Ok(self.keys.iter().map(path).collect())
    }

    const fn branch(&self, keychain: Keychain) -> Result<&Branch, DerivationError> {
        match (keychain, &self.internal) {
            (Keychain::External, _) => Ok(&self.external),
            (Keychain::Internal, Some(internal)) => Ok(internal),
            (Keychain::Internal, None) => Err(DerivationError::NoChangeKeychain),
        }
    }
}

impl fmt::Display for WalletDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical)
    }
}

impl fmt::Debug for WalletDescriptor {
    /// The keys show every address of the wallet: logs get kind and fingerprints only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalletDescriptor")
            .field("kind", &self.kind)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

impl FromStr for WalletDescriptor {
    type Err = WalletTextError;

    /// Reads the canonical text only, exactly as `Display` wrote it; the network kind is that of
    /// the keys. For what people paste use [`WalletDescriptor::parse`].
    fn from_str(text: &str) -> Result<Self, WalletTextError> {
        let wallet = Self::new(parse::parse(text, &Said::default())?)?;
        if wallet.canonical == text { Ok(wallet) } else { Err(WalletTextError::NotCanonical) }
    }
}
