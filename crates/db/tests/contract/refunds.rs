//! Refunds.

use bitcoin::{Amount, OutPoint};
use specie_core::ids::RefundId;
use specie_core::invoice::{Fact, Outcome, Refund, RefundStanding};
use specie_db::refunds::{self, Destination, RefundRecord};

use crate::Engine;
use crate::shop::{
    Draft, HEIGHT, START, Shop, invoice_id, is_duplicate, mined, receipt, refund_id, script, spend_id, txid,
};

/// Three invoices that are paid, six blocks deep.
async fn paid(engine: &impl Engine) -> Shop {
    let shop = Shop::open(engine).await;
    for n in 1..=3 {
        shop.sell(n, Draft::default()).await;
        shop.see(n, vec![mined(receipt(n, &format!("{n}"), 1000), HEIGHT - 5)]).await;
    }
    shop
}

async fn find(shop: &Shop, n: u8) -> RefundRecord {
    shop.db.read(move |r| refunds::find(r, refund_id(n))).await.unwrap().expect("it was asked")
}

pub async fn a_refund_comes_back_as_it_was_asked(engine: &impl Engine) {
    let shop = paid(engine).await;
    shop.give_back(1, 1, 300).await;
    let record = find(&shop, 1).await;
    let refund =
        Refund { id: refund_id(1), amount: Amount::from_sat(300), standing: RefundStanding::Pending };
    assert_eq!(
        record,
        RefundRecord {
            refund,
            invoice_id: invoice_id(1),
            store_id: shop.store.id,
            asked: "0.12".parse().unwrap(),
            currency: "USD".parse().unwrap(),
            guid: Some("guid 1".to_owned()),
            script: None,
            claim_generation: 0,
            claim_ends_at: Some(START.plus_secs(999)),
            spend_id: None,
            pin: None,
            created_at: START.plus_secs(1),
        }
    );
    assert_eq!(shop.find(1).await.invoice.refunds(), [refund]);
    assert_eq!(shop.find(2).await.invoice.refunds(), []);
    let again = shop.refund(1, 2, 100);
    let twice = shop.db.write("again", move |tx| refunds::insert(tx, &again)).await;
    assert!(is_duplicate(&twice), "its place is taken: {twice:?}");

    let paid = Outcome::Paid { txid: txid("refund"), fee: Amount::from_sat(7) };
    for (outcome, standing) in [
        (paid, RefundStanding::Paid { txid: txid("refund"), fee: Amount::from_sat(7) }),
        (Outcome::Open, RefundStanding::Pending),
        (Outcome::Lost, RefundStanding::Failed),
    ] {
        let fact = Fact::RefundStands { id: refund_id(1), outcome };
        shop.settle(1, fact, START.plus_secs(130), HEIGHT).await;
        assert_eq!(find(&shop, 1).await.refund.standing, standing);
        assert_eq!(shop.find(1).await.invoice.refunds()[0].standing, standing);
    }
    shop.give_back(2, 2, 300).await;
    shop.settle(2, Fact::CancelRefund(refund_id(2)), START.plus_secs(130), HEIGHT).await;
    assert_eq!(find(&shop, 2).await.refund.standing, RefundStanding::Cancelled);
}

pub async fn a_refund_is_found_by_its_link_and_its_name(engine: &impl Engine) {
    let shop = paid(engine).await;
    shop.give_back(1, 1, 300).await;
    let store = shop.store.id;
    let by_claim = async |claim| shop.db.read(move |r| refunds::find_by_claim(r, claim)).await.unwrap();
    let by_guid = async |guid: &'static str| {
        shop.db.read(move |r| refunds::find_by_guid(r, store, guid)).await.unwrap()
    };
    assert_eq!(by_claim([1; 32]).await.map(|found| found.refund.id), Some(refund_id(1)));
    assert_eq!(by_claim([2; 32]).await, None);
    assert_eq!(by_guid("guid 1").await.map(|found| found.refund.id), Some(refund_id(1)));
    assert_eq!(by_guid("guid 2").await, None);

    let to = Destination { script: Some(script(7)), claim: None, claim_generation: 3, claim_ends_at: None };
    shop.db.write("answer", move |tx| refunds::set_destination(tx, refund_id(1), &to)).await.unwrap();
    assert_eq!(by_claim([1; 32]).await, None, "the link is dead");
    let record = find(&shop, 1).await;
    assert_eq!((record.script, record.claim_generation, record.claim_ends_at), (Some(script(7)), 3, None));

    let pin = OutPoint { txid: txid("coin"), vout: 1 };
    shop.db.write("pay", move |tx| refunds::set_spend(tx, refund_id(1), spend_id(5), pin)).await.unwrap();
    let record = find(&shop, 1).await;
    assert_eq!((record.spend_id, record.pin), (Some(spend_id(5)), Some(pin)));
    let of_spend = shop.db.read(|r| refunds::of_spend(r, spend_id(5))).await.unwrap();
    assert_eq!(of_spend, [record]);
    shop.db.write("release", |tx| refunds::release(tx, spend_id(5))).await.unwrap();
    let locked = shop.db.write("lock", |tx| refunds::lock(tx, refund_id(1))).await.unwrap().unwrap();
    assert_eq!(
        (locked.spend_id, locked.pin),
        (None, Some(pin)),
        "what was built before may still come about"
    );
}

pub async fn what_waits_comes_oldest_first(engine: &impl Engine) {
    let shop = paid(engine).await;
    for n in 1..=3 {
        shop.give_back(n, n, 300).await;
    }
    shop.settle(2, Fact::CancelRefund(refund_id(2)), START.plus_secs(130), HEIGHT).await;
    let store = shop.store.id;
    let ids = |found: Vec<RefundRecord>| found.iter().map(|r| r.refund.id).collect::<Vec<RefundId>>();
    let pending = async |limit| ids(shop.db.read(move |r| refunds::pending(r, store, limit)).await.unwrap());
    assert_eq!(pending(9).await, [refund_id(1), refund_id(3)]);
    assert_eq!(pending(1).await, [refund_id(1)]);
    let of_invoice = shop.db.read(|r| refunds::records_of_invoice(r, invoice_id(2))).await.unwrap();
    assert_eq!(ids(of_invoice), [refund_id(2)]);
}
