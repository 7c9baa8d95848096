//! What becomes of a refund.

use specie::app::view::{RefundState, SpendState};
use specie::app::{AppError, Network, SpendRefused};
use specie_chain::Reorg;

use super::shop::{Shop, USUAL, address, transaction};

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_paid_to_the_satoshi_and_the_books_follow() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    assert_eq!((shop.balance().await, shop.coins().await), (50_000, 50_000));
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    assert_eq!((refund.state, refund.amount), (RefundState::Ready, 20_000));
    let spend = shop.pay(&[refund.id]).await.unwrap();
    assert_eq!(spend.state, SpendState::ToSign);
    assert_eq!(spend.payees, [(address(1), 20_000)]);
    assert_eq!(spend.spent, 50_000);
    assert_eq!(spend.change[0].1, 30_000 - spend.fee, "what is left comes back to the wallet");
    assert_eq!(shop.refund(refund.id).await.state, RefundState::ToSign);
    let kept = shop.app().coins(&shop.store).await.unwrap();
    assert_eq!((kept.kept, kept.free), (50_000, 0));

    let signed = shop.sign(spend.id).await.unwrap();
    assert_eq!(signed.state, SpendState::Sent);
    assert_eq!(shop.refund(refund.id).await.state, RefundState::Sent);
    assert_eq!(shop.balance().await, 50_000, "nothing is booked before it is in a block");
    shop.handed_over().await;
    shop.mine(1).await;
    let paid = shop.refund(refund.id).await;
    assert_eq!((paid.state, paid.txid, paid.fee), (RefundState::Success, Some(spend.txid), Some(spend.fee)));
    let left = 30_000 - i64::try_from(spend.fee).unwrap();
    assert_eq!(shop.balance().await, left);
    assert_eq!(i64::try_from(shop.coins().await).unwrap(), left, "the wallet holds what the ledger says");
    assert_eq!(shop.spend(spend.id).await.state, SpendState::Confirmed(1));
    shop.mine(5).await;
    assert_eq!(shop.spend(spend.id).await.state, SpendState::Confirmed(6));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reorganisation_takes_a_refund_back_and_it_is_paid_again_by_the_same_transaction() {
    for fate in [Reorg::Return, Reorg::Vanish] {
        let mut shop = Shop::open().await;
        let invoice = shop.sell(50_000, 50_000).await;
        let refund = shop.ask(invoice, 50_000 - 1_000, 1).await.unwrap();
        let spend = shop.pay(&[refund.id]).await.unwrap();
        shop.sign(spend.id).await.unwrap();
        shop.handed_over().await;
        shop.mine(2).await;
        assert_eq!(shop.refund(refund.id).await.state, RefundState::Success);
        shop.reorganise(2, fate).await;
        shop.until_state(refund.id, RefundState::Sent).await;
        assert_eq!(shop.balance().await, 50_000, "{fate:?}");
        shop.restart().await;
        shop.handed_over().await;
        shop.mine(1).await;
        let paid = shop.refund(refund.id).await;
        assert_eq!((paid.state, paid.txid.as_deref()), (RefundState::Success, Some(spend.txid.as_str())));
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_coins_were_spent_elsewhere_fails_six_blocks_later_and_not_before() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let refund = shop.ask(invoice, 40_000, 1).await.unwrap();
    let spend = shop.pay(&[refund.id]).await.unwrap();
    shop.sign(spend.id).await.unwrap();
    shop.handed_over().await;
    shop.sandbox.double_spend(transaction(&spend).compute_txid(), shop.app().now()).unwrap();
    shop.mine(1).await;
    assert_eq!(shop.refund(refund.id).await.state, RefundState::Sent, "it may still come back");
    let rivalled = shop.spend(spend.id).await;
    assert_eq!(rivalled.state, SpendState::Rivalled);
    assert!(rivalled.rival.is_some());
    let offer = shop.app().refund_offer(&shop.store, invoice).await.unwrap();
    assert_eq!(offer.whole, 10_000, "it counts as long as it may come about");
    shop.mine(5).await;
    assert_eq!(shop.refund(refund.id).await.state, RefundState::Failure);
    assert_eq!(shop.spend(spend.id).await.state, SpendState::Dead);
    let offer = shop.app().refund_offer(&shop.store, invoice).await.unwrap();
    assert_eq!(offer.whole, 50_000, "it can be given back again");
    assert_eq!(shop.balance().await, 50_000);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_fails_when_the_coins_that_were_to_pay_it_went_elsewhere_signed_here_or_not() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    shop.sell(60_000, 60_000).await;
    let refund = shop.ask(invoice, 40_000, 1).await.unwrap();
    let first = shop.pay(&[refund.id]).await.unwrap();
    // With another program: to somebody else, or to the buyer by a transaction that differs somewhere.
    shop.spend_elsewhere(&first).await;
    shop.mine(1).await;
    let waiting = shop.spend(first.id).await;
    assert_eq!(waiting.state, SpendState::ToSign, "it can still be cancelled");
    assert!(waiting.rival.is_some());
    shop.mine(5).await;
    assert_eq!(shop.spend(first.id).await.state, SpendState::Dead);
    assert_eq!(shop.refund(refund.id).await.state, RefundState::Failure, "the merchant has to look");
    let refused = shop.sign(first.id).await;
    assert!(matches!(refused, Err(AppError::Spend(SpendRefused::Dead))), "{refused:?}");
    let again = shop.ask(invoice, 40_000, 1).await.unwrap();
    let second = shop.pay(&[again.id]).await.unwrap();
    shop.sign(second.id).await.unwrap();
    shop.handed_over().await;
    shop.mine(1).await;
    assert_eq!(shop.refund(again.id).await.state, RefundState::Success);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_and_broadcast_elsewhere_pays_the_refund_also_under_another_id() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let refund = shop.ask(invoice, 20_000, 1).await.unwrap();
    let spend = shop.pay(&[refund.id]).await.unwrap();
    // Nested segwit: the signature is in the part that the id is of.
    let mut signed = transaction(&spend);
    signed.input[0].script_sig = bitcoin::ScriptBuf::from_bytes(vec![1, 7]);
    let txid = signed.compute_txid().to_string();
    assert_ne!(txid, spend.txid);
    shop.broadcast(signed).await;
    shop.mine(1).await;
    let paid = shop.refund(refund.id).await;
    assert_eq!((paid.state, paid.txid.as_deref()), (RefundState::Success, Some(txid.as_str())));
    shop.mine(6).await;
    let over = shop.spend(spend.id).await;
    assert_eq!((over.state, over.txid), (SpendState::Confirmed(7), txid));
    assert_eq!(shop.balance().await, 30_000 - i64::try_from(spend.fee).unwrap());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_on_change_that_a_reorganisation_takes_away_dies_with_it() {
    let shop = Shop::open().await;
    let invoice = shop.sell(100_000, 100_000).await;
    let first = shop.ask(invoice, 20_000, 1).await.unwrap();
    let built = shop.pay(&[first.id]).await.unwrap();
    shop.sign(built.id).await.unwrap();
    shop.handed_over().await;
    shop.mine(1).await;
    let second = shop.ask(invoice, 20_000, 2).await.unwrap();
    let rests = shop.pay(&[second.id]).await.unwrap();
    shop.sign(rests.id).await.unwrap();
    shop.handed_over().await;
    shop.reorganise(1, Reorg::Vanish).await;
    shop.sandbox.clear_mempool().unwrap();
    // The coins of the first go elsewhere: its change never comes back.
    shop.spend_elsewhere(&built).await;
    shop.mine(1).await;
    assert_eq!(shop.refund(second.id).await.state, RefundState::Sent);
    shop.mine(5).await;
    for (refund, spend) in [(first.id, built.id), (second.id, rests.id)] {
        assert_eq!(shop.refund(refund).await.state, RefundState::Failure);
        assert_eq!(shop.spend(spend).await.state, SpendState::Dead);
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_refunds_are_paid_by_one_transaction_and_share_its_fee() {
    let shop = Shop::open().await;
    let mut refunds = vec![];
    for (n, price) in [(1, 30_000), (2, 40_000), (3, 50_000)] {
        let invoice = shop.sell(price, price).await;
        refunds.push(shop.ask(invoice, price / 2, n).await.unwrap());
    }
    let ids: Vec<_> = refunds.iter().map(|refund| refund.id).collect();
    let spend = shop.pay(&ids).await.unwrap();
    assert_eq!(spend.refunds.len(), 3);
    let mut payees = spend.payees.clone();
    payees.sort_by_key(|(_, sats)| *sats);
    assert_eq!(payees, [(address(1), 15_000), (address(2), 20_000), (address(3), 25_000)]);
    shop.sign(spend.id).await.unwrap();
    shop.handed_over().await;
    shop.mine(1).await;
    let mut fees = 0;
    for id in &ids {
        let paid = shop.refund(*id).await;
        assert_eq!(paid.state, RefundState::Success);
        fees += paid.fee.unwrap();
    }
    assert_eq!(fees, spend.fee, "to the satoshi");
    assert_eq!(shop.balance().await, 60_000 - i64::try_from(spend.fee).unwrap());
    assert_eq!(shop.coins().await, 60_000 - spend.fee);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn change_is_spent_again_and_scattered_coins_are_put_together() {
    let shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    for n in 1..=3 {
        let refund = shop.ask(invoice, 10_000, n).await.unwrap();
        let spend = shop.pay(&[refund.id]).await.unwrap();
        shop.sign(spend.id).await.unwrap();
        shop.handed_over().await;
        shop.mine(1).await;
        assert_eq!(shop.refund(refund.id).await.state, RefundState::Success);
    }
    shop.sell(7_000, 7_000).await;
    shop.sell(8_000, 8_000).await;
    let before = shop.coins().await;
    let spend = shop.app().consolidate(&shop.store, USUAL).await.unwrap();
    assert_eq!((spend.coins, spend.payees.len(), spend.change.len()), (3, 0, 1));
    shop.sign(spend.id).await.unwrap();
    shop.handed_over().await;
    let hurried = shop.app().bump_spend(&shop.store, spend.id, USUAL).await;
    assert!(matches!(hurried, Err(AppError::Spend(SpendRefused::PaysNobody))), "{hurried:?}");
    shop.mine(1).await;
    let coins = shop.app().coins(&shop.store).await.unwrap();
    assert_eq!((coins.count, coins.confirmed), (1, before - spend.fee));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_survives_a_restart_and_is_handed_over_as_it_is() {
    let mut shop = Shop::open().await;
    let invoice = shop.sell(50_000, 50_000).await;
    let refund = shop.ask(invoice, 10_000, 1).await.unwrap();
    shop.restart().await;
    let spend = shop.pay(&[refund.id]).await.unwrap();
    shop.restart().await;
    shop.sign(spend.id).await.unwrap();
    shop.restart().await;
    shop.handed_over().await;
    shop.sandbox.clear_mempool().unwrap();
    shop.restart().await;
    shop.handed_over().await;
    shop.mine(1).await;
    let paid = shop.refund(refund.id).await;
    assert_eq!((paid.state, paid.txid), (RefundState::Success, Some(spend.txid)));
    shop.restart().await;
    assert_eq!(shop.refund(refund.id).await.state, RefundState::Success);
    assert_eq!(shop.app().outgoing(Network::SANDBOX.name).await.unwrap(), []);
    assert_eq!(shop.coins().await, 40_000 - spend.fee);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_cannot_be_read_holds_up_no_other() {
    let shop = Shop::open().await;
    let mut spends = vec![];
    for n in 1..=2 {
        let invoice = shop.sell(50_000, 50_000).await;
        let refund = shop.ask(invoice, 20_000, n).await.unwrap();
        spends.push((refund.id, shop.pay(&[refund.id]).await.unwrap().id));
    }
    let [(_, damaged), (refund, sound)] = spends.try_into().unwrap();
    shop.tamper("UPDATE spends SET fee = -1 WHERE id = $1", damaged.as_bytes()).await;
    shop.sign(sound).await.unwrap();
    shop.handed_over().await;
    shop.mine(1).await;
    assert_eq!(shop.refund(refund).await.state, RefundState::Success);
    assert!(shop.app().spend(shop.store.id, damaged).await.is_err());
    let other = shop.sell(30_000, 30_000).await;
    assert_eq!(shop.app().invoice(other, None).await.unwrap().paid, 30_000, "nor the store's sales");
    shop.close().await;
}
