//! Wallets, and the one counter of each.

use specie_core::ids::WalletId;
use specie_db::{DbError, wallets};
use tokio::task::JoinSet;

use crate::Engine;
use crate::shop::{REGTEST, Shop, bytes, is_duplicate, wallet};

pub async fn a_wallet_comes_back(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (id, known) = (shop.wallet.id, Some(shop.wallet.clone()));
    assert_eq!(shop.db.read(move |r| wallets::find(r, id)).await.unwrap(), known);
    let find = |network: &'static str, identity: &'static str| {
        shop.db.read(move |r| wallets::find_by_identity(r, network, identity))
    };
    assert_eq!(find(REGTEST, "wpkh(one)").await.unwrap(), known);
    assert_eq!(find(REGTEST, "wpkh(two)").await.unwrap(), None);
    assert_eq!(find("sandbox", "wpkh(one)").await.unwrap(), None);
    assert_eq!(shop.db.read(|r| wallets::find(r, WalletId::from_bytes(bytes(9)))).await.unwrap(), None);
}

pub async fn an_identity_is_known_once_per_network(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let again = shop.db.write("again", |tx| wallets::insert(tx, &wallet(2, REGTEST, "wpkh(one)"))).await;
    assert!(is_duplicate(&again), "{again:?}");
    shop.db.write("other", |tx| wallets::insert(tx, &wallet(3, "sandbox", "wpkh(one)"))).await.unwrap();
}

pub async fn indices_are_taken_one_by_one(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let id = shop.wallet.id;
    let mut buyers = JoinSet::new();
    for n in 0..40 {
        let db = shop.db.clone();
        buyers.spawn(async move {
            db.write("take", move |tx| {
                let wallet = wallets::lock(tx, id)?.expect("the wallet is known");
                let index = wallets::take_index(tx, wallet)?;
                // Every fourth buyer thinks better of it, and gives the index back.
                if n % 4 == 0 { Err(DbError::Closed) } else { Ok(index) }
            })
            .await
        });
    }
    let mut taken: Vec<u32> = buyers.join_all().await.into_iter().filter_map(Result::ok).collect();
    taken.sort_unstable();
    assert_eq!(taken, (0..30).collect::<Vec<_>>(), "none twice, and no gap");
    let missing =
        shop.db.write("lock", |tx| wallets::lock(tx, WalletId::from_bytes(bytes(9)))).await.unwrap();
    assert!(missing.is_none());
}

pub async fn indices_are_passed_over_and_never_taken_back(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let id = shop.wallet.id;
    let skip = |to| {
        shop.db.write("skip", move |tx| {
            let wallet = wallets::lock(tx, id)?.expect("the wallet is known");
            wallets::skip_to(tx, &wallet, to)
        })
    };
    let next = || async { shop.db.read(move |r| wallets::find(r, id)).await.unwrap().unwrap().next_index };
    skip(217).await.unwrap();
    assert_eq!(next().await, 217);
    skip(3).await.unwrap();
    assert_eq!(next().await, 217);
}

pub async fn a_descriptor_is_written_anew(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let id = shop.wallet.id;
    shop.db.write("say", move |tx| wallets::set_descriptor(tx, id, "wpkh([73c5da0a]one)")).await.unwrap();
    let found = shop.db.read(move |r| wallets::find(r, id)).await.unwrap().unwrap();
    assert_eq!((&*found.descriptor, found.identity), ("wpkh([73c5da0a]one)", shop.wallet.identity));
}
