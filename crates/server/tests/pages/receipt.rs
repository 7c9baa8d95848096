//! The receipt: what is on it, who gets one, and where it leads.

use serde_json::json;
use specie_testkit::http::get;

use super::{assert_nothing_inline, open, order, until_page};

#[test]
fn whoever_has_paid_gets_a_receipt_with_all_that_was_agreed() {
    let (server, shop) = open();
    let more = json!({ "itemDesc": "Two books", "orderId": "A-1", "taxIncluded": "3.19" });
    let id = order(&shop, &more);
    let receipt = |query: &str| get(&format!("{}/i/{id}/receipt{query}", server.url()));

    let early = receipt("?lang=de");
    assert_eq!((early.status, early.header("location")), (303, Some(format!("/i/{id}?lang=de").as_str())));

    let txid = server.pay(&id);
    until_page(&server, &id, "Payment seen");
    let html = receipt("").body;
    assert!(html.contains("The payment was seen and is not confirmed yet."), "{html}");

    server.mine(6);
    let html = until_page(&server, &id, "Payment complete");
    assert!(html.contains(&format!("href=\"/i/{id}/receipt?lang=en\"")), "{html}");
    let reply = receipt("");
    assert_eq!(reply.status, 200, "{}", reply.body);
    for header in ["content-security-policy", "referrer-policy"] {
        assert!(reply.header(header).is_some(), "{header}");
    }
    let html = reply.body;
    for row in [
        "<dt>Status</dt><dd>Payment complete</dd>",
        "<dt>For</dt><dd><bdi>Two books</bdi></dd>",
        "<dt>Order</dt><dd><bdi>A-1</bdi></dd>",
        "<dt>Price</dt><dd><bdi>20.00 USD</bdi></dd>",
        "<dt>Tax included</dt><dd><bdi>3.19 USD</bdi></dd>",
        "<dt>Rate</dt><dd><bdi>1 BTC = 50,000.00 USD</bdi> · <bdi>practice rate</bdi></dd>",
        "<dt>Amount due</dt><dd><bdi>0.00040000 BTC</bdi></dd>",
        "<dt>Received</dt><dd><bdi>0.00040000 BTC</bdi></dd>",
        "<dt>Rate as of</dt><dd><time datetime=",
        &format!("<code>{txid}</code>"),
        "<dt>Transaction</dt><dd><bdi>0.00040000 BTC</bdi></dd>",
        &format!("<a href=\"{}/i/{id}/receipt\">", server.url()),
    ] {
        assert!(html.contains(row), "{row}: {html}");
    }
    assert!(!html.contains("not confirmed yet") && html.contains("paper-a4"), "{html}");
    assert_nothing_inline(&html);
    for (query, paper) in
        [("?print=80", "paper-80"), ("?print=58&lang=ar", "paper-58"), ("?print=x\"y", "paper-a4")]
    {
        assert!(receipt(query).body.contains(paper), "{query}");
    }
    assert!(receipt("?lang=ar").body.contains("<html lang=\"ar\" dir=\"rtl\""));
}

#[test]
fn what_the_tolerance_forgave_is_said_on_the_receipt() {
    let (server, _) = open();
    let store = server.practice_store("Lenient", &["--tolerance", "5"]);
    let shop = specie_testkit::shop::Shop::paired(&server, &store, "lenient shop");
    let (less, exact) = (order(&shop, &json!({})), order(&shop, &json!({})));
    server.run(&["sandbox", "pay", &less, "--amount", "0.00039"]);
    server.pay(&exact);
    for (id, said) in [(&less, true), (&exact, false)] {
        until_page(&server, id, "Payment seen");
        let html = get(&format!("{}/i/{id}/receipt", server.url())).body;
        assert_eq!(html.contains("the shop takes it for the whole"), said, "{html}");
    }
}

#[test]
fn there_is_no_receipt_of_what_is_no_invoice() {
    let (server, _) = open();
    let reply = get(&format!("{}/i/FMfp7ZAmD1ZCMoNbo1eXSt/receipt", server.url()));
    assert_eq!(reply.status, 404);
    assert!(reply.body.contains("No such invoice"), "{}", reply.body);
}

#[test]
fn a_shop_that_wants_it_so_gets_its_buyer_back_once_it_is_paid() {
    let (server, shop) = open();
    let more = json!({ "redirectURL": "https://shop.example/done?order=1", "redirectAutomatically": true });
    let (id, calm) =
        (order(&shop, &more), order(&shop, &json!({ "redirectURL": "https://shop.example/done" })));
    let leads = "data-leave=\"https://shop.example/done?order=1\"";
    let page = |id: &str, query: &str| get(&format!("{}/i/{id}{query}", server.url())).body;
    assert!(!page(&id, "").contains("data-leave="), "nobody is led away who has not paid");
    server.pay(&id);
    server.pay(&calm);
    let html = until_page(&server, &id, "Payment seen");
    assert!(
        html.contains(leads) && html.contains("content=\"5; url=https://shop.example/done?order=1\""),
        "{html}"
    );
    assert!(html.contains(&format!("href=\"/i/{id}?stay=1&amp;lang=en\"")), "{html}");
    for query in ["?stay=1", "?view=modal"] {
        assert!(!page(&id, query).contains("data-leave="), "{query}");
    }
    assert!(!until_page(&server, &calm, "Payment seen").contains("data-leave="));
}
