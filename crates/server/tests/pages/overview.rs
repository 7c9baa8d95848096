//! A store at a glance.

use serde_json::json;
use specie_testkit::wait::until;

use super::desk::Desk;
use super::{assert_nothing_inline, order};

fn page(desk: &mut Desk) -> String {
    let reply = desk.browser.get(&format!("/stores/{}", desk.store));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_nothing_inline(&reply.body);
    reply.body
}

fn until_page(desk: &mut Desk, says: &str) -> String {
    until(says, || Some(page(desk)).filter(|html| html.contains(says)))
}

/// What stands between two marks.
fn part<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    let rest = html.split_once(from).unwrap_or_else(|| panic!("no {from}: {html}")).1;
    rest.split(to).next().unwrap_or_default()
}

#[test]
fn a_new_store_says_what_to_do_next() {
    let mut desk = Desk::open();
    let html = page(&mut desk);
    let steps = part(&html, "id=\"start\"", "</section>");
    for says in ["<b>Connect a wallet</b>", ">Make an invoice</a>", "<b>Connect your shop</b>", "pay button"]
    {
        assert!(steps.contains(says), "{says}: {steps}");
    }
    assert!(html.contains("All is well: chain followed to block "), "{html}");
    assert!(html.contains("0.00 <span>USD</span>") && html.contains("0 sales"), "{html}");
    assert!(!html.contains("<svg viewBox=\"0 0 600"), "nothing to draw: {html}");
    assert!(!html.contains("Newest invoices"), "{html}");
}

#[test]
fn the_figures_the_charts_and_the_tables_are_the_same() {
    let mut desk = Desk::open();
    let ids: Vec<String> = (0..2).map(|_| order(&desk.shop, &json!({ "orderId": "A-1" }))).collect();
    for id in &ids {
        desk.server.pay(id);
        desk.shop.until_status(id, "paid");
    }
    let html = until_page(&mut desk, "0.00080000 <span>BTC</span>");
    assert!(html.contains("0.00 <span>USD</span>"), "nothing is confirmed yet: {html}");
    desk.server.mine(6);
    until_page(&mut desk, "40.00 <span>USD</span>");
    let html = until_page(&mut desk, "; 0.00080000 BTC now.");
    assert_eq!(html.matches("40.00 <span>USD</span>").count(), 3, "today, in a week, in a month: {html}");
    assert_eq!(html.matches("2 sales").count(), 3, "{html}");
    let sales = part(&html, "id=\"sales-usd\"", "</figure>");
    assert_eq!(sales.matches("<rect").count(), 1, "one day: {sales}");
    assert_eq!(sales.matches("<td data-label=\"Sold for\">0.00 USD</td>").count(), 29, "{sales}");
    for says in ["<td data-label=\"Sold for\">40.00 USD</td>", "40.00 USD in all", "0.00080000 BTC</td>"] {
        assert!(sales.contains(says), "{says}: {sales}");
    }
    let balance = part(&html, "id=\"balance\"", "</figure>");
    assert_eq!(balance.matches("0.00080000 BTC</td>").count(), 1, "{balance}");
    assert_eq!(balance.matches("0.00000000 BTC</td>").count(), 29, "{balance}");
    assert!(html.contains("Newest invoices") && html.matches("class=\"go\"").count() == 2, "{html}");
    assert!(!html.contains("id=\"start\""), "{html}");
    let verified = desk.server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn what_was_sold_before_is_compared_with() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    desk.server.pay(&id);
    desk.shop.until_status(&id, "paid");
    desk.server.mine(1);
    until_page(&mut desk, "20.00 <span>USD</span>");
    let rows = desk.server.sql().query("SELECT day FROM summary_sales", &[]);
    let today = rows[0].integer(0);
    let older = "INSERT INTO summary_sales (store_id, day, currency, sales, amount, sats)
        SELECT store_id, CAST($1 AS BIGINT), currency, 3, '25.00', 60000 FROM summary_sales WHERE day = $2";
    desk.server.sql().execute(older, &[(today - 1).into(), today.into()]);
    let html = page(&mut desk);
    assert!(html.contains("1 sale · 20 % less than yesterday"), "{html}");
    assert!(html.contains("45.00 <span>USD</span>") && html.contains("4 sales"), "{html}");
}

#[test]
fn what_needs_attention_is_on_it_and_what_keeps_from_selling_is_said() {
    let mut desk = Desk::open();
    for _ in 0..4 {
        let id = order(&desk.shop, &json!({}));
        desk.server.run(&["sandbox", "pay", &id, "--amount", "0.0005"]);
        desk.shop.until_status(&id, "paid");
    }
    let html = until_page(&mut desk, "<b class=\"badge\">4<span");
    assert_eq!(html.matches("<li id=\"over-").count(), 3, "the first few: {html}");
    assert!(html.contains("See all that needs attention"), "{html}");
    let store = desk.server.practice_store("Norwegian shop", &["--currency", "NOK"]);
    let reply = desk.browser.get(&format!("/stores/{store}"));
    assert!(reply.body.contains("There is no rate for your currency"), "{}", reply.body);
}
