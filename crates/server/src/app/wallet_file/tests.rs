use super::*;

const XPUB: &str = "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj";

fn read(file: &str, kind: Option<ScriptKind>) -> Result<String, WalletTextError> {
    key_in(file, kind).map(Cow::into_owned)
}

#[test]
fn the_files_of_many_wallets_come_to_their_key() {
    let coldcard = format!(
        r#"{{"chain":"BTC","xfp":"73C5DA0A","account":0,"bip44":{{"xpub":"A","deriv":"m/44'/0'/0'"}},
            "bip49":{{"xpub":"B","deriv":"m/49'/0'/0'"}},"bip84":{{"xpub":"{XPUB}","deriv":"m/84'/0'/0'"}}}}"#
    );
    let core = r#"{"wallet_name":"w","descriptors":[{"desc":"pkh(A/0/*)#x","internal":false},
        {"desc":"wpkh(C/1/*)#y","internal":true},{"desc":"wpkh(C/0/*)#z","internal":false}]}"#;
    let electrum = r#"{"keystore":{"type":"hardware","derivation":"m/84'/0'/0'","root_fingerprint":"73c5da0a",
        "xpub":"zpubX"},"wallet_type":"standard"}"#;
    let passport = r#"{"ExtPubKey":"zpubX","MasterFingerprint":"73C5DA0A","AccountKeyPath":"84'/0'/0'"}"#;
    let specter =
        r#"{"label":"Shop","blockheight":0,"descriptor":"wpkh([73c5da0a/84h/0h/0h]X/0/*)#c","devices":[]}"#;
    let sparrow = "# Receive and change descriptor (BIP389):\nwpkh(X/<0;1>/*)#c\n\n# Receive descriptor:\nwpkh(X/0/*)#d\n";
    for (file, kind, expected) in [
        (&*coldcard, None, &*format!("wpkh([73c5da0a/84'/0'/0']{XPUB}/<0;1>/*)")),
        (&coldcard, Some(ScriptKind::NestedSegwit), "sh(wpkh([73c5da0a/49'/0'/0']B/<0;1>/*))"),
        (&coldcard, Some(ScriptKind::Legacy), "pkh([73c5da0a/44'/0'/0']A/<0;1>/*)"),
        (core, None, "wpkh(C/0/*)#z"),
        (core, Some(ScriptKind::Legacy), "pkh(A/0/*)#x"),
        (electrum, None, "[73c5da0a/84'/0'/0']zpubX"),
        (passport, None, "[73c5da0a/84'/0'/0']zpubX"),
        (specter, None, "wpkh([73c5da0a/84h/0h/0h]X/0/*)#c"),
        (sparrow, None, "wpkh(X/<0;1>/*)#c"),
        ("  zpubX\n", None, "zpubX"),
        (r#"{"ExtPubKey":"zpubX"}"#, None, "zpubX"),
    ] {
        assert_eq!(read(file, kind).as_deref(), Ok(expected), "{file}");
    }
    // The words are those of a wallet, and read as one.
    let key = read(&coldcard, None).unwrap();
    assert!(WalletDescriptor::parse(&key, bitcoin::Network::Bitcoin).is_ok(), "{key}");
}

#[test]
fn what_could_spend_is_refused_wherever_it_stands_and_what_is_no_wallet_too() {
    let words =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    for (file, expected) in [
        (r#"{"keystore":{"xpub":"zpubX","seed":"short"}}"#.to_owned(), WalletTextError::PrivateKey),
        (format!(r#"{{"descriptor":"wpkh(X)","notes":["{words}"]}}"#), WalletTextError::PrivateKey),
        (r#"{"descriptor":"wpkh(xprv9s21Z/0/*)"}"#.to_owned(), WalletTextError::PrivateKey),
        ("{}".to_owned(), WalletTextError::NotAKey),
        ("{".to_owned(), WalletTextError::NotAKey),
        (r#"{"bip84":{"xpub":7}}"#.to_owned(), WalletTextError::NotAKey),
        (
            format!("{}1{}", "[".repeat(5000), "]".repeat(5000)).replacen('[', "{\"a\":[", 1),
            WalletTextError::NotAKey,
        ),
    ] {
        assert_eq!(read(&file, None), Err(expected), "{file}");
    }
    let txid = "0".repeat(64);
    let full = format!(r#"{{"keystore":{{"xpub":"zpubX"}},"transactions":{{"{txid}":"{txid}"}}}}"#);
    assert_eq!(read(&full, None).as_deref(), Ok("zpubX"));
}
