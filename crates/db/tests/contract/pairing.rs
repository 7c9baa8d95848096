//! Pairing codes and the tokens they become.

use specie_core::facade::Facade;
use specie_core::ids::{StoreId, TokenId};
use specie_db::pairing::{self, PairingCode, Token};

use crate::Engine;
use crate::shop::{START, Shop, bytes, is_duplicate};

fn code(text: &str, token: u8) -> PairingCode {
    PairingCode {
        code: text.to_owned(),
        token_id: TokenId::from_bytes(bytes(token)),
        facade: Facade::Pos,
        sin: None,
        store_id: None,
        label: None,
        created_at: START,
        expires_at: START.plus_secs(86_400),
    }
}

pub async fn a_code_gains_its_sides_and_becomes_a_token(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let bare = code("aB3dE6g", 1);
    let complete = PairingCode {
        sin: Some("TfClient".to_owned()),
        store_id: Some(shop.store.id),
        label: Some("Till".to_owned()),
        ..bare.clone()
    };
    let find = || shop.db.read(|r| pairing::find_code(r, "aB3dE6g"));

    let row = bare.clone();
    shop.db.write("offer", move |tx| pairing::insert_code(tx, &row)).await.unwrap();
    assert_eq!(find().await.unwrap(), Some(bare));
    let row = complete.clone();
    shop.db.write("claim", move |tx| pairing::update_code(tx, &row)).await.unwrap();
    assert_eq!(find().await.unwrap(), Some(complete));

    let token = |n: u8, at: i64| Token {
        id: TokenId::from_bytes(bytes(n)),
        store_id: shop.store.id,
        facade: if n == 1 { Facade::Pos } else { Facade::Merchant },
        sin: Some("TfClient".to_owned()),
        label: (n == 1).then(|| "Till".to_owned()),
        paired_at: START.plus_secs(at),
    };
    let tokens = [token(1, 60), token(2, 30), token(3, 30)];
    for token in tokens.clone() {
        shop.db
            .write("pair", move |tx| {
                pairing::delete_code(tx, "aB3dE6g")?;
                pairing::insert_token(tx, &token)
            })
            .await
            .unwrap();
    }
    assert_eq!(find().await.unwrap(), None, "a code is burnt");
    let [first, second, third] = tokens;
    let of_client = shop.db.read(|r| pairing::tokens_of_sin(r, "TfClient")).await.unwrap();
    assert_eq!(of_client, [second, third, first], "first paired first");
    assert_eq!(shop.db.read(|r| pairing::tokens_of_sin(r, "TfNobody")).await.unwrap(), []);
}

pub async fn a_code_is_given_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.db.write("offer", |tx| pairing::insert_code(tx, &code("aB3dE6g", 1))).await.unwrap();
    for (again, what) in [(code("aB3dE6g", 2), "its text"), (code("another", 1), "its token")] {
        let refused = shop.db.write("again", move |tx| pairing::insert_code(tx, &again)).await;
        assert!(is_duplicate(&refused), "{what}: {refused:?}");
    }
    shop.db.write("other case", |tx| pairing::insert_code(tx, &code("AB3DE6G", 3))).await.unwrap();
}

pub async fn expired_codes_are_removed(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    shop.db.write("offer", |tx| pairing::insert_code(tx, &code("aB3dE6g", 1))).await.unwrap();
    let prune = |now| shop.db.write("prune", move |tx| pairing::prune_codes(tx, now));
    assert_eq!(prune(START.plus_secs(86_399)).await.unwrap(), 0);
    assert_eq!(prune(START.plus_secs(86_400)).await.unwrap(), 1);
}

pub async fn a_store_lists_its_codes_and_its_clients_and_locks_one_out(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let (store, other) = (shop.store.id, StoreId::from_bytes(bytes(9)));
    let own = |text: &str, n: u8, secs: i64| PairingCode {
        store_id: Some(store),
        created_at: START.plus_secs(secs),
        ..code(text, n)
    };
    let codes = [own("aB3dE6g", 1, 0), own("bB3dE6g", 2, 60), code("cB3dE6g", 3)];
    for code in codes.clone() {
        shop.db.write("offer", move |tx| pairing::insert_code(tx, &code)).await.unwrap();
    }
    let listed = |now| shop.db.read(move |r| pairing::codes_of_store(r, store, now));
    let [first, second, _] = codes;
    assert_eq!(listed(START).await.unwrap(), [second, first], "latest first, and only its own");
    assert_eq!(listed(START.plus_secs(86_400)).await.unwrap(), [], "expired, if not yet removed");

    let token = |n: u8, at: i64| Token {
        id: TokenId::from_bytes(bytes(n)),
        store_id: store,
        facade: Facade::Pos,
        sin: (n == 1).then(|| "TfClient1".to_owned()),
        label: None,
        paired_at: START.plus_secs(at),
    };
    for token in [token(1, 60), token(2, 30)] {
        shop.db.write("pair", move |tx| pairing::insert_token(tx, &token)).await.unwrap();
    }
    let clients = || shop.db.read(move |r| pairing::tokens_of_store(r, store));
    assert_eq!(clients().await.unwrap(), [token(2, 30), token(1, 60)], "first paired first");
    let one = |n: u8| shop.db.read(move |r| pairing::find_token(r, TokenId::from_bytes(bytes(n))));
    assert_eq!(one(2).await.unwrap(), Some(token(2, 30)), "without a client");
    assert_eq!(one(3).await.unwrap(), None);
    let revoke = |n: u8, of| {
        shop.db.write("revoke", move |tx| pairing::delete_token(tx, TokenId::from_bytes(bytes(n)), of))
    };
    assert!(!revoke(1, other).await.unwrap(), "another store's");
    assert!(revoke(1, store).await.unwrap());
    assert!(!revoke(1, store).await.unwrap(), "it is gone");
    assert_eq!(clients().await.unwrap(), [token(2, 30)]);
}
