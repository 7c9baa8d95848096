//! From parsed keys to descriptor texts, parent keys and scripts.

use std::fmt::Write as _;
use std::str::FromStr as _;
use std::sync::LazyLock;

use bitcoin::bip32::{ChildNumber, Xpub};
use bitcoin::opcodes::all::OP_CHECKMULTISIG;
use bitcoin::secp256k1::{PublicKey, Secp256k1, VerifyOnly};
use bitcoin::{CompressedPublicKey, ScriptBuf, script};
use miniscript::descriptor::checksum::desc_checksum;
use miniscript::{Descriptor, DescriptorPublicKey};

use super::parse::Parts;
use super::{DerivationError, ScriptKind, WalletTextError};

/// Can add points and verify, and holds nothing that could sign.
static SECP: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);

/// The descriptor text of `parts` with `path` behind every key, and its checksum (BIP 380).
///
/// # Errors
/// [`WalletTextError::Multisig`] if `miniscript` finds the descriptor unusable, as a second
/// opinion on sizes and limits.
pub(super) fn descriptor(parts: &Parts, path: &str, with_origins: bool) -> Result<String, WalletTextError> {
    let mut keys = String::new();
    for (position, key) in parts.keys.iter().enumerate() {
        if position > 0 {
            keys.push(',');
        }
        key.write(&mut keys, with_origins).expect("a String takes every write");
        keys.push_str(path);
    }
    let threshold = parts.threshold;
    let mut text = match parts.kind {
        ScriptKind::Legacy => format!("pkh({keys})"),
        ScriptKind::NestedSegwit => format!("sh(wpkh({keys}))"),
        ScriptKind::Segwit => format!("wpkh({keys})"),
        ScriptKind::Taproot => format!("tr({keys})"),
        ScriptKind::LegacyMultisig => format!("sh(sortedmulti({threshold},{keys}))"),
        ScriptKind::NestedMultisig => format!("sh(wsh(sortedmulti({threshold},{keys})))"),
        ScriptKind::SegwitMultisig => format!("wsh(sortedmulti({threshold},{keys}))"),
    };
    let checksum = desc_checksum(&text).map_err(|_| WalletTextError::Multisig)?;
    write!(text, "#{checksum}").expect("a String takes every write");
    let opinion = Descriptor::<DescriptorPublicKey>::from_str(&text);
    if !opinion.is_ok_and(|descriptor| descriptor.sanity_check().is_ok()) {
        return Err(WalletTextError::Multisig);
    }
    Ok(text)
}

/// The keys whose children make a keychain's scripts, derived once.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Parents(Vec<Xpub>);

impl Parents {
    /// The keys of `parts` themselves, or their children at `step`.
    pub(super) fn derive(parts: &Parts, step: Option<u32>) -> Result<Self, WalletTextError> {
        let child = |xpub: &Xpub| match step {
            None => Ok(*xpub),
            Some(index) => xpub.ckd_pub(&*SECP, ChildNumber::Normal { index }),
        };
        let parents = parts.keys.iter().map(|key| child(&key.xpub)).collect::<Result<_, _>>();
        // The only failures are a key at BIP 32's greatest depth, and chance below 2^-127.
        parents.map(Self).map_err(|_| WalletTextError::NotAKey)
    }

    /// The output script at `index`.
    pub(super) fn script(
        &self,
        kind: ScriptKind,
        threshold: usize,
        index: u32,
    ) -> Result<ScriptBuf, DerivationError> {
        let step = ChildNumber::from_normal_idx(index).map_err(|_| DerivationError::IndexTooLarge)?;
        let keys = self.0.iter().map(|parent| child_key(parent, step)).collect::<Result<_, _>>()?;
        Ok(script_of(kind, threshold, keys))
    }
}

/// BIP 32's public derivation of the key alone: no chain code and no fingerprint, which a leaf
/// does not need.
fn child_key(parent: &Xpub, step: ChildNumber) -> Result<PublicKey, DerivationError> {
    let (tweak, _) = parent.ckd_pub_tweak(step).map_err(|_| DerivationError::NoKey)?;
    parent.public_key.add_exp_tweak(&SECP, &tweak.into()).map_err(|_| DerivationError::NoKey)
}

/// The output script over `keys`, which is one key for the kinds that are no multisig.
fn script_of(kind: ScriptKind, threshold: usize, keys: Vec<PublicKey>) -> ScriptBuf {
    let hash = || CompressedPublicKey(keys[0]).wpubkey_hash();
    match kind {
        ScriptKind::Legacy => ScriptBuf::new_p2pkh(&CompressedPublicKey(keys[0]).pubkey_hash()),
        ScriptKind::NestedSegwit => ScriptBuf::new_p2wpkh(&hash()).to_p2sh(),
        ScriptKind::Segwit => ScriptBuf::new_p2wpkh(&hash()),
        ScriptKind::Taproot => ScriptBuf::new_p2tr(&SECP, keys[0].x_only_public_key().0, None),
        ScriptKind::LegacyMultisig => sorted_multisig(threshold, &keys).to_p2sh(),
        ScriptKind::NestedMultisig => sorted_multisig(threshold, &keys).to_p2wsh().to_p2sh(),
        ScriptKind::SegwitMultisig => sorted_multisig(threshold, &keys).to_p2wsh(),
    }
}

/// The redeem or witness script `k <keys> n OP_CHECKMULTISIG` with the keys sorted by their bytes
/// (BIP 67).
pub(super) fn sorted_multisig(threshold: usize, keys: &[PublicKey]) -> ScriptBuf {
    let mut keys: Vec<[u8; 33]> = keys.iter().map(PublicKey::serialize).collect();
    keys.sort_unstable();
    let count = |n: usize| i64::try_from(n).expect("at most 20 keys");
    let mut script = script::Builder::new().push_int(count(threshold));
    for key in &keys {
        script = script.push_slice(key);
    }
    script.push_int(count(keys.len())).push_opcode(OP_CHECKMULTISIG).into_script()
}
