//! `GET /rates…`: every form of asking what a bitcoin is worth.

use serde_json::{Value, json};
use specie_testkit::http::Reply;

use super::{House, keys, refused};

fn codes(rates: &Value) -> Vec<&str> {
    rates.as_array().unwrap().iter().map(|rate| rate["code"].as_str().unwrap()).collect()
}

fn one(reply: &Reply, code: &str, value: &str) {
    let rate = reply.data();
    assert_eq!(keys(&rate), ["name", "cryptoCode", "currencyPair", "code", "rate"]);
    assert_eq!((&rate["code"], rate["rate"].to_string()), (&json!(code), value.to_owned()));
}

const PRACTICE: [&str; 10] = ["USD", "AUD", "CAD", "CHF", "EUR", "GBP", "JPY", "KWD", "BTC", "SATS"];

#[test]
fn a_table_has_the_store_s_rates_its_own_currency_first_and_never_reversed() {
    let house = House::open();
    let own = |query: &str| format!("storeId={}{query}", house.store);
    for path in [
        "/rates".to_owned(),
        "/rates/".to_owned(),
        "/rates?token=x".to_owned(),
        "/rates?cryptoCode=BTC".to_owned(),
        "/rates/?cryptoCode=btc".to_owned(),
        format!("/rates/?cryptoCode=BTC&storeID={}&token=x", house.store),
        "/rates/BTC".to_owned(),
        "/rates/btc/".to_owned(),
    ] {
        let reply = house.shop.get(&path);
        assert!(reply.body.starts_with(r#"{"data":[{"name":"#), "{path}: {}", reply.body);
        let rates = reply.data();
        assert_eq!(codes(&rates), PRACTICE, "{path}");
        for rate in rates.as_array().unwrap() {
            let code = rate["code"].as_str().unwrap();
            assert_eq!(rate["currencyPair"], json!(format!("BTC_{code}")));
            assert_eq!(rate["cryptoCode"], json!("BTC"));
        }
        assert_eq!(
            rates[0].to_string(),
            r#"{"name":"United States dollar","cryptoCode":"BTC","currencyPair":"BTC_USD","code":"USD","rate":50000.0}"#
        );
    }
    // Anyone may ask who names the store; in any case, as the two official clients disagree.
    for name in ["storeId", "storeID", "storeid"] {
        let reply = house.anyone("GET", &format!("/rates?{name}={}", house.store), "");
        assert_eq!(codes(&reply.data()), PRACTICE, "{name}");
    }
    let bare = house.anyone("GET", &format!("/api/rates?{}", own("")), "");
    assert!(bare.body.starts_with(r#"[{"name":"#), "{}", bare.body);
    assert_eq!(codes(&bare.json()), PRACTICE);
    let bare = house.anyone("GET", &format!("/api/rates?{}", own("&currencyPairs=BTC_EUR")), "");
    assert_eq!(codes(&bare.json()), ["EUR"]);
}

#[test]
fn pairs_are_asked_for_in_each_spelling() {
    let house = House::open();
    for (pairs, expected) in [
        ("BTC_USD", &["USD"][..]),
        ("BTC-EUR", &["EUR"]),
        ("BTCEUR", &["EUR"]),
        ("btc_eur,BTC_USD", &["EUR", "USD"]),
        ("BTC_USD%2CBTC_EUR", &["USD", "EUR"]),
        ("BTC_USD,BTC_USD,btcusd", &["USD"]),
        ("BTC_SATS", &["SATS"]),
        ("BTC_BTC", &["BTC"]),
        // No rate, or another chain's: silently left out.
        ("BTC_NOK,BTC_USD", &["USD"]),
        ("LTC_USD", &[]),
        ("USD_BTC", &[]),
        ("BTC_XYZ", &[]),
    ] {
        let rates = house.shop.get(&format!("/rates?currencyPairs={pairs}")).data();
        assert_eq!(codes(&rates), expected, "{pairs}");
    }
    for pairs in
        ["BTC", "BTC_", "_USD", "BTC_USD,,BTC_EUR", "BTC_USD_EUR", "%00", "%F0%9F%98%80", "B%FFC_USD"]
    {
        let reply = house.shop.get(&format!("/rates?currencyPairs={pairs}"));
        refused(&reply, 400, "incorrectly formatted", pairs);
        assert!(reply.error().starts_with("Currency pair "), "{}", reply.body);
    }
}

#[test]
fn one_rate_is_an_object() {
    let house = House::open();
    for (path, code, value) in [
        ("/rates/BTC/USD", "USD", "50000.0"),
        ("/rates/btc/usd/", "USD", "50000.0"),
        ("/rates/USD", "USD", "50000.0"),
        ("/rates/usd", "USD", "50000.0"),
        ("/rates/BTC/JPY", "JPY", "7500000.0"),
        ("/rates/BTC/BTC", "BTC", "1.0"),
        ("/rates/BTC/SATS", "SATS", "100000000.0"),
    ] {
        one(&house.shop.get(path), code, value);
        one(&house.anyone("GET", &format!("{path}?storeID={}", house.store), ""), code, value);
    }
    for (path, status, words) in [
        ("/rates/BTC/NOK", 404, "no rate for NOK"),
        ("/rates/NOK", 404, "no rate for NOK"),
        ("/rates/USD/BTC", 404, "There is no rate for USD_BTC"),
        ("/rates/LTC/USD", 404, "There is no rate for LTC_USD"),
        ("/rates/BTC/XYZ", 400, "Currency pair BTC_XYZ incorrectly formatted"),
        ("/rates/XYZ", 400, "Currency pair BTC_XYZ incorrectly formatted"),
        ("/rates/%F0%9F%98%80", 400, "incorrectly formatted"),
        ("/rates/BTC/%00", 400, "incorrectly formatted"),
        ("/rates?cryptoCode=LTC", 400, "incorrectly formatted"),
        ("/rates/BTC/USD/EUR", 404, "Not found"),
    ] {
        refused(&house.shop.get(path), status, words, path);
    }
}

#[test]
fn the_merchant_s_rates_are_the_store_s() {
    let house = House::open();
    let (other, neighbour) = house.neighbour();
    house.server.run(&["rates", "set", "--store", &house.store, "BTC_NOK", "512345.678"]);
    house.server.run(&["rates", "set", "--store", &house.store, "BTC_USD", "40000"]);
    one(&house.shop.get("/rates/BTC/NOK"), "NOK", "512345.678");
    one(&house.shop.get("/rates/BTC/USD"), "USD", "40000.0");
    one(&neighbour.get("/rates/BTC/USD"), "USD", "50000.0");
    // Credentials say the store; a name does not change it.
    one(&house.shop.get(&format!("/rates/BTC/USD?storeId={other}")), "USD", "40000.0");
}

#[test]
fn without_a_store_there_are_the_rates_that_are_no_stores_own() {
    let house = House::open();
    for path in ["/rates", "/rates/BTC", "/rates?currencyPairs=BTC_USD,BTC_BTC,BTC_SATS"] {
        assert_eq!(codes(&house.anyone("GET", path, "").data()), ["BTC", "SATS"], "{path}");
    }
    assert_eq!(codes(&house.anyone("GET", "/api/rates", "").json()), ["BTC", "SATS"]);
    one(&house.anyone("GET", "/rates/BTC/SATS", ""), "SATS", "100000000.0");
    refused(&house.anyone("GET", "/rates/BTC/USD", ""), 404, "no rate for USD", "of which store?");
}

#[test]
fn a_store_that_is_named_has_to_be_one() {
    let house = House::open();
    for path in ["/rates", "/rates/BTC", "/rates/USD", "/rates/BTC/USD", "/api/rates"] {
        for id in ["QzFf7p3nHwB2tJgXcVd8aM", "nonsense", "%FF"] {
            let unknown = format!("{path}?storeId={id}");
            refused(&house.anyone("GET", &unknown, ""), 404, "Store not found", &unknown);
        }
    }
}
