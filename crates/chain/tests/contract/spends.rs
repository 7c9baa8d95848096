//! What can happen to a coin that was received, and what a source must say of who spends it.

use bitcoin::OutPoint;
use specie_chain::Reorg;
use specie_core::chain::{Broadcast, Position, Spend};

use crate::shop::{Coin, Shop, World, sats};

pub async fn a_spend_is_told_in_the_mempool_and_then_in_a_block<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    assert_eq!(shop.look_at(&coin).await, None);
    let by = shop.spend(&[&coin]).await;
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, Position::Mempool)));
    assert!(shop.look().await.is_empty());
    shop.world.mine(1);
    let position = Position::Block(shop.world.tip());
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, position)));
    shop.world.mine(3);
    assert!(shop.look().await.is_empty(), "deeper is not different");
}

pub async fn one_transaction_spends_coins_of_several_scripts<W: World>(mut shop: Shop<W>) {
    let (first, second) = (shop.coin().await, shop.coin().await);
    shop.world.mine(1);
    assert_eq!(shop.look().await.len(), 2);
    let by = shop.spend(&[&first, &second]).await;
    assert_eq!(shop.look().await.len(), 2);
    let spend = Some(Spend::new(by, Position::Mempool));
    assert_eq!((shop.spent(&first), shop.spent(&second)), (spend, spend));
}

pub async fn a_spend_that_leaves_the_mempool_is_none<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    shop.look().await;
    let by = shop.spend(&[&coin]).await;
    assert!(shop.look_at(&coin).await.is_some());
    shop.world.evict(by);
    assert_eq!(shop.look_at(&coin).await, None);
    assert!(shop.look().await.is_empty());
    assert_eq!(shop.spend(&[&coin]).await, by, "the same again");
    assert!(shop.look_at(&coin).await.is_some());
}

pub async fn a_spend_that_another_replaces_is_the_others<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    shop.look().await;
    let first = shop.spend(&[&coin]).await;
    assert_eq!(shop.look_at(&coin).await.map(|spend| spend.by), Some(first));
    let by = shop.world.double_spend(first);
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, Position::Mempool)));
    let by = shop.world.double_spend(by);
    shop.world.mine(1);
    let position = Position::Block(shop.world.tip());
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, position)), "replaced and mined between looks");
}

pub async fn a_reorganisation_undoes_a_spend_and_the_mempool_says_what_is_left<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    shop.look().await;
    let by = shop.spend(&[&coin]).await;
    shop.world.mine(1);
    let old = shop.look_at(&coin).await;
    shop.world.reorg(1, Reorg::Remine);
    let new = shop.look_at(&coin).await;
    assert!(new != old && new.is_some_and(|spend| spend.by == by), "the same in another block: {new:?}");
    shop.world.reorg(2, Reorg::Return);
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, Position::Mempool)));
    shop.world.mine(1);
    assert!(matches!(shop.look_at(&coin).await, Some(Spend { position: Position::Block(_), .. })));
    shop.world.reorg(1, Reorg::Vanish);
    assert_eq!(shop.look_at(&coin).await, None, "in no block and not in the mempool");
    let other = shop.spend_otherwise(&coin).await;
    assert_ne!(other, by);
    shop.world.mine(1);
    assert_eq!(shop.look_at(&coin).await.map(|spend| spend.by), Some(other));
}

pub async fn a_coin_and_its_spend_are_undone_together_and_come_back_together<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    let paid = shop.receipts_of(&coin.script)[0].raw_tx.clone();
    let by = shop.spend(&[&coin]).await;
    shop.world.mine(1);
    let position = Position::Block(shop.world.tip());
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, position)));
    shop.world.reorg(1, Reorg::Vanish);
    assert_eq!(shop.look().await.len(), 1);
    assert!(shop.receipts_of(&coin.script).is_empty());
    shop.restart();
    assert!(shop.look().await.is_empty(), "what was gone when the server stopped is not there");
    assert_eq!(shop.broadcast(&paid).await, Broadcast::Accepted);
    assert_eq!(shop.look_at(&coin).await, None, "it is back, and its spend is not");
    assert_eq!(shop.receipts_of(&coin.script)[0].position, Position::Mempool);
    assert_eq!(shop.spend(&[&coin]).await, by);
    shop.world.mine(1);
    let position = Position::Block(shop.world.tip());
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, position)));
}

pub async fn a_coin_that_is_not_confirmed_is_spent_all_the_same<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    let by = shop.spend(&[&coin]).await;
    let spend = Some(Spend::new(by, Position::Mempool));
    assert_eq!(shop.look_at(&coin).await, spend);
    // Both at once, before anybody looked.
    let unseen = shop.unseen_coin();
    let by = shop.spend(&[&unseen]).await;
    assert_eq!(shop.look_at(&unseen).await, Some(Spend::new(by, Position::Mempool)));
    assert_eq!(shop.spent(&coin), spend);
    shop.world.mine(1);
    assert_eq!(shop.look().await.len(), 2);
    let position = Position::Block(shop.world.tip());
    assert_eq!(shop.spent(&unseen), Some(Spend::new(by, position)), "received and spent in one block");
}

pub async fn a_spend_is_found_after_downtime_across_blocks<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    shop.look().await;
    let in_one_block = shop.unseen_coin();
    let (by, by_in_one) = (shop.spend(&[&coin]).await, shop.spend(&[&in_one_block]).await);
    shop.world.mine(1);
    let position = Position::Block(shop.world.tip());
    let later = shop.unseen_coin();
    shop.world.mine(2);
    let by_later = shop.spend(&[&later]).await;
    shop.restart();
    assert_eq!(shop.look().await.len(), 3);
    assert_eq!(shop.spent(&coin), Some(Spend::new(by, position)));
    assert_eq!(shop.spent(&in_one_block), Some(Spend::new(by_in_one, position)));
    assert_eq!(shop.spent(&later), Some(Spend::new(by_later, Position::Mempool)));
}

pub async fn a_spend_that_was_told_is_remembered_over_a_restart<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    shop.look().await;
    let by = shop.spend(&[&coin]).await;
    assert!(shop.look_at(&coin).await.is_some());
    shop.restart();
    assert!(shop.look().await.is_empty(), "the mempool says the same");
    shop.world.mine(1);
    let mined = shop.look_at(&coin).await;
    shop.world.mine(1);
    shop.look().await;
    shop.restart();
    assert!(shop.look().await.is_empty(), "it is in a block that is not read again");
    shop.pay_more(&coin);
    assert_eq!(shop.look().await.len(), 1);
    assert_eq!(shop.spent(&coin), mined, "what is told of its script has it");
    shop.world.reorg(2, Reorg::Return);
    shop.restart();
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, Position::Mempool)));
}

pub async fn a_spend_that_left_the_mempool_during_downtime_is_none<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    shop.look().await;
    shop.spend(&[&coin]).await;
    assert!(shop.look_at(&coin).await.is_some());
    shop.world.lose_mempool();
    shop.restart();
    assert_eq!(shop.look_at(&coin).await, None);
    assert!(shop.look().await.is_empty());
}

pub async fn a_spend_whose_update_was_not_applied_comes_again<W: World>(mut shop: Shop<W>) {
    let coin = shop.coin().await;
    shop.world.mine(1);
    shop.look().await;
    shop.spend(&[&coin]).await;
    shop.world.mine(1);
    let lost = shop.ask().await.unwrap();
    shop.start_over();
    let again = shop.ask().await.unwrap();
    assert!(lost.snapshots[0].receipts[0].spent.is_some());
    assert_eq!(again.snapshots, lost.snapshots);
    shop.apply(again);
    assert!(shop.look().await.is_empty());
}

pub async fn a_late_watch_finds_what_spends_its_coins<W: World>(mut shop: Shop<W>) {
    shop.look().await;
    let birth = shop.world.tip().height;
    let script = shop.world.own_script();
    let [mined, open] = [100_000, 200_000].map(|amount| {
        let txid = shop.world.pay(vec![(script.clone(), sats(amount))], false);
        Coin { script: script.clone(), outpoint: OutPoint { txid, vout: 0 } }
    });
    shop.world.mine(1);
    let in_block = shop.spend(&[&mined]).await;
    shop.world.mine(1);
    let position = Position::Block(shop.world.tip());
    let unconfirmed = shop.spend(&[&open]).await;
    assert!(shop.look().await.is_empty());
    shop.watch(script, Some(birth + 1));
    assert_eq!(shop.look().await.len(), 1);
    assert_eq!(shop.spent(&mined), Some(Spend::new(in_block, position)));
    assert_eq!(shop.spent(&open), Some(Spend::new(unconfirmed, Position::Mempool)));
}

pub async fn a_spend_that_was_read_before_its_coin_was_known_is_asked_for<W: World>(mut shop: Shop<W>) {
    let script = shop.world.own_script();
    let txid = shop.world.pay(vec![(script.clone(), sats(100_000))], false);
    let coin = Coin { script: script.clone(), outpoint: OutPoint { txid, vout: 0 } };
    shop.look().await;
    shop.world.mine(1);
    let by = shop.spend(&[&coin]).await;
    assert!(shop.look().await.is_empty(), "nobody watches the script");
    shop.watch(script, None);
    shop.world.reorg(1, Reorg::Remine);
    assert_eq!(shop.look_at(&coin).await, Some(Spend::new(by, Position::Mempool)));
}
