//! The last requests, for whoever runs the server and looks for one: when, which, how it was answered and after how long.
//!
//! In memory alone, and never what anybody sent: a route is named as the router knows it, since the path itself may hold a
//! token.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use specie_core::time::Timestamp;
use tokio::sync::Notify;

use crate::clock::Stopwatch;
use crate::request_id::RequestId;

/// How many are kept.
const KEPT: usize = 1000;

/// The last requests.
pub struct Requests {
    /// Which log this is: another process has another.
    log: RequestId,
    kept: Mutex<Kept>,
    another: Notify,
}

#[derive(Default)]
struct Kept {
    /// The number of the last one.
    last: u64,
    lines: VecDeque<Line>,
}

/// Up to where somebody saw which log.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// The log.
    pub log: Option<&'a str>,
    /// The number of its last request that they saw.
    pub number: Option<u64>,
}

/// A request that was answered.
#[derive(Debug, Clone)]
pub struct Line {
    /// When it was answered.
    pub at: Timestamp,
    /// Its name in the log and on its answer.
    pub id: RequestId,
    /// Its method.
    pub method: Method,
    /// Its route; none: there is none such.
    pub route: Option<MatchedPath>,
    /// How it was answered.
    pub status: StatusCode,
    /// After how long, in milliseconds; what is sent as it is made is not waited for.
    pub duration_ms: u32,
}

impl Default for Requests {
    fn default() -> Self {
        Self { log: RequestId::fresh(), kept: Mutex::default(), another: Notify::default() }
    }
}

impl Requests {
    /// Keeps one, and forgets the oldest.
    pub fn note(&self, line: Line) {
        let mut kept = self.kept.lock().expect("no holder panics");
        kept.last += 1;
        if kept.lines.len() == KEPT {
            kept.lines.pop_front();
        }
        kept.lines.push_back(line);
        drop(kept);
        self.another.notify_waiters();
    }

    /// Those that came after that number of that log, and the last number of this one; waits for the first, for so
    /// long. Without a number, up to so many that came last.
    pub async fn after(&self, seen: Seen<'_>, lines: usize, patience: Duration) -> Value {
        let waited = Stopwatch::start();
        // What was seen was another process's: of this one, nothing was.
        let number = if seen.log.is_none_or(|log| log == self.log.as_str()) { seen.number } else { Some(0) };
        loop {
            // Before looking, so that nothing falls in between.
            let another = self.another.notified();
            let found = self.since(number, lines);
            let left = patience.saturating_sub(Duration::from_millis(waited.millis().into()));
            if found["requests"] != json!([]) || number.is_none() || left.is_zero() {
                return found;
            }
            let _ = tokio::time::timeout(left, another).await;
        }
    }

    fn since(&self, number: Option<u64>, lines: usize) -> Value {
        let kept = self.kept.lock().expect("no holder panics");
        let new = match number {
            Some(number) => usize::try_from(kept.last.saturating_sub(number)).unwrap_or(usize::MAX),
            None => lines,
        };
        let skipped = kept.lines.len().saturating_sub(new);
        let shown: Vec<Value> = kept.lines.iter().skip(skipped).map(Line::shown).collect();
        json!({ "log": self.log.as_str(), "last": kept.last, "requests": shown })
    }
}

impl Line {
    fn shown(&self) -> Value {
        json!({
            "at": self.at.as_millis(),
            "request_id": self.id.as_str(),
            "method": self.method.as_str(),
            "route": self.route.as_ref().map(MatchedPath::as_str),
            "status": self.status.as_u16(),
            "duration_ms": self.duration_ms,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(status: u16) -> Line {
        Line {
            at: Timestamp::from_secs(1_700_000_000),
            id: RequestId::fresh(),
            method: Method::GET,
            route: None,
            status: StatusCode::from_u16(status).unwrap(),
            duration_ms: 3,
        }
    }

    fn statuses(found: &Value) -> Vec<u64> {
        found["requests"].as_array().unwrap().iter().map(|line| line["status"].as_u64().unwrap()).collect()
    }

    #[tokio::test]
    async fn only_so_many_are_kept_and_each_is_read_once() {
        let requests = Requests::default();
        for status in 200..210 {
            requests.note(line(status));
        }
        let first = requests.after(Seen::default(), 3, Duration::ZERO).await;
        assert_eq!(statuses(&first), [207, 208, 209]);
        let seen = Seen { log: first["log"].as_str(), number: first["last"].as_u64() };
        assert_eq!(statuses(&requests.after(seen, 3, Duration::ZERO).await), [0_u64; 0]);
        requests.note(line(404));
        assert_eq!(statuses(&requests.after(seen, 3, Duration::from_secs(60)).await), [404]);
        for _ in 0..2 * KEPT {
            requests.note(line(500));
        }
        assert_eq!(statuses(&requests.after(seen, 3, Duration::ZERO).await).len(), KEPT);
    }

    #[tokio::test]
    async fn of_another_process_nothing_was_seen() {
        let requests = Requests::default();
        for status in 200..203 {
            requests.note(line(status));
        }
        for number in [1, 3, 99] {
            let seen = Seen { log: Some("another"), number: Some(number) };
            assert_eq!(statuses(&requests.after(seen, 1, Duration::ZERO).await), [200, 201, 202], "{number}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_hears_of_the_next_one() {
        let requests = std::sync::Arc::new(Requests::default());
        let waiting = tokio::spawn({
            let requests = requests.clone();
            async move {
                let seen = Seen { log: None, number: Some(0) };
                requests.after(seen, 1, Duration::from_secs(60)).await
            }
        });
        tokio::task::yield_now().await;
        requests.note(line(200));
        assert_eq!(statuses(&waiting.await.unwrap()), [200]);
    }
}
