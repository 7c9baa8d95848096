//! Fixed rates.

use specie_core::ids::StoreId;
use specie_db::rates::{self, FixedRate};

use crate::Engine;
use crate::shop::{START, Shop, bytes};

pub async fn a_rate_is_replaced_by_the_next_kept_per_currency_and_removed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let store = shop.store.id;
    let rate = |code: &str, per_btc: &str, secs| FixedRate {
        currency: code.parse().unwrap(),
        per_btc: per_btc.parse().unwrap(),
        set_at: START.plus_secs(secs),
    };
    for set in
        [rate("USD", "40000", 0), rate("EUR", "36000.5", 1), rate("USD", "79228162514264.337593543950335", 2)]
    {
        shop.db.write("rate", move |tx| rates::set(tx, store, set)).await.unwrap();
    }
    let found = shop.db.read(move |r| rates::of_store(r, store)).await.unwrap();
    assert_eq!(found, [rate("EUR", "36000.5", 1), rate("USD", "79228162514264.337593543950335", 2)]);
    let stranger = StoreId::from_bytes(bytes(9));
    assert_eq!(shop.db.read(move |r| rates::of_store(r, stranger)).await.unwrap(), []);
    for (code, there) in [("USD", true), ("USD", false), ("JPY", false)] {
        let currency = code.parse().unwrap();
        let removed = shop.db.write("unset", move |tx| rates::remove(tx, store, currency)).await.unwrap();
        assert_eq!(removed, there, "{code}");
        let left = shop.db.read(move |r| rates::of_store(r, store)).await.unwrap();
        assert_eq!(left, [rate("EUR", "36000.5", 1)]);
    }
}
