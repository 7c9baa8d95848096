//! The coins of a wallet: what each came for, what is kept, and putting them together.

use serde_json::json;
use specie_testkit::wait::until;

use super::assert_nothing_inline;
use super::desk::{Desk, assert_in_order, words};
use super::payer::{ADDRESS, Payer};

#[test]
fn coins_are_named_counted_and_kept() {
    let mut desk = Desk::open();
    let mut payer =
        Payer { server: &desk.server, store: &desk.store, shop: &desk.shop, owner: &mut desk.browser };
    let coins = payer.path("/wallet/coins");
    assert!(payer.owner.open(&coins).body.contains("No coins yet"));
    let wallet = payer.owner.open(&payer.path("/wallet")).body;
    assert!(wallet.contains(&format!("href=\"{coins}\"")), "{wallet}");

    let invoice = payer.complete(&json!({ "orderId": "A-<17>" }));
    let young = super::order(payer.shop, &json!({ "price": 10 }));
    payer.server.pay(&young);
    payer.shop.until_status(&young, "paid");
    let html = payer.until_page(&coins, "Order A-&lt;17&gt;");
    assert_nothing_inline(&html);
    assert_in_order(&html, &["2 coins", "Order A-", "Free", "Invoice", "Waits"]);
    let ledger = words(&html, "ledger");
    assert_in_order(
        &ledger,
        &["In blocks", "0.0004", "Unconfirmed", "0.0002", "Kept for payouts", "Free to spend", "0.0004"],
    );

    let refund = payer.refund(
        &invoice,
        &[("variant", "custom"), ("amount", "0.0001"), ("currency", "BTC"), ("address", ADDRESS)],
    );
    let spend = payer.payout(&[&refund]);
    let html = payer.owner.open(&coins).body;
    assert_in_order(&html, &[&format!("/payouts/{spend}"), "Kept for a payout"]);
    payer.practise(&spend);
    payer.server.mine(1);
    // One block is enough for change.
    until("the change being free", || {
        let html = payer.owner.open(&coins).body;
        html.split_once("Change")
            .filter(|(_, row)| row.split("</tr>").next().is_some_and(|row| row.contains("Free")))?;
        Some(())
    });
}

#[test]
fn many_coins_are_put_together_by_a_transaction_to_oneself() {
    let mut desk = Desk::open();
    let mut payer =
        Payer { server: &desk.server, store: &desk.store, shop: &desk.shop, owner: &mut desk.browser };
    let invoices: Vec<String> = (0..10).map(|_| super::order(payer.shop, &json!({}))).collect();
    for invoice in &invoices {
        payer.server.pay(invoice);
    }
    for invoice in &invoices {
        payer.shop.until_status(invoice, "paid");
    }
    payer.server.mine(6);
    let coins = payer.path("/wallet/coins");
    let html = payer.until_page(&coins, "Put them together");
    assert_nothing_inline(&html);
    let path = payer.path("/wallet/consolidate");
    let refused = payer.owner.fill(&coins, &path, &[("speed", "own"), ("rate", "x")]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("three decimals"), "{}", refused.body);
    let dear = payer.owner.fill(&coins, &path, &[("speed", "own"), ("rate", "70")]);
    assert_eq!(dear.status, 400);
    assert_in_order(&dear.body, &["more than 10 % of what is moved", "more than a tenth of what is moved"]);
    assert!(!dear.body.contains("what is paid"), "{}", dear.body);
    let built = payer.owner.fill(&coins, &path, &[("speed", "own"), ("rate", "1"), ("whatever", "yes")]).body;
    let parts = ["Coins put together", "Back to your own wallet", "10 coins", "Fee of what is moved", " %"];
    assert_in_order(&built, &parts);
    assert!(!built.contains("Pays "), "{built}");
    let spend = built.split_once("/practise\"").unwrap().0.rsplit('/').next().unwrap().to_owned();
    let sent = payer.practise(&spend);
    assert!(
        sent.contains("The network has it.") && !sent.contains("Speed it up"),
        "nobody waits for it: {sent}"
    );
}
