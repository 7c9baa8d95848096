//! What SQLite allows: the rows and indexes of an invoice, by the program's own schema and
//! statements, written by one thread that does nothing else, 64 invoices to a commit.
//!
//! Databases that a row needs full beforehand are filled by the same hand. Nothing of the program's
//! engine is used.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use bitcoin::hashes::{Hash, sha256};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use serde_json::Value;
use specie_core::invoice::{Flag, Order};
use specie_core::money::{parse_decimal, sort_key};

use crate::clock;

const SCHEMA: &str = include_str!("../../../db/migrations/0001_first_invoice.sql");
const LIVED: &str = include_str!("lived.sql");
/// How many wait for a commit.
const WAITING: u64 = 64;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What a shop said about an order, as the program keeps it.
pub(super) static ORDER: LazyLock<String> = LazyLock::new(|| {
    let order = Order { order_id: Some("order-00000001".to_owned()), ..Order::default() };
    serde_json::to_string(&order).expect("an order is JSON")
});

/// Who writes invoices into a file.
pub struct Scribe {
    connection: Connection,
    store: Vec<u8>,
    wallet: Vec<u8>,
}

/// An invoice to be written.
pub struct Written {
    /// Its number; also, behind what the server issued itself, the wallet's index.
    pub number: u64,
    /// When it was made.
    pub created_at: i64,
    /// `new`, `complete`, `expired`.
    pub status: &'static str,
    /// When something may be due with it.
    pub deadline: Option<i64>,
}

fn statement(name: &str) -> &'static str {
    super::statement(name).for_sqlite()
}

/// Addresses that a server has issued itself at most when there is more to be written beside.
const ISSUED: u64 = 10;

/// An invoice as it is kept with a notification: as another one is.
fn snapshot(of_another: &Value, invoice: &[u8]) -> String {
    let mut snapshot = of_another.clone();
    snapshot["id"] = bitcoin::base58::encode(invoice).into();
    snapshot.to_string()
}

/// Like the program's: what comes later is greater, and most of it is random.
fn id(of: &str, number: u64) -> Vec<u8> {
    let random = sha256::Hash::hash(format!("{of} {number}").as_bytes()).to_byte_array();
    [&number.to_be_bytes()[2..], &random[..10]].concat()
}

impl Scribe {
    /// A new file with a store and a wallet.
    pub fn new(path: &Path) -> Self {
        let scribe = Self::open(path, id("store", 0), id("wallet", 0));
        scribe.connection.execute_batch(SCHEMA).expect("the schema");
        let (user, now) = (id("user", 0), clock::unix_millis());
        let prepare = [
            ("INSERT INTO users VALUES (?1, 'owner', '', 1, ?2)", vec![&user]),
            ("INSERT INTO wallets VALUES (?1, 'sandbox', '', '', 0, 0, ?2)", vec![&scribe.wallet]),
        ];
        for (sql, ids) in prepare {
            scribe.connection.execute(sql, params![ids[0], now]).expect("a row");
        }
        let store = "INSERT INTO stores VALUES (NULL, ?1, ?2, 'store', 'sandbox', ?3, 'USD', '{}', NULL, ?4)";
        scribe.connection.execute(store, params![scribe.store, user, scribe.wallet, now]).expect("a row");
        scribe
    }

    /// The file of a server that does not run, for its first store.
    pub fn of_server(path: &Path) -> Self {
        let scribe = Self::open(path, vec![], vec![]);
        let ids = "SELECT id, wallet_id FROM stores ORDER BY created_at LIMIT 1";
        let ids = scribe.connection.query_row(ids, [], |row| Ok((row.get(0)?, row.get(1)?)));
        let (store, wallet) = ids.expect("a store");
        Self { store, wallet, ..scribe }
    }

    /// Writes the history of a shop: so many invoices, one a minute, the last of them still new.
    pub fn history(&self, invoices: u64) {
        const AT_ONCE: u64 = 1_000;
        let now = clock::unix_millis();
        let minutes = |n: u64| i64::try_from(n).unwrap_or(0) * 60_000;
        for first in (0..invoices).step_by(usize::try_from(AT_ONCE).unwrap_or(1)) {
            self.write((first..invoices.min(first + AT_ONCE)).map(|number| {
                let is_new = number + 10 >= invoices;
                Written {
                    number,
                    created_at: now - minutes(invoices - number),
                    status: if is_new {
                        "new"
                    } else {
                        ["complete", "complete", "expired"][(number % 3) as usize]
                    },
                    deadline: is_new.then_some(now + DAY_MS),
                }
            }));
        }
    }

    /// Writes what a history of sales leaves beside its invoices: payments, coins, books, notifications, and some work. There
    /// has to be one sale already, of the server's own.
    pub fn lived(&self) {
        self.run(LIVED);
    }

    /// Lets a notification of each of these invoices wait, for one of these shops in turn. There has to
    /// be one already, of the server's own.
    pub fn notifications(&self, invoices: u64, shops: &[String]) {
        let now = clock::unix_millis();
        let first = "SELECT snapshot FROM deliveries LIMIT 1";
        let first: String = self.connection.query_row(first, [], |row| row.get(0)).expect("a notification");
        let first = serde_json::from_str(&first).expect("a snapshot is JSON");
        self.run("BEGIN IMMEDIATE");
        for number in 0..invoices {
            let (invoice, delivery) = (id("invoice", number), id("delivery", number));
            let shop = &shops[usize::try_from(number).unwrap_or(0) % shops.len()];
            let endpoint = shop.trim_end_matches('/');
            let snapshot = snapshot(&first, &invoice);
            self.connection
                .prepare_cached(statement("deliveries.INSERT"))
                .and_then(|mut insert| {
                    insert.execute(params![
                        delivery,
                        invoice,
                        rusqlite::types::Null,
                        // Its line: the order's own address.
                        invoice,
                        endpoint,
                        shop,
                        "named",
                        "\"created\"",
                        snapshot,
                        now,
                        self.store
                    ])
                })
                .expect("a row that fits the schema");
        }
        self.run("COMMIT");
    }

    /// How many notifications have arrived.
    pub fn delivered(&self) -> u64 {
        self.number("SELECT count(*) FROM deliveries WHERE state = 'done'")
    }

    /// How many notifications are still to arrive, elsewhere than there.
    pub fn undelivered_but_to(&self, shop: &str) -> u64 {
        self.number(&format!("SELECT count(*) FROM deliveries WHERE state = 'pending' AND url <> '{shop}'"))
    }

    /// All but one in a hundred of the notifications that arrived took no longer, in milliseconds.
    pub fn told_after_p99(&self) -> f64 {
        self.number(
            "SELECT at - created_at FROM attempts JOIN deliveries ON id = delivery_id WHERE state = 'done'
                ORDER BY at - created_at DESC LIMIT 1 OFFSET (SELECT count(*) / 100 FROM attempts)",
        ) as f64
    }

    fn number(&self, sql: &str) -> u64 {
        let found: i64 = self.connection.query_row(sql, [], |row| row.get(0)).expect("a number");
        u64::try_from(found).unwrap_or(0)
    }

    /// The middle one of the times, in milliseconds, that the first page of a list takes to be read.
    pub fn page_ms(&self) -> f64 {
        let mut prepared = self.connection.prepare(statement("invoices.LIST")).expect("a statement");
        let (none, until) = (None::<&str>, i64::MAX);
        let mut page = || {
            let mut rows = prepared
                .query(params![self.store, 0, until, none, none, none, 20, 0, false])
                .expect("a statement that can be run");
            let mut bytes = 0;
            while let Some(row) = rows.next().expect("a row") {
                bytes += (0..26).map(|at| width(row.get_ref(at).expect("a column"))).sum::<usize>();
            }
            bytes
        };
        let times = (0..200).map(|_| {
            let (took, bytes) = clock::timed(&mut page);
            assert!(bytes > 0, "the list is empty");
            took.as_secs_f64() * 1e3
        });
        clock::median(times.collect())
    }

    fn open(path: &Path, store: Vec<u8>, wallet: Vec<u8>) -> Self {
        let connection = Connection::open(path).expect("a file");
        connection.set_prepared_statement_cache_capacity(32);
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON";
        connection.execute_batch(settings).expect("settings that SQLite knows");
        Self { connection, store, wallet }
    }

    /// Writes invoices in one transaction.
    pub fn write(&self, invoices: impl IntoIterator<Item = Written>) {
        self.run("BEGIN IMMEDIATE");
        for invoice in invoices {
            self.invoice(&invoice).expect("a row that fits the schema");
        }
        self.run("COMMIT");
    }

    fn run(&self, sql: &str) {
        self.connection.execute_batch(sql).expect("a transaction");
    }

    fn invoice(&self, invoice: &Written) -> rusqlite::Result<()> {
        let (id, now) = (id("invoice", invoice.number), invoice.created_at);
        let index = i64::try_from(ISSUED + invoice.number).expect("a small number");
        let script = [&[0, 20][..], &sha256::Hash::hash(&id).to_byte_array()[..20]].concat();
        let (store, wallet) = (&self.store, &self.wallet);
        let run = |name: &str, values: &[&dyn rusqlite::ToSql]| {
            self.connection.prepare_cached(statement(name))?.execute(values).map(drop)
        };
        run("wallets.SET_NEXT_INDEX", params![wallet, index + 1])?;
        run("scripts.INSERT", params!["sandbox", script, wallet, "external", index, id])?;
        let order_id = format!("order-{:08}", invoice.number);
        let item = ["book", "map", "globe", "atlas"][usize::try_from(invoice.number % 4).unwrap_or(0)];
        let (confirmed, booked, limit) = (invoice.status == "complete", 0, 1_000_000);
        let monitored = now + 2 * DAY_MS;
        run(
            "invoices.INSERT",
            params![
                id,
                store,
                "sandbox",
                "19.99",
                "USD",
                "exactly",
                "medium",
                limit,
                order_id,
                item,
                *ORDER,
                now,
                monitored,
                invoice.status,
                Flag::None.name(),
                confirmed,
                booked,
                1,
                invoice.deadline,
                None::<&str>,
                sort_key(parse_decimal("19.99").expect("a decimal number")),
            ],
        )?;
        run(
            "invoices.INSERT_QUOTE",
            params![id, 0, 39_980, 39_980, "50000", "sandbox", now, now + DAY_MS / 96, store],
        )?;
        run("invoices.INSERT_METHOD", params![id, "BTC-CHAIN", wallet, script])?;
        run("events.INSERT", params![id, 0, now, "\"created\""])
    }
}

fn width(value: ValueRef<'_>) -> usize {
    value.as_bytes_or_null().ok().flatten().map_or(8, <[u8]>::len)
}

/// Invoices a second in a new file in this folder, 64 to a commit.
pub fn group_commit(folder: &Path, time: Duration) -> f64 {
    let path = folder.join("limit.db");
    let scribe = Scribe::new(&path);
    let begun = clock::now();
    let mut number = 0;
    while begun.elapsed() < time {
        let now = clock::unix_millis();
        scribe.write((number..number + WAITING).map(|number| Written {
            number,
            created_at: now,
            status: "new",
            deadline: Some(now + DAY_MS),
        }));
        number += WAITING;
    }
    let per_second = number as f64 / begun.elapsed().as_secs_f64();
    drop(scribe);
    for suffix in ["", "-wal", "-shm"] {
        // The last connection takes its own files away.
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    per_second
}
