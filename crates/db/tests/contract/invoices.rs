//! Invoices: what was agreed comes back to the letter, and what is written is what was judged.

use bitcoin::Amount;
use rust_decimal::Decimal;
use specie_core::chain::Snapshot;
use specie_core::invoice::{
    Accepted, Adjustment, Asked, Buyer, Fact, Mark, Moment, Notifications, Order, Speed, Status, open_later,
    step,
};
use specie_core::quote::{Rate, Tolerance};
use specie_core::time::Timestamp;
use specie_db::invoices::OnChain;
use specie_db::{DbError, Tx, events, invoices, postings, wallets};

use crate::Engine;
use crate::shop::{
    self, Draft, EXPIRY, GIVEN_UP, HEIGHT, REGTEST, START, Shop, insert, invoice_id, is_duplicate, mined,
    receipt, script,
};

/// An order of which everything is said.
fn full_order() -> Order {
    let text = |words: &str| Some(words.to_owned());
    Order {
        order_id: text("WC-1042"),
        item_desc: text("Käse, \"rund\"\n🧀"),
        item_code: text("K-1"),
        pos_data: text("{\"table\": 5}"),
        physical: true,
        tax_included: "0.07".parse().unwrap(),
        buyer: Buyer {
            name: text("Ada"),
            email: text("ada@example.com"),
            phone: text("+49 30 1"),
            address1: text("Street 1"),
            address2: text("c/o"),
            locality: text("Berlin"),
            region: text("BE"),
            postal_code: text("10115"),
            country: text("DE"),
        },
        notification_url: text("https://shop.example/ipn"),
        notification_email: text("shop@example.com"),
        notifications: Notifications::Extended,
        redirect_url: text("https://shop.example/thanks"),
        redirect_automatically: Some(false),
    }
}

pub async fn every_kind_of_terms_comes_back(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let exactly = |sats, points| Asked::exactly(Amount::from_sat(sats), Tolerance::from_basis_points(points));
    let kinds = [
        (exactly(1000, 0), Speed::High),
        (exactly(1000, 150), Speed::Medium),
        (exactly(Amount::MAX_MONEY.to_sat(), 0), Speed::LowMedium),
        (Asked::Anything, Speed::Low),
        (Asked::Nothing, Speed::Medium),
    ];
    for (n, (asked, speed)) in (1..).zip(kinds) {
        let draft = Draft { asked, speed, created_at: START, order: full_order() };
        let made = shop.sell(n, draft).await;
        let found = shop.find(n).await;
        assert_eq!(found, made, "{asked:?}");
        assert_eq!(
            found.price.map(|p| p.to_string()),
            made.price.map(|p| p.to_string()),
            "to the last digit"
        );
    }
    let exact = Decimal::from_i128_with_scale(i128::MAX >> 32, 28);
    let (mut record, events) = shop.draft(9, Draft::default());
    record.price = Some(exact);
    shop.db.write("sell", move |tx| insert(tx, &record, &events)).await.unwrap();
    assert_eq!(shop.find(9).await.price, Some(exact));
    assert_eq!(shop.db.read(|r| invoices::find(r, invoice_id(77))).await.unwrap(), None);
}

pub async fn an_id_is_given_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let record = shop.sell(1, Draft::default()).await;
    let again = shop.db.write("again", move |tx| invoices::insert(tx, &record)).await;
    assert!(is_duplicate(&again), "{again:?}");
}

/// The n-th invoice has expired, and is quoted anew.
pub fn renew(tx: &mut Tx<'_>, n: u8, sats: u64, per_btc: &str, at: Timestamp) -> Result<(), DbError> {
    let locked = invoices::lock(tx, invoice_id(n))?.expect("it was made");
    let asked = Asked::exactly(Amount::from_sat(sats), Tolerance::default());
    let terms =
        locked.invoice.terms().requoted(asked, at.plus_secs(900), at.plus_secs(900 + 86_400)).unwrap();
    let moment = Moment { synced_at: at, tip_height: HEIGHT };
    let taken = step(&locked.invoice, &Fact::Requote { terms, at }, moment).expect("it has expired");
    let rate = Rate { per_btc: per_btc.parse().unwrap(), observed_at: at, ..locked.rate.clone().unwrap() };
    let locked = invoices::requote(tx, locked, &taken.invoice, Some(rate))?;
    invoices::update(tx, &locked, &taken.invoice, taken.events.len(), at)?;
    events::append(tx, invoice_id(n), locked.event_count, &taken.events, at)
}

pub async fn a_new_quote_stands_and_the_old_one_stays_as_a_row(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let made = shop.sell(1, Draft::default()).await;
    let at = EXPIRY.plus_secs(60);
    shop.settle(1, Fact::Time, at, HEIGHT).await;
    shop.db.write("renew", move |tx| renew(tx, 1, 1200, "33333.4", at)).await.unwrap();

    let found = shop.find(1).await;
    let terms = found.invoice.terms().clone();
    assert_eq!((terms.due(), terms.expires_at()), (Some(Amount::from_sat(1200)), at.plus_secs(900)));
    assert_eq!(terms.monitoring_ends_at(), at.plus_secs(900 + 86_400));
    assert_eq!(found.rate.as_ref().map(|rate| rate.per_btc.to_string()), Some("33333.4".to_owned()));
    assert_eq!((found.invoice.requotes(), found.invoice.extended()), (1, false));
    assert_eq!(found.invoice.verdict().status(), Status::New);
    assert_eq!((&found.on_chain, found.price, found.number), (&made.on_chain, made.price, made.number));
    let record = found.clone();
    let quotes = shop.db.read(move |r| invoices::quotes(r, &record)).await.unwrap();
    let rows: Vec<_> = quotes.iter().map(|quote| (quote.due, quote.expires_at, quote.rate.clone())).collect();
    let due = |sats| Some(Amount::from_sat(sats));
    assert_eq!(rows, [(due(1000), EXPIRY, made.rate), (due(1200), at.plus_secs(900), found.rate)]);

    let past =
        shop.db.read(move |r| invoices::past_deadline(r, REGTEST, at.plus_secs(900), 9)).await.unwrap();
    assert_eq!(past, [invoice_id(1)], "it expires once more");

    // More time for the rest: said once, and for ever.
    shop.see(1, vec![shop::seen_at(receipt(1, "a", 400), at)]).await;
    let later = at.plus_secs(960);
    shop.settle(1, Fact::Time, later, HEIGHT).await;
    shop.db.write("renew", move |tx| renew(tx, 1, 1200, "33333.4", later)).await.unwrap();
    let found = shop.find(1).await.invoice;
    assert_eq!((found.requotes(), found.extended(), found.remaining().to_sat()), (2, true, 800));
}

pub async fn a_quote_that_ended_before_its_time_is_a_row_too(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let made = shop.sell(1, Draft::default()).await;
    let at = START.plus_secs(60);
    let end = move |tx: &mut Tx<'_>| {
        let locked = invoices::lock(tx, invoice_id(1))?.expect("it was made");
        let moment = Moment { synced_at: at, tip_height: HEIGHT };
        let taken = step(&locked.invoice, &Fact::EndQuote { at }, moment).expect("it can be paid");
        let rate = locked.rate.clone();
        let locked = invoices::requote(tx, locked, &taken.invoice, rate)?;
        invoices::update(tx, &locked, &taken.invoice, taken.events.len(), at)?;
        events::append(tx, invoice_id(1), locked.event_count, &taken.events, at)
    };
    shop.db.write("end", end).await.unwrap();
    let found = shop.find(1).await;
    let (was, terms) = (made.invoice.terms(), found.invoice.terms());
    assert_eq!((terms.expires_at(), terms.monitoring_ends_at()), (at, was.monitoring_ends_at()));
    assert_eq!((terms.asked(), &found.rate, found.invoice.requotes()), (was.asked(), &made.rate, 1));
    assert_eq!(found.invoice.verdict().status(), Status::Expired);
    let record = found.clone();
    let quotes = shop.db.read(move |r| invoices::quotes(r, &record)).await.unwrap();
    let rows: Vec<_> = quotes.iter().map(|quote| (quote.due, quote.expires_at, quote.rate.clone())).collect();
    let due = Some(Amount::from_sat(1000));
    assert_eq!(rows, [(due, EXPIRY, made.rate.clone()), (due, at, made.rate)], "what was promised stays");

    let later = at.plus_secs(60);
    shop.db.write("renew", move |tx| renew(tx, 1, 1200, "33333.4", later)).await.unwrap();
    assert_eq!(shop.find(1).await.invoice.requotes(), 2);
}

pub async fn an_address_comes_later_and_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (mut record, born) = shop.draft(1, Draft::default());
    let on_chain = record.on_chain.take().unwrap();
    record.invoice = open_later(record.invoice.terms().clone()).invoice;
    let stored = record.clone();
    shop.db.write("sell", move |tx| insert(tx, &stored, &born)).await.unwrap();
    let found = shop.find(1).await;
    assert_eq!((found.on_chain, found.invoice.unopened()), (None, true));

    let start = shop.db.read(events::newest).await.unwrap();
    let at = START.plus_secs(60);
    let open = |to: OnChain| {
        move |tx: &mut Tx<'_>| {
            let locked = invoices::lock(tx, invoice_id(1))?.expect("it was made");
            let moment = Moment { synced_at: at, tip_height: HEIGHT };
            let taken = step(&locked.invoice, &Fact::Open { at }, moment).expect("it can be paid");
            let locked = invoices::set_on_chain(tx, locked, to.clone())?;
            invoices::update(tx, &locked, &taken.invoice, taken.events.len(), at)?;
            events::append(tx, invoice_id(1), locked.event_count, &taken.events, at)
        }
    };
    shop.db.write("open", open(on_chain.clone())).await.unwrap();
    let found = shop.find(1).await;
    assert_eq!((found.on_chain, found.invoice.unopened()), (Some(on_chain.clone()), false));
    let written = shop.db.read(move |r| events::since(r, start, 9)).await.unwrap();
    let issued: Vec<_> = written.iter().filter(|event| event.issued).map(|event| event.invoice_id).collect();
    assert!(issued.contains(&invoice_id(1)), "whoever follows the chain hears of it");
    let again = shop.db.write("again", open(on_chain)).await;
    assert!(is_duplicate(&again), "{again:?}");
}

pub async fn an_update_writes_the_verdict_and_what_must_be_looked_at_again(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let made = shop.sell(1, Draft::default()).await;
    let paid = receipt(1, "a", 1500);
    for receipt in [paid.clone(), mined(paid.clone(), HEIGHT), mined(paid.clone(), HEIGHT - 5)] {
        let before = shop.find(1).await;
        let step = shop.see(1, vec![receipt]).await;
        let stored = shop.find(1).await;
        assert_eq!(stored.invoice, step.invoice, "what is stored is what was judged");
        assert_eq!(stored.event_count, before.event_count + i64::try_from(step.events.len()).unwrap());
        assert_eq!(
            (stored.order, stored.rate, stored.on_chain),
            (made.order.clone(), made.rate.clone(), made.on_chain.clone())
        );
    }
    let stored = shop.find(1).await;
    assert_eq!(stored.invoice.verdict().status(), Status::Complete);
    assert_eq!((stored.invoice.ever_confirmed(), stored.invoice.booked()), (true, Amount::from_sat(1500)));
    let nobody = shop.db.write("lock", |tx| invoices::lock(tx, invoice_id(9))).await.unwrap();
    assert!(nobody.is_none());
}

pub async fn invoices_are_found_once_their_deadline_passed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    for n in 1..=3 {
        shop.sell(n, Draft::default().after(i64::from(n) * 60)).await;
    }
    shop.sell(4, Draft { asked: Asked::Nothing, ..Draft::default() }).await;
    let past = |network: &'static str, now: Timestamp, limit| {
        shop.db.read(move |r| invoices::past_deadline(r, network, now, limit))
    };
    assert_eq!(past(REGTEST, EXPIRY.plus_secs(59), 10).await.unwrap(), []);
    assert_eq!(past(REGTEST, EXPIRY.plus_secs(120), 10).await.unwrap(), [invoice_id(1), invoice_id(2)]);
    assert_eq!(past(REGTEST, GIVEN_UP.plus_secs(600), 2).await.unwrap(), [invoice_id(1), invoice_id(2)]);
    assert_eq!(past("sandbox", GIVEN_UP, 10).await.unwrap(), []);

    shop.settle(1, Fact::Time, EXPIRY.plus_secs(60), HEIGHT).await;
    assert_eq!(shop.find(1).await.invoice.verdict().status(), Status::Expired);
    shop.see(2, vec![receipt(2, "a", 1000)]).await;
    assert_eq!(
        past(REGTEST, EXPIRY.plus_secs(600), 10).await.unwrap(),
        [invoice_id(3)],
        "what is judged is done"
    );
    let given_up = GIVEN_UP.plus_secs(600);
    assert_eq!(past(REGTEST, given_up, 10).await.unwrap(), [invoice_id(3), invoice_id(2)]);
}

pub async fn invoices_wait_for_depth_until_six_blocks(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    let waiting = |network: &'static str| shop.db.read(move |r| invoices::waiting_for_depth(r, network));
    assert_eq!(waiting(REGTEST).await.unwrap(), []);
    let paid = receipt(1, "a", 1000);
    shop.see(1, vec![paid.clone()]).await;
    assert_eq!(waiting(REGTEST).await.unwrap(), [], "no block tells anything of it");
    shop.see(1, vec![mined(paid.clone(), HEIGHT)]).await;
    assert_eq!(waiting(REGTEST).await.unwrap(), [invoice_id(1)]);
    assert_eq!(waiting("sandbox").await.unwrap(), []);
    shop.settle(1, Fact::Time, START.plus_secs(600), HEIGHT + 5).await;
    assert_eq!(waiting(REGTEST).await.unwrap(), [], "six deep is final");
}

pub async fn missing_payments_are_found_until_they_are_back(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    let missing = |network: &'static str| shop.db.read(move |r| invoices::missing_payments(r, network));
    let paid = receipt(1, "a", 1000);
    shop.see(1, vec![paid.clone()]).await;
    shop.see(2, vec![receipt(2, "b", 1000)]).await;
    assert_eq!(missing(REGTEST).await.unwrap(), []);
    shop.see(1, vec![]).await;
    assert_eq!(missing(REGTEST).await.unwrap(), [invoice_id(1)]);
    assert_eq!(missing("sandbox").await.unwrap(), []);
    shop.see(1, vec![paid]).await;
    assert_eq!(missing(REGTEST).await.unwrap(), []);
    shop.see(1, vec![]).await;
    shop.settle(1, Fact::Time, GIVEN_UP, HEIGHT).await;
    assert_eq!(missing(REGTEST).await.unwrap(), [], "what is given up is not waited for");
}

pub async fn a_mark_comes_back(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    for (n, mark) in [(1, Mark::Complete), (2, Mark::Invalid)] {
        shop.sell(n, Draft::default()).await;
        let step = shop.settle(n, Fact::Mark(mark), START.plus_secs(60), HEIGHT).await;
        let stored = shop.find(n).await.invoice;
        assert_eq!(stored, step.invoice);
        assert_eq!((stored.mark(), stored.verdict().status()), (Some(mark), mark.status()));
    }
}

pub async fn what_was_accepted_comes_back(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let at = START.plus_secs(90);
    for (n, sats, adjustment) in [(1, 400, Adjustment::Partial), (2, 1500, Adjustment::Over)] {
        shop.sell(n, Draft::default()).await;
        shop.see(n, vec![mined(receipt(n, &format!("{n}"), sats), HEIGHT - 5)]).await;
        assert_eq!(shop.find(n).await.invoice.accepted(), None);
        let step = shop.settle(n, Fact::Accept { adjustment, at }, at, HEIGHT).await;
        let stored = shop.find(n).await.invoice;
        assert_eq!(stored, step.invoice);
        assert_eq!(stored.accepted(), Some(Accepted { amount: Amount::from_sat(sats), at }));
        assert_eq!(stored.verdict().status(), Status::Complete);
    }
}

pub async fn a_step_that_fails_half_way_leaves_no_trace(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let before = shop.sell(1, Draft::default()).await;
    let (record, born) = shop.draft(2, Draft::default());
    let made: Result<(), DbError> = shop
        .db
        .write("sell", move |tx| {
            insert(tx, &record, &born)?;
            Err(DbError::Closed)
        })
        .await;
    assert!(made.is_err());
    let fact = Fact::Chain(Snapshot {
        script: script(1),
        receipts: vec![mined(receipt(1, "a", 1000), HEIGHT - 5)],
        conflicts: vec![],
    });
    let moment = Moment { synced_at: START.plus_secs(60), tip_height: HEIGHT };
    let settled: Result<(), DbError> = shop
        .db
        .write("settle", move |tx| {
            shop::settle(tx, invoice_id(1), &fact, moment)?;
            Err(DbError::Closed)
        })
        .await;
    assert!(settled.is_err());

    assert_eq!(shop.find(1).await, before);
    assert_eq!(shop.db.read(|r| invoices::find(r, invoice_id(2))).await.unwrap(), None);
    assert_eq!(shop.db.read(|r| events::of_invoice(r, invoice_id(1))).await.unwrap().len(), 1);
    assert_eq!(shop.db.read(|r| postings::of_invoice(r, invoice_id(1))).await.unwrap(), []);
    assert_eq!(shop.db.read(postings::kept).await.unwrap(), [], "nor did a balance change");
    let wallet = shop.wallet.id;
    let next = shop.db.read(move |r| wallets::find(r, wallet)).await.unwrap().unwrap().next_index;
    assert_eq!(next, 1, "the index was given back");
}

pub async fn every_invoice_is_listed_and_counted(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    assert_eq!(shop.db.read(invoices::every).await.unwrap(), []);
    for n in [3, 1, 2] {
        shop.sell(n, Draft::default()).await;
    }
    shop.sell(4, Draft { asked: Asked::Nothing, ..Draft::default() }).await;
    assert_eq!(
        shop.db.read(invoices::every).await.unwrap(),
        [3, 1, 2, 4].map(invoice_id),
        "in the order they were made"
    );
    assert_eq!(shop.db.read(invoices::count).await.unwrap(), [(Status::Complete, 1), (Status::New, 3)]);
}
