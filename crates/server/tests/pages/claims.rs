//! The buyer's page of a refund: the link asks once, shows the address back, and says afterwards how it stands.

use serde_json::json;
use specie_testkit::http::{Reply, get};
use specie_testkit::wait::until;

use super::desk::{Desk, assert_in_order, value};
use super::payer::{ADDRESS, Payer, REAL_ADDRESS};
use super::{Browser, assert_nothing_inline};

const OTHER_ADDRESS: &str = "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry";

struct Claim {
    desk: Desk,
    invoice: String,
    refund: String,
    path: String,
    buyer: Browser,
}

fn claim() -> Claim {
    let mut desk = Desk::open();
    let mut payer =
        Payer { server: &desk.server, store: &desk.store, shop: &desk.shop, owner: &mut desk.browser };
    let invoice = payer.complete(&json!({ "orderId": "A-17", "itemDesc": "Two <i>books</i>" }));
    // A coin more, for the fee.
    payer.complete(&json!({}));
    let refund = payer.refund(&invoice, &[("variant", "whole")]);
    let html = payer.owner.open(&payer.path(&format!("/refunds/{refund}"))).body;
    let url = html.split_once("id=\"claim\">").expect("a link").1.split('<').next().unwrap();
    let path = url.strip_prefix(desk.server.url()).expect("a link to this server").to_owned();
    let buyer = Browser::new(desk.server.url());
    Claim { desk, invoice, refund, path, buyer }
}

impl Claim {
    fn send(&mut self, fields: &[(&str, &str)]) -> Reply {
        let reply = self.buyer.post(&self.path, fields);
        assert_nothing_inline(&reply.body);
        reply
    }

    fn payer(&mut self) -> Payer<'_> {
        let desk = &mut self.desk;
        Payer { server: &desk.server, store: &desk.store, shop: &desk.shop, owner: &mut desk.browser }
    }

    fn says(&mut self, words: &str) -> String {
        let (path, buyer) = (self.path.clone(), &mut self.buyer);
        until(words, || Some(buyer.open(&path).body).filter(|html| html.contains(words)))
    }
}

#[test]
fn a_buyer_says_where_the_money_goes_and_follows_it() {
    let mut claim = claim();
    let page = claim.buyer.get(&claim.path);
    assert_eq!(page.status, 200);
    assert_nothing_inline(&page.body);
    assert_in_order(
        &page.body,
        &["noindex", "Alder &amp; Finch Books", "Two &lt;i&gt;books", "A-17", "0.0004", "name=\"address\""],
    );
    for (name, expected) in [
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(page.header(name), Some(expected));
    }
    assert_eq!(page.header("set-cookie"), None, "a buyer needs no session");

    // In capitals, as a QR code has it: shown back as it is written.
    let asked = claim.send(&[("address", &ADDRESS.to_uppercase())]);
    assert_eq!(asked.status, 200);
    assert_in_order(&asked.body, &["Is this your address?", "<b>bcrt</b><b>1qw5</b>", "confirmed"]);
    assert_eq!(value(&asked.body, "address"), ADDRESS);
    assert!(claim.buyer.get(&claim.path).body.contains("Where should it go?"), "nothing counts yet");
    let given = claim.send(&[("address", ADDRESS), ("confirmed", "yes")]);
    assert_eq!(given.status, 303);
    claim.says("The shop has your address");
    // Again is no other answer; another address is.
    assert_eq!(claim.send(&[("address", ADDRESS), ("confirmed", "yes")]).status, 303);
    for confirmed in ["", "yes"] {
        let late = claim.send(&[("address", OTHER_ADDRESS), ("confirmed", confirmed)]);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("The shop has your address") && !late.body.contains("<b>3qzf</b>"));
    }

    let refund = claim.refund.clone();
    let spend = claim.payer().payout(&[&refund]);
    claim.says("The shop has your address");
    let html = claim.payer().practise(&spend);
    assert!(html.contains("Signed on the practice chain."), "{html}");
    let sent = claim.says("It is on its way");
    claim.desk.server.mine(1);
    let paid = claim.says("Paid back");
    let txid = |html: &str| {
        html.split_once("Transaction</dt>").unwrap().1.split_once("<code>").unwrap().1[..64].to_owned()
    };
    assert_eq!(txid(&sent), txid(&paid));
    let invoice = claim.invoice.clone();
    let path = claim.payer().path(&format!("/invoices/{invoice}"));
    assert!(claim.payer().until_page(&path, "Paid back").contains("Refunded"));
}

#[test]
fn a_wrong_address_is_said_beside_the_field_and_costs_nothing() {
    let mut claim = claim();
    for (typed, words) in [
        ("", "This is not a bitcoin address."),
        ("<script>alert(1)</script>", "This is not a bitcoin address."),
        ("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081", "This is not a bitcoin address."),
        (REAL_ADDRESS, "test addresses and real ones do not mix"),
    ] {
        for confirmed in ["", "yes"] {
            let refused = claim.send(&[("address", typed), ("confirmed", confirmed)]);
            assert_eq!(refused.status, 400, "{typed}");
            assert!(refused.body.contains(words), "{typed}: {}", refused.body);
            assert!(refused.body.contains("id=\"address-error\""), "{}", refused.body);
            assert_eq!(value(&refused.body, "address"), typed);
        }
    }
    assert!(claim.buyer.get(&claim.path).body.contains("Where should it go?"));
}

#[test]
fn a_link_that_is_none_or_past_its_time_or_cancelled_says_so() {
    let mut claim = claim();
    for unknown in ["x", "AAAAAAAAAAAAAAAAAAAAAA", "%ff", &"A".repeat(500)] {
        let url = format!("{}/refund/{unknown}", claim.desk.server.url());
        let reply = get(&url);
        assert_eq!(reply.status, 404, "{unknown}");
    }
    let refund = claim.refund.clone();
    let page = claim.payer().path(&format!("/refunds/{refund}"));
    claim.desk.browser.fill(&page, &format!("{page}/cancel"), &[]);
    claim.says("The shop has cancelled this refund");
    let late = claim.send(&[("address", ADDRESS), ("confirmed", "yes")]);
    assert_eq!(late.status, 409);
    assert!(late.body.contains("The shop has cancelled this refund"), "{}", late.body);
}

#[test]
fn a_link_asks_for_thirty_days() {
    let mut claim = claim();
    assert_eq!(claim.desk.server.stop(), 0);
    claim.desk.server.sql().execute("UPDATE refunds SET claim_ends_at = claim_ends_at - 2592000000", &[]);
    claim.desk.server.restart();
    claim.says("This link is past its time");
    for confirmed in ["", "yes"] {
        assert_eq!(claim.send(&[("address", ADDRESS), ("confirmed", confirmed)]).status, 409);
    }
    let refund = claim.refund.clone();
    let page = claim.payer().path(&format!("/refunds/{refund}"));
    let html = claim.desk.browser.fill(&page, &format!("{page}/ask"), &[]).body;
    assert!(html.contains("There is a new link"), "{html}");
}

#[test]
fn guessing_is_slowed() {
    let mut claim = claim();
    let statuses: Vec<u16> = (0..30).map(|_| claim.send(&[("address", "x")]).status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 400).count(), 20, "{statuses:?}");
    assert!(statuses[20..].iter().all(|status| *status == 429), "{statuses:?}");
}
