//! What becomes of a notification that does not arrive: it is kept, tried again, and holds back
//! what comes after it of the same invoice.

use serde_json::json;
use specie_testkit::receiver::{Answer, Heard, Receiver};
use specie_testkit::wait::until;

use super::aging::age;
use super::database::{Row, deliveries};
use super::{assert_told, id_of, open, order};

const MINUTE: i64 = 60_000;

fn delivery_id(heard: &Heard) -> String {
    heard.headers.iter().find(|(name, _)| name == "specie-delivery").unwrap().1.clone()
}

fn states(rows: &[Row]) -> Vec<(&str, i64)> {
    rows.iter().map(|row| (row.state.as_str(), row.attempts)).collect()
}

#[test]
fn a_refused_notification_is_tried_again_and_those_behind_it_wait() {
    let (mut server, shop) = open();
    let (refusing, other) = (Receiver::start(), Receiver::start());
    refusing.answer(Answer::Status(500));
    let full = json!({ "fullNotifications": true });
    let id = id_of(&shop.invoice(&order(&refusing, &full)));
    let neighbour = id_of(&shop.invoice(&order(&refusing, &full)));
    let elsewhere = id_of(&shop.invoice(&order(&other, &full)));
    for id in [&id, &neighbour, &elsewhere] {
        server.pay(id);
    }
    server.mine(6);
    assert_told(&other, &elsewhere, &["paid", "confirmed", "complete"]);
    shop.until_status(&id, "complete");

    // One attempt at the first of each invoice, and none at those behind it.
    for id in [&id, &neighbour] {
        let rows = until("the attempt", || {
            Some(deliveries(&server, id)).filter(|rows| rows.len() == 3 && rows[0].attempts == 1)
        });
        assert_eq!(states(&rows), [("pending", 1), ("pending", 0), ("pending", 0)]);
        assert_eq!(rows[0].outcomes, [(Some(500), Some("answered 500".to_owned()))]);
        assert_eq!(Some(rows[0].next_at), rows[0].first_at.map(|at| at + MINUTE));
        assert_eq!(rows[0].lease_until, 0);
    }
    assert_eq!(refusing.heard().len(), 2);

    // A minute later the shop is well again.
    let before = deliveries(&server, &id);
    assert_eq!(server.stop(), 0);
    refusing.answer(Answer::Status(204));
    age(&server, &id, MINUTE);
    server.restart();
    assert_told(&refusing, &id, &["paid", "paid", "confirmed", "complete"]);
    let heard: Vec<_> = refusing.heard().into_iter().filter(|heard| heard.body.contains(&id)).collect();
    let ids: Vec<_> = heard.iter().map(delivery_id).collect();
    let [first, second, third] = [0, 1, 2].map(|i: usize| before[i].id.clone());
    assert_eq!(ids, [first.clone(), first, second, third]);
    assert_eq!(heard[0].body, heard[1].body, "its content is what it was");
    let rows = until("the records", || {
        Some(deliveries(&server, &id)).filter(|rows| rows.iter().all(|row| row.state == "done"))
    });
    assert_eq!(states(&rows), [("done", 2), ("done", 1), ("done", 1)]);
}

#[test]
fn what_was_written_but_not_sent_survives_a_kill() {
    let (mut server, shop) = open();
    let receiver = Receiver::start();
    receiver.answer(Answer::Silence);
    let body = order(&receiver, &json!({ "extendedNotifications": true }));
    // All places at the endpoint are taken by attempts that hang; the rest was never tried.
    let ids: Vec<String> = (0..7).map(|_| id_of(&shop.invoice(&body))).collect();
    receiver.wait_for(4);
    let written: Vec<Row> = ids.iter().map(|id| deliveries(&server, id).remove(0)).collect();
    server.kill();
    let hung: Vec<String> = receiver.heard().iter().map(delivery_id).collect();
    assert_eq!(hung.len(), 4);

    receiver.answer(Answer::Status(200));
    server.restart();
    let heard = receiver.wait_for(7);
    let mut sent: Vec<String> = heard[4..].iter().map(delivery_id).collect();
    sent.sort();
    let mut waiting: Vec<String> =
        written.iter().map(|row| row.id.clone()).filter(|id| !hung.contains(id)).collect();
    waiting.sort();
    assert_eq!(sent, waiting);

    // Those that hung may have arrived: they keep their id, and come up again when their lease ends.
    for (id, row) in ids.iter().zip(&written).filter(|(_, row)| hung.contains(&row.id)) {
        let kept = deliveries(&server, id).remove(0);
        assert_eq!((&kept.id, kept.state.as_str(), kept.attempts), (&row.id, "pending", 0));
        assert!((1..=MINUTE + 1000).contains(&(kept.lease_until - kept.created_at)), "{kept:?}");
    }
}

#[test]
fn a_notification_that_cannot_be_read_keeps_no_other_waiting() {
    let (mut server, shop) = open();
    let receiver = Receiver::start();
    let body = order(&receiver, &json!({ "fullNotifications": true }));
    let ids: Vec<String> = (0..7).map(|_| id_of(&shop.invoice(&body))).collect();
    assert_eq!(server.stop(), 0);
    for id in &ids {
        server.pay(id);
    }
    // As many as an endpoint has places, and one more, all of them due before the sound ones.
    let (damaged, sound) = ids.split_at(5);
    let mut sql = server.sql();
    let mut damage = |column: &str, value: &str| {
        let damage = format!("UPDATE deliveries SET {column} = {value}, lease_until = 0 WHERE number <= 5");
        assert_eq!(sql.execute(&damage, &[]), 5);
    };
    damage("next_at", "0");
    damage("notice", "'\"Rumour\"'");
    server.restart();
    for id in sound {
        assert_told(&receiver, id, &["paid"]);
    }
    assert_eq!(server.stop(), 0);
    damage("notice", "(SELECT notice FROM deliveries WHERE number = 6)");
    damage("snapshot", "'{\"id\":' || snapshot");
    server.restart();
    let later = id_of(&shop.invoice(&body));
    server.pay(&later);
    assert_told(&receiver, &later, &["paid"]);
    assert_eq!(receiver.heard().len(), 3);
    // Nothing is lost: whoever mends them has them sent.
    assert_eq!(server.stop(), 0);
    damage("snapshot", "substr(snapshot, 7)");
    server.restart();
    for id in damaged {
        assert_told(&receiver, id, &["paid"]);
    }
}

#[test]
fn what_happens_while_no_server_runs_is_told_by_the_next_one() {
    let (mut server, shop) = open();
    let receiver = Receiver::start();
    let id = id_of(&shop.invoice(&order(&receiver, &json!({ "fullNotifications": true }))));
    assert_eq!(server.stop(), 0);
    server.pay(&id);
    server.mine(1);
    assert_eq!(receiver.heard().len(), 0);
    server.restart();
    assert_told(&receiver, &id, &["paid", "confirmed"]);
    for body in receiver.bodies() {
        assert_eq!(body["url"], format!("{}/invoice?id={id}", server.url()), "a whole link");
    }
}

#[test]
fn each_attempt_has_a_request_id_of_its_own_that_the_log_knows_too() {
    let (mut server, shop) = open();
    server.keep_log();
    let refusing = Receiver::start();
    refusing.answer(Answer::Status(500));
    let id = id_of(&shop.invoice(&order(&refusing, &json!({ "fullNotifications": true }))));
    server.pay(&id);
    until("the attempt", || deliveries(&server, &id).iter().any(|row| row.attempts == 1).then_some(()));
    assert_eq!(server.stop(), 0);
    age(&server, &id, MINUTE);
    server.restart();
    until("another", || deliveries(&server, &id).iter().any(|row| row.attempts == 2).then_some(()));
    let request_id = |heard: &Heard| {
        let found = heard.headers.iter().find(|(name, _)| name == "request-id");
        found.unwrap_or_else(|| panic!("no Request-Id: {heard:?}")).1.clone()
    };
    let heard: Vec<String> = refusing.heard().iter().map(request_id).collect();
    assert!(heard.len() == 2 && heard[0] != heard[1], "{heard:?}");
    let stored = server.sql().query("SELECT request_id FROM attempts ORDER BY attempt", &[]);
    assert_eq!(stored.iter().map(|row| row.text(0)).collect::<Vec<_>>(), heard);
    for id in heard {
        let line = format!("request{{id={id}}}");
        let said = |line: &str| line.contains("a notification did not arrive");
        until("the log", || {
            server.log().iter().any(|said_of| said_of.contains(&line) && said(said_of)).then_some(())
        });
    }
}
