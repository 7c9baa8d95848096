//! Wallets whose keys the test has: seeds of BIP 39's test words, coins out of nothing, and a signer. Shared by several
//! test programs, none of which uses all of it.

#![allow(dead_code, reason = "each test program uses a part")]

use std::sync::Arc;

use bitcoin::bip32::{DerivationPath, Xpriv, Xpub};
use bitcoin::hashes::{Hash, sha256};
use bitcoin::hex::FromHex;
use bitcoin::secp256k1::Secp256k1;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, FeeRate, Network, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness,
    absolute,
};
use specie_core::script::{Keychain, ScriptKind, WalletDescriptor};
use specie_psbt::{Caps, Coin, Payee, Plan};

/// The seeds of "abandon … about", "legal winner … yellow" and "letter advice … above", without a passphrase.
const SEEDS: [&str; 3] = [
    "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc19a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4",
    "878386efb78845b3355bd15ea4d39ef97d179cb712b77d5c12b6be415fffeffe5f377ba02bf3f8544ab800b955e51fbff09828f682052a20faa6addbbddfb096",
    "77d6be9708c8218738934f84bbbb78a2e048ca007746cb764f0673e4b1812d176bbb173e1a291f31cf633f1d0bad7d3cf071c30e98cd0688b5bcce65ecaceb36",
];

pub const KINDS: [ScriptKind; 7] = [
    ScriptKind::Legacy,
    ScriptKind::NestedSegwit,
    ScriptKind::Segwit,
    ScriptKind::Taproot,
    ScriptKind::LegacyMultisig,
    ScriptKind::NestedMultisig,
    ScriptKind::SegwitMultisig,
];

/// The height of the chain that the plans see.
pub const TIP: u32 = 840_000;

/// A master key of the test words.
pub fn master(which: usize) -> Xpriv {
    let seed = Vec::<u8>::from_hex(SEEDS[which]).expect("hexadecimal");
    Xpriv::new_master(Network::Regtest, &seed).expect("a seed")
}

/// The private key of an account.
pub fn account(which: usize, kind: ScriptKind) -> Xpriv {
    let path: DerivationPath = account_path(kind).parse().expect("a path");
    master(which).derive_priv(&Secp256k1::new(), &path).expect("the path exists")
}

fn account_path(kind: ScriptKind) -> &'static str {
    match kind {
        ScriptKind::Legacy => "44h/1h/0h",
        ScriptKind::NestedSegwit => "49h/1h/0h",
        ScriptKind::Segwit => "84h/1h/0h",
        ScriptKind::Taproot => "86h/1h/0h",
        ScriptKind::LegacyMultisig => "45h",
        ScriptKind::NestedMultisig => "48h/1h/0h/1h",
        ScriptKind::SegwitMultisig => "48h/1h/0h/2h",
    }
}

/// A key expression without the path behind it, public or private.
fn key(which: usize, kind: ScriptKind, private: bool) -> String {
    let secp = Secp256k1::new();
    let account = account(which, kind);
    let text = if private { account.to_string() } else { Xpub::from_priv(&secp, &account).to_string() };
    format!("[{}/{}]{text}", master(which).fingerprint(&secp), account_path(kind))
}

/// A descriptor of the kind, 2 of 3 if it is a multisig, with `path` behind each key.
pub fn descriptor(kind: ScriptKind, path: &str) -> String {
    described(kind, None, path)
}

/// The same with one of the keys private, for a signer.
pub fn descriptor_with_key(kind: ScriptKind, which: usize, path: &str) -> String {
    described(kind, Some(which), path)
}

fn described(kind: ScriptKind, private: Option<usize>, path: &str) -> String {
    let key = |which| key(which, kind, private == Some(which)) + path;
    let multisig = || format!("sortedmulti(2,{},{},{})", key(0), key(1), key(2));
    match kind {
        ScriptKind::Legacy => format!("pkh({})", key(0)),
        ScriptKind::NestedSegwit => format!("sh(wpkh({}))", key(0)),
        ScriptKind::Segwit => format!("wpkh({})", key(0)),
        ScriptKind::Taproot => format!("tr({})", key(0)),
        ScriptKind::LegacyMultisig => format!("sh({})", multisig()),
        ScriptKind::NestedMultisig => format!("sh(wsh({}))", multisig()),
        ScriptKind::SegwitMultisig => format!("wsh({})", multisig()),
    }
}

pub fn wallet(kind: ScriptKind) -> WalletDescriptor {
    WalletDescriptor::parse(&descriptor(kind, "/<0;1>/*"), Network::Regtest).expect("a wallet")
}

/// A coin that was paid to the wallet, by a transaction with another output before it.
pub fn coin(
    wallet: &WalletDescriptor,
    keychain: Keychain,
    index: u32,
    sat: u64,
    height: Option<u32>,
) -> Coin {
    let output = |sat, script_pubkey| TxOut { value: Amount::from_sat(sat), script_pubkey };
    let script = wallet.script_at(keychain, index).expect("an index");
    let from = sha256::Hash::hash(format!("{keychain:?} {index} {sat}").as_bytes());
    let outpoint = OutPoint::new(
        bitcoin::Txid::from_raw_hash(bitcoin::hashes::sha256d::Hash::from_byte_array(from.to_byte_array())),
        0,
    );
    let previous = Transaction {
        version: Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output: outpoint,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![output(4_711, stranger(0)), output(sat, script)],
    };
    Coin {
        outpoint: OutPoint::new(previous.compute_txid(), 1),
        amount: Amount::from_sat(sat),
        keychain,
        index,
        previous: Arc::new(previous),
        height,
    }
}

/// Confirmed coins on the receiving keychain, one for each amount.
pub fn coins(wallet: &WalletDescriptor, amounts: &[u64]) -> Vec<Coin> {
    let places = (0..).zip(amounts);
    places.map(|(index, sat)| coin(wallet, Keychain::External, index, *sat, Some(800_000 + index))).collect()
}

/// The script of somebody else.
pub fn stranger(number: u8) -> ScriptBuf {
    let hash = bitcoin::WPubkeyHash::from_byte_array([number; 20]);
    ScriptBuf::new_p2wpkh(&hash)
}

pub fn payee(number: u8, sat: u64) -> Payee {
    Payee { script: stranger(number), amount: Amount::from_sat(sat) }
}

/// A plan without any limit on the fee.
pub fn plan<'a>(
    wallet: &'a WalletDescriptor,
    coins: &'a [Coin],
    payees: &'a [Payee],
    sat_per_vb: u64,
) -> Plan<'a> {
    Plan {
        wallet,
        network: Network::Regtest,
        coins,
        must: &[],
        payees,
        change: (Keychain::Internal, 7),
        rate: FeeRate::from_sat_per_vb(sat_per_vb).expect("a rate"),
        replaces: None,
        caps: Caps { absolute: Amount::MAX_MONEY, percent: u64::MAX },
        tip_height: TIP,
        seed: [21; 32],
    }
}

/// Signs as a device does that has the keys of these test words.
pub fn sign(psbt: &Psbt, keys: &[usize]) -> Psbt {
    let mut signed = psbt.clone();
    for which in keys {
        // An error is told for every input that a key of another signer belongs to.
        let _ = signed.sign(&master(*which), &Secp256k1::new());
    }
    signed
}

/// The test words whose keys suffice.
pub fn enough(kind: ScriptKind) -> &'static [usize] {
    if kind.is_multisig() { &[0, 2] } else { &[0] }
}
