//! What a merchant decides over an invoice by hand: marks and the archive.

use serde_json::json;
use specie_testkit::receiver::Receiver;

use super::desk::{Desk, assert_in_order, listed, words};
use super::{assert_nothing_inline, csrf, order};

#[test]
fn a_mark_is_asked_for_once_more_and_then_stands() {
    let mut desk = Desk::open();
    let receiver = Receiver::start();
    let told = json!({ "notificationURL": receiver.url("/ipn"), "extendedNotifications": true });
    let id = order(&desk.shop, &told);
    desk.act(&id, "practice", &[("scenario", "pay"), ("amount", "0.0001")]);
    let html = desk.page(&format!("/{id}"));
    for (path, name) in [("complete", "Mark complete"), ("invalid", "Mark invalid")] {
        assert!(html.contains(&format!("{id}/mark/{path}\">{name}</a>")), "{html}");
    }
    let asked = desk.page(&format!("/{id}/mark/complete"));
    assert!(asked.contains("Mark complete: 20.00 USD?") && asked.contains("will deliver"), "{asked}");
    assert!(asked.contains("The 0.00010000 BTC that came are booked."), "{asked}");
    assert!(desk.page(&format!("/{id}")).contains("data-status=\"new\""), "asking is not doing");

    let mark = |desk: &mut Desk, status: &str| {
        let path = desk.path(&format!("/{id}/mark/{status}"));
        desk.browser.fill(&path, &path, &[]).body
    };
    let html = mark(&mut desk, "complete");
    assert!(html.contains("The invoice is marked complete.") && html.contains("data-status=\"complete\""));
    assert!(!html.contains("mark/complete") && html.contains("mark/invalid"), "{html}");
    let html = mark(&mut desk, "invalid");
    assert!(html.contains("data-status=\"invalid\"") && html.contains("mark/complete"), "{html}");
    assert_in_order(
        &words(&html, "events"),
        &["Marked complete", "The operator decided so.", "Marked invalid"],
    );
    receiver.wait_for(6);
    let codes: Vec<_> = receiver
        .bodies()
        .iter()
        .filter_map(|b| b["event"]["code"].as_u64().zip(b["data"]["status"].as_str().map(str::to_owned)))
        .collect();
    let expected = [(1001, "new"), (1002, "new"), (2008, "complete"), (1008, "invalid")];
    assert_eq!(codes, expected.map(|(code, status)| (code, status.to_owned())));
    let verified = desk.server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn a_mark_is_offered_only_where_it_can_be_made() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    desk.server.pay(&id);
    desk.shop.until_status(&id, "paid");
    let asked = desk.page(&format!("/{id}/mark/invalid"));
    let token = csrf(&asked);
    desk.server.mine(1);
    desk.shop.until_status(&id, "confirmed");
    assert!(!desk.page(&format!("/{id}")).contains("/mark/"), "it is settled by its payment");
    for status in ["complete", "invalid"] {
        let path = desk.path(&format!("/{id}/mark/{status}"));
        assert_eq!(desk.browser.get(&path).status, 400);
        let reply = desk.browser.post(&path, &[("csrf", &token)]);
        assert_eq!(reply.status, 400, "{}", reply.body);
        assert!(reply.body.contains("cannot be marked so"), "{}", reply.body);
        assert_nothing_inline(&reply.body);
    }
    for nothing in ["paid", "x", "Complete"] {
        let path = desk.path(&format!("/{id}/mark/{nothing}"));
        assert_eq!(desk.browser.get(&path).status, 404, "{nothing}");
        assert_eq!(desk.browser.post(&path, &[("csrf", &token)]).status, 404, "{nothing}");
    }
    let free = desk.shop.read(&id);
    assert_eq!(free["exceptionStatus"], false);
    // Whatever is in no store of theirs is not there.
    let foreign = desk.server.practice_store("Another", &[]);
    for action in ["mark/invalid", "archive", "unarchive"] {
        let path = format!("/stores/{foreign}/invoices/{id}/{action}");
        assert_eq!(desk.browser.post(&path, &[("csrf", &token)]).status, 404, "{action}");
    }
}

#[test]
fn an_archived_invoice_is_in_a_list_of_its_own_and_open_to_its_buyer() {
    let mut desk = Desk::open();
    let (id, other) = (order(&desk.shop, &json!({ "orderId": "A-1" })), order(&desk.shop, &json!({})));
    let html = desk.act(&id, "archive", &[]);
    assert!(html.contains("The invoice is in the archive.") && html.contains("Archived"), "{html}");
    let list = desk.page("");
    assert_eq!(listed(&list), std::slice::from_ref(&other));
    assert!(list.contains("?archived=true\">Archived</a>"), "{list}");
    let archive = desk.page("?archived=true");
    assert_eq!(listed(&archive), std::slice::from_ref(&id));
    assert!(archive.contains("status=new&amp;archived=true"), "the other filters narrow it: {archive}");
    assert!(archive.contains("name=\"archived\" value=\"true\""), "{archive}");
    assert_eq!(listed(&desk.page("?archived=true&orderId=A-1&status=new")), std::slice::from_ref(&id));
    assert!(desk.page("?archived=true&status=paid").contains("No invoice matches"));
    assert_eq!(desk.browser.get(&desk.path("?archived=x")).status, 400);
    assert!(super::page(&desk.server, &id).contains("0.0004"), "its buyer can pay it");

    desk.server.pay(&id);
    desk.shop.until_status(&id, "paid");
    assert_eq!(listed(&desk.page("?archived=true&status=paid")), std::slice::from_ref(&id));
    let html = desk.act(&id, "unarchive", &[]);
    assert!(html.contains("The invoice is in the list again."), "{html}");
    assert_eq!(listed(&desk.page("")), [other, id]);
}
