//! Stores and their settings.

use bitcoin::Amount;
use specie_core::ids::{StoreId, UserId};
use specie_core::invoice::Speed;
use specie_core::quote::Tolerance;
use specie_db::stores::{self, Brand, Logo, Settings, Store};
use specie_db::wallets;

use crate::Engine;
use crate::shop::{REGTEST, START, Shop, bytes, is_duplicate, wallet};

/// A store of which nothing is as it is by default.
fn particular(shop: &Shop) -> Store {
    Store {
        id: StoreId::from_bytes(bytes(2)),
        number: 2,
        owner_id: shop.user.id,
        name: "Käse & \"Brot\" 🧀".to_owned(),
        network: "sandbox".to_owned(),
        wallet_id: None,
        currency: "SATS".parse().unwrap(),
        settings: Settings {
            speed: Speed::LowMedium,
            expiry_secs: 1,
            monitoring_secs: 2,
            tolerance: Tolerance::from_basis_points(150),
            unconfirmed_limit: Amount::MAX_MONEY,
            allow_zero_price: true,
            renewals: false,
            anyone_can_create: true,
            website: Some("https://shop.example/".to_owned()),
            brand: Brand {
                colour: Some("#0b6a4e".parse().unwrap()),
                logo: Some(Logo { hash: "aa".to_owned(), width: 320, height: 120 }),
            },
            frame_origins: vec!["https://shop.example".to_owned(), "http://localhost:8080".to_owned()],
            button_epoch: 7,
        },
        created_at: START.plus_secs(60),
    }
}

pub async fn a_store_comes_back_with_all_its_settings(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    for store in [shop.store.clone(), particular(&shop)] {
        if store.id != shop.store.id {
            let row = store.clone();
            shop.db.write("store", move |tx| stores::insert(tx, &row)).await.unwrap();
        }
        assert_eq!(shop.db.read(move |r| stores::find(r, store.id)).await.unwrap(), Some(store));
    }
    assert_eq!(shop.db.read(|r| stores::find(r, StoreId::from_bytes(bytes(9)))).await.unwrap(), None);
}

pub async fn a_setting_that_was_not_known_then_has_its_default(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    engine.tamper(r#"UPDATE stores SET settings = '{"expiry_secs":60}'"#);
    let store = shop.db.read(move |r| stores::find(r, shop.store.id)).await.unwrap().unwrap();
    assert_eq!(store.settings, Settings { expiry_secs: 60, ..Settings::default() });
}

pub async fn an_api_key_opens_one_store_until_it_is_removed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (first, second) = (shop.store.clone(), particular(&shop));
    let row = second.clone();
    shop.db.write("store", move |tx| stores::insert(tx, &row)).await.unwrap();
    let set = |id, key| shop.db.write("key", move |tx| stores::set_api_key(tx, id, key));
    let open = |key: u8| shop.db.read(move |r| stores::find_by_api_key(r, [key; 32]));
    let id = first.id;
    let has_one = || shop.db.read(move |r| stores::has_api_key(r, id));
    assert!(!has_one().await.unwrap());

    assert!(set(first.id, Some([1; 32])).await.unwrap());
    assert!(set(second.id, Some([2; 32])).await.unwrap());
    assert!(has_one().await.unwrap());
    assert_eq!(open(1).await.unwrap(), Some(first.clone()));
    assert_eq!(open(2).await.unwrap(), Some(second.clone()));
    let shared = set(second.id, Some([1; 32])).await;
    assert!(is_duplicate(&shared), "{shared:?}");

    assert!(set(first.id, None).await.unwrap());
    assert!(!has_one().await.unwrap());
    assert!(set(second.id, None).await.unwrap(), "any number of stores have none");
    assert_eq!(open(1).await.unwrap(), None);
    assert!(!set(StoreId::from_bytes(bytes(9)), None).await.unwrap(), "there is no such store");
}

pub async fn stores_are_listed_oldest_first(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let older = Store { created_at: START.plus_secs(-60), ..particular(&shop) };
    let row = older.clone();
    shop.db.write("store", move |tx| stores::insert(tx, &row)).await.unwrap();
    let all = [older, shop.store.clone()];
    let owner = shop.user.id;
    assert_eq!(shop.db.read(move |r| stores::of_owner(r, owner)).await.unwrap(), all);
    assert_eq!(shop.db.read(stores::every).await.unwrap(), all);
    assert_eq!(shop.db.read(|r| stores::of_owner(r, UserId::from_bytes(bytes(9)))).await.unwrap(), []);
}

pub async fn a_store_has_a_number_of_its_own_and_pages_go_by_it(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let third = Store { id: StoreId::from_bytes(bytes(3)), number: 3, ..particular(&shop) };
    for row in [particular(&shop), third.clone()] {
        shop.db.write("store", move |tx| stores::insert(tx, &row)).await.unwrap();
    }
    let find = |number| shop.db.read(move |r| stores::find_by_number(r, number));
    assert_eq!(find(2).await.unwrap(), Some(particular(&shop)));
    assert_eq!(find(4).await.unwrap(), None);
    let owner = shop.user.id;
    let page = |before, limit| shop.db.read(move |r| stores::page_of_owner(r, owner, before, limit));
    assert_eq!(page(i64::MAX, 2).await.unwrap(), [third, particular(&shop)]);
    assert_eq!(page(2, 2).await.unwrap(), std::slice::from_ref(&shop.store));
    assert_eq!(page(1, 2).await.unwrap(), []);
    let nobody = UserId::from_bytes(bytes(9));
    let of_nobody = shop.db.read(move |r| stores::page_of_owner(r, nobody, i64::MAX, 2)).await.unwrap();
    assert_eq!(of_nobody, []);
    // Not even that of a store which is gone.
    engine.tamper("DELETE FROM stores WHERE number = 3");
    let next = Store { id: StoreId::from_bytes(bytes(4)), number: 4, ..particular(&shop) };
    let row = next.clone();
    shop.db.write("store", move |tx| stores::insert(tx, &row)).await.unwrap();
    assert_eq!(find(4).await.unwrap(), Some(next));
}

pub async fn a_store_is_changed_and_paid_into_another_wallet(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let changed = Store {
        name: "Tea".to_owned(),
        currency: "EUR".parse().unwrap(),
        settings: particular(&shop).settings,
        ..shop.store.clone()
    };
    let id = shop.store.id;
    let find = || shop.db.read(move |r| stores::find(r, id));
    let row = changed.clone();
    assert!(shop.db.write("change", move |tx| stores::update(tx, &row)).await.unwrap());
    assert_eq!(find().await.unwrap(), Some(changed.clone()));
    let nobodys = particular(&shop);
    assert!(!shop.db.write("change", move |tx| stores::update(tx, &nobodys)).await.unwrap());

    let other = wallet(2, REGTEST, "wpkh(two)");
    let wallet_id = other.id;
    let connect = move |tx: &mut specie_db::Tx<'_>, store| {
        wallets::insert(tx, &other)?;
        stores::set_wallet(tx, store, other.id)
    };
    assert!(shop.db.write("connect", move |tx| connect(tx, id)).await.unwrap());
    assert_eq!(find().await.unwrap(), Some(Store { wallet_id: Some(wallet_id), ..changed }));
    let nobody = StoreId::from_bytes(bytes(9));
    assert!(!shop.db.write("connect", move |tx| stores::set_wallet(tx, nobody, wallet_id)).await.unwrap());
}
