//! The checkout in a frame of a shop's: the script that shows it, who may, and the state that pages poll.

use serde_json::{Value, json};
use specie_testkit::http::{client, get};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::look::{png, upload};
use super::{EXE, csrf, merchant, open, order};

#[test]
fn a_page_of_any_origin_may_load_the_script() {
    let (server, _) = open();
    for (path, kind) in [
        ("/modal/btcpay.js", "text/javascript; charset=utf-8"),
        ("/modal/btcpay.css", "text/css; charset=utf-8"),
    ] {
        let reply = get(&format!("{}{path}?v=2.3.6", server.url()));
        assert_eq!(reply.status, 200, "{path}");
        for (name, value) in [
            ("content-type", kind),
            ("cache-control", "public, max-age=3600"),
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path}: {name}");
        }
        assert!(reply.body.len() <= 3 * 1024, "{path}: {}", reply.body.len());
    }
}

#[test]
fn a_merchant_says_who_may_show_the_checkout_in_a_frame() {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let id = order(&shop, &json!({}));
    let mut owner = merchant(&server, OWNER);
    let path = format!("/stores/{store}/settings");
    let settings = |frames: &str| {
        [
            ("name", "Alder & Finch Books"),
            ("currency", "USD"),
            ("speed", "medium"),
            ("expiry", "15"),
            ("tolerance", "0"),
            ("monitoring", "60"),
            ("limit", "0.01"),
            ("frames", frames),
        ]
        .map(|(name, text)| (name, text.to_owned()))
    };
    let mut save = |frames: &str| {
        let fields = settings(frames);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
        owner.fill(&path, &path, &fields)
    };
    let policy = || {
        let reply = get(&format!("{}/i/{id}?view=modal", server.url()));
        assert_eq!(reply.header("referrer-policy"), Some("origin"));
        assert_eq!(reply.header("x-frame-options"), None);
        let policy = reply.header("content-security-policy").unwrap().to_owned();
        policy.split_once("frame-ancestors ").unwrap().1.to_owned()
    };
    assert_eq!(policy(), "*");
    let saved = save("https://Shop.example/\r\nhttp://localhost:8080").body;
    assert!(
        saved.contains("The settings are saved.")
            && saved.contains("https://shop.example\nhttp://localhost:8080"),
        "{saved}"
    );
    assert_eq!(policy(), "https://shop.example http://localhost:8080");
    for wrong in
        ["*", "https://shop.example/cart", "https://a.example; script-src *", "'self'", "javascript:x"]
    {
        let refused = save(wrong);
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.body.contains("An origin is an address such as"), "{wrong}");
    }
    let many: Vec<String> = (0..21).map(|i| format!("https://shop{i}.example")).collect();
    assert_eq!(save(&many.join("\n")).status, 400);
    assert_eq!(policy(), "https://shop.example http://localhost:8080");
    save("");
    assert_eq!(policy(), "*");
}

#[test]
fn the_state_says_all_that_btcpays_does() {
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let id = order(&shop, &json!({ "orderId": "A-1", "itemDesc": "Two books", "taxIncluded": 3.19 }));
    let address = shop.read(&id)["bitcoinAddress"].as_str().unwrap().to_owned();
    let state = |path: String| get(&format!("{}{path}", server.url())).json();
    let mut all = state(format!("/i/{id}/status"));
    let left = seconds_left(&mut all);
    assert!((880..=900).contains(&left), "{left}");
    let waiting = [
        ("status", json!("new")),
        ("exceptionStatus", json!("")),
        ("invoiceId", json!(&id)),
        ("storeId", json!(&store)),
        ("storeName", json!("Alder & Finch Books")),
        ("orderId", json!("A-1")),
        ("itemDesc", json!("Two books")),
        ("address", json!(&address)),
        ("due", json!("0.00040000")),
        ("paid", json!("0.00000000")),
        ("orderAmount", json!("0.00040000")),
        ("orderAmountFiat", json!("20.00 USD")),
        ("rate", json!("50,000.00")),
        ("networkFee", json!(0)),
        ("txCount", json!(0)),
        ("txCountForFee", json!(0)),
        ("paymentMethodId", json!("BTC-CHAIN")),
        ("paymentMethodName", json!("Bitcoin")),
        ("paymentMethodCurrency", json!("BTC")),
        ("invoiceCurrency", json!("USD")),
        ("invoiceBitcoinUrl", json!(format!("bitcoin:{address}?amount=0.0004"))),
        ("invoiceBitcoinUrlQR", json!(format!("BITCOIN:{}?amount=0.0004", address.to_uppercase()))),
        ("maxTimeSeconds", json!(900)),
        ("maxTimeMinutes", json!(15)),
        ("displayExpirationTimer", json!(5)),
        ("isUnsetTopUp", json!(false)),
        ("isModal", json!(false)),
        ("activated", json!(true)),
        ("redirectAutomatically", json!(false)),
        (
            "availablePaymentMethods",
            json!([
                { "paymentMethodId": "BTC-CHAIN", "paymentMethodName": "Bitcoin", "displayed": true, "order": 0 },
            ]),
        ),
        ("defaultLang", json!("en")),
        ("feeRate", json!(0)),
        ("showRecommendedFee", json!(false)),
        ("taxIncluded", json!({ "value": 3.19, "formatted": "3.19 USD" })),
        ("htmlTitle", json!("Alder & Finch Books")),
    ];
    assert_values(&all, &waiting);
    let nothing = nothing_of(&all);
    assert_eq!(
        nothing,
        // The order leads nowhere, and nothing has come; there is no Lightning node, no look of the store's, and
        // nothing is ever to be heard.
        [
            "merchantRefLink",
            "receiptLink",
            "requiredConfirmations",
            "receivedConfirmations",
            "peerInfo",
            "brandColor",
            "logoUrl",
            "cssUrl",
            "paymentSoundUrl",
            "nfcReadSoundUrl",
            "errorSoundUrl",
        ]
    );
    assert_eq!(waiting.len() + nothing.len(), all.as_object().unwrap().len(), "{all}");
    for path in [
        format!("/i/BTC-CHAIN/{id}/status"),
        format!("/invoice/{id}/BTC-CHAIN/status"),
        format!("/invoice/status?invoiceId={id}"),
    ] {
        assert_eq!(state(path.clone())["invoiceId"], id, "{path}");
    }
    assert_eq!(state(format!("/i/{id}/status?view=modal"))["isModal"], true);
    assert_eq!(get(&format!("{}/i/{id}x/status", server.url())).status, 404);

    // Of one that was paid, in a store that has colour and logo, and leads back: what was null has its value.
    let mut owner = merchant(&server, OWNER);
    let path = format!("/stores/{store}/look");
    let token = csrf(&owner.open(&path).body);
    let look = [("csrf", token.as_bytes()), ("colour", b"#FFD400"), ("logo", &png(90, 30))];
    assert_eq!(upload(&owner, &path, &look).status, 303);
    let back =
        json!({ "redirectURL": "https://shop.example/thanks?order=A-2", "redirectAutomatically": true });
    let id = order(&shop, &back);
    server.pay(&id);
    shop.until_status(&id, "paid");
    let mut all = state(format!("/i/{id}/status"));
    seconds_left(&mut all);
    let url = server.url();
    let logo = all["logoUrl"].as_str().unwrap().to_owned();
    let values = [
        ("status", json!("paid")),
        ("due", json!("0.00000000")),
        ("paid", json!("0.00040000")),
        ("txCount", json!(1)),
        ("txCountForFee", json!(1)),
        ("requiredConfirmations", json!(1)),
        ("receivedConfirmations", json!(0)),
        ("merchantRefLink", json!("https://shop.example/thanks?order=A-2")),
        ("receiptLink", json!(format!("{url}/i/{id}/receipt"))),
        ("redirectAutomatically", json!(true)),
        ("brandColor", json!("#ffd400")),
        ("cssUrl", json!(format!("{url}/theme/ffd400.css"))),
    ];
    assert_values(&all, &values);
    assert!(logo.starts_with(&format!("{url}/logo/")), "{logo}");
    for link in ["receiptLink", "cssUrl", "logoUrl"] {
        assert_eq!(client().get(all[link].as_str().unwrap()).send().unwrap().status(), 200, "{link}");
    }
    assert_eq!(
        nothing_of(&all),
        // Neither an order's number nor words for it, no tax, no Lightning, no sounds.
        [
            "orderId",
            "itemDesc",
            "peerInfo",
            "taxIncluded",
            "paymentSoundUrl",
            "nfcReadSoundUrl",
            "errorSoundUrl",
        ]
    );
}

/// Takes what the clock decides out of a state: how many seconds are left, which are also there for people.
fn seconds_left(state: &mut Value) -> i64 {
    let fields = state.as_object_mut().unwrap();
    let left = fields.shift_remove("expirationSeconds").unwrap().as_i64().unwrap();
    let shown = fields.shift_remove("timeLeft").unwrap();
    assert_eq!(shown, format!("{:02}:{:02}", left / 60, left % 60));
    left
}

fn assert_values(state: &Value, values: &[(&str, Value)]) {
    for (field, value) in values {
        assert_eq!(state[field], *value, "{field}");
    }
}

/// The fields of a state that are there, and say nothing.
fn nothing_of(state: &Value) -> Vec<&str> {
    let all = state.as_object().unwrap().iter();
    all.filter(|(_, value)| value.is_null()).map(|(name, _)| &**name).collect()
}
