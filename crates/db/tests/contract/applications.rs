//! Applications for an account.

use specie_core::ids::ApplicationId;
use specie_core::time::Timestamp;
use specie_db::applications::{self, Application, Details, State};
use specie_db::{Db, users};

use crate::Engine;
use crate::shop::{START, bytes, is_duplicate, user};

fn application(n: u8) -> Application {
    let at = START.plus_secs(i64::from(n));
    Application {
        id: ApplicationId::from_bytes(bytes(n)),
        email: format!("{n}@example.com"),
        details: Details {
            first_name: "Søren \"<b>".to_owned(),
            organisation: format!("Widgets {n}"),
            non_profit: true,
            ..Details::default()
        },
        verification_code: format!("0.{n}"),
        state: State::Pending,
        created_at: at,
        updated_at: at,
        user_id: None,
        invitation_ends_at: None,
    }
}

async fn insert(db: &Db, n: u8) {
    db.write("apply", move |tx| applications::insert(tx, &application(n))).await.unwrap();
}

async fn find(db: &Db, n: u8) -> Option<Application> {
    db.read(move |r| applications::find(r, application(n).id)).await.unwrap()
}

/// Approves the n-th, with the n-th user and an invitation of these bytes.
async fn invite(db: &Db, n: u8, invitation: u8, now: Timestamp) {
    let invited = db.write("invite", move |tx| {
        let locked = applications::lock(tx, application(n).id)?.expect("it is there");
        if locked.user_id.is_none() {
            users::insert(tx, &user(n, &locked.email))?;
        }
        applications::invite(tx, &locked, user(n, "").id, ([invitation; 32], now.plus_secs(60)), now)
    });
    invited.await.unwrap();
}

pub async fn an_application_comes_back_and_is_removed(engine: &impl Engine) {
    let db = engine.open().unwrap();
    assert_eq!(find(&db, 1).await, None);
    insert(&db, 1).await;
    assert_eq!(find(&db, 1).await, Some(application(1)));
    let again = db.write("again", |tx| applications::insert(tx, &application(1))).await;
    assert!(is_duplicate(&again), "{again:?}");
    let removed = db.write("remove", |tx| {
        let locked = applications::lock(tx, application(1).id)?.expect("it is there");
        applications::delete(tx, &locked)
    });
    removed.await.unwrap();
    assert_eq!(find(&db, 1).await, None);
}

pub async fn applications_are_counted_and_listed_by_state_oldest_first(engine: &impl Engine) {
    let db = engine.open().unwrap();
    for n in [3, 1, 2] {
        insert(&db, n).await;
    }
    invite(&db, 2, 7, START).await;
    let listed = async |state, limit| {
        let found = db.read(move |r| applications::in_state(r, state, limit)).await.unwrap();
        found.iter().map(|application| application.id.as_bytes()[0]).collect::<Vec<_>>()
    };
    assert_eq!(listed(State::Pending, 10).await, [1, 3]);
    assert_eq!(listed(State::Pending, 1).await, [1]);
    assert_eq!(listed(State::Invited, 10).await, [2]);
    assert!(listed(State::Activated, 10).await.is_empty());
    assert_eq!(db.read(applications::count_pending).await.unwrap(), 2);
}

pub async fn an_invitation_is_replaced_and_ends_with_a_password(engine: &impl Engine) {
    let db = engine.open().unwrap();
    for n in [1, 2] {
        insert(&db, n).await;
    }
    let by_invitation = async |hash: u8| {
        let found = db.read(move |r| applications::find_by_invitation(r, [hash; 32])).await.unwrap();
        let locked = db.write("lock", move |tx| applications::lock_by_invitation(tx, [hash; 32])).await;
        assert_eq!(locked.unwrap().as_deref(), found.as_ref());
        found.map(|application| application.id.as_bytes()[0])
    };
    let (first, second) = (START.plus_secs(100), START.plus_secs(200));
    invite(&db, 1, 7, first).await;
    assert_eq!((by_invitation(7).await, by_invitation(8).await), (Some(1), None));
    invite(&db, 1, 8, second).await;
    assert_eq!((by_invitation(7).await, by_invitation(8).await), (None, Some(1)));
    let invited = Application {
        state: State::Invited,
        updated_at: second,
        user_id: Some(user(1, "").id),
        invitation_ends_at: Some(second.plus_secs(60)),
        ..application(1)
    };
    assert_eq!(find(&db, 1).await, Some(invited.clone()));

    let third = START.plus_secs(300);
    for id in [user(2, "").id, user(1, "").id, user(1, "").id] {
        db.write("activate", move |tx| applications::activate(tx, id, third)).await.unwrap();
    }
    assert_eq!(by_invitation(8).await, None);
    let activated =
        Application { state: State::Activated, updated_at: third, invitation_ends_at: None, ..invited };
    assert_eq!(find(&db, 1).await, Some(activated));
    assert_eq!(find(&db, 2).await, Some(application(2)));
}
