//! The thread that drives all connections of this process.
//!
//! Servers of Python programs fork: a child has its parent's memory and none of its threads. So the thread belongs to a
//! process by its number, and a child starts its own when it first asks something. What its parent had is left alone.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};

/// It stays until the process ends: an interpreter that ends does not wait for it, but for those that are in Python just
/// then.
static OF_THIS_PROCESS: Mutex<Option<(u32, &'static Driver)>> = Mutex::new(None);

/// What the connections of a process run on.
pub struct Driver {
    runtime: Runtime,
    /// How many of its threads are in Python, or about to be.
    visiting: AtomicUsize,
    /// The interpreter ends: nobody goes there any more.
    closed: AtomicBool,
}

impl Driver {
    /// What starts its work.
    pub fn handle(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// Does something in Python, unless the interpreter ends: a thread that is still there then would end the process.
    pub fn visit(&self, work: impl FnOnce()) {
        self.visiting.fetch_add(1, Ordering::SeqCst);
        if !self.closed.load(Ordering::SeqCst) {
            work();
        }
        self.visiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Lets no more threads of this module into Python, and waits for those that are there. For the end of the interpreter.
#[pyfunction]
pub fn close(py: Python<'_>) {
    let kept = *OF_THIS_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((_, driver)) = kept.filter(|(owner, _)| *owner == std::process::id()) else { return };
    driver.closed.store(true, Ordering::SeqCst);
    py.detach(|| {
        while driver.visiting.load(Ordering::SeqCst) > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}

/// This process's number, and what its connections run on.
pub fn driver() -> PyResult<(u32, &'static Driver)> {
    let process = std::process::id();
    let mut kept = OF_THIS_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, driver)) = kept.filter(|(owner, _)| *owner == process) {
        return Ok((process, driver));
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("specie")
        .enable_io()
        .enable_time()
        .build()
        .map_err(|e| PyRuntimeError::new_err(format!("no thread can be started: {e}")))?;
    let driver: &'static Driver = Box::leak(Box::new(Driver {
        runtime,
        visiting: AtomicUsize::new(0),
        closed: AtomicBool::new(false),
    }));
    *kept = Some((process, driver));
    Ok((process, driver))
}
