//! API sessions: BitPay's later guard against requests that are sent twice.
//!
//! Whoever wants one asks for an id at `POST /sessions`, and names it with every request, each with a
//! number of its own. Nobody has to. They live in this process's memory: one that is not known here is
//! answered with the words at which clients begin another and ask again. Whose request began one is kept
//! with it: for as long as it lasts, the same request has the same session.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use specie_core::time::Timestamp;

use crate::app::{Answered, AppError, Idempotency};
use crate::entropy;

/// After so long without a request a session is over.
const IDLE_SECS: i64 = 15 * 60;
/// More at a time nobody has: then the one that was quiet for longest makes room.
const MOST: usize = 10_000;

/// Why a request in a session is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// There is no such session, or not any more. Clients look for these very words.
    #[error("Invalid or expired sessionId")]
    Unknown,
    /// Each request has a higher number than the one before; one that is sent again has the same.
    #[error("Invalid requestNumber: a later one was sent already")]
    Old,
}

#[derive(Debug)]
struct Session {
    used_at: Timestamp,
    last: u64,
    begun_by: Option<Idempotency>,
}

/// The sessions that there are.
#[derive(Debug, Default)]
pub struct ApiSessions(Mutex<HashMap<String, Session>>);

impl ApiSessions {
    /// Begins a session and returns its id; the one that the same request has begun, if there is one.
    ///
    /// # Errors
    /// [`AppError::IdempotencyConflict`] if another request has begun one under the same strict key.
    pub fn begin(&self, now: Timestamp, wanted: Option<Idempotency>) -> Result<Answered<String>, AppError> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wanted) = &wanted
            && let Some(id) = begun_before(&sessions, now, wanted)?
        {
            return Ok(Answered { answer: id, repeated: true });
        }
        if sessions.len() >= MOST {
            sessions.retain(|_, session| is_alive(session, now));
        }
        if sessions.len() >= MOST {
            let quietest = sessions.iter().min_by_key(|(_, session)| session.used_at);
            let quietest = quietest.map(|(id, _)| id.clone());
            quietest.map(|id| sessions.remove(&id));
        }
        let id = bitcoin::base58::encode(&entropy::bytes::<16>());
        sessions.insert(id.clone(), Session { used_at: now, last: 0, begun_by: wanted });
        Ok(Answered::anew(id))
    }

    /// Takes the next request of a session, or the last one again.
    ///
    /// # Errors
    /// [`SessionError`].
    pub fn take(&self, id: &str, number: u64, now: Timestamp) -> Result<(), SessionError> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(id).filter(|session| is_alive(session, now));
        let session = session.ok_or(SessionError::Unknown)?;
        if number < session.last {
            return Err(SessionError::Old);
        }
        (session.used_at, session.last) = (now, number);
        Ok(())
    }
}

fn begun_before(
    sessions: &HashMap<String, Session>,
    now: Timestamp,
    wanted: &Idempotency,
) -> Result<Option<String>, AppError> {
    let mut taken = false;
    for (id, session) in sessions.iter().filter(|(_, session)| is_alive(session, now)) {
        let Some(by) = &session.begun_by else { continue };
        if by == wanted {
            return Ok(Some(id.clone()));
        }
        let same_key = (&by.key.caller, &by.key.path, &by.key.key)
            == (&wanted.key.caller, &wanted.key.path, &wanted.key.key);
        taken |= same_key;
    }
    if taken && wanted.strict { Err(AppError::IdempotencyConflict) } else { Ok(None) }
}

fn is_alive(session: &Session, now: Timestamp) -> bool {
    now < session.used_at.plus_secs(IDLE_SECS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::repeated::{Key, idempotency};

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn begin(sessions: &ApiSessions, now: Timestamp) -> String {
        sessions.begin(now, None).unwrap().answer
    }

    #[test]
    fn the_same_request_has_the_same_session_for_as_long_as_it_lasts() {
        let sessions = ApiSessions::default();
        let begin = |key: Key, body: &str, secs| {
            let wanted = idempotency("me".to_owned(), "/sessions".to_owned(), key, body.as_bytes());
            sessions.begin(START.plus_secs(secs), Some(wanted))
        };
        let key = |key: &str| Key::Header(key.to_owned());
        let first = begin(key("1"), "", 0).unwrap();
        assert_eq!(begin(key("1"), "", 899).unwrap(), Answered { repeated: true, ..first.clone() });
        assert!(matches!(begin(key("1"), "x", 899), Err(AppError::IdempotencyConflict)));
        assert!(!begin(key("2"), "", 899).unwrap().repeated);
        let over = begin(key("1"), "x", 900).unwrap();
        assert!(!over.repeated && over.answer != first.answer, "the first is over");
        let guid = |body| begin(Key::Guid("1".to_owned()), body, 0).unwrap();
        assert_eq!((guid("").repeated, guid("").repeated, guid("x").repeated), (false, true, false));
    }

    #[test]
    fn a_session_counts_its_requests_and_ends_when_it_is_quiet() {
        let sessions = ApiSessions::default();
        let id = begin(&sessions, START);
        let take = |number, secs| sessions.take(&id, number, START.plus_secs(secs));
        assert_eq!((take(1, 0), take(2, 1), take(2, 2)), (Ok(()), Ok(()), Ok(())), "one is sent again");
        assert_eq!(take(1, 3), Err(SessionError::Old));
        assert_eq!(take(7, 2 + 899), Ok(()), "numbers may be left out");
        assert_eq!(take(8, 2 + 899 + 900), Err(SessionError::Unknown), "too quiet");
        assert_eq!(sessions.take("other", 1, START), Err(SessionError::Unknown));
    }

    #[test]
    fn when_there_are_too_many_the_quietest_makes_room() {
        let sessions = ApiSessions::default();
        let ids: Vec<String> = (0..)
            .take(MOST)
            .map(|ms| begin(&sessions, Timestamp::from_millis(START.as_millis() + ms)))
            .collect();
        let late = START.plus_secs(60);
        begin(&sessions, late);
        assert_eq!(sessions.take(&ids[0], 1, late), Err(SessionError::Unknown));
        assert_eq!(sessions.take(&ids[1], 1, late), Ok(()));
        // Those that are over go first.
        let later = START.plus_secs(60 + 15 * 60);
        let fresh = begin(&sessions, later);
        assert_eq!(sessions.take(&fresh, 1, later), Ok(()));
        assert_eq!(sessions.0.lock().unwrap().len(), 1);
    }
}
