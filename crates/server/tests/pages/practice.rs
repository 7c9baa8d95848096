//! What is made to happen to practice invoices, by their merchant and by whoever has a checkout's link; and that nothing
//! of it is there for an invoice that is paid with real coins.

use serde_json::{Value, json};
use specie::app::{Play, Scenario};
use specie_testkit::http::{Reply, get, send};
use specie_testkit::server::Server;
use specie_testkit::wait::until;

use super::desk::{Desk, words};
use super::timed::Timed;
use super::{assert_nothing_inline, open, order, page};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// What a stranger sends.
fn play_at(server: &str, path: &str, scenario: &str) -> Reply {
    let body =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("scenario", scenario).finish();
    send("POST", &format!("{server}{path}"), &[FORM], body.as_bytes())
}

/// What happens one after the other, and how the invoice stands then; each from the page as it is by then.
const STORIES: [(&[&str], &str, &str); 11] = [
    (&["pay"], "paid", "false"),
    (&["underpay"], "new", "paidPartial"),
    (&["underpay", "pay", "mine"], "confirmed", "false"),
    (&["overpay", "mine"], "confirmed", "paidOver"),
    (&["pay_late"], "expired", "paidLate"),
    (&["underpay", "pay_late"], "expired", "paidLate"),
    (&["expire"], "expired", "false"),
    (&["expire", "pay_late"], "expired", "paidLate"),
    (&["pay", "replace", "mine"], "confirmed", "false"),
    (&["pay", "double_spend"], "new", "false"),
    (&["pay", "mine", "mine", "reorg_vanish"], "invalid", "false"),
];

fn stands(invoice: &Value) -> (String, String) {
    let exception = &invoice["exceptionStatus"];
    let exception = exception.as_str().map_or_else(|| exception.to_string(), str::to_owned);
    (invoice["status"].as_str().unwrap().to_owned(), exception)
}

#[test]
fn every_scenario_is_a_button_for_the_merchant_and_shows_on_the_page_that_follows() {
    let mut desk = Desk::open();
    for (scenarios, status, exception) in STORIES {
        let id = order(&desk.shop, &json!({}));
        for scenario in scenarios {
            let html = desk.page(&format!("/{id}"));
            assert!(html.contains(&format!("value=\"{scenario}\"")), "{scenarios:?}: no {scenario}: {html}");
            desk.act(&id, "practice", &[("scenario", scenario)]);
        }
        let expected = (status.to_owned(), exception.to_owned());
        assert_eq!(stands(&desk.shop.read(&id)), expected, "{scenarios:?}");
    }
    let verified = desk.server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn whoever_has_the_link_plays_the_same_on_the_checkout() {
    let (server, shop) = open();
    for (scenarios, status, exception) in STORIES {
        let id = order(&shop, &json!({}));
        for scenario in scenarios {
            let html = page(&server, &id);
            assert!(html.contains(&format!("value=\"{scenario}\"")), "{scenarios:?}: no {scenario}: {html}");
            until(scenario, || {
                let reply = play_at(server.url(), &format!("/i/{id}/practice"), scenario);
                // Each address may play so often in a minute, and this is one.
                (reply.status == 303).then_some(())
            });
        }
        let expected = (status.to_owned(), exception.to_owned());
        assert_eq!(stands(&shop.read(&id)), expected, "{scenarios:?}");
    }
    let verified = server.run(&["verify"]);
    assert_eq!(verified["sound"], true, "{verified}");
}

#[test]
fn a_reorganisation_brings_the_payment_back_to_the_mempool_and_touches_no_other_invoice() {
    let mut desk = Desk::open();
    let [mine, other] = [(); 2].map(|()| order(&desk.shop, &json!({})));
    for id in [&mine, &other] {
        desk.act(id, "practice", &[("scenario", "pay")]);
    }
    desk.act(&mine, "practice", &[("scenario", "mine"), ("blocks", "2")]);
    let html = desk.page(&format!("/{mine}"));
    assert!(html.contains("Other blocks replace the last 2 blocks"), "{html}");
    let html = desk.act(&mine, "practice", &[("scenario", "reorg")]);
    assert!(html.contains("The practice chain was reorganised.") && html.contains("In mempool"), "{html}");
    let confirmations = |id: &str| desk.shop.read(id)["transactions"][0]["confirmations"].clone();
    assert_eq!((confirmations(&mine), confirmations(&other)), (json!(0), json!(3)));
    assert_eq!(desk.shop.read(&other)["status"], "confirmed");

    let html = desk.act(&mine, "practice", &[("scenario", "mine")]);
    assert!(html.contains("data-status=\"confirmed\""), "{html}");
    desk.act(&mine, "practice", &[("scenario", "reorg_vanish")]);
    assert_eq!(stands(&desk.shop.read(&mine)).0, "invalid");
    assert_eq!(desk.shop.read(&other)["status"], "confirmed", "another's payment stays in its block");
}

#[test]
fn what_makes_no_sense_is_not_offered_and_not_done() {
    let mut desk = Desk::open();
    let id = order(&desk.shop, &json!({}));
    let html = desk.page(&format!("/{id}"));
    let reasons = words(&html, "fold");
    for reason in
        ["No payment of this invoice waits for its first block.", "No payment of this invoice is in a block."]
    {
        assert!(reasons.contains(reason), "{reason}: {reasons}");
    }
    let page = desk.path(&format!("/{id}"));
    let mut said = |fields: &[(&str, &str)]| desk.browser.fill(&page, &format!("{page}/practice"), fields);
    for (scenario, says) in [
        ("replace", "No payment of this invoice waits for its first block."),
        ("reorg", "No payment of this invoice is in a block."),
        ("rob", "There is no such scenario."),
        ("", "There is no such scenario."),
    ] {
        let reply = said(&[("scenario", scenario)]);
        assert_eq!(reply.status, 400, "{scenario}: {}", reply.body);
        assert!(reply.body.contains(says), "{scenario}: {}", reply.body);
    }
    let reply = said(&[("scenario", "pay"), ("amount", "1000.00000001")]);
    assert!(reply.body.contains("An amount is above zero, and 1000 bitcoin at most."), "{}", reply.body);

    for scenario in ["replace", "double_spend", "reorg", "reorg_vanish", "mine"] {
        let reply = play_at(desk.server.url(), &format!("/i/{id}/practice?lang=de&view=modal"), scenario);
        assert_eq!(reply.status, 409, "{scenario}: {}", reply.body);
        assert!(reply.body.contains("Das ergibt jetzt keinen Sinn"), "{scenario}: {}", reply.body);
        assert!(reply.body.contains(&format!("href=\"/i/{id}?lang=de&amp;view=modal\"")), "{}", reply.body);
    }
    assert_eq!(play_at(desk.server.url(), &format!("/i/{id}/practice"), "rob").status, 404);
    assert_eq!(stands(&desk.shop.read(&id)), ("new".to_owned(), "false".to_owned()));
    // A stranger mines no more blocks than the invoice waits for.
    desk.act(&id, "practice", &[("scenario", "pay")]);
    desk.act(&id, "practice", &[("scenario", "mine"), ("blocks", "6")]);
    let html = get(&format!("{}/i/{id}", desk.server.url())).body;
    assert!(!html.contains("value=\"mine\"") && html.contains("value=\"reorg\""), "{html}");
    assert_eq!(play_at(desk.server.url(), &format!("/i/{id}/practice"), "mine").status, 409);
}

#[test]
fn a_checkout_keeps_its_frame_its_language_and_its_fold() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let html = get(&format!("{}/i/{id}?lang=fr&view=modal", server.url())).body;
    assert_nothing_inline(&html);
    let action = format!("action=\"/i/{id}/practice?lang=fr&amp;view=modal&amp;practice=open\"");
    assert!(html.contains(&action) && !html.contains("id=\"practice\" open"), "{html}");
    let path = format!("/i/{id}/practice?lang=fr&view=modal&practice=open&next=//evil.example");
    let reply = play_at(server.url(), &path, "pay");
    let to = format!("/i/{id}?lang=fr&view=modal&practice=open");
    assert_eq!((reply.status, reply.header("location")), (303, Some(&*to)), "{}", reply.body);
    let html = get(&format!("{}{to}", server.url())).body;
    assert!(html.contains("data-status=\"paid\"") && html.contains("id=\"practice\" open"), "{html}");
    // Whoever comes by the form's address sees the page.
    assert_eq!(get(&format!("{}/i/{id}/practice", server.url())).status, 200);
}

#[test]
fn a_stranger_plays_so_often_in_a_minute() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let statuses: Vec<u16> =
        (0..40).map(|_| play_at(server.url(), &format!("/i/{id}/practice"), "replace").status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 30, "{statuses:?}");
    assert!(statuses[30..].iter().all(|status| *status == 429), "{statuses:?}");
}

/// As if this server had followed a real chain once.
fn make_real(server: &mut Server) {
    assert_eq!(server.stop(), 0);
    for table in ["invoices", "stores"] {
        server.sql().execute(&format!("UPDATE {table} SET network = 'regtest'"), &[]);
    }
    server.restart();
}

#[test]
fn a_checkout_that_is_paid_with_real_coins_has_none_of_it() {
    let (mut server, shop) = open();
    let id = order(&shop, &json!({}));
    assert!(page(&server, &id).contains("id=\"practice\""));
    make_real(&mut server);
    let html = page(&server, &id);
    for part in ["id=\"practice\"", "class=\"practice\"", "/practice", "name=\"scenario\""] {
        assert!(!html.contains(part), "{part}: {html}");
    }
    for scenario in Scenario::ALL.map(Scenario::name) {
        let reply = play_at(server.url(), &format!("/i/{id}/practice"), scenario);
        assert_eq!(reply.status, 404, "{scenario}: {}", reply.body);
    }
    assert_eq!(shop.read(&id)["status"], "new");
    let run = server.try_run(&["trigger", "invoice.expired", "--invoice", &id], "");
    assert!(run.error().contains("only invoices of practice stores"), "{}", run.error());
    assert_eq!(shop.read(&id)["status"], "new");
}

#[test]
fn an_end_is_pronounced_as_of_the_chain_and_what_follows_is_sound() {
    let timed = Timed::open();
    let id = timed.shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let id = id["id"].as_str().unwrap();
    let play = |scenario| timed.runtime.block_on(timed.app().play(id.parse().unwrap(), Play::of(scenario)));
    timed.wait(60_000);
    play(Scenario::Expire).unwrap();
    let ended = timed.shop.until_status(id, "expired");
    let lived = ended["expirationTime"].as_i64().unwrap() - ended["invoiceTime"].as_i64().unwrap();
    assert!((60_000..70_000).contains(&lived), "it ended when it was said: {lived}");
    let refused = play(Scenario::Expire).unwrap_err();
    assert_eq!(refused.to_string(), "the time for paying this invoice is over");

    // It goes on like any that has expired, and is ended once more.
    timed.wait(60_000);
    let renewed = timed.renew(id).unwrap();
    assert_eq!(renewed.status.name(), "new");
    timed.wait(60_000);
    play(Scenario::PayLate).unwrap();
    until("the payment", || (timed.shop.read(id)["exceptionStatus"] == "paidLate").then_some(()));
    timed.assert_sound();
}

#[test]
fn an_invoice_without_an_address_is_ended_and_not_paid() {
    let timed = Timed::open();
    let made = timed.unopened();
    let play = |scenario| timed.runtime.block_on(timed.app().play(made.id, Play::of(scenario)));
    let refused = play(Scenario::Pay).unwrap_err().to_string();
    assert_eq!(refused, "this invoice has no address yet: its buyer has to open the payment first");
    timed.wait(1_000);
    play(Scenario::Expire).unwrap();
    timed.shop.until_status(&made.id.to_string(), "expired");
    timed.assert_sound();
}
