//! Payments of every standing.

use std::sync::Arc;

use bitcoin::{Amount, OutPoint, Sequence};
use specie_core::chain::{Position, Receipt, Remembered};
use specie_core::invoice::{Fact, LossCause, Payment, Standing};
use specie_core::script::Keychain;
use specie_db::scripts::Issued;
use specie_db::{DbError, payments};

use crate::Engine;
use crate::shop::{
    Draft, GIVEN_UP, HEIGHT, REGTEST, START, Settled, Shop, block, invoice_id, is_duplicate, mined, receipt,
    script, txid,
};

pub async fn every_standing_comes_back(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let paid = receipt(1, "a", 1000);
    let stored = async |step: Settled| {
        let stored = shop.find(1).await.invoice;
        assert_eq!(stored.payments(), step.invoice.payments());
        stored.payments()[0].standing
    };
    assert_eq!(stored(shop.see(1, vec![paid.clone()]).await).await, Standing::Mempool);
    let in_block = shop.see(1, vec![mined(paid.clone(), HEIGHT - 5)]).await;
    assert_eq!(stored(in_block).await, Standing::Block(block(HEIGHT - 5)));
    assert!(shop.find(1).await.invoice.payments()[0].six_deep);
    assert_eq!(stored(shop.see(1, vec![]).await).await, Standing::Missing);
    let refused = shop.settle(1, Fact::Refused(paid.outpoint.txid), START.plus_secs(90), HEIGHT).await;
    assert_eq!(stored(refused).await, Standing::Lost(LossCause::Refused));
    assert!(!shop.find(1).await.invoice.payments()[0].matured, "what is lost has no depth");
    assert_eq!(stored(shop.see(1, vec![paid.clone()]).await).await, Standing::Mempool);
    let by = txid("double spend");
    assert_eq!(stored(shop.replace(1, &paid, by).await).await, Standing::Lost(LossCause::Conflict(by)));
    shop.see(1, vec![paid]).await;
    shop.see(1, vec![]).await;
    let vanished = shop.settle(1, Fact::Time, GIVEN_UP, HEIGHT).await;
    assert_eq!(stored(vanished).await, Standing::Lost(LossCause::Vanished));
}

pub async fn payments_keep_their_order_of_first_sight(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let all: Vec<_> = ["c", "a", "b"].into_iter().map(|name| receipt(1, name, 10)).collect();
    for seen in 1..=3 {
        shop.see(1, all[..seen].to_vec()).await;
    }
    // The second is seen to have been there earlier; the first is in a block now.
    let mut again = all.clone();
    again[0] = mined(again[0].clone(), HEIGHT);
    again[1].first_seen = START.plus_secs(1);
    let step = shop.see(1, again).await;
    let stored = shop.db.read(|r| payments::of_invoice(r, invoice_id(1))).await.unwrap();
    assert_eq!(stored, step.invoice.payments());
    let order: Vec<_> = stored.iter().map(|payment| payment.outpoint).collect();
    assert_eq!(order, all.iter().map(|receipt| receipt.outpoint).collect::<Vec<_>>());
    assert_eq!(stored[1].first_seen, START.plus_secs(1));
}

pub async fn a_coinbase_comes_back_as_one(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let mut reward = mined(receipt(1, "reward", 1000), HEIGHT);
    let input = &mut Arc::make_mut(&mut reward.raw_tx).input[0];
    (input.previous_output, input.sequence) = (OutPoint::null(), Sequence::MAX);
    reward.outpoint.txid = reward.raw_tx.compute_txid();
    (reward.coinbase, reward.replaceable) = (true, false);
    let step = shop.see(1, vec![reward.clone()]).await;
    let stored = shop.find(1).await.invoice;
    assert_eq!(stored.payments(), step.invoice.payments());
    assert_eq!(stored.payments()[0].remembered(None), Remembered { receipt: reward, there: true });
}

pub async fn a_transaction_with_several_outputs_is_stored_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let other = receipt(1, "b", 10);
    // Three outputs of one transaction, with another transaction's in between; a fourth comes later.
    let mut one = receipt(1, "a", 10);
    let raw_tx = Arc::make_mut(&mut one.raw_tx);
    raw_tx.output = vec![raw_tx.output[1].clone(); 4];
    one.outpoint.txid = raw_tx.compute_txid();
    let output = |vout| Receipt { outpoint: OutPoint { vout, ..one.outpoint }, ..one.clone() };
    let mut seen = vec![output(3), other, output(0), output(2)];
    shop.see(1, seen.clone()).await;
    seen.push(output(1));
    shop.see(1, seen.clone()).await;
    // What changes about a payment is written without its transaction.
    let step = shop.see(1, seen.into_iter().map(|receipt| mined(receipt, HEIGHT)).collect()).await;
    assert_eq!(engine.ask("SELECT count(*) FROM payments"), 5);
    assert_eq!(engine.ask("SELECT count(raw_tx) FROM payments"), 2);
    let of_invoice = shop.find(1).await.invoice.payments().to_vec();
    assert_eq!(of_invoice, step.invoice.payments());
    let of_network = shop.db.read(|r| {
        let mut all = vec![];
        payments::for_each(r, REGTEST, |_, payment, _| all.push(payment))?;
        Ok::<_, DbError>(all)
    });
    let of_network = of_network.await.unwrap();
    assert_eq!(of_network, of_invoice);
    for read in [of_invoice, of_network] {
        assert!(Arc::ptr_eq(&read[0].raw_tx, &read[2].raw_tx), "and is read once");
    }
    engine.tamper("UPDATE payments SET raw_tx = NULL WHERE seq = 0");
    let damaged = shop.db.read(|r| payments::of_invoice(r, invoice_id(1))).await;
    assert!(
        matches!(damaged, Err(DbError::Corrupt { table: "payments", column: "raw_tx", .. })),
        "{damaged:?}"
    );
}

pub async fn payments_of_a_network_come_with_the_script_they_pay(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    for n in 1..=3 {
        shop.sell(n, Draft::default()).await;
    }
    let paid = [receipt(1, "a", 400), receipt(1, "b", 600), receipt(2, "c", 1000)];
    shop.see(1, paid[..2].to_vec()).await;
    shop.see(2, paid[2..].to_vec()).await;
    shop.replace(2, &paid[2], txid("double spend")).await;
    // The same script was issued on another network, to the same invoice even.
    let wallet = shop.wallet.id;
    shop.db
        .write("issue", move |tx| {
            let (keychain, invoice_id) = (Keychain::External, Some(invoice_id(1)));
            let issued = Issued { wallet_id: wallet, keychain, index: 9, invoice_id };
            specie_db::scripts::insert(tx, "sandbox", &script(9), issued)
        })
        .await
        .unwrap();
    let of_network = |network: &'static str| {
        shop.db.read(move |r| {
            let mut all = vec![];
            payments::for_each(r, network, |script, payment, _| all.push((script, payment)))?;
            all.sort_by_key(|(_, payment)| payment.outpoint);
            Ok::<_, DbError>(all)
        })
    };
    let mut known: Vec<(_, Payment)> = vec![];
    for n in [1, 2] {
        known
            .extend(shop.find(n).await.invoice.payments().iter().map(|payment| (script(n), payment.clone())));
    }
    known.sort_by_key(|(_, payment)| payment.outpoint);
    assert_eq!(known.len(), 3, "lost ones too");
    assert_eq!(of_network(REGTEST).await.unwrap(), known);
    assert_eq!(of_network("sandbox").await.unwrap(), []);
}

pub async fn an_output_pays_an_invoice_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let step = shop.see(1, vec![receipt(1, "a", 1000)]).await;
    let payment = step.invoice.payments()[0].clone();
    assert_eq!(
        (payment.amount, payment.remembered(None).receipt.position),
        (Amount::from_sat(1000), Position::Mempool)
    );
    let (before, after) = ([payment.clone()], [payment.clone(), payment]);
    let again = shop.db.write("again", move |tx| payments::save(tx, invoice_id(1), &before, &after)).await;
    assert!(is_duplicate(&again), "{again:?}");
}
