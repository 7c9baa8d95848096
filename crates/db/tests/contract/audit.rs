//! The log of changes.

use specie_db::audit::{self, Change, Entry};

use crate::Engine;
use crate::shop::{START, Shop};

pub async fn changes_come_back_latest_first_and_of_their_store(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let change = Change { field: "speed".to_owned(), from: Some("low".to_owned()), to: None };
    let entry = |deed: &str, own: bool| Entry {
        number: 0,
        at: START,
        store_id: own.then_some(shop.store.id),
        user_id: own.then_some(shop.user.id),
        via: "pages".to_owned(),
        name: "ann@shop.example".to_owned(),
        deed: deed.to_owned(),
        subject: "Käse".to_owned(),
        changes: if own { vec![change.clone()] } else { Vec::new() },
        request_id: own.then(|| "id".to_owned()),
    };
    for entry in [entry("first", true), entry("elsewhere", false), entry("last", true)] {
        shop.db.write("audit", move |tx| audit::add(tx, &entry)).await.unwrap();
    }
    let store = shop.store.id;
    let page = |of, below| shop.db.read(move |r| audit::page(r, of, below, 10));
    let own = page(Some(store), i64::MAX).await.unwrap();
    let expected = [entry("last", true), entry("first", true)];
    let unnumbered: Vec<Entry> = own.iter().map(|entry| Entry { number: 0, ..entry.clone() }).collect();
    assert_eq!(unnumbered, expected);
    let deeds = |entries: Vec<Entry>| entries.into_iter().map(|entry| entry.deed).collect::<Vec<_>>();
    assert_eq!(deeds(page(None, i64::MAX).await.unwrap()), ["last", "elsewhere", "first"]);
    assert_eq!(deeds(page(Some(store), own[0].number).await.unwrap()), ["first"]);
}
