//! Other processes at the same database: what they write is heard, and how far the chains were
//! followed that they follow. Where there is no other, there is nothing to do.

use std::time::Duration;

use super::{Stop, stopped};
use crate::app::{App, AppError, Ear};

/// The longest time without listening; a hint makes it shorter.
const PERIOD: Duration = Duration::from_secs(2);

/// Hears other processes until it is told to stop.
pub async fn hear_others(app: App, stop: Stop) {
    if !app.is_shared() {
        stopped(&stop).await;
        return;
    }
    let mut ear = None;
    while !*stop.borrow() {
        if let Err(error) = hear(&app, &mut ear).await {
            tracing::warn!(%error, "other processes cannot be heard");
        }
        tokio::select! {
            () = app.written_by_anyone() => {}
            () = tokio::time::sleep(PERIOD) => {}
            () = stopped(&stop) => {}
        }
    }
}

async fn hear(app: &App, ear: &mut Option<Ear>) -> Result<(), AppError> {
    match ear {
        Some(ear) => app.hear(ear).await?,
        None => *ear = Some(app.listen().await?),
    }
    app.read_locators_of_others().await
}
