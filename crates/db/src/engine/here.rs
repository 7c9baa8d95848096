//! A database in memory, worked on by whoever asks, on their own thread: what a simulation stands on.
//!
//! Statements, transactions and savepoints are those of any SQLite file. What differs is that there
//! are no threads, so that the same questions in the same order give the same answers; that whoever
//! asks lets others go first now and then, by a seed; and that the process which works on it can be
//! made to die at a commit ([`Fate`]): from then on nobody is answered, as after a crash, and what
//! was committed is there when another process begins. Nothing here outlives the program: never for
//! a server.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use specie_core::time::Timestamp;
use tokio::sync::Notify;

use super::session::Session;
use super::sqlite::{self, Sqlite};
use super::writer::{self, Job};
use super::{Db, Handle, ReadJob, Reader, migrate};
use crate::error::DbError;
use crate::params::Param;

/// How a process dies at a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Nothing of the transaction is kept.
    BeforeCommit,
    /// All of it is kept, and nobody hears of it.
    AfterCommit,
}

/// The hand on a database in memory: whoever works on it may be made to die. Cheap to clone.
#[derive(Clone)]
pub struct Fate(Arc<Here>);

/// The database.
pub(super) struct Here {
    session: Mutex<Sqlite>,
    life: Mutex<Life>,
    died: Notify,
}

#[derive(Default)]
struct Life {
    commits: u64,
    /// At which commit, and how.
    dies: Option<(u64, Death)>,
    dead: bool,
    /// What was asked of the dead. Held, so that whoever asked waits for ever.
    unanswered: Vec<Box<dyn Any + Send>>,
    /// What the next pause is drawn from; 0: nobody pauses.
    chance: u64,
}

impl Here {
    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session(&self) -> MutexGuard<'_, Sqlite> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets others go first: none, one or two times.
    pub(super) async fn pause(&self) {
        let mut turns = {
            let mut life = self.life();
            // Xorshift: zero stays zero.
            life.chance ^= life.chance << 13;
            life.chance ^= life.chance >> 7;
            life.chance ^= life.chance << 17;
            life.chance % 3
        };
        poll_fn(|cx| {
            if turns == 0 {
                return Poll::Ready(());
            }
            turns -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    pub(super) fn read(&self, job: ReadJob) {
        let mut life = self.life();
        if life.dead {
            return life.unanswered.push(Box::new(Mutex::new(job)));
        }
        drop(life);
        let session = self.session();
        let reader = Reader { session: &*session, rests_on_kept: false };
        let view = session.begin_read().map(|()| &reader);
        // A panic is the closure's: its caller hears of it by the dropped reply.
        let _ = catch_unwind(AssertUnwindSafe(|| job(view)));
        session.end_read();
    }

    pub(super) fn write(&self, job: Box<dyn Job>) {
        let mut life = self.life();
        life.commits += 1;
        let death = life.dies.filter(|(at, _)| *at == life.commits).map(|(_, death)| death);
        life.dead |= death.is_some();
        if life.dead && death != Some(Death::AfterCommit) {
            life.unanswered.push(Box::new(Mutex::new(job)));
            drop(life);
            return self.died.notify_waiters();
        }
        drop(life);
        let mut batch = vec![job];
        let failure = writer::commit_batch(&*self.session(), None, &mut batch, &|| None).err();
        if death.is_some() {
            self.life().unanswered.push(Box::new(Mutex::new(batch)));
            return self.died.notify_waiters();
        }
        for job in batch {
            job.answer(failure.clone());
        }
    }
}

impl Db {
    /// A new database in memory, and the hand on it. `chance` seeds when those who work on it let each
    /// other go first.
    ///
    /// # Errors
    /// [`DbError`] if the schema cannot be made.
    pub fn in_memory(chance: u64, now: Timestamp) -> Result<(Self, Fate), DbError> {
        let opened = |e: rusqlite::Error| sqlite::error("in memory", &e);
        let mut session = Sqlite::in_memory().map_err(opened)?;
        migrate::sqlite(session.connection(), std::path::Path::new(""), now)?;
        Ok(Self::at(session, chance))
    }

    fn at(session: Sqlite, chance: u64) -> (Self, Fate) {
        let life = Mutex::new(Life { chance, ..Life::default() });
        let here = Arc::new(Here { session: Mutex::new(session), life, died: Notify::new() });
        (Self(Arc::new(Handle::Here(Arc::clone(&here)))), Fate(here))
    }
}

impl Fate {
    /// Lets whoever works on it die at the commit that is this many from now, 1 being the next.
    pub fn dies(&self, commits: u64, death: Death) {
        let mut life = self.0.life();
        life.dies = Some((life.commits + commits, death));
    }

    /// Takes back what [`dies`](Self::dies) said. False if it has happened.
    #[must_use]
    pub fn lives(&self) -> bool {
        let mut life = self.0.life();
        life.dies = None;
        !life.dead
    }

    /// Resolves when whoever works on it has died.
    pub async fn died(&self) {
        let died = self.0.died.notified();
        if self.0.life().dead {
            return;
        }
        died.await;
    }

    /// Lets the next one work on it. Whoever waits for an answer since the death gets none.
    pub fn revive(&self) {
        let mut life = self.0.life();
        (life.dies, life.dead) = (None, false);
        let unanswered = std::mem::take(&mut life.unanswered);
        drop(life);
        drop(unanswered);
    }

    /// How many transactions were begun that write.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.0.life().commits
    }

    /// The same rows in another database, which then goes its own way.
    ///
    /// # Errors
    /// [`DbError`] if there is no memory for them.
    pub fn copy(&self, chance: u64) -> Result<(Db, Self), DbError> {
        let copied = |e: rusqlite::Error| sqlite::error("a copy", &e);
        let mut copy = Sqlite::in_memory().map_err(copied)?;
        self.0.session().copy_to(&mut copy).map_err(copied)?;
        Ok(Db::at(copy, chance))
    }

    /// The rows of an answer, by another hand than the program's; `?1` is the first of `params`.
    ///
    /// # Errors
    /// [`DbError`] if SQLite does not understand the question.
    pub fn rows(&self, sql: &str, params: &[Param]) -> Result<Vec<Vec<Param>>, DbError> {
        self.0.session().rows(sql, params).map_err(|e| sqlite::error("by another hand", &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads;

    async fn take(db: &Db) -> i64 {
        db.write("take", |tx| leads::take(tx, "x")).await.unwrap()
    }

    fn terms(fate: &Fate) -> Vec<Vec<Param>> {
        fate.rows("SELECT term FROM leads", &[]).unwrap()
    }

    /// Whether a future is over when it was asked a few times.
    async fn ends(work: impl Future) -> bool {
        let mut work = std::pin::pin!(work);
        for _ in 0..9 {
            let over = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx).is_ready())).await;
            if over {
                return true;
            }
        }
        false
    }

    #[tokio::test]
    async fn who_dies_at_a_commit_is_not_answered_and_the_next_one_finds_what_was_kept() {
        let (db, fate) = Db::in_memory(7, Timestamp::EPOCH).unwrap();
        assert_eq!(take(&db).await, 1);
        for (death, kept) in [(Death::BeforeCommit, 1), (Death::AfterCommit, 2)] {
            fate.dies(2, death);
            assert_eq!(db.read(|_| Ok::<_, DbError>(3)).await.unwrap(), 3, "a read is no commit");
            db.write("nothing", |_| Ok::<_, DbError>(())).await.unwrap();
            assert!(!ends(fate.died()).await);
            assert!(!ends(take(&db)).await, "{death:?}");
            assert!(ends(fate.died()).await);
            assert!(!ends(db.read(|_| Ok::<_, DbError>(()))).await);
            assert!(!ends(take(&db)).await);
            fate.revive();
            assert_eq!(terms(&fate), [[Param::Int(kept)]], "{death:?}");
        }
        assert_eq!(take(&db).await, 3);
    }

    #[tokio::test]
    async fn a_copy_goes_its_own_way() {
        let (db, fate) = Db::in_memory(0, Timestamp::EPOCH).unwrap();
        take(&db).await;
        let (other, others) = fate.copy(0).unwrap();
        assert_eq!((take(&other).await, take(&other).await), (2, 3));
        assert_eq!((terms(&fate), terms(&others)), (vec![vec![Param::Int(1)]], vec![vec![Param::Int(3)]]));
    }
}
