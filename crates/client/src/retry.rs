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
