//! The engines behind [`Db`]. What one engine does otherwise than the other is in this folder, and
//! nowhere else.
//!
//! Whoever reads or writes does it on threads of this crate's own, with a connection each, so that
//! no async task ever waits for a disk or a server on its own thread. See `sqlite` and `postgres`
//! for how many there are, `writer` for how writes share a commit.

mod connections;
mod here;
mod lead;
mod memory;
mod migrate;
mod postgres;
mod queue;
mod session;
mod sqlite;
mod writer;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use specie_core::time::Timestamp;
use tokio::sync::oneshot;

use self::connections::Connections;
use self::here::Here;
use self::lead::Held;
use self::memory::Changes;
use self::queue::Queue;
use self::session::Session;
use self::writer::Takes;
use crate::error::DbError;
use crate::params::Param;
use crate::row::Row;
use crate::statement::Statement;

pub use here::{Death, Fate};
pub use lead::Lead;
pub use memory::Memory;
pub use migrate::SCHEMA_VERSION;
pub use queue::Lane;
pub use sqlite::file_of;

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
pub struct Db(Arc<Handle>);

enum Handle {
    /// As a server works on it.
    Threads(Threads),
    /// As a simulation does.
    Here(Arc<Here>),
}

/// Threads with a connection each, and what they wait for.
struct Threads {
    queue: Arc<Queue>,
    changes: Arc<Changes>,
    /// None once it is closed.
    readers: Mutex<Option<Sender<ReadJob>>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    connections: Connections,
}

/// Something to read. It is given a view, or the reason why there is none.
type ReadJob = Box<dyn FnOnce(Result<&Reader<'_>, DbError>) + Send>;

/// A consistent view of the database.
pub struct Reader<'c> {
    session: &'c dyn Session,
    /// What is read will be kept.
    rests_on_kept: bool,
}

/// A transaction. Only with one of these can anything be written.
pub struct Tx<'c> {
    reader: Reader<'c>,
    /// What counts the changes of what is kept; none: nothing is.
    changes: Option<&'c Changes>,
}

impl Db {
    /// Opens a database and brings its schema up to date. `url` is `sqlite:PATH`, a path, or
    /// `postgres://USER:PASSWORD@HOST/NAME`. A copy is kept beside a file before its schema is
    /// changed. `now` dates the migrations.
    ///
    /// # Errors
    /// [`DbError`] if the address is of no known kind, the database cannot be opened, or its schema
    /// is newer than this program.
    pub fn open(url: &str, durability: Durability, now: Timestamp) -> Result<Self, DbError> {
        let url = url.to_owned();
        // Some connections must not be made on a thread that runs async tasks.
        let opened = thread::spawn(move || Self::open_here(&url, durability, now)).join();
        opened.map_err(|_| DbError::Panicked("opening the database"))?
    }

    fn open_here(url: &str, durability: Durability, now: Timestamp) -> Result<Self, DbError> {
        let connections = Connections::open(url, durability, now)?;
        let (queue, changes) = (Arc::new(Queue::new()), Arc::<Changes>::default());
        let mut threads = Vec::new();
        let takes = if connections.writers() == 1 { Takes::All } else { Takes::OneLane };
        for _ in 0..connections.writers() {
            let (session, queue) = (connections.to_write()?, Arc::clone(&queue));
            // Where another process may write as well, nothing is kept.
            let kept = (!connections.is_shared()).then(|| Arc::clone(&changes));
            threads.push(spawn("db-writer", move || writer::run(&*session, &queue, takes, kept.as_deref())));
        }
        let (readers, jobs) = channel::<ReadJob>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..connections.readers() {
            let (session, jobs) = (connections.to_read()?, Arc::clone(&jobs));
            threads.push(spawn("db-reader", move || read_jobs(&*session, &jobs)));
        }
        Ok(Self(Arc::new(Handle::Threads(Threads {
            queue,
            changes,
            readers: Mutex::new(Some(readers)),
            threads: Mutex::new(threads),
            connections,
        }))))
    }

    /// Whether several processes may use this database at a time.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        match &*self.0 {
            Handle::Threads(threads) => threads.connections.is_shared(),
            Handle::Here(_) => false,
        }
    }

    /// Resolves when a process may have written since it was last asked; never, where there is only
    /// this process. A hint: it may come late or not at all.
    pub async fn written_by_anyone(&self) {
        match &*self.0 {
            Handle::Threads(threads) => threads.connections.written_by_anyone().await,
            Handle::Here(_) => std::future::pending().await,
        }
    }

    /// Takes the lead in something that only one process may do at a time; none: another has it.
    ///
    /// # Errors
    /// [`DbError`] if the database cannot say.
    pub async fn try_lead(&self, what: &'static str) -> Result<Option<Lead>, DbError> {
        let held = match &*self.0 {
            Handle::Threads(threads) => threads.connections.try_hold(what).await?,
            Handle::Here(_) => Some(Held::Alone),
        };
        let Some(held) = held else { return Ok(None) };
        let term = self.write("take_lead", move |tx| crate::leads::take(tx, what)).await?;
        Ok(Some(Lead::new(what, term, held)))
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
        let cause = tracing::Span::current();
        let job: ReadJob = Box::new(move |view| {
            let _caused = cause.enter();
            // Nobody may be waiting any more; then nobody misses the answer.
            let _ = reply.send(view.map_err(E::from).and_then(work));
        });
        match &*self.0 {
            Handle::Threads(threads) => threads.read(job)?,
            Handle::Here(here) => {
                here.pause().await;
                here.read(job);
            }
        }
        answer.await.map_err(|_| DbError::Panicked("a read"))?
    }

    /// As [`read`](Self::read), of the tables that seldom change ([`KEPT`](crate::statement::KEPT)) alone:
    /// what was found is kept, and not read again before one of them was written. What was not found is
    /// not kept.
    ///
    /// # Errors
    /// What the closure returns, or a [`DbError`].
    pub async fn read_kept<K, T, E>(
        &self,
        memory: &Memory<K, T>,
        asked: K,
        work: impl FnOnce(&Reader<'_>) -> Result<Option<T>, E> + Send + 'static,
    ) -> Result<Option<T>, E>
    where
        K: Eq + std::hash::Hash,
        T: Clone + Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let work = move |reader: &Reader<'_>| work(&reader.to_be_kept());
        let changes = match &*self.0 {
            Handle::Threads(threads) if !threads.connections.is_shared() => &threads.changes,
            _ => return self.read(work).await,
        };
        if let Some(known) = memory.recall(&asked, changes) {
            return Ok(Some(known));
        }
        // Before the view begins: what is written meanwhile may or may not be in it.
        let as_of = changes.so_far();
        let found = self.read(work).await?;
        if let Some(found) = &found {
            memory.keep(asked, found.clone(), as_of);
        }
        Ok(found)
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
        self.write_then(Lane::Common, label, work, |_| {}).await
    }

    /// As [`write`](Self::write), in a lane; and what must follow runs as soon as it is durable,
    /// before the answer, on the writer's thread: also if whoever asked has gone in the meantime. It
    /// must be quick.
    ///
    /// # Errors
    /// What the closure returns, or a [`DbError`]; then nothing follows.
    pub async fn write_then<T, E>(
        &self,
        lane: Lane,
        label: &'static str,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        after: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, answer) = writer::job(label, work, after);
        match &*self.0 {
            Handle::Threads(threads) => threads.queue.push(lane, job).map_err(|_| DbError::Closed)?,
            Handle::Here(here) => {
                here.pause().await;
                here.write(job);
            }
        }
        answer.await.map_err(|_| DbError::Closed)?
    }

    /// Closes the database: what was asked for before is done still, and every connection ended.
    pub async fn close(&self) {
        let Handle::Threads(threads) = &*self.0 else { return };
        threads.stop();
        let threads = std::mem::take(&mut *threads.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = tokio::task::spawn_blocking(move || {
            for thread in threads {
                // One that panicked has ended as well.
                let _ = thread.join();
            }
        });
        let _ = ended.await;
    }
}

impl Threads {
    fn read(&self, job: ReadJob) -> Result<(), DbError> {
        match &*self.readers.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(readers) => readers.send(job).map_err(|_| DbError::Closed),
            None => Err(DbError::Closed),
        }
    }

    fn stop(&self) {
        self.queue.close();
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.stop();
    }
}

fn read_jobs(session: &dyn Session, jobs: &Mutex<Receiver<ReadJob>>) {
    loop {
        // The lock is held only while waiting; a poisoned one means a reader panicked in recv,
        // which it cannot.
        let job = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(_) => return,
        };
        let Ok(job) = job else { return };
        let reader = Reader { session, rests_on_kept: false };
        let view = session.begin_read().map(|()| &reader);
        // A panic is the closure's: its caller hears of it by the dropped reply.
        let _ = catch_unwind(AssertUnwindSafe(|| job(view)));
        session.end_read();
    }
}

impl Reader<'_> {
    /// All rows of an answer. Once they are there, `rehydrate` may ask for more.
    pub(crate) fn query<T>(
        &self,
        table: &'static str,
        statement: &'static Statement,
        params: &[Param],
        rehydrate: impl FnMut(&Row) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut rows = Vec::new();
        self.for_each(table, statement, params, |row| {
            rows.push(row);
            Ok(())
        })?;
        rows.iter().map(rehydrate).collect()
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn query_opt<T>(
        &self,
        table: &'static str,
        statement: &'static Statement,
        params: &[Param],
        rehydrate: impl FnMut(&Row) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        Ok(self.query(table, statement, params, rehydrate)?.into_iter().next())
    }

    /// Each row of an answer, without keeping them. `each` asks the database nothing.
    pub(crate) fn for_each(
        &self,
        table: &'static str,
        statement: &'static Statement,
        params: &[Param],
        mut each: impl FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        let may_be_kept = !self.rests_on_kept || statement.rests_on_kept();
        assert!(may_be_kept, "{} is not kept: nobody would hear of its changes", statement.name);
        self.session.for_each(table, statement, params, &mut each)
    }

    fn to_be_kept(&self) -> Self {
        Self { session: self.session, rests_on_kept: true }
    }

    /// Asks the engine whether a statement can be prepared.
    ///
    /// # Errors
    /// The engine's complaint.
    pub fn prepare(&self, statement: &'static Statement) -> Result<(), DbError> {
        self.session.prepare(statement)
    }

    /// Asks the engine to check what it stores. Returns its complaints; none: all is well, or the
    /// engine checks by itself what it reads.
    ///
    /// # Errors
    /// [`DbError::Engine`] if it cannot even be checked.
    pub fn check_integrity(&self) -> Result<Vec<String>, DbError> {
        self.session.check_integrity()
    }
}

impl<'c> Tx<'c> {
    fn new(session: &'c dyn Session, changes: Option<&'c Changes>) -> Self {
        Self { reader: Reader { session, rests_on_kept: false }, changes }
    }

    /// As [`Db::read_kept`], within the transaction, and as true as any other read in it: there is one
    /// writer, which says of every commit that it changed what is kept before it begins the next, and
    /// within the batch that changes it nothing is recalled.
    ///
    /// # Errors
    /// What the closure returns, or a [`DbError`].
    pub fn read_kept<K, T, E>(
        &self,
        memory: &Memory<K, T>,
        asked: K,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        K: Eq + std::hash::Hash,
        T: Clone,
    {
        let reader = self.reader.to_be_kept();
        let Some(changes) = self.changes.filter(|_| !self.reader.session.has_written_kept()) else {
            return work(&reader);
        };
        if let Some(known) = memory.recall(&asked, changes) {
            return Ok(known);
        }
        let as_of = changes.so_far();
        let found = work(&reader)?;
        memory.keep(asked, found.clone(), as_of);
        Ok(found)
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) fn execute(
        &mut self,
        statement: &'static Statement,
        params: &[Param],
    ) -> Result<usize, DbError> {
        self.reader.session.execute(statement, params)
    }
}

impl<'c> std::ops::Deref for Tx<'c> {
    type Target = Reader<'c>;

    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).expect("the system can start a thread")
}
