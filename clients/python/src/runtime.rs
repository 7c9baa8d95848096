//! The thread that drives all connections of this process.
//!
//! Servers of Python programs fork: a child has its parent's memory and none of its threads. So the thread belongs to a
//! process by its number, and a child starts its own when it first asks something. What its parent had is left alone.

use std::sync::{Mutex, PoisonError};

use pyo3::PyResult;
use pyo3::exceptions::PyRuntimeError;
use tokio::runtime::{Builder, Handle, Runtime};

/// It stays until the process ends: an interpreter that ends does not wait for it.
static OF_THIS_PROCESS: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);

/// This process's number, and what its connections run on.
pub fn handle() -> PyResult<(u32, Handle)> {
    let process = std::process::id();
    let mut kept = OF_THIS_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, runtime)) = kept.filter(|(owner, _)| *owner == process) {
        return Ok((process, runtime.handle().clone()));
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("specie")
        .enable_io()
        .enable_time()
        .build()
        .map_err(|e| PyRuntimeError::new_err(format!("no thread can be started: {e}")))?;
    let runtime: &'static Runtime = Box::leak(Box::new(runtime));
    *kept = Some((process, runtime));
    Ok((process, runtime.handle().clone()))
}
