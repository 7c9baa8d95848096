//! What asks for a person.

use specie_core::ids::DeliveryId;
use specie_core::invoice::Need;
use specie_core::retry::Next;
use specie_core::time::Timestamp;
use specie_db::attention::{self, Asking, Cause, Subject};
use specie_db::deliveries::{self, Attempt};
use specie_db::refunds::{self, Destination};

use crate::Engine;
use crate::shop::{Draft, HEIGHT, START, Shop, delivery, invoice_id, mined, receipt, refund_id, script};

const LATE: Cause = Cause::Invoice(Need::PaidLate);

fn at(secs: i64) -> Timestamp {
    START.plus_secs(secs)
}

fn late(n: u8) -> Subject {
    Subject::Invoice(invoice_id(n), Need::PaidLate)
}

async fn raise(shop: &Shop, n: u8, subject: Subject, secs: i64) {
    let store = shop.store.id;
    let raised =
        move |tx: &mut specie_db::Tx<'_>| attention::raise(tx, store, subject, invoice_id(n), at(secs));
    shop.db.write("raise", raised).await.unwrap();
}

async fn open(shop: &Shop, cause: Cause) -> Vec<Asking> {
    let store = shop.store.id;
    shop.db.read(move |r| attention::open(r, store, cause, 10)).await.unwrap()
}

async fn count(shop: &Shop) -> i64 {
    let store = shop.store.id;
    shop.db.read(move |r| attention::count(r, store, 10)).await.unwrap()
}

async fn aside(shop: &Shop, subject: Subject) -> bool {
    let store = shop.store.id;
    shop.db.write("aside", move |tx| attention::put_aside(tx, store, subject, "Ann", at(50))).await.unwrap()
}

pub async fn what_asks_comes_back_the_oldest_first_and_is_gone_with_its_cause(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    for n in 1..=3 {
        shop.sell(n, Draft::default()).await;
    }
    raise(&shop, 1, late(1), 20).await;
    raise(&shop, 2, late(2), 10).await;
    raise(&shop, 3, Subject::Invoice(invoice_id(3), Need::Lost), 5).await;
    let expected =
        Asking { subject: late(2), invoice: invoice_id(2), since: at(10), place: None, aside: None };
    let found = open(&shop, LATE).await;
    assert_eq!((&found[0], found.len()), (&expected, 2));
    assert_eq!(count(&shop).await, 3);
    let other = specie_core::ids::StoreId::from_bytes([9; 16]);
    assert_eq!(shop.db.read(move |r| attention::count(r, other, 10)).await.unwrap(), 0);
    let found = shop.db.read(move |r| attention::find(r, other, late(2))).await.unwrap();
    assert_eq!(found, None, "another store's");

    shop.db.write("clear", |tx| attention::clear(tx, late(2))).await.unwrap();
    assert_eq!(open(&shop, LATE).await.len(), 1);
    for cause in Cause::ALL {
        assert_eq!(Cause::from_name(cause.name()), Some(cause));
    }
}

pub async fn what_is_put_aside_is_there_again_when_something_comes_to_it(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    raise(&shop, 1, late(1), 20).await;
    let (store, other) = (shop.store.id, specie_core::ids::StoreId::from_bytes([9; 16]));
    let strange = shop.db.write("aside", move |tx| attention::put_aside(tx, other, late(1), "Eve", at(50)));
    assert!(!strange.await.unwrap(), "nobody else's hand");
    assert!(aside(&shop, late(1)).await);
    assert!(!aside(&shop, late(1)).await, "once");
    assert_eq!((open(&shop, LATE).await.len(), count(&shop).await), (0, 0));
    let put = shop.db.read(move |r| attention::aside(r, store, 10)).await.unwrap();
    assert_eq!(put[0].aside, Some((at(50), "Ann".to_owned())));

    raise(&shop, 1, late(1), 60).await;
    assert_eq!(open(&shop, LATE).await[0].since, at(60));
    aside(&shop, late(1)).await;
    assert!(shop.db.write("back", move |tx| attention::take_back(tx, store, late(1))).await.unwrap());
    assert_eq!(open(&shop, LATE).await[0].aside, None);
}

pub async fn a_refund_asks_until_it_is_signed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    let paid = mined(receipt(1, "a", 1000), HEIGHT - 5);
    shop.see(1, vec![paid.clone()]).await;
    shop.note_coins(1, vec![paid]).await;
    shop.give_back(1, 1, 300).await;
    let refund = Subject::Refund(refund_id(1));
    raise(&shop, 1, refund, 20).await;
    assert!(aside(&shop, refund).await);
    assert_eq!(count(&shop).await, 0);

    let to = Destination { script: Some(script(77)), claim: None, claim_generation: 1, claim_ends_at: None };
    shop.db.write("answer", move |tx| refunds::set_destination(tx, refund_id(1), &to)).await.unwrap();
    assert_eq!((open(&shop, Cause::Refund).await.len(), count(&shop).await), (1, 1), "its merchant's turn");
    shop.build(1, 1).await;
    assert_eq!((open(&shop, Cause::Refund).await.len(), count(&shop).await), (0, 0), "it is signed");
}

/// An attempt at a delivery, and what comes of it.
async fn attempt(shop: &Shop, id: DeliveryId, number: u32, next: Next) {
    let attempt = Attempt {
        at: at(i64::from(number)),
        duration_ms: 5,
        http_status: None,
        failure: Some("refused".to_owned()),
        excerpt: None,
        request_id: "r".to_owned(),
    };
    let record = move |tx: &mut specie_db::Tx<'_>| deliveries::record(tx, id, number, &attempt, next);
    shop.db.write("record", record).await.unwrap();
}

pub async fn a_notification_asks_from_its_first_failure_until_it_arrives(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let ids = [1, 2, 3].map(|n| DeliveryId::from_bytes([n; 16]));
    for n in 1..=3 {
        shop.sell(n, Draft::default()).await;
        let told = delivery(n, invoice_id(n), "https://shop.example");
        shop.db.write("tell", move |tx| deliveries::insert(tx, &told)).await.unwrap();
    }
    assert_eq!(count(&shop).await, 0, "nothing has failed");
    for (number, id) in (1..).zip(ids) {
        attempt(&shop, id, number, Next::RetryAt(at(100))).await;
    }
    let failing = open(&shop, Cause::Notification).await;
    assert_eq!((failing.len(), failing[0].subject, failing[0].since), (3, Subject::Delivery(ids[0]), at(1)));
    assert_eq!(count(&shop).await, 1, "one place");
    attempt(&shop, ids[0], 9, Next::GiveUp).await;
    assert_eq!(open(&shop, Cause::Notification).await[0].since, at(1), "since its first failure");

    attempt(&shop, ids[1], 9, Next::Done).await;
    attempt(&shop, ids[1], 8, Next::RetryAt(at(200))).await;
    assert_eq!(open(&shop, Cause::Notification).await.len(), 2, "what arrived does not fail any more");
    let again = move |tx: &mut specie_db::Tx<'_>| deliveries::resend(tx, ids[0], invoice_id(1), at(300));
    assert!(shop.db.write("resend", again).await.unwrap());
    assert_eq!(open(&shop, Cause::Notification).await.len(), 1, "it is seen to");

    let (store, place) = (shop.store.id, failing[2].place.clone().unwrap());
    let put =
        move |tx: &mut specie_db::Tx<'_>| attention::put_place_aside(tx, store, &place, ("Ann", at(400)), 10);
    assert_eq!(shop.db.write("aside", put).await.unwrap(), 1);
    assert_eq!(count(&shop).await, 0);
    shop.db.write("withdraw", move |tx| deliveries::withdraw(tx, ids[2])).await.unwrap();
    assert_eq!(shop.db.read(move |r| attention::aside(r, store, 10)).await.unwrap(), []);
}
