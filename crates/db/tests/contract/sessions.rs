//! Login sessions.

use specie_db::sessions;

use crate::Engine;
use crate::shop::{START, Shop};

pub async fn a_session_is_replaced_ended_and_forgotten(engine: &impl Engine) {
    let Shop { db, .. } = Shop::open(engine).await;
    let later = START.plus_secs(3600);
    for data in ["first", "second"] {
        db.write("save", move |tx| sessions::save(tx, "one", data, later)).await.unwrap();
    }
    db.write("save", move |tx| sessions::save(tx, "two", "other", START)).await.unwrap();
    let load = |id: &'static str, now| db.read(move |r| sessions::load(r, id, now));
    assert_eq!(load("one", START).await.unwrap().as_deref(), Some("second"));
    assert_eq!(load("one", later).await.unwrap(), None, "it is over when its time is");
    assert_eq!(load("two", START).await.unwrap(), None);
    assert_eq!(load("nobody's", START).await.unwrap(), None);

    assert_eq!(db.write("prune", |tx| sessions::prune(tx, START)).await.unwrap(), 1);
    db.write("end", |tx| sessions::delete(tx, "one")).await.unwrap();
    assert_eq!(load("one", START).await.unwrap(), None);
    assert_eq!(db.write("prune", move |tx| sessions::prune(tx, later)).await.unwrap(), 0);
}
