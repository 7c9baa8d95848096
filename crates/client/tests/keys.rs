//! Keys, SINs and signatures are those of every other client.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use bitcoin_hashes::{Hash as _, sha256};
use secp256k1::{Message, PublicKey, SECP256K1, ecdsa::Signature};
use specie_client::{Key, KeyError, PemError};

const KEYS: [(&str, &str, &str); 3] = [
    (
        "5d8782152754afcc6e44becbc3c63a8569b30ba722058777c193cd6bc8f7b7bf",
        "02034273e1475825926e828c549f59383d5a0b28e52eb374e446ad31aa81e464be",
        "TfEKWr2FcX2XnWxUNPJ3iD5Xe6X5frZb1DG",
    ),
    (
        "97811b691dd7ebaeb67977d158e1da2c4d3eaa4ee4e2555150628acade6b344c",
        "02326209e52f6f17e987ec27c56a1321acf3d68088b8fb634f232f12ccbc9a4575",
        "Tf3yr5tYvccKNVrE26BrPs6LWZRh8woHwjR",
    ),
    (
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "Tf8DhWM5WDBB1CarpFdonta9YEBJgW1GYAt",
    ),
];

/// URL, body, the low-S signature of the key 1, and the high-S one of the same.
const SIGNED: [(&str, &str, &str, &str); 2] = [
    (
        "https://btcpay.example.com/invoices?token=abc&status=new",
        "",
        "3044022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022037085030550dbbfda243f40ff66bc28c8b1e1235cc087389f53ceab18ae0697f",
        "3045022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022100c8f7afcfaaf244025dbc0bf009943d722f90cab0e3402cb1ca9573db4555d7c2",
    ),
    (
        "https://btcpay.example.com/invoices/",
        r#"{"price":20,"currency":"USD","token":"abc"}"#,
        "3045022100e87de2124bcc4e9eb781f769ecbd330c81993bdce4993dd993d74cbafeaf608f022074b6f5530e931fcaadc322e93c76aad73a174db307758a020ee8ea44eb03b54d",
        "3046022100e87de2124bcc4e9eb781f769ecbd330c81993bdce4993dd993d74cbafeaf608f0221008b490aacf16ce035523cdd16c389552780978f33a7d31639b0e97447e5328bf4",
    ),
];

/// Written by Python's `ecdsa`, as `btcpay-python` keeps its key.
const PEM: &str = "-----BEGIN EC PRIVATE KEY-----
MHQCAQEEIF2HghUnVK/MbkS+y8PGOoVpswunIgWHd8GTzWvI97e/oAcGBSuBBAAKoUQDQgAEA0Jz
4UdYJZJugoxUn1k4PVoLKOUus3TkRq0xqoHkZL4QIzzxqS1DmGWrfb9Eot6w7QcWRWACF/G/xIp6
Nap8bA==
-----END EC PRIVATE KEY-----
";

#[test]
fn a_key_has_the_public_key_and_the_sin_that_others_give_it() {
    for (private, public, sin) in KEYS {
        let key = Key::from_hex(private).unwrap();
        assert_eq!((&*key.to_hex(), &*key.public_key(), &*key.sin()), (private, public, sin));
    }
}

#[test]
fn a_signature_is_the_low_one_and_the_high_one_of_the_same_is_valid_elsewhere() {
    let key = Key::from_hex(KEYS[2].0).unwrap();
    for (url, body, low, high) in SIGNED {
        assert_eq!(key.sign(url, body.as_bytes()), low);
        for signature in [low, high] {
            let mut signature: Signature = signature.parse().unwrap();
            signature.normalize_s();
            let digest = sha256::Hash::hash(format!("{url}{body}").as_bytes());
            let public: PublicKey = KEYS[2].1.parse().unwrap();
            let message = Message::from_digest(digest.to_byte_array());
            SECP256K1.verify_ecdsa(&message, &signature, &public).unwrap();
        }
    }
}

#[test]
fn a_pem_is_read_and_written_as_btcpay_python_does() {
    let key = Key::from_pem(PEM).unwrap();
    assert_eq!(key.to_hex(), KEYS[0].0);
    assert_eq!(key.to_pem(), PEM);
    let of_openssl = PEM.replace("MHQC", "MHQ\r\nC") + "\r\n";
    let before = "-----BEGIN EC PARAMETERS-----\nBgUrgQQACg==\n-----END EC PARAMETERS-----\n";
    assert_eq!(Key::from_pem(&format!("{before}{of_openssl}")).unwrap(), key);
}

#[test]
fn what_is_no_key_is_refused_with_the_reason() {
    let other_curve = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIF2HghUnVK/MbkS+y8PGOoVpswunIgWHd8GTzWvI97e/oAoGCCqGSM49AwEH\n-----END EC PRIVATE KEY-----";
    for (text, why) in [
        ("", PemError::NotThere),
        (KEYS[0].0, PemError::NotThere),
        ("-----BEGIN EC PRIVATE KEY-----\n", PemError::NotThere),
        ("-----BEGIN EC PRIVATE KEY-----\n!\n-----END EC PRIVATE KEY-----", PemError::Damaged),
        ("-----BEGIN EC PRIVATE KEY-----\nMHQCAQEEIF2H\n-----END EC PRIVATE KEY-----", PemError::Damaged),
        ("-----BEGIN EC PRIVATE KEY-----\n\n-----END EC PRIVATE KEY-----", PemError::Damaged),
    ] {
        assert_eq!(Key::from_pem(text), Err(KeyError::Pem(why)), "{text}");
    }
    let longer = other_curve.replace("MHcC", "MDEC");
    assert_eq!(Key::from_pem(&longer), Err(KeyError::Pem(PemError::OtherCurve)));
    for text in ["", "5d", &"0".repeat(64), &"f".repeat(64), &"g".repeat(64)] {
        assert_eq!(Key::from_hex(text), Err(KeyError::NotAKey), "{text}");
    }
}

#[test]
fn no_two_generated_keys_are_the_same_and_none_shows_itself() {
    let (one, other) = (Key::generate(), Key::generate());
    assert_ne!(one, other);
    assert!(!format!("{one:?}").contains(&one.to_hex()));
    assert_eq!(Key::from_pem(&one.to_pem()).unwrap(), one);
}
