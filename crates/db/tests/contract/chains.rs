//! How far a chain was followed.

use specie_core::chain::Locator;
use specie_db::chains;

use crate::Engine;
use crate::shop::{REGTEST, START, Shop, block};

pub async fn a_locator_is_kept_per_network(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    assert_eq!(shop.db.read(|r| chains::load(r, REGTEST)).await.unwrap(), Locator::default());
    let first = Locator { blocks: vec![block(100)], synced_at: START };
    let second = Locator { blocks: vec![block(101), block(100)], synced_at: START.plus_secs(600) };
    for locator in [first, second.clone()] {
        shop.db.write("follow", move |tx| chains::save(tx, REGTEST, &locator)).await.unwrap();
    }
    assert_eq!(shop.db.read(|r| chains::load(r, REGTEST)).await.unwrap(), second);
    assert_eq!(shop.db.read(|r| chains::load(r, "sandbox")).await.unwrap(), Locator::default());
}
