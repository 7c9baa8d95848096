//! Webhooks: a store's addresses, and what of them is told to a transaction that changes an invoice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use specie_core::ids::{StoreId, WebhookId};
use specie_core::invoice::Notice;
use specie_db::webhooks::{self, Webhook};
use specie_db::{Db, DbError, Memory};

use crate::Engine;
use crate::shop::{START, Shop, bytes, webhook};

async fn of_store(db: &Db, store: StoreId) -> Vec<Webhook> {
    db.read(move |r| webhooks::of_store(r, store)).await.unwrap()
}

async fn add(db: &Db, webhook: Webhook) {
    db.write("webhook", move |tx| webhooks::insert(tx, &webhook)).await.unwrap();
}

pub async fn a_webhook_comes_back_with_a_number_is_changed_and_removed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let store = shop.store.id;
    let chosen = Webhook { events: Some(vec![Notice::Created, Notice::Completed]), ..webhook(2, store) };
    add(&shop.db, webhook(1, store)).await;
    add(&shop.db, chosen.clone()).await;
    let found = of_store(&shop.db, store).await;
    assert!(found[0].number < found[1].number, "oldest first");
    let numbered = Webhook { number: found[1].number, ..chosen };
    assert_eq!(found[1], numbered);
    let number = numbered.number;
    let by_number = shop.db.read(move |r| webhooks::find_by_number(r, number)).await.unwrap();
    assert_eq!(by_number, Some(numbered.clone()));
    let changed = Webhook {
        url: "https://new.example/".to_owned(),
        events: None,
        switched_on: false,
        generation: 3,
        previous_until: Some(START),
        ..numbered
    };
    let (id, written) = (changed.id, changed.clone());
    assert!(shop.db.write("change", move |tx| webhooks::update(tx, &written)).await.unwrap());
    assert_eq!(shop.db.read(move |r| webhooks::find(r, id)).await.unwrap(), Some(changed.clone()));
    shop.db.write("ask", move |tx| webhooks::ask(tx, id, START.plus_secs(9))).await.unwrap();
    let asked = Webhook { asked_at: Some(START.plus_secs(9)), ..changed.clone() };
    assert_eq!(shop.db.read(move |r| webhooks::find(r, id)).await.unwrap(), Some(asked.clone()));
    for (since, away) in [(9, vec![]), (10, vec![asked])] {
        let found = shop.db.read(move |r| webhooks::away(r, START.plus_secs(since))).await.unwrap();
        assert_eq!(found, away, "{since}");
    }
    shop.db.write("delete", move |tx| webhooks::delete(tx, id)).await.unwrap();
    assert_eq!(of_store(&shop.db, store).await.len(), 1);
    assert!(!shop.db.write("change", move |tx| webhooks::update(tx, &changed)).await.unwrap());
    add(&shop.db, webhook(3, store)).await;
    let numbers: Vec<i64> = of_store(&shop.db, store).await.iter().map(|webhook| webhook.number).collect();
    assert!(numbers[1] > number, "no number is given again: {numbers:?}");
    let nobody = StoreId::from_bytes(bytes(9));
    assert_eq!(of_store(&shop.db, nobody).await, []);
}

type Hearing = Arc<Memory<StoreId, Arc<Vec<Webhook>>>>;

/// How many webhooks a transaction would tell, and how often the rows were looked at for it.
async fn told(db: &Db, hearing: &Hearing, looks: &Arc<AtomicUsize>, store: StoreId) -> usize {
    let (hearing, looks) = (Arc::clone(hearing), Arc::clone(looks));
    let told = db.write("tell", move |tx| {
        tx.read_kept(&hearing, store, |r| {
            looks.fetch_add(1, Ordering::Relaxed);
            webhooks::of_store(r, store).map(Arc::new)
        })
    });
    told.await.unwrap().len()
}

pub async fn a_webhook_is_told_by_every_transaction_after_the_one_that_added_it<E: Engine>(engine: &E) {
    let shop = Shop::open(engine).await;
    let (store, hearing, looks) = (shop.store.id, Hearing::default(), Arc::<AtomicUsize>::default());
    for n in 1..=5 {
        assert_eq!(told(&shop.db, &hearing, &looks, store).await, usize::from(n) - 1);
        assert_eq!(told(&shop.db, &hearing, &looks, store).await, usize::from(n) - 1);
        add(&shop.db, webhook(n, store)).await;
    }
    // Where nobody else writes, the rows are looked at once after each change.
    let looked = looks.load(Ordering::Relaxed);
    assert_eq!(looked, if shop.db.is_shared() { 10 } else { 5 });
    shop.db.write("delete", |tx| webhooks::delete(tx, WebhookId::from_bytes(bytes(1)))).await.unwrap();
    assert_eq!(told(&shop.db, &hearing, &looks, store).await, 4);
}

pub async fn what_a_transaction_wrote_itself_and_what_it_took_back_is_not_kept(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (store, hearing, looks) = (shop.store.id, Hearing::default(), Arc::<AtomicUsize>::default());
    assert_eq!(told(&shop.db, &hearing, &looks, store).await, 0);
    let within = Arc::clone(&hearing);
    let failed: Result<(), DbError> = shop
        .db
        .write("fails", move |tx| {
            webhooks::insert(tx, &webhook(1, store))?;
            let seen = tx.read_kept(&within, store, |r| webhooks::of_store(r, store).map(Arc::new))?;
            assert_eq!(seen.len(), 1, "its own");
            Err(DbError::Closed)
        })
        .await;
    // Not by what was asserted within: a panic there would be an error as well.
    assert!(matches!(failed, Err(DbError::Closed)), "{failed:?}");
    assert_eq!(told(&shop.db, &hearing, &looks, store).await, 0, "it was taken back");
}
