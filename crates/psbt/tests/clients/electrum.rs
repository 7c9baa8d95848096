//! Debian's Electrum, in a folder of its own and offline: it opens no connection.

use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bitcoin::{Psbt, base58};
use specie_core::script::ScriptKind;
use tempfile::TempDir;

use crate::wallet::account;

pub struct Electrum {
    folder: TempDir,
}

impl Electrum {
    /// A wallet of the kind from an account's private key, as its owner would restore it.
    pub fn with_key(kind: ScriptKind, which: usize) -> Self {
        let electrum = Self { folder: tempfile::tempdir().expect("a folder") };
        electrum.run("restore", &extended(kind, which));
        electrum
    }

    /// What it makes of a PSBT: a finished transaction in hexadecimal, or the PSBT in base64.
    pub fn signed(&self, psbt: &Psbt) -> String {
        self.run("signtransaction", &BASE64_STANDARD.encode(psbt.serialize()))
    }

    fn run(&self, command: &str, argument: &str) -> String {
        let wallet = self.folder.path().join("wallet");
        let done = Command::new("electrum")
            .args(["--regtest", "--offline", "--dir"])
            .arg(self.folder.path())
            .arg("--wallet")
            .arg(wallet)
            .args([command, argument])
            .env("HOME", self.folder.path())
            .output()
            .expect("Electrum is installed: `cargo xtask check` does it");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{command}: {said}{}", String::from_utf8_lossy(&done.stderr));
        said
    }
}

/// The key with the prefix that names its kind (SLIP-132), as Electrum writes keys of test networks.
fn extended(kind: ScriptKind, which: usize) -> String {
    let prefix = match kind {
        ScriptKind::Segwit => [0x04, 0x5f, 0x18, 0xbc],
        ScriptKind::NestedSegwit => [0x04, 0x4a, 0x4e, 0x28],
        ScriptKind::Legacy => [0x04, 0x35, 0x83, 0x94],
        other => panic!("Electrum has no prefix for {other:?}"),
    };
    let mut key = account(which, kind).encode();
    key[..4].copy_from_slice(&prefix);
    base58::encode_check(&key)
}
