//! Summing up what stores have sold, from the log of events, a little at a time: while shops are
//! served, summaries can wait.

use std::time::Duration;

use super::{Stop, stopped};
use crate::app::App;

/// How often the log is looked at. What is more than one look takes in waits for the next.
const PERIOD: Duration = Duration::from_millis(500);
/// How long nothing is tried after a failure.
const REST: Duration = Duration::from_secs(5);

/// Sums up until it is told to stop.
pub async fn sum_up(app: App, stop: Stop) {
    while !*stop.borrow() {
        let pause = match app.sum_up().await {
            Ok(()) => PERIOD,
            Err(error) => {
                tracing::error!(%error, "what stores have sold could not be summed up");
                REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stopped(&stop) => return,
        }
    }
}
