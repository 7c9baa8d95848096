//! Where connections come from: a file, or a server.

use std::path::PathBuf;
use std::sync::Arc;

use specie_core::time::Timestamp;

use super::lead::Held;
use super::postgres::{Listener, Postgres, Server};
use super::session::Session;
use super::sqlite::{self, Sqlite};
use super::{Durability, migrate};
use crate::error::DbError;

/// A database that was opened, and can be connected to again.
pub(super) enum Connections {
    Sqlite { path: PathBuf, durability: Durability },
    Postgres { server: Arc<Server>, listener: Listener },
}

impl Connections {
    /// Opens a database and brings its schema up to date.
    pub(super) fn open(url: &str, durability: Durability, now: Timestamp) -> Result<Self, DbError> {
        if let Some(path) = sqlite::file_of(url) {
            let mut writer = Sqlite::writer(&path, durability).map_err(|problem| not_opened(url, problem))?;
            migrate::sqlite(writer.connection(), &path, now)?;
            return Ok(Self::Sqlite { path, durability });
        }
        // Another engine's address may hold a password: its scheme says enough.
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(not_opened(scheme, "expected sqlite:PATH or postgres://…".to_owned()));
        }
        let server = Server::at(url, durability).map_err(|problem| not_opened(scheme, problem))?;
        let shown = server.to_string();
        let mut client = server.connect().map_err(|e| not_opened(&shown, e))?;
        migrate::postgres(&mut client, now)?;
        let server = Arc::new(server);
        Ok(Self::Postgres { listener: Listener::new(Arc::clone(&server)), server })
    }

    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// How many connections write: one to a file, always.
    pub(super) fn writers(&self) -> usize {
        match self {
            Self::Sqlite { .. } => 1,
            Self::Postgres { .. } => super::postgres::WRITERS,
        }
    }

    pub(super) fn readers(&self) -> usize {
        match self {
            Self::Sqlite { .. } => sqlite::READERS,
            Self::Postgres { .. } => super::postgres::READERS,
        }
    }

    pub(super) fn to_write(&self) -> Result<Box<dyn Session + Send>, DbError> {
        match self {
            Self::Sqlite { path, durability } => match Sqlite::writer(path, *durability) {
                Ok(session) => Ok(Box::new(session)),
                Err(problem) => Err(not_opened(&path.display().to_string(), problem)),
            },
            Self::Postgres { server, .. } => Ok(Box::new(Postgres::new(Arc::clone(server)))),
        }
    }

    pub(super) fn to_read(&self) -> Result<Box<dyn Session + Send>, DbError> {
        match self {
            Self::Sqlite { path, .. } => match Sqlite::reader(path) {
                Ok(session) => Ok(Box::new(session)),
                Err(problem) => Err(not_opened(&path.display().to_string(), problem)),
            },
            Self::Postgres { server, .. } => Ok(Box::new(Postgres::new(Arc::clone(server)))),
        }
    }

    pub(super) async fn written_by_anyone(&self) {
        match self {
            Self::Sqlite { .. } => std::future::pending().await,
            Self::Postgres { listener, .. } => listener.heard().await,
        }
    }

    /// Holds what only one process can hold; none: another has it.
    pub(super) async fn try_hold(&self, what: &'static str) -> Result<Option<Held>, DbError> {
        match self {
            // The data folder's lock sees to it that there is one process.
            Self::Sqlite { .. } => Ok(Some(Held::Alone)),
            Self::Postgres { server, .. } => super::postgres::try_hold(Arc::clone(server), what).await,
        }
    }
}

fn not_opened(url: &str, problem: String) -> DbError {
    DbError::Open { url: url.to_owned(), problem }
}
