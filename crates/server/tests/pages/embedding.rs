//! The checkout in a frame of a shop's: the script that shows it, who may, and the state that pages poll.

use serde_json::{Value, json};
use specie_testkit::http::get;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

use super::{EXE, merchant, open, order};

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
    let (server, shop) = open();
    let id = order(&shop, &json!({ "orderId": "A-1", "itemDesc": "Two books", "taxIncluded": 3.19 }));
    let state = |path: String| get(&format!("{}{path}", server.url())).json();
    let all = state(format!("/i/{id}/status"));
    for field in [
        "status",
        "invoiceId",
        "storeId",
        "orderId",
        "storeName",
        "itemDesc",
        "address",
        "due",
        "paid",
        "orderAmount",
        "orderAmountFiat",
        "rate",
        "networkFee",
        "txCount",
        "txCountForFee",
        "paymentMethodId",
        "paymentMethodName",
        "paymentMethodCurrency",
        "invoiceCurrency",
        "invoiceBitcoinUrl",
        "invoiceBitcoinUrlQR",
        "expirationSeconds",
        "maxTimeSeconds",
        "maxTimeMinutes",
        "timeLeft",
        "displayExpirationTimer",
        "isUnsetTopUp",
        "isModal",
        "activated",
        "merchantRefLink",
        "receiptLink",
        "redirectAutomatically",
        "requiredConfirmations",
        "receivedConfirmations",
        "availablePaymentMethods",
        "defaultLang",
        "peerInfo",
        "feeRate",
        "showRecommendedFee",
        "taxIncluded",
        "brandColor",
        "logoUrl",
        "paymentSoundUrl",
        "errorSoundUrl",
        "nfcReadSoundUrl",
    ] {
        assert!(all.get(field).is_some(), "{field}: {all}");
    }
    assert_eq!(all["taxIncluded"], json!({ "value": 3.19, "formatted": "3.19 USD" }));
    let method = json!({
        "paymentMethodId": "BTC-CHAIN", "paymentMethodName": "Bitcoin", "displayed": true, "order": 0,
    });
    assert_eq!(all["availablePaymentMethods"], json!([method]));
    assert_eq!(
        (&all["status"], &all["activated"], &all["isModal"]),
        (&json!("new"), &json!(true), &json!(false))
    );
    for path in [
        format!("/i/BTC-CHAIN/{id}/status"),
        format!("/invoice/{id}/BTC-CHAIN/status"),
        format!("/invoice/status?invoiceId={id}"),
    ] {
        assert_eq!(state(path.clone())["invoiceId"], id, "{path}");
    }
    assert_eq!(state(format!("/i/{id}/status?view=modal"))["isModal"], true);
    assert_eq!(get(&format!("{}/i/{id}x/status", server.url())).status, 404);
    assert_ne!(all["address"], Value::Null);
}
