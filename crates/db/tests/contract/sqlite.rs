//! SQLite under the contract, and what only it has: a file that other versions and other programs
//! may have touched, and plans that can be read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use specie_core::time::Timestamp;
use specie_db::statement::{KEPT, Statement};
use specie_db::{Db, DbError, Durability, SCHEMA_VERSION, users};
use tempfile::TempDir;

use crate::Engine;
use crate::shop::{START, user};

/// A SQLite file in a directory of its own.
pub struct Sqlite {
    directory: TempDir,
}

impl Sqlite {
    pub fn fresh() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("specie.db")
    }

    fn open_at(&self, now: Timestamp) -> Result<Db, DbError> {
        Db::open(&format!("sqlite:{}", self.path().display()), Durability::Off, now)
    }

    /// A connection beside the program, bound by none of its rules.
    pub fn raw(&self) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        connection
            .execute_batch(
                "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA busy_timeout = 5000",
            )
            .unwrap();
        connection
    }
}

impl Engine for Sqlite {
    fn open(&self) -> Result<Db, DbError> {
        self.open_at(START)
    }

    const IS_STRICT: bool = false;

    fn try_tamper(&self, sql: &str) -> Result<(), String> {
        self.raw().execute_batch(sql).map_err(|e| e.to_string())
    }

    fn ask(&self, sql: &str) -> i64 {
        self.raw().query_row(sql, [], |row| row.get(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }
}

fn open_path(url: &str) -> Result<Db, DbError> {
    Db::open(url, Durability::Off, START)
}

fn file_of(path: &Path) -> String {
    path.display().to_string()
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    let engine = Sqlite::fresh();
    let db = engine.open().unwrap();
    db.write("user", |tx| users::insert(tx, &user(1, "a@example.com"))).await.unwrap();
    let again = engine.open_at(START.plus_secs(3600)).unwrap();
    assert_eq!(again.read(users::count).await.unwrap(), 1);
    assert_eq!(engine.ask("SELECT count(*) FROM migrations"), SCHEMA_VERSION);
    assert_eq!(engine.ask("SELECT max(applied_at) FROM migrations"), START.as_millis());
    let kept: Vec<_> =
        std::fs::read_dir(engine.directory.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert!(
        kept.iter().all(|name| !name.to_string_lossy().contains("before")),
        "a copy of nothing: {kept:?}"
    );
}

#[tokio::test]
async fn what_lies_on_the_disk_after_a_reply_is_enough_to_go_on_from() {
    let (engine, after_the_crash) = (Sqlite::fresh(), Sqlite::fresh());
    let db = engine.open().unwrap();
    for n in 1..=20 {
        db.write("user", move |tx| users::insert(tx, &user(n, &format!("{n}@example.com")))).await.unwrap();
    }
    // The files as they are at this moment, with nothing closed.
    for file in ["specie.db", "specie.db-wal"] {
        std::fs::copy(engine.directory.path().join(file), after_the_crash.directory.path().join(file))
            .unwrap();
    }
    let again = after_the_crash.open().unwrap();
    assert_eq!(again.read(users::count).await.unwrap(), 20);
    assert_eq!(again.read(|r| r.check_integrity()).await.unwrap(), Vec::<String>::new());
}

#[test]
fn a_schema_of_a_newer_program_is_refused() {
    let engine = Sqlite::fresh();
    drop(engine.open().unwrap());
    engine.tamper(&format!("INSERT INTO migrations VALUES ({}, 'later', '', 0)", SCHEMA_VERSION + 1));
    let refused = engine.open().err();
    assert!(
        matches!(refused, Some(DbError::TooNew { found, known }) if (found, known) == (SCHEMA_VERSION + 1, SCHEMA_VERSION)),
        "{refused:?}"
    );
}

#[test]
fn a_migration_of_another_text_is_refused() {
    let engine = Sqlite::fresh();
    drop(engine.open().unwrap());
    engine.tamper("UPDATE migrations SET checksum = 'of another text' WHERE version = 1");
    let refused = engine.open().err();
    assert!(matches!(refused, Some(DbError::ForeignMigration(1))), "{refused:?}");
}

#[test]
fn what_is_no_database_is_not_opened() {
    let directory = tempfile::tempdir().unwrap();
    let text = directory.path().join("letter.txt");
    std::fs::write(&text, "Dear customer, ".repeat(1000)).unwrap();
    assert!(open_path(&file_of(&text)).is_err());
    for url in [&file_of(&directory.path().join("no/such/directory/specie.db")), "", "sqlite:", ":memory:"] {
        let refused = open_path(url).err();
        assert!(matches!(refused, Some(DbError::Open { .. })), "{url:?}: {refused:?}");
    }
}

#[test]
fn an_address_that_is_refused_is_not_repeated_with_its_password() {
    let refused = open_path("postgres://specie:hunter2@db/specie").err().unwrap().to_string();
    assert!(refused.contains("postgres") && !refused.contains("hunter2"), "{refused}");
}

#[test]
fn a_path_needs_no_scheme() {
    let directory = tempfile::tempdir().unwrap();
    let path = file_of(&directory.path().join("specie.db"));
    for url in [path.clone(), format!("sqlite:{path}"), format!("sqlite://{path}")] {
        assert!(open_path(&url).is_ok(), "{url}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_found_by_the_check() {
    let engine = Sqlite::fresh();
    let db = engine.open().unwrap();
    db.write("user", |tx| users::insert(tx, &user(1, "a@example.com"))).await.unwrap();
    engine.tamper(
        "PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'stores')
        WHERE name = 'sessions_by_expiry'",
    );
    let complaints = engine.open().unwrap().read(|r| r.check_integrity()).await;
    assert!(
        complaints.map_or(true, |lines| !lines.is_empty()),
        "an index that is another table's is no index"
    );
}

/// What answers about everything there is, and so has to look at it all.
const OF_ALL: [&str; 13] = [
    "deliveries.COUNT",
    "invoices.COUNT",
    "invoices.EVERY",
    "postings.EVERY_DAY",
    "postings.KEPT",
    "postings.SUMMED",
    "postings.SUMMED_DAYS",
    "size.OF_ALL",
    "stores.EVERY",
    "summaries.EVERY_COUNTED",
    "summaries.EVERY_SALE",
    "summaries.EVERY_TOTAL",
    "users.COUNT",
];

#[test]
fn no_statement_reads_a_whole_table_unless_all_of_it_is_asked_for() {
    let engine = Sqlite::fresh();
    drop(engine.open().unwrap());
    let raw = engine.raw();
    for statement in specie_db::statement::all() {
        let mut explained = raw.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.for_sqlite())).unwrap();
        let mut rows = explained.raw_query();
        let mut plan = vec![];
        while let Some(row) = rows.next().unwrap() {
            plan.push(row.get::<_, String>(3).unwrap());
        }
        // What is pending, or failing, is a small part of all deliveries, with an index of its own; `p` is a
        // page.
        let scans = plan.iter().any(|line| {
            line.starts_with("SCAN")
                && !line.ends_with("INDEX deliveries_pending")
                && !line.ends_with("INDEX deliveries_failing")
                && line != "SCAN CONSTANT ROW"
                && line != "SCAN p"
        });
        assert_eq!(scans, OF_ALL.contains(&statement.name), "{}: {plan:#?}", statement.name);
        if statement.sql.contains("LIMIT") {
            let sorts = plan.iter().any(|line| line.contains("TEMP B-TREE"));
            assert!(!sorts, "a page of {} costs as much as all pages: {plan:#?}", statement.name);
        }
    }
}

/// The tables that a statement opens, by SQLite's own program for it: those it writes, and all.
fn opened(raw: &rusqlite::Connection, statement: &Statement) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut explained = raw.prepare(&format!("EXPLAIN {}", statement.for_sqlite())).unwrap();
    let mut rows = explained.raw_query();
    let (mut written, mut all) = (BTreeSet::new(), BTreeSet::new());
    while let Some(row) = rows.next().unwrap() {
        let (code, root): (String, i64) = (row.get(1).unwrap(), row.get(3).unwrap());
        if !matches!(code.as_str(), "OpenRead" | "OpenWrite" | "ReopenIdx") {
            continue;
        }
        let of_root = "SELECT tbl_name FROM sqlite_schema WHERE rootpage = ?1";
        let table: String = raw.query_one(of_root, [root], |row| row.get(0)).unwrap();
        if code == "OpenWrite" {
            written.insert(table.clone());
        }
        all.insert(table);
    }
    (written, all)
}

#[test]
fn whatever_writes_a_kept_table_says_so_and_what_rests_on_kept_tables_reads_no_other() {
    let engine = Sqlite::fresh();
    drop(engine.open().unwrap());
    let raw = engine.raw();
    let mut writers_of = BTreeSet::new();
    for statement in specie_db::statement::all() {
        let (written, all) = opened(&raw, statement);
        let kept: BTreeSet<String> = written.into_iter().filter(|t| KEPT.contains(&t.as_str())).collect();
        assert_eq!(statement.changes_kept(), !kept.is_empty(), "{} writes {kept:?}", statement.name);
        if statement.rests_on_kept() {
            assert!(all.iter().all(|table| KEPT.contains(&table.as_str())), "{}: {all:?}", statement.name);
        }
        writers_of.extend(kept);
    }
    assert_eq!(writers_of, KEPT.map(str::to_owned).into(), "each is written by a statement");
    let hidden = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' OR sql LIKE '%ON DELETE%' OR sql LIKE '%ON UPDATE%'";
    assert_eq!(
        raw.query_one(hidden, [], |row| row.get::<_, i64>(0)),
        Ok(0),
        "no table is written by the way"
    );
}
