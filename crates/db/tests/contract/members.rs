//! Who works in a store, and who was invited.

use specie_core::ids::{InvitationId, UserId};
use specie_core::role::Role;
use specie_db::members::{self, Invitation, Member};
use specie_db::users::{self, User};

use crate::Engine;
use crate::shop::{START, Shop, bytes};

pub async fn a_member_has_one_role_until_access_ends(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let other =
        User { id: UserId::from_bytes(bytes(9)), email: "ann@shop.example".to_owned(), ..shop.user.clone() };
    let member = Member { store_id: shop.store.id, user_id: other.id, role: Role::Cashier, since: START };
    let set = member.clone();
    let write = shop.db.write("member", move |tx| {
        users::insert(tx, &other)?;
        members::set(tx, &set)
    });
    write.await.unwrap();
    let (store, user) = (member.store_id, member.user_id);
    let find = || shop.db.read(move |r| members::find(r, store, user));
    assert_eq!(find().await.unwrap(), Some(member.clone()));
    // Another role is the same person's, who was there before.
    let later = Member { role: Role::Developer, since: START.plus_secs(60), ..member.clone() };
    shop.db.write("role", move |tx| members::set(tx, &later)).await.unwrap();
    let now = Member { role: Role::Developer, ..member };
    assert_eq!(find().await.unwrap(), Some(now.clone()));
    let listed = shop.db.read(move |r| members::of_store(r, store)).await.unwrap();
    assert_eq!(listed, [(now.clone(), "ann@shop.example".to_owned())]);
    assert_eq!(shop.db.read(move |r| members::of_user(r, user)).await.unwrap(), [now]);
    for was_there in [true, false] {
        let removed = shop.db.write("remove", move |tx| members::remove(tx, store, user)).await.unwrap();
        assert_eq!(removed, was_there);
    }
    assert_eq!(find().await.unwrap(), None);
}

pub async fn an_invitation_is_found_by_its_hash_and_taken_up_once(engine: &impl Engine) {
    let shop = Shop::open(engine).await;
    let store = shop.store.id;
    let invitation = |n, ends_at| Invitation {
        id: InvitationId::from_bytes(bytes(n)),
        store_id: store,
        role: Role::Accountant,
        name: "Ann".to_owned(),
        created_at: START.plus_secs(i64::from(n)),
        ends_at,
    };
    let (soon, later) = (invitation(1, START.plus_secs(60)), invitation(2, START.plus_secs(600)));
    for (invitation, hash) in [(soon.clone(), [1; 32]), (later.clone(), [2; 32])] {
        shop.db.write("invite", move |tx| members::invite(tx, &invitation, hash)).await.unwrap();
    }
    assert_eq!(shop.db.read(|r| members::invited(r, [1; 32])).await.unwrap(), Some(soon.clone()));
    assert_eq!(shop.db.read(|r| members::invited(r, [3; 32])).await.unwrap(), None);
    let listed = || shop.db.read(move |r| members::invitations(r, store));
    assert_eq!(listed().await.unwrap(), [soon, later.clone()]);
    shop.db.write("prune", |tx| members::prune(tx, START.plus_secs(60))).await.unwrap();
    let left = listed().await.unwrap();
    assert_eq!((left.len(), &left[0]), (1, &later));
    for was_there in [true, false] {
        let id = later.id;
        let taken = shop.db.write("take up", move |tx| members::withdraw(tx, store, id)).await.unwrap();
        assert_eq!(taken, was_there);
    }
}
