//! Lists of a store's invoices.

use specie_core::ids::StoreId;
use specie_core::invoice::{Fact, Mark, Status};
use specie_core::time::Timestamp;
use specie_db::invoices::{self, Filter, Page, Search};
use specie_db::stores::{self, Store};

use crate::Engine;
use crate::shop::{Draft, EXPIRY, HEIGHT, NONE, START, Shop, bytes, invoice_id, mined, receipt};

fn all() -> Filter {
    Filter {
        statuses: vec![],
        order_id: None,
        item_code: None,
        archived: false,
        from: Timestamp::EPOCH,
        until: Timestamp::from_millis(i64::MAX),
        limit: 1000,
        offset: 0,
    }
}

/// The numbers of the invoices that a filter finds, in its order.
async fn list(shop: &Shop, filter: Filter) -> Vec<u8> {
    list_of(shop, shop.store.id, filter).await
}

async fn list_of(shop: &Shop, store: StoreId, filter: Filter) -> Vec<u8> {
    let found = shop.db.read(move |r| invoices::list(r, store, &filter)).await.unwrap();
    found.iter().map(|record| record.id.as_bytes()[0]).collect()
}

/// Nine invoices, one a minute. 1, 4, 7 are of order A; 2, 5, 8 of order B; the even ones of item
/// X. 1 and 2 are paid, 3 is confirmed, 4 complete, 5 marked invalid, 6 expired, the others new.
pub async fn nine(engine: &impl Engine) -> Shop {
    let shop = Shop::open(engine).await;
    for n in 1..=9u8 {
        let mut draft = Draft::default().after(i64::from(n) * 60);
        draft = match n % 3 {
            1 => draft.order_id("A"),
            2 => draft.order_id("B"),
            _ => draft,
        };
        if n % 2 == 0 {
            draft = draft.item_code("X");
        }
        shop.sell(n, draft).await;
    }
    for (n, height) in [(1, None), (2, None), (3, Some(HEIGHT)), (4, Some(HEIGHT - 5))] {
        let paid = receipt(n, &format!("to {n}"), 1000);
        shop.see(n, vec![height.map_or(paid.clone(), |height| mined(paid, height))]).await;
    }
    shop.settle(5, Fact::Mark(Mark::Invalid), START.plus_secs(600), HEIGHT).await;
    shop.settle(6, Fact::Time, EXPIRY.plus_secs(6 * 60), HEIGHT).await;
    shop
}

pub async fn a_list_is_newest_first_and_of_one_store_alone(engine: &impl Engine) {
    let shop = nine(engine).await;
    let other = Store { id: StoreId::from_bytes(bytes(2)), ..shop.store.clone() };
    let row = other.clone();
    shop.db.write("store", move |tx| stores::insert(tx, &row)).await.unwrap();
    let shop = Shop { store: other, ..shop };
    shop.sell(10, Draft::default().after(120).order_id("A").item_code("X")).await;
    assert_eq!(list(&shop, all()).await, [10]);

    let first = StoreId::from_bytes(bytes(1));
    assert_eq!(list_of(&shop, first, all()).await, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    let found = shop.db.read(move |r| invoices::list(r, first, &all())).await.unwrap();
    for record in found {
        assert_eq!(record, shop.find(record.id.as_bytes()[0]).await, "a list shows what a look shows");
    }
    assert_eq!(list_of(&shop, StoreId::from_bytes(bytes(9)), all()).await, NONE);
}

pub async fn filters_narrow_a_list(engine: &impl Engine) {
    use Status::{Complete, Confirmed, Expired, Invalid, New, Paid};
    let shop = nine(engine).await;
    let text = |words: &str| Some(words.to_owned());
    let minute = |n: i64| START.plus_secs(n * 60);
    for (filter, found) in [
        (Filter { statuses: vec![New], ..all() }, vec![9, 8, 7]),
        (Filter { statuses: vec![Paid], ..all() }, vec![2, 1]),
        (Filter { statuses: vec![Confirmed], ..all() }, vec![3]),
        (Filter { statuses: vec![Complete], ..all() }, vec![4]),
        (Filter { statuses: vec![Invalid], ..all() }, vec![5]),
        (Filter { statuses: vec![Expired], ..all() }, vec![6]),
        (Filter { order_id: text("A"), ..all() }, vec![7, 4, 1]),
        (Filter { order_id: text("a"), ..all() }, vec![]),
        (Filter { item_code: text("X"), ..all() }, vec![8, 6, 4, 2]),
        (Filter { order_id: text("B"), item_code: text("X"), ..all() }, vec![8, 2]),
        (Filter { order_id: text("B"), statuses: vec![New], ..all() }, vec![8]),
        (Filter { item_code: text("X"), statuses: vec![Paid], ..all() }, vec![2]),
        (Filter { order_id: text("B"), item_code: text("X"), statuses: vec![Paid], ..all() }, vec![2]),
        (Filter { order_id: text("B"), statuses: vec![New, Paid, Expired], ..all() }, vec![8, 2]),
        (
            Filter { item_code: text("X"), statuses: vec![Expired, New], limit: 1, offset: 1, ..all() },
            vec![6],
        ),
        (Filter { from: minute(3), until: minute(6), ..all() }, vec![5, 4, 3]),
        (Filter { from: minute(3), statuses: vec![Paid], ..all() }, vec![]),
        (Filter { until: minute(8), order_id: text("B"), ..all() }, vec![5, 2]),
        (Filter { from: minute(4), item_code: text("X"), ..all() }, vec![8, 6, 4]),
        (Filter { limit: 0, ..all() }, vec![]),
    ] {
        assert_eq!(list(&shop, filter.clone()).await, found, "{filter:?}");
    }
}

pub async fn several_statuses_are_merged_in_order(engine: &impl Engine) {
    let shop = nine(engine).await;
    let of =
        |statuses: &[Status], offset, limit| Filter { statuses: statuses.to_vec(), offset, limit, ..all() };
    assert_eq!(list(&shop, of(&Status::ALL, 0, 1000)).await, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    let some = [Status::Paid, Status::New, Status::Complete];
    assert_eq!(list(&shop, of(&some, 0, 1000)).await, [9, 8, 7, 4, 2, 1]);
    assert_eq!(list(&shop, of(&some, 2, 3)).await, [7, 4, 2], "left out and limited after merging");
    assert_eq!(list(&shop, of(&some, 5, 3)).await, [1]);
    assert_eq!(list(&shop, of(&some, 6, 3)).await, NONE);
    assert_eq!(list(&shop, of(&some, u32::MAX, u32::MAX)).await, NONE);
}

pub async fn a_status_named_twice_is_listed_once(engine: &impl Engine) {
    let shop = nine(engine).await;
    let twice = Filter { statuses: vec![Status::Paid, Status::New, Status::Paid], ..all() };
    assert_eq!(list(&shop, twice).await, [9, 8, 7, 2, 1]);
    assert_eq!(list(&shop, Filter { statuses: vec![Status::Paid; 2], ..all() }).await, [2, 1]);
}

pub async fn equal_times_are_ordered_by_number(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    // Ids in no order, all of one moment.
    for n in [5, 2, 9, 4] {
        shop.sell(n, Draft::default()).await;
    }
    shop.see(2, vec![receipt(2, "a", 1000)]).await;
    shop.see(4, vec![receipt(4, "b", 1000)]).await;
    assert_eq!(list(&shop, all()).await, [4, 9, 2, 5]);
    let merged = Filter { statuses: vec![Status::New, Status::Paid], ..all() };
    assert_eq!(list(&shop, merged).await, [4, 9, 2, 5], "merged lists likewise");
}

pub async fn pages_cover_a_list_without_gap_or_overlap(engine: &impl Engine) {
    let shop = nine(engine).await;
    let text = |words: &str| Some(words.to_owned());
    for filter in [
        all(),
        Filter { statuses: vec![Status::New], ..all() },
        Filter { statuses: vec![Status::New, Status::Paid, Status::Invalid], ..all() },
        Filter { order_id: text("A"), ..all() },
        Filter { item_code: text("X"), ..all() },
    ] {
        let whole = list(&shop, filter.clone()).await;
        for limit in 1..=4 {
            let mut pages = vec![];
            for offset in (0..12).step_by(limit as usize) {
                let page = list(&shop, Filter { limit, offset, ..filter.clone() }).await;
                assert!(page.len() <= limit as usize);
                pages.extend(page);
            }
            assert_eq!(pages, whole, "pages of {limit}: {filter:?}");
        }
    }
}

pub async fn what_is_archived_is_in_a_list_of_its_own(engine: &impl Engine) {
    let shop = nine(engine).await;
    let store = shop.store.id;
    let archive = |n: u8, store, archived| {
        shop.db.write("archive", move |tx| invoices::set_archived(tx, invoice_id(n), store, archived))
    };
    for n in [1, 4, 8, 8] {
        assert!(archive(n, store, true).await.unwrap(), "{n}");
    }
    assert!(!archive(2, StoreId::from_bytes(bytes(9)), true).await.unwrap(), "another store's");
    assert!(!archive(99, store, true).await.unwrap(), "there is none");
    let text = |words: &str| Some(words.to_owned());
    let page = async |filter: &Filter| {
        let wanted = Page {
            status: filter.statuses.first().copied(),
            order_id: filter.order_id.clone(),
            search: None,
            archived: filter.archived,
            from: filter.from,
            until: filter.until,
            after: None,
            limit: filter.limit,
        };
        let found = shop.db.read(move |r| invoices::page(r, store, &wanted)).await.unwrap();
        found.iter().map(|record| record.id.as_bytes()[0]).collect::<Vec<_>>()
    };
    for (filter, outside, inside) in [
        (all(), vec![9, 7, 6, 5, 3, 2], vec![8, 4, 1]),
        (Filter { statuses: vec![Status::New], ..all() }, vec![9, 7], vec![8]),
        (Filter { statuses: vec![Status::Paid], ..all() }, vec![2], vec![1]),
        (Filter { order_id: text("A"), ..all() }, vec![7], vec![4, 1]),
        (Filter { item_code: text("X"), ..all() }, vec![6, 2], vec![8, 4]),
        (Filter { statuses: vec![Status::New, Status::Paid], ..all() }, vec![9, 7, 2], vec![8, 1]),
    ] {
        let archived = Filter { archived: true, ..filter.clone() };
        assert_eq!(list(&shop, filter.clone()).await, outside, "{filter:?}");
        assert_eq!(list(&shop, archived.clone()).await, inside, "{filter:?}");
        if filter.item_code.is_none() && filter.statuses.len() < 2 {
            assert_eq!(page(&filter).await, outside, "{filter:?}");
            assert_eq!(page(&archived).await, inside, "{filter:?}");
        }
    }
    let (before, number) = (shop.find(1).await, shop.find(1).await.number);
    assert!(before.archived);
    let search = |archived| Page {
        status: None,
        order_id: None,
        search: Some(Search { number: Some(number), id: None, order_id: "none".to_owned() }),
        archived,
        from: Timestamp::EPOCH,
        until: Timestamp::from_millis(i64::MAX),
        after: None,
        limit: 10,
    };
    for (archived, found) in [(true, 1), (false, 0)] {
        let wanted = search(archived);
        let pages = shop.db.read(move |r| invoices::page(r, store, &wanted)).await.unwrap();
        assert_eq!(pages.len(), found, "{archived}");
    }
    // What comes of it afterwards leaves it where it is.
    shop.see(1, vec![mined(receipt(1, "to 1", 1000), HEIGHT)]).await;
    let after = shop.find(1).await;
    assert_eq!((after.archived, after.invoice.verdict().status()), (true, Status::Confirmed));
    assert!(archive(1, store, false).await.unwrap());
    assert_eq!(list(&shop, all()).await, [9, 7, 6, 5, 3, 2, 1]);
}
