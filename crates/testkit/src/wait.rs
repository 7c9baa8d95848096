//! Waiting for a condition, never for a time.

use std::time::Duration;

/// How long a condition may take before the test fails. Generous: only failures wait so long.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// Asks until there is an answer.
///
/// # Panics
/// If there is none in a minute.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let steps = PATIENCE.as_millis() / STEP.as_millis();
    for _ in 0..steps {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(STEP);
    }
    panic!("waited in vain: {what}")
}
