//! Stores' logos.

use specie_db::logos::{self, Picture};

use crate::Engine;
use crate::shop::Shop;

pub async fn a_logo_is_found_by_its_hash_until_its_store_has_another_or_none(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let store = shop.store.id;
    let picture = |hash: &str, content: &[u8]| Picture {
        hash: hash.to_owned(),
        kind: "image/png".to_owned(),
        content: content.to_vec(),
    };
    let find = |hash: &'static str| shop.db.read(move |r| logos::find(r, hash));
    let (first, second) = (picture("aa", b"\x89PNG\0\xff"), picture("bb", &[0; 12_288]));
    for (set, found) in [(first.clone(), "aa"), (second.clone(), "bb")] {
        let kept = set.clone();
        shop.db.write("logo", move |tx| logos::set(tx, store, &set)).await.unwrap();
        assert_eq!(find(found).await.unwrap(), Some(kept));
    }
    assert_eq!(find("aa").await.unwrap(), None, "it was replaced");
    for _ in 0..2 {
        shop.db.write("no logo", move |tx| logos::remove(tx, store)).await.unwrap();
        assert_eq!(find("bb").await.unwrap(), None);
    }
}
