//! Transactions of merchants' own coins.

use bitcoin::Amount;
use specie_core::ids::SpendId;
use specie_core::spend::SpendStanding;
use specie_core::time::Timestamp;
use specie_db::spends::{self, SpendRecord};

use crate::Engine;
use crate::shop::{Draft, HEIGHT, REGTEST, START, Shop, block, mined, receipt, refund_id, spend_id, txid};

/// A paid invoice, a refund of it, and a signed transaction that pays that.
async fn built(engine: &impl Engine) -> Shop {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let paid = mined(receipt(1, "a", 1000), HEIGHT - 5);
    shop.see(1, vec![paid.clone()]).await;
    shop.note_coins(1, vec![paid]).await;
    shop.give_back(1, 1, 300).await;
    shop
}

async fn find(shop: &Shop, n: u8) -> SpendRecord {
    shop.db.read(move |r| spends::find(r, spend_id(n))).await.unwrap().expect("it was built")
}

async fn stand(shop: &Shop, n: u8, standing: SpendStanding, followed: bool) {
    let written = shop.db.write("stand", move |tx| {
        let locked = spends::lock(tx, spend_id(n))?.expect("it was built");
        spends::stand(tx, &locked, standing, followed)
    });
    written.await.unwrap();
}

pub async fn a_transaction_comes_back_in_every_standing(engine: &impl Engine) {
    let shop = built(engine).await;
    let new = shop.build(1, 1).await;
    let record = find(&shop, 1).await;
    let signed = record.signed.clone().expect("it was signed");
    assert_eq!(
        record,
        SpendRecord {
            id: new.id,
            store_id: new.store_id,
            wallet_id: new.wallet_id,
            network: new.network.clone(),
            replaces: None,
            psbt: new.psbt.clone(),
            txid: new.psbt.unsigned_tx.compute_txid(),
            fee: new.fee,
            signed: Some((new.psbt.unsigned_tx.clone(), START)),
            cancelled_at: None,
            standing: SpendStanding::Nowhere,
            refusal: None,
            created_at: new.created_at,
        }
    );
    assert_eq!(signed.0.compute_txid(), record.txid);
    for standing in [
        SpendStanding::Mempool,
        SpendStanding::Block(block(HEIGHT)),
        SpendStanding::Rivalled(txid("rival")),
        SpendStanding::Dead(txid("rival")),
        SpendStanding::Nowhere,
    ] {
        stand(&shop, 1, standing, true).await;
        assert_eq!(find(&shop, 1).await.standing, standing);
    }
    for refusal in [Some("min relay fee not met"), None] {
        shop.db.write("refuse", move |tx| spends::refuse(tx, spend_id(1), refusal)).await.unwrap();
        assert_eq!(find(&shop, 1).await.refusal.as_deref(), refusal);
    }
    let seen = shop.db.write("see", |tx| {
        let locked = spends::lock(tx, spend_id(1))?.expect("it was built");
        spends::seen_as(tx, &locked, txid("signed elsewhere"))
    });
    seen.await.unwrap();
    assert_eq!(find(&shop, 1).await.txid, txid("signed elsewhere"));
    let cancelled = shop.db.write("cancel", |tx| {
        let locked = spends::lock(tx, spend_id(1))?.expect("it was built");
        spends::cancel(tx, &locked, START.plus_secs(5))
    });
    cancelled.await.unwrap();
    assert_eq!(find(&shop, 1).await.cancelled_at, Some(START.plus_secs(5)));
    assert_eq!(shop.db.read(|r| spends::find(r, spend_id(9))).await.unwrap(), None);
}

pub async fn a_transaction_that_is_final_is_not_followed(engine: &impl Engine) {
    let shop = built(engine).await;
    for n in [1, 2] {
        shop.build(n, 1).await;
    }
    let ids = |found: Vec<SpendRecord>| found.iter().map(|spend| spend.id).collect::<Vec<SpendId>>();
    let followed = async |network: &'static str| {
        let mut ids = {
            let found = shop.db.read(move |r| spends::followed(r, network)).await.unwrap();
            ids(found.into_iter().map(Result::unwrap).collect())
        };
        ids.sort_unstable();
        ids
    };
    assert_eq!(followed(REGTEST).await, [spend_id(1), spend_id(2)]);
    assert_eq!(followed("sandbox").await, []);
    stand(&shop, 1, SpendStanding::Block(block(HEIGHT)), false).await;
    assert_eq!(followed(REGTEST).await, [spend_id(2)]);
    let own = |txid| shop.db.read(move |r| spends::is_own(r, txid));
    let signed = find(&shop, 2).await.txid;
    assert_eq!((own(signed).await.unwrap(), own(txid("another's")).await.unwrap()), (true, false));
    let brief = shop.db.read(|r| spends::brief(r, spend_id(2))).await.unwrap();
    assert_eq!(brief, Some((signed, true)));
    engine.tamper("UPDATE spends SET fee = -1, followed = 1 WHERE followed = 0");
    let both = shop.db.read(|r| spends::followed(r, REGTEST)).await.unwrap();
    assert_eq!(both.iter().filter(|read| read.is_ok()).count(), 1, "the others are followed all the same");
    engine.tamper("UPDATE spends SET fee = 7");
    let store = shop.store.id;
    let page = async |before, limit| {
        ids(shop.db.read(move |r| spends::of_store(r, store, before, limit)).await.unwrap())
    };
    let newest = (Timestamp::from_millis(i64::MAX), spend_id(255));
    assert_eq!(page(newest, 1).await, [spend_id(2)]);
    assert_eq!(page((START.plus_secs(2), spend_id(2)), 9).await, [spend_id(1)]);
}

pub async fn a_refund_knows_everything_that_was_built_for_it(engine: &impl Engine) {
    let shop = built(engine).await;
    for n in [1, 2] {
        shop.build(n, 1).await;
    }
    let fee = Amount::from_sat(7);
    let of_refund = shop.db.read(|r| spends::of_refund(r, refund_id(1))).await.unwrap();
    assert_eq!(of_refund, [(spend_id(1), fee), (spend_id(2), fee)]);
    let shares = shop.db.read(|r| spends::shares(r, spend_id(2))).await.unwrap();
    assert_eq!(shares, [(refund_id(1), fee)]);
    assert_eq!(shop.db.read(|r| spends::of_refund(r, refund_id(2))).await.unwrap(), []);
}
