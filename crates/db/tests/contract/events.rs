//! The log of what happened to an invoice.

use specie_core::invoice::{Event, Fact, Mark, fold};
use specie_db::events;

use crate::Engine;
use crate::shop::{Draft, GIVEN_UP, HEIGHT, START, Shop, invoice_id, is_duplicate, mined, receipt, txid};

pub async fn a_log_comes_back_in_order(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    let seen = shop.see(1, vec![receipt(1, "a", 400), receipt(1, "b", 600)]).await;
    let log = shop.db.read(|r| events::of_invoice(r, invoice_id(1))).await.unwrap();
    let told: Vec<_> = [Event::Created].into_iter().chain(seen.events).collect();
    assert_eq!(log.iter().map(|(_, event)| event.clone()).collect::<Vec<_>>(), told);
    assert_eq!(log[0].0, START);
    assert!(log[1..].iter().all(|(at, _)| *at == START.plus_secs(60)));
    assert_eq!(shop.find(1).await.event_count, i64::try_from(told.len()).unwrap());
    let other = shop.db.read(|r| events::of_invoice(r, invoice_id(2))).await.unwrap();
    assert_eq!(other, [(START, Event::Created)]);
}

pub async fn an_events_number_is_given_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let again =
        shop.db.write("again", |tx| events::append(tx, invoice_id(1), 0, &[Event::Created], START)).await;
    assert!(is_duplicate(&again), "{again:?}");
}

pub async fn the_log_folds_to_the_stored_verdict(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let paid = receipt(1, "a", 1500);
    let folds = async || {
        let log = shop.db.read(|r| events::of_invoice(r, invoice_id(1))).await.unwrap();
        let told = fold(log.iter().map(|(_, event)| event)).expect("each event follows from those before");
        let verdict = shop.find(1).await.invoice.verdict();
        assert_eq!((told.status, told.flag), (verdict.status(), verdict.flag()));
        verdict.status().name()
    };
    assert_eq!(folds().await, "new");
    shop.see(1, vec![paid.clone()]).await;
    assert_eq!(folds().await, "paid");
    shop.see(1, vec![mined(paid.clone(), HEIGHT - 5)]).await;
    assert_eq!(folds().await, "complete");
    shop.replace(1, &paid, txid("double spend")).await;
    assert_eq!(folds().await, "invalid");
    shop.settle(1, Fact::Mark(Mark::Complete), GIVEN_UP, HEIGHT).await;
    assert_eq!(folds().await, "complete");
}
