//! What waits to be written, in the order in which it came.
//!
//! Jobs of one [`Lane`] never run side by side, so that what they lock is locked once a batch and
//! in one order. An engine with one writer takes them all in turn; one with several lets each
//! take a lane of its own.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use specie_core::ids::WalletId;

use super::writer::Job;

/// Which jobs must not run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Whatever has no lane of its own.
    Common,
    /// What takes indices of a wallet.
    Wallet(WalletId),
}

/// The queue between those who write and the writers.
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Lane, Box<dyn Job>)>,
    taken: Vec<Lane>,
    closed: bool,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default(), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job, unless the queue is closed: then it is given back.
    pub(crate) fn push(&self, lane: Lane, job: Box<dyn Job>) -> Result<(), Box<dyn Job>> {
        let mut state = self.state();
        if state.closed {
            return Err(job);
        }
        state.waiting.push_back((lane, job));
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Takes the first job whose lane nobody has, and its lane with it, until [`leave`](Self::leave).
    /// Waits for one; none: the queue is closed, and empty.
    pub(crate) fn take(&self) -> Option<(Lane, Box<dyn Job>)> {
        let mut state = self.state();
        loop {
            let free = state.waiting.iter().position(|(lane, _)| !state.taken.contains(lane));
            if let Some((lane, job)) = free.and_then(|at| state.waiting.remove(at)) {
                state.taken.push(lane);
                return Some((lane, job));
            }
            if state.closed && state.waiting.is_empty() {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next job of a lane, if one waits; of any lane for the only writer there is.
    pub(crate) fn more(&self, lane: Option<Lane>) -> Option<Box<dyn Job>> {
        let mut state = self.state();
        let at = match lane {
            Some(wanted) => state.waiting.iter().position(|(lane, _)| *lane == wanted)?,
            None => 0,
        };
        state.waiting.remove(at).map(|(_, job)| job)
    }

    /// Gives a lane back.
    pub(crate) fn leave(&self, lane: Lane) {
        self.state().taken.retain(|taken| *taken != lane);
        self.changed.notify_all();
    }

    /// Takes no more jobs. Those that wait are done still.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }
}
