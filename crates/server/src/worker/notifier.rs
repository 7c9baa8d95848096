//! Sending what is due. Every endpoint has its own few places, so that one that is slow or dead
//! never holds up another.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use specie_core::time::Timestamp;
use tokio::task::JoinSet;
use tracing::Instrument;

use super::{Hints, Stop, stopped};
use crate::app::view::{Attempted, Due};
use crate::app::{App, AppError};
use crate::clock::Stopwatch;
use crate::notify::Courier;

/// Attempts at one endpoint at a time.
const PER_ENDPOINT: i64 = 4;
/// Attempts at all endpoints at a time.
const IN_ALL: usize = 512;
/// The longest time without a look at what is due.
const PERIOD: Duration = Duration::from_secs(5);
/// How long attempts under way may take when the server stops. One that is cut off comes up again
/// when its lease is over, with the same id.
const DRAIN: Duration = Duration::from_secs(8);

/// How many attempts are under way at each endpoint.
type UnderWay = Arc<Mutex<HashMap<String, i64>>>;

/// Carries a delivery to its endpoint.
pub trait Carrier: Send + Sync + 'static {
    /// Tries once, now, and says how it ended.
    fn attempt(&self, due: &Due, now: Timestamp) -> impl Future<Output = Attempted> + Send;
}

impl Carrier for Courier {
    async fn attempt(&self, due: &Due, now: Timestamp) -> Attempted {
        Courier::attempt(self, due, now).await
    }
}

/// Sends what is due until it is told to stop; then waits a while for the attempts under way.
pub async fn notify<C: Carrier>(app: App, courier: Arc<C>, hints: Hints, stop: Stop) {
    let under_way = UnderWay::default();
    let mut attempts = JoinSet::new();
    while !*stop.borrow() {
        while attempts.try_join_next().is_some() {}
        if let Err(error) = start_due(&app, &courier, &hints, &under_way, &mut attempts).await {
            tracing::error!(%error, "deliveries could not be leased");
        }
        let wait = next_look(&app).await;
        tokio::select! {
            biased;
            () = stopped(&stop) => {}
            () = hints.deliveries() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    let ended = async { while attempts.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, ended).await.is_err() {
        tracing::warn!("notifications under way were cut off");
    }
}

async fn next_look(app: &App) -> Duration {
    let now = app.now();
    let due = app.next_delivery_at().await.ok().flatten();
    // Something that is due already waits for a place, or for its lease: the period is enough.
    let wait = due.map(|at| at.millis_since(now)).filter(|ms| *ms > 0).and_then(|ms| u64::try_from(ms).ok());
    wait.map_or(PERIOD, |ms| Duration::from_millis(ms).min(PERIOD))
}

async fn start_due<C: Carrier>(
    app: &App,
    courier: &Arc<C>,
    hints: &Hints,
    under_way: &UnderWay,
    attempts: &mut JoinSet<()>,
) -> Result<(), AppError> {
    for endpoint in app.due_endpoints().await? {
        let busy = under_way.lock().expect("no holder panics").get(&endpoint).copied().unwrap_or(0);
        // When half of all places are taken, no endpoint gets a second one: many slow ones leave room.
        let places = if attempts.len() > IN_ALL / 2 { 1 } else { PER_ENDPOINT };
        let room = i64::try_from(IN_ALL.saturating_sub(attempts.len())).unwrap_or(0).min(places - busy);
        if room <= 0 {
            continue;
        }
        for due in app.lease_deliveries(endpoint.clone(), room).await? {
            *under_way.lock().expect("no holder panics").entry(endpoint.clone()).or_default() += 1;
            let place =
                Place { endpoint: endpoint.clone(), under_way: Arc::clone(under_way), hints: hints.clone() };
            let (app, courier) = (app.clone(), Arc::clone(courier));
            attempts.spawn(async move {
                attempt(&app, &*courier, &due).instrument(due.request_id.span()).await;
                drop(place);
            });
        }
    }
    Ok(())
}

async fn attempt<C: Carrier>(app: &App, courier: &C, due: &Due) {
    let took = Stopwatch::start();
    let attempted = courier.attempt(due, app.now()).await;
    if let Some(failure) = &attempted.failure {
        tracing::info!(delivery = %due.id, invoice = %due.about(), failure, "a notification did not arrive");
    }
    // If it cannot be recorded, the lease ends and it is sent again, with the same id.
    if let Err(error) = app.record_attempt(due, attempted, &took).await {
        tracing::error!(delivery = %due.id, %error, "an attempt could not be recorded");
    }
}

/// A place at an endpoint; given back when dropped, even by a panic.
struct Place {
    endpoint: String,
    under_way: UnderWay,
    hints: Hints,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Ok(mut under_way) = self.under_way.lock()
            && let Some(count) = under_way.get_mut(&self.endpoint)
        {
            *count -= 1;
            if *count <= 0 {
                under_way.remove(&self.endpoint);
            }
        }
        self.hints.look_again();
    }
}
