//! A wallet's descriptors as `miniscript` has them: where each key of a script comes from, and what a signature weighs.

use bitcoin::bip32::DerivationPath;
use bitcoin::{Psbt, Weight};
use miniscript::psbt::PsbtExt;
use miniscript::{DefiniteDescriptorKey, Descriptor, DescriptorPublicKey};
use specie_core::script::{DerivationError, Keychain, ScriptKind, WalletDescriptor};

use crate::error::Mismatch;

/// Both keychains.
pub struct Descriptors {
    external: Descriptor<DescriptorPublicKey>,
    internal: Option<Descriptor<DescriptorPublicKey>>,
}

impl Descriptors {
    pub fn of(wallet: &WalletDescriptor) -> Self {
        let parsed = |keychain| {
            let text = wallet.keychain(keychain)?;
            Some(text.parse().expect("the wallet's own canonical text"))
        };
        Self {
            external: parsed(Keychain::External).expect("every wallet receives"),
            internal: parsed(Keychain::Internal),
        }
    }

    /// What an input needs at most to be satisfied, beyond an empty one. The same at every index.
    pub fn satisfaction(&self) -> Weight {
        self.external.max_weight_to_satisfy().expect("every kind of wallet can be spent from")
    }

    /// Tells where the keys come from that sign an input, and its scripts.
    pub fn tell_input(&self, psbt: &mut Psbt, input: usize, at: (Keychain, u32)) -> Result<(), Mismatch> {
        let descriptor = self.at(at).map_err(|_| Mismatch::Origins)?;
        psbt.update_input_with_descriptor(input, &descriptor).map_err(|_| Mismatch::Origins)
    }

    /// Tells where the keys of a change output come from, so that a device knows it for its own.
    pub fn tell_output(&self, psbt: &mut Psbt, output: usize, at: (Keychain, u32)) -> Result<(), Mismatch> {
        let descriptor = self.at(at).map_err(|_| Mismatch::Change)?;
        psbt.update_output_with_descriptor(output, &descriptor).map_err(|_| Mismatch::Change)
    }

    fn at(
        &self,
        (keychain, index): (Keychain, u32),
    ) -> Result<Descriptor<DefiniteDescriptorKey>, DerivationError> {
        let descriptor = match keychain {
            Keychain::External => &self.external,
            Keychain::Internal => self.internal.as_ref().ok_or(DerivationError::NoChangeKeychain)?,
        };
        descriptor.at_derivation_index(index).map_err(|_| DerivationError::IndexTooLarge)
    }
}

/// Whether a wallet's inputs have witnesses.
pub fn is_segwit(kind: ScriptKind) -> bool {
    !matches!(kind, ScriptKind::Legacy | ScriptKind::LegacyMultisig)
}

/// The account keys of a multisig, so that a device knows with whom it signs (BIP 174). Those whose origin is unknown
/// are left out: a device could not place them.
pub fn tell_xpubs(wallet: &WalletDescriptor, psbt: &mut Psbt) {
    if !wallet.kind().is_multisig() {
        return;
    }
    for key in wallet.keys() {
        let itself = (key.xpub().depth == 0).then(|| (key.fingerprint(), DerivationPath::master()));
        if let Some(origin) = key.origin().cloned().or(itself) {
            psbt.xpub.insert(*key.xpub(), origin);
        }
    }
}
