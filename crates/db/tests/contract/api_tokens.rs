//! Tokens of the panel's API.

use specie_core::ids::{ApiTokenId, UserId};
use specie_db::api_tokens::{self, ApiToken};

use crate::Engine;
use crate::shop::{START, Shop, bytes, is_duplicate};

fn token(shop: &Shop, n: u8) -> ApiToken {
    ApiToken {
        id: ApiTokenId::from_bytes(bytes(n)),
        user_id: shop.user.id,
        store_id: None,
        name: format!("Till {n}"),
        prefix: "specie_abcd".to_owned(),
        read_only: false,
        created_at: START.plus_secs(i64::from(n)),
        expires_at: None,
        used_at: None,
    }
}

pub async fn a_token_is_found_by_its_hash_and_listed_latest_first(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let narrow = ApiToken {
        store_id: Some(shop.store.id),
        read_only: true,
        expires_at: Some(START.plus_secs(60)),
        ..token(&shop, 2)
    };
    let all = [token(&shop, 1), narrow];
    for (n, row) in (1..).zip(all.clone()) {
        shop.db.write("token", move |tx| api_tokens::insert(tx, &row, [n; 32])).await.unwrap();
    }
    for (n, row) in (1..).zip(all.clone()) {
        assert_eq!(shop.db.read(move |r| api_tokens::find_by_hash(r, [n; 32])).await.unwrap(), Some(row));
    }
    assert_eq!(shop.db.read(|r| api_tokens::find_by_hash(r, [9; 32])).await.unwrap(), None);
    let [first, second] = all;
    let of = |user| shop.db.read(move |r| api_tokens::of_user(r, user));
    assert_eq!(of(shop.user.id).await.unwrap(), [second, first]);
    assert_eq!(of(UserId::from_bytes(bytes(9))).await.unwrap(), []);
    let again = token(&shop, 3);
    let again = shop.db.write("again", move |tx| api_tokens::insert(tx, &again, [1; 32])).await;
    assert!(is_duplicate(&again), "{again:?}");
}

pub async fn a_token_remembers_its_last_use_and_is_removed_by_its_user_alone(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (row, user) = (token(&shop, 1), shop.user.id);
    let id = row.id;
    shop.db.write("token", move |tx| api_tokens::insert(tx, &row, [1; 32])).await.unwrap();
    for (at, recorded) in [(60, 60), (120, 120), (90, 120)] {
        shop.db.write("used", move |tx| api_tokens::used(tx, id, START.plus_secs(at))).await.unwrap();
        let found = shop.db.read(|r| api_tokens::find_by_hash(r, [1; 32])).await.unwrap().unwrap();
        assert_eq!(found.used_at, Some(START.plus_secs(recorded)), "{at}");
    }
    let delete = |user| shop.db.write("revoke", move |tx| api_tokens::delete(tx, id, user));
    assert!(!delete(UserId::from_bytes(bytes(9))).await.unwrap());
    assert!(delete(user).await.unwrap());
    assert!(!delete(user).await.unwrap());
    assert_eq!(shop.db.read(|r| api_tokens::find_by_hash(r, [1; 32])).await.unwrap(), None);
}
