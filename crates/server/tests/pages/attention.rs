//! What needs a merchant: each cause comes up by itself, is seen to by one click, and is gone.

use serde_json::json;
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::payer::{ADDRESS, Payer};
use super::{Browser, EXE, aging, assert_nothing_inline, csrf, merchant, order};

const HOUR: i64 = 60 * 60 * 1000;

/// A merchant before the queue of a store.
struct Queue {
    server: Server,
    store: String,
    shop: Shop,
    browser: Browser,
}

impl Queue {
    fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let shop = Shop::paired(&server, &store, "shop");
        let browser = merchant(&server, OWNER);
        Self { server, store, shop, browser }
    }

    fn path(&self) -> String {
        format!("/stores/{}/attention", self.store)
    }

    fn page(&mut self) -> String {
        let reply = self.browser.get(&self.path());
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_nothing_inline(&reply.body);
        reply.body
    }

    fn until(&mut self, says: &str) -> String {
        until(says, || Some(self.page()).filter(|html| html.contains(says)))
    }

    fn until_empty(&mut self) {
        self.until("Nothing needs you");
    }

    /// Presses the button of a row that does this.
    fn click(&mut self, row: &str, remedy: &str) -> String {
        let path = self.path();
        let action = format!("{path}/{}/{remedy}", row.replacen('-', "/", 1));
        let reply = self.browser.fill(&path, &action, &[]);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Time passes for invoices while the server is stopped.
    fn age(&mut self, ids: &[(&str, i64)]) {
        assert_eq!(self.server.stop(), 0);
        for (id, hours) in ids {
            aging::age(&self.server, id, hours * HOUR);
        }
        self.server.restart();
        for (id, hours) in ids {
            self.shop.until_status(id, if *hours > 24 { "invalid" } else { "expired" });
        }
    }

    fn pay(&self, id: &str, amount: &str) {
        self.server.run(&["sandbox", "pay", id, "--amount", amount]);
    }
}

/// The rows of the list.
fn rows(html: &str) -> Vec<&str> {
    let list = html.split("<ul class=\"tasks\">").nth(1).unwrap_or_default();
    list.split("</ul>").next().unwrap().split("<li id=\"").skip(1).collect()
}

fn assert_sound(server: &Server) {
    let verified = server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn a_late_payment_is_accepted_by_one_click() {
    let mut queue = Queue::open();
    queue.until_empty();
    let (kept, given) = (order(&queue.shop, &json!({ "orderId": "A-1" })), order(&queue.shop, &json!({})));
    queue.age(&[(&kept, 1), (&given, 1)]);
    queue.until_empty();
    queue.server.pay(&kept);
    let html = queue.until("Paid late");
    let row = rows(&html)[0];
    for says in [
        "20.00 USD · Order A-1",
        "The full amount, 0.00040000 BTC, came after the time for paying. Accept it, or give it back.",
        "Since <time",
        "/complete\"",
        "/invalid\"",
        "/aside\"",
    ] {
        assert!(row.contains(says), "{says}: {row}");
    }
    assert!(!row.contains("/refund\""), "it is not final yet: {row}");
    assert!(html.contains("<b class=\"badge\">1<span"), "the count in the tab: {html}");
    let html = queue.click(&format!("late-{kept}"), "complete");
    assert!(html.contains("The invoice is marked complete.") && html.contains("Nothing needs you"), "{html}");
    assert!(!html.contains("class=\"badge\""), "{html}");
    queue.shop.until_status(&kept, "complete");

    // Given back whole it asks nobody any more: its refund does, until it is signed.
    queue.server.pay(&given);
    queue.until("Paid late");
    queue.server.mine(6);
    queue.until(&format!("/invoices/{given}/refund\""));
    let Queue { server, store, shop, browser } = &mut queue;
    let mut payer = Payer { server, store, shop, owner: browser };
    let refund = payer.refund(&given, &[("variant", "whole")]);
    let html = queue.until("Refund waits");
    let row = rows(&html);
    assert_eq!(row.len(), 1, "{html}");
    assert!(row[0].contains("the buyer has not said where to") && row[0].contains("Link for the buyer"));
    let Queue { server, store, shop, browser } = &mut queue;
    let mut payer = Payer { server, store, shop, owner: browser };
    let path = payer.path(&format!("/refunds/{refund}"));
    payer.owner.fill(&path, &format!("{path}/address"), &[("address", ADDRESS)]);
    assert!(payer.until_page(&payer.path("/attention"), "pay it from the payouts page").contains("Pay it"));
    let spend = payer.payout(&[&refund]);
    let html = payer.until_page(&payer.path("/attention"), "waits for your signature");
    assert!(html.contains(&format!("/payouts/{spend}\"")), "{html}");
    payer.practise(&spend);
    queue.until_empty();
    assert_sound(&queue.server);
}

#[test]
fn what_came_in_part_is_accepted_or_asked_for_again() {
    let mut queue = Queue::open();
    let [soon, accepted, again] = std::array::from_fn(|_| order(&queue.shop, &json!({})));
    for (id, amount) in [(&soon, "0.0001"), (&accepted, "0.0001"), (&again, "0.0002")] {
        queue.pay(id, amount);
        until("the part", || (queue.shop.read(id)["exceptionStatus"] == "paidPartial").then_some(()));
    }
    queue.until_empty();
    // By its payments alone: they are six deep, and the time is not over.
    queue.server.mine(6);
    let html = until("all three", || Some(queue.page()).filter(|html| rows(html).len() == 3));
    assert!(html.contains("Only 0.00010000 of 0.00040000 BTC came in time. Accept it as it is"), "{html}");
    let html = queue.click(&format!("partial-{accepted}"), "accept");
    assert!(html.contains("What came is accepted: the invoice is paid."), "{html}");
    queue.shop.until_status(&accepted, "complete");
    let html = queue.click(&format!("partial-{soon}"), "invalid");
    assert!(html.contains("The invoice is marked invalid.") && rows(&html).len() == 1, "{html}");

    queue.age(&[(&again, 1)]);
    // A good part came in time, and not long ago: the rest may come at the same rate.
    let html = queue.page();
    assert!(html.contains("Give more time"), "{html}");
    let html = queue.click(&format!("partial-{again}"), "quote");
    assert!(html.contains("The buyer can pay again") && html.contains("Nothing needs you"), "{html}");
    assert_eq!(queue.shop.read(&again)["status"], "new");
    assert_sound(&queue.server);
}

#[test]
fn what_is_not_deep_enough_cannot_be_accepted_yet_and_says_so() {
    let mut queue = Queue::open();
    let id = order(&queue.shop, &json!({}));
    queue.pay(&id, "0.0005");
    let html = queue.until("Paid too much");
    assert!(html.contains("0.00010000 BTC more came than was asked."), "{html}");
    assert!(html.contains("Once it has 6 confirmations (it has 0)"), "{html}");
    assert!(!html.contains("/accept\""), "{html}");
    let refused = {
        let token = csrf(&html);
        let path = format!("{}/over/{id}/accept", queue.path());
        queue.browser.post(&path, &[("csrf", &token)])
    };
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body.contains("six confirmations"), "{}", refused.body);
    queue.server.mine(6);
    let html = queue.until("Keep it, or give it back.");
    assert!(html.contains(&format!("/invoices/{id}/refund\"")), "{html}");
    let html = queue.click(&format!("over-{id}"), "accept");
    assert!(
        html.contains("What came beyond the price is kept.") && html.contains("Nothing needs you"),
        "{html}"
    );
    // Somebody who still has the old page presses it once more.
    let html = queue.browser.open(&queue.path()).body;
    assert!(html.contains("Nothing needs you"), "{html}");
    assert_sound(&queue.server);
}

#[test]
fn what_was_spent_otherwise_after_it_counted_comes_first() {
    let mut queue = Queue::open();
    let over = order(&queue.shop, &json!({}));
    queue.pay(&over, "0.0005");
    queue.until("Paid too much");
    let id = order(&queue.shop, &json!({}));
    let txid = queue.server.pay(&id);
    queue.shop.until_status(&id, "paid");
    queue.server.run(&["sandbox", "double-spend", &txid]);
    queue.shop.until_status(&id, "new");
    assert!(!queue.page().contains("Payment lost"), "it can still be paid");
    queue.age(&[(&id, 1)]);
    let html = queue.until("Payment lost");
    let shown = rows(&html);
    assert!(shown[0].starts_with(&format!("lost-{id}")) && shown[1].contains("Paid too much"), "{html}");
    assert!(
        shown[0].contains("0.00040000 BTC that had counted is gone: its coins were spent by another"),
        "{html}"
    );
    let html = queue.click(&format!("lost-{id}"), "quote");
    assert!(html.contains("The buyer can pay again") && !html.contains("Payment lost"), "{html}");
    assert_eq!(queue.shop.read(&id)["status"], "new");
    assert_sound(&queue.server);
}

#[test]
fn what_was_never_confirmed_is_put_aside_until_something_new_comes() {
    let mut queue = Queue::open();
    let id = order(&queue.shop, &json!({}));
    queue.server.pay(&id);
    queue.shop.until_status(&id, "paid");
    queue.age(&[(&id, 48)]);
    let html = queue.until("Never confirmed");
    assert!(html.contains("no block took it in for as long as it was waited for"), "{html}");
    let row = format!("unconfirmed-{id}");
    let html = queue.click(&row, "aside");
    assert!(html.contains("It is put aside.") && html.contains("Put aside (1)"), "{html}");
    assert!(html.contains("Nothing needs you") && !html.contains("class=\"badge\""), "{html}");
    let who = queue.server.sql().query("SELECT aside_by FROM attention", &[]);
    let merchant = queue.server.sql().query("SELECT id FROM users", &[]);
    assert_eq!((who.len(), merchant.len()), (1, 1));
    assert!(!who[0].text(0).is_empty(), "who did it is kept");
    let html = queue.click(&row, "back");
    assert!(html.contains("It is on the list again.") && rows(&html).len() == 1, "{html}");
    queue.click(&row, "aside");
    // It comes after all.
    queue.server.mine(1);
    queue.shop.until_status(&id, "confirmed");
    until("it to be gone", || (!queue.page().contains("Put aside (")).then_some(()));
    assert_sound(&queue.server);
}

#[test]
fn notifications_that_fail_are_one_row_for_each_place_and_sent_again_by_one_click() {
    let mut queue = Queue::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Status(500));
    let told = json!({ "notificationURL": receiver.url("/ipn?a=1&b=2"), "fullNotifications": true });
    for _ in 0..2 {
        let id = order(&queue.shop, &told);
        queue.server.pay(&id);
        queue.shop.until_status(&id, "paid");
    }
    let html = queue.until("2 notifications to");
    let shown = rows(&html);
    assert_eq!(shown.len(), 1, "{html}");
    assert!(shown[0].contains("/ipn?a=1&amp;b=2</code> do not arrive: answered 500."), "{html}");
    let row = shown[0].split('"').next().unwrap().to_owned();
    let html = queue.click(&row, "aside");
    assert!(html.contains("Put aside (2)") && html.contains("Nothing needs you"), "{html}");
    let first = rows(&html)[0].split('"').next().unwrap().to_owned();
    queue.click(&first, "back");
    receiver.answer(Answer::Status(200));
    let html = queue.until("1 notification to");
    let row = rows(&html)[0].split('"').next().unwrap().to_owned();
    let html = queue.click(&row, "resend");
    assert!(html.contains("The notification is sent again.") && html.contains("Nothing needs you"), "{html}");
    until("both to arrive or to be put aside", || {
        let pending = queue.server.run(&["status"])["deliveries"]["done"].as_i64();
        (pending >= Some(1)).then_some(())
    });
    assert_sound(&queue.server);
}

#[test]
fn nobody_elses_hand_and_nothing_that_is_not_there_is_taken() {
    let mut queue = Queue::open();
    let id = order(&queue.shop, &json!({}));
    queue.pay(&id, "0.0005");
    let html = queue.until("Paid too much");
    let token = csrf(&html);
    let other = queue.server.practice_store("Second shop", &[]);
    for path in [
        format!("/stores/{}/attention/over/{id}/dance", queue.store),
        format!("/stores/{}/attention/dance/{id}/aside", queue.store),
        format!("/stores/{}/attention/over/x/aside", queue.store),
        format!("/stores/{}/attention/refund/{id}/accept", queue.store),
        format!("/stores/{other}/attention/over/{id}/accept"),
        format!("/stores/{other}/attention/over/{id}/invalid"),
        format!("/stores/{other}/attention/lost/{id}/quote"),
    ] {
        assert_eq!(queue.browser.post(&path, &[("csrf", &token)]).status, 404, "{path}");
    }
    // Of another store, and what asks for nobody: it is said that nothing is to be done.
    for path in [
        format!("/stores/{other}/attention/over/{id}/aside"),
        format!("/stores/{}/attention/late/{id}/aside", queue.store),
        format!("/stores/{}/attention/over/{id}/back", queue.store),
    ] {
        let reply = queue.browser.post(&path, &[("csrf", &token)]);
        assert_eq!(reply.status, 303, "{path}");
        let said = queue.browser.open(&queue.path()).body;
        assert!(said.contains("It has been seen to already."), "{path}: {said}");
    }
    assert!(queue.page().contains("Paid too much"));
}
