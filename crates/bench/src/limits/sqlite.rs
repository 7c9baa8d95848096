//! What SQLite allows: the rows and indexes of an invoice, by the program's own schema and
//! statements, written by one thread that does nothing else, 64 invoices to a commit.
//!
//! Databases that a row needs full beforehand are filled by the same hand. Nothing of the program's
//! engine is used.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use bitcoin::hashes::{Hash, sha256};
use rusqlite::{Connection, params};
use specie_core::invoice::Order;

use crate::clock;

const SCHEMA: &str = include_str!("../../../db/migrations/0001_first_invoice.sql");
/// How many wait for a commit.
const WAITING: u64 = 64;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What a shop said about an order, as the program keeps it.
static ORDER: LazyLock<String> = LazyLock::new(|| {
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
    /// Its number; also the wallet's index.
    pub number: u64,
    /// When it was made.
    pub created_at: i64,
    /// `new`, `complete`, `expired`.
    pub status: &'static str,
    /// When something may be due with it.
    pub deadline: Option<i64>,
}

/// The text of one of the program's statements.
fn statement(name: &str) -> &'static str {
    let known = specie_db::statement::all().find(|statement| statement.name == name);
    known.unwrap_or_else(|| panic!("{name} is no statement any more")).for_sqlite()
}

fn id(of: &str, number: u64) -> Vec<u8> {
    sha256::Hash::hash(format!("{of} {number}").as_bytes()).to_byte_array()[..16].to_vec()
}

impl Scribe {
    /// A new file with a store and a wallet.
    pub fn new(path: &Path) -> Self {
        let scribe = Self::open(path, id("store", 0), id("wallet", 0));
        scribe.connection.execute_batch(SCHEMA).expect("the schema");
        let (user, now) = (id("user", 0), clock::unix_millis());
        let prepare = [
            ("INSERT INTO users VALUES (?1, 'owner', '', 1, ?2)", vec![&user]),
            ("INSERT INTO wallets VALUES (?1, 'sandbox', '', '', 0, ?2)", vec![&scribe.wallet]),
        ];
        for (sql, ids) in prepare {
            scribe.connection.execute(sql, params![ids[0], now]).expect("a row");
        }
        let store = "INSERT INTO stores VALUES (?1, ?2, 'store', 'sandbox', ?3, 'USD', '{}', NULL, ?4)";
        scribe.connection.execute(store, params![scribe.store, user, scribe.wallet, now]).expect("a row");
        scribe
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
        let index = i64::try_from(invoice.number).expect("a small number");
        let script = [&[0, 20][..], &sha256::Hash::hash(&id).to_byte_array()[..20]].concat();
        let (store, wallet) = (&self.store, &self.wallet);
        let run = |name: &str, values: &[&dyn rusqlite::ToSql]| {
            self.connection.prepare_cached(statement(name))?.execute(values).map(drop)
        };
        run("wallets.SET_NEXT_INDEX", params![wallet, index + 1])?;
        run("scripts.INSERT", params!["sandbox", script, wallet, index, id])?;
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
                "none",
                confirmed,
                booked,
                1,
                invoice.deadline
            ],
        )?;
        run(
            "invoices.INSERT_QUOTE",
            params![id, 39_980, 39_980, "50000", "sandbox", now, now + DAY_MS / 96],
        )?;
        run("invoices.INSERT_METHOD", params![id, "BTC-CHAIN", wallet, script])?;
        run("events.INSERT", params![id, 0, now, "\"created\""])
    }
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
