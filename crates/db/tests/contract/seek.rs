//! Invoices, refunds and payouts by the names that people look for them by.

use bitcoin::Amount;
use specie_core::ids::{StoreId, beginning_with};
use specie_core::invoice::{Asked, Fact, Outcome};
use specie_db::invoices::{self, Spot};
use specie_db::refunds::Destination;
use specie_db::{refunds, spends};

use crate::Engine;
use crate::shop::{Draft, HEIGHT, START, Shop, bytes, invoice_id, mined, receipt, refund_id, script, txid};

fn numbers(spots: &[Spot]) -> Vec<u8> {
    spots.iter().map(|spot| spot.id.as_bytes()[0]).collect()
}

fn to(email: &str) -> Draft {
    let mut draft = Draft::default();
    draft.order.buyer.email = Some(email.to_owned());
    draft
}

pub async fn an_invoice_is_found_by_every_name_it_goes_by(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let store = shop.store.id;
    shop.sell(10, to("Ann@Books.example").order_id("A-1").after(10)).await;
    shop.sell(11, to(" ann@books.EXAMPLE").order_id("A-1").after(20)).await;
    shop.sell(12, Draft { asked: Asked::Anything, ..Draft::default() }.order_id("a-1").after(30)).await;
    shop.see(10, vec![receipt(10, "one", 1000)]).await;
    shop.db
        .write("archive", move |tx| invoices::set_archived(tx, invoice_id(11), store, true))
        .await
        .unwrap();
    let elsewhere = StoreId::from_bytes(bytes(9));

    for (store, found) in [(store, vec![10, 11]), (elsewhere, vec![])] {
        let by_order = shop.db.read(move |r| invoices::by_order(r, store, "A-1", 10)).await.unwrap();
        assert_eq!(numbers(&by_order), found, "outside the archive, and in it");
        let by_email =
            shop.db.read(move |r| invoices::by_email(r, store, "ANN@books.example ", 10)).await.unwrap();
        assert_eq!(numbers(&by_email), found);
        for (currency, of) in [(None, found.clone()), (Some("USD"), found.clone()), (Some("EUR"), vec![])] {
            let currency = currency.map(|code| code.parse().unwrap());
            let price = "0.4".parse().unwrap();
            let by_price =
                shop.db.read(move |r| invoices::by_price(r, store, price, currency, 10)).await.unwrap();
            assert_eq!(numbers(&by_price), of, "a top-up has no price");
        }
        let due = Amount::from_sat(1000);
        let by_due = shop.db.read(move |r| invoices::by_due(r, store, due, 10)).await.unwrap();
        assert_eq!(by_due.len(), found.len());
    }
    assert_eq!(
        numbers(&shop.db.read(move |r| invoices::by_order(r, store, "A-1", 1)).await.unwrap()),
        [10, 11]
    );
    let paid = receipt(10, "one", 1000).outpoint.txid;
    for (txid, found) in [(paid, vec![10]), (txid("another"), vec![])] {
        assert_eq!(numbers(&shop.db.read(move |r| invoices::paid_by(r, txid)).await.unwrap()), found);
    }
    let id = invoice_id(11).to_string();
    for (typed, found) in [(&id[..], vec![11]), (&id[..6], vec![11]), ("zzzzzz", vec![])] {
        let mut all = vec![];
        for (first, last) in beginning_with(typed) {
            all.extend(shop.db.read(move |r| invoices::beginning(r, first, last, 10)).await.unwrap());
        }
        assert_eq!(numbers(&all), found, "{typed}");
    }
    let spot = shop.db.read(move |r| invoices::by_email(r, store, "ann@books.example", 1)).await.unwrap()[0];
    let record = shop.find(10).await;
    assert_eq!((spot.store_id, spot.place), (store, invoices::Place::of(&record)));
}

pub async fn what_pays_or_is_given_back_is_found_by_transaction_and_script(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let store = shop.store.id;
    shop.sell(10, Draft::default()).await;
    let paid = mined(receipt(10, "one", 1000), HEIGHT - 5);
    shop.see(10, vec![paid.clone()]).await;
    shop.note_coins(10, vec![paid]).await;
    shop.give_back(10, 1, 300).await;
    let built = shop.build(1, 1).await;
    let payout = built.psbt.unsigned_tx.compute_txid();
    let found = shop.db.read(move |r| spends::of_txid(r, payout)).await.unwrap();
    assert_eq!(found, [(built.id, store, built.created_at)]);
    let none = shop.db.read(move |r| spends::of_txid(r, txid("another"))).await.unwrap();
    assert!(none.is_empty());

    // Nothing paid it yet, and nobody said where it goes.
    assert!(shop.db.read(move |r| refunds::paid_by(r, payout)).await.unwrap().is_empty());
    assert!(shop.db.read(move |r| refunds::sent_to(r, store, &script(77), 9)).await.unwrap().is_empty());
    let said =
        Destination { script: Some(script(77)), claim: None, claim_generation: 0, claim_ends_at: None };
    shop.db.write("say", move |tx| refunds::set_destination(tx, refund_id(1), &said)).await.unwrap();
    let outcome = Outcome::Paid { txid: payout, fee: Amount::from_sat(7) };
    let fact = Fact::RefundStands { id: refund_id(1), outcome };
    shop.settle(10, fact, START.plus_secs(200), HEIGHT).await;
    let ids = |found: Vec<refunds::RefundRecord>| found.iter().map(|one| one.refund.id).collect::<Vec<_>>();
    assert_eq!(ids(shop.db.read(move |r| refunds::paid_by(r, payout)).await.unwrap()), [refund_id(1)]);
    assert_eq!(
        ids(shop.db.read(move |r| refunds::sent_to(r, store, &script(77), 9)).await.unwrap()),
        [refund_id(1)]
    );
    let elsewhere = StoreId::from_bytes(bytes(9));
    assert!(shop.db.read(move |r| refunds::sent_to(r, elsewhere, &script(77), 9)).await.unwrap().is_empty());
}
