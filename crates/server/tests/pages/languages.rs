//! The buyers' pages in other languages: what is translated, and what is never.

use serde_json::json;
use specie_testkit::http::{get, send};

use super::{assert_nothing_inline, open, order};

const TAGS: [&str; 12] = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr", "ar", "ja", "zh"];

#[test]
fn a_checkout_speaks_its_buyers_language_and_its_figures_can_be_copied_in_each() {
    let (server, shop) = open();
    let id = order(&shop, &json!({ "price": "1234.5", "itemDesc": "Two books", "orderId": "A-1" }));
    let address = shop.read(&id)["bitcoinAddress"].as_str().unwrap().to_owned();
    for tag in TAGS {
        let html = get(&format!("{}/i/{id}?lang={tag}", server.url())).body;
        let direction = if tag == "ar" { "rtl" } else { "ltr" };
        assert!(
            html.starts_with(&format!("<!DOCTYPE html><html lang=\"{tag}\" dir=\"{direction}\"")),
            "{html}"
        );
        for same in [
            "data-copy=\"0.02469000\"",
            &format!("data-copy=\"{address}\""),
            &format!("href=\"bitcoin:{address}?amount=0.02469\""),
            &format!("<option value=\"{tag}\" lang=\"{tag}\" selected>"),
        ] {
            assert!(html.contains(same), "{tag}: {same}: {html}");
        }
        assert_eq!(html.contains("Waiting for payment"), tag == "en", "{tag}: {html}");
        assert_nothing_inline(&html);
    }
    let german =
        send("GET", &format!("{}/i/{id}", server.url()), &[("accept-language", "de-AT,en;q=0.7")], b"");
    assert!(
        german.body.contains("<html lang=\"de\"") && german.body.contains("1.234,50 <span>USD"),
        "{}",
        german.body
    );
}

#[test]
fn whoever_chooses_a_language_keeps_what_was_asked_for() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let html = get(&format!("{}/invoice?id={id}&view=modal&lang=de&x=%22%3E%3Cb%3E", server.url())).body;
    for field in [
        format!("<input type=\"hidden\" name=\"id\" value=\"{id}\">"),
        "<input type=\"hidden\" name=\"view\" value=\"modal\">".to_owned(),
        "<input type=\"hidden\" name=\"x\" value=\"&quot;&gt;&lt;b&gt;\">".to_owned(),
    ] {
        assert!(html.contains(&field), "{field}: {html}");
    }
    assert!(!html.contains("type=\"hidden\" name=\"lang\""), "{html}");
}
