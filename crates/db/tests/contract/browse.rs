//! A store's invoices by every filter of its pages, from a place on.

use rust_decimal::Decimal;
use specie_core::ids::StoreId;
use specie_core::invoice::{Fact, Flag, Mark, Status};
use specie_core::time::Timestamp;
use specie_db::invoices::{self, Cut, InvoiceRecord, Place, Wanted};
use specie_db::stores::{self, Store};

use crate::Engine;
use crate::lists::nine;
use crate::shop::{Draft, HEIGHT, NONE, START, Shop, bytes, invoice_id, receipt};

fn all() -> Wanted {
    Wanted {
        statuses: vec![],
        flags: vec![],
        order_id: None,
        item_code: None,
        email: None,
        currency: None,
        price_from: None,
        price_to: None,
        archived: false,
        from: Timestamp::EPOCH,
        until: Timestamp::from_millis(i64::MAX),
    }
}

async fn page(shop: &Shop, wanted: &Wanted, cut: Cut, limit: u32) -> Vec<InvoiceRecord> {
    let (store, wanted) = (shop.store.id, wanted.clone());
    shop.db.read(move |r| invoices::browse(r, store, &wanted, cut, limit)).await.unwrap()
}

fn numbers(page: &[InvoiceRecord]) -> Vec<u8> {
    page.iter().map(|record| record.id.as_bytes()[0]).collect()
}

/// Sells the n-th invoice at a price, to somebody.
async fn sell(shop: &Shop, n: u8, price: &str, currency: &str, email: Option<&str>) {
    let mut draft = Draft::default().after(i64::from(n) * 60);
    draft.order.buyer.email = email.map(str::to_owned);
    let (mut record, events) = shop.draft(n, draft);
    record.price = Some(price.parse().unwrap());
    record.currency = currency.parse().unwrap();
    record.rate = record.rate.map(|rate| specie_core::quote::Rate { currency: record.currency, ..rate });
    shop.db.write("sell", move |tx| crate::shop::insert(tx, &record, &events)).await.unwrap();
}

pub async fn every_filter_narrows_a_list_either_way(engine: &impl Engine) {
    use Status::{Complete, Expired, New, Paid};
    let shop = nine(engine).await;
    // What was made so far costs 0.40 USD; 5 is marked.
    sell(&shop, 10, "9.99", "USD", Some("Ann@Books.example")).await;
    sell(&shop, 11, "10", "EUR", Some("ann@books.example ")).await;
    sell(&shop, 12, "100", "USD", Some("bob@books.example")).await;
    shop.see(12, vec![receipt(12, "too much", 5000)]).await;
    shop.settle(9, Fact::Mark(Mark::Invalid), START.plus_secs(600), HEIGHT).await;
    let store = shop.store.id;
    shop.db.write("archive", move |tx| invoices::set_archived(tx, invoice_id(3), store, true)).await.unwrap();
    let text = |words: &str| Some(words.to_owned());
    let price = |text: &str| Some(text.parse::<Decimal>().unwrap());
    let minute = |n: i64| START.plus_secs(n * 60);
    let usd = Some("USD".parse().unwrap());
    for (wanted, found) in [
        (all(), vec![12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1]),
        (Wanted { archived: true, ..all() }, vec![3]),
        (Wanted { statuses: vec![New], ..all() }, vec![11, 10, 8, 7]),
        (Wanted { statuses: vec![Paid, Complete, Paid], ..all() }, vec![12, 4, 2, 1]),
        (Wanted { flags: vec![Flag::Marked], ..all() }, vec![9, 5]),
        (Wanted { flags: vec![Flag::Marked, Flag::PaidOver], ..all() }, vec![12, 9, 5]),
        (Wanted { flags: vec![Flag::None], statuses: vec![Paid], ..all() }, vec![2, 1]),
        (Wanted { flags: vec![Flag::PaidOver], statuses: vec![Paid, Expired], ..all() }, vec![12]),
        (Wanted { flags: vec![Flag::PaidLate], ..all() }, vec![]),
        (Wanted { order_id: text("A"), ..all() }, vec![7, 4, 1]),
        (Wanted { order_id: text("B"), item_code: text("X"), ..all() }, vec![8, 2]),
        (Wanted { item_code: text("X"), statuses: vec![Paid], ..all() }, vec![2]),
        (Wanted { email: text(" ANN@books.example"), ..all() }, vec![11, 10]),
        (Wanted { email: text("ann@books.example"), currency: usd, ..all() }, vec![10]),
        (Wanted { email: text("nobody@books.example"), ..all() }, vec![]),
        (Wanted { currency: Some("EUR".parse().unwrap()), ..all() }, vec![11]),
        (Wanted { price_from: price("9.99"), ..all() }, vec![12, 11, 10]),
        (Wanted { price_from: price("10"), price_to: price("99"), ..all() }, vec![11]),
        (Wanted { price_from: price("10.00"), price_to: price("10"), ..all() }, vec![11]),
        (Wanted { price_to: price("0.4"), statuses: vec![New], ..all() }, vec![8, 7]),
        (Wanted { price_from: price("101"), ..all() }, vec![]),
        (Wanted { from: minute(3), until: minute(6), ..all() }, vec![5, 4]),
        (Wanted { from: minute(10), price_from: price("5"), currency: usd, ..all() }, vec![12, 10]),
    ] {
        assert_eq!(numbers(&page(&shop, &wanted, Cut::Newest, 100).await), found, "{wanted:?}");
        // The same from below, where nothing is.
        let below = Cut::NewerThan(Place { created_at: Timestamp::EPOCH, number: 0 });
        assert_eq!(numbers(&page(&shop, &wanted, below, 100).await), found, "{wanted:?}");
    }
    for record in page(&shop, &all(), Cut::Newest, 100).await {
        assert_eq!(record, shop.find(record.id.as_bytes()[0]).await, "a list shows what a look shows");
    }
    // Another store's are never among them.
    let other = Store { id: StoreId::from_bytes(bytes(2)), ..shop.store.clone() };
    let row = other.clone();
    shop.db.write("store", move |tx| stores::insert(tx, &row)).await.unwrap();
    let other = Shop { store: other, ..shop };
    for wanted in [
        all(),
        Wanted { email: text("ann@books.example"), ..all() },
        Wanted { price_from: price("10"), price_to: price("10"), ..all() },
    ] {
        assert_eq!(numbers(&page(&other, &wanted, Cut::Newest, 100).await), NONE, "{wanted:?}");
    }
}

pub async fn pages_go_there_and_back_by_places(engine: &impl Engine) {
    let shop = nine(engine).await;
    let text = |words: &str| Some(words.to_owned());
    for wanted in [
        all(),
        Wanted { statuses: vec![Status::New, Status::Paid, Status::Invalid], ..all() },
        Wanted { order_id: text("A"), ..all() },
        Wanted { item_code: text("X"), ..all() },
    ] {
        let whole = numbers(&page(&shop, &wanted, Cut::Newest, 100).await);
        for limit in 1..=4 {
            let (mut cut, mut there, mut last) = (Cut::Newest, vec![], vec![]);
            loop {
                let found = page(&shop, &wanted, cut, limit).await;
                let Some(end) = found.last() else { break };
                cut = Cut::OlderThan(Place::of(end));
                there.extend(numbers(&found));
                last = found;
            }
            assert_eq!(there, whole, "pages of {limit}: {wanted:?}");
            let mut back = numbers(&last);
            cut = Cut::NewerThan(Place::of(&last[0]));
            loop {
                let found = page(&shop, &wanted, cut, limit).await;
                let Some(first) = found.first() else { break };
                cut = Cut::NewerThan(Place::of(first));
                back.splice(0..0, numbers(&found));
            }
            assert_eq!(back, whole, "and back, pages of {limit}: {wanted:?}");
        }
    }
}

pub async fn a_page_stays_what_it_is_while_invoices_are_made(engine: &impl Engine) {
    let shop = nine(engine).await;
    let first = page(&shop, &all(), Cut::Newest, 3).await;
    assert_eq!(numbers(&first), [9, 8, 7]);
    let second = Cut::OlderThan(Place::of(&first[2]));
    assert_eq!(numbers(&page(&shop, &all(), second, 3).await), [6, 5, 4]);
    // Of the same moment as the newest, and later.
    for (n, secs) in [(20, 9 * 60), (21, 10 * 60)] {
        shop.sell(n, Draft::default().after(secs)).await;
    }
    assert_eq!(numbers(&page(&shop, &all(), second, 3).await), [6, 5, 4]);
    let back = Cut::NewerThan(Place::of(&first[2]));
    assert_eq!(numbers(&page(&shop, &all(), back, 3).await), [20, 9, 8], "the next newer ones");
    assert_eq!(numbers(&page(&shop, &all(), Cut::Newest, 4).await), [21, 20, 9, 8]);
}
