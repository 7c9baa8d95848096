//! Several processes at one database: each takes requests, one follows a chain, any one delivers.

#[allow(dead_code, clippy::unwrap_used, reason = "the pages need more of it; what fails here fails the test")]
#[path = "pages/timed.rs"]
mod timed;

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use specie_testkit::data::DataFolder;
use specie_testkit::http::send;
use specie_testkit::node::RegtestNode;
use specie_testkit::receiver::Receiver;
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;
use specie_testkit::wallet::account_key;
use timed::{Timed, serve};

const EXE: &str = env!("CARGO_BIN_EXE_specie");

fn id_of(invoice: &Value) -> String {
    invoice["id"].as_str().expect("an id").to_owned()
}

fn until_status(shop: &Shop, id: &str, status: &str) {
    until(status, || (shop.read(id)["status"] == status).then_some(()));
}

#[test]
fn what_one_process_sells_is_paid_where_another_follows_the_chain_and_told_once() {
    let (one, store) = Server::with_store(EXE);
    let two = one.beside();
    let (first, second) = (Shop::paired(&one, &store, "first"), Shop::paired(&two, &store, "second"));
    let receiver = Receiver::start();
    let order = json!({ "price": 20, "currency": "USD", "notificationURL": receiver.url("/ipn"),
        "fullNotifications": true });
    let sold: Vec<String> =
        [&first, &second].repeat(5).iter().map(|shop| id_of(&shop.invoice(&order))).collect();
    let addresses: BTreeSet<_> = sold.iter().map(|id| first.read(id)["bitcoinAddress"].to_string()).collect();
    assert_eq!(addresses.len(), sold.len(), "no address is given twice");

    for id in &sold {
        one.pay(id);
    }
    for id in &sold {
        until_status(&second, id, "paid");
    }
    one.mine(6);
    for id in &sold {
        until_status(&second, id, "complete");
    }
    // Paid, confirmed, complete, of each.
    until("every notification", || (receiver.bodies().len() >= 3 * sold.len()).then_some(()));
    let told: Vec<String> = receiver.bodies().iter().map(ToString::to_string).collect();
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "none came twice");
    assert_eq!(two.run(&["verify"])["sound"], true);
    let refused = two.try_run(&["sandbox", "mine", "1"], "").error();
    assert!(refused.contains("another process"), "{refused}");
}

#[test]
fn what_two_processes_accept_at_once_is_credited_once() {
    let (one, store) = Server::with_store(EXE);
    let two = one.beside();
    let (first, second) = (Shop::paired(&one, &store, "first"), Shop::paired(&two, &store, "second"));
    let id = id_of(&first.invoice(&json!({ "price": 20, "currency": "USD" })));
    one.run(&["sandbox", "pay", &id, "--amount", "0.0005"]);
    one.mine(6);
    until_status(&second, &id, "complete");
    let accept = |shop: &Shop| {
        shop.post(&format!("/invoices/{id}/adjustments"), &json!({ "type": "acceptOverPayment" }))
    };
    std::thread::scope(|both| {
        for shop in [&first, &second].repeat(4) {
            both.spawn(|| {
                let accepted = accept(shop);
                assert_eq!(accepted.status, 200, "{}", accepted.body);
                assert_eq!(accepted.data()["exceptionStatus"], false);
            });
        }
    });
    let entries = second.get("/ledgers/BTC").json();
    let amounts: Vec<_> = entries.as_array().unwrap().iter().map(|entry| entry["amount"].clone()).collect();
    assert_eq!(amounts, [40_000, 10_000]);
    assert_eq!(first.get("/ledgers").data()[0]["balance"], json!(0.0005));
    assert_eq!(two.run(&["verify"])["sound"], true);
}

#[test]
fn what_a_buyer_opens_and_renews_at_one_process_is_watched_by_the_one_that_follows_the_chain() {
    let one = Timed::open();
    let data = DataFolder::beside(&one.data);
    let two = one.runtime.block_on(serve(&data, &one.now));
    let away = two.app.public_url();
    let ask = |url: &str, id: &str, what: &str| {
        let reply = send("POST", &format!("{url}/i/{id}/{what}"), &[], b"");
        assert_eq!(reply.status, 303, "{}", reply.body);
    };
    let invoices: Vec<String> = (0..3).map(|_| one.unopened().id.to_string()).collect();
    one.wait(15 * timed::MINUTE);
    for id in &invoices {
        one.shop.until_status(id, "expired");
        // Of those who ask at once, at whichever process, all get the same.
        std::thread::scope(|all| {
            for (n, what) in [(0, "renew"), (1, "renew"), (0, "renew"), (1, "renew")] {
                let url = if n == 0 { one.url() } else { away.clone() };
                all.spawn(move || ask(&url, id, what));
            }
        });
        std::thread::scope(|all| {
            for url in [one.url(), away.clone()] {
                all.spawn(move || ask(&url, id, "open"));
            }
        });
    }
    // And one that only the other process knows of.
    invoices.iter().for_each(|id| one.pay(id, "0.0004"));
    let far = one.unopened().id.to_string();
    ask(&away, &far, "open");
    one.pay(&far, "0.0004");
    for id in invoices.iter().chain([&far]) {
        until_status(&one.shop, id, "paid");
    }
    let mut sql = one.data.sql();
    let count = |sql: &mut specie_testkit::sql::Sql, table: &str| {
        sql.query(&format!("SELECT count(*) FROM {table}"), &[])[0].integer(0)
    };
    assert_eq!((count(&mut sql, "quotes"), count(&mut sql, "scripts")), (7, 4));
    one.assert_sound();
    one.runtime.block_on(two.stop());
}

#[test]
fn of_two_bodies_under_one_key_one_is_done_whichever_processes_are_asked() {
    let (one, store) = Server::with_store(EXE);
    let two = one.beside();
    let (first, second) = (Shop::paired(&one, &store, "shop"), Shop::named(two.url(), "shop"));
    let rounds = 25;
    for round in 0..rounds {
        let (key, both_ready) = (format!("order-{round}"), Barrier::new(2));
        let ask = |shop: &Shop, price: u32| {
            let body = json!({ "price": price, "currency": "USD" }).to_string();
            both_ready.wait();
            shop.send_with("POST", "/invoices", &body, &[("idempotency-key", &key)]).status
        };
        let mut statuses = std::thread::scope(|both| {
            let asked = [both.spawn(|| ask(&first, 20)), both.spawn(|| ask(&second, 21))];
            asked.map(|asked| asked.join().expect("an answer"))
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{key}");
    }
    assert_eq!(one.sql().query("SELECT count(*) FROM invoices", &[])[0].integer(0), rounds);
}

/// A batch may have the wallet before it comes to a key, and another the key before the wallet.
#[test]
fn orders_with_and_without_a_key_never_wait_for_each_other_in_a_circle() {
    let (mut one, store) = Server::with_store(EXE);
    let mut two = one.beside();
    let (first, second) = (Shop::paired(&one, &store, "shop"), Shop::named(two.url(), "shop"));
    let (rounds, keys, all_ready) = (15, 8, Barrier::new(4 * 8));
    let body = json!({ "price": 20, "currency": "USD" }).to_string();
    let ask = &|shop: &Shop, key: Option<&str>| {
        all_ready.wait();
        let header: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        let reply = shop.send_with("POST", "/invoices", &body, &header);
        assert_eq!(reply.status, 200, "{}", reply.body);
        id_of(&reply.data())
    };
    for round in 0..rounds {
        let names: Vec<String> = (0..keys).map(|key| format!("order-{round}-{key}")).collect();
        let sold = std::thread::scope(|all| {
            let asked: Vec<_> = names
                .iter()
                .flat_map(|name| {
                    [(&first, None), (&second, Some(name)), (&second, None), (&first, Some(name))]
                })
                .map(|(shop, name)| (name, all.spawn(move || ask(shop, name.map(String::as_str)))))
                .collect();
            asked
                .into_iter()
                .map(|(name, asked)| (name, asked.join().expect("an answer")))
                .collect::<Vec<_>>()
        });
        for name in &names {
            let sold: BTreeSet<_> = sold.iter().filter(|(under, _)| *under == Some(name)).collect();
            assert_eq!(sold.len(), 1, "one key is one invoice");
        }
    }
    let mut sql = one.sql();
    assert_eq!(sql.query("SELECT count(*) FROM invoices", &[])[0].integer(0), rounds * keys * 3);
    // A connection says what befell it when it ends, at the latest.
    assert_eq!((one.stop(), two.stop()), (0, 0));
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
    until("the end of all connections", || (sql.query(others, &[])[0].integer(0) == 1).then_some(()));
    let circles = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(sql.query(circles, &[])[0].integer(0), 0, "the server had to break a circle");
}

#[test]
fn what_another_process_sells_is_watched_although_a_transaction_of_something_else_runs_for_long() {
    let (one, store) = Server::with_store(EXE);
    let two = one.beside();
    let shop = Shop::paired(&two, &store, "second");
    let mut report = one.sql();
    report.execute("BEGIN", &[]);
    report.query("SELECT pg_current_xact_id()::text", &[]);
    for _ in 0..2 {
        let id = id_of(&shop.invoice(&json!({ "price": 20, "currency": "USD" })));
        one.pay(&id);
        until_status(&shop, &id, "paid");
    }
    report.execute("ROLLBACK", &[]);
}

#[test]
fn a_server_whose_database_hangs_stops_all_the_same() {
    let (mut one, store) = Server::with_store(EXE);
    let shop = Shop::paired(&one, &store, "shop");
    let id = id_of(&shop.invoice(&json!({ "price": 20, "currency": "USD" })));
    let (mut holder, mut onlooker) = (one.sql(), one.sql());
    holder.execute("BEGIN", &[]);
    // Whoever settles waits for this one, and more than once.
    holder.execute("LOCK TABLE leads IN ACCESS EXCLUSIVE MODE", &[]);
    one.pay(&id);
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'leads'::regclass";
    until("one that waits", || (onlooker.query(waiting, &[])[0].integer(0) > 0).then_some(()));
    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    let told = Instant::now();
    one.stop();
    assert!(told.elapsed() < Duration::from_secs(12), "{:?}", told.elapsed());
}

#[test]
fn when_the_process_that_follows_the_node_dies_another_goes_on() {
    let node = RegtestNode::start();
    let mut one = Server::on_node(EXE, &node);
    let store = one.real_store("shop", &account_key("shop"));
    let two = one.beside();
    let shop = Shop::paired(&two, &store, "shop");
    let invoice = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let (id, address) = (id_of(&invoice), invoice["bitcoinAddress"].as_str().expect("an address"));
    one.kill();
    node.send(address, bitcoin::Amount::from_sat(40_000));
    until_status(&shop, &id, "paid");
    node.mine(1);
    until_status(&shop, &id, "confirmed");
}

#[test]
fn while_the_database_takes_nothing_shops_hear_that_they_may_try_again() {
    let (one, store) = Server::with_store(EXE);
    let shop = Shop::paired(&one, &store, "shop");
    let mut sql = one.sql();
    let order = json!({ "price": 20, "currency": "USD" });
    sql.execute("ALTER TABLE events RENAME TO elsewhere", &[]);
    let refused = shop.post("/invoices", &order);
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.body.contains("does not answer at the moment"), "{}", refused.body);
    sql.execute("ALTER TABLE elsewhere RENAME TO events", &[]);
    assert_eq!(shop.invoice(&order)["status"], "new");
}

#[test]
fn a_process_with_another_server_key_is_refused() {
    let (one, _) = Server::with_store(EXE);
    let mut two = one.beside();
    two.kill();
    std::fs::remove_file(two.data().join("server.key")).expect("there is one");
    let refused = two.try_run(&["status"], "").error();
    assert!(refused.contains("another server key"), "{refused}");
}
