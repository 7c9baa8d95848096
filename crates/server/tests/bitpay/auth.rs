//! Who may: signatures, the legacy API key, and nobody in particular.

use base64::Engine;
use bitcoin::secp256k1::ecdsa::Signature;
use bitcoin::secp256k1::{PublicKey, SecretKey};
use serde_json::json;
use specie_testkit::http::Reply;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{EXE, House, refused};

/// The header of a legacy API key.
pub fn basic(key: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(key))
}

/// The other valid form of a signature.
fn with_other_s(hex: &str) -> String {
    let mut compact = hex.parse::<Signature>().unwrap().serialize_compact();
    let s = SecretKey::from_slice(&compact[32..]).unwrap().negate();
    compact[32..].copy_from_slice(&s.secret_bytes());
    Signature::from_compact(&compact).unwrap().to_string()
}

/// Sends a target as it is, under a `Host`, with a signature over `signed`.
fn raw_get(house: &House, host: &str, target: &str, signed: &str) -> Reply {
    let (identity, signature) = (house.shop.identity(), house.shop.sign(signed));
    house.raw(
        format!(
            "GET {target} HTTP/1.1\r\nhost: {host}\r\nx-identity: {identity}\r\nx-signature: {signature}\r\n\
             connection: close\r\n\r\n"
        )
        .as_bytes(),
    )
}

#[test]
fn wrong_credentials_are_401_good_ones_for_nothing_403_and_others_things_404() {
    let house = House::open();
    let (other, neighbour) = house.neighbour();
    let theirs = neighbour.invoice(&json!({ "price": 1 }))["id"].as_str().unwrap().to_owned();
    let own = house.twenty()["id"].as_str().unwrap().to_owned();
    let stranger = Shop::named(house.server.url(), "stranger");
    let (json_type, identity) = (("content-type", "application/json"), house.shop.identity());
    let wrong = house.shop.sign("something else");
    let badly_signed = [json_type, ("x-identity", &*identity), ("x-signature", &*wrong)];
    let wrong_key = basic("0123456789012345678901234567890123456789012");
    let wrong_key = [json_type, ("authorization", &*wrong_key)];
    let (list, show) = ("/invoices", format!("/invoices/{own}"));
    let (foreign, named) = (format!("/invoices/{theirs}"), format!("/invoices?storeId={}", house.store));
    let rates = format!("/rates?storeId={other}");

    for (method, path, body) in [
        ("GET", "/tokens", ""),
        ("GET", list, ""),
        ("POST", list, r#"{"price":1}"#),
        ("GET", &*show, ""),
        ("GET", &*rates, ""),
        ("GET", "/rates/BTC/USD", ""),
    ] {
        let what = format!("{method} {path}");
        let reply = house.with_headers(method, path, body, &badly_signed);
        refused(&reply, 401, "BitId authentication failed", &what);
        assert_eq!(reply.header("www-authenticate"), Some("BitId"), "no browser asks for a password");
        let reply = house.with_headers(method, path, body, &wrong_key);
        refused(&reply, 401, "ApiKey authentication failed", &what);
    }
    refused(&house.anyone("GET", list, ""), 401, "Authentication required", "list");
    refused(&house.anyone("POST", list, "{}"), 401, "Authentication required", "create");
    refused(&house.anyone("GET", &named, ""), 403, "authenticated clients only", "named list");
    refused(&house.anyone("POST", &named, "{}"), 403, "authenticated clients only", "named create");
    for (method, path, body) in
        [("GET", list, ""), ("POST", list, "{}"), ("GET", &*show, ""), ("GET", "/rates", "")]
    {
        refused(&stranger.send(method, path, body), 403, "not paired", &format!("{method} {path}"));
    }
    refused(&house.shop.get(&foreign), 404, "Object not found", "another store's");
    assert_eq!(house.invoices(), 2, "nothing was made");
}

#[test]
fn keys_and_signatures_that_are_none_are_401() {
    let house = House::open();
    let (identity, signature) = (house.shop.identity(), house.shop.sign("x"));
    let hybrid = format!("06{}", "11".repeat(64));
    for (identity, signature) in [
        ("", signature.as_str()),
        ("zz", &signature),
        (&identity[1..], &signature),
        (&identity[2..], &signature),
        (&format!("{identity}00"), &signature),
        (&format!("05{}", &identity[2..]), &signature),
        (&"0".repeat(66), &signature),
        (&hybrid, &signature),
        (&"ab".repeat(8000), &signature),
        (&identity, ""),
        (&identity, "30"),
        (&identity, "not hex"),
        (&identity, &signature[1..]),
        (&identity, &signature[..20]),
        (&identity, &"30".repeat(129)),
        (&identity, &"00".repeat(8000)),
    ] {
        let headers = [("x-identity", identity), ("x-signature", signature)];
        let reply = house.with_headers("GET", "/tokens", "", &headers);
        let what = format!("{identity:.20} {signature:.20}");
        refused(&reply, 401, "BitId authentication failed", &what);
    }
    let not_text = "GET /tokens HTTP/1.1\r\nhost: x\r\nx-identity: \u{e9}\r\nx-signature: \u{e9}\r\n";
    let reply = house.raw(format!("{not_text}connection: close\r\n\r\n").as_bytes());
    refused(&reply, 401, "BitId authentication failed", "not ASCII");
    // One header alone is no signature at all.
    let reply = house.with_headers("GET", "/invoices", "", &[("x-identity", &identity)]);
    refused(&reply, 401, "Authentication required", "no signature");
}

#[test]
fn an_uncompressed_key_is_read_and_is_another_identity() {
    let house = House::open();
    let key = house.shop.identity().parse::<PublicKey>().unwrap();
    let long: String = key.serialize_uncompressed().iter().map(|b| format!("{b:02x}")).collect();
    let url = format!("{}/tokens", house.server.url());
    let (wrong, right) = (house.shop.sign("something else"), house.shop.sign(&url));
    let ask = |signature: &str| {
        let headers = [("x-identity", long.as_str()), ("x-signature", signature)];
        house.with_headers("GET", "/tokens", "", &headers)
    };
    refused(&ask(&wrong), 401, "BitId authentication failed", "04…, badly signed");
    assert_eq!(ask(&right).data(), json!([]), "not the identity that is paired");
}

#[test]
fn each_form_of_a_signature_is_good_and_good_again() {
    let house = House::open();
    let signature = house.shop.sign(&format!("{}/tokens", house.server.url()));
    let other = with_other_s(&signature);
    assert_ne!(signature, other);
    let upper = signature.to_uppercase();
    for signature in [&signature, &other, &upper, &signature, &other] {
        let headers = [("X-Identity", &*house.shop.identity()), ("X-Signature", signature)];
        let reply = house.with_headers("GET", "/tokens", "", &headers);
        assert_eq!(reply.status, 200, "{signature}: {}", reply.body);
    }
}

#[test]
fn the_body_is_verified_byte_for_byte() {
    let house = House::open();
    let url = format!("{}/invoices", house.server.url());
    let identity = house.shop.identity();
    for (signed, sent, status) in [
        (r#"{"price": 20, "itemDesc": "\u00e9"}"#, r#"{"price": 20, "itemDesc": "\u00e9"}"#, 200),
        (r#"{"price":20,"itemDesc":"é"}"#, r#"{"price":20,"itemDesc":"é"}"#, 200),
        (r#"{"price":20,"itemDesc":"a\/b"}"#, r#"{"price":20,"itemDesc":"a\/b"}"#, 200),
        (r#"{"price":20}"#, r#"{"price":2}"#, 401),
        (r#"{"price":20}"#, r#"{"price": 20}"#, 401),
        (r#"{"price":20}"#, "{\"price\":20}\n", 401),
        ("", r#"{"price":20}"#, 401),
    ] {
        let signature = house.shop.sign(&format!("{url}{signed}"));
        let headers =
            [("content-type", "application/json"), ("x-identity", &*identity), ("x-signature", &*signature)];
        let reply = house.with_headers("POST", "/invoices", sent, &headers);
        assert_eq!(reply.status, status, "{signed} sent as {sent}: {}", reply.body);
    }
    assert_eq!(house.invoices(), 3);
}

#[test]
fn the_target_is_verified_as_it_was_written() {
    let house = House::open();
    let id = house.twenty()["id"].as_str().unwrap().to_owned();
    let host = house.host().to_owned();
    for target in [
        "/invoices",
        "/invoices/",
        "//invoices/",
        "//invoices",
        "/invoices//",
        "/invoices?",
        "/invoices?orderId=a+b%2Fc&token=x",
        "/invoices?orderId=a%20b/c",
        "/invoices?dateStart=01/31/2024&dateEnd=01%2F31%2F2030",
        "/invoices?orderId=%e9&status=new",
        "/invoices?orderId=(it's*!)",
        "/invoices/?status=&orderId=",
        &format!("/invoices/{id}?token=abc"),
        &format!("//invoices/{id}/"),
        &format!("/invoices//{id}//events"),
        "/rates/?cryptoCode=BTC&storeID=&token=x",
        "//rates/BTC/USD/",
    ] {
        let reply = raw_get(&house, &host, target, &format!("http://{host}{target}"));
        assert_eq!(reply.status, 200, "{target}: {}", reply.body);
    }
    for (signed, sent) in [
        ("/invoices?orderId=a+b", "/invoices?orderId=a%20b"),
        ("/invoices?orderId=a%2Fb", "/invoices?orderId=a/b"),
        ("/invoices?a=1&b=2", "/invoices?b=2&a=1"),
        ("/invoices", "/invoices/"),
        ("/invoices/", "//invoices/"),
        ("/invoices?", "/invoices"),
    ] {
        let reply = raw_get(&house, &host, sent, &format!("http://{host}{signed}"));
        refused(&reply, 401, "BitId authentication failed", &format!("{signed} sent as {sent}"));
    }
}

#[test]
fn scheme_and_default_port_are_taken_either_way() {
    let house = House::open();
    for (host, signed, status) in [
        ("pay.example", "http://pay.example", 200),
        ("pay.example", "https://pay.example", 200),
        ("pay.example", "http://pay.example:80", 200),
        ("pay.example", "https://pay.example:443", 200),
        ("pay.example:443", "https://pay.example", 200),
        ("pay.example:80", "http://pay.example", 200),
        ("pay.example:8443", "https://pay.example:8443", 200),
        ("[::1]:80", "http://[::1]", 200),
        ("pay.example", "https://pay.example:80", 401),
        ("pay.example", "http://pay.example:443", 401),
        ("pay.example:8443", "https://pay.example", 401),
        ("pay.example", "https://other.example", 401),
        ("pay.example", "ftp://pay.example", 401),
    ] {
        let reply = raw_get(&house, host, "/tokens", &format!("{signed}/tokens"));
        assert_eq!(reply.status, status, "{host}, signed for {signed}: {}", reply.body);
    }
}

#[test]
fn with_a_public_url_a_signature_for_another_host_is_no_good_here() {
    // An address that no other process of this machine listens on.
    let [.., high, low] = std::process::id().to_be_bytes();
    let listen = format!("127.1.{high}.{low}:23000");
    let args = ["--public-url", "https://pay.example/btc"].map(str::to_owned).to_vec();
    let server = Server::start_at(EXE, &listen, args);
    server.create_user(OWNER);
    let store = server.practice_store("Alder & Finch Books", &[]);
    let shop = Shop::paired(&server, &store, "shop");
    let house = House { server, store, shop };
    for (host, target, signed, status) in [
        ("pay.example", "/invoices", "https://pay.example/btc/invoices", 200),
        ("pay.example", "/invoices", "https://pay.example:443/btc/invoices", 200),
        ("pay.example", "/invoices", "http://pay.example/btc/invoices", 200),
        // A proxy that does not pass the host on.
        (&listen, "/invoices?token=a%2Fb", "https://pay.example/btc/invoices?token=a%2Fb", 200),
        ("pay.example", "/invoices", "https://pay.example/invoices", 401),
        ("pay.example", "/invoices", "https://pay.example:8443/btc/invoices", 401),
        (&listen, "/invoices", &format!("http://{listen}/invoices"), 401),
        ("evil.example", "/invoices", "https://evil.example/invoices", 401),
        ("evil.example", "/invoices", "https://evil.example/btc/invoices", 401),
    ] {
        let reply = raw_get(&house, host, target, signed);
        assert_eq!(reply.status, status, "{host}, signed for {signed}: {}", reply.body);
    }
    // What it says of itself is what the outside knows.
    let body = r#"{"price":5}"#;
    let signature = house.shop.sign(&format!("https://pay.example/btc/invoices{body}"));
    let headers = [
        ("content-type", "application/json"),
        ("x-identity", &*house.shop.identity()),
        ("x-signature", &*signature),
    ];
    let invoice = house.with_headers("POST", "/invoices", body, &headers).data();
    let id = invoice["id"].as_str().unwrap();
    assert_eq!(invoice["url"], json!(format!("https://pay.example/btc/invoice?id={id}")));
    assert_eq!(invoice["cryptoInfo"][0]["url"], json!(format!("https://pay.example/btc/i/{id}/BTC-CHAIN")));
}

#[test]
fn forwarded_hosts_count_only_from_proxies_that_are_listed() {
    let signed = |house: &House| {
        let (identity, signature) = (house.shop.identity(), house.shop.sign("https://shop.example/tokens"));
        let headers = [
            ("x-identity", &*identity),
            ("x-signature", &*signature),
            ("x-forwarded-host", "shop.example"),
            ("x-forwarded-proto", "https"),
        ];
        house.with_headers("GET", "/tokens", "", &headers).status
    };
    assert_eq!(signed(&House::open()), 401);
    assert_eq!(signed(&House::with(&["--trusted-proxy", "127.0.0.1/32"], &[])), 200);
}

#[test]
fn the_two_faults_of_node_btcpay_are_forgiven() {
    let house = House::open();
    let host = house.host().to_owned();
    for (sent, signed, status) in [
        ("/rates?currencyPairs=BTC_USD&token=T", "/rates?currencyPairs=BTC_USD&storeID=&token=T", 200),
        (
            "/rates?currencyPairs=BTC_USD%2CBTC_EUR&token=T",
            "/rates?currencyPairs=BTC_USD%2CBTC_EUR&storeID=&token=T",
            200,
        ),
        ("/invoices?orderId=it%27s%28a%29%21%2A&token=T", "/invoices?orderId=it's(a)!*&token=T", 200),
        // Neither changes what is asked for; these would.
        ("/invoices?token=T", "/invoices?storeID=&token=T", 401),
        ("/rates?storeID=x&token=T", "/rates?storeID=&token=T", 401),
        ("/invoices?orderId=a%26b&token=T", "/invoices?orderId=a&b&token=T", 401),
    ] {
        let reply = raw_get(&house, &host, sent, &format!("http://{host}{signed}"));
        assert_eq!(reply.status, status, "{signed} sent as {sent}: {}", reply.body);
    }
}

#[test]
fn a_token_that_is_not_the_client_s_own_opens_and_closes_nothing() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    let theirs = neighbour.get("/tokens").data()[0]["merchant"].as_str().unwrap().to_owned();
    let invoice = house.twenty();
    let (id, resource) = (invoice["id"].as_str().unwrap(), invoice["token"].as_str().unwrap());
    for token in ["", "nonsense", &theirs] {
        let listed = house.shop.get(&format!("/invoices?token={token}")).data();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{token}: still the identity's own store");
        let shown = house.shop.get(&format!("/invoices/{id}?token={token}"));
        assert_eq!(shown.data()["id"], id);
    }
    // Unsigned, an invoice's own token opens no more than its id does.
    let unsigned = house.anyone("GET", &format!("/invoices/{id}?token={resource}"), "").data();
    let public = house.anyone("GET", &format!("/invoices/{id}"), "").data();
    assert_eq!(unsigned["token"], public["token"]);
    assert_ne!(unsigned["token"], resource);
    refused(&house.anyone("GET", &format!("/invoices?token={theirs}"), ""), 401, "required", "list");
}

#[test]
fn the_legacy_key_makes_lists_and_reads() {
    let house = House::open();
    let (_, neighbour) = house.neighbour();
    let theirs = neighbour.invoice(&json!({ "price": 1 }))["id"].as_str().unwrap().to_owned();
    let key = house.api_key();
    assert!(key.len() == 43 && key.bytes().all(|b| b.is_ascii_alphanumeric()), "{key}");
    let ask = |method: &str, path: &str, body: &str, authorization: &str| {
        let headers = [("content-type", "application/json"), ("authorization", authorization)];
        house.with_headers(method, path, body, &headers)
    };
    for header in [basic(&key), basic(&format!("{key}:")), basic(&key).replace("Basic", "bASIC")] {
        let made = ask("POST", "/invoices", r#"{"price":5,"buyerName":"Ann"}"#, &header);
        assert_eq!(made.json()["facade"], "pos/invoice");
        let id = made.data()["id"].as_str().unwrap().to_owned();
        let read = ask("GET", &format!("/invoices/{id}"), "", &header).data();
        assert_eq!((&read["id"], &read["buyer"]["name"]), (&json!(id), &json!("Ann")));
        assert_eq!(ask("GET", "/invoices", "", &header).data()[0]["id"], json!(id));
        assert_eq!(ask("GET", "/rates", "", &header).status, 200);
        refused(&ask("GET", &format!("/invoices/{theirs}"), "", &header), 404, "Object not found", "theirs");
    }
    let encoded = basic(&key)[6..].to_owned();
    for header in [
        basic(&format!("{key}:x")),
        basic(&format!("user:{key}")),
        basic(&key[1..]),
        basic(""),
        basic(":"),
        format!("Bearer {encoded}"),
        format!("Basic {encoded} x"),
        format!("Basic {key}!"),
        "Basic".to_owned(),
        "".to_owned(),
    ] {
        refused(&ask("GET", "/invoices", "", &header), 401, "ApiKey authentication failed", &header);
    }
    // A new one takes the place of the old.
    let renewed = house.api_key();
    refused(&ask("GET", "/invoices", "", &basic(&key)), 401, "ApiKey authentication failed", "the old key");
    assert_eq!(ask("GET", "/invoices", "", &basic(&renewed)).status, 200);
    // Where there is a signature, it decides.
    let signed = house.shop.send_with("GET", "/invoices", "", &[("authorization", &basic("wrong"))]);
    assert_eq!(signed.status, 200);
}

#[test]
fn anyone_makes_invoices_only_where_the_store_says_so() {
    let house = House::with(&[], &["--anyone-can-create"]);
    let closed = house.server.practice_store("Closed", &[]);
    let create = |query: &str| house.anyone("POST", &format!("/invoices?{query}"), r#"{"price":5}"#);
    for name in ["storeId", "storeid", "STOREID", "storeID"] {
        let made = create(&format!("{name}={}", house.store));
        assert_eq!(made.status, 200, "{name}: {}", made.body);
    }
    let id = create(&format!("storeId={}", house.store)).data()["id"].as_str().unwrap().to_owned();
    let shown = house.anyone("GET", &format!("/invoices/{id}?storeId={}", house.store), "");
    assert_eq!(shown.data()["id"], json!(id));
    refused(&create(&format!("storeId={closed}")), 403, "authenticated clients only", "closed");
    refused(&create("storeId="), 401, "Authentication required", "empty");
    refused(&create("storeId=nonsense"), 404, "Store not found", "no id");
    refused(&create(&format!("storeId={id}")), 404, "Store not found", "no store's id");
    let list = house.anyone("GET", &format!("/invoices?storeId={}", house.store), "");
    refused(&list, 403, "authenticated clients only", "never a list");
    assert_eq!(house.invoices(), 5);
    let last = (0..11).map(|_| create(&format!("storeId={}", house.store))).find(|r| r.status != 200);
    refused(&last.unwrap(), 429, "Too many requests", "too often");
}

#[test]
fn before_there_is_a_user_nothing_can_be_asked() {
    let server = Server::start(EXE);
    let shop = Shop::named(server.url(), "early");
    for (method, path, body) in [
        ("GET", "/tokens", ""),
        ("POST", "/tokens", "{}"),
        ("GET", "/invoices", ""),
        ("POST", "/invoices", "{}"),
        ("GET", "/invoices/QzFf7p3nHwB2tJgXcVd8aM", ""),
        ("GET", "/rates", ""),
        ("GET", "/rates/BTC/USD", ""),
        ("GET", "/api/rates", ""),
    ] {
        refused(&shop.send(method, path, body), 503, "not set up yet", &format!("{method} {path}"));
    }
    server.create_user(OWNER);
    assert_eq!(shop.get("/tokens").data(), json!([]));
}
