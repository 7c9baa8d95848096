//! The engines behind [`Db`]. What one engine does otherwise than the other is in this file, and
//! nowhere else.
//!
//! SQLite: exactly one connection writes, on a thread of its own (see `writer`); a few read-only
//! connections serve readers, each on a thread of its own, so that no async task ever waits for
//! a disk on its own thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, ToSql};
use specie_core::time::Timestamp;
use tokio::sync::oneshot;

use crate::error::DbError;
use crate::migrate;
use crate::params::Param;
use crate::row::Row;
use crate::statement::Statement;
use crate::writer::{self, Job};

const READERS: usize = 4;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every commit is on the disk before it is acknowledged.
    Full,
    /// Commits may be lost with the machine's power. For tests.
    Off,
}

/// An open database. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Db {
    writer: Sender<Box<dyn Job>>,
    readers: Sender<ReadJob>,
}

/// Something to read. It is given a view, or the reason why there is none.
type ReadJob = Box<dyn FnOnce(Result<&Reader<'_>, DbError>) + Send>;

/// A consistent view of the database.
pub struct Reader<'c> {
    connection: &'c Connection,
}

/// A transaction. Only with one of these can anything be written.
pub struct Tx<'c> {
    reader: Reader<'c>,
}

impl Db {
    /// Opens a database and brings its schema up to date. `url` is `sqlite:PATH` or a path. A
    /// copy is kept beside the file before a schema is changed. `now` dates the migrations.
    ///
    /// # Errors
    /// [`DbError`] if the address is of no known kind, the file cannot be opened, or its schema
    /// is newer than this program.
    pub fn open(url: &str, durability: Durability, now: Timestamp) -> Result<Self, DbError> {
        let path = sqlite_path(url)?;
        let failed = |e: rusqlite::Error| DbError::Open { url: url.to_owned(), problem: e.to_string() };
        let mut connection = connect(&path, false, durability).map_err(failed)?;
        if write_ahead(&connection).map_err(failed)? != "wal" {
            // Memory, or a file system that cannot: readers would not see what is written.
            let problem = "no write-ahead log can be kept there".to_owned();
            return Err(DbError::Open { url: url.to_owned(), problem });
        }
        migrate::run(&mut connection, &path, now)?;
        let (writer, jobs) = channel();
        spawn("db-writer", move || writer::run(&connection, &jobs));

        let (readers, jobs) = channel::<ReadJob>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..READERS {
            let connection = connect(&path, true, durability).map_err(failed)?;
            let jobs = Arc::clone(&jobs);
            spawn("db-reader", move || read_jobs(&connection, &jobs));
        }
        Ok(Self { writer, readers })
    }

    /// Runs a closure on a consistent view.
    ///
    /// # Errors
    /// What the closure returns, or a [`DbError`].
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: ReadJob = Box::new(move |view| {
            // Nobody may be waiting any more; then nobody misses the answer.
            let _ = reply.send(view.map_err(E::from).and_then(work));
        });
        self.readers.send(job).map_err(|_| DbError::Closed)?;
        answer.await.map_err(|_| DbError::Panicked("a read"))?
    }

    /// Runs a closure in a transaction, and answers when it is durable. An `Err` from the closure
    /// rolls back all it did. It may be run more than once, so it cannot send, spawn or log.
    ///
    /// # Errors
    /// What the closure returns, or a [`DbError`].
    pub async fn write<T, E>(
        &self,
        label: &'static str,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.write_then(label, work, |_| {}).await
    }

    /// As [`write`](Self::write); and what must follow runs as soon as it is durable, before the
    /// answer, on the writer's thread: also if whoever asked has gone in the meantime. It must be
    /// quick.
    ///
    /// # Errors
    /// What the closure returns, or a [`DbError`]; then nothing follows.
    pub async fn write_then<T, E>(
        &self,
        label: &'static str,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        after: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, answer) = writer::job(label, work, after);
        self.writer.send(job).map_err(|_| DbError::Closed)?;
        answer.await.map_err(|_| DbError::Closed)?
    }
}

fn read_jobs(connection: &Connection, jobs: &Mutex<Receiver<ReadJob>>) {
    loop {
        // The lock is held only while waiting; a poisoned one means a reader panicked in recv,
        // which it cannot.
        let job = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(_) => return,
        };
        let Ok(job) = job else { return };
        let reader = Reader { connection };
        let view = connection.execute_batch("BEGIN").map(|()| &reader).map_err(|e| engine_error("BEGIN", &e));
        // A panic is the closure's: its caller hears of it by the dropped reply.
        let _ = catch_unwind(AssertUnwindSafe(|| job(view)));
        // Nothing was written, so there is nothing to keep; a broken disk may have ended it already.
        if !connection.is_autocommit()
            && let Err(error) = connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a read transaction could not end");
        }
    }
}

impl Reader<'_> {
    /// All rows of an answer.
    pub(crate) fn query<T>(
        &self,
        table: &'static str,
        statement: &Statement,
        params: &[Param],
        mut rehydrate: impl FnMut(&Row) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut found = Vec::new();
        self.for_each(table, statement, params, |row| {
            found.push(rehydrate(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn query_opt<T>(
        &self,
        table: &'static str,
        statement: &Statement,
        params: &[Param],
        rehydrate: impl FnMut(&Row) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        Ok(self.query(table, statement, params, rehydrate)?.into_iter().next())
    }

    /// Each row of an answer, without keeping them.
    pub(crate) fn for_each(
        &self,
        table: &'static str,
        statement: &Statement,
        params: &[Param],
        mut each: impl FnMut(&Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        let failed = |e: rusqlite::Error| engine_error(statement.name, &e);
        let mut prepared = self.connection.prepare_cached(statement.for_sqlite()).map_err(failed)?;
        let columns = prepared.column_count();
        let mut rows = prepared.query(rusqlite::params_from_iter(params)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let values =
                (0..columns).map(|i| row.get_ref(i).map(value)).collect::<Result<_, _>>().map_err(failed)?;
            each(&Row { table, values })?;
        }
        Ok(())
    }

    /// Asks the engine whether a statement can be prepared.
    ///
    /// # Errors
    /// The engine's complaint.
    pub fn prepare(&self, statement: &Statement) -> Result<(), DbError> {
        self.connection
            .prepare(statement.for_sqlite())
            .map(drop)
            .map_err(|e| engine_error(statement.name, &e))
    }

    /// Asks the engine to check the whole file. Returns its complaints; none: all is well.
    ///
    /// # Errors
    /// [`DbError::Engine`] if it cannot even be checked.
    pub fn check_integrity(&self) -> Result<Vec<String>, DbError> {
        let failed = |e: rusqlite::Error| engine_error("integrity_check", &e);
        let mut prepared = self.connection.prepare("PRAGMA integrity_check").map_err(failed)?;
        let lines = prepared.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
        let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(failed)?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { reader: Reader { connection } }
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) fn execute(&mut self, statement: &Statement, params: &[Param]) -> Result<usize, DbError> {
        let failed = |e: rusqlite::Error| engine_error(statement.name, &e);
        let connection = self.reader.connection;
        if connection.is_autocommit() {
            // A full or broken disk ended the transaction under the closure. What it went on to
            // write would be committed on the spot, without what it wrote before.
            return Err(DbError::RolledBack(statement.name.to_owned()));
        }
        let mut prepared = connection.prepare_cached(statement.for_sqlite()).map_err(failed)?;
        prepared.execute(rusqlite::params_from_iter(params)).map_err(failed)
    }
}

impl<'c> std::ops::Deref for Tx<'c> {
    type Target = Reader<'c>;

    fn deref(&self) -> &Reader<'c> {
        &self.reader
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

pub(crate) fn engine_error(statement: &'static str, error: &rusqlite::Error) -> DbError {
    use rusqlite::ffi;
    match error.sqlite_error().map(|e| e.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            DbError::Duplicate { statement }
        }
        _ => DbError::Engine { statement, message: error.to_string() },
    }
}

fn sqlite_path(url: &str) -> Result<PathBuf, DbError> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
    if path.is_empty() || path.contains("://") {
        // Another engine's address may hold a password: its scheme says enough.
        let url = url.split_once("://").map_or(url, |(scheme, _)| scheme).to_owned();
        return Err(DbError::Open { url, problem: "expected sqlite:PATH".to_owned() });
    }
    Ok(PathBuf::from(path))
}

fn connect(path: &Path, read_only: bool, durability: Durability) -> rusqlite::Result<Connection> {
    let access = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    if !read_only {
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Off => "OFF",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Asks for the write-ahead log, and returns the kind of journal that is kept.
fn write_ahead(connection: &Connection) -> rusqlite::Result<String> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().name(name.to_owned()).spawn(work).expect("the system can start a thread");
}
