//! Which addresses of a wallet are used, and what came to them.

use std::collections::BTreeSet;

use specie_core::ids::WalletId;
use specie_db::coins::{self, Balance};
use specie_db::used_addresses::{self, Used};
use specie_db::{scripts, size, wallets};

use crate::Engine;
use crate::shop::{Draft, HEIGHT, Shop, bytes, invoice_id, mined, receipt, spend_id};

async fn note(shop: &Shop, index: u32, used: bool) {
    let wallet = shop.wallet.id;
    shop.db.write("note", move |tx| used_addresses::note(tx, wallet, index, used)).await.unwrap();
}

async fn known(shop: &Shop) -> (Option<Used>, Option<Used>) {
    let wallet = shop.wallet.id;
    let read = shop.db.read(move |r| {
        Ok::<_, specie_db::DbError>((
            used_addresses::last(r, wallet)?,
            used_addresses::behind_longest(r, wallet)?,
        ))
    });
    read.await.unwrap()
}

/// The last used address, and the one behind the longest run of unused ones, found by looking at all.
fn counted(used: &BTreeSet<u32>) -> (Option<Used>, Option<Used>) {
    let mut first_unused = 0;
    let mut all = vec![];
    for index in used {
        all.push(Used { index: *index, unpaid_before: index - first_unused });
        first_unused = index + 1;
    }
    let longest = all.iter().max_by_key(|used| (used.unpaid_before, used.index)).copied();
    (all.last().copied(), longest)
}

pub async fn runs_are_what_counting_them_anew_says(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    assert_eq!(known(&shop).await, (None, None));
    let mut used = BTreeSet::new();
    // A walk that comes and goes, the same each time.
    let mut state = 17_u32;
    for _ in 0..150 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (index, comes) = (state >> 8 & 31, state >> 29 != 0);
        // What is said twice is one.
        for _ in 0..2 {
            note(&shop, index, comes).await;
        }
        if comes {
            used.insert(index)
        } else {
            used.remove(&index)
        };
        assert_eq!(known(&shop).await, counted(&used), "{used:?}");
    }
    assert_eq!(
        shop.db.read(|r| used_addresses::last(r, WalletId::from_bytes(bytes(9)))).await.unwrap(),
        None,
        "another wallet has its own"
    );
}

pub async fn what_was_passed_over_is_no_run(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let id = shop.wallet.id;
    let skip = |to| {
        shop.db.write("skip", move |tx| {
            let wallet = wallets::lock(tx, id)?.expect("the wallet is known");
            wallets::skip_to(tx, &wallet, to)
        })
    };
    let used = |index, unpaid_before| Some(Used { index, unpaid_before });
    skip(217).await.unwrap();
    assert_eq!(known(&shop).await, (used(216, 0), used(216, 0)));
    for _ in 217..=220 {
        let take = move |tx: &mut specie_db::Tx<'_>| {
            let wallet = wallets::lock(tx, id)?.expect("the wallet is known");
            wallets::take_index(tx, wallet)
        };
        shop.db.write("take", take).await.unwrap();
    }
    note(&shop, 220, true).await;
    assert_eq!(known(&shop).await, (used(220, 3), used(220, 3)));
    skip(230).await.unwrap();
    assert_eq!(known(&shop).await.0, used(229, 0));
    skip(230).await.unwrap();
    note(&shop, 232, true).await;
    assert_eq!(known(&shop).await.0, used(232, 2));
}

pub async fn what_came_to_an_address_is_listed_with_it(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let wallet = shop.wallet.id;
    for n in 1..=4 {
        let draft = if n == 2 { Draft::default().order_id("A-2") } else { Draft::default() };
        shop.sell(n, draft).await;
    }
    shop.note_coins(2, vec![mined(receipt(2, "a", 1000), HEIGHT), receipt(2, "b", 500)]).await;
    shop.note_coins(3, vec![receipt(3, "c", 7)]).await;
    shop.note_coins(3, vec![]).await;
    let read = async |below, limit| {
        let found = shop.db.read(move |r| scripts::receiving(r, wallet, below, limit)).await.unwrap();
        found.into_iter().map(|one| (one.index, one.sale.unwrap(), one.received.to_sat())).collect::<Vec<_>>()
    };
    let sale = |n: u8, order: Option<&str>| (invoice_id(n), shop.store.id, order.map(str::to_owned));
    assert_eq!(
        read(u32::MAX >> 1, 2).await,
        [(3, sale(4, None), 0), (2, sale(3, None), 0)],
        "what vanished counts nothing"
    );
    assert_eq!(read(2, 9).await, [(1, sale(2, Some("A-2")), 1500), (0, sale(1, None), 0)]);
}

pub async fn a_balance_is_the_sum_of_what_nothing_spends(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let wallet = shop.wallet.id;
    let balance = async || {
        let sum = shop.db.read(move |r| coins::balance(r, wallet)).await.unwrap();
        let Balance { confirmed, unconfirmed, kept, count, unkept, unkept_count } = sum;
        (confirmed.to_sat(), unconfirmed.to_sat(), kept.to_sat(), count, unkept.to_sat(), unkept_count)
    };
    assert_eq!(balance().await, (0, 0, 0, 0, 0, 0));
    for n in 1..=3 {
        shop.sell(n, Draft::default()).await;
    }
    let first = mined(receipt(1, "a", 1000), HEIGHT);
    shop.note_coins(1, vec![first.clone()]).await;
    shop.note_coins(2, vec![receipt(2, "b", 500)]).await;
    shop.note_coins(3, vec![receipt(3, "c", 9)]).await;
    shop.note_coins(3, vec![]).await;
    assert_eq!(balance().await, (1000, 500, 0, 2, 1000, 1));
    let keep = move |tx: &mut specie_db::Tx<'_>| {
        coins::keep(tx, crate::shop::REGTEST, first.outpoint, Some(spend_id(1)))
    };
    shop.db.write("keep", keep).await.unwrap();
    assert_eq!(balance().await, (1000, 500, 1000, 2, 0, 0));
}

pub async fn the_database_knows_its_size(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    assert!(shop.db.read(size::of_all).await.unwrap() > 4096);
}
