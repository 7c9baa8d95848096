//! Summing up what stores have sold, from the log of events, a little at a time: while shops are
//! served, summaries can wait.

use std::time::Duration;

use super::{Stop, stopped};
use crate::app::App;

/// How often the log is looked at. What is more than one look takes in waits for the next.
const PERIOD: Duration = Duration::from_millis(500);

/// Sums up until it is told to stop.
pub async fn sum_up(app: App, stop: Stop) {
    while !*stop.borrow() {
        if let Err(error) = app.sum_up().await {
            tracing::error!(%error, "what stores have sold could not be summed up");
        }
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = stopped(&stop) => return,
        }
    }
}
