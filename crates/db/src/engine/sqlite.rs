//! SQLite: one connection writes, on a thread of its own; a few read-only ones serve readers.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, ToSql};

use super::Durability;
use super::session::Session;
use crate::error::DbError;
use crate::params::Param;
use crate::row::Row;
use crate::statement::Statement;

/// How many read-only connections serve readers.
pub(super) const READERS: usize = 4;

/// How much of the file the writer may keep in memory. Readers lose theirs at every commit.
const CACHE_KIB: i64 = 16 * 1024;

/// A connection to a file.
pub(crate) struct Sqlite {
    connection: Connection,
    /// Something was to be written to a table that is kept.
    wrote_kept: Cell<bool>,
}

/// The file that an address names; none: it is another engine's, or no address at all.
pub fn file_of(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
    (!path.is_empty() && !path.contains("://")).then(|| PathBuf::from(path))
}

impl Sqlite {
    /// The connection that writes, with a write-ahead log.
    pub(super) fn writer(path: &Path, durability: Durability) -> Result<Self, String> {
        let failed = |e: rusqlite::Error| e.to_string();
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
            .map_err(failed)?;
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Off => "OFF",
        };
        connection.pragma_update(None, "synchronous", synchronous).map_err(failed)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(failed)?;
        // What a job may have to undo, else a file in which each page is noted before each job changes it.
        connection.pragma_update(None, "temp_store", "MEMORY").map_err(failed)?;
        let journal: String = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
            .map_err(failed)?;
        if journal != "wal" {
            // Memory, or a file system that cannot: readers would not see what is written.
            return Err("no write-ahead log can be kept there".to_owned());
        }
        Ok(Self::from(connection))
    }

    /// A connection that reads.
    pub(super) fn reader(path: &Path) -> Result<Self, String> {
        connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map(Self::from).map_err(|e| e.to_string())
    }

    /// A database of this connection alone, which ends with it.
    pub(super) fn in_memory() -> rusqlite::Result<Self> {
        let connection = Connection::open_in_memory()?;
        prepare(&connection)?;
        Ok(Self::from(connection))
    }

    /// Copies all rows to another connection's database.
    pub(super) fn copy_to(&self, other: &mut Self) -> rusqlite::Result<()> {
        rusqlite::backup::Backup::new(&self.connection, &mut other.connection)?.step(-1).map(drop)
    }

    /// The rows of an answer to any question.
    pub(super) fn rows(&self, sql: &str, params: &[Param]) -> rusqlite::Result<Vec<Vec<Param>>> {
        let mut prepared = self.connection.prepare_cached(sql)?;
        let columns = prepared.column_count();
        let rows = prepared.query_map(rusqlite::params_from_iter(params), |row| {
            (0..columns).map(|i| row.get_ref(i).map(value)).collect()
        })?;
        rows.collect()
    }

    /// The connection itself, for migrations.
    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    fn control(&self, sql: &'static str) -> Result<(), DbError> {
        let run = || self.connection.prepare_cached(sql)?.execute([]);
        run().map(drop).map_err(|e| error(sql, &e))
    }
}

impl From<Connection> for Sqlite {
    fn from(connection: Connection) -> Self {
        Self { connection, wrote_kept: Cell::new(false) }
    }
}

impl Session for Sqlite {
    fn for_each(
        &self,
        table: &'static str,
        statement: &'static Statement,
        params: &[Param],
        each: &mut dyn FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        let failed = |e: rusqlite::Error| error(statement.name, &e);
        let mut prepared = self.connection.prepare_cached(statement.for_sqlite()).map_err(failed)?;
        let columns = prepared.column_count();
        let mut rows = prepared.query(rusqlite::params_from_iter(params)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let values =
                (0..columns).map(|i| row.get_ref(i).map(value)).collect::<Result<_, _>>().map_err(failed)?;
            each(Row { table, values })?;
        }
        Ok(())
    }

    fn execute(&self, statement: &'static Statement, params: &[Param]) -> Result<usize, DbError> {
        let failed = |e: rusqlite::Error| error(statement.name, &e);
        if !self.stands() {
            // A full or broken disk ended the transaction under the closure. What it went on to
            // write would be committed on the spot, without what it wrote before.
            return Err(DbError::RolledBack(statement.name.to_owned()));
        }
        self.wrote_kept.set(self.wrote_kept.get() || statement.changes_kept());
        let mut prepared = self.connection.prepare_cached(statement.for_sqlite()).map_err(failed)?;
        prepared.execute(rusqlite::params_from_iter(params)).map_err(failed)
    }

    fn prepare(&self, statement: &'static Statement) -> Result<(), DbError> {
        self.connection.prepare(statement.for_sqlite()).map(drop).map_err(|e| error(statement.name, &e))
    }

    fn check_integrity(&self) -> Result<Vec<String>, DbError> {
        let failed = |e: rusqlite::Error| error("integrity_check", &e);
        let mut prepared = self.connection.prepare("PRAGMA integrity_check").map_err(failed)?;
        let lines = prepared.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
        let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(failed)?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }

    fn wrote_kept(&self) -> bool {
        self.wrote_kept.take()
    }

    fn has_written_kept(&self) -> bool {
        self.wrote_kept.get()
    }

    fn begin_read(&self) -> Result<(), DbError> {
        self.control("BEGIN")
    }

    fn end_read(&self) {
        // A broken disk may have ended it already.
        if self.stands()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(%error, "a read transaction could not end");
        }
    }

    fn begin_write(&self) -> Result<(), DbError> {
        self.control("BEGIN IMMEDIATE")
    }

    fn begin_job(&self) -> Result<(), DbError> {
        self.control("SAVEPOINT job")
    }

    fn keep_job(&self) -> Result<(), DbError> {
        self.control("RELEASE job")
    }

    fn roll_back_job(&self) -> Result<(), DbError> {
        self.control("ROLLBACK TO job")?;
        self.control("RELEASE job")
    }

    fn stands(&self) -> bool {
        !self.connection.is_autocommit()
    }

    fn was_disturbed(&self) -> bool {
        // There is no other process.
        false
    }

    fn commit(&self) -> Result<(), DbError> {
        self.control("COMMIT")
    }

    fn roll_back(&self) {
        if self.stands()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn may_try_again(&self) -> bool {
        false
    }
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// A stored value. What is stored nowhere (a floating-point number, text that is not UTF-8) becomes
/// what its column does not hold, so that reading the column names it.
fn value(value: ValueRef<'_>) -> Param {
    match value {
        ValueRef::Null => Param::Null,
        ValueRef::Integer(value) => Param::Int(value),
        ValueRef::Real(value) => Param::Text(value.to_string()),
        ValueRef::Text(text) => {
            String::from_utf8(text.to_vec()).map_or_else(|e| Param::Blob(e.into_bytes()), Param::Text)
        }
        ValueRef::Blob(blob) => Param::Blob(blob.to_vec()),
    }
}

/// An error of the engine's, with the statement that met it.
pub(super) fn error(statement: &'static str, error: &rusqlite::Error) -> DbError {
    use rusqlite::ffi;
    match error.sqlite_error().map(|e| e.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            DbError::Duplicate { statement }
        }
        _ => DbError::Engine { statement, message: error.to_string() },
    }
}

fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    prepare(&connection)?;
    Ok(connection)
}

/// What every connection is told.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(128);
    // Else a statement whose parameter stands beside a partial index is planned anew whenever that has
    // another value, which takes longer than the statement. None of ours needs it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_planned_once_whatever_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let access = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = connect(&folder.path().join("notes"), access).unwrap();
        connection
            .execute_batch("CREATE TABLE notes (n, waits); CREATE INDEX waiting ON notes (n) WHERE waits = 1")
            .unwrap();
        let mut prepared = connection.prepare("SELECT n FROM notes WHERE n = ?1 AND waits = ?2").unwrap();
        for waits in 0..3 {
            assert!(!prepared.exists([7, waits]).unwrap());
        }
        assert_eq!(prepared.get_status(StatementStatus::RePrepare), 0);
    }
}
