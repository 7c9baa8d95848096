//! What runs without being asked: chains are followed, deliveries sent, rates fetched, old things
//! forgotten.
//!
//! Each worker wakes by a hint or by its own period; the hint saves time, the period is the
//! promise. A worker that fails is started again. None of them holds a rule or a statement.

mod fees;
mod hints;
mod listeners;
mod notifier;
mod others;
mod rates;
mod summary;
mod watcher;

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

pub use fees::ask_fees;
pub use hints::Hints;
pub use listeners::Changes;
pub use notifier::{Carrier, notify};
pub use others::hear_others;
pub use rates::{Pace, fetch_rates};
pub use summary::sum_up;
pub use watcher::{HandedOver, RoundError, catch_up, follow, take_over};

use crate::app::App;

/// How often old things are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(10 * 60);
/// How long a worker that panicked rests before it begins again.
const REST: Duration = Duration::from_secs(1);

/// Tells workers to stop.
pub type Stop = watch::Receiver<bool>;

/// Resolves when it is time to stop.
pub async fn stopped(stop: &Stop) {
    let mut stop = stop.clone();
    // An error means that whoever could say so is gone: then it is time as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Runs a worker until it is told to stop, and again if it panics.
pub fn supervise<W, F>(workers: &mut JoinSet<()>, name: &'static str, stop: Stop, work: W)
where
    W: Fn() -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    workers.spawn(async move {
        loop {
            let ended = tokio::spawn(work()).await;
            if *stop.borrow() || stop.has_changed().is_err() {
                return;
            }
            if let Err(error) = ended {
                tracing::error!(worker = name, %error, "a worker failed and begins again");
            }
            tokio::time::sleep(REST).await;
        }
    });
}

/// Forgets what is past its time, every now and then.
pub async fn prune(app: App, stop: Stop) {
    while !*stop.borrow() {
        if let Err(error) = app.prune().await {
            tracing::error!(%error, "old rows could not be removed");
        }
        tokio::select! {
            () = tokio::time::sleep(PRUNE_EVERY) => {}
            () = stopped(&stop) => return,
        }
    }
}
