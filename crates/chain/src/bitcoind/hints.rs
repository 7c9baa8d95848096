//! When it may be worth asking the node: a ZMQ frame, or the poll timer. Hints only.
//!
//! A frame's content is ignored; a lost one costs at most the poll interval. A dead ZMQ socket is
//! connected again in the background, for ever, and is never an error.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use zeromq::{Socket, SocketRecv, SubSocket};

/// Whatever the node publishes at the address will do.
const TOPICS: [&str; 5] = ["hashblock", "rawblock", "hashtx", "rawtx", "sequence"];

/// Frames closer together than this make one hint: each sync lists the whole mempool.
const QUIET: Duration = Duration::from_millis(250);

/// Between attempts to connect, and how long one may take.
const RETRY: Duration = Duration::from_secs(5);

/// The tasks that give hints; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Hints(Vec<AbortHandle>);

impl Hints {
    /// Starts giving hints. Must be called inside a tokio runtime.
    pub(super) fn start(zmq: Option<String>, poll: Duration, changed: &Arc<Notify>) -> Self {
        let mut tasks = vec![tokio::spawn(tick(poll, changed.clone())).abort_handle()];
        if let Some(url) = zmq {
            tasks.push(tokio::spawn(listen(url, changed.clone())).abort_handle());
        }
        Self(tasks)
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn tick(poll: Duration, changed: Arc<Notify>) {
    let mut ticks = interval(poll.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        changed.notify_one();
    }
}

async fn listen(url: String, changed: Arc<Notify>) {
    let mut silent = false;
    loop {
        match timeout(RETRY, subscribe(&url)).await {
            Ok(Ok(mut socket)) => {
                tracing::info!("listening to the node's ZMQ messages");
                silent = false;
                // What was published before counts as missed.
                changed.notify_one();
                relay(&mut socket, &changed).await;
            }
            Ok(Err(error)) if !silent => {
                tracing::warn!(%error, "no ZMQ messages from the node; polling goes on");
                silent = true;
            }
            Err(_) if !silent => {
                tracing::warn!("no ZMQ connection to the node; polling goes on");
                silent = true;
            }
            _ => {}
        }
        sleep(RETRY).await;
    }
}

async fn subscribe(url: &str) -> Result<SubSocket, zeromq::ZmqError> {
    let mut socket = SubSocket::new();
    for topic in TOPICS {
        socket.subscribe(topic).await?;
    }
    socket.connect(url).await?;
    Ok(socket)
}

/// Turns frames into hints until the socket fails; it reconnects by itself after a lost peer.
async fn relay(socket: &mut SubSocket, changed: &Notify) {
    let mut pace = interval(QUIET);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut wanted = false;
    loop {
        tokio::select! {
            frame = socket.recv() => match frame {
                Ok(_) => wanted = true,
                Err(error) => {
                    tracing::debug!(%error, "the ZMQ socket failed");
                    return;
                }
            },
            _ = pace.tick(), if wanted => {
                wanted = false;
                changed.notify_one();
            }
        }
    }
}
