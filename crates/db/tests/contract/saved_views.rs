//! Saved views.

use specie_core::ids::{StoreId, UserId};
use specie_db::saved_views::{self, SavedView};
use specie_db::stores::{self, Store};
use specie_db::users;

use crate::Engine;
use crate::shop::{START, Shop, bytes, user};

pub async fn a_view_is_its_users_own_replaced_by_name_and_removed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (me, other, store) = (shop.user.id, user(2, "other@example.com"), shop.store.id);
    let second = Store { id: StoreId::from_bytes(bytes(2)), ..shop.store.clone() };
    let rows = (other.clone(), second.clone());
    shop.db
        .write("more", move |tx| {
            users::insert(tx, &rows.0)?;
            stores::insert(tx, &rows.1)
        })
        .await
        .unwrap();
    let save = |user: UserId, store: StoreId, name: &str, query: &str| {
        let view = SavedView { name: name.to_owned(), query: query.to_owned() };
        shop.db.write("save", move |tx| saved_views::save(tx, user, store, &view, START))
    };
    for (user, store, name, query) in [
        (me, store, "Late", "exception=paidLate"),
        (me, store, "Big", "priceFrom=100"),
        (me, second.id, "Late", "exception=any"),
        (other.id, store, "Late", "status=new"),
        (me, store, "Late", "exception=paidLate&status=expired"),
    ] {
        save(user, store, name, query).await.unwrap();
    }
    let kept = async |user, store| {
        let found = shop.db.read(move |r| saved_views::of_list(r, user, store)).await.unwrap();
        found.into_iter().map(|view| (view.name, view.query)).collect::<Vec<_>>()
    };
    let pair = |name: &str, query: &str| (name.to_owned(), query.to_owned());
    assert_eq!(
        kept(me, store).await,
        [pair("Big", "priceFrom=100"), pair("Late", "exception=paidLate&status=expired")],
        "by name, and the last one of a name"
    );
    let remove = |user, name: &'static str| {
        shop.db.write("remove", move |tx| saved_views::remove(tx, user, store, name))
    };
    assert!(remove(me, "Late").await.unwrap());
    assert!(!remove(me, "Late").await.unwrap(), "it is gone");
    assert!(!remove(other.id, "Big").await.unwrap(), "another's");
    assert_eq!(kept(me, store).await, [pair("Big", "priceFrom=100")]);
    assert_eq!(kept(me, second.id).await, [pair("Late", "exception=any")]);
    assert_eq!(kept(other.id, store).await, [pair("Late", "status=new")]);
}
