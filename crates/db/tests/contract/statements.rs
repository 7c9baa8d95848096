//! The register of SQL.

use std::collections::BTreeSet;

use specie_db::{DbError, statement};

use crate::Engine;

pub async fn every_statement_prepares(engine: &impl Engine) {
    let db = engine.open().unwrap();
    let prepared = db
        .read(|r| statement::all().try_fold(0, |count, statement| r.prepare(statement).map(|()| count + 1)))
        .await;
    let prepared: Result<usize, DbError> = prepared;
    assert_eq!(prepared.unwrap(), statement::all().count());
}

pub async fn statements_have_names_of_their_own(_: &impl Engine) {
    let names: BTreeSet<_> = statement::all().map(|statement| statement.name).collect();
    assert_eq!(names.len(), statement::all().count());
    for statement in statement::all() {
        // A `$` that is no parameter would be rewritten like one.
        let odd =
            statement.sql.split('$').skip(1).any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        assert!(!odd, "{}", statement.name);
    }
}
