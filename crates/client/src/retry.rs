//! Whether a request is sent again, and how long is waited before.
//!
//! A table, and no clock or chance in it: `luck` is a number that the caller drew.

use std::time::Duration;

use crate::Error;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(8);
/// A server that asks for more is not waited for: the caller is told.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// How long to wait after the failure number `failed` (from 0) before the next attempt; `None` to give up. `luck`
/// spreads clients that failed together: the wait is between half of the full one and all of it.
pub(crate) fn wait(error: &Error, failed: u32, retries: u32, luck: u8) -> Option<Duration> {
    if failed >= retries || !error.is_passing() {
        return None;
    }
    let own = backoff(failed, LONGEST, luck);
    match error {
        Error::Refused { retry_after: Some(asked), .. } => (*asked <= LONGEST_ASKED).then(|| own.max(*asked)),
        _ => Some(own),
    }
}

/// Twice as long after each failure, up to `longest`, less up to a half by `luck`.
pub(crate) fn backoff(failed: u32, longest: Duration, luck: u8) -> Duration {
    let full = FIRST.saturating_mul(2_u32.saturating_pow(failed)).min(longest);
    let half = full / 2;
    half + half * u32::from(luck) / 255
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn refused(status: u16, after: Option<u64>) -> Error {
        Error::Refused {
            status,
            message: String::new(),
            fields: BTreeMap::new(),
            request_id: None,
            retry_after: after.map(Duration::from_secs),
        }
    }

    #[test]
    fn the_wait_doubles_up_to_the_longest_and_chance_takes_at_most_half_of_it() {
        for (failed, least, most) in
            [(0, 125, 250), (1, 250, 500), (3, 1000, 2000), (5, 4000, 8000), (40, 4000, 8000)]
        {
            let error = Error::Unreachable(String::new());
            assert_eq!(wait(&error, failed, 99, 0), Some(Duration::from_millis(least)), "{failed}");
            assert_eq!(wait(&error, failed, 99, 255), Some(Duration::from_millis(most)), "{failed}");
        }
    }

    #[test]
    fn what_the_server_asks_for_is_the_least_that_is_waited_and_an_hour_is_too_much() {
        for (status, after, waits) in [
            (429, Some(5), Some(5000)),
            (503, Some(0), Some(125)),
            (503, None, Some(125)),
            (503, Some(30), Some(30_000)),
            (503, Some(31), None),
            (429, Some(u64::MAX), None),
            (500, None, None),
            (404, Some(1), None),
        ] {
            let waited = wait(&refused(status, after), 0, 1, 0);
            assert_eq!(waited, waits.map(Duration::from_millis), "{status} {after:?}");
        }
    }

    #[test]
    fn after_the_last_attempt_there_is_none() {
        let error = Error::Timeout { after: Duration::ZERO };
        assert!(
            wait(&error, 2, 3, 0).is_some()
                && wait(&error, 3, 3, 0).is_none()
                && wait(&error, 0, 0, 0).is_none()
        );
    }
}
