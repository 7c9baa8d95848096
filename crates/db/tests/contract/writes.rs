//! Writing: jobs that wait share a commit, and nothing else.

use std::sync::mpsc::{Receiver, Sender, channel};

use specie_db::{Db, DbError, users};
use tokio::task::{JoinHandle, yield_now};

use crate::Engine;
use crate::shop::{is_duplicate, user};

type Written = JoinHandle<Result<(), DbError>>;

const COUNT: &str = "SELECT count(*) FROM users";

/// Occupies the writer until it is told to go on (or the other end is dropped): what is asked to
/// be written meanwhile shares the commit. Also answers when it is the job's turn.
async fn occupy(db: &Db) -> (Written, Sender<()>, Receiver<()>) {
    let (go_on, told) = channel::<()>();
    let (turn, arrived) = channel();
    let db = db.clone();
    let job = tokio::spawn(async move {
        db.write("occupy", move |_| {
            let _ = turn.send(());
            let _ = told.recv();
            Ok(())
        })
        .await
    });
    yield_now().await;
    (job, go_on, arrived)
}

/// Asks for a write, and comes back once it waits for its turn.
async fn ask(
    db: &Db,
    work: impl FnMut(&mut specie_db::Tx<'_>) -> Result<(), DbError> + Send + 'static,
) -> Written {
    let db = db.clone();
    let job = tokio::spawn(async move { db.write("job", work).await });
    yield_now().await;
    job
}

/// Asks for the n-th user to be written.
async fn ask_for_user(db: &Db, n: u8) -> Written {
    ask(db, move |tx| users::insert(tx, &user(n, &format!("{n}@example.com")))).await
}

pub async fn writers_at_once_are_all_durable(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let (occupied, go_on, _) = occupy(&db).await;
    let mut writers = vec![];
    for n in 0..64 {
        writers.push(ask_for_user(&db, n).await);
    }
    assert_eq!(engine.ask(COUNT), 0);
    drop(go_on);
    occupied.await.unwrap().unwrap();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(engine.ask(COUNT), 64);
}

pub async fn a_reply_comes_after_the_commit_and_not_before(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let (first, start, _) = occupy(&db).await;
    let written = ask_for_user(&db, 1).await;
    let (last, go_on, arrived) = occupy(&db).await;
    drop(start);
    arrived.recv().unwrap();
    // The user's job has run, in a batch that is not committed.
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(!written.is_finished() && !first.is_finished(), "told before it was so");
    assert_eq!(engine.ask(COUNT), 0);
    drop(go_on);
    written.await.unwrap().unwrap();
    assert_eq!(engine.ask(COUNT), 1, "another connection sees it once the reply came");
    first.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
}

pub async fn a_job_that_fails_loses_only_its_own(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let (occupied, go_on, _) = occupy(&db).await;
    let before = ask_for_user(&db, 1).await;
    let failing = ask(&db, |tx| {
        users::insert(tx, &user(2, "2@example.com"))?;
        users::set_password(tx, user(1, "").id, "stolen")?;
        users::insert(tx, &user(3, "1@example.com"))
    })
    .await;
    let after = ask_for_user(&db, 4).await;
    drop(go_on);
    let failed = failing.await.unwrap();
    assert!(is_duplicate(&failed), "{failed:?}");
    for job in [occupied, before, after] {
        job.await.unwrap().unwrap();
    }
    assert_eq!(engine.ask(COUNT), 2);
    assert_eq!(engine.ask("SELECT count(*) FROM users WHERE password_hash = 'stolen'"), 0);
}

pub async fn a_job_that_panics_answers_so_and_loses_only_its_own(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let (occupied, go_on, _) = occupy(&db).await;
    let before = ask_for_user(&db, 1).await;
    let panicking = ask(&db, |tx| {
        users::insert(tx, &user(2, "2@example.com"))?;
        panic!("a bug in a closure");
    })
    .await;
    let after = ask_for_user(&db, 3).await;
    drop(go_on);
    let answer = panicking.await.unwrap();
    assert!(matches!(answer, Err(DbError::Panicked("job"))), "{answer:?}");
    for job in [occupied, before, after] {
        job.await.unwrap().unwrap();
    }
    assert_eq!(engine.ask(COUNT), 2);
    ask_for_user(&db, 4).await.await.unwrap().expect("the writer lives on");
}

pub async fn a_closure_may_answer_with_an_error_of_its_own(engine: &impl Engine) {
    #[derive(Debug)]
    enum Refused {
        TooMany(i64),
        Db(DbError),
    }
    impl From<DbError> for Refused {
        fn from(error: DbError) -> Self {
            Self::Db(error)
        }
    }
    let db = engine.open().unwrap();
    let refused: Result<(), Refused> = db
        .write("one too many", |tx| {
            users::insert(tx, &user(1, "1@example.com"))?;
            Err(Refused::TooMany(users::count(tx)?))
        })
        .await;
    assert!(matches!(refused, Err(Refused::TooMany(1))), "it saw its own write: {refused:?}");
    assert_eq!(engine.ask(COUNT), 0, "and lost it");
    let panicked: Result<(), Refused> = db.write("job", |_| panic!("a bug in a closure")).await;
    assert!(matches!(panicked, Err(Refused::Db(DbError::Panicked("job")))), "{panicked:?}");
}

pub async fn a_refused_duplicate_leaves_the_rest_of_its_job(engine: &impl Engine) {
    let db = engine.open().unwrap();
    db.write("careful", |tx| {
        users::insert(tx, &user(1, "1@example.com"))?;
        let again = users::insert(tx, &user(1, "1@example.com"));
        assert!(is_duplicate(&again), "{again:?}");
        users::insert(tx, &user(2, "2@example.com"))
    })
    .await
    .unwrap();
    assert_eq!(engine.ask(COUNT), 2);
}

pub async fn a_writer_who_does_not_wait_is_written_all_the_same(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let (occupied, go_on, _) = occupy(&db).await;
    let hasty = ask_for_user(&db, 1).await;
    hasty.abort();
    assert!(hasty.await.unwrap_err().is_cancelled());
    drop(go_on);
    occupied.await.unwrap().unwrap();
    ask_for_user(&db, 2).await.await.unwrap().unwrap();
    assert_eq!(engine.ask(COUNT), 2);
}

pub async fn what_was_acknowledged_is_there_after_opening_again(engine: &impl Engine) {
    let db = engine.open().unwrap();
    for n in 0..10 {
        ask_for_user(&db, n).await.await.unwrap().unwrap();
    }
    drop(db);
    let again = engine.open().unwrap();
    assert_eq!(again.read(users::count).await.unwrap(), 10);
    ask_for_user(&again, 10).await.await.unwrap().expect("it can be written to as before");
}
