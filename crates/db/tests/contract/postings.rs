//! The ledger.

use bitcoin::Amount;
use specie_core::invoice::{Adjustment, Fact, Mark, Outcome, prove};
use specie_core::ledger::{Account, Kind};
use specie_core::time::Timestamp;
use specie_db::events;
use specie_db::postings::{self, Page};

use crate::Engine;
use crate::shop::{Draft, HEIGHT, START, Shop, invoice_id, mined, receipt, refund_id, txid};

/// What the ledger holds of an invoice, once all of it was kept again from the log.
async fn booked(shop: &Shop, n: u8) -> u64 {
    let invoice = shop.find(n).await.invoice;
    let read = move |r: &specie_db::Reader<'_>| {
        Ok::<_, specie_db::DbError>((
            events::of_invoice(r, invoice_id(n))?,
            postings::of_invoice(r, invoice_id(n))?,
        ))
    };
    let (log, posted) = shop.db.read(read).await.unwrap();
    let log: Vec<_> = log.into_iter().map(|(_, event)| event).collect();
    let (_, books) = prove(invoice.terms(), &log, &posted).expect("the books follow from the log");
    assert_eq!(books, invoice.books(), "the ledger and the invoice agree");
    books.booked().to_sat()
}

pub async fn the_books_follow_from_the_log(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    assert_eq!(booked(&shop, 1).await, 0);
    let (first, second) = (receipt(1, "a", 1000), receipt(1, "b", 300));
    shop.see(1, vec![mined(first.clone(), HEIGHT - 5)]).await;
    assert_eq!(booked(&shop, 1).await, 1000);
    shop.see(1, vec![mined(first.clone(), HEIGHT - 5), second]).await;
    assert_eq!(booked(&shop, 1).await, 1300);
    shop.replace(1, &first, txid("double spend")).await;
    assert_eq!(booked(&shop, 1).await, 300, "what was lost is reversed");
    assert_eq!(booked(&shop, 2).await, 0);

    shop.see(2, vec![receipt(2, "c", 10)]).await;
    shop.settle(2, Fact::Mark(Mark::Complete), START.plus_secs(90), HEIGHT).await;
    assert_eq!(shop.find(2).await.invoice.booked(), Amount::from_sat(10));
    assert_eq!(booked(&shop, 2).await, 10);
}

/// The wallet, what is unallocated, what was earned, what of it was given back, and what that cost.
async fn balances(shop: &Shop) -> [i64; 5] {
    let store = shop.store.id;
    let held = shop.db.read(move |r| {
        let held: Result<Vec<_>, _> =
            Account::ALL.into_iter().map(|account| postings::balance(r, store, account)).collect();
        Ok::<_, specie_db::DbError>((held?, postings::kept(r)?, postings::summed(r)?))
    });
    let (held, kept, summed) = held.await.unwrap();
    assert_eq!(kept, summed, "each balance is what the postings add up to");
    let days =
        shop.db.read(|r| Ok::<_, specie_db::DbError>((postings::kept_days(r)?, postings::summed_days(r)?)));
    let (kept_days, summed_days) = days.await.unwrap();
    assert_eq!(kept_days, summed_days, "and so is what changed on each day");
    assert_eq!(kept.iter().map(|held| held.amount).sum::<i64>(), 0, "every posting has two sides");
    held.try_into().unwrap()
}

pub async fn a_balance_is_kept_with_every_posting(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.sell(1, Draft::default()).await;
    shop.sell(2, Draft::default()).await;
    assert_eq!(balances(&shop).await, [0; 5]);
    let paid = receipt(1, "a", 1500);
    shop.see(1, vec![mined(paid.clone(), HEIGHT - 5)]).await;
    assert_eq!(balances(&shop).await, [1500, -500, -1000, 0, 0]);
    let accept = Fact::Accept { adjustment: Adjustment::Over, at: START.plus_secs(70) };
    shop.settle(1, accept, START.plus_secs(70), HEIGHT).await;
    assert_eq!(balances(&shop).await, [1500, 0, -1500, 0, 0]);
    shop.see(2, vec![mined(receipt(2, "b", 1000), HEIGHT - 5)]).await;
    assert_eq!(balances(&shop).await, [2500, 0, -2500, 0, 0]);
    shop.replace(1, &paid, txid("double spend")).await;
    assert_eq!(balances(&shop).await, [1000, 0, -1000, 0, 0]);
    shop.give_back(2, 1, 300).await;
    let paid = Outcome::Paid { txid: txid("refund"), fee: Amount::from_sat(7) };
    let fact = Fact::RefundStands { id: refund_id(1), outcome: paid };
    shop.settle(2, fact, START.plus_secs(130), HEIGHT).await;
    assert_eq!(balances(&shop).await, [693, 0, -1000, 300, 7]);
    let (store, day) = (shop.store.id, START.day());
    let sales = async |from: i64, to: i64| {
        let days = shop.db.read(move |r| postings::days(r, store, from, to)).await.unwrap();
        days.into_iter().find(|change| change.account == Account::Sales).map(|change| change.amount)
    };
    assert_eq!(sales(day, day).await, Some(-1000));
    assert_eq!((sales(day - 5, day - 1).await, sales(day + 1, day + 5).await), (None, None));
}

pub async fn the_entries_of_an_account_come_in_pages_of_their_time(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    for n in 1..=3 {
        shop.sell(n, Draft::default()).await;
        let name = format!("{n}");
        shop.see(n, vec![mined(receipt(n, &name, 1400 + u64::from(n)), HEIGHT - 5)]).await;
    }
    let accepted = START.plus_secs(600);
    let accept = Fact::Accept { adjustment: Adjustment::Over, at: accepted };
    shop.settle(2, accept, accepted, HEIGHT).await;

    let store = shop.store.id;
    let always = Page { from: START, until: Timestamp::from_millis(i64::MAX), limit: 10, offset: 0 };
    let entries = async |account: Account, page| {
        let accounts = [account; 3];
        let found = shop.db.read(move |r| postings::of_accounts(r, store, accounts, page)).await.unwrap();
        let short = |e: &postings::Entry| (e.invoice_id, e.posting.kind, e.posting.amount.to_sat());
        found.iter().map(short).collect::<Vec<_>>()
    };
    let sale = |n| (invoice_id(n), Kind::Sale, 1000);
    let credit = (invoice_id(2), Kind::Credit, 402);
    assert_eq!(entries(Account::Sales, always).await, [sale(1), sale(2), sale(3), credit]);
    assert_eq!(entries(Account::Sales, Page { limit: 2, offset: 1, ..always }).await, [sale(2), sale(3)]);
    assert_eq!(entries(Account::Sales, Page { from: accepted, ..always }).await, [credit]);
    assert_eq!(
        entries(Account::Sales, Page { until: accepted, ..always }).await,
        [sale(1), sale(2), sale(3)],
        "the end is not in it"
    );
    assert_eq!(entries(Account::Unallocated, always).await.len(), 4);
    let accounts = [Account::Sales, Account::Unallocated, Account::Wallet];
    let every = shop.db.read(move |r| postings::of_accounts(r, store, accounts, always)).await.unwrap();
    assert_eq!(every.len(), 7, "what moves two of them is there once");
    let accounts = Account::EARNINGS;
    let all = shop.db.read(move |r| postings::of_accounts(r, store, accounts, always)).await.unwrap();
    assert!(all.is_sorted_by_key(|entry| (entry.at, entry.number)));
    assert_eq!((all[0].price, all[0].currency.code()), (Some("0.40".parse().unwrap()), "USD"));
    assert_eq!(all[0].rate.as_ref().map(|rate| rate.per_btc.to_string()).as_deref(), Some("40000.00"));
}
