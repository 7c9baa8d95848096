//! The same call again: it is answered as it was the first time, and nothing is done twice.
//!
//! What a call came to is kept in the transaction that did it, so a call that failed leaves nothing, and
//! one that was cut off can be made again. It is kept as the application has it, a view or a row, for a
//! dialect to write once more: no secret is in it that is not derived anew. An answer is its caller's
//! own; who that is must be said by whoever was asked, and nobody else's key may ever come to the same.

use serde::Serialize;
use serde::de::DeserializeOwned;
use specie_core::time::Timestamp;
use specie_db::{DbError, Reader, Tx, idempotency, leads};

use super::{App, AppError};

/// The longest key, or name that a caller gives something, in bytes.
pub const MAX_KEY: usize = 200;
/// How long an answer is kept for the same request, in seconds.
const REPLY_LIFE_SECS: i64 = 24 * 60 * 60;

/// What makes a repeated request the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Who asks, for what, under which key, with which body.
    pub key: idempotency::Key,
    /// The same key with another body is an error, and not just another request.
    pub strict: bool,
}

/// What a call came to, now or when it was first made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// The answer.
    pub answer: T,
    /// It was given to the same request before.
    pub repeated: bool,
}

impl<T> Answered<T> {
    /// An answer that was not given before.
    pub const fn anew(answer: T) -> Self {
        Self { answer, repeated: false }
    }

    /// The same in other words.
    pub fn map<U>(self, words: impl FnOnce(T) -> U) -> Answered<U> {
        Answered { answer: words(self.answer), repeated: self.repeated }
    }
}

/// Does something, unless the same was asked before: then its answer comes again.
pub(super) fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    wanted: Option<&Idempotency>,
    now: Timestamp,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, AppError>,
) -> Result<Answered<T>, AppError> {
    once_unless_refused(tx, wanted, now, |tx| work(tx).map(Ok))?
}

/// As [`once`], of work that may write something and be a refusal all the same, which is the inner
/// error. A refusal is not kept.
pub(super) fn once_unless_refused<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    wanted: Option<&Idempotency>,
    now: Timestamp,
    work: impl FnOnce(&mut Tx<'_>) -> Result<Result<T, AppError>, AppError>,
) -> Result<Result<Answered<T>, AppError>, AppError> {
    if let Some(wanted) = wanted {
        if wanted.strict {
            // With another body the row has another key: nothing else keeps two apart.
            leads::one_at_a_time(tx, &format!("{}\n{}", wanted.key.caller, wanted.key.key))?;
        }
        if let Some(answer) = answered_before(tx, wanted)? {
            return Ok(Ok(Answered { answer, repeated: true }));
        }
    }
    let answer = match work(tx)? {
        Ok(answer) => answer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(wanted) = wanted {
        let reply = serde_json::to_string(&answer).expect("an answer is JSON");
        idempotency::insert(tx, &wanted.key, &reply, now)?;
    }
    Ok(Ok(Answered::anew(answer)))
}

/// Forgets the answers that are past their time.
pub(super) fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    idempotency::prune(tx, now.plus_secs(-REPLY_LIFE_SECS)).map(drop)
}

impl App {
    /// What was answered before is still the answer, though the same could not be done now.
    pub(super) async fn answered_or<T>(
        &self,
        wanted: Option<Idempotency>,
        error: AppError,
    ) -> Result<Answered<T>, AppError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let Some(wanted) = wanted else { return Err(error) };
        self.answered(wanted).await?.ok_or(error)
    }

    /// What was answered before, if anything was.
    pub(super) async fn answered<T>(&self, wanted: Idempotency) -> Result<Option<Answered<T>>, AppError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let found = self.0.db.read(move |r| answered_before(r, &wanted)).await?;
        Ok(found.map(|answer| Answered { answer, repeated: true }))
    }
}

fn answered_before<T: DeserializeOwned>(
    reader: &Reader<'_>,
    wanted: &Idempotency,
) -> Result<Option<T>, AppError> {
    let answers = idempotency::find(reader, &wanted.key)?;
    let same = answers.iter().find(|(hash, _)| hash.as_slice() == wanted.key.body_hash.as_slice());
    match same {
        Some((_, reply)) => {
            let answer = serde_json::from_str(reply).map_err(|e| {
                AppError::Db(DbError::Corrupt {
                    table: "idempotency",
                    row: wanted.key.key.clone(),
                    column: "reply",
                    problem: e.to_string(),
                })
            })?;
            Ok(Some(answer))
        }
        None if wanted.strict && !answers.is_empty() => Err(AppError::IdempotencyConflict),
        None => Ok(None),
    }
}
