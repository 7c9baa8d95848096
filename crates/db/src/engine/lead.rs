//! The lead: what only one process may do at a time, such as following a chain.
//!
//! The lead is held by a connection, and ends with it. Every taking of it has a term of its own,
//! stored; a transaction of whoever leads checks it, so that a process that slept through the loss
//! of its lead writes nothing.

use std::sync::mpsc::Sender;

use tokio::sync::oneshot;

/// What was taken, and is given back when it is dropped.
pub struct Lead {
    what: &'static str,
    term: i64,
    held: Held,
}

/// How it is held.
pub(super) enum Held {
    /// There is nobody else.
    Alone,
    /// By a connection on a thread of its own, which answers whether it stands, until this is gone.
    ByConnection(Sender<oneshot::Sender<()>>),
}

impl Lead {
    pub(super) fn new(what: &'static str, term: i64, held: Held) -> Self {
        Self { what, term, held }
    }

    /// What is led.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// Which time it was taken, counted over all processes.
    #[must_use]
    pub fn term(&self) -> i64 {
        self.term
    }

    /// Whether it still stands.
    pub async fn stands(&self) -> bool {
        match &self.held {
            Held::Alone => true,
            Held::ByConnection(ask) => {
                let (reply, answer) = oneshot::channel();
                ask.send(reply).is_ok() && answer.await.is_ok()
            }
        }
    }
}
