//! Coins: what a wallet's scripts were seen with.

use bitcoin::OutPoint;
use specie_core::chain::{Conflict, Position, Receipt, Remembered, Snapshot, Spend};
use specie_core::coin::{Coin, CoinStanding, changed};
use specie_core::script::Keychain;
use specie_db::coins::CoinRecord;
use specie_db::scripts::Issued;
use specie_db::{DbError, Tx, coins, payments, scripts};

use crate::Engine;
use crate::shop::{Draft, HEIGHT, REGTEST, Shop, block, invoice_id, mined, receipt, script, spend_id, txid};

fn spent(receipt: Receipt, by: &str, position: Position) -> Receipt {
    let unsigned = txid(&format!("{by}, unsigned"));
    Receipt { spent: Some(Spend { by: txid(by), unsigned, position }), ..receipt }
}

async fn of_script(shop: &Shop, n: u8) -> Vec<Coin> {
    let read = shop.db.read(move |r| {
        let issued = scripts::issued(r, REGTEST, &script(n))?.expect("it was issued");
        coins::of_script(r, issued)
    });
    read.await.unwrap()
}

pub async fn a_coin_is_what_its_script_was_last_seen_with(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let paid = receipt(1, "a", 1000);
    let (below, tip) = (Position::Block(block(HEIGHT - 5)), Position::Block(block(HEIGHT)));
    for (seen, standing) in [
        (paid.clone(), CoinStanding::Mempool),
        (mined(paid.clone(), HEIGHT - 5), CoinStanding::Block(block(HEIGHT - 5))),
        (
            spent(mined(paid.clone(), HEIGHT - 5), "spend", Position::Mempool),
            CoinStanding::Block(block(HEIGHT - 5)),
        ),
        (spent(mined(paid.clone(), HEIGHT - 5), "spend", tip), CoinStanding::Block(block(HEIGHT - 5))),
        (spent(paid.clone(), "other", below), CoinStanding::Mempool),
    ] {
        shop.note_coins(1, vec![seen.clone()]).await;
        let expected = Coin {
            outpoint: seen.outpoint,
            amount: seen.amount,
            coinbase: false,
            standing,
            spent: seen.spent,
        };
        assert_eq!(of_script(&shop, 1).await, [expected]);
    }
    shop.note_coins(1, vec![]).await;
    assert_eq!(of_script(&shop, 1).await[0].standing, CoinStanding::Missing);
    let by = txid("rival");
    let lost = move |tx: &mut Tx<'_>| {
        let conflicts = vec![Conflict { outpoint: paid.outpoint, by, mined_at: Some(HEIGHT) }];
        let snapshot = Snapshot { script: script(1), receipts: vec![], conflicts };
        let issued = scripts::issued(tx, REGTEST, &script(1))?.expect("it was issued");
        let changed = changed(&coins::of_script(tx, issued)?, &snapshot);
        coins::save(tx, REGTEST, issued, &changed, &snapshot)
    };
    shop.db.write("lose", lost).await.unwrap();
    assert_eq!(of_script(&shop, 1).await[0].standing, CoinStanding::Lost { by, mined_at: Some(HEIGHT) });
}

pub async fn a_spent_coin_is_no_coin_of_the_wallet_any_more(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    for n in [1, 2] {
        shop.sell(n, Draft::default()).await;
    }
    let (one, two) = (mined(receipt(1, "a", 1000), HEIGHT), mined(receipt(2, "b", 500), HEIGHT));
    shop.see(1, vec![one.clone()]).await;
    shop.note_coins(1, vec![one.clone()]).await;
    shop.note_coins(2, vec![two.clone()]).await;
    let wallet = shop.wallet.id;
    let unspent = async || shop.db.read(move |r| coins::unspent(r, wallet)).await.unwrap();
    let all = unspent().await;
    assert_eq!(all.iter().map(|coin| coin.coin.amount.to_sat()).sum::<u64>(), 1500);
    let first = all.iter().find(|coin| coin.coin.outpoint == one.outpoint).unwrap().clone();
    let issued =
        Issued { wallet_id: wallet, keychain: Keychain::External, index: 0, invoice_id: Some(invoice_id(1)) };
    assert_eq!((first.issued, first.first_seen), (issued, one.first_seen));
    let record = first.clone();
    let previous = shop.db.read(move |r| coins::previous(r, &record)).await.unwrap();
    assert_eq!(previous, one.raw_tx, "whoever signs may see what made it");

    let keep = move |tx: &mut Tx<'_>| coins::keep(tx, REGTEST, first.coin.outpoint, Some(spend_id(7)));
    shop.db.write("keep", keep).await.unwrap();
    let outpoint = one.outpoint;
    let found = shop.db.read(move |r| coins::find(r, REGTEST, outpoint)).await.unwrap().unwrap();
    assert_eq!(found.spend_id, Some(spend_id(7)));
    shop.note_coins(1, vec![spent(one, "spend", Position::Mempool)]).await;
    let left = unspent().await;
    assert_eq!(left.iter().map(|coin| coin.coin.outpoint).collect::<Vec<_>>(), [two.outpoint]);
    let nowhere = OutPoint { txid: txid("nowhere"), vout: 0 };
    assert_eq!(shop.db.read(move |r| coins::find(r, REGTEST, nowhere)).await.unwrap(), None);
    let locked = shop.db.write("lock", move |tx| coins::lock(tx, REGTEST, outpoint)).await.unwrap();
    assert_eq!(locked.unwrap().spend_id, Some(spend_id(7)), "what is said of the chain says nothing of that");
}

pub async fn the_largest_coins_come_first_and_the_newest_blocks_by_themselves(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let wallet = shop.wallet.id;
    for n in 1..=5 {
        shop.sell(n, Draft::default()).await;
    }
    let kept = mined(receipt(1, "a", 1000), HEIGHT);
    shop.note_coins(1, vec![kept.clone()]).await;
    shop.note_coins(2, vec![mined(receipt(2, "b", 3000), HEIGHT + 1)]).await;
    shop.note_coins(3, vec![receipt(3, "c", 2000)]).await;
    shop.note_coins(4, vec![spent(mined(receipt(4, "d", 9000), HEIGHT + 1), "e", Position::Mempool)]).await;
    shop.note_coins(5, vec![receipt(5, "f", 8000)]).await;
    shop.note_coins(5, vec![]).await;
    let keep = move |tx: &mut Tx<'_>| coins::keep(tx, REGTEST, kept.outpoint, Some(spend_id(1)));
    shop.db.write("keep", keep).await.unwrap();
    let amounts = |found: Vec<CoinRecord>| found.iter().map(|r| r.coin.amount.to_sat()).collect::<Vec<_>>();
    let largest =
        async |limit| amounts(shop.db.read(move |r| coins::largest(r, wallet, limit)).await.unwrap());
    assert_eq!(largest(9).await, [3000, 2000, 1000]);
    assert_eq!(largest(2).await, [3000, 2000]);
    let above =
        async |height| amounts(shop.db.read(move |r| coins::unkept_above(r, wallet, height)).await.unwrap());
    assert_eq!(above(HEIGHT - 1).await, [3000], "what is kept, spent or in no block is none of them");
    assert_eq!(above(HEIGHT + 1).await, [0_u64; 0]);
}

pub async fn change_comes_back_with_its_transaction(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let wallet_id = shop.wallet.id;
    let change = Issued { wallet_id, keychain: Keychain::Internal, index: 3, invoice_id: None };
    let issue = move |tx: &mut Tx<'_>| scripts::insert(tx, REGTEST, &script(9), change);
    shop.db.write("issue", issue).await.unwrap();
    let back = spent(mined(receipt(9, "change", 800), HEIGHT), "spend", Position::Mempool);
    shop.note_coins(9, vec![back.clone()]).await;
    let known = shop.db.read(|r| {
        let mut known = vec![];
        coins::for_each_change(r, REGTEST, |script, coin| known.push((script, coin)))?;
        Ok::<_, DbError>(known)
    });
    assert_eq!(known.await.unwrap(), [(script(9), Remembered { receipt: back, there: true })]);
}

pub async fn payments_come_with_what_spends_them(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let (one, two) = (receipt(1, "a", 400), receipt(1, "b", 600));
    let spend = spent(one.clone(), "spend", Position::Block(block(HEIGHT)));
    shop.see(1, vec![one, two.clone()]).await;
    shop.note_coins(1, vec![spend.clone(), two.clone()]).await;
    let known = shop.db.read(|r| {
        let mut known = vec![];
        payments::for_each(r, REGTEST, |_, payment, spent| known.push((payment.outpoint, spent)))?;
        Ok::<_, DbError>(known)
    });
    assert_eq!(known.await.unwrap(), [(spend.outpoint, spend.spent), (two.outpoint, None)]);
}
