//! One invoice as its merchant sees it: its story, the practice controls, and what nobody else sees.

use serde_json::json;
use specie::app::Scenario;
use specie_testkit::wait::until;

use super::desk::{Desk, assert_in_order, last_part, listed, value, words};
use super::{csrf, merchant, order};

#[test]
fn an_invoice_tells_its_whole_story() {
    let mut desk = Desk::open();
    let id =
        order(&desk.shop, &json!({ "itemDesc": "Tea", "orderId": "A-1", "transactionSpeed": "low-medium" }));
    let address = desk.shop.read(&id)["bitcoinAddress"].as_str().unwrap().to_owned();
    let rest = format!("/{id}");
    let html = desk.page(&rest);
    assert!(html.contains("<h1>20.00 <span>USD</span></h1>") && html.contains("Tea · Order A-1"), "{html}");
    assert!(html.contains("data-status=\"new\"") && html.contains("Waiting for payment"), "{html}");
    assert!(html.contains("None has been seen."), "{html}");
    assert!(
        html.contains(&format!("data-copy=\"{address}\"")) && html.contains(&format!("href=\"/i/{id}\"")),
        "{html}"
    );
    assert!(html.contains("1 BTC = 50,000.00 USD (practice rate, as of <time"), "{html}");
    assert!(
        html.contains("<dt>Index in the wallet</dt><dd>0</dd>") && html.contains("/0/0</code>"),
        "{html}"
    );
    let second = order(&desk.shop, &json!({}));
    assert!(desk.page(&format!("/{second}")).contains("<dt>Index in the wallet</dt><dd>1</dd>"));

    // A part, then what is missing, then blocks. What it did shows on the page that follows.
    let html = desk.act(&id, "practice", &[("scenario", "pay"), ("amount", "0.0001")]);
    assert!(html.contains("0.00010000 BTC has come, 0.00030000 BTC is missing."), "{html}");
    assert!(html.contains("Paid in part") && html.contains("In mempool"), "{html}");
    assert_eq!(value(&html, "amount"), "0.00030000");
    let html = desk.act(&id, "practice", &[("scenario", "pay"), ("amount", "")]);
    assert!(html.contains("data-status=\"paid\"") && html.contains("0 of 2 confirmations."), "{html}");
    let html = desk.act(&id, "practice", &[("scenario", "mine"), ("blocks", "1")]);
    assert!(html.contains("1 of 2 confirmations.") && html.contains("In a block"), "{html}");
    desk.act(&id, "practice", &[("scenario", "mine"), ("blocks", "1")]);
    let html = desk.act(&id, "practice", &[("scenario", "mine"), ("blocks", "4")]);
    assert!(html.contains("data-status=\"complete\"") && html.contains("6 of 2"), "{html}");

    let invoice = desk.shop.read(&id);
    let txids: Vec<&str> =
        invoice["transactions"].as_array().unwrap().iter().map(|t| t["txid"].as_str().unwrap()).collect();
    assert_in_order(
        &words(&html, "events"),
        &[
            "Created",
            "0.00040000 BTC is asked for 20.00 USD at 1 BTC = 50,000.00 USD",
            "0.00010000 BTC seen",
            txids[0],
            "Paid in part",
            "0.00030000 BTC seen",
            txids[1],
            "first seen",
            "New → Paid",
            "The full amount has been seen.",
            "Nothing exceptional any more",
            "Paid → Confirmed",
            "The invoice's speed, low-medium, asks for 2 confirmations.",
            "Confirmed → Complete",
            "six confirmations deep",
        ],
    );
    assert!(listed(&desk.page("?status=complete")).contains(&id));
}

#[test]
fn what_was_accepted_is_told_in_its_words() {
    let mut desk = Desk::open();
    let accept = |desk: &Desk, id: &str, what: &str| {
        let accepted = desk.shop.post(&format!("/invoices/{id}/adjustments"), &json!({ "type": what }));
        assert_eq!(accepted.status, 200, "{}", accepted.body);
    };
    let partial = order(&desk.shop, &json!({}));
    desk.act(&partial, "practice", &[("scenario", "pay"), ("amount", "0.0001")]);
    desk.act(&partial, "practice", &[("scenario", "mine"), ("blocks", "6")]);
    accept(&desk, &partial, "acceptPartialPayment");
    let html = desk.page(&format!("/{partial}"));
    assert_in_order(
        &words(&html, "events"),
        &[
            "0.00040000 BTC is asked.",
            "Paid in part",
            "Partial payment accepted: 0.00010000 BTC",
            "New → Paid",
            "What came was accepted",
            "Confirmed → Complete",
            "Nothing exceptional any more",
        ],
    );
    let over = order(&desk.shop, &json!({}));
    desk.act(&over, "practice", &[("scenario", "pay"), ("amount", "0.0005")]);
    desk.act(&over, "practice", &[("scenario", "mine"), ("blocks", "6")]);
    assert!(desk.page(&format!("/{over}")).contains("<dt>Too much</dt><dd>0.00010000 BTC"));
    accept(&desk, &over, "acceptOverPayment");
    let html = desk.page(&format!("/{over}"));
    assert!(!html.contains("Too much") && html.contains("<dt>Received</dt><dd>0.00040000 BTC"), "{html}");
    assert!(html.contains("<dt>Credited</dt><dd>0.00010000 BTC beyond that, accepted <time"), "{html}");
    assert!(words(&html, "events").contains("Overpayment accepted: 0.00050000 BTC"), "{html}");
}

#[test]
fn invoices_over_any_amount_and_over_nothing_are_shown_for_what_they_are() {
    let mut desk = Desk::open();
    let reply = desk.create(&[("price", ""), ("currency", "USD")]);
    let top_up = last_part(reply.header("location").unwrap());
    let html = desk.page(&format!("/{top_up}"));
    assert!(
        html.contains("<h1>Any amount</h1>") && html.contains("Any amount is welcome, reckoned at"),
        "{html}"
    );
    assert!(desk.page("").contains(">Any amount, USD<"));
    let html = desk.act(&top_up, "practice", &[("scenario", "pay"), ("amount", "0.002")]);
    assert!(html.contains("<h1>100.00 <span>USD</span></h1>"), "{html}");

    desk.store = desk.server.practice_store("Free", &["--allow-zero-price"]);
    let reply = desk.create(&[("price", "0"), ("currency", "USD")]);
    let free = last_part(reply.header("location").unwrap());
    let html = desk.page(&format!("/{free}"));
    assert!(html.contains("Nothing was to be paid.") && html.contains("Nothing is asked."), "{html}");
    assert!(!html.contains("value=\"pay\""), "there is nothing to pay: {html}");
    assert_eq!(
        desk.act(&free, "practice", &[("scenario", "mine"), ("blocks", "1")])
            .matches("1 block mined")
            .count(),
        1
    );
}

#[test]
fn what_cannot_be_practised_is_said_at_its_field() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    let page = desk.path(&format!("/{id}"));
    for (action, field, typed, says) in [
        ("pay", "amount", "much", "Not an amount of bitcoin"),
        ("pay", "amount", "-1", "Not an amount of bitcoin"),
        ("pay", "amount", "0.000000001", "Not an amount of bitcoin"),
        ("pay", "amount", "0", "An amount is above zero, and 1000 bitcoin at most."),
        ("mine", "blocks", "0", "From 1 to 100 blocks"),
        ("mine", "blocks", "101", "From 1 to 100 blocks"),
        ("mine", "blocks", "\"><b>", "From 1 to 100 blocks"),
    ] {
        let fields = [("scenario", action), (field, typed)];
        let reply = desk.browser.fill(&page, &format!("{page}/practice"), &fields);
        assert_eq!(reply.status, 400, "{action} {typed}: {}", reply.body);
        assert!(reply.body.contains(&format!("id=\"{field}-error\"")), "{}", reply.body);
        assert!(reply.body.contains(says), "{action} {typed}: {}", reply.body);
        assert_eq!(value(&reply.body, field), typed);
    }
    assert_eq!(desk.shop.read(&id)["status"], "new");
}

#[test]
fn what_is_paid_with_real_coins_cannot_be_practised() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    // As if this server had followed a real chain once.
    assert_eq!(desk.server.stop(), 0);
    for table in ["invoices", "stores"] {
        desk.server.sql().execute(&format!("UPDATE {table} SET network = 'regtest'"), &[]);
    }
    desk.server.restart();
    let html = desk.page(&format!("/{id}"));
    assert!(!html.contains("Practice") && !html.contains("/practice\""), "{html}");
    let csrf = csrf(&html);
    let path = desk.path(&format!("/{id}/practice"));
    for scenario in Scenario::ALL.map(Scenario::name) {
        let reply = desk.browser.post(&path, &[("csrf", &csrf), ("scenario", scenario)]);
        assert_eq!(reply.status, 404, "{scenario}: {}", reply.body);
    }
}

#[test]
fn what_shops_and_buyers_write_stays_text() {
    let mut desk = Desk::open();
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";
    let mut body = json!({ "redirectURL": "javascript:alert(3)", "notificationURL": format!("http://127.0.0.1:1/{evil}") });
    for name in [
        "orderId",
        "itemDesc",
        "itemCode",
        "posData",
        "buyerName",
        "buyerEmail",
        "buyerAddress1",
        "notificationEmail",
    ] {
        body[name] = json!(evil);
    }
    body["fullNotifications"] = json!(true);
    let id = order(&desk.shop, &body);
    desk.act(&id, "practice", &[("scenario", "pay")]);
    let page = desk.path(&format!("/{id}"));
    let told = until("the notification", || {
        Some(desk.browser.get(&page).body).filter(|html| html.contains("class=\"deliveries\""))
    });
    for html in [told, desk.page("")] {
        assert!(
            !html.contains("<script>") && !html.contains("<img") && !html.contains("href=\"javascript"),
            "{html}"
        );
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }
    let reply =
        desk.browser.get(&desk.path(&format!("?{}", url::form_urlencoded::Serializer::new(String::new())
        .append_pair("orderId", evil).append_pair("status", evil).append_pair("limit", "1").finish())));
    assert!(!reply.body.contains("<script>") && !reply.body.contains("<img"), "{}", reply.body);
    let good = order(&desk.shop, &json!({ "redirectURL": "https://shop.example/?a=1&b=\"2\"" }));
    let html = desk.page(&format!("/{good}"));
    assert!(
        html.contains("href=\"https://shop.example/?a=1&amp;b=%222%22\" rel=\"noreferrer nofollow\""),
        "{html}"
    );
}

#[test]
fn another_merchants_invoice_is_nothing_here() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    desk.server.create_user("other@shop.example");
    let mut other = merchant(&desk.server, "other@shop.example");
    let own_csrf = csrf(&other.open("/stores").body);
    let neighbour = desk.server.practice_store("Neighbour", &[]);
    let mine = desk.path(&format!("/{id}"));
    let through_neighbour = format!("/stores/{neighbour}/invoices/{id}");
    let nobody = desk.path("/FMfp7ZAmD1ZCMoNbo1eXSt");
    for action in ["/practice", "/deliveries/FMfp7ZAmD1ZCMoNbo1eXSt/resend"] {
        let fields = [("csrf", &*own_csrf), ("scenario", "mine"), ("blocks", "6")];
        assert_eq!(other.post(&format!("{mine}{action}"), &fields).status, 404, "{action}");
    }
    assert_eq!(other.get(&mine).status, 404);
    assert_eq!(other.get(&desk.path("")).status, 404);
    assert_eq!(other.post(&desk.path("/create"), &[("csrf", &own_csrf), ("price", "1")]).status, 404);
    // Nor does a store of one's own show an invoice of another store.
    let csrf = csrf(&desk.page(""));
    for path in [through_neighbour, nobody, desk.path("/x")] {
        assert_eq!(desk.browser.get(&path).status, 404, "{path}");
        for action in ["/practice", "/deliveries/FMfp7ZAmD1ZCMoNbo1eXSt/resend"] {
            let fields = [("csrf", &*csrf), ("scenario", "mine"), ("blocks", "6")];
            assert_eq!(desk.browser.post(&format!("{path}{action}"), &fields).status, 404, "{path}{action}");
        }
    }
    assert_eq!(desk.shop.read(&id)["status"], "new");
    assert_eq!(desk.shop.get("/invoices").data().as_array().unwrap().len(), 1);
}
