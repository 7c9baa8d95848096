//! The only place of this program that reads the time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Now, to be compared with a later now.
pub fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the time")]
    Instant::now()
}

/// Milliseconds since the Unix epoch, as rows hold them.
pub fn unix_millis() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the time")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// How long something takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = now();
    let done = work();
    (begun.elapsed(), done)
}

/// The middle one of several measurements.
pub fn median(mut measured: Vec<f64>) -> f64 {
    measured.sort_by(f64::total_cmp);
    measured.get(measured.len() / 2).copied().unwrap_or(0.0)
}
