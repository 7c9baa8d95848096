//! PostgreSQL: several connections write, each a lane at a time; several read.
//!
//! Other processes may do the same. Transactions are `READ COMMITTED`: what a decision rests on is
//! locked by the statement that reads it (`/*postgres FOR …*/`), and a job that met another's work
//! all the same (a row that came into being meanwhile, a deadlock) runs again. Only the server
//! knows whether a commit happened whose answer was lost: it is asked.

mod hold;
mod listen;
mod server;
mod values;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, Error, SimpleQueryMessage};

use super::session::Session;
use crate::error::DbError;
use crate::params::Param;
use crate::row::Row;
use crate::statement::Statement;

pub(super) use hold::try_hold;
pub(super) use listen::Listener;
pub(super) use server::{Server, words};

/// How many connections write.
pub(super) const WRITERS: usize = 4;
/// How many connections read.
pub(super) const READERS: usize = 8;

/// Makes it durable, and tells those who listen: with the commit, and only if there was one.
const COMMIT: &str = "COMMIT; NOTIFY specie";
const LISTEN: &str = "LISTEN specie";
/// How often a server that was lost is asked what became of a commit, and how long between.
const ASKED: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(250);

/// A connection to a server, made when it is needed and again when it was lost.
pub(crate) struct Postgres {
    server: Arc<Server>,
    live: RefCell<Option<Live>>,
    /// The transaction's number, while one writes.
    number: RefCell<Option<String>>,
    disturbed: Cell<bool>,
    again: Cell<bool>,
}

struct Live {
    client: Client,
    prepared: HashMap<&'static str, postgres::Statement>,
}

impl Live {
    fn prepared(&mut self, statement: &'static Statement) -> Result<postgres::Statement, Error> {
        if let Some(known) = self.prepared.get(statement.name) {
            return Ok(known.clone());
        }
        let fresh = self.client.prepare(statement.for_postgres())?;
        self.prepared.insert(statement.name, fresh.clone());
        Ok(fresh)
    }
}

impl Postgres {
    pub(super) fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            live: RefCell::new(None),
            number: RefCell::new(None),
            disturbed: Cell::new(false),
            again: Cell::new(false),
        }
    }

    /// Does something on the connection that there is.
    fn with<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&mut Live) -> Result<T, Error>,
    ) -> Result<T, DbError> {
        let mut slot = self.live.borrow_mut();
        let Some(live) = slot.as_mut() else {
            return Err(DbError::Engine { statement: what, message: "the connection is lost".to_owned() });
        };
        let done = work(live);
        if live.client.is_closed() {
            *slot = None;
        }
        drop(slot);
        done.map_err(|e| self.failed(what, &e))
    }

    /// Takes note of what an error means for the transaction.
    fn failed(&self, statement: &'static str, error: &Error) -> DbError {
        let code = error.code();
        if code == Some(&SqlState::UNIQUE_VIOLATION) {
            self.disturbed.set(true);
            return DbError::Duplicate { statement };
        }
        let met = [
            &SqlState::T_R_SERIALIZATION_FAILURE,
            &SqlState::T_R_DEADLOCK_DETECTED,
            &SqlState::LOCK_NOT_AVAILABLE,
        ];
        if code.is_some_and(|code| met.contains(&code)) {
            self.disturbed.set(true);
        }
        DbError::Engine { statement, message: server::words(error) }
    }

    /// Connects if there is no connection, and begins. A connection that died while nothing was
    /// asked of it is made anew, once.
    fn begin(&self, sql: &'static str) -> Result<Vec<SimpleQueryMessage>, DbError> {
        let had_one = self.live.borrow().is_some();
        self.connect()?;
        match self.with(sql, |live| live.client.simple_query(sql)) {
            Err(_) if had_one && self.live.borrow().is_none() => {
                self.connect()?;
                self.with(sql, |live| live.client.simple_query(sql))
            }
            answer => answer,
        }
    }

    fn connect(&self) -> Result<(), DbError> {
        let mut slot = self.live.borrow_mut();
        if slot.as_ref().is_none_or(|live| live.client.is_closed()) {
            let connected = self.server.connect();
            let client = connected.map_err(|message| DbError::Engine { statement: "connect", message })?;
            *slot = Some(Live { client, prepared: HashMap::new() });
        }
        Ok(())
    }

    fn control(&self, sql: &'static str) -> Result<(), DbError> {
        self.with(sql, |live| live.client.batch_execute(sql))
    }

    /// What became of a transaction whose commit was not answered.
    fn outcome(&self, number: &str) -> Outcome {
        for _ in 0..ASKED {
            let status = self.connect().and_then(|()| {
                self.with("pg_xact_status", |live| {
                    let asked = live.client.query_one("SELECT pg_xact_status($1::text::xid8)", &[&number])?;
                    asked.try_get::<_, Option<String>>(0)
                })
            });
            match status.ok().flatten().as_deref() {
                Some("committed") => return Outcome::Kept,
                Some("aborted") => return Outcome::Lost,
                // The server has not noticed yet, or cannot be reached.
                _ => std::thread::sleep(BETWEEN),
            }
        }
        Outcome::Unknown
    }
}

enum Outcome {
    Kept,
    Lost,
    Unknown,
}

impl Session for Postgres {
    fn for_each(
        &self,
        table: &'static str,
        statement: &'static Statement,
        params: &[Param],
        each: &mut dyn FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        if params.iter().any(|param| matches!(param, Param::Text(text) if text.contains('\0'))) {
            // No text here has such a character, so that none is like this one.
            return Ok(());
        }
        let mut refused = None;
        self.with(statement.name, |live| {
            let prepared = live.prepared(statement)?;
            let mut rows = live.client.query_raw(&prepared, params)?;
            while let Some(row) = rows.next()? {
                let values = (0..row.len()).map(|i| row.try_get(i)).collect::<Result<_, _>>()?;
                if let Err(error) = each(Row { table, values }) {
                    refused = Some(error);
                    break;
                }
            }
            Ok(())
        })?;
        refused.map_or(Ok(()), Err)
    }

    fn execute(&self, statement: &'static Statement, params: &[Param]) -> Result<usize, DbError> {
        let touched = self.with(statement.name, |live| {
            let prepared = live.prepared(statement)?;
            let params: Vec<_> = params.iter().map(|param| param as &(dyn ToSql + Sync)).collect();
            live.client.execute(&prepared, &params)
        })?;
        if touched == 0 && statement.may_be_duplicate() {
            // It may have come into being after the job looked: then the job decides anew.
            self.disturbed.set(true);
            return Err(DbError::Duplicate { statement: statement.name });
        }
        usize::try_from(touched).map_err(|_| DbError::Engine {
            statement: statement.name,
            message: "more rows than can be counted".to_owned(),
        })
    }

    fn wrote_kept(&self) -> bool {
        // Another process would not hear of it: nothing is kept.
        false
    }

    fn has_written_kept(&self) -> bool {
        true
    }

    fn prepare(&self, statement: &'static Statement) -> Result<(), DbError> {
        self.with(statement.name, |live| live.client.prepare(statement.for_postgres()).map(drop))
    }

    fn check_integrity(&self) -> Result<Vec<String>, DbError> {
        // The server checks what it reads, if its checksums are on; it has no check of everything.
        Ok(Vec::new())
    }

    fn begin_read(&self) -> Result<(), DbError> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").map(drop)
    }

    fn end_read(&self) {
        self.roll_back();
    }

    fn begin_write(&self) -> Result<(), DbError> {
        self.again.set(false);
        let begun = self.begin("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_current_xact_id()::text")?;
        let number = begun.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        self.number.replace(number);
        Ok(())
    }

    fn begin_job(&self) -> Result<(), DbError> {
        self.disturbed.set(false);
        self.control("SAVEPOINT job").inspect_err(|_| self.again.set(true))
    }

    fn keep_job(&self) -> Result<(), DbError> {
        self.control("RELEASE job")
    }

    fn roll_back_job(&self) -> Result<(), DbError> {
        self.control("ROLLBACK TO job; RELEASE job")
    }

    fn stands(&self) -> bool {
        let stands = self.live.borrow().is_some();
        if !stands {
            // Nothing was committed, and the next connection may be better.
            self.again.set(true);
        }
        stands
    }

    fn was_disturbed(&self) -> bool {
        self.disturbed.get()
    }

    fn commit(&self) -> Result<(), DbError> {
        let Err(error) = self.control(COMMIT) else { return Ok(()) };
        let number = self.number.replace(None);
        match number.map_or(Outcome::Unknown, |number| self.outcome(&number)) {
            Outcome::Kept => Ok(()),
            Outcome::Lost => {
                self.again.set(true);
                Err(error)
            }
            Outcome::Unknown => Err(DbError::Engine {
                statement: "COMMIT",
                message: format!("{error}; whether it happened cannot be found out"),
            }),
        }
    }

    fn roll_back(&self) {
        if self.live.borrow().is_some()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::warn!(%error, "a transaction could not be rolled back");
            // Whatever state it is in, the next one begins on another connection.
            self.live.replace(None);
        }
    }

    fn may_try_again(&self) -> bool {
        self.again.replace(false)
    }
}
