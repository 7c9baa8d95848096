//! The checkout page: what is on it, and what never is.

use serde_json::json;
use specie_testkit::http::{get, send};

use super::{assert_nothing_inline, open, order, page, tags};

#[test]
fn a_buyer_sees_what_to_pay_and_where_without_a_script() {
    let (server, shop) = open();
    let id = order(&shop, &json!({ "itemDesc": "Two books", "orderId": "A-1" }));
    let invoice = shop.read(&id);
    let address = invoice["bitcoinAddress"].as_str().unwrap();
    let html = page(&server, &id);
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\""), "{html}");
    assert!(html.contains("<title>Waiting for payment · Alder &amp; Finch Books</title>"), "{html}");
    assert!(html.contains("<strong>Practice store</strong> · no real bitcoin"), "{html}");
    assert!(html.contains("20.00 <span>USD</span>"), "{html}");
    assert!(html.contains("<code id=\"amount\">0.00040000</code> BTC"), "{html}");
    assert!(html.contains("Two books") && html.contains("Order A-1"), "{html}");
    assert!(html.contains("1 BTC = 50,000.00 USD"), "{html}");
    assert!(html.contains("This price holds for"), "{html}");

    let link = format!("bitcoin:{address}?amount=0.0004");
    assert_eq!(invoice["paymentUrls"]["BIP21"], link);
    assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
    let label = format!("QR code: pay 0.00040000 BTC to {address}");
    assert!(html.contains(&format!("role=\"img\" aria-label=\"{label}\"")), "{html}");

    // The address stands there whole, in groups of four.
    let grouped = html.split_once("<code class=\"address\" id=\"address\">").unwrap().1;
    let grouped = grouped.split_once("</code>").unwrap().0;
    let groups: Vec<&str> = grouped
        .split(['<', '>'])
        .filter(|text| !text.is_empty() && !["b", "/b", "span", "/span"].contains(text))
        .collect();
    assert_eq!(groups.concat(), address);
    assert!(groups[..groups.len() - 1].iter().all(|group| group.len() == 4), "{groups:?}");
    for text in ["0.00040000", address] {
        assert!(html.contains(&format!("data-copy=\"{text}\"")), "{html}");
    }
    assert!(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>"), "{html}");
    assert_nothing_inline(&html);
}

#[test]
fn every_spelling_of_the_link_leads_there() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let url = server.url();
    for path in [
        format!("/i/{id}"),
        format!("/i/{id}/"),
        format!("/i/{id}?view=modal"),
        format!("/i/{id}/BTC-CHAIN"),
        format!("/i/BTC-CHAIN/{id}"),
        format!("/invoice?id={id}"),
        format!("/invoice?invoiceId={id}"),
        format!("/invoice?id={id}&lang=de&view=modal"),
    ] {
        let reply = get(&format!("{url}{path}"));
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.body.contains(&format!("data-id=\"{id}\"")), "{path}");
    }
    for path in [
        format!("/i/{id}/status"),
        format!("/i/{id}/BTC-CHAIN/status"),
        format!("/invoice/status?invoiceId={id}&paymentMethodId=BTC-CHAIN"),
        format!("/invoice/{id}/status"),
    ] {
        assert_eq!(get(&format!("{url}{path}")).json()["invoiceId"], id, "{path}");
    }
}

#[test]
fn an_invoice_that_is_none_is_not_found_in_a_persons_words() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let cut = &id[..id.len() - 1];
    for path in [
        "/i/FMfp7ZAmD1ZCMoNbo1eXSt",
        "/i/x",
        &format!("/i/{cut}"),
        "/invoice",
        "/invoice?id=",
        "/i/%00/BTC-CHAIN",
    ] {
        let reply = get(&format!("{}{path}", server.url()));
        assert_eq!(reply.status, 404, "{path}: {}", reply.body);
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert!(reply.body.contains("No such invoice"), "{path}: {}", reply.body);
        assert_nothing_inline(&reply.body);
    }
    for path in ["/i/FMfp7ZAmD1ZCMoNbo1eXSt/status", "/i/x/status", "/i/x/events", "/invoice/status"] {
        let reply = get(&format!("{}{path}", server.url()));
        assert_eq!((reply.status, reply.error().as_str()), (404, "Object not found"), "{path}");
    }
}

#[test]
fn what_shops_and_buyers_write_stays_text() {
    let (server, _) = open();
    let name = "Tom <b>&</b> \"Jerry\"'s";
    let store = server.practice_store(name, &["--website", "javascript:alert(4)"]);
    let shop = specie_testkit::shop::Shop::paired(&server, &store, "other shop");
    for (item, order_id) in [
        ("<script>alert(1)</script>", "\"><svg onload=alert(2)>"),
        ("</main></title><img src=x onerror=alert(1)>", "' onmouseover='alert(2)"),
        ("{{7*7}} &lt;b&gt;", "\" style=\"display:none"),
        ("\u{202e}txt.exe", "javascript:alert(1)//"),
    ] {
        let more = json!({ "itemDesc": item, "orderId": order_id, "redirectURL": "javascript:alert(3)" });
        let id = order(&shop, &more);
        let html = page(&server, &id);
        let escaped = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text.replace('"', "&quot;")
        };
        for text in [item, order_id, name] {
            assert!(html.contains(&escaped(text)), "{text}: {html}");
        }
        for tag in tags(&html) {
            let name = tag.split([' ', '/']).find(|word| !word.is_empty()).unwrap_or_default();
            assert!(
                name != "img" || tag == "img src=\"\" alt=\"\" width=\"\" height=\"\" loading=\"\"",
                "<{tag}>"
            );
        }
        assert_nothing_inline(&html.replace("javascript:alert(1)//", ""));
        assert!(!html.contains("Return to the shop"), "{html}");
        let status = get(&format!("{}/i/{id}/status", server.url()));
        assert_eq!(status.json()["merchantRefLink"], json!(null), "{}", status.body);
    }
    let id = order(&shop, &json!({ "redirectURL": "https://tea.example/done?a=1&b=2" }));
    let html = page(&server, &id);
    assert!(html.contains("href=\"https://tea.example/done?a=1&amp;b=2\""), "{html}");
    assert!(html.contains("rel=\"noreferrer\""), "{html}");
}

#[test]
fn nothing_of_the_buyer_is_on_the_page() {
    let (server, shop) = open();
    let buyer = json!({
        "name": "Ann Canary-1", "email": "canary-2@buyer.example", "address1": "Canary-3 Lane", "address2": "Canary-4",
        "city": "Canary-5", "state": "Canary-6", "zip": "CANARY7", "country": "Canary-8", "phone": "+100-canary-9",
    });
    let more = json!({
        "buyer": buyer, "posData": "canary-10", "notificationURL": "https://shop.example/canary-11",
        "notificationEmail": "canary-12@shop.example",
    });
    let id = order(&shop, &more);
    let token = shop.read(&id)["token"].as_str().unwrap().to_owned();
    for path in [format!("/i/{id}"), format!("/i/{id}/status"), format!("/invoice?id={id}&view=modal")] {
        let body = get(&format!("{}{path}", server.url())).body.to_lowercase();
        assert!(!body.contains("canary"), "{path}: {body}");
        assert!(!body.contains(&token.to_lowercase()), "{path}");
    }
}

#[test]
fn a_fragment_is_the_changing_part_alone() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let url = format!("{}/i/{id}", server.url());
    let fragment = send("GET", &url, &[("x-fragment", "checkout")], b"");
    assert!(fragment.body.starts_with("<main id=\"checkout\""), "{}", fragment.body);
    assert!(fragment.body.ends_with("</main>"), "{}", fragment.body);
    assert_eq!(fragment.body.matches("<main").count(), 1);
    assert!(fragment.header("content-security-policy").is_some());
    assert!(send("GET", &url, &[("x-fragment", "other")], b"").body.starts_with("<!DOCTYPE html>"));
}

#[test]
fn nothing_of_a_page_comes_from_anywhere_else() {
    let (server, shop) = open();
    let id = order(&shop, &json!({ "itemDesc": "Two books", "orderId": "A-1" }));
    let html = page(&server, &id);
    for attribute in ["src=\"http", "src=\"//", "rel=\"stylesheet\" href=\"http"] {
        assert!(!html.contains(attribute), "{html}");
    }
}
