//! Listening to what other processes write. A hint and no more: who listens has a period as well.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use postgres::Error;
use postgres::fallible_iterator::FallibleIterator;
use tokio::sync::Notify;

use super::LISTEN;
use super::server::{Server, words};

/// How long it takes to notice that nobody listens any more, and between tries to connect.
const PAUSE: Duration = Duration::from_secs(1);

/// A connection that listens, from when it is first asked.
pub(in crate::engine) struct Listener {
    server: Arc<Server>,
    begun: Once,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    heard: Notify,
    over: AtomicBool,
}

impl Listener {
    pub(in crate::engine) fn new(server: Arc<Server>) -> Self {
        Self { server, begun: Once::new(), shared: Arc::default() }
    }

    /// Resolves when something was heard since it was last asked.
    pub(in crate::engine) async fn heard(&self) {
        self.begun.call_once(|| {
            let (server, shared) = (Arc::clone(&self.server), Arc::clone(&self.shared));
            crate::engine::spawn("db-listener", move || listen(&server, &shared));
        });
        self.shared.heard.notified().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
    }
}

fn listen(server: &Server, shared: &Shared) {
    while !shared.over.load(Ordering::Relaxed) {
        let ended = server.connect().and_then(|client| hear(client, shared).map_err(|e| words(&e)));
        if let Err(error) = ended {
            tracing::debug!(error, "other processes are not heard at the moment");
            thread::sleep(PAUSE);
        }
    }
}

fn hear(mut client: postgres::Client, shared: &Shared) -> Result<(), Error> {
    client.batch_execute(LISTEN)?;
    // What was said before this is not heard again.
    shared.heard.notify_one();
    while !shared.over.load(Ordering::Relaxed) {
        while client.notifications().timeout_iter(PAUSE).next()?.is_some() {
            shared.heard.notify_one();
        }
        if client.is_closed() {
            return Ok(());
        }
    }
    Ok(())
}
