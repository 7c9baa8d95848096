//! Giving something back, at the desk: what is offered, what is asked before it is done, and what can be changed
//! afterwards.

use serde_json::json;

use super::assert_nothing_inline;
use super::desk::{Desk, assert_in_order, value};
use super::payer::{ADDRESS, Payer, REAL_ADDRESS};

fn payer(desk: &mut Desk) -> Payer<'_> {
    Payer { server: &desk.server, store: &desk.store, shop: &desk.shop, owner: &mut desk.browser }
}

#[test]
fn a_refund_is_offered_in_three_amounts_and_given_after_a_question() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    // 20 USD are 0.0004 BTC at the practice rate.
    let invoice = payer.complete(&json!({ "pay": "0.0005", "orderId": "A-<b>17</b>" }));
    let page = payer.path(&format!("/invoices/{invoice}"));
    let html = payer.owner.open(&page).body;
    assert!(html.contains(&format!("href=\"{page}/refund\"")), "{html}");

    let offer = payer.owner.open(&format!("{page}/refund")).body;
    assert_nothing_inline(&offer);
    assert_in_order(
        &offer,
        &["What was paid too much: 0.0001", "10000 sat", "Everything: 0.0005", "50000 sat", "Another amount"],
    );
    let asked = payer.owner.fill(
        &format!("{page}/refund"),
        &format!("{page}/refund"),
        &[
            ("variant", "custom"),
            ("amount", "5"),
            ("currency", "USD"),
            ("rate", "sale"),
            ("address", ADDRESS),
        ],
    );
    assert_eq!(asked.status, 200);
    assert_in_order(&asked.body, &["Give back 0.0001", "10000 sat", "5.00 USD", "<b>bcrt</b><b>1qw5</b>"]);
    let again = payer.owner.open(&page).body;
    assert!(!again.contains("Address wanted"), "nothing was given yet: {again}");

    let refund = payer.refund(&invoice, &[("variant", "surplus")]);
    let detail = payer.owner.open(&payer.path(&format!("/refunds/{refund}"))).body;
    assert_nothing_inline(&detail);
    assert_in_order(&detail, &["Address wanted", "/refund/", "It asks until", "A-&lt;b&gt;17&lt;/b&gt;"]);
    let html = payer.owner.open(&page).body;
    assert!(html.contains("Address wanted") && html.contains(&refund), "{html}");
    assert!(html.contains("Up to") && html.contains("0.0004"), "{html}");
}

#[test]
fn what_cannot_be_given_back_is_said_at_its_field_and_nothing_typed_is_lost() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let page = payer.path(&format!("/invoices/{invoice}/refund"));
    let custom =
        |amount| vec![("variant", "custom"), ("amount", amount), ("currency", "USD"), ("rate", "sale")];
    let to = |address| vec![("variant", "whole"), ("address", address)];
    for (fields, field, words) in [
        (vec![("variant", "")], "variant", "Choose how much"),
        (custom("five"), "amount", "An amount is a number"),
        (custom("0"), "amount", ""),
        (custom("-1"), "amount", ""),
        (custom("20.01"), "amount", "At most 0.0004"),
        (to("bc1qnothing"), "address", "This is not a bitcoin address."),
        (to(REAL_ADDRESS), "address", "test addresses and real ones do not mix"),
        (to("<script>alert(1)</script>"), "address", "This is not a bitcoin address."),
    ] {
        for more in [vec![], vec![("confirmed", "yes")]] {
            let refused = payer.owner.fill(&page, &page, &[fields.clone(), more].concat());
            assert_eq!(refused.status, 400, "{fields:?}: {}", refused.body);
            assert!(refused.body.contains(&format!("href=\"#{field}\"")), "{fields:?}: {}", refused.body);
            assert!(refused.body.contains(words), "{fields:?}: {}", refused.body);
            assert_nothing_inline(&refused.body);
            if field == "amount" || field == "address" {
                let typed = fields.iter().find(|(name, _)| *name == field).unwrap().1;
                assert_eq!(value(&refused.body, field), typed);
            }
        }
    }
    let html = payer.owner.open(&payer.path(&format!("/invoices/{invoice}"))).body;
    assert!(html.contains("Up to") && !html.contains("/refunds/"), "{html}");
}

#[test]
fn an_invoice_that_is_not_final_has_nothing_to_give_back() {
    let mut desk = Desk::open();
    let invoice = super::order(&desk.shop, &json!({}));
    desk.server.pay(&invoice);
    desk.shop.until_status(&invoice, "paid");
    let html = desk.page(&format!("/{invoice}"));
    assert!(!html.contains("/refund\""), "{html}");
    let html = desk.page(&format!("/{invoice}/refund"));
    assert!(html.contains("There is nothing to give back") && html.contains("six confirmations"), "{html}");
    let path = desk.path(&format!("/{invoice}/refund"));
    let csrf = super::csrf(&desk.browser.open("/account").body);
    let sent = [("csrf", &*csrf), ("variant", "whole"), ("confirmed", "yes")];
    let refused = desk.browser.post(&path, &sent);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("six confirmations"), "{}", refused.body);
}

#[test]
fn a_form_that_is_sent_twice_gives_back_once() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let page = payer.path(&format!("/invoices/{invoice}/refund"));
    let csrf = super::csrf(&payer.owner.open(&page).body);
    let sent = [
        ("csrf", &*csrf),
        ("variant", "custom"),
        ("amount", "0.0001"),
        ("currency", "BTC"),
        ("confirmed", "yes"),
        ("key", "abc"),
    ];
    let [first, second] = [(); 2].map(|()| payer.owner.post(&page, &sent));
    assert_eq!(first.status, 303, "{}", first.body);
    assert_eq!(first.header("location"), second.header("location"));
    let other = payer.owner.post(&page, &[&sent[..5], &[("key", "abd")]].concat());
    assert_ne!(first.header("location"), other.header("location"));
}

#[test]
fn what_moved_since_it_was_shown_is_shown_again() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let page = payer.path(&format!("/invoices/{invoice}/refund"));
    let fields = [("variant", "custom"), ("amount", "5"), ("currency", "USD"), ("rate", "today")];
    let asked = payer.owner.fill(&page, &page, &fields);
    assert_eq!(value(&asked.body, "sats"), "10000");
    payer.server.run(&["rates", "set", "--store", payer.store, "BTC_USD", "100000"]);
    let confirmed = [&fields[..], &[("confirmed", "yes"), ("sats", "10000")]].concat();
    let again = payer.owner.fill(&page, &page, &confirmed);
    assert!(again.body.contains("The rate has moved"), "{}", again.body);
    assert_eq!(value(&again.body, "sats"), "5000");
    let csrf = super::csrf(&again.body);
    let sats = [&fields[..], &[("confirmed", "yes"), ("sats", "5000"), ("csrf", &csrf)]].concat();
    assert_eq!(payer.owner.post(&page, &sats).status, 303);
}

#[test]
fn a_refund_gets_an_address_another_link_or_an_end() {
    let mut desk = Desk::open();
    let mut payer = payer(&mut desk);
    let invoice = payer.complete(&json!({}));
    let refund = payer.refund(&invoice, &[("variant", "whole")]);
    let page = payer.path(&format!("/refunds/{refund}"));
    let link = |html: &str| {
        html.split_once("id=\"claim\">").map(|(_, rest)| rest.split('<').next().unwrap().to_owned())
    };
    let first = link(&payer.owner.open(&page).body).expect("a link");
    let html = payer.owner.fill(&page, &format!("{page}/ask"), &[]).body;
    let second = link(&html).expect("a link");
    assert_ne!(first, second);
    assert_eq!([&first, &second].map(|url| specie_testkit::http::get(url).status), [404, 200]);

    let refused = payer.owner.fill(&page, &format!("{page}/address"), &[("address", REAL_ADDRESS)]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("test addresses and real ones do not mix"), "{}", refused.body);
    assert_eq!(value(&refused.body, "address"), REAL_ADDRESS);
    let html = payer.owner.fill(&page, &format!("{page}/address"), &[("address", ADDRESS)]).body;
    assert!(html.contains("Ready to pay") && link(&html).is_none(), "{html}");
    assert_in_order(&html, &["Cancel this refund", "Cancel the refund"]);

    let html = payer.owner.fill(&page, &format!("{page}/cancel"), &[]).body;
    assert!(html.contains("The refund is cancelled.") && html.contains("Nothing is given back."), "{html}");
    let csrf = super::csrf(&html);
    let late = payer.owner.post(&format!("{page}/address"), &[("csrf", &csrf), ("address", ADDRESS)]);
    assert_eq!(late.status, 400);
    assert!(late.body.contains("not pending"), "{}", late.body);
}
