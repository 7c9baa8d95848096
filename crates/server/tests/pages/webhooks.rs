//! A store's webhooks as its merchant sees them: added, tested, changed, given a new secret, deleted.

use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::{Browser, EXE, assert_nothing_inline, csrf, merchant, order};

struct Desk {
    server: Server,
    shop: Shop,
    browser: Browser,
    list: String,
}

impl Desk {
    fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let shop = Shop::paired(&server, &store, "shop");
        let browser = merchant(&server, OWNER);
        Self { server, shop, browser, list: format!("/stores/{store}/webhooks") }
    }

    /// Adds a webhook; returns the page that follows.
    fn add(&mut self, fields: &[(&str, &str)]) -> String {
        let list = self.list.clone();
        self.browser.fill(&list, &list, fields).body
    }

    /// Presses a button of the first webhook's page.
    fn press(&mut self, what: &str) -> String {
        let page = format!("{}/1", self.list);
        self.browser.fill(&page, &format!("{page}{what}"), &[]).body
    }

    fn page(&mut self) -> String {
        let page = format!("{}/1", self.list);
        self.browser.open(&page).body
    }
}

fn secret(html: &str) -> &str {
    html.split_once("id=\"secret\">").expect("a secret").1.split('<').next().unwrap()
}

#[test]
fn a_webhook_is_added_tested_and_shows_what_was_sent_to_it() {
    let mut desk = Desk::open();
    let receiver = Receiver::start();
    let list = desk.list.clone();
    assert!(desk.browser.open(&list).body.contains("No webhook yet"));
    let url = receiver.url("/hook?a=1&b=2");
    let html = desk.add(&[
        ("url", &url),
        ("which", "some"),
        ("event", "invoice.created"),
        ("event", "invoice.paid"),
    ]);
    assert!(html.contains("The webhook is added.") && html.contains("/hook?a=1&amp;b=2"), "{html}");
    assert!(secret(&html).starts_with("whsec_"), "{html}");
    assert_eq!(html.matches("type=\"checkbox\" name=\"event\"").count(), 14);
    assert_eq!(html.matches(" checked").count(), 4, "two events, “only these”, and switched on");
    assert!(html.contains("Nothing has been sent there yet."));

    let markup = "<b onclick=\"alert(1)\">Thanks</b>";
    receiver.answer(Answer::Body(202, markup.to_owned()));
    let html = desk.press("/test");
    assert!(html.contains("The test arrived") && html.contains("It answered 202 after"), "{html}");
    assert!(html.contains("&lt;b onclick=") && !html.contains("<b onclick"), "{html}");
    assert_nothing_inline(&html);
    assert!(html.contains("webhook.test") && html.contains("Delivered"));
    assert!(!html.contains("/redeliver"), "a test is not sent again");

    let id = order(&desk.shop, &serde_json::json!({}));
    receiver.wait_for(2);
    let html =
        until("the delivery", || Some(desk.page()).filter(|html| html.matches("Delivered").count() == 2));
    let again = list.replace("/webhooks", "/deliveries/");
    assert!(html.contains("invoice.created") && html.contains("/redeliver\""), "{html}");
    let path = list.replace("/webhooks", &format!("/invoices/{id}"));
    let invoice = desk.browser.open(&path).body;
    assert!(invoice.contains("webhook") && invoice.contains("/hook?a=1&amp;b=2"), "{invoice}");
    assert_nothing_inline(&invoice);
    let listed = desk.browser.open(&list).body;
    assert!(listed.contains("2 of 14 events") && listed.contains("Delivered"), "{listed}");
    // Sent again it arrives again; and not once there is nobody to hear it.
    let delivery = html.split_once(&again).unwrap().1.split('/').next().unwrap().to_owned();
    let action = format!("{path}/deliveries/{delivery}/resend");
    assert_eq!(desk.browser.fill(&path, &action, &[]).status, 200);
    let heard = receiver.wait_for(3);
    assert_eq!(heard[1].body, heard[2].body);
    desk.press("/delete");
    let refused = desk.browser.fill(&path, &action, &[]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("The webhook was deleted or is switched off."), "{}", refused.body);
}

#[test]
fn a_test_that_fails_says_why() {
    let mut desk = Desk::open();
    let receiver = Receiver::start();
    desk.add(&[("url", &receiver.url("/hook")), ("which", "all")]);
    receiver.answer(Answer::Body(500, "</code><script>alert(1)</script>".to_owned()));
    let html = desk.press("/test");
    assert!(html.contains("The test failed") && html.contains("It answered 500 after"), "{html}");
    assert_nothing_inline(&html);
    assert!(html.contains("A test is sent once."), "{html}");
    drop(receiver);
    let html = desk.press("/test");
    assert!(html.contains("Because: could not connect. It took "), "{html}");
    // A limit of its own, beside the one of whoever asks by a program.
    let page = format!("{}/1", desk.list);
    let statuses: Vec<u16> =
        (0..9).map(|_| desk.browser.fill(&page, &format!("{page}/test"), &[]).status).collect();
    assert_eq!(statuses[..8], [200; 8]);
    assert_eq!(statuses[8], 429);
}

#[test]
fn a_test_that_was_withdrawn_is_not_said_to_be_on_its_way() {
    let mut desk = Desk::open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Held);
    desk.add(&[("url", &receiver.url("/hook")), ("which", "all")]);
    let mut sql = desk.server.sql();
    let html = std::thread::scope(|scope| {
        let asked = scope.spawn(|| desk.press("/test"));
        receiver.wait_for(1);
        assert_eq!(sql.execute("UPDATE deliveries SET state = 'withdrawn'", &[]), 1);
        asked.join().unwrap()
    });
    assert!(html.contains("The test was withdrawn"), "{html}");
    assert_nothing_inline(&html);
}

#[test]
fn what_is_wrong_with_a_webhook_is_said_beside_its_field_and_what_was_typed_stays() {
    let mut desk = Desk::open();
    let html = desk.add(&[("url", "http://10.0.0.1/hook"), ("which", "some"), ("event", "invoice.paid")]);
    assert!(
        html.contains("The host is not publicly reachable.")
            && html.contains("value=\"http://10.0.0.1/hook\""),
        "{html}"
    );
    assert!(html.contains("value=\"invoice.paid\" checked"), "{html}");
    let html = desk.add(&[("url", "https://shop.example/"), ("which", "some"), ("event", "invoice.lost")]);
    assert!(html.contains("Choose at least one event."), "{html}");
    let html = desk.add(&[("url", "\"><script>alert(1)</script>"), ("which", "all")]);
    assert_nothing_inline(&html);
    for n in 1..=10 {
        let html = desk.add(&[("url", &format!("https://shop.example/{n}")), ("which", "all")]);
        assert!(html.contains("The webhook is added."), "{n}: {html}");
    }
    let html = desk.add(&[("url", "https://shop.example/11"), ("which", "all")]);
    assert!(html.contains("A store has at most 10 webhooks."), "{html}");
}

#[test]
fn a_webhook_is_changed_gets_a_new_secret_is_switched_off_and_deleted() {
    let mut desk = Desk::open();
    let (receiver, new) = (Receiver::start(), Receiver::start());
    let html = desk.add(&[("url", &receiver.url("/hook")), ("which", "all")]);
    let old = secret(&html).to_owned();
    let page = format!("{}/1", desk.list);
    let html =
        desk.browser.fill(&page, &page, &[("url", &new.url("/new")), ("which", "all"), ("on", "1")]).body;
    assert!(html.contains("The webhook is saved.") && html.contains("/new"), "{html}");
    let html = desk.press("/rotate");
    assert!(html.contains("signs beside it until") && secret(&html) != old, "{html}");
    let html = desk.press("/end-previous");
    assert!(
        html.contains("The old secret signs no longer.") && !html.contains("signs beside it until"),
        "{html}"
    );
    let html = desk.browser.fill(&page, &page, &[("url", &new.url("/new")), ("which", "all")]).body;
    assert!(html.contains("Switched off") && html.contains("It is switched off."), "{html}");
    order(&desk.shop, &serde_json::json!({}));
    let delete = format!("{page}/delete");
    let asked = desk.browser.open(&delete).body;
    assert!(asked.contains("Delete this webhook?") && asked.contains("/new"), "{asked}");
    let html = desk.browser.fill(&delete, &delete, &[]).body;
    assert!(html.contains("The webhook is deleted.") && html.contains("No webhook yet"), "{html}");
    assert_eq!(desk.browser.get(&page).status, 404);
    assert_eq!((receiver.heard().len(), new.heard().len()), (0, 0));
}

#[test]
fn another_stores_webhook_is_nobodys_here() {
    let mut desk = Desk::open();
    let receiver = Receiver::start();
    desk.add(&[("url", &receiver.url("/hook")), ("which", "all")]);
    let second = desk.server.practice_store("Own, too", &[]);
    let page = format!("/stores/{second}/webhooks/1");
    let token = csrf(&desk.page());
    assert_eq!(desk.browser.get(&page).status, 404);
    assert_eq!(desk.browser.get(&format!("{page}/delete")).status, 404);
    for what in ["", "/test", "/rotate", "/end-previous", "/delete"] {
        let fields = [("csrf", token.as_str()), ("url", "https://evil.example/"), ("which", "all")];
        assert_eq!(desk.browser.post(&format!("{page}{what}"), &fields).status, 404, "{what}");
    }
    for odd in ["0", "x", "-1", "99999999999999999999", "%ff"] {
        assert_eq!(desk.browser.get(&format!("{}/{odd}", desk.list)).status, 404, "{odd}");
    }
    assert!(desk.page().contains("/hook"));
    assert_eq!(receiver.heard().len(), 0);
}
