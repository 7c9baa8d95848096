//! `specie verify` finds what was changed behind the server's back.

use serde_json::json;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::sql::Sql;
use specie_testkit::wait::until;

use super::house::EXE;

/// A server that sold one thing and does not run any more.
fn sold() -> (Server, String) {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let invoice = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let id = invoice["id"].as_str().unwrap().to_owned();
    server.pay(&id);
    server.mine(6);
    shop.until_status(&id, "complete");
    assert_eq!(server.stop(), 0);
    let verified = server.run(&["verify"]);
    assert_eq!((&verified["sound"], &verified["invoices"]), (&json!(true), &json!(1)));
    (server, id)
}

/// What tampering touches is kept beside it.
fn keep(sql: &mut Sql) {
    for kept in [
        "CREATE TABLE kept_events AS SELECT invoice_id, seq, at, event FROM events",
        "CREATE TABLE kept_postings AS SELECT * FROM postings",
        "CREATE TABLE kept_invoices AS SELECT id, status, flag, booked, accepted, accepted_at FROM invoices",
    ] {
        sql.execute(kept, &[]);
    }
}

fn put_back(sql: &mut Sql) {
    for back in [
        "DELETE FROM events",
        "INSERT INTO events (invoice_id, seq, at, event) SELECT invoice_id, seq, at, event FROM kept_events",
        "DELETE FROM postings",
        "INSERT INTO postings SELECT * FROM kept_postings",
        "UPDATE invoices SET (status, flag, booked, accepted, accepted_at) =
            (SELECT status, flag, booked, accepted, accepted_at FROM kept_invoices
            WHERE kept_invoices.id = invoices.id)",
    ] {
        sql.execute(back, &[]);
    }
}

#[test]
fn a_tampered_log_ledger_or_verdict_is_found() {
    let (server, id) = sold();
    let mut sql = server.sql();
    keep(&mut sql);
    for tampering in [
        // A status that was never reached, an event that is gone, one made up, two changed places.
        "UPDATE events SET event = replace(event, 'confirmed', 'expired') WHERE event LIKE '%\"to\":\"confirmed\"%'",
        "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",
        "INSERT INTO events (invoice_id, seq, at, event)
            SELECT invoice_id, max(seq) + 1, 0, '\"created\"' FROM events GROUP BY invoice_id",
        "UPDATE events SET seq = -seq WHERE seq IN (2, 3); UPDATE events SET seq = 5 + seq WHERE seq < 0",
        "UPDATE events SET event = 'nonsense' WHERE seq = 1",
        "UPDATE postings SET amount = amount + 1",
        "DELETE FROM postings",
        "UPDATE invoices SET status = 'paid'",
        "UPDATE invoices SET flag = 'paid_over'",
        "UPDATE invoices SET booked = booked + 1",
        "UPDATE invoices SET accepted = 1000, accepted_at = 0",
        "UPDATE postings SET from_account = 'unallocated'",
        "UPDATE postings SET event_count = 1",
    ] {
        let touched: u64 = tampering.split(';').map(|one| sql.execute(one, &[])).sum();
        assert!(touched > 0, "{tampering}");
        let ran = server.try_run(&["verify"], "");
        assert_eq!(ran.code, 1, "{tampering}: {ran:?}");
        let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(answer["sound"], false, "{tampering}");
        let problems = answer["problems"].to_string();
        assert!(problems.contains(&id), "{tampering}: {problems}");
        put_back(&mut sql);
        assert_eq!(server.run(&["verify"])["sound"], true, "after {tampering}");
    }
}

#[test]
fn a_tampered_summary_is_found() {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let invoice = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let id = invoice["id"].as_str().unwrap();
    server.pay(id);
    server.mine(6);
    let mut sql = server.sql();
    until("the sale being summed up", || {
        let touch = "UPDATE summary_totals SET value = value WHERE name = 'status complete' AND value = 1";
        (sql.execute(touch, &[]) == 1).then_some(())
    });
    assert_eq!(server.stop(), 0);
    assert_eq!(server.run(&["verify"])["sound"], true);
    for (tampering, back) in [
        ("UPDATE summary_totals SET value = value + 1", "UPDATE summary_totals SET value = value - 1"),
        ("UPDATE summary_sales SET sats = sats + 1", "UPDATE summary_sales SET sats = sats - 1"),
        (
            "UPDATE summary_invoices SET counted = replace(counted, 'complete', 'paid')",
            "UPDATE summary_invoices SET counted = replace(counted, 'paid', 'complete')",
        ),
        (
            "UPDATE summary_invoices SET counted = 'x' || counted",
            "UPDATE summary_invoices SET counted = substr(counted, 2)",
        ),
        ("DELETE FROM summary_invoices", ""),
    ] {
        assert!(sql.execute(tampering, &[]) > 0, "{tampering}");
        let ran = server.try_run(&["verify"], "");
        assert_eq!(ran.code, 1, "{tampering}: {ran:?}");
        let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let problems = answer["problems"].to_string();
        assert!(problems.contains("summ"), "{tampering}: {problems}");
        if !back.is_empty() {
            sql.execute(back, &[]);
            assert_eq!(server.run(&["verify"])["sound"], true, "after {tampering}");
        }
    }
}

#[test]
fn a_tampered_balance_is_found() {
    let (server, _) = sold();
    let mut sql = server.sql();
    for (tampering, back) in [
        ("UPDATE balances SET amount = amount + 1", "UPDATE balances SET amount = amount - 1"),
        (
            "UPDATE balances SET account = 'unallocated' WHERE account = 'sales'",
            "UPDATE balances SET account = 'sales' WHERE account = 'unallocated'",
        ),
    ] {
        assert!(sql.execute(tampering, &[]) > 0, "{tampering}");
        let ran = server.try_run(&["verify"], "");
        assert_eq!(ran.code, 1, "{tampering}: {ran:?}");
        let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(answer["problems"].to_string().contains("balance"), "{tampering}: {answer}");
        sql.execute(back, &[]);
        assert_eq!(server.run(&["verify"])["sound"], true, "after {tampering}");
    }
}
