//! What can happen to a payment, and what a source must say then.

use std::sync::Arc;

use bitcoin::FeeRate;
use specie_chain::{Reorg, SourceError};
use specie_core::chain::{Broadcast, Conflict, Locator, Position, Remembered};
use specie_core::time::Timestamp;

use crate::shop::{Shop, World, block_of, sats, script};
pub use crate::spends::*;

pub async fn a_payment_is_seen_in_the_mempool_and_then_in_a_block<W: World>(mut shop: Shop<W>) {
    assert!(shop.look().await.is_empty());
    let last_sync = shop.now();
    let txid = shop.world.pay(vec![(script(1), sats(70_000))], false);
    assert_eq!(shop.look().await, [1]);
    let seen = shop.receipts(1).remove(0);
    assert_eq!((seen.outpoint.txid, seen.amount), (txid, sats(70_000)));
    assert_eq!(seen.position, Position::Mempool);
    assert!(last_sync <= seen.first_seen && seen.first_seen <= shop.now(), "{:?}", seen.first_seen);
    assert!(!seen.coinbase && !seen.replaceable);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1]);
    let mined = shop.receipts(1).remove(0);
    assert_eq!(block_of(&mined), shop.world.tip());
    assert_eq!(mined.first_seen, seen.first_seen);
    shop.world.mine(3);
    assert!(shop.look().await.is_empty(), "deeper is not different");
}

pub async fn several_outputs_of_one_transaction_to_one_script_are_several_receipts<W: World>(
    mut shop: Shop<W>,
) {
    let outputs = vec![(script(1), sats(10_000)), (script(1), sats(20_000))];
    let txid = shop.world.pay(outputs, false);
    assert_eq!(shop.look().await, [1]);
    let seen: Vec<_> =
        shop.receipts(1).iter().map(|r| (r.outpoint.txid, r.outpoint.vout, r.amount)).collect();
    assert_eq!(seen, [(txid, 0, sats(10_000)), (txid, 1, sats(20_000))]);
}

pub async fn one_transaction_pays_several_scripts<W: World>(mut shop: Shop<W>) {
    let txid = shop.world.pay(vec![(script(2), sats(10_000)), (script(1), sats(20_000))], false);
    assert_eq!(shop.look().await, [1, 2], "ordered by script");
    assert_eq!((shop.paid_by(1), shop.paid_by(2)), (vec![txid], vec![txid]));
}

pub async fn what_pays_other_scripts_is_not_reported<W: World>(mut shop: Shop<W>) {
    shop.world.pay(vec![(script(99), sats(10_000))], false);
    assert!(shop.look().await.is_empty());
    shop.world.mine(1);
    assert!(shop.look().await.is_empty());
}

pub async fn a_fee_bump_is_one_swap<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(50_000)).await;
    assert!(shop.receipts(1)[0].replaceable);
    let lost = shop.receipts(1)[0].outpoint;
    let second = shop.world.replace(first, vec![(script(1), sats(50_000))]);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [second]);
    assert_eq!(shop.conflicts(1), [Conflict { outpoint: lost, by: second, mined_at: None }]);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1]);
    let mined_at = Some(shop.world.tip().height);
    assert_eq!(shop.conflicts(1), [Conflict { outpoint: lost, by: second, mined_at }]);
}

pub async fn a_replacement_with_another_value_takes_the_place_of_the_first<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(50_000)).await;
    let second = shop.world.replace(first, vec![(script(1), sats(30_000))]);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [second]);
    assert_eq!(shop.receipts(1)[0].amount, sats(30_000));
    assert_eq!(shop.conflicts(1).len(), 1);
    // The same input now pays another script.
    let third = shop.world.replace(second, vec![(script(2), sats(30_000))]);
    assert_eq!(shop.look().await, [1, 2]);
    assert_eq!((shop.paid_by(1), shop.paid_by(2)), (vec![], vec![third]));
    assert_eq!(shop.conflicts(1).iter().map(|c| c.by).collect::<Vec<_>>(), [third, third]);
}

pub async fn a_replacement_that_pays_someone_else_is_a_conflict_until_it_leaves<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(50_000)).await;
    let outpoint = shop.receipts(1)[0].outpoint;
    let theft = shop.world.double_spend(first);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty());
    assert_eq!(shop.conflicts(1), [Conflict { outpoint, by: theft, mined_at: None }]);
    assert!(shop.look().await.is_empty());
    shop.world.evict(theft);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty() && shop.conflicts(1).is_empty());
}

pub async fn a_double_spend_in_a_block_is_a_conflict_and_a_reorganisation_takes_it_back<W: World>(
    mut shop: Shop<W>,
) {
    let first = shop.paid(sats(50_000)).await;
    let theft = shop.world.double_spend(first);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.conflicts(1)[0].by, theft);
    shop.world.mine(1);
    assert!(shop.look().await.is_empty());
    shop.world.reorg(2, Reorg::Vanish);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty() && shop.conflicts(1).is_empty());
}

pub async fn a_reorganisation_of_one_block_returns_the_payment_to_the_mempool<W: World>(mut shop: Shop<W>) {
    let txid = shop.paid_in_a_block(sats(50_000)).await;
    shop.world.reorg(1, Reorg::Return);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [txid]);
    assert_eq!(shop.receipts(1)[0].position, Position::Mempool);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(block_of(&shop.receipts(1)[0]), shop.world.tip());
}

pub async fn a_reorganisation_of_two_blocks_returns_the_payment_to_the_mempool<W: World>(mut shop: Shop<W>) {
    let txid = shop.paid_in_a_block(sats(50_000)).await;
    shop.world.mine(1);
    assert!(shop.look().await.is_empty());
    shop.world.reorg(2, Reorg::Return);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [txid]);
    assert_eq!(shop.receipts(1)[0].position, Position::Mempool);
}

pub async fn a_reorganisation_that_loses_the_payment_leaves_it_missing_without_a_conflict<W: World>(
    mut shop: Shop<W>,
) {
    shop.paid_in_a_block(sats(50_000)).await;
    shop.world.mine(1);
    let deep = shop.look().await;
    assert!(deep.is_empty());
    shop.world.reorg(2, Reorg::Vanish);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty() && shop.conflicts(1).is_empty());
}

pub async fn a_reorganisation_that_mines_the_payment_again_moves_it_to_the_new_block<W: World>(
    mut shop: Shop<W>,
) {
    let txid = shop.paid_in_a_block(sats(50_000)).await;
    let (old, seen) = (block_of(&shop.receipts(1)[0]), shop.receipts(1)[0].first_seen);
    shop.world.reorg(1, Reorg::Remine);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [txid]);
    let new = block_of(&shop.receipts(1)[0]);
    assert_eq!(new.height, old.height);
    assert_ne!(new.hash, old.hash, "the same height on another branch is another block");
    assert_eq!(shop.receipts(1)[0].first_seen, seen);
}

pub async fn a_reorganisation_of_six_blocks_has_the_same_three_ends<W: World>(mut shop: Shop<W>) {
    shop.watch(script(3), None);
    assert!(shop.look().await.is_empty());
    for (number, fate) in [(1, Reorg::Return), (2, Reorg::Remine), (3, Reorg::Vanish)] {
        let txid = shop.world.pay(vec![(script(number), sats(50_000))], false);
        shop.world.mine(6);
        assert_eq!(shop.look().await, [number]);
        let old = block_of(&shop.receipts(number)[0]);
        shop.world.reorg(6, fate);
        assert_eq!(shop.look().await, [number]);
        let receipts = shop.receipts(number);
        assert!(shop.conflicts(number).is_empty());
        match fate {
            Reorg::Vanish => assert!(receipts.is_empty()),
            Reorg::Return => assert_eq!(receipts[0].position, Position::Mempool),
            Reorg::Remine => {
                let new = block_of(&receipts[0]);
                assert!(new.height == old.height && new.hash != old.hash, "{new:?}");
            }
        }
        assert!(receipts.iter().all(|receipt| receipt.outpoint.txid == txid));
        shop.world.mine(1);
        shop.look().await;
    }
}

pub async fn a_chain_that_is_lower_than_it_was_followed_is_not_believed<W: World>(mut shop: Shop<W>) {
    shop.world.keep();
    shop.paid_in_a_block(sats(10_000)).await;
    shop.world.mine(1);
    assert!(shop.look().await.is_empty());
    let (followed, before) = (shop.world.tip().height, shop.told(&script(1)));
    let behind = |height| SourceError::Behind { height, followed };

    shop.world.restore();
    shop.restart();
    assert_eq!(shop.ask().await.unwrap_err(), behind(followed - 2));
    shop.world.pay(vec![(script(2), sats(20_000))], false);
    shop.world.mine(1);
    assert_eq!(shop.ask().await.unwrap_err(), behind(followed - 1));
    assert_eq!(shop.told(&script(1)), before, "what was told still stands");

    // As high as it was followed, it is another branch: now the payment is taken back, and the other is seen.
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1, 2]);
    assert_eq!(shop.locator.tip().map(|tip| tip.height), Some(followed));
    assert!(shop.receipts(1).is_empty());
    assert_eq!(block_of(&shop.receipts(2)[0]).height, followed - 1);
}

pub async fn another_branch_of_the_same_height_is_a_reorganisation<W: World>(mut shop: Shop<W>) {
    shop.world.keep();
    shop.paid_in_a_block(sats(10_000)).await;
    shop.world.restore();
    shop.world.mine(1);
    shop.restart();
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty() && shop.conflicts(1).is_empty());
}

pub async fn a_double_spend_after_a_reorganisation_is_a_conflict<W: World>(mut shop: Shop<W>) {
    let txid = shop.paid_in_a_block(sats(50_000)).await;
    let outpoint = shop.receipts(1)[0].outpoint;
    shop.world.reorg(1, Reorg::Vanish);
    let theft = shop.world.double_spend(txid);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty());
    assert_eq!(shop.conflicts(1), [Conflict { outpoint, by: theft, mined_at: None }]);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1]);
    let mined_at = Some(shop.world.tip().height);
    assert_eq!(shop.conflicts(1), [Conflict { outpoint, by: theft, mined_at }]);
}

pub async fn a_payment_is_found_after_downtime_across_blocks<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(10_000)).await;
    let second = shop.world.pay(vec![(script(2), sats(20_000))], false);
    shop.world.mine(2);
    let third = shop.world.pay(vec![(script(2), sats(30_000))], false);
    shop.restart();
    assert_eq!(shop.look().await, [1, 2]);
    assert_eq!(shop.paid_by(1), [first]);
    assert_eq!(block_of(&shop.receipts(1)[0]).height, shop.world.tip().height - 1);
    let mut paid_by = [second, third];
    paid_by.sort();
    assert_eq!(shop.paid_by(2), paid_by);
    assert!(shop.look().await.is_empty());
}

pub async fn a_reorganisation_during_downtime_is_found<W: World>(mut shop: Shop<W>) {
    let first = shop.paid_in_a_block(sats(10_000)).await;
    shop.world.mine(1);
    assert!(shop.look().await.is_empty());
    shop.world.reorg(2, Reorg::Return);
    shop.restart();
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [first]);
    assert_eq!(shop.receipts(1)[0].position, Position::Mempool);
    shop.world.mine(1);
    shop.world.reorg(1, Reorg::Remine);
    shop.restart();
    assert_eq!(shop.look().await, [1]);
    assert_eq!(block_of(&shop.receipts(1)[0]).height, shop.world.tip().height - 1);
}

pub async fn a_fee_bump_mined_during_downtime_is_one_swap<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(10_000)).await;
    let second = shop.world.replace(first, vec![(script(1), sats(10_000))]);
    shop.world.mine(2);
    shop.restart();
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [second]);
    assert_eq!(shop.conflicts(1)[0].by, second);
}

pub async fn a_repeated_sync_reports_nothing<W: World>(mut shop: Shop<W>) {
    shop.paid_in_a_block(sats(10_000)).await;
    shop.world.pay(vec![(script(2), sats(20_000))], false);
    assert_eq!(shop.look().await, [2]);
    assert!(shop.look().await.is_empty());
    shop.restart();
    assert!(shop.look().await.is_empty(), "what is known is not news");
}

pub async fn an_update_that_was_not_applied_comes_again_after_a_restart<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(10_000)).await;
    shop.world.double_spend(first);
    shop.world.pay(vec![(script(2), sats(20_000))], false);
    shop.world.mine(2);
    let lost = shop.ask().await.unwrap();
    shop.start_over();
    let again = shop.ask().await.unwrap();
    assert_eq!(again.tip, lost.tip);
    assert_eq!(again.locator.blocks, lost.locator.blocks);
    let facts = |update: &specie_core::chain::Update| {
        let facts = update.snapshots.iter().map(|snapshot| {
            let places: Vec<_> = snapshot.receipts.iter().map(|r| (r.outpoint, r.position)).collect();
            (snapshot.script.clone(), places, snapshot.conflicts.clone())
        });
        facts.collect::<Vec<_>>()
    };
    assert_eq!(facts(&again), facts(&lost));
    assert_eq!(shop.apply(again), [1, 2]);
    assert!(shop.look().await.is_empty());
}

pub async fn a_failed_application_across_a_reorganisation_comes_again_after_a_restart<W: World>(
    mut shop: Shop<W>,
) {
    let txid = shop.paid_in_a_block(sats(10_000)).await;
    shop.world.reorg(1, Reorg::Vanish);
    let lost = shop.ask().await.unwrap();
    assert!(lost.snapshots[0].receipts.is_empty());
    let theft = shop.world.double_spend(txid);
    shop.world.mine(1);
    shop.start_over();
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.conflicts(1)[0].by, theft);
}

pub async fn a_late_watch_finds_payments_in_old_blocks_and_in_the_mempool<W: World>(mut shop: Shop<W>) {
    assert!(shop.look().await.is_empty());
    let birth = shop.world.tip().height;
    let mined = shop.world.pay(vec![(script(3), sats(10_000))], false);
    shop.world.mine(3);
    let unconfirmed = shop.world.pay(vec![(script(3), sats(20_000))], false);
    assert!(shop.look().await.is_empty());
    shop.watch(script(3), Some(birth + 1));
    assert_eq!(shop.look().await, [3]);
    let mut paid_by = [mined, unconfirmed];
    paid_by.sort();
    assert_eq!(shop.paid_by(3), paid_by);
    let old = shop.receipts(3).into_iter().find(|r| r.outpoint.txid == mined).unwrap();
    assert_eq!(block_of(&old).height, birth + 1);
    assert!(shop.look().await.is_empty());
}

pub async fn a_late_watch_without_rescan_sees_what_comes<W: World>(mut shop: Shop<W>) {
    assert!(shop.look().await.is_empty());
    shop.watch(script(3), None);
    let first = shop.world.pay(vec![(script(3), sats(10_000))], false);
    assert_eq!(shop.look().await, [3]);
    shop.watch(script(4), None);
    shop.world.pay(vec![(script(4), sats(10_000))], false);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [3, 4]);
    assert_eq!(shop.paid_by(3), [first]);
}

pub async fn a_watch_again_does_no_harm<W: World>(mut shop: Shop<W>) {
    let txid = shop.paid_in_a_block(sats(10_000)).await;
    shop.watch(script(1), None);
    shop.watch(script(1), Some(0));
    assert!(shop.look().await.is_empty());
    let second = shop.world.pay(vec![(script(1), sats(20_000))], false);
    assert_eq!(shop.look().await, [1]);
    let mut paid_by = [txid, second];
    paid_by.sort();
    assert_eq!(shop.paid_by(1), paid_by);
}

pub async fn a_conflict_in_an_old_block_is_found_again_if_the_rescan_reaches_it<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(50_000)).await;
    let known = shop.receipts(1).into_iter().map(|receipt| Remembered { receipt, there: true }).collect();
    let birth = shop.world.tip().height;
    let theft = shop.world.double_spend(first);
    shop.world.mine(3);
    assert_eq!(shop.look().await, [1]);
    shop.source = shop.world.source();
    let (script, rescan_from) = (script(1), Some(birth + 1));
    shop.source.watch([specie_chain::Watch { script, rescan_from, known }]);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.conflicts(1)[0].by, theft);
}

pub async fn an_emptied_mempool_leaves_payments_missing_and_a_broadcast_brings_them_back<W: World>(
    mut shop: Shop<W>,
) {
    let txid = shop.paid(sats(50_000)).await;
    let receipt = shop.receipts(1).remove(0);
    shop.world.lose_mempool();
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty() && shop.conflicts(1).is_empty());
    assert_eq!(shop.broadcast(&receipt.raw_tx).await, Broadcast::Accepted);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [txid]);
    assert_eq!(shop.receipts(1)[0].first_seen, receipt.first_seen);
}

pub async fn an_evicted_payment_is_missing_without_a_conflict<W: World>(mut shop: Shop<W>) {
    let txid = shop.paid(sats(50_000)).await;
    let other = shop.world.pay(vec![(script(2), sats(20_000))], false);
    assert_eq!(shop.look().await, [2]);
    shop.world.evict(txid);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty() && shop.conflicts(1).is_empty());
    assert_eq!(shop.paid_by(2), [other]);
}

pub async fn broadcasting_what_is_known_is_known<W: World>(mut shop: Shop<W>) {
    shop.paid(sats(50_000)).await;
    let tx = shop.receipts(1).remove(0).raw_tx;
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Known);
    shop.world.mine(1);
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Known, "mined, and not synced yet");
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Known);
}

pub async fn broadcasting_against_a_double_spend_is_a_conflict<W: World>(mut shop: Shop<W>) {
    let txid = shop.paid(sats(50_000)).await;
    let tx = shop.receipts(1).remove(0).raw_tx;
    shop.world.double_spend(txid);
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Conflict);
    shop.world.mine(1);
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Conflict);
}

pub async fn broadcasting_the_child_of_a_forgotten_parent_is_no_conflict<W: World>(mut shop: Shop<W>) {
    use bitcoin::hashes::Hash;
    shop.paid(sats(50_000)).await;
    let mut tx = shop.receipts(1).remove(0).raw_tx;
    Arc::make_mut(&mut tx).input[0].previous_output.txid = bitcoin::Txid::from_byte_array([7; 32]);
    assert!(matches!(shop.broadcast(&tx).await, Broadcast::Rejected(_)));
}

pub async fn a_coinbase_is_flagged_and_has_no_inputs<W: World>(mut shop: Shop<W>) {
    assert!(shop.look().await.is_empty());
    shop.world.mine_to(script(1));
    assert_eq!(shop.look().await, [1]);
    let receipt = shop.receipts(1).remove(0);
    assert!(receipt.coinbase && receipt.raw_tx.is_coinbase());
    shop.world.reorg(1, Reorg::Return);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty() && shop.conflicts(1).is_empty());
}

pub async fn the_locator_is_born_at_the_tip_and_a_reorganisation_right_after_is_followed<W: World>(
    mut shop: Shop<W>,
) {
    shop.world.pay(vec![(script(1), sats(10_000))], false);
    shop.world.mine(2);
    assert_eq!(shop.locator, Locator::default());
    assert!(shop.look().await.is_empty(), "what was before the birth does not matter");
    assert_eq!(shop.locator.tip(), Some(shop.world.tip()));
    shop.world.reorg(1, Reorg::Return);
    assert!(shop.look().await.is_empty());
    assert_eq!(shop.locator.tip(), Some(shop.world.tip()));
}

pub async fn first_seen_stays_and_is_within_the_last_sync_and_now_for_blocks<W: World>(mut shop: Shop<W>) {
    assert!(shop.look().await.is_empty());
    let last_sync = shop.locator.synced_at;
    shop.world.pay(vec![(script(1), sats(10_000))], false);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1]);
    let seen = shop.receipts(1)[0].first_seen;
    assert!(last_sync <= seen && seen <= shop.now(), "{last_sync:?} {seen:?}");
    shop.restart();
    shop.world.reorg(1, Reorg::Return);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.receipts(1)[0].first_seen, seen);
    // A header from before the last sync says little; one from the future, nothing.
    shop.locator.synced_at = Timestamp::EPOCH;
    shop.watch(script(3), None);
    shop.world.pay(vec![(script(3), sats(10_000))], false);
    shop.world.mine(1);
    assert_eq!(shop.look().await, [1, 3]);
    let seen = shop.receipts(3)[0].first_seen;
    assert!(seen > Timestamp::EPOCH && seen <= shop.now());
}

pub async fn a_payment_made_while_nobody_looked_has_the_time_at_which_the_node_had_it<W: World>(
    mut shop: Shop<W>,
) {
    assert!(shop.look().await.is_empty());
    let last_sync = shop.now();
    shop.world.set_clock(last_sync.plus_secs(3));
    let outputs = vec![(script(1), sats(10_000)), (script(1), sats(20_000)), (script(2), sats(30_000))];
    shop.world.pay(outputs, false);
    shop.world.set_clock(last_sync.plus_secs(8));
    let second = shop.world.pay(vec![(script(2), sats(40_000))], false);
    shop.restart();
    assert_eq!(shop.look().await, [1, 2]);
    let receipts = [shop.receipts(1), shop.receipts(2)].concat();
    assert_eq!(receipts.len(), 4);
    for receipt in receipts {
        let secs = if receipt.outpoint.txid == second { 8 } else { 3 };
        assert_eq!(receipt.first_seen, last_sync.plus_secs(secs));
    }
    shop.world.mine(1);
    shop.restart();
    assert_eq!(shop.look().await, [1, 2]);
    assert_eq!(shop.receipts(1)[0].first_seen, last_sync.plus_secs(3));
}

pub async fn a_wrong_clock_dates_a_payment_within_the_last_sync_and_now<W: World>(mut shop: Shop<W>) {
    assert!(shop.look().await.is_empty());
    let last_sync = shop.now();
    shop.world.set_clock(last_sync.plus_secs(-100));
    shop.world.pay(vec![(script(1), sats(10_000))], false);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.receipts(1)[0].first_seen, last_sync, "the last look did not find it");
    shop.world.set_clock(shop.now().plus_secs(100));
    shop.world.pay(vec![(script(2), sats(10_000))], false);
    assert_eq!(shop.look().await, [2]);
    assert_eq!(shop.receipts(2)[0].first_seen, shop.now());
    // Never synced: nothing says that it was not there.
    shop.locator.synced_at = Timestamp::EPOCH;
    shop.watch(script(3), None);
    shop.world.set_clock(last_sync.plus_secs(-100));
    shop.world.pay(vec![(script(3), sats(10_000))], false);
    assert_eq!(shop.look().await, [3]);
    assert_eq!(shop.receipts(3)[0].first_seen, last_sync.plus_secs(-100));
}

pub async fn fee_rates_are_in_order_and_the_floor_is_taken<W: World>(mut shop: Shop<W>) {
    let rates = shop.source.fees().await.unwrap();
    let (most, none) = (FeeRate::from_sat_per_vb_u32(1_000), FeeRate::ZERO);
    let order = [most, rates.fast, rates.normal, rates.slow, rates.floor];
    assert!(order.is_sorted_by(|more, less| more >= less) && rates.floor > none, "{rates:?}");
    let coin = shop.coin().await;
    let vbytes = shop.world.spending(&[coin.outpoint], sats(1_000)).vsize() as u64;
    let fee = rates.floor.fee_vb(vbytes).unwrap();
    let tx = shop.world.spending(&[coin.outpoint], fee);
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Accepted, "{fee} for {vbytes}");
}

pub async fn a_long_downtime_reads_every_block<W: World>(mut shop: Shop<W>) {
    assert!(shop.look().await.is_empty());
    let mut paid_by = Vec::new();
    for _ in 0..5 {
        paid_by.push(shop.world.pay(vec![(script(1), sats(10_000))], false));
        shop.world.mine(7);
    }
    shop.restart();
    assert_eq!(shop.look().await, [1]);
    paid_by.sort();
    assert_eq!(shop.paid_by(1), paid_by);
    assert!(shop.locator.blocks.len() <= 20);
}

pub async fn a_missing_payment_that_came_back_during_downtime_is_told<W: World>(mut shop: Shop<W>) {
    let txid = shop.paid(sats(50_000)).await;
    let tx = shop.receipts(1)[0].raw_tx.clone();
    shop.world.evict(txid);
    assert_eq!(shop.look().await, [1]);
    assert!(shop.receipts(1).is_empty());
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Accepted);
    shop.restart();
    assert_eq!(shop.look().await, [1], "it was not there when the server stopped");
    assert_eq!(shop.paid_by(1), [txid]);
}

pub async fn a_lost_payment_that_came_back_during_downtime_is_told<W: World>(mut shop: Shop<W>) {
    let first = shop.paid(sats(50_000)).await;
    let tx = shop.receipts(1)[0].raw_tx.clone();
    let theft = shop.world.double_spend(first);
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.conflicts(1)[0].by, theft);
    shop.world.evict(theft);
    assert_eq!(shop.broadcast(&tx).await, Broadcast::Accepted);
    shop.restart();
    assert_eq!(shop.look().await, [1]);
    assert_eq!(shop.paid_by(1), [first]);
    assert!(shop.conflicts(1).is_empty());
}
