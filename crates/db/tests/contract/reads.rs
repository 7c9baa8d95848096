//! Reading: a view of one moment, beside whatever is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use specie_core::ids::StoreId;
use specie_db::stores::{self, Store};
use specie_db::{Db, DbError, Memory, users};
use tokio::task::yield_now;

use crate::Engine;
use crate::shop::{Draft, Shop, user};

async fn add_user(db: &Db, n: u8) {
    db.write("user", move |tx| users::insert(tx, &user(n, &format!("{n}@example.com")))).await.unwrap();
}

pub async fn a_read_sees_what_was_acknowledged(engine: &impl Engine) {
    let db = engine.open().unwrap();
    for n in 1..=50 {
        add_user(&db, n).await;
        assert_eq!(db.read(users::count).await.unwrap(), i64::from(n), "whichever reader it is");
    }
}

pub async fn a_read_sees_one_moment_however_long_it_takes(engine: &impl Engine) {
    let db = engine.open().unwrap();
    add_user(&db, 1).await;
    let (counted, first) = channel();
    let (go_on, told) = channel::<()>();
    let reader = db.clone();
    let reading = tokio::spawn(async move {
        reader
            .read(move |r| {
                let before = users::count(r)?;
                let _ = counted.send(());
                let _ = told.recv();
                Ok::<_, DbError>((before, users::count(r)?, users::find(r, user(2, "").id)?.is_some()))
            })
            .await
    });
    yield_now().await;
    first.recv().unwrap();
    add_user(&db, 2).await;
    assert_eq!(engine.ask("SELECT count(*) FROM users"), 2);
    drop(go_on);
    assert_eq!(reading.await.unwrap().unwrap(), (1, 1, false));
    assert_eq!(db.read(users::count).await.unwrap(), 2, "the next view is of its own moment");
}

pub async fn what_is_kept_is_read_again_once_it_was_changed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (store, memory) = (shop.store.clone(), Memory::default());
    for round in 0..3 {
        let reads = Arc::new(AtomicUsize::new(0));
        for _ in 0..2 {
            let (id, reads) = (store.id, Arc::clone(&reads));
            let found = shop.db.read_kept(&memory, id, move |r| {
                reads.fetch_add(1, Ordering::Relaxed);
                stores::find(r, id)
            });
            let name = if round == 0 { store.name.clone() } else { format!("Round {round}") };
            assert_eq!(found.await.unwrap().unwrap().name, name);
        }
        let expected = if shop.db.is_shared() { 2 } else { 1 };
        assert_eq!(reads.load(Ordering::Relaxed), expected, "kept only where nobody else writes");
        let changed = Store { name: format!("Round {}", round + 1), ..store.clone() };
        shop.db.write("change", move |tx| stores::update(tx, &changed)).await.unwrap();
    }
    let stranger = StoreId::from_bytes([9; 16]);
    let found = shop.db.read_kept(&memory, stranger, move |r| stores::find(r, stranger));
    assert_eq!(found.await.unwrap(), None);
}

pub async fn what_may_change_unheard_is_not_kept(engine: &impl Engine) {
    let db = engine.open().unwrap();
    add_user(&db, 1).await;
    let refused = db.read_kept(&Memory::default(), (), |r| users::count(r).map(Some)).await;
    assert!(matches!(refused, Err(DbError::Panicked(_))), "{refused:?}");
}

pub async fn a_panic_in_a_read_hurts_nobody_else(engine: &impl Engine) {
    let db = engine.open().unwrap();
    add_user(&db, 1).await;
    // More than there are readers.
    for _ in 0..20 {
        let answer: Result<(), DbError> = db
            .read(|r| {
                users::count(r)?;
                panic!("a bug in a closure");
            })
            .await;
        assert!(matches!(answer, Err(DbError::Panicked(_))), "{answer:?}");
    }
    add_user(&db, 2).await;
    for _ in 0..20 {
        assert_eq!(db.read(users::count).await.unwrap(), 2, "no reader is stuck in its past");
    }
}

pub async fn a_read_may_answer_with_an_error_of_its_own(engine: &impl Engine) {
    #[derive(Debug, PartialEq)]
    struct Nobody;
    impl From<DbError> for Nobody {
        fn from(_: DbError) -> Self {
            Self
        }
    }
    let db = engine.open().unwrap();
    let found = db.read(|r| users::find(r, user(1, "").id)?.ok_or(Nobody)).await.map(|user| user.email);
    assert_eq!(found, Err(Nobody));
}

pub async fn a_slow_read_holds_up_neither_reads_nor_writes(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let (go_on, told) = channel::<()>();
    let (begun, arrived) = channel();
    let reader = db.clone();
    let slow = tokio::spawn(async move {
        reader
            .read(move |r| {
                let count = users::count(r)?;
                let _ = begun.send(());
                let _ = told.recv();
                Ok::<_, DbError>(count)
            })
            .await
    });
    yield_now().await;
    arrived.recv().unwrap();
    for n in 1..=20 {
        add_user(&db, n).await;
        assert_eq!(db.read(users::count).await.unwrap(), i64::from(n));
    }
    drop(go_on);
    assert_eq!(slow.await.unwrap().unwrap(), 0);
}

pub async fn a_sound_database_has_no_complaints(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    assert_eq!(shop.db.read(|r| r.check_integrity()).await.unwrap(), Vec::<String>::new());
}
