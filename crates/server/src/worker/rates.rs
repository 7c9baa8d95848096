//! Fetching live rates. Every source is asked by a worker of its own, so that one that is slow or
//! dead never holds up another.

use std::time::Duration;

use super::{Stop, stopped};
use crate::app::App;
use crate::feeds::Reader;

/// How long a source is left alone.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// After an answer.
    pub period: Duration,
    /// After a failure.
    pub rest: Duration,
}

impl Pace {
    /// A rate is good for five minutes: time for four answers, or for a dozen attempts.
    pub const USUAL: Self = Self { period: Duration::from_secs(60), rest: Duration::from_secs(15) };
}

/// Asks one source until it is told to stop.
pub async fn fetch_rates(app: App, reader: Reader, pace: Pace, stop: Stop) {
    while !*stop.borrow() {
        // Rates are as old as the question: when the answer was made, nobody says.
        let asked_at = app.now();
        let answered = tokio::select! {
            answered = reader.prices() => answered,
            () = stopped(&stop) => return,
        };
        let wait = match answered {
            Ok(prices) => {
                app.rates_seen(reader.feed(), prices, asked_at);
                pace.period
            }
            Err(cause) => {
                app.rates_failed(reader.feed(), cause.to_string());
                pace.rest
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&stop) => return,
        }
    }
}
