//! PostgreSQL under the contract, and what only it has: other processes at the same database, and
//! connections that can be lost.

use specie_db::{Db, DbError, Durability, Lane, SCHEMA_VERSION, events, leads, users};
use specie_testkit::postgres::Database;
use tokio::task::yield_now;

use crate::Engine;
use crate::shop::{Draft, START, Shop, is_duplicate, user};

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
