//! Requests that were answered once.

use specie_db::idempotency::{self, Key};

use crate::Engine;
use crate::shop::{START, Shop, is_duplicate};

fn key(caller: &str, body: u8) -> Key {
    Key {
        caller: caller.to_owned(),
        path: "/invoices".to_owned(),
        key: "order-1".to_owned(),
        body_hash: [body; 32],
    }
}

async fn record(shop: &Shop, key: Key, reply: &'static str) -> Result<(), specie_db::DbError> {
    shop.db.write("record", move |tx| idempotency::insert(tx, &key, reply, START)).await
}

pub async fn an_answer_is_found_under_its_key_with_its_body(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    record(&shop, key("shop", 1), "first").await.unwrap();
    record(&shop, key("shop", 2), "second").await.unwrap();
    record(&shop, key("another", 1), "third").await.unwrap();
    let mut found = shop.db.read(|r| idempotency::find(r, &key("shop", 9))).await.unwrap();
    found.sort();
    assert_eq!(found, [(vec![1; 32], "first".to_owned()), (vec![2; 32], "second".to_owned())]);
    for stranger in [
        Key { path: "/refunds".to_owned(), ..key("shop", 1) },
        Key { key: "order-2".to_owned(), ..key("shop", 1) },
        key("nobody", 1),
    ] {
        assert_eq!(shop.db.read(move |r| idempotency::find(r, &stranger)).await.unwrap(), []);
    }
}

pub async fn the_same_request_is_recorded_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    record(&shop, key("shop", 1), "first").await.unwrap();
    let again = record(&shop, key("shop", 1), "second").await;
    assert!(is_duplicate(&again), "{again:?}");
}

pub async fn old_answers_are_forgotten(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    record(&shop, key("shop", 1), "first").await.unwrap();
    let prune = |until| shop.db.write("prune", move |tx| idempotency::prune(tx, until));
    assert_eq!(prune(START.plus_secs(-1)).await.unwrap(), 0);
    assert_eq!(prune(START).await.unwrap(), 1);
    assert_eq!(shop.db.read(|r| idempotency::find(r, &key("shop", 1))).await.unwrap(), []);
}
