//! What the shop was told of an invoice, on the invoice's page, and sending it again.

use serde_json::json;
use specie_testkit::receiver::{Answer, Heard, Receiver};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::database::deliveries;
use super::{Browser, EXE, csrf, merchant, order};

const MINUTE: i64 = 60_000;

/// A shop whose receiver refuses, with an invoice that is paid and confirmed.
struct Told {
    server: Server,
    receiver: Receiver,
    browser: Browser,
    page: String,
    id: String,
}

impl Told {
    fn badly() -> Self {
        let receiver = Receiver::start();
        receiver.answer(Answer::Status(500));
        let (server, store) = Server::with_store(EXE);
        let shop = Shop::paired(&server, &store, "shop");
        let url = receiver.url("/ipn?a=1&b=2");
        let id = order(&shop, &json!({ "notificationURL": url, "fullNotifications": true }));
        server.pay(&id);
        shop.until_status(&id, "paid");
        server.mine(1);
        shop.until_status(&id, "confirmed");
        let browser = merchant(&server, OWNER);
        let page = format!("/stores/{store}/invoices/{id}");
        let mut told = Self { server, receiver, browser, page, id };
        told.until("Attempt 1 failed");
        told
    }

    /// Reads the invoice's page until it says something.
    fn until(&mut self, says: &str) -> String {
        until(says, || Some(self.browser.get(&self.page).body).filter(|html| html.contains(says)))
    }

    fn resend(&mut self, delivery: &str) -> String {
        let action = format!("{}/deliveries/{delivery}/resend", self.page);
        let reply = self.browser.fill(&self.page, &action, &[]);
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(reply.body.contains("The notification is sent again."), "{}", reply.body);
        reply.body
    }
}

/// What a page says of each delivery, and its id.
fn rows(html: &str) -> Vec<(String, &str)> {
    let rows = html.split("<li id=\"delivery-").skip(1);
    rows.map(|row| (row.split('"').next().unwrap().to_owned(), row.split("</li>").next().unwrap())).collect()
}

fn delivery_id(heard: &Heard) -> &str {
    &heard.headers.iter().find(|(name, _)| name == "specie-delivery").unwrap().1
}

#[test]
fn what_failed_is_shown_with_its_cause_and_arrives_when_it_is_sent_again() {
    let mut told = Told::badly();
    let html = told.until("Attempt 1 failed");
    let shown = rows(&html);
    assert_eq!(shown.len(), 2, "{html}");
    let (first, words) = &shown[0];
    for says in [
        "Paid in full",
        "1003 invoice_paidInFull",
        "pill care",
        "Failing",
        "/ipn?a=1&amp;b=2",
        "Attempt 1 failed: answered 500.",
        "Next try: <time",
        "1 attempt<",
        "<td data-label=\"Answer\">500</td>",
    ] {
        assert!(words.contains(says), "{says}: {words}");
    }
    let (second, words) = &shown[1];
    assert!(
        words.contains("1005 invoice_confirmed") && words.contains("It waits for the one before it."),
        "{words}"
    );

    told.receiver.answer(Answer::Status(200));
    told.resend(first);
    let heard = told.receiver.wait_for(3);
    assert_eq!(heard.iter().map(delivery_id).collect::<Vec<_>>(), [first, first, second]);
    assert_eq!(heard[0].body, heard[1].body, "its content is what it was");
    let html = until("both to be delivered", || {
        Some(told.browser.get(&told.page).body).filter(|html| html.matches("Delivered").count() == 2)
    });
    let (_, words) = &rows(&html)[0];
    assert!(words.contains("Arrived <time") && words.contains("2 attempts<"), "{words}");
    for row in told.server.sql().query("SELECT request_id FROM attempts WHERE http_status = 500", &[]) {
        assert!(words.contains(&format!("<code>{}</code>", row.text(0))), "{words}");
    }
    assert!(words.contains("Asked to be sent again <time") && !words.contains("Next try"), "{words}");
}

#[test]
fn what_arrived_or_was_given_up_is_sent_again_beside_what_is_still_to_come() {
    let mut told = Told::badly();
    // The first was tried as long as promised; the second is refused now.
    assert_eq!(told.server.stop(), 0);
    let first = deliveries(&told.server, &told.id)[0].id.clone();
    told.server.sql().execute("UPDATE deliveries SET state = 'given_up' WHERE number = 1", &[]);
    told.server.restart();
    let html = until("the second to be tried", || {
        Some(told.browser.get(&told.page).body).filter(|html| html.matches("Attempt 1 failed").count() == 2)
    });
    assert!(
        rows(&html)[0].1.contains("Given up") && rows(&html)[0].1.contains("tried as long as promised"),
        "{html}"
    );

    told.receiver.answer(Answer::Status(204));
    told.resend(&first);
    let heard = told.receiver.wait_for(3);
    assert_eq!(delivery_id(&heard[2]), first);
    let html = told.until("Delivered");
    assert!(rows(&html)[1].1.contains("Next try"), "the second is tried when it is due: {html}");
    assert_eq!(told.receiver.heard().len(), 3);
    // Once more, though it has arrived.
    told.resend(&first);
    let heard = told.receiver.wait_for(4);
    assert_eq!((delivery_id(&heard[3]), &heard[3].body), (&*first, &heard[2].body));
}

#[test]
fn what_is_sent_again_has_all_of_its_time_once_more() {
    let mut told = Told::badly();
    let first = deliveries(&told.server, &told.id)[0].id.clone();
    for attempts in 2..=3 {
        told.resend(&first);
        let row = until("another attempt", || {
            Some(deliveries(&told.server, &told.id).remove(0)).filter(|row| row.attempts == attempts)
        });
        let html = told.until(&format!("Attempt {attempts} failed"));
        assert!(html.contains(&format!("{attempts} attempts<")), "{html}");
        // A minute after this attempt, as after the very first.
        assert_eq!(row.next_at, row.last_at.unwrap() + MINUTE);
        assert_eq!(row.outcomes.len(), attempts as usize);
    }
}

#[test]
fn only_a_merchants_own_click_sends_it_again() {
    let mut told = Told::badly();
    let first = deliveries(&told.server, &told.id)[0].id.clone();
    let csrf = csrf(&told.browser.get(&told.page).body);
    let path = format!("{}/deliveries/{first}/resend", told.page);
    assert_eq!(told.browser.post(&path, &[]).status, 403);
    assert_eq!(told.browser.post(&path, &[("csrf", "x")]).status, 403);
    assert_eq!(told.browser.get(&path).status, 405);
    for delivery in ["FMfp7ZAmD1ZCMoNbo1eXSt", "x", &told.id] {
        let path = format!("{}/deliveries/{delivery}/resend", told.page);
        assert_eq!(told.browser.post(&path, &[("csrf", &csrf)]).status, 404, "{delivery}");
    }
    let anonymous = Browser::new(told.server.url()).post(&path, &[("csrf", &csrf)]);
    assert_eq!((anonymous.status, anonymous.header("location")), (303, Some("/login")));
    assert_eq!(deliveries(&told.server, &told.id)[0].attempts, 1);
    assert_eq!(told.receiver.heard().len(), 1);
}
