//! Writers: jobs that wait share a transaction, a savepoint each, and one flush.
//!
//! A job answers only after the commit. A job that fails or panics loses its own savepoint and
//! nothing else, unless the engine gave up the whole transaction (a full or broken disk, a lost
//! connection): then all of the batch run again if certainly nothing of it was kept, or all fail,
//! and none is told otherwise.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;
use tracing::Span;

use super::Tx;
use super::memory::Changes;
use super::queue::Queue;
use super::session::Session;
use crate::error::DbError;

/// How many jobs may share a commit.
const BATCH: usize = 256;
/// How often a job that met another process's work runs again at once.
const RERUNS: usize = 3;
/// How often a batch is tried again of which nothing was kept.
const RETRIES: usize = 2;

/// Which jobs a writer takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// All of them in turn: there is no other writer.
    All,
    /// Those of one lane at a time.
    OneLane,
}

/// Something to write, and somebody who waits for it.
pub(crate) trait Job: Send {
    /// Does the work and keeps its result. Returns whether to keep what it wrote.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// What it wrote was refused after it had run.
    fn refuse(&mut self, error: DbError);
    /// Answers, after the commit, or with the reason why there was none.
    fn answer(self: Box<Self>, failure: Option<DbError>);
    /// What it is done for, in the log.
    fn cause(&self) -> &Span;
}

struct Write<F, A, T, E> {
    label: &'static str,
    cause: Span,
    work: F,
    after: A,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

/// A job for the writer, and where its answer arrives. `after` runs once it is durable, whether or
/// not anyone still waits for the answer.
pub(crate) fn job<F, A, T, E>(
    label: &'static str,
    work: F,
    after: A,
) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    A: FnOnce(&T) + Send + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Write { label, cause: Span::current(), work, after, result: None, reply }), answer)
}

impl<F, A, T, E> Job for Write<F, A, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    A: FnOnce(&T) + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let _caused = self.cause.enter();
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)))
            .unwrap_or_else(|_| Err(DbError::Panicked(self.label).into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn refuse(&mut self, error: DbError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, failure: Option<DbError>) {
        let Self { label, cause, after, result, reply, .. } = *self;
        let _caused = cause.enter();
        let result = match (failure, result) {
            // Its own error says more than the batch's.
            (_, Some(Err(error))) => Err(error),
            (Some(failure), _) => Err(failure.into()),
            (None, Some(result)) => result,
            (None, None) => Err(DbError::Closed.into()),
        };
        if let Ok(value) = &result
            && catch_unwind(AssertUnwindSafe(|| after(value))).is_err()
        {
            tracing::error!(job = label, "what had to follow a write panicked");
        }
        // Nobody may be waiting any more; what is written is written.
        let _ = reply.send(result);
    }

    fn cause(&self) -> &Span {
        &self.cause
    }
}

/// Writes until the queue is closed and empty. `kept` counts the changes of what is kept, if anything
/// is.
pub(crate) fn run(session: &dyn Session, queue: &Queue, takes: Takes, kept: Option<&Changes>) {
    while let Some((lane, first)) = queue.take() {
        // What befalls a batch is told of as the first one's: every other says for itself that it failed.
        let caused = first.cause().clone().entered();
        let mut batch = vec![first];
        let more = || match takes {
            Takes::All => queue.more(None),
            Takes::OneLane => queue.more(Some(lane)),
        };
        let failure = write_batch(session, kept, &mut batch, &more).err();
        if session.wrote_kept()
            && let Some(kept) = kept
        {
            // Also after a failure: it costs a look at the rows, at most.
            kept.happened();
        }
        queue.leave(lane);
        if let Some(failure) = &failure {
            tracing::error!(%failure, jobs = batch.len(), "a batch of writes was not committed");
        }
        drop(caused);
        for job in batch {
            job.answer(failure.clone());
        }
    }
}

/// Where further jobs of a batch come from.
pub(crate) type More<'a> = &'a dyn Fn() -> Option<Box<dyn Job>>;

fn write_batch(
    session: &dyn Session,
    kept: Option<&Changes>,
    batch: &mut Vec<Box<dyn Job>>,
    more: More<'_>,
) -> Result<(), DbError> {
    let mut tried = 0;
    loop {
        match commit_batch(session, kept, batch, more) {
            Ok(()) => return Ok(()),
            Err(error) if tried < RETRIES && session.may_try_again() => {
                tried += 1;
                tracing::warn!(%error, jobs = batch.len(), "a batch of writes runs again");
            }
            Err(error) => return Err(error),
        }
    }
}

pub(crate) fn commit_batch(
    session: &dyn Session,
    kept: Option<&Changes>,
    batch: &mut Vec<Box<dyn Job>>,
    more: More<'_>,
) -> Result<(), DbError> {
    session.begin_write()?;
    let mut done = 0;
    let outcome = loop {
        if let Err(e) = run_job(session, kept, &mut batch[done]) {
            break Err(e);
        }
        done += 1;
        if done == batch.len() {
            let next = if done < BATCH { more() } else { None };
            match next {
                Some(job) => batch.push(job),
                None => break session.commit(),
            }
        }
    };
    if outcome.is_err() {
        // The commit itself may have failed (a full disk): end the transaction, so that the next can
        // begin.
        session.roll_back();
    }
    outcome.map_err(|e| DbError::RolledBack(e.to_string()))
}

fn run_job(session: &dyn Session, kept: Option<&Changes>, job: &mut Box<dyn Job>) -> Result<(), DbError> {
    let mut runs = 0;
    loop {
        runs += 1;
        session.begin_job()?;
        let mut stays = job.run(&mut Tx::new(session, kept));
        if !session.stands() {
            // The engine rolled everything back under the job, the jobs before it included.
            let message = "the database gave the transaction up".to_owned();
            return Err(DbError::Engine { statement: "a job", message });
        }
        if stays && let Err(error) = session.keep_job() {
            // The job overlooked an error after which the engine keeps nothing.
            job.refuse(error);
            stays = false;
        }
        if stays {
            return Ok(());
        }
        session.roll_back_job()?;
        if runs > RERUNS || !session.was_disturbed() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use rusqlite::Connection;

    use super::*;
    use crate::engine::queue::Lane;
    use crate::engine::sqlite::Sqlite;
    use crate::params::{Param, params};
    use crate::statement::Statement;

    static NOTE: Statement =
        Statement::new("notes.NOTE", "INSERT INTO notes (n, filler, follows) VALUES ($1, $2, $3)");
    static NOTES: Statement = Statement::new("notes.NOTES", "SELECT n FROM notes ORDER BY n");
    static BIG: usize = 1_000_000;

    type Answer = oneshot::Receiver<Result<(), DbError>>;

    /// A disk with room for little; a note that follows another needs that one by the commit.
    fn small_disk() -> Sqlite {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "PRAGMA foreign_keys = ON;
                CREATE TABLE notes (n INTEGER PRIMARY KEY, filler BLOB,
                    follows INTEGER REFERENCES notes (n) DEFERRABLE INITIALLY DEFERRED);
                PRAGMA max_page_count = 20",
            )
            .unwrap();
        connection.into()
    }

    fn note(tx: &mut Tx<'_>, n: i64, size: usize) -> Result<(), DbError> {
        tx.execute(&NOTE, &params![n, Param::Blob(vec![7; size]), Param::Null]).map(drop)
    }

    fn note_after(tx: &mut Tx<'_>, n: i64, follows: i64) -> Result<(), DbError> {
        tx.execute(&NOTE, &params![n, Param::Null, follows]).map(drop)
    }

    fn notes(disk: &Sqlite) -> Vec<i64> {
        let mut found = Vec::new();
        let each = &mut |row: crate::row::Row| {
            found.push(row.int(0, "n")?);
            Ok(())
        };
        disk.for_each("notes", &NOTES, &[], each).unwrap();
        found
    }

    fn write<F>(label: &'static str, work: F) -> (Box<dyn Job>, Answer)
    where
        F: FnMut(&mut Tx<'_>) -> Result<(), DbError> + Send + 'static,
    {
        job(label, work, |()| {})
    }

    #[test]
    fn what_follows_a_write_follows_although_nobody_waits_and_not_after_a_failure() {
        let disk = small_disk();
        let (told, heard) = channel();
        for (n, size) in [(1, 1), (2, BIG), (3, 1)] {
            let told = told.clone();
            let (job, answer) = job("create", move |tx| note(tx, n, size), move |()| told.send(n).unwrap());
            drop(answer);
            run_all(&disk, vec![job]);
        }
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(notes(&disk), [1, 3]);
    }

    fn run_all(disk: &Sqlite, jobs: Vec<Box<dyn Job>>) {
        let queue = Queue::new();
        for job in jobs {
            assert!(queue.push(Lane::Common, job).is_ok());
        }
        queue.close();
        run(disk, &queue, Takes::All, Some(&Changes::default()));
    }

    /// Lets all of these jobs share a commit, and returns their answers.
    fn batch(disk: &Sqlite, jobs: Vec<(Box<dyn Job>, Answer)>) -> Vec<Result<(), DbError>> {
        let (jobs, answers): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
        run_all(disk, jobs);
        answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect()
    }

    #[test]
    fn a_full_disk_fails_all_of_the_batch_and_nothing_after_it() {
        let disk = small_disk();
        let answers = batch(
            &disk,
            vec![
                write("small", |tx| note(tx, 1, 1)),
                write("big", |tx| note(tx, 2, BIG)),
                write("next", |tx| note(tx, 3, 1)),
            ],
        );
        assert!(matches!(answers[0], Err(DbError::RolledBack(_))), "{:?}", answers[0]);
        assert!(
            matches!(answers[1], Err(DbError::Engine { statement: "notes.NOTE", .. })),
            "{:?}",
            answers[1]
        );
        assert!(answers[2].is_ok(), "a batch of its own: {:?}", answers[2]);
        assert_eq!(notes(&disk), [3]);
    }

    #[test]
    fn a_job_that_overlooks_the_full_disk_writes_nothing_more() {
        let disk = small_disk();
        let answers = batch(
            &disk,
            vec![
                write("small", |tx| note(tx, 1, 1)),
                write("careless", |tx| {
                    let _ = note(tx, 2, BIG);
                    let refused = note(tx, 3, 1);
                    assert!(matches!(refused, Err(DbError::RolledBack(_))), "{refused:?}");
                    Ok::<_, DbError>(())
                }),
            ],
        );
        assert!(answers.iter().all(|answer| matches!(answer, Err(DbError::RolledBack(_)))), "{answers:?}");
        assert!(notes(&disk).is_empty());
    }

    #[test]
    fn a_commit_that_is_refused_fails_all_of_the_batch_and_the_next_one_can_begin() {
        let disk = small_disk();
        let answers = batch(
            &disk,
            vec![write("sound", |tx| note(tx, 1, 1)), write("orphan", |tx| note_after(tx, 2, 9))],
        );
        assert!(answers.iter().all(|answer| matches!(answer, Err(DbError::RolledBack(_)))), "{answers:?}");
        assert!(notes(&disk).is_empty());
        assert!(batch(&disk, vec![write("next", |tx| note(tx, 3, 1))])[0].is_ok());
        assert_eq!(notes(&disk), [3]);
    }

    #[test]
    fn more_jobs_than_share_a_commit_are_all_answered() {
        let disk = small_disk();
        let many = i64::try_from(2 * BATCH + 1).unwrap();
        let answers =
            batch(&disk, (0..many).map(|n| write("one of many", move |tx| note(tx, n, 1))).collect());
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(notes(&disk), (0..many).collect::<Vec<_>>());
    }
}
