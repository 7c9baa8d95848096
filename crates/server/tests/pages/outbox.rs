//! The list of a store's deliveries, one in full, and sending again what failed.

use serde_json::json;
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::{Browser, EXE, assert_nothing_inline, csrf, merchant, order};

struct Scene {
    server: Server,
    shop: Shop,
    receiver: Receiver,
    browser: Browser,
    store: String,
}

/// A shop whose receiver refuses, with a webhook there.
fn refused() -> Scene {
    let receiver = Receiver::start();
    receiver.answer(Answer::Body(500, "<b>Out of order</b>".to_owned()));
    let (server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let mut browser = merchant(&server, OWNER);
    let hooks = format!("/stores/{store}/webhooks");
    browser.fill(&hooks, &hooks, &[("url", &receiver.url("/hook")), ("which", "all")]);
    Scene { server, shop, receiver, browser, store }
}

impl Scene {
    fn path(&self, rest: &str) -> String {
        format!("/stores/{}/deliveries{rest}", self.store)
    }

    fn page(&mut self, rest: &str) -> String {
        let reply = self.browser.get(&self.path(rest));
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_nothing_inline(&reply.body);
        reply.body
    }

    /// An invoice that its own address and the webhook hear of, both in vain.
    fn order(&mut self) -> String {
        let url = self.receiver.url("/ipn");
        let id = order(&self.shop, &json!({ "notificationURL": url, "extendedNotifications": true }));
        until("both to be refused", || {
            let failing = self.browser.get(&self.path(&format!("?state=failing&invoice={id}"))).body;
            (ids(&failing).len() == 2).then_some(())
        });
        id
    }

    fn until(&mut self, rest: &str, many: usize) -> String {
        until(rest, || Some(self.browser.get(&self.path(rest)).body).filter(|html| ids(html).len() == many))
    }
}

/// The deliveries on a page, in order.
fn ids(html: &str) -> Vec<String> {
    let boxes = html.split("name=\"delivery\" value=\"").skip(1);
    boxes.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn all_deliveries_are_listed_with_what_became_of_them_and_found_by_it() {
    let mut scene = refused();
    assert!(scene.page("").contains("Nothing was sent yet"));
    let id = scene.order();
    let html = scene.page("");
    assert_eq!(ids(&html).len(), 2, "{html}");
    for says in
        ["Created", "invoice.created", "Failing", "Webhook 1", "The order’s address", "answered 500", "/hook"]
    {
        assert!(html.contains(says), "{says}: {html}");
    }
    for (query, many) in [
        ("?endpoint=1", 1),
        ("?endpoint=orders", 1),
        ("?state=done", 0),
        ("?state=failing&endpoint=1", 1),
        ("?state=nonsense&invoice=x&before=y", 2),
    ] {
        assert_eq!(ids(&scene.page(query)).len(), many, "{query}");
    }
    assert_eq!(ids(&scene.page(&format!("?invoice={id}&endpoint=orders"))).len(), 1);
    assert_eq!(scene.browser.get(&scene.path("?endpoint=99")).status, 404);
    assert!(scene.page("?state=done").contains("No delivery matches"));
}

#[test]
fn a_delivery_shows_its_request_and_each_answer_and_never_a_secret() {
    let mut scene = refused();
    scene.order();
    let of_hook = ids(&scene.page("?endpoint=1")).remove(0);
    let html = scene.page(&format!("/{of_hook}"));
    let heard = until("the request", || {
        scene
            .receiver
            .heard()
            .into_iter()
            .find(|heard| heard.headers.iter().any(|(_, value)| *value == of_hook))
    });
    let body = heard.body.replace('&', "&amp;").replace('"', "&quot;");
    assert!(html.contains(&body), "the body as it was sent: {body}\n{html}");
    for says in [
        "POST http://",
        "/hook",
        "Specie-Delivery",
        &of_hook,
        "Specie-Signature",
        "made for each attempt, with the webhook’s secret",
        "Attempt 1",
        "answered 500",
        "&lt;b&gt;Out of order&lt;/b&gt;",
        "It is tried <time",
        "Redeliver",
    ] {
        assert!(html.contains(says), "{says}: {html}");
    }
    let secret = scene.browser.open(&format!("/stores/{}/webhooks/1", scene.store)).body;
    let secret = secret.split_once("id=\"secret\">").unwrap().1.split('<').next().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && !html.contains(&secret), "{html}");
    let sent = heard.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("specie-signature")).unwrap();
    assert!(!html.contains(&sent.1), "{html}");
}

#[test]
fn one_those_chosen_and_all_that_failed_are_sent_again() {
    let mut scene = refused();
    for _ in 0..3 {
        scene.order();
    }
    let all = ids(&scene.page("?state=failing"));
    assert_eq!(all.len(), 6);
    scene.receiver.answer(Answer::Status(200));

    let page = scene.path(&format!("/{}", all[0]));
    let reply = scene.browser.fill(&page, &format!("{page}/redeliver"), &[]);
    assert!(reply.body.contains("It is sent again."), "{}", reply.body);
    scene.until("?state=done", 1);

    let (list, action) = (scene.path("?state=failing"), scene.path("/redeliver"));
    let none = scene.browser.fill(&list, &action, &[("back", "?state=failing")]);
    assert!(none.body.contains("Select the deliveries first."), "{}", none.body);
    let chosen = [
        ("back", "?state=failing&evil=<b>"),
        ("delivery", &*all[1]),
        ("delivery", &all[2]),
        ("delivery", "x"),
    ];
    let reply = scene.browser.fill(&list, &action, &chosen);
    assert!(reply.body.contains("2 deliveries are sent again."), "{}", reply.body);
    assert!(reply.body.contains("value=\"?state=failing\""), "back where it was: {}", reply.body);
    scene.until("?state=done", 3);

    let reply = scene.browser.fill(&list, &scene.path("/redeliver-failed"), &[("hours", "1")]);
    assert!(reply.body.contains("3 deliveries are sent again."), "{}", reply.body);
    scene.until("?state=done", 6);
    assert!(ids(&scene.page("?state=failing")).is_empty());
    let again = scene.browser.fill(&list, &scene.path("/redeliver-failed"), &[("hours", "1")]);
    assert!(again.body.contains("Nothing failed in that time."), "{}", again.body);
    let odd = scene.browser.fill(&list, &scene.path("/redeliver-failed"), &[("hours", "9999999")]);
    assert_eq!(odd.status, 400);
    let hooks = scene.browser.open(&format!("/stores/{}/webhooks", scene.store)).body;
    assert!(hooks.contains("100 %") && hooks.contains("3 of the last 3"), "{hooks}");
}

#[test]
fn nobody_sends_the_deliveries_of_another_store() {
    let mut scene = refused();
    scene.order();
    let theirs = ids(&scene.page("")).remove(0);
    let eve = "eve@example.com";
    scene.server.create_user(eve);
    let args = ["store", "create", "--owner", eve, "--name", "Eve", "--sandbox"];
    let own = scene.server.run(&args)["id"].as_str().unwrap().to_owned();
    let mut browser = merchant(&scene.server, eve);
    let list = format!("/stores/{own}/deliveries");
    let html = browser.open(&list).body;
    assert!(html.contains("Nothing was sent yet"), "{html}");
    let csrf = csrf(&html);
    assert_eq!(browser.get(&format!("{list}/{theirs}")).status, 404);
    assert_eq!(browser.post(&format!("{list}/{theirs}/redeliver"), &[("csrf", &csrf)]).status, 404);
    let heard = scene.receiver.heard().len();
    let reply = browser.post(&format!("{list}/redeliver"), &[("csrf", &csrf), ("delivery", &theirs)]);
    let reply = browser.follow(reply);
    assert!(reply.body.contains("Nothing was sent again."), "{}", reply.body);
    browser.post(&format!("{list}/redeliver-failed"), &[("csrf", &csrf), ("hours", "720")]);
    assert_eq!(scene.receiver.heard().len(), heard);
    let resent = scene.server.sql().query("SELECT 1 FROM deliveries WHERE resent_at IS NOT NULL", &[]);
    assert!(resent.is_empty());
}

#[test]
fn what_nobody_would_hear_stays_and_says_so() {
    let mut scene = refused();
    scene.order();
    let of_hook = ids(&scene.page("?endpoint=1")).remove(0);
    let hook = format!("/stores/{}/webhooks/1", scene.store);
    scene.browser.fill(&hook, &format!("{hook}/delete"), &[]);
    let html = scene.page(&format!("/{of_hook}"));
    assert!(html.contains("A deleted webhook") && html.contains("Withdrawn"), "{html}");
    assert!(!html.contains("Redeliver</button>"), "{html}");
    let list = scene.path("");
    let reply = scene.browser.fill(&list, &scene.path("/redeliver"), &[("delivery", &of_hook)]);
    assert!(reply.body.contains("Nothing was sent again. 1 cannot be"), "{}", reply.body);
}
