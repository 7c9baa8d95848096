//! Several transactions for one refund: at most one of them ever comes about.

use bitcoin::FeeRate;
use specie::app::view::{RefundState, SpendState};
use specie::app::{AppError, FeeChoice, NotPayable, SpendRefused};
use specie_chain::Reorg;
use specie_core::invoice::Refused;

use super::shop::{Shop, USUAL, inputs};

/// A dear fee.
const DEAR: FeeChoice = FeeChoice { rate: Some(FeeRate::from_sat_per_vb_u32(20)), whatever_it_takes: true };

#[tokio::test(flavor = "multi_thread")]
async fn another_version_shares_a_coin_and_pays_more() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    let first = shop.pay(&[refund.id]).await.unwrap();
    let too_early = shop.app().bump_spend(&shop.store, first.id, DEAR).await;
    assert!(matches!(too_early, Err(AppError::Spend(SpendRefused::NotOpen))), "{too_early:?}");
    shop.sign(first.id).await.unwrap();
    shop.handed_over().await;
    let second = shop.app().bump_spend(&shop.store, first.id, DEAR).await.unwrap();
    assert_eq!((second.replaces, second.state), (Some(first.id), SpendState::ToSign));
    assert_eq!(second.payees, first.payees);
    assert!(second.fee > first.fee);
    assert!(inputs(&first).is_subset(&inputs(&second)));
    assert_eq!(second.change[0].0, first.change[0].0, "no address is used up for another version");
    let twice = shop.app().bump_spend(&shop.store, first.id, DEAR).await;
    assert!(matches!(twice, Err(AppError::Spend(SpendRefused::NewerVersion))), "one at a time: {twice:?}");
    // The chain is looked at in between: the version before is no rival.
    shop.looked().await;
    let waiting = shop.spend(second.id).await;
    assert_eq!((waiting.state, waiting.rival), (SpendState::ToSign, None));
    assert_eq!(shop.refund(refund.id).await.state, RefundState::ToSign);
    shop.sign(second.id).await.unwrap();
    shop.handed_over().await;
    assert_eq!(shop.spend(first.id).await.state, SpendState::Replaced);
    shop.mine(6).await;
    let paid = shop.refund(refund.id).await;
    assert_eq!((paid.state, paid.txid), (RefundState::Success, Some(second.txid)));
    assert_eq!(shop.spend(first.id).await.state, SpendState::Replaced);
    assert_eq!(shop.balance().await, 30_000 - i64::try_from(second.fee).unwrap());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_before_may_come_about_all_the_same() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    let first = shop.pay(&[refund.id]).await.unwrap();
    shop.sign(first.id).await.unwrap();
    shop.handed_over().await;
    let second = shop.app().bump_spend(&shop.store, first.id, DEAR).await.unwrap();
    // A miner has it already.
    shop.mine(1).await;
    shop.sign(second.id).await.unwrap();
    let paid = shop.refund(refund.id).await;
    assert_eq!((paid.state, paid.txid, paid.fee), (RefundState::Success, Some(first.txid), Some(first.fee)));
    shop.mine(5).await;
    assert_eq!(shop.spend(second.id).await.state, SpendState::Dead);
    assert_eq!(shop.refund(refund.id).await.state, RefundState::Success);
    assert_eq!(shop.balance().await, 30_000 - i64::try_from(first.fee).unwrap());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_cancelled_leaves_the_one_before_in_its_place() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    let first = shop.pay(&[refund.id]).await.unwrap();
    shop.sign(first.id).await.unwrap();
    shop.handed_over().await;
    let second = shop.app().bump_spend(&shop.store, first.id, DEAR).await.unwrap();
    let cancelled = shop.app().cancel_spend(shop.store.id, second.id).await.unwrap();
    assert_eq!(cancelled.state, SpendState::Cancelled);
    let back = shop.refund(refund.id).await;
    assert_eq!((back.state, back.spend_id), (RefundState::Sent, Some(first.id)));
    let refused = shop.sign(second.id).await;
    assert!(matches!(refused, Err(AppError::Spend(SpendRefused::Cancelled))), "{refused:?}");
    let third = shop.app().bump_spend(&shop.store, first.id, DEAR).await.unwrap();
    assert!(inputs(&first).is_subset(&inputs(&third)));
    shop.mine(1).await;
    assert_eq!(shop.refund(refund.id).await.txid, Some(first.txid));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_built_after_a_cancelled_transaction_spends_a_coin_of_it() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    for price in [45_000, 46_000, 47_000] {
        shop.sell(price, price).await;
    }
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    let first = shop.pay(&[refund.id]).await.unwrap();
    shop.app().cancel_spend(shop.store.id, first.id).await.unwrap();
    assert_eq!(shop.refund(refund.id).await.state, RefundState::Ready);
    let coins = shop.app().coins(&shop.store).await.unwrap();
    assert_eq!((coins.kept, coins.free), (0, 188_000));
    for _ in 0..4 {
        let next = shop.pay(&[refund.id]).await.unwrap();
        assert!(!inputs(&first).is_disjoint(&inputs(&next)));
        shop.app().cancel_spend(shop.store.id, next.id).await.unwrap();
    }
    // So does what is built for another refund of the invoice, once this one is cancelled.
    shop.app().cancel_refund(shop.store.id, refund.id, "a test", None).await.unwrap();
    let other = shop.ask(invoice, 50_000, 2).await.unwrap();
    let next = shop.pay(&[other.id]).await.unwrap();
    assert!(!inputs(&first).is_disjoint(&inputs(&next)));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_cancelled_until_a_signed_transaction_pays_it() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let cancel = async |id| shop.app().cancel_refund(shop.store.id, id, "a test", None).await;
    let waiting = shop.ask(invoice, 10_000, 1).await.unwrap();
    assert_eq!(cancel(waiting.id).await.unwrap().answer.state, RefundState::Cancelled);
    assert_eq!(
        cancel(waiting.id).await.unwrap().answer.state,
        RefundState::Cancelled,
        "and is cancelled still"
    );
    let one = shop.ask(invoice, 10_000, 1).await.unwrap();
    let two = shop.ask(invoice, 10_000, 2).await.unwrap();
    let spend = shop.pay(&[one.id, two.id]).await.unwrap();
    assert_eq!(cancel(one.id).await.unwrap().answer.state, RefundState::Cancelled);
    assert_eq!(
        shop.spend(spend.id).await.state,
        SpendState::Cancelled,
        "it would pay what is not to be paid"
    );
    assert_eq!(shop.refund(two.id).await.state, RefundState::Ready);
    let spend = shop.pay(&[two.id]).await.unwrap();
    shop.sign(spend.id).await.unwrap();
    assert!(matches!(cancel(two.id).await, Err(AppError::RefundSigned)));
    let refused = shop.app().cancel_spend(shop.store.id, spend.id).await;
    assert!(matches!(refused, Err(AppError::Spend(SpendRefused::Signed))), "{refused:?}");
    shop.handed_over().await;
    shop.mine(1).await;
    assert!(matches!(cancel(two.id).await, Err(AppError::Refused(Refused::RefundNotPending))));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_was_cancelled_and_paid_all_the_same_is_not_paid_twice() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    shop.sell(60_000, 60_000).await;
    let first = shop.ask(invoice, 50_000, 1).await.unwrap();
    let built = shop.pay(&[first.id]).await.unwrap();
    shop.app().cancel_refund(shop.store.id, first.id, "a test", None).await.unwrap();
    let second = shop.ask(invoice, 50_000, 2).await.unwrap();
    // The merchant had signed it elsewhere, and broadcasts it from there.
    shop.broadcast_elsewhere(&built).await;
    shop.mine(1).await;
    assert_eq!(shop.refund(first.id).await.state, RefundState::Success, "the chain has the last word");
    let refused = shop.app().pay_refunds(&shop.store, vec![second.id], USUAL).await;
    assert!(matches!(refused, Err(AppError::NotPayable(NotPayable::TooMuch))), "{refused:?}");
    shop.mine(6).await;
    let refused = shop.app().pay_refunds(&shop.store, vec![second.id], USUAL).await;
    assert!(matches!(refused, Err(AppError::NotPayable(NotPayable::TooMuch))), "{refused:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_although_it_was_cancelled_counts_with_all_that_waits() {
    let shop = Shop::open().await;
    let invoice = shop.sell(100_000, 100_000).await;
    shop.sell(90_000, 90_000).await;
    let first = shop.ask(invoice, 30_000, 1).await.unwrap();
    let built = shop.pay(&[first.id]).await.unwrap();
    shop.app().cancel_refund(shop.store.id, first.id, "a test", None).await.unwrap();
    let second = shop.ask(invoice, 70_000, 2).await.unwrap();
    let third = shop.ask(invoice, 30_000, 3).await.unwrap();
    shop.broadcast_elsewhere(&built).await;
    shop.mine(7).await;
    for which in [&[second.id][..], &[third.id], &[second.id, third.id]] {
        let refused = shop.pay(which).await;
        assert!(matches!(refused, Err(AppError::NotPayable(NotPayable::TooMuch))), "{refused:?}");
    }
    shop.app().cancel_refund(shop.store.id, third.id, "a test", None).await.unwrap();
    shop.pay(&[second.id]).await.unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reorganisation_lets_no_cancelled_refund_be_paid_beside_the_one_in_its_place() {
    let shop = Shop::open().await;
    let invoice = shop.sell(100_000, 100_000).await;
    shop.sell(150_000, 150_000).await;
    let first = shop.ask(invoice, 100_000, 1).await.unwrap();
    let built = shop.pay(&[first.id]).await.unwrap();
    shop.app().cancel_refund(shop.store.id, first.id, "a test", None).await.unwrap();
    let second = shop.ask(invoice, 100_000, 2).await.unwrap();
    shop.broadcast_elsewhere(&built).await;
    shop.mine(1).await;
    shop.reorganise(1, Reorg::Vanish).await;
    shop.mine(1).await;
    for which in [&[first.id][..], &[second.id], &[first.id, second.id]] {
        let refused = shop.pay(which).await;
        assert!(matches!(refused, Err(AppError::NotPayable(NotPayable::TooMuch))), "{refused:?}");
    }
    shop.app().cancel_refund(shop.store.id, first.id, "a test", None).await.unwrap();
    let again = shop.pay(&[second.id]).await.unwrap();
    assert!(!inputs(&built).is_disjoint(&inputs(&again)), "at most one of them comes about");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_whose_coins_are_gone_leaves_the_one_before_in_its_place() {
    let shop = Shop::open().await;
    // The larger coin is kept for another, so that the first version has little to add to its fee.
    let other = shop.sell(70_000, 70_000).await;
    let busy = shop.ask(other, 60_000, 2).await.unwrap();
    let kept = shop.pay(&[busy.id]).await.unwrap();
    let invoice = shop.sell(20_400, 20_400).await;
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    let first = shop.pay(&[refund.id]).await.unwrap();
    shop.sign(first.id).await.unwrap();
    shop.handed_over().await;
    shop.app().cancel_spend(shop.store.id, kept.id).await.unwrap();
    let second = shop.app().bump_spend(&shop.store, first.id, DEAR).await.unwrap();
    assert!(inputs(&second).len() > inputs(&first).len(), "a coin was added");
    shop.spend_elsewhere(&kept).await;
    // What was signed first waits for its block all the while.
    shop.mine_without(&first, 6).await;
    assert_eq!(shop.spend(second.id).await.state, SpendState::Dead);
    let back = shop.refund(refund.id).await;
    assert_eq!((back.state, back.spend_id), (RefundState::Sent, Some(first.id)));
    let refused = shop.app().cancel_refund(shop.store.id, refund.id, "a test", None).await;
    assert!(matches!(refused, Err(AppError::RefundSigned)), "{refused:?}");
    shop.mine(1).await;
    assert_eq!(shop.refund(refund.id).await.txid, Some(first.txid));
    shop.close().await;
}
