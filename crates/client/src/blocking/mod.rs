//! The same clients for programs without `async`.
//!
//! Each has one thread that drives its connections; a call waits for the async client's answer, so that there is one
//! implementation of everything. Not for async code, where a call that waits holds up all that shares its thread. Make
//! the client after a fork, not before: its thread stays behind.

mod client;
mod events;
mod panel;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Runtime};

use crate::Error;

pub use client::Client;
pub use events::Events;
pub use panel::Panel;

/// The thread behind a client.
#[derive(Debug)]
struct Driver(Option<Runtime>);

impl Driver {
    fn start() -> Result<Arc<Self>, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("specie-client")
            .enable_io()
            .enable_time()
            .build()
            .map_err(|e| Error::Unsendable(format!("no thread can be started: {e}")))?;
        Ok(Arc::new(Self(Some(runtime))))
    }

    /// Waits on this thread. (tokio's own way of waiting panics on a thread that is tokio's already.)
    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        let _entered = self.0.as_ref().map(Runtime::enter);
        let waker = Waker::from(Arc::new(Sleeper(thread::current())));
        let mut work = pin!(work);
        loop {
            match work.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(done) => return done,
                Poll::Pending => thread::park(),
            }
        }
    }
}

/// A thread that waits for an answer.
struct Sleeper(Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl Drop for Driver {
    /// Without waiting, since it may happen in async code.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
