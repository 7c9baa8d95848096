//! PostgreSQL under the contract, and what only it has: other processes at the same database, and
//! connections that can be lost.

use std::sync::mpsc::channel;

use specie_core::invoice::Fact;
use specie_db::events::Written;
use specie_db::{Db, DbError, Durability, Lane, SCHEMA_VERSION, Tx, events, invoices, leads, users, wallets};
use specie_testkit::postgres::Database;

use crate::Engine;
use crate::proxy::Proxy;
use crate::shop::{Draft, EXPIRY, HEIGHT, START, Shop, invoice_id, user};

/// A database of its own on a server.
pub struct Postgres(Database);

impl Postgres {
    pub fn fresh() -> Self {
        Self(Database::fresh())
    }
}

impl Engine for Postgres {
    fn open(&self) -> Result<Db, DbError> {
        Db::open(self.0.url(), Durability::Off, START)
    }

    const IS_STRICT: bool = true;

    fn try_tamper(&self, sql: &str) -> Result<(), String> {
        let sql = as_bytea(sql);
        // Its own rules bind even the hand of a superuser, but for the keys between tables.
        self.0.by_hand(|client| client.batch_execute(&sql).map_err(|e| e.to_string()))
    }

    fn ask(&self, sql: &str) -> i64 {
        self.0.by_hand(|client| client.query_one(sql, &[]).unwrap_or_else(|e| panic!("{sql}: {e}")).get(0))
    }
}

/// Bytes are written `x'00'` in SQLite and in these tests.
fn as_bytea(sql: &str) -> String {
    let mut parts = sql.split("x'");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hex, rest) = part.split_once('\'').unwrap();
        text.push_str(&format!("'\\x{hex}'::bytea{rest}"));
    }
    text
}

fn add(n: u8) -> impl FnMut(&mut Tx<'_>) -> Result<(), DbError> + Send + 'static {
    move |tx| users::insert(tx, &user(n, &format!("{n}@example.com")))
}

/// Ends every connection that the program has, as a server does that restarts.
fn throw_out(engine: &Postgres) {
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    engine.ask(&format!("SELECT count(pg_terminate_backend(pid)) {others}"));
    // They end when they have noticed.
    specie_testkit::wait::until("the end of every connection", || {
        (engine.ask(&format!("SELECT count(*) {others}")) == 0).then_some(())
    });
}

#[tokio::test]
async fn processes_that_start_at_once_bring_the_schema_up_to_date_once() {
    let engine = Postgres::fresh();
    let opened: Vec<_> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..4).map(|_| scope.spawn(|| engine.open())).collect();
        openers.into_iter().map(|opener| opener.join().unwrap()).collect()
    });
    assert!(opened.iter().all(Result::is_ok));
    assert_eq!(engine.ask("SELECT count(*) FROM migrations"), SCHEMA_VERSION);
}

#[test]
fn a_schema_that_is_not_this_programs_is_refused() {
    for (change, says) in [
        (format!("INSERT INTO migrations VALUES ({}, 'later', '', 0)", SCHEMA_VERSION + 1), "newer version"),
        ("UPDATE migrations SET checksum = 'of another text' WHERE version = 1".to_owned(), "differs"),
    ] {
        let engine = Postgres::fresh();
        drop(engine.open().unwrap());
        engine.tamper(&change);
        let refused = engine.open().err().unwrap().to_string();
        assert!(refused.contains(says), "{refused}");
    }
}

#[test]
fn a_server_that_refuses_is_named_without_the_password() {
    let engine = Postgres::fresh();
    let wrong = engine.0.url().replacen(":specie_", ":hunter2", 1);
    for (url, says) in [
        (wrong.as_str(), "password authentication failed"),
        ("postgres://ann:hunter2@127.0.0.1:1/specie", "postgres://127.0.0.1/specie"),
        ("postgres://ann:hunter2@127.0.0.1", "names no database"),
        ("mysql://ann:hunter2@127.0.0.1/specie", "expected"),
    ] {
        let refused = Db::open(url, Durability::Full, START).err().unwrap().to_string();
        assert!(refused.contains(says) && !refused.contains("hunter2"), "{refused}");
    }
}

#[tokio::test]
async fn two_processes_take_the_indices_of_a_wallet_without_gap_or_repetition() {
    let engine = Postgres::fresh();
    let (shop, other) = (Shop::open(&engine).await, engine.open().unwrap());
    let wallet = shop.wallet.id;
    let take = move |tx: &mut Tx<'_>| {
        let locked = wallets::lock(tx, wallet)?.unwrap();
        wallets::take_index(tx, locked)
    };
    let mut taking = vec![];
    for db in [&shop.db, &other].repeat(40) {
        let db = db.clone();
        taking.push(tokio::spawn(
            async move { db.write_then(Lane::Wallet(wallet), "take", take, |_| {}).await },
        ));
    }
    let mut taken = vec![];
    for job in taking {
        taken.push(job.await.unwrap().unwrap());
    }
    taken.sort_unstable();
    assert_eq!(taken, (0..80).collect::<Vec<_>>());
}

#[tokio::test]
async fn lanes_do_not_wait_for_each_other() {
    let engine = Postgres::fresh();
    let db = engine.open().unwrap();
    let (go_on, told) = channel::<()>();
    let (begun, arrived) = channel();
    let (slow, lane) = (db.clone(), Lane::Wallet(specie_core::ids::WalletId::from_bytes([1; 16])));
    let slow = tokio::spawn(async move {
        let hold = move |_: &mut Tx<'_>| {
            let _ = begun.send(());
            let _ = told.recv();
            Ok::<_, DbError>(())
        };
        slow.write_then(lane, "slow", hold, |()| {}).await
    });
    tokio::task::yield_now().await;
    arrived.recv().unwrap();
    db.write("quick", add(1)).await.unwrap();
    assert!(!slow.is_finished());
    drop(go_on);
    slow.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_another_process_wrote_since_the_job_looked_makes_it_look_again() {
    let engine = Postgres::fresh();
    let (db, other) = (engine.open().unwrap(), engine.open().unwrap());
    let (looked, seen) = channel();
    let (go_on, told) = channel::<()>();
    let find_or_make = tokio::spawn(async move {
        db.write("find_or_make", move |tx| {
            if users::find_by_email(tx, "1@example.com")?.is_some() {
                return Ok::<_, DbError>("found");
            }
            let _ = looked.send(());
            let _ = told.recv();
            add(1)(tx).map(|()| "made")
        })
        .await
    });
    tokio::task::yield_now().await;
    seen.recv().unwrap();
    other.write("user", add(1)).await.unwrap();
    drop(go_on);
    assert_eq!(find_or_make.await.unwrap().unwrap(), "found");
    assert_eq!(engine.ask("SELECT count(*) FROM users"), 1);
}

#[tokio::test]
async fn jobs_that_block_each_other_both_end() {
    let engine = Postgres::fresh();
    let (db, other) = (engine.open().unwrap(), engine.open().unwrap());
    for n in [1, 2] {
        db.write("user", add(n)).await.unwrap();
    }
    let mut jobs = vec![];
    let meet = std::sync::Arc::new(std::sync::Barrier::new(2));
    for (db, order) in [(db, [1, 2]), (other, [2, 1])] {
        let (meet, mut first) = (meet.clone(), true);
        jobs.push(tokio::spawn(async move {
            db.write("both", move |tx| {
                users::set_password(tx, user(order[0], "").id, "new")?;
                if std::mem::take(&mut first) {
                    meet.wait();
                }
                users::set_password(tx, user(order[1], "").id, "new").map(drop)
            })
            .await
        }));
    }
    for job in jobs {
        job.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_server_that_went_away_is_found_again_when_it_is_back() {
    let engine = Postgres::fresh();
    let db = engine.open().unwrap();
    db.write("user", add(1)).await.unwrap();
    for n in 2..5 {
        throw_out(&engine);
        db.write("user", add(n)).await.unwrap();
        throw_out(&engine);
        // Every reader has lost its connection.
        for _ in 0..20 {
            assert_eq!(db.read(users::count).await.unwrap(), i64::from(n));
        }
    }
}

#[tokio::test]
async fn a_transaction_that_loses_its_connection_runs_again_as_a_whole() {
    let engine = Postgres::fresh();
    let db = engine.open().unwrap();
    let (mut go_on, mut runs) = (None, 0);
    let (sender, told) = channel::<()>();
    go_on.replace(sender);
    let (begun, arrived) = channel();
    let writing = tokio::spawn(async move {
        db.write("interrupted", move |tx| {
            runs += 1;
            add(1)(tx)?;
            if runs == 1 {
                let _ = begun.send(());
                let _ = told.recv();
            }
            add(2)(tx).map(|()| runs)
        })
        .await
    });
    tokio::task::yield_now().await;
    arrived.recv().unwrap();
    throw_out(&engine);
    drop(go_on);
    assert_eq!(writing.await.unwrap().unwrap(), 2);
    assert_eq!(engine.ask("SELECT count(*) FROM users"), 2);
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_asked_after_and_not_done_twice() {
    let engine = Postgres::fresh();
    let proxy = Proxy::to(engine.0.url());
    let db = Db::open(proxy.url(), Durability::Off, START).unwrap();
    let mut runs = 0;
    proxy.lose_the_next_answer_to("COMMIT;");
    let written = db.write("user", move |tx| {
        runs += 1;
        add(1)(tx).map(|()| runs)
    });
    assert_eq!(written.await.unwrap(), 1, "it had happened");
    assert!(proxy.has_lost_it());
    assert_eq!(engine.ask("SELECT count(*) FROM users"), 1);
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_done_once_more() {
    let engine = Postgres::fresh();
    let db = engine.open().unwrap();
    // The first commit kills its own connection.
    engine.tamper(
        "CREATE SEQUENCE commits;
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER die AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION die()",
    );
    let mut runs = 0;
    let written = db.write("user", move |tx| {
        runs += 1;
        add(1)(tx).map(|()| runs)
    });
    assert_eq!(written.await.unwrap(), 2);
    assert_eq!(engine.ask("SELECT count(*) FROM users"), 1);
}

#[tokio::test]
async fn an_error_that_a_job_overlooks_keeps_nothing_of_it() {
    let engine = Postgres::fresh();
    let db = engine.open().unwrap();
    let before = db.write("user", add(1));
    let careless = db.write("careless", |tx| {
        add(2)(tx)?;
        // No such store: the key between the tables refuses.
        let refused = specie_db::pairing::insert_token(
            tx,
            &specie_db::pairing::Token {
                id: specie_core::ids::TokenId::from_bytes([1; 16]),
                store_id: specie_core::ids::StoreId::from_bytes([9; 16]),
                facade: specie_core::facade::Facade::Merchant,
                sin: Some("TfClient".to_owned()),
                label: None,
                paired_at: START,
            },
        );
        assert!(refused.is_err());
        Ok::<_, DbError>(())
    });
    let (before, careless) = tokio::join!(before, careless);
    before.unwrap();
    assert!(careless.is_err());
    assert_eq!(engine.ask("SELECT count(*) FROM users"), 1);
}

#[tokio::test]
async fn one_process_leads_until_it_ends_and_what_it_writes_later_is_refused() {
    let engine = Postgres::fresh();
    let (db, other) = (engine.open().unwrap(), engine.open().unwrap());
    let lead = db.try_lead("regtest").await.unwrap().unwrap();
    assert!(other.try_lead("regtest").await.unwrap().is_none());
    assert!(other.try_lead("sandbox").await.unwrap().is_some(), "of another thing");
    assert!(lead.stands().await);
    let term = lead.term();
    let check = move |tx: &mut Tx<'_>| leads::check(tx, "regtest", term);
    db.write("still mine", check).await.unwrap();

    throw_out(&engine);
    assert!(!lead.stands().await, "its connection is gone");
    // Every connection is gone, and the lock with it.
    let next = other.try_lead("regtest").await.unwrap().unwrap();
    assert!(next.term() > term);
    let refused = db.write("as if nothing had happened", check).await;
    assert!(matches!(refused, Err(DbError::LeadLost("regtest"))), "{refused:?}");
}

#[tokio::test]
async fn the_log_is_read_in_an_order_in_which_nothing_is_missed() {
    let engine = Postgres::fresh();
    let (shop, other) = (Shop::open(&engine).await, engine.open().unwrap());
    for n in [1, 2, 3] {
        shop.sell(n, Draft::default()).await;
    }
    let start = shop.db.read(events::newest).await.unwrap();
    let append = |n: u8, seq: i64| {
        move |tx: &mut Tx<'_>| {
            events::append(tx, invoice_id(n), seq, &[specie_core::invoice::Event::Created], START)
        }
    };
    let (go_on, told) = channel::<()>();
    let (begun, arrived) = channel();
    let slow = shop.db.clone();
    let slow = tokio::spawn(async move {
        slow.write("slow", move |tx| {
            append(1, 7)(tx)?;
            let _ = begun.send(());
            let _ = told.recv();
            Ok::<_, DbError>(())
        })
        .await
    });
    tokio::task::yield_now().await;
    arrived.recv().unwrap();
    other.write("quick", append(2, 7)).await.unwrap();
    // What was written while other transactions of the server still ran may come once more.
    let read = |from| {
        let db = other.clone();
        async move {
            let written = db.read(move |r| events::since(r, from, 100)).await.unwrap();
            written.into_iter().filter(|written| !written.issued).collect::<Vec<_>>()
        }
    };
    let about = |written: &[Written]| written.iter().map(|w| w.invoice_id).collect::<Vec<_>>();
    let early = read(start).await;
    assert_eq!(about(&early), [invoice_id(2)], "heard at once");
    assert!(!early[0].settled, "an earlier one may still come");
    drop(go_on);
    slow.await.unwrap().unwrap();
    let both = read(start).await;
    assert_eq!(about(&both), [invoice_id(1), invoice_id(2)]);
    other.write("later", append(3, 7)).await.unwrap();
    assert_eq!(about(&read(both[1].cursor).await), [invoice_id(3)]);
}

#[tokio::test]
async fn a_process_hears_that_another_has_written() {
    let engine = Postgres::fresh();
    let (db, other) = (engine.open().unwrap(), engine.open().unwrap());
    assert!(db.is_shared());
    // The first hint comes with the beginning: something may have been missed.
    db.written_by_anyone().await;
    other.write("user", add(1)).await.unwrap();
    db.written_by_anyone().await;
    assert_eq!(db.read(users::count).await.unwrap(), 1);
}

#[tokio::test]
async fn who_waited_for_an_invoice_is_given_the_quote_that_stands_by_then() {
    let engine = Postgres::fresh();
    let (shop, other) = (Shop::open(&engine).await, engine.open().unwrap());
    shop.sell(1, Draft::default()).await;
    let at = EXPIRY.plus_secs(60);
    shop.settle(1, Fact::Time, at, HEIGHT).await;
    let (locked, is_locked) = channel();
    let (go_on, told) = channel::<()>();
    let first = shop.db.clone();
    let first = tokio::spawn(async move {
        first
            .write("renew", move |tx| {
                crate::invoices::renew(tx, 1, 1200, "33333", at)?;
                let _ = locked.send(());
                let _ = told.recv();
                Ok::<_, DbError>(())
            })
            .await
    });
    tokio::task::yield_now().await;
    is_locked.recv().unwrap();
    let second = tokio::spawn(async move {
        other
            .write("look", |tx| {
                let found = invoices::lock(tx, invoice_id(1))?.expect("it was made");
                Ok::<_, DbError>((found.invoice.terms().due(), found.rate.clone().unwrap().per_btc))
            })
            .await
    });
    tokio::task::yield_now().await;
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    specie_testkit::wait::until("the wait for the row", || (engine.ask(waits) > 0).then_some(()));
    drop(go_on);
    first.await.unwrap().unwrap();
    let (due, per_btc) = second.await.unwrap().unwrap();
    assert_eq!((due.unwrap().to_sat(), per_btc.to_string()), (1200, "33333".to_owned()));
}
