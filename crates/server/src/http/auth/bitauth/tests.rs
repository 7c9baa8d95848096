use bitcoin::secp256k1::SecretKey;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const K1: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const K1_UNCOMPRESSED: &str = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
const K1_SIN: &str = "Tf8DhWM5WDBB1CarpFdonta9YEBJgW1GYAt";
const K1_UNCOMPRESSED_SIN: &str = "TfApoXHaxA6M9ydunMuqapwnbppPqM1xdVT";
const LOW_S: &str = "3044022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022037085030550dbbfda243f40ff66bc28c8b1e1235cc087389f53ceab18ae0697f";
const HIGH_S: &str = "3045022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022100c8f7afcfaaf244025dbc0bf009943d722f90cab0e3402cb1ca9573db4555d7c2";
const SIGNED_URL: &str = "https://btcpay.example.com/invoices?token=abc&status=new";

fn facts<'a>(method: &'a str, target: &'a str, host: &'a str) -> RequestFacts<'a> {
    RequestFacts { method, target, host: Some(host), ..RequestFacts::default() }
}

fn urls(facts: RequestFacts<'_>) -> Vec<String> {
    CandidateUrls::new(facts).collect()
}

fn sin(text: &str) -> Sin {
    text.parse().unwrap()
}

/// What a well-behaved client sends for `message` with key 1: identity and signature.
fn signed(message: &[u8]) -> String {
    let secret = SecretKey::from_slice(&{
        let mut key = [0; 32];
        key[31] = 1;
        key
    });
    let digest = Message::from_digest(sha256::Hash::hash(message).to_byte_array());
    Secp256k1::new().sign_ecdsa(&digest, &secret.unwrap()).to_string()
}

#[test]
fn a_sin_is_the_hash_of_the_key_as_sent() {
    let rows = [
        (
            "02034273e1475825926e828c549f59383d5a0b28e52eb374e446ad31aa81e464be",
            "TfEKWr2FcX2XnWxUNPJ3iD5Xe6X5frZb1DG",
        ),
        (
            "02326209e52f6f17e987ec27c56a1321acf3d68088b8fb634f232f12ccbc9a4575",
            "Tf3yr5tYvccKNVrE26BrPs6LWZRh8woHwjR",
        ),
        (K1, K1_SIN),
        (K1_UNCOMPRESSED, K1_UNCOMPRESSED_SIN),
    ];
    for (key, expected) in rows {
        assert_eq!(Sin::from_sent_key(key).unwrap().to_string(), expected);
        assert_eq!(Sin::from_sent_key(&key.to_uppercase()).unwrap().to_string(), expected);
        assert_eq!(sin(expected).to_string(), expected);
    }
    assert_eq!(sin(K1_SIN).0[..4], [0x75, 0x1e, 0x76, 0xe8]);
}

#[test]
fn a_pasted_key_is_compressed_first() {
    for key in [K1, K1_UNCOMPRESSED, &format!(" {K1_UNCOMPRESSED}\n")] {
        assert_eq!(Sin::from_pasted_key(key), Ok(sin(K1_SIN)), "{key}");
    }
    assert_eq!(Sin::from_pasted_key("hello"), Err(BitAuthError::Key));
}

#[test]
fn only_a_checked_sin_of_the_right_type_is_a_client_id() {
    assert!("TfG4ScDgysrSpodWD4Re5UtXmcLbY5CiUHA".parse::<Sin>().is_ok());
    let other_type = base58::encode_check(&[&[0x0f, 0x01][..], &[7; 20]].concat());
    let longer = base58::encode_check(&[&SIN_PREFIX[..], &[7; 21]].concat());
    let shorter = base58::encode_check(&[&SIN_PREFIX[..], &[7; 19]].concat());
    let refused = [
        "Tf1Jc1xSbqasm5QLwwSQc5umddx2h7mAMhX",
        "",
        "Tf",
        "0OIl0OIl0OIl0OIl0OIl0OIl0OIl0OIl0OI",
        "éééééééééééééééééé.",
        &other_type,
        &longer,
        &shorter,
        &K1_SIN.to_lowercase(),
        &format!("{K1_SIN} "),
        &"T".repeat(100_000),
    ];
    for text in refused {
        assert_eq!(text.parse::<Sin>(), Err(InvalidSin), "{text}");
    }
}

#[test]
fn both_s_forms_of_a_signature_verify() {
    let body = br#"{"price":20,"currency":"USD","token":"abc"}"#;
    let post_low = "3045022100e87de2124bcc4e9eb781f769ecbd330c81993bdce4993dd993d74cbafeaf608f022074b6f5530e931fcaadc322e93c76aad73a174db307758a020ee8ea44eb03b54d";
    let post_high = "3046022100e87de2124bcc4e9eb781f769ecbd330c81993bdce4993dd993d74cbafeaf608f0221008b490aacf16ce035523cdd16c389552780978f33a7d31639b0e97447e5328bf4";
    let post = facts("POST", "/invoices/", "btcpay.example.com");
    let get = facts("GET", "/invoices?token=abc&status=new", "btcpay.example.com");
    let rows: [(RequestFacts<'_>, &str, &[u8]); 4] =
        [(get, LOW_S, b""), (get, HIGH_S, b""), (post, post_low, body), (post, post_high, body)];
    for (facts, signature, body) in rows {
        let verdict = verify(K1, signature, CandidateUrls::new(facts), body);
        assert_eq!(verdict, Ok(sin(K1_SIN)), "{signature}");
        let again = verify(K1, signature, CandidateUrls::new(facts), body);
        assert_eq!(again, verdict, "a repeated signature is no replay");
    }
    let this_message = "304402207b6d2d59f0e2061519c47744fcdff87e8136f0086aa4b94bd667d62221dfbcb802201a0ce7929eed614ff71972879cd0b31813c9ad7ed0e7bbde4590e9a836007db6";
    let key = "02034273e1475825926e828c549f59383d5a0b28e52eb374e446ad31aa81e464be";
    let verdict = verify(key, this_message, ["this ".to_owned()], b"message");
    assert_eq!(verdict, Ok(sin("TfEKWr2FcX2XnWxUNPJ3iD5Xe6X5frZb1DG")));
}

#[test]
fn the_same_key_uncompressed_verifies_as_another_identity() {
    let verdict = verify(K1_UNCOMPRESSED, LOW_S, [SIGNED_URL.to_owned()], b"");
    assert_eq!(verdict, Ok(sin(K1_UNCOMPRESSED_SIN)));
}

#[test]
fn sloppy_der_is_accepted() {
    // A total length that says 0x45 over the 0x44 bytes that follow, and padding of zeros.
    let wrong_length = LOW_S.replacen("3044", "3045", 1);
    let padded = format!("304602220000{}", &LOW_S[8..]);
    for signature in [&wrong_length, &padded] {
        assert_eq!(verify(K1, signature, [SIGNED_URL.to_owned()], b""), Ok(sin(K1_SIN)), "{signature}");
    }
}

#[test]
fn malformed_keys_and_signatures_are_refused() {
    // 06 is the hybrid form of an even key, as this one is.
    let hybrid = format!("06{}", &K1_UNCOMPRESSED[2..]);
    let keys = [
        String::new(),
        K1[1..].into(),
        K1[2..].into(),
        format!("{K1}00"),
        K1.replace('7', "g"),
        format!("05{}", &K1[2..]),
        format!("02{}", "ff".repeat(32)),
        format!("04{}", &K1[2..]),
        hybrid,
        format!("02{}", &K1_UNCOMPRESSED[2..]),
        "é".repeat(33),
        "a".repeat(1_000_000),
    ];
    for key in &keys {
        let verdict = verify(key, LOW_S, [SIGNED_URL.to_owned()], b"");
        assert_eq!(verdict, Err(BitAuthError::Key), "{key}");
    }
    let signatures = [
        String::new(),
        "3".into(),
        LOW_S[1..].into(),
        LOW_S.replace('4', "z"),
        "30".into(),
        "00".repeat(70),
        "é".repeat(70),
        format!("{LOW_S}{}", "00".repeat(100)),
        "30".repeat(1_000_000),
    ];
    for signature in &signatures {
        let verdict = verify(K1, signature, [SIGNED_URL.to_owned()], b"");
        assert_eq!(verdict, Err(BitAuthError::SignatureForm), "{signature}");
    }
    let zero = "3006020100020100";
    assert_eq!(verify(K1, zero, [SIGNED_URL.to_owned()], b""), Err(BitAuthError::Mismatch));
}

#[test]
fn without_a_public_url_the_host_header_is_tried_in_all_variants() {
    let rows: [(&str, &[&str]); 5] = [
        (
            "h.example",
            &["https://h.example", "https://h.example:443", "http://h.example", "http://h.example:80"],
        ),
        ("h.example:443", &["https://h.example:443", "https://h.example", "http://h.example:443"]),
        ("h.example:80", &["http://h.example:80", "http://h.example", "https://h.example:80"]),
        ("127.0.0.1:18099", &["http://127.0.0.1:18099", "https://127.0.0.1:18099"]),
        ("[::1]", &["https://[::1]", "https://[::1]:443", "http://[::1]", "http://[::1]:80"]),
    ];
    for (host, origins) in rows {
        let expected: Vec<String> = origins.iter().map(|origin| format!("{origin}//a%2Fb?c=+")).collect();
        assert_eq!(urls(facts("POST", "//a%2Fb?c=+", host)), expected, "{host}");
    }
}

#[test]
fn with_a_public_url_no_other_host_counts() {
    let request = RequestFacts {
        public_url: Some("https://pay.example/btc/"),
        forwarded_host: Some("evil.example"),
        ..facts("POST", "/invoices", "evil.example")
    };
    let expected: Vec<String> =
        ["https://pay.example", "https://pay.example:443", "http://pay.example", "http://pay.example:80"]
            .iter()
            .map(|origin| format!("{origin}/btc/invoices"))
            .collect();
    assert_eq!(urls(request), expected);
    // The proxy may leave the base path in the target.
    assert_eq!(urls(RequestFacts { target: "/btc/invoices", ..request }), expected);
    let absolute = RequestFacts { target: "http://evil.example/invoices", ..request };
    assert_eq!(urls(absolute), expected);
    let onion = RequestFacts { public_url: Some("http://abc.onion"), ..request };
    assert_eq!(urls(onion)[0], "http://abc.onion/invoices");
}

#[test]
fn a_listed_proxys_host_comes_before_the_host_header() {
    let request = RequestFacts { forwarded_host: Some("pay.example"), ..facts("POST", "/x", "inner:3000") };
    assert_eq!(urls(request)[0], "https://pay.example/x");
    assert!(urls(request).iter().all(|url| !url.contains("inner")));
}

#[test]
fn unusable_targets_and_hosts_give_no_candidates() {
    let long = format!("/{}", "a".repeat(16 * 1024));
    for target in ["", "*", "invoices", "ftp://h/x", "http://h", &long] {
        assert_eq!(urls(facts("GET", target, "h.example")), [""; 0], "{target}");
    }
    for host in ["", "a/b", "a?b", "a b", "user@h", "é.example", &"a".repeat(300)] {
        assert_eq!(urls(facts("GET", "/x", host)), [""; 0], "{host}");
    }
    assert_eq!(urls(RequestFacts { target: "/x", ..RequestFacts::default() }), [""; 0]);
    let broken = RequestFacts { public_url: Some("pay.example"), ..facts("GET", "/x", "h") };
    assert_eq!(urls(broken), [""; 0], "a broken public URL must not fall back to the header");
}

#[test]
fn the_empty_store_is_forgiven_on_rates_only() {
    let rows: [(&str, &str, Option<&str>); 9] = [
        (
            "GET",
            "/rates?currencyPairs=BTC_USD&token=T",
            Some("/rates?currencyPairs=BTC_USD&storeID=&token=T"),
        ),
        ("GET", "/rates?token=T", Some("/rates?storeID=&token=T")),
        ("GET", "/rates/?a=1&token=T", Some("/rates/?a=1&storeID=&token=T")),
        ("GET", "/rates?storeID=S&token=T", None),
        ("GET", "/rates?STOREID=&token=T", None),
        ("GET", "/rates?mytoken=T", None),
        ("GET", "/rates", None),
        ("GET", "/invoices?token=T", None),
        ("POST", "/rates?token=T", None),
    ];
    for (method, target, also) in rows {
        let urls = urls(facts(method, target, "h:1"));
        assert_eq!(urls[0], format!("http://h:1{target}"));
        let expected: Vec<String> = also.iter().map(|target| format!("https://h:1{target}")).collect();
        let extra: Vec<&String> = urls[2..].iter().filter(|url| url.starts_with("https")).collect();
        assert_eq!(extra, expected.iter().collect::<Vec<_>>(), "{method} {target}");
    }
}

#[test]
fn literal_marks_are_forgiven_on_get_only() {
    let target = "/invoices?orderId=a%20b%26c%27%21%28%29%2A%2a&token=T";
    let literal = "https://h:1/invoices?orderId=a%20b%26c'!()**&token=T".to_owned();
    assert!(urls(facts("GET", target, "h:1")).contains(&literal));
    assert!(!urls(facts("POST", target, "h:1")).contains(&literal));
    let path = urls(facts("GET", "/invoices/%27?a=1", "h:1"));
    assert!(path.iter().all(|url| url.contains("%27")), "the path is never unescaped: {path:?}");
    let both = urls(facts("GET", "/rates?a=%27&token=T", "h:1"));
    assert!(both.contains(&"https://h:1/rates?a='&storeID=&token=T".to_owned()), "{both:?}");
    assert_eq!(both.len(), 8);
}

/// One recorded request: its facts, identity, signature, body and what the recorder found.
struct Recorded {
    line: usize,
    value: Value,
}

impl Recorded {
    fn header(&self, name: &str) -> Option<&str> {
        let headers = self.value["headers"].as_object().unwrap();
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, v)| v.as_str())
    }

    fn facts(&self) -> RequestFacts<'_> {
        let text = |key: &str| self.value[key].as_str().unwrap();
        facts(text("m"), text("path"), self.header("host").unwrap())
    }

    fn verdict(&self, facts: RequestFacts<'_>) -> Result<Sin, BitAuthError> {
        let (key, signature) = (self.header("x-identity").unwrap(), self.header("x-signature").unwrap());
        let body = self.value["body"].as_str().unwrap();
        verify(key, signature, CandidateUrls::new(facts), body.as_bytes())
    }
}

/// The signed requests of a recording, with their line numbers from 1.
fn signed_requests(text: &str) -> Vec<Recorded> {
    let lines = text
        .lines()
        .zip(1..)
        .map(|(text, line)| Recorded { line, value: serde_json::from_str(text).unwrap() });
    lines.filter(|recorded| !recorded.value["auth"].is_null()).collect()
}

#[test]
fn recorded_requests_of_real_clients_verify_as_their_recorder_found() {
    let python = signed_requests(include_str!("../../../../tests/data/bitauth-requests-btcpay-python.jsonl"));
    let node = signed_requests(include_str!("../../../../tests/data/bitauth-requests-node.jsonl"));
    assert_eq!((python.len(), node.len()), (23, 25));
    let mut forgiven = Vec::new();
    let mut refused = Vec::new();
    for recorded in python.iter().chain(&node) {
        let expected = sin(recorded.value["auth"]["sin"].as_str().unwrap());
        let verdict = recorded.verdict(recorded.facts());
        if recorded.value["auth"]["valid"] == Value::Bool(true) {
            assert_eq!(verdict, Ok(expected), "line {}", recorded.line);
        } else if verdict.is_ok() {
            assert_eq!(verdict, Ok(expected), "line {}", recorded.line);
            forgiven.push(recorded.line);
        } else {
            assert_eq!(verdict, Err(BitAuthError::Mismatch), "line {}", recorded.line);
            refused.push(recorded.line);
        }
        let elsewhere = RequestFacts { public_url: Some("https://pay.example"), ..recorded.facts() };
        assert_eq!(recorded.verdict(elsewhere), Err(BitAuthError::Mismatch), "line {}", recorded.line);
    }
    // All three of the node recording: line 5 escapes what it signed literally, line 7 signs a
    // store id that it does not send, and line 9 signs a parameter that it does not send either, of unknown name.
    assert_eq!((forgiven, refused), (vec![5, 7], vec![9]));
    assert_eq!(node.iter().filter(|r| r.value["auth"]["valid"] == Value::Bool(false)).count(), 3);
}

proptest! {
    #[test]
    fn one_changed_byte_anywhere_is_refused(
        target in "/[a-z0-9/?=&%.+]{0,40}",
        body in prop::collection::vec(any::<u8>(), 1..60),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let url = format!("https://h.example{target}");
        let signature = signed(&[url.as_bytes(), &body].concat());
        let candidates = || CandidateUrls::new(facts("POST", &target, "h.example"));
        prop_assert_eq!(verify(K1, &signature, candidates(), &body), Ok(sin(K1_SIN)));

        let mut other_body = body.clone();
        other_body[at.index(body.len())] ^= 1 << bit;
        prop_assert!(verify(K1, &signature, candidates(), &other_body).is_err());

        let mut other_url = url.clone().into_bytes();
        other_url[at.index(url.len())] ^= 1;
        let other_url = String::from_utf8(other_url).unwrap();
        prop_assert!(verify(K1, &signature, [other_url], &body).is_err());

        let mut other_key = Vec::<u8>::from_hex(K1).unwrap();
        other_key[at.index(33)] ^= 1 << bit;
        let other_key: String = other_key.iter().map(|byte| format!("{byte:02x}")).collect();
        prop_assert!(verify(&other_key, &signature, candidates(), &body).is_err());
    }

    #[test]
    fn one_changed_bit_of_a_signatures_numbers_is_refused(at in 0_usize..64, bit in 0_u8..8) {
        let mut bytes = Vec::<u8>::from_hex(LOW_S).unwrap();
        // 30 44 02 20, r, 02 20, s: the two numbers without the lengths around them, which lax
        // parsers partly ignore.
        let at = if at < 32 { 4 + at } else { 6 + at };
        bytes[at] ^= 1 << bit;
        let signature: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        prop_assert!(verify(K1, &signature, [SIGNED_URL.to_owned()], b"").is_err());
    }

    #[test]
    fn arbitrary_input_never_panics(
        text in prop::collection::vec("[0-9a-fA-F\\PC]{0,140}", 6),
        body in prop::collection::vec(any::<u8>(), 0..30),
    ) {
        let request = RequestFacts {
            method: "GET",
            target: &text[0],
            public_url: (text[1].len() % 2 == 0).then_some(&text[1]),
            host: Some(&text[2]),
            forwarded_host: None,
        };
        let _ = verify(&text[3], &text[4], CandidateUrls::new(request), &body);
        let rates = format!("/rates?{}", text[0]);
        let _ = verify(K1, &text[4], CandidateUrls::new(RequestFacts { target: &rates, host: Some("h"), ..request }), &body);
        let _ = text[5].parse::<Sin>();
        let _ = Sin::from_pasted_key(&text[5]);
    }
}
