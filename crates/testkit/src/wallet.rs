//! Merchants' wallets: account keys of regtest, one for each name.

use bitcoin::NetworkKind;
use bitcoin::bip32::{DerivationPath, Xpriv, Xpub};
use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::Secp256k1;

/// The extended public key of an account that a name stands for.
#[must_use]
pub fn account_key(name: &str) -> String {
    key(name, "m/84h/1h/0h")
}

/// The extended public key of that account's receiving keychain.
#[must_use]
pub fn receiving_key(name: &str) -> String {
    key(name, "m/84h/1h/0h/0")
}

/// The extended private key of that account, for whoever signs in a test.
#[must_use]
pub fn account_secret(name: &str) -> String {
    secret(name, "m/84h/1h/0h").to_string()
}

fn key(name: &str, path: &str) -> String {
    Xpub::from_priv(&Secp256k1::new(), &secret(name, path)).to_string()
}

fn secret(name: &str, path: &str) -> Xpriv {
    let secp = Secp256k1::new();
    let seed = sha256::Hash::hash(name.as_bytes()).to_byte_array();
    let master = Xpriv::new_master(NetworkKind::Test, &seed).expect("a hash is a seed");
    let path: DerivationPath = path.parse().expect("a path");
    master.derive_priv(&secp, &path).expect("the path exists")
}
