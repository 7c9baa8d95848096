//! A new invoice, made by hand.

use serde_json::{Value, json};

use super::desk::{Desk, last_part, listed, plain, value};
use super::{assert_nothing_inline, csrf};

/// An invoice without what differs from one to the next.
fn same(mut invoice: Value) -> Value {
    let gone = ["id", "guid", "url", "token", "invoiceTime", "expirationTime", "currentTime"];
    let addresses = ["bitcoinAddress", "addresses", "cryptoInfo", "paymentUrls", "paymentCodes"];
    for key in gone.into_iter().chain(addresses) {
        assert!(invoice.as_object_mut().unwrap().remove(key).is_some(), "{key} in {invoice}");
    }
    invoice
}

#[test]
fn an_invoice_made_by_hand_is_what_the_api_makes_of_the_same() {
    let mut desk = Desk::open();
    let all = [
        ("price", "20.50"),
        ("currency", "usd"),
        ("orderId", "A-17"),
        ("itemDesc", "Two tins of tea"),
        ("itemCode", "T&T"),
        ("buyerName", "Ada Lovelace"),
        ("buyerEmail", "ada@example.org"),
        ("notificationURL", "http://127.0.0.1:1/ipn?shop={InvoiceId}"),
        ("notificationEmail", "shop@example.org"),
        ("redirectURL", "https://shop.example/thanks"),
        ("extendedNotifications", "1"),
    ];
    for left_out in [&[][..], &["price"], &["currency", "orderId", "extendedNotifications"]] {
        let fields: Vec<_> = all.iter().copied().filter(|(name, _)| !left_out.contains(name)).collect();
        let mut body = json!({});
        for (name, text) in &fields {
            body[*name] = if *name == "extendedNotifications" { json!(true) } else { json!(text) };
        }
        let by_api = desk.shop.invoice(&body);
        let reply = desk.create(&fields);
        assert_eq!(reply.status, 303, "{}", reply.body);
        let id = last_part(reply.header("location").unwrap());
        assert_eq!(
            same(desk.shop.read(&id)),
            same(desk.shop.read(by_api["id"].as_str().unwrap())),
            "{left_out:?}"
        );
        let html = desk.page(&format!("/{id}"));
        for (name, text) in
            fields.iter().filter(|(name, _)| !["currency", "extendedNotifications"].contains(name))
        {
            assert!(plain(&html).contains(text), "{name}: {html}");
        }
    }
}

#[test]
fn what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost() {
    let mut desk = Desk::open();
    let long = "x".repeat(9000);
    for (name, typed, says) in [
        ("price", "12,5o", "Price is not a number."),
        ("price", "0", "The price must be above zero"),
        ("price", "-3", "The price must be above zero"),
        ("price", "100000000000000", "The price is too large."),
        ("price", "1e30", "Price is not a number."),
        ("price", "10000000000000000000", ""),
        ("currency", "DOGE", "This currency is not known"),
        ("currency", "SEK", "No rate for SEK"),
        ("orderId", &long, "Order id is longer than 8192 bytes."),
    ] {
        let others = [("price", "20"), ("currency", "USD"), ("orderId", "7"), ("itemDesc", "\"><b>tea")];
        let others =
            others.into_iter().chain([("redirectURL", "https://x.example"), ("extendedNotifications", "1")]);
        let fields: Vec<_> =
            others.map(|(other, text)| (other, if other == name { typed } else { text })).collect();
        let reply = desk.create(&fields);
        let expected = if typed == "SEK" { 503 } else { 400 };
        assert_eq!(reply.status, expected, "{name}={typed}: {}", reply.body);
        assert_nothing_inline(&reply.body);
        assert!(
            reply.body.contains("role=\"alert\"") && reply.body.contains(says),
            "{name}={typed}: {}",
            reply.body
        );
        assert_eq!(reply.body.contains(&format!("id=\"{name}-error\"")), !says.is_empty(), "{}", reply.body);
        for (other, text) in fields.iter().filter(|(other, _)| *other != "extendedNotifications") {
            assert_eq!(value(&reply.body, other), *text, "{}", reply.body);
        }
        assert!(reply.body.contains("checked"), "{}", reply.body);
    }
    let both = desk.create(&[("price", "much"), ("currency", "DOGE")]).body;
    assert!(both.contains("id=\"price-error\"") && both.contains("id=\"currency-error\""), "{both}");
    assert_eq!(listed(&desk.page("")).len(), 0, "nothing was made");
}

#[test]
fn a_form_that_is_sent_twice_makes_one_invoice() {
    let mut desk = Desk::open();
    let path = desk.path("/create");
    let html = desk.page("/create");
    let (csrf, key) = (csrf(&html), value(&html, "key"));
    let mut send = |price, key: &str| {
        let fields = [("csrf", &*csrf), ("key", key), ("price", price), ("currency", "USD")];
        let reply = desk.browser.post(&path, &fields);
        assert_eq!(reply.status, 303, "{}", reply.body);
        last_part(reply.header("location").unwrap())
    };
    let first = send("20", &key);
    assert_eq!(send("20", &key), first);
    // Gone back to and changed it is another one, and so is a form that was opened anew.
    let changed = send("21", &key);
    assert_ne!(changed, first);
    let fresh = value(&desk.page("/create"), "key");
    assert_ne!(fresh, key);
    let reply =
        desk.browser.post(&path, &[("csrf", &*csrf), ("key", &fresh), ("price", "20"), ("currency", "USD")]);
    let another = last_part(reply.header("location").unwrap());
    assert_eq!(listed(&desk.page("")), [another, changed, first]);
}

#[test]
fn a_form_whose_key_is_no_key_of_ours_makes_an_invoice_like_any_other() {
    let mut desk = Desk::open();
    let path = desk.path("/create");
    let csrf = csrf(&desk.page("/create"));
    for key in ["a\0b", "<b>", "", &"k".repeat(65)] {
        let fields = [("csrf", &*csrf), ("key", key), ("price", "20"), ("currency", "USD")];
        let reply = desk.browser.post(&path, &fields);
        assert_eq!(reply.status, 303, "{key:?}: {}", reply.body);
    }
}
