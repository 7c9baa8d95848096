//! The people who can log in.

use specie_core::ids::UserId;
use specie_db::users::{self, User};

use crate::Engine;
use crate::shop::{START, bytes, is_duplicate, user};

pub async fn a_user_comes_back(engine: &impl Engine) {
    let db = engine.open().unwrap();
    assert_eq!(db.read(users::count).await.unwrap(), 0);
    let administrator =
        User { administrator: true, created_at: START.plus_secs(1), ..user(2, "b@example.com") };
    for user in [user(1, "a@example.com"), administrator] {
        let row = user.clone();
        db.write("user", move |tx| users::insert(tx, &row)).await.unwrap();
        let (id, email) = (user.id, user.email.clone());
        assert!(db.read(move |r| users::find(r, id)).await.unwrap().as_ref() == Some(&user));
        assert!(db.read(move |r| users::find_by_email(r, &email)).await.unwrap().as_ref() == Some(&user));
    }
    assert_eq!(db.read(users::count).await.unwrap(), 2);
    assert!(db.read(|r| users::find(r, UserId::from_bytes(bytes(9)))).await.unwrap().is_none());
    assert!(db.read(|r| users::find_by_email(r, "nobody@example.com")).await.unwrap().is_none());
}

pub async fn an_address_is_taken_once(engine: &impl Engine) {
    let db = engine.open().unwrap();
    db.write("user", |tx| users::insert(tx, &user(1, "a@example.com"))).await.unwrap();
    for again in [user(2, "a@example.com"), user(1, "b@example.com")] {
        let refused = db.write("again", move |tx| users::insert(tx, &again)).await;
        assert!(is_duplicate(&refused), "{refused:?}");
    }
}

pub async fn a_password_is_replaced(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let id = user(1, "").id;
    let set = || db.write("password", move |tx| users::set_password(tx, id, "$argon2id$another"));
    assert!(!set().await.unwrap(), "there is no such user yet");
    db.write("user", |tx| users::insert(tx, &user(1, "a@example.com"))).await.unwrap();
    assert!(set().await.unwrap());
    let stored = db.read(move |r| users::find(r, id)).await.unwrap().unwrap();
    assert_eq!(stored.password_hash, "$argon2id$another");
}
