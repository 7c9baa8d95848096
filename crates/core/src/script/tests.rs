use bitcoin::bip32::{Xpriv, Xpub};
use bitcoin::secp256k1::{PublicKey, Secp256k1};
use bitcoin::{NetworkKind, base58};
use miniscript::{Descriptor, DescriptorPublicKey};
use proptest::prelude::*;

use super::*;

/// The account key of BIP 84's test vector, m/84'/0'/0' of "abandon … about".
const ZPUB: &str = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
/// BIP 86's account key, m/86'/0'/0' of the same seed.
const XPUB86: &str = "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ";
/// m/44'/0'/0' of the same seed.
const XPUB44: &str = "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj";
/// BIP 49's account key on testnet, private in the BIP; made public by [`tpub49`].
const TPRV49: &str = "tprv8gRrNu65W2Msef2BdBSUgFdRTGzC8EwVXnV7UGS3faeXtuMVtGfEdidVeGbThs4ELEoayCAzZQ4uUji9DUiAs7erdVskqju7hrBcDvDsdbY";
const XPUB: [u8; 4] = [0x04, 0x88, 0xb2, 0x1e];
const YPUB: [u8; 4] = [0x04, 0x9d, 0x7c, 0xb2];
const ZPUB_MULTISIG: [u8; 4] = [0x02, 0xaa, 0x7e, 0xd3];
const UPUB: [u8; 4] = [0x04, 0x4a, 0x52, 0x62];

/// The same key under another SLIP-132 prefix.
fn with_version(key: &str, version: [u8; 4]) -> String {
    let mut payload = base58::decode_check(key).unwrap();
    payload[..4].copy_from_slice(&version);
    base58::encode_check(&payload)
}

fn tpub49() -> String {
    let secret: Xpriv = TPRV49.parse().unwrap();
    Xpub::from_priv(&Secp256k1::new(), &secret).to_string()
}

fn mainnet(text: &str) -> WalletDescriptor {
    WalletDescriptor::parse(text, Network::Bitcoin).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn refusal(text: &str, network: Network) -> WalletTextError {
    WalletDescriptor::parse(text, network).expect_err(text)
}

fn address(wallet: &WalletDescriptor, keychain: Keychain, index: u32) -> String {
    wallet.address_at(keychain, index, Network::Bitcoin).unwrap().to_string()
}

#[test]
fn published_vectors_give_the_published_addresses() {
    use Keychain::{External, Internal};
    let legacy = format!("{XPUB44}-[legacy]");
    let taproot = format!("{XPUB86}-[taproot]");
    let rows: [(&str, ScriptKind, Keychain, u32, &str); 7] = [
        (ZPUB, ScriptKind::Segwit, External, 0, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        (ZPUB, ScriptKind::Segwit, External, 1, "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g"),
        (ZPUB, ScriptKind::Segwit, Internal, 0, "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el"),
        (&legacy, ScriptKind::Legacy, External, 0, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
        (
            &taproot,
            ScriptKind::Taproot,
            External,
            0,
            "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
        ),
        (
            &taproot,
            ScriptKind::Taproot,
            External,
            1,
            "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh",
        ),
        (
            &taproot,
            ScriptKind::Taproot,
            Internal,
            0,
            "bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7",
        ),
    ];
    for (text, kind, keychain, index, expected) in rows {
        let wallet = mainnet(text);
        assert_eq!((wallet.kind(), address(&wallet, keychain, index).as_str()), (kind, expected), "{text}");
    }

    let tpub = tpub49();
    for text in [format!("{tpub}-[p2sh]"), with_version(&tpub, UPUB), format!("sh(wpkh({tpub}/0/*))")] {
        let wallet = WalletDescriptor::parse(&text, Network::Testnet).unwrap();
        let first = wallet.address_at(Keychain::External, 0, Network::Testnet).unwrap();
        assert_eq!(first.to_string(), "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2", "{text}");
    }
}

#[test]
fn every_spelling_of_a_wallet_has_one_canonical_text() {
    let xpub = with_version(ZPUB, XPUB);
    let from = "73c5da0a/84h/0h/0h";
    let plain = [
        ZPUB.to_owned(),
        xpub.clone(),
        format!(" \n{xpub}\t"),
        format!("{xpub}/0/*"),
        format!("{ZPUB}/<0;1>/*"),
        format!("{xpub}/**"),
        format!("wpkh({xpub})"),
        format!("wpkh({ZPUB}/0/*)"),
        format!("wpkh({xpub}/<0;1>/*)"),
        mainnet(&xpub).keychain(Keychain::External).unwrap().to_owned(),
        mainnet(&xpub).to_string(),
    ];
    let with_origin = [
        format!("[{from}]{xpub}"),
        format!("[73C5DA0A/84'/0'/0']{ZPUB}"),
        format!("[73c5da0a/84H/0h/0']{xpub}/0/*"),
        format!("wpkh([{from}]{xpub}/<0;1>/*)"),
    ];
    for text in &plain {
        assert_eq!(mainnet(text), mainnet(ZPUB), "{text}");
    }
    for text in &with_origin {
        assert_eq!(mainnet(text), mainnet(&with_origin[0]), "{text}");
        assert_eq!(mainnet(text).identity(), mainnet(ZPUB).identity(), "{text}");
        assert_ne!(mainnet(text).to_string(), mainnet(ZPUB).to_string(), "{text}");
    }
    let wallet = mainnet(&with_origin[0]);
    let body = format!("wpkh([{from}]{xpub}/<0;1>/*)#");
    assert!(wallet.to_string().starts_with(&body), "{wallet}");
    assert!(wallet.keychain(Keychain::Internal).unwrap().contains("/1/*)#"));
    assert_eq!(wallet.fingerprints().next().unwrap().to_string(), "73c5da0a");
}

#[test]
fn the_script_type_is_part_of_the_wallet() {
    let xpub = with_version(ZPUB, XPUB);
    let texts = ["", "-[p2sh]", "-[legacy]", "-[taproot]"].map(|suffix| format!("{xpub}{suffix}"));
    let distinct: std::collections::BTreeSet<String> =
        texts.iter().map(|text| mainnet(text).identity().to_owned()).collect();
    assert_eq!(distinct.len(), texts.len());
    assert_eq!(mainnet(&format!("{xpub}-[P2SH]")), mainnet(&with_version(ZPUB, YPUB)));
    assert_eq!(mainnet(&format!("pkh({xpub})")), mainnet(&format!("{xpub}-[legacy]")));
    assert_eq!(mainnet(&format!("tr({xpub})")), mainnet(&format!("{xpub}-[taproot]")));
}

#[test]
fn what_is_said_beside_a_key_counts_where_the_key_says_nothing() {
    let with = |text: &str, kind, origin: Option<(&str, &str)>| {
        let origin = origin.map(|(fingerprint, path)| Said::origin(fingerprint, path)).transpose()?;
        WalletDescriptor::parse_with(text, Network::Bitcoin, &Said { kind, origin })
    };
    let xpub = with_version(ZPUB, XPUB);
    // BIP 32 and BIP 380 write one path in several ways; all of them lead to this key.
    for path in ["m/84'/0'/0'", "84h/0h/0h", " M/84H/0H/0H/ "] {
        let said = with(&xpub, None, Some((" 73C5da0a", path))).unwrap();
        assert_eq!(said, mainnet(&format!("[73c5da0a/84h/0h/0h]{xpub}")), "{path}");
    }
    for (kind, suffix) in [
        (ScriptKind::Segwit, ""),
        (ScriptKind::NestedSegwit, "-[p2sh]"),
        (ScriptKind::Legacy, "-[legacy]"),
        (ScriptKind::Taproot, "-[taproot]"),
    ] {
        let spelt = mainnet(&format!("{xpub}{suffix}"));
        assert_eq!(with(&xpub, Some(kind), None).unwrap(), spelt, "{kind:?}");
        assert_eq!(with(&spelt.to_string(), Some(kind), None).unwrap(), spelt, "{kind:?}");
    }

    let two = format!("2-of-{xpub}-{XPUB44}");
    let (ours, other) = (Some(("73c5da0a", "84h/0h/0h")), Some(("00000000", "84h/0h/0h")));
    for (text, kind, origin, refused) in [
        (ZPUB.to_owned(), Some(ScriptKind::Taproot), None, WalletTextError::ScriptTypeConflict),
        (format!("wpkh({xpub})"), Some(ScriptKind::Legacy), None, WalletTextError::ScriptTypeConflict),
        (two.clone(), Some(ScriptKind::Segwit), None, WalletTextError::ScriptTypeConflict),
        // BIP 49's purpose, and a key that nobody said to be nested.
        (xpub.clone(), None, Some(("73c5da0a", "49h/0h/0h")), WalletTextError::ScriptTypeConflict),
        (two, None, ours, WalletTextError::OriginConflict),
        (format!("[73c5da0a/84h/0h/0h]{xpub}"), None, other, WalletTextError::OriginConflict),
        // The key says that it is the third step, and that this step is 0'.
        (xpub.clone(), None, Some(("73c5da0a", "84h/0h")), WalletTextError::OriginConflict),
        (xpub.clone(), None, Some(("73c5da0a", "84h/0h/1h")), WalletTextError::OriginConflict),
        (xpub.clone(), None, Some(("73c5da0a", "")), WalletTextError::OriginConflict),
        (xpub.clone(), None, Some(("73c5", "84h/0h/0h")), WalletTextError::Origin),
        (xpub.clone(), None, Some(("73c5da0a", "84x/0h/0h")), WalletTextError::Origin),
        (xpub.clone(), None, Some(("", "84h/0h/0h")), WalletTextError::Origin),
    ] {
        assert_eq!(with(&text, kind, origin), Err(refused), "{kind:?} {origin:?}");
    }
}

#[test]
fn multisig_keys_in_any_order_are_one_wallet() {
    let [a, b, c] = [with_version(ZPUB, XPUB), XPUB86.to_owned(), XPUB44.to_owned()];
    let wallet = mainnet(&format!("2-of-{a}-{b}-{c}"));
    assert_eq!((wallet.kind(), wallet.threshold(), wallet.keys().len()), (ScriptKind::SegwitMultisig, 2, 3));
    let spellings = [
        format!("2-of-{c}-{a}-{b}"),
        format!("wsh(sortedmulti(2,{b}/<0;1>/*,{a}/<0;1>/*,{c}/<0;1>/*))"),
        format!("wsh(sortedmulti(2,{b}/0/*,{c}/0/*,{a}/0/*))"),
        format!("wsh(sortedmulti(2,{},{b},{c}))", with_version(&a, ZPUB_MULTISIG)),
    ];
    for text in &spellings {
        assert_eq!(mainnet(text), wallet, "{text}");
    }
    let nested = mainnet(&format!("2-of-{a}-{b}-[p2sh]"));
    assert_eq!(nested, mainnet(&format!("sh(wsh(sortedmulti(2,{b},{a})))")));
    assert_eq!(nested.kind(), ScriptKind::NestedMultisig);
    let legacy = mainnet(&format!("1-of-{a}-{b}-[legacy]"));
    assert_eq!(legacy, mainnet(&format!("sh(sortedmulti(1,{b},{a}))")));
    assert_ne!(mainnet(&format!("1-of-{a}-{b}")), mainnet(&format!("2-of-{a}-{b}")));
}

#[test]
fn multisig_scripts_sort_their_keys_as_bip67_does() {
    let keys = |texts: &[&str]| texts.iter().map(|t| t.parse().unwrap()).collect::<Vec<PublicKey>>();
    let rows: [(&[&str], &str); 3] = [
        (
            &[
                "02ff12471208c14bd580709cb2358d98975247d8765f92bc25eab3b2763ed605f8",
                "02fe6f0a5a297eb38c391581c4413e084773ea23954d93f7753db7dc0adc188b2f",
            ],
            "39bgKC7RFbpoCRbtD5KEdkYKtNyhpsNa3Z",
        ),
        (
            &[
                "02632b12f4ac5b1d1b72b2a3b508c19172de44f6f46bcee50ba33f3f9291e47ed0",
                "027735a29bae7780a9755fae7a1c4374c656ac6a69ea9f3697fda61bb99a4f3e77",
                "02e2cc6bd5f45edd43bebe7cb9b675f0ce9ed3efe613b177588290ad188d11b404",
            ],
            "3CKHTjBKxCARLzwABMu9yD85kvtm7WnMfH",
        ),
        (
            &[
                "022df8750480ad5b26950b25c7ba79d3e37d75f640f8e5d9bcd5b150a0f85014da",
                "03e3818b65bcc73a7d64064106a859cc1a5a728c4345ff0b641209fba0d90de6e9",
                "021f2f6e1e50cb6a953935c3601284925decd3fd21bc445712576873fb8c6ebc18",
            ],
            "3Q4sF6tv9wsdqu2NtARzNCpQgwifm2rAba",
        ),
    ];
    for (texts, expected) in rows {
        let mut keys = keys(texts);
        for _ in 0..keys.len() {
            keys.rotate_left(1);
            let script = build::sorted_multisig(2, &keys).to_p2sh();
            assert_eq!(Address::from_script(&script, Network::Bitcoin).unwrap().to_string(), expected);
        }
    }
}

#[test]
fn private_material_is_named_and_never_echoed() {
    let seed12 =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    let numbered: String = seed12.split(' ').enumerate().map(|(i, w)| format!("{}. {w}\n", i + 1)).collect();
    let seed24 = format!("{seed12} {seed12}");
    let zprv = with_version(TPRV49, [0x04, 0xb2, 0x43, 0x0c]);
    let litecoin = with_version(TPRV49, [0x01, 0x9d, 0x9c, 0xfe]);
    assert!(zprv.starts_with("zprv") && litecoin.starts_with("Ltpv"));
    let damaged = &TPRV49[..80];
    let rows: Vec<String> = vec![
        TPRV49.into(),
        damaged.into(),
        TPRV49.to_uppercase(),
        format!("wpkh({TPRV49}/0/*)"),
        format!("[73c5da0a/84h/0h/0h]{zprv}"),
        format!("2-of-{XPUB86}-{zprv}"),
        format!("{XPUB86} {zprv}"),
        zprv,
        litecoin,
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ".into(),
        "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617".into(),
        "wpkh(cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA)".into(),
        "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg".into(),
        "e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262".into(),
        "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw".into(),
        seed12.into(),
        seed12.to_uppercase(),
        seed12.replace(' ', ", "),
        numbered,
        seed24,
        "あいこくしん\u{3000}".repeat(12),
    ];
    for text in &rows {
        for network in [Network::Bitcoin, Network::Regtest] {
            let error = refusal(text, network);
            assert_eq!(error, WalletTextError::PrivateKey, "{text}");
        }
    }
}

#[test]
fn refusals_name_the_fact() {
    use WalletTextError as E;
    let xpub = with_version(ZPUB, XPUB);
    let (wallet, ypub) = (mainnet(&xpub).to_string(), with_version(ZPUB, YPUB));
    let typo = format!("{}1{}", &xpub[..60], &xpub[61..]);
    let bad_sum = format!("{}q", &wallet[..wallet.len() - 1]);
    let point = "02ff12471208c14bd580709cb2358d98975247d8765f92bc25eab3b2763ed605f8";
    let litecoin = with_version(ZPUB, [0x01, 0x9d, 0xa4, 0x62]);
    let sixteen = |open: &str, close: &str| {
        let keys: Vec<String> = (0..16).map(|i| distinct_key(i, NetworkKind::Main).to_string()).collect();
        format!("{open}16,{}{close}", keys.join(","))
    };
    let rows: Vec<(String, WalletTextError)> = vec![
        (String::new(), E::Empty),
        (" \n ".into(), E::Empty),
        ("x".repeat(MAX_TEXT_BYTES + 1), E::TooLong),
        ("hello".into(), E::NotAKey),
        ("xpub".into(), E::NotAKey),
        ("ключ".into(), E::NotAKey),
        (format!("{xpub} {xpub}"), E::NotAKey),
        ("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu".into(), E::NotAKey),
        (point.into(), E::NotAKey),
        (format!("wpkh({point})"), E::NotAKey),
        (typo.clone(), E::Checksum),
        (format!("wpkh({typo}/0/*)"), E::Checksum),
        (bad_sum, E::Checksum),
        (format!("{wallet}x"), E::Checksum),
        (format!("wpkh({xpub}/0/*)#"), E::Checksum),
        (tpub49(), E::WrongNetwork),
        (litecoin, E::WrongNetwork),
        (format!("2-of-{xpub}-{}", tpub49()), E::WrongNetwork),
        (format!("wsh({xpub})"), E::UnsupportedScript),
        (format!("wsh(multi(1,{xpub},{XPUB86}))"), E::UnsupportedScript),
        (format!("sh(pkh({xpub}))"), E::UnsupportedScript),
        (format!("tr({xpub},pk({XPUB86}))"), E::UnsupportedScript),
        (format!("{xpub}-[keeporder]"), E::UnsupportedScript),
        (format!("2-of-{xpub}-{XPUB86}-[taproot]"), E::UnsupportedScript),
        (format!("addr({xpub})"), E::UnsupportedScript),
        (format!("{ypub}-[legacy]"), E::ScriptTypeConflict),
        (format!("wpkh({ypub}/0/*)"), E::ScriptTypeConflict),
        (format!("2-of-{ypub}-{XPUB86}"), E::ScriptTypeConflict),
        (format!("[73c5da0a/49h/0h/0h]{xpub}"), E::ScriptTypeConflict),
        (format!("[73c5da0a/86h/0h/0h]{xpub}"), E::ScriptTypeConflict),
        (format!("[73c5da0/84h/0h/0h]{xpub}"), E::Origin),
        (format!("[73c5da0a/84h/0h/{xpub}"), E::Origin),
        (format!("[73c5da0a/84h/x]{xpub}"), E::Origin),
        (format!("[m/84h]{xpub}"), E::Origin),
        (format!("wpkh({xpub}/0h/*)"), E::HardenedPath),
        (format!("{xpub}/0/*'"), E::HardenedPath),
        (format!("{xpub}/1/*"), E::UnsupportedPath),
        (format!("{xpub}/0"), E::UnsupportedPath),
        (format!("wpkh({xpub}/<1;0>/*)"), E::UnsupportedPath),
        (format!("wsh(sortedmulti(1,{xpub}/0/*,{XPUB86}/*))"), E::UnsupportedPath),
        (format!("0-of-{xpub}-{XPUB86}"), E::Multisig),
        (format!("3-of-{xpub}-{XPUB86}"), E::Multisig),
        (format!("+1-of-{xpub}-{XPUB86}"), E::Multisig),
        (format!("wsh(sortedmulti({xpub}))"), E::Multisig),
        (sixteen("sh(sortedmulti(", "))"), E::Multisig),
        (format!("2-of-{xpub}-{XPUB86}-{xpub}"), E::DuplicateKey),
    ];
    for (text, expected) in &rows {
        assert_eq!(refusal(text, Network::Bitcoin), *expected, "{text}");
    }
    assert_eq!(mainnet(&sixteen("wsh(sortedmulti(", "))")).keys().len(), 16);
}

#[test]
fn keys_of_mainnet_and_of_the_test_networks_do_not_mix() {
    let tpub = tpub49();
    for network in [Network::Testnet, Network::Signet, Network::Regtest] {
        assert_eq!(refusal(ZPUB, network), WalletTextError::WrongNetwork);
        let wallet = WalletDescriptor::parse(&tpub, network).unwrap();
        assert_eq!(wallet.network_kind(), NetworkKind::Test);
        let prefix = if network == Network::Regtest { "bcrt1q" } else { "tb1q" };
        let first = wallet.address_at(Keychain::External, 0, network).unwrap().to_string();
        assert!(first.starts_with(prefix), "{first}");
        let live = wallet.address_at(Keychain::External, 0, Network::Bitcoin);
        assert_eq!(live, Err(DerivationError::WrongNetwork));
    }
    assert_eq!(refusal(&tpub, Network::Bitcoin), WalletTextError::WrongNetwork);
}

#[test]
fn a_key_that_is_a_keychain_itself_has_no_change() {
    let wallet = mainnet(&format!("wpkh({XPUB86}/*)"));
    assert_eq!(wallet.keychain(Keychain::Internal), None);
    assert_eq!(wallet.script_at(Keychain::Internal, 0), Err(DerivationError::NoChangeKeychain));
    assert_ne!(wallet.identity(), mainnet(&format!("wpkh({XPUB86})")).identity());
    assert_eq!(wallet.to_string().parse(), Ok(wallet));
}

#[test]
fn an_address_tells_where_it_comes_from_as_wallets_show_it() {
    let with_origin = format!("wpkh([73c5da0a/84'/0'/0']{ZPUB}/<0;1>/*)");
    let own = mainnet(XPUB86).fingerprints().next().unwrap();
    for (text, keychain, expected) in [
        (with_origin.as_str(), Keychain::External, "73c5da0a/84h/0h/0h/0/7".to_owned()),
        (&with_origin, Keychain::Internal, "73c5da0a/84h/0h/0h/1/7".to_owned()),
        (&format!("wpkh([73c5da0a]{XPUB86}/*)"), Keychain::External, "73c5da0a/7".to_owned()),
        (XPUB86, Keychain::External, format!("{own}/0/7")),
    ] {
        assert_eq!(mainnet(text).derivations(keychain, 7), Ok(vec![expected]), "{text}");
    }
    let several = mainnet(&format!("2-of-{XPUB86}-{XPUB44}")).derivations(Keychain::External, 0).unwrap();
    assert_eq!(several.len(), 2);
    let single = mainnet(&format!("wpkh({XPUB86}/*)"));
    assert_eq!(single.derivations(Keychain::Internal, 0), Err(DerivationError::NoChangeKeychain));
}

#[test]
fn indexes_end_before_the_hardened_ones() {
    let wallet = mainnet(ZPUB);
    let last = (1 << 31) - 1;
    assert!(wallet.script_at(Keychain::External, last).is_ok());
    assert_eq!(wallet.script_at(Keychain::External, last + 1), Err(DerivationError::IndexTooLarge));
    assert_eq!(wallet.scripts(Keychain::External, last..last + 2), Err(DerivationError::IndexTooLarge));
}

#[test]
fn only_the_canonical_text_is_read_back() {
    let wallet = mainnet(ZPUB);
    assert_eq!(wallet.to_string().parse(), Ok(wallet.clone()));
    let without_checksum = wallet.to_string().split('#').next().unwrap().to_owned();
    for text in [ZPUB, wallet.keychain(Keychain::External).unwrap(), &without_checksum] {
        assert_eq!(text.parse::<WalletDescriptor>(), Err(WalletTextError::NotCanonical), "{text}");
    }
}

#[test]
fn debug_output_shows_no_key() {
    let shown = format!("{:?}", mainnet(ZPUB));
    assert!(!shown.contains("pub6"), "{shown}");
}

/// A key of its own for every `seed`.
fn distinct_key(seed: u8, network: NetworkKind) -> Xpub {
    let secret = Xpriv::new_master(network, &[seed; 32]).unwrap();
    Xpub::from_priv(&Secp256k1::new(), &secret)
}

/// The script that `miniscript` derives, by itself, from one keychain's descriptor text.
fn by_miniscript(descriptor: &str, index: u32) -> ScriptBuf {
    let descriptor: Descriptor<DescriptorPublicKey> = descriptor.parse().unwrap();
    descriptor.at_derivation_index(index).unwrap().script_pubkey()
}

fn any_wallet_text() -> impl Strategy<Value = String> {
    let path = prop_oneof![Just("/<0;1>/*"), Just("/*"), Just("/0/*")];
    let shape = prop_oneof![
        Just(("wpkh(", ")", false)),
        Just(("pkh(", ")", false)),
        Just(("sh(wpkh(", "))", false)),
        Just(("tr(", ")", false)),
        Just(("wsh(sortedmulti(", "))", true)),
        Just(("sh(sortedmulti(", "))", true)),
        Just(("sh(wsh(sortedmulti(", ")))", true)),
    ];
    (shape, path, 1_usize..=15, any::<prop::sample::Index>(), any::<u8>(), any::<bool>()).prop_map(
        |((open, close, multisig), path, keys, threshold, seed, origin)| {
            let origin = if origin { "[0a1b2c3d/48h/1/2h]" } else { "" };
            let count = if multisig { keys } else { 1 };
            let keys: Vec<String> = (0..count)
                .map(|i| distinct_key(seed.wrapping_add(i.try_into().unwrap()), NetworkKind::Main))
                .map(|key| format!("{origin}{key}{path}"))
                .collect();
            let threshold = if multisig { format!("{},", threshold.index(count) + 1) } else { String::new() };
            format!("{open}{threshold}{}{close}", keys.join(","))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scripts_are_those_that_miniscript_derives(text in any_wallet_text(), start in 0_u32..(1 << 31) - 3) {
        let wallet = mainnet(&text);
        for keychain in [Keychain::External, Keychain::Internal] {
            let Some(descriptor) = wallet.keychain(keychain) else { continue };
            let scripts = wallet.scripts(keychain, start..start + 3).unwrap();
            for (index, script) in (start..).zip(&scripts) {
                prop_assert_eq!(script, &by_miniscript(descriptor, index));
                prop_assert_eq!(script, &wallet.script_at(keychain, index).unwrap());
            }
        }
        prop_assert_eq!(wallet.to_string().parse(), Ok(wallet));
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let _ = WalletDescriptor::parse(&text, Network::Bitcoin);
    }

    #[test]
    fn damaged_wallets_never_panic(text in any_wallet_text(), at in any::<prop::sample::Index>(), put in any::<char>()) {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        chars[at] = put;
        let _ = WalletDescriptor::parse(&chars.iter().collect::<String>(), Network::Bitcoin);
        let _ = WalletDescriptor::parse(&chars[at..].iter().collect::<String>(), Network::Regtest);
    }

    #[test]
    fn text_made_of_the_grammar_never_panics(text in "(wpkh|sh|wsh|tr|sortedmulti|2-of-|\\[|\\]|\\(|\\)|/|h|\\*|<0;1>|#|,|-|1|xpub6B|73c5da0a){0,20}") {
        let _ = WalletDescriptor::parse(&text, Network::Bitcoin);
    }
}
