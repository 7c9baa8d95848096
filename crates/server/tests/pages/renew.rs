//! What a buyer can do once a price has expired, and how an invoice gets its address when its buyer wants to pay.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use specie::app::{AppError, NotRenewed, Refused};
use specie::http::admin::{Command, StoreWords};
use specie_core::invoice::Renewal;
use specie_testkit::http::send;
use specie_testkit::receiver::Receiver;
use specie_testkit::wait::until;

use super::assert_nothing_inline;
use super::browser::Browser;
use super::timed::{MINUTE, Timed};

fn order(timed: &Timed, more: &Value) -> String {
    let mut body = json!({ "price": 20, "currency": "USD" });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    timed.shop.invoice(&body)["id"].as_str().unwrap().to_owned()
}

fn until_flag(timed: &Timed, id: &str, flag: &str) {
    until(flag, || (timed.shop.read(id)["exceptionStatus"] == flag).then_some(()));
}

#[test]
fn a_new_price_is_paid_at_the_same_address() {
    let timed = Timed::open();
    let receiver = Receiver::start();
    let hook =
        json!({ "notificationURL": receiver.url("/ipn"), "fullNotifications": true, "orderId": "A-1" });
    let id = order(&timed, &hook);
    let first = timed.shop.read(&id);
    assert_eq!((&first["btcPrice"], timed.view(&id).renewal), (&json!("0.00040000"), None));
    timed.expire(&id, 20 * MINUTE);
    assert_eq!(timed.view(&id).renewal, Some(Renewal::NewPrice));

    timed.rate("USD", "40000");
    let reply = timed.post(&format!("/i/{id}/renew?view=modal&lang=de-CH&next=//evil.example"));
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert_eq!(reply.header("location"), Some(&*format!("/i/{id}?lang=de-CH&view=modal")));
    let anew = timed.shop.read(&id);
    for (field, value) in [
        ("status", json!("new")),
        ("btcPrice", json!("0.00050000")),
        ("btcDue", json!("0.00050000")),
        ("rate", json!(40000.0)),
        ("price", json!(20.0)),
        ("orderId", json!("A-1")),
        ("expirationTime", json!(first["expirationTime"].as_i64().unwrap() + 20 * MINUTE)),
        ("invoiceTime", first["invoiceTime"].clone()),
        ("bitcoinAddress", first["bitcoinAddress"].clone()),
        ("exceptionStatus", json!(false)),
    ] {
        assert_eq!(anew[field], value, "{field}");
    }
    // Who asks again gets what was asked.
    let again = timed.post(&format!("/i/{id}/renew"));
    assert_eq!((again.status, again.header("location")), (303, Some(&*format!("/i/{id}"))));
    assert_eq!(timed.shop.read(&id)["expirationTime"], anew["expirationTime"]);

    timed.expire(&id, 15 * MINUTE);
    assert_eq!(timed.renew(&id).unwrap().status.name(), "new");
    timed.pay(&id, "0.0005");
    timed.shop.until_status(&id, "paid");
    timed.mine(6);
    timed.shop.until_status(&id, "complete");
    let told = until("five notifications", || Some(receiver.bodies()).filter(|bodies| bodies.len() >= 5));
    let told: Vec<_> = told.iter().map(|body| body["status"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, ["expired", "expired", "paid", "confirmed", "complete"]);
    timed.assert_sound();
}

#[test]
fn who_paid_a_part_in_time_gets_more_time_for_the_rest_once() {
    let timed = Timed::open();
    let id = order(&timed, &json!({}));
    timed.pay(&id, "0.0001");
    until_flag(&timed, &id, "paidPartial");
    timed.expire(&id, 15 * MINUTE);
    assert_eq!(timed.view(&id).renewal, Some(Renewal::MoreTime));
    // Neither another rate nor none at all matters.
    timed.rate("USD", "40000");
    assert_eq!(timed.post(&format!("/i/{id}/renew")).status, 303);
    let anew = timed.shop.read(&id);
    assert_eq!((&anew["status"], &anew["btcDue"]), (&json!("new"), &json!("0.00030000")));
    assert_eq!((&anew["rate"], &anew["exceptionStatus"]), (&json!(50000.0), &json!("paidPartial")));
    timed.expire(&id, 15 * MINUTE);
    assert_eq!(timed.view(&id).renewal, None, "once");
    let refused = timed.post(&format!("/i/{id}/renew"));
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("This invoice does not go on"), "{}", refused.body);

    let other = order(&timed, &json!({}));
    timed.pay(&other, "0.0002");
    until_flag(&timed, &other, "paidPartial");
    timed.expire(&other, 15 * MINUTE);
    assert_eq!(timed.post(&format!("/i/{other}/renew")).status, 303);
    let rest = timed.shop.read(&other)["btcDue"].as_str().unwrap().to_owned();
    timed.pay(&other, &rest);
    timed.shop.until_status(&other, "paid");
    timed.mine(6);
    assert_eq!(timed.shop.until_status(&other, "complete")["exceptionStatus"], json!(false));
    timed.assert_sound();
}

#[test]
fn money_for_the_old_price_counts_for_the_new_one() {
    let timed = Timed::open();
    let id = order(&timed, &json!({}));
    timed.expire(&id, 15 * MINUTE);
    timed.rate("USD", "40000");
    assert_eq!(timed.post(&format!("/i/{id}/renew")).status, 303);
    timed.pay(&id, "0.0004");
    until_flag(&timed, &id, "paidPartial");
    let part = timed.shop.read(&id);
    assert_eq!((&part["status"], &part["btcDue"]), (&json!("new"), &json!("0.00010000")));
    timed.pay(&id, "0.0001");
    timed.shop.until_status(&id, "paid");
    timed.mine(6);
    timed.shop.until_status(&id, "complete");
    timed.assert_sound();
}

#[test]
fn of_many_who_ask_at_once_all_get_one_new_price() {
    let timed = Timed::open();
    let id = order(&timed, &json!({}));
    timed.expire(&id, 15 * MINUTE);
    let ask = || timed.post(&format!("/i/{id}/renew")).status;
    let statuses: Vec<u16> = std::thread::scope(|all| {
        let asked: Vec<_> = (0..10).map(|_| all.spawn(ask)).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(statuses, [303; 10]);
    let rows = timed.data.sql().query("SELECT count(*) FROM quotes", &[])[0].integer(0);
    assert_eq!(rows, 2, "one new quote");
    // And no more of it in this minute, whichever invoice it is.
    for path in [format!("/i/{id}/renew"), format!("/i/{}/renew", order(&timed, &json!({})))] {
        let often = timed.post(&path);
        assert_eq!(often.status, 429, "{path}");
        assert!(often.body.contains("Please wait a minute."), "{}", often.body);
    }
    timed.assert_sound();
}

#[test]
fn without_a_rate_nothing_changes() {
    let timed = Timed::open();
    timed.rate("NOK", "40000");
    let id = order(&timed, &json!({ "currency": "NOK" }));
    let part = order(&timed, &json!({ "currency": "NOK" }));
    timed.pay(&part, "0.0002");
    until_flag(&timed, &part, "paidPartial");
    let before = timed.expire(&id, 15 * MINUTE);
    timed.shop.until_status(&part, "expired");
    timed.run(Command::UnsetRate { store: timed.store.clone(), pair: "BTC_NOK".to_owned() });

    let refused = timed.post(&format!("/i/{id}/renew?view=modal&lang=en"));
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("No price at the moment"), "{}", refused.body);
    assert!(refused.body.contains(&format!("href=\"/i/{id}?lang=en&amp;view=modal\"")), "{}", refused.body);
    let policy = refused.header("content-security-policy").unwrap();
    assert!(policy.ends_with("frame-ancestors *"), "it is shown where the checkout is: {policy}");
    assert_nothing_inline(&refused.body);
    assert_eq!(timed.shop.read(&id)["expirationTime"], before["expirationTime"]);
    let rows = "SELECT count(*) FROM quotes";
    assert_eq!(timed.data.sql().query(rows, &[])[0].integer(0), 2);
    // The rest is asked at the rate that it had.
    assert_eq!(timed.post(&format!("/i/{part}/renew")).status, 303);
    assert_eq!(timed.shop.read(&part)["status"], "new");

    timed.rate("NOK", "20000");
    assert_eq!(timed.post(&format!("/i/{id}/renew")).status, 303);
    assert_eq!(timed.shop.read(&id)["btcPrice"], "0.00100000");
    timed.assert_sound();
}

#[test]
fn a_top_up_gets_more_time_and_is_reckoned_at_the_days_rate() {
    let timed = Timed::open();
    let id = order(&timed, &json!({ "price": null }));
    timed.expire(&id, 15 * MINUTE);
    assert_eq!(timed.view(&id).renewal, Some(Renewal::MoreTime));
    timed.rate("USD", "40000");
    assert_eq!(timed.post(&format!("/i/{id}/renew")).status, 303);
    timed.expire(&id, 15 * MINUTE);
    assert_eq!(timed.post(&format!("/i/{id}/renew")).status, 303, "as often as nothing came");
    timed.pay(&id, "0.001");
    let paid = timed.shop.until_status(&id, "paid");
    assert_eq!((&paid["price"], &paid["rate"]), (&json!(40.0), &json!(40000.0)));
    timed.assert_sound();
}

#[test]
fn a_quote_that_the_log_does_not_tell_of_is_found() {
    let timed = Timed::open();
    let (id, never) = (order(&timed, &json!({})), timed.unopened().id);
    timed.expire(&id, 15 * MINUTE);
    timed.renew(&id).unwrap();
    timed.renew(&never.to_string()).unwrap();
    assert_eq!(timed.post(&format!("/i/{never}/open")).status, 303);
    timed.assert_sound();
    let whole = |table: &str| format!("CREATE TABLE kept AS SELECT * FROM {table}");
    for (table, harm) in [
        ("quotes", "UPDATE quotes SET due = due - 1, min_due = min_due - 1 WHERE seq = 1"),
        ("quotes", "UPDATE quotes SET expires_at = expires_at + 1 WHERE seq = 1"),
        ("quotes", "DELETE FROM quotes WHERE seq = 0"),
        ("quotes", "DELETE FROM quotes WHERE seq = 1"),
        ("invoices", "UPDATE invoices SET extended = 1"),
        ("invoices", "UPDATE invoices SET quote_seq = 0"),
        ("payment_methods", "DELETE FROM payment_methods"),
    ] {
        let mut sql = timed.data.sql();
        sql.execute(&whole(table), &[]);
        assert!(sql.execute(harm, &[]) > 0, "{harm}");
        let problems = timed.run(Command::Verify)["problems"].to_string();
        assert!(problems.contains(&never.to_string()) || problems.contains(&id), "{harm}: {problems}");
        if table == "invoices" {
            sql.execute("UPDATE invoices SET extended = 0, quote_seq = 1", &[]);
        } else {
            sql.execute(&format!("DELETE FROM {table}"), &[]);
            sql.execute(&format!("INSERT INTO {table} SELECT * FROM kept"), &[]);
        }
        sql.execute("DROP TABLE kept", &[]);
        timed.assert_sound();
    }
}

#[test]
fn what_is_not_renewed_says_so_and_the_view_says_it_before() {
    let timed = Timed::open();
    let [kept, archived, late, mostly, unwatched] = std::array::from_fn(|_| order(&timed, &json!({})));
    assert_eq!(timed.renew(&kept).unwrap().status.name(), "new", "it can be paid");
    timed.expire(&kept, 20 * MINUTE);
    for id in [&archived, &late, &mostly, &unwatched] {
        timed.shop.until_status(id, "expired");
    }
    timed.pay(&late, "0.0004");
    until_flag(&timed, &late, "paidLate");
    timed.pay(&mostly, "0.0001");
    until_flag(&timed, &mostly, "paidPartial");
    let store = timed.store.parse().unwrap();
    timed
        .runtime
        .block_on(timed.app().archive(store, archived.parse().unwrap(), true, "a test", None))
        .unwrap();

    let renewal = |why| AppError::Refused(Refused::Renewal(why)).to_string();
    for (id, why) in [
        (&archived, AppError::Archived.to_string()),
        (&late, renewal(NotRenewed::PaidLate)),
        (&mostly, renewal(NotRenewed::PartLate)),
    ] {
        assert_eq!(timed.renew(id).unwrap_err().to_string(), why);
        assert_eq!(timed.view(id).renewal, None, "{why}");
        assert_eq!(timed.post(&format!("/i/{id}/renew")).status, 409, "{why}");
    }
    for id in ["x", "FMfp7ZAmD1ZCMoNbo1eXSt"] {
        for what in ["renew", "open"] {
            assert_eq!(timed.post(&format!("/i/{id}/{what}")).status, 404);
        }
    }
    // Whoever comes by a link sees the page; one that was paid meanwhile says so itself.
    assert_eq!(timed.get(&format!("/i/{late}/renew")).status, 200);
    assert_eq!(timed.view(&kept).renewal, Some(Renewal::NewPrice));
    timed.wait(24 * 60 * MINUTE);
    assert_eq!(timed.view(&unwatched).renewal, None);
    assert_eq!(timed.renew(&unwatched).unwrap_err().to_string(), renewal(NotRenewed::Unwatched));
    timed.assert_sound();
}

#[test]
fn a_store_may_quote_once() {
    let timed = Timed::with(StoreWords { no_renewals: true, ..StoreWords::default() });
    let id = order(&timed, &json!({}));
    timed.expire(&id, 15 * MINUTE);
    assert_eq!(timed.view(&id).renewal, None);
    assert_eq!(timed.post(&format!("/i/{id}/renew")).status, 409);
    assert!(matches!(timed.renew(&id), Err(AppError::RenewalsOff)));
}

#[test]
fn nothing_is_quoted_before_the_chain_has_said_that_nothing_came() {
    let timed = Timed::open();
    // The chain is looked at every second: it may be quicker than whoever asks, but not each time.
    let refused = (0..9).find_map(|_| {
        let id = order(&timed, &json!({}));
        timed.wait(15 * MINUTE);
        let reply = timed.post(&format!("/i/{id}/renew"));
        (reply.status == 409).then_some(reply)
    });
    let refused = refused.unwrap();
    assert!(refused.body.contains("A moment please"), "{}", refused.body);
    timed.assert_sound();
}

#[test]
fn the_merchant_reads_what_was_asked_when_and_at_which_rate() {
    let timed = Timed::open();
    let mut browser = Browser::new(&timed.url());
    assert_eq!(
        browser.log_in(specie_testkit::server::OWNER, specie_testkit::server::PASSWORD, "/").status,
        303
    );
    let id = order(&timed, &json!({}));
    timed.expire(&id, 20 * MINUTE);
    timed.rate("USD", "40000");
    timed.renew(&id).unwrap();
    timed.pay(&id, "0.0002");
    until_flag(&timed, &id, "paidPartial");
    timed.expire(&id, 15 * MINUTE);
    timed.renew(&id).unwrap();
    let html = browser.get(&format!("/stores/{}/invoices/{id}", timed.store)).body;
    for words in [
        "0.00040000 BTC is asked for 20.00 USD at ",
        "A new price was asked: 0.00050000 BTC",
        "0.00050000 BTC is asked for 20.00 USD at ",
        "More time was asked",
        "For the rest, at the same rate.",
        "It can be paid again.",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_nothing_inline(&html);
    let settings = browser.get(&format!("/stores/{}/settings", timed.store)).body;
    assert!(settings.contains("name=\"renewals\" value=\"1\" checked"), "{settings}");
}

#[test]
fn an_address_is_issued_when_the_buyer_wants_to_pay() {
    let timed = Timed::open();
    let next = || timed.data.sql().query("SELECT next_index FROM wallets", &[])[0].integer(0);
    let (never, id) = (timed.unopened(), timed.unopened());
    assert!(never.unopened && never.address.is_none() && never.payment_link().is_none());
    assert_eq!((never.due, next()), (Some(40_000), 0), "strangers use up nothing");
    let (never, id) = (never.id.to_string(), id.id.to_string());

    let shown = timed.shop.read(&id);
    for (field, value) in [
        ("status", json!("new")),
        ("btcPrice", json!("0.00040000")),
        ("btcDue", json!("0.00040000")),
        ("rate", json!(50000.0)),
        ("bitcoinAddress", Value::Null),
        ("paymentUrls", Value::Null),
        ("cryptoInfo", json!([])),
        ("addresses", json!({})),
        ("paymentCodes", json!({})),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert_eq!(timed.get(&format!("/i/{id}")).status, 200);
    assert_eq!(timed.get(&format!("/i/{id}/status")).json()["status"], "new");
    let early = timed.runtime.block_on(timed.app().practice_pay(id.parse().unwrap(), None)).unwrap_err();
    assert!(early.to_string().contains("no address yet"), "{early}");

    let statuses: Vec<_> = std::thread::scope(|all| {
        let ask = || timed.post(&format!("/i/{id}/open?lang=fr")).status;
        let asked: Vec<_> = (0..8).map(|_| all.spawn(ask)).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!((statuses, next()), (vec![303; 8], 1), "one address");
    let opened = timed.view(&id);
    assert!(!opened.unopened && opened.address.is_some());
    let usual = order(&timed, &json!({}));
    let addresses: BTreeSet<_> = [timed.view(&usual).address, opened.address].into_iter().collect();
    assert_eq!((addresses.len(), next()), (2, 2));

    timed.pay(&id, "0.0004");
    timed.shop.until_status(&id, "paid");
    timed.mine(6);
    timed.shop.until_status(&id, "complete");
    timed.expire(&never, 15 * MINUTE);
    assert_eq!(next(), 2);
    let late = timed.post(&format!("/i/{never}/open"));
    assert_eq!(late.status, 409, "{}", late.body);
    assert_eq!(timed.view(&never).renewal, Some(Renewal::NewPrice));
    assert!(timed.renew(&never).unwrap().unopened);
    let often = [timed.post(&format!("/i/{never}/open")), timed.post(&format!("/i/{never}/open"))];
    assert_eq!(often.map(|reply| reply.status), [303, 429]);
    timed.pay(&never, "0.0004");
    timed.shop.until_status(&never, "paid");
    assert_eq!(next(), 3);
    timed.assert_sound();
}

#[test]
fn an_invoice_without_an_address_is_shown_to_its_merchant() {
    let timed = Timed::open();
    let [new, marked, expired] = std::array::from_fn(|_| timed.unopened().id);
    let store = timed.store.parse().unwrap();
    let complete = specie_core::invoice::Mark::Complete;
    timed.runtime.block_on(timed.app().mark(store, marked, complete, "a test", None)).unwrap();
    let late = timed.post(&format!("/i/{marked}/open"));
    assert_eq!(late.status, 409, "{}", late.body);
    let mut browser = Browser::new(&timed.url());
    assert_eq!(
        browser.log_in(specie_testkit::server::OWNER, specie_testkit::server::PASSWORD, "/").status,
        303
    );
    let mut page = |id| {
        let reply = browser.get(&format!("/stores/{}/invoices/{id}", timed.store));
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(!reply.body.contains("Nothing was to be paid.") && !reply.body.contains("Nothing is asked."));
        reply.body
    };
    let html = page(new);
    assert!(html.contains("Not opened yet"), "{html}");
    assert!(html.contains("The address is issued when the buyer wants to pay."), "{html}");
    page(marked);
    timed.expire(&expired.to_string(), 15 * MINUTE);
    page(expired);
    timed.renew(&new.to_string()).unwrap();
    assert_eq!(timed.post(&format!("/i/{new}/open")).status, 303);
    assert!(page(new).contains("Payment opened"));
    timed.assert_sound();
}

#[test]
fn a_wish_to_go_on_reads_no_body_and_no_cookie() {
    let timed = Timed::open();
    let id = order(&timed, &json!({}));
    timed.expire(&id, 15 * MINUTE);
    let url = format!("{}/i/{id}/renew", timed.url());
    let headers = [("content-type", "text/plain"), ("cookie", "specie=x")];
    assert_eq!(send("POST", &url, &headers, b"id=another&lang=fr").status, 303);
    assert_eq!(send("POST", &url, &[], b"").status, 303);
    for method in ["PUT", "DELETE", "PATCH"] {
        assert_eq!(send(method, &url, &[], b"").status, 405, "{method}");
    }
}
