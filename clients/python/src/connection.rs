//! Calls, from Python's values to the Rust client and back as JSON texts.
//!
//! Both ways of waiting start the same work on the runtime's thread. A call that waits lets other Python threads run, and
//! looks for signals now and then, so that Ctrl-C ends it. A call that does not wait tells a function when it is done.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use specie_client::{Call, Client, Error, Key, Method, Panel, Secret, Settings};
use tokio::task::AbortHandle;

use crate::failure::Failure;
use crate::keys;
use crate::runtime::{self, Driver};

/// How often a call that waits looks for signals.
const LOOK: Duration = Duration::from_millis(100);

type Answer = Result<Box<RawValue>, Error>;
/// The answer's JSON, or why there is none.
type Told = (Option<String>, Option<Failure>);

/// One call as Python writes it down.
#[derive(FromPyObject)]
pub struct Asked {
    method: String,
    path: Vec<String>,
    query: Vec<(String, String)>,
    body: Option<String>,
    anyone: bool,
    bare: bool,
    idempotency_key: Option<String>,
}

/// How a client is set up.
#[derive(FromPyObject)]
pub struct Setup {
    timeout: f64,
    connect_timeout: f64,
    retries: u32,
    max_answer: usize,
    proxy: Option<String>,
    trust: Vec<String>,
    insecure: bool,
}

#[derive(Clone)]
enum Who {
    Key(Key),
    Token(Secret),
}

#[derive(Clone)]
enum Face {
    Client(Client),
    Panel(Panel),
}

/// Connections to one server, as one client.
#[pyclass(frozen, module = "specie._native")]
pub struct Connection {
    host: String,
    who: Who,
    settings: Settings,
    /// With the process that it belongs to.
    open: Mutex<Option<(u32, Face)>>,
}

#[pymethods]
impl Connection {
    /// `pem` of who signs, or the panel's `token`. `ValueError` if one of them, the host or the setup makes no sense.
    #[new]
    #[pyo3(signature = (host, pem, token, setup))]
    fn new(host: String, pem: Option<String>, token: Option<String>, setup: Setup) -> PyResult<Self> {
        let who = match (pem, token) {
            (Some(pem), None) => Who::Key(keys::read(&pem)?),
            (None, Some(token)) => Who::Token(token.into()),
            _ => return Err(PyValueError::new_err("either a key or a token")),
        };
        let connection = Self { host, who, settings: setup.settings()?, open: Mutex::new(None) };
        connection.open()?;
        Ok(connection)
    }

    /// Waits for the answer.
    fn call(&self, py: Python<'_>, asked: Asked) -> PyResult<Told> {
        let call = match asked.call() {
            Ok(call) => call,
            Err(error) => return Ok(told(Err(error))),
        };
        let (face, driver) = self.open()?;
        let (sender, mut receiver) = mpsc::channel();
        let work = driver.handle().spawn(async move { sender.send(face.send(call).await) });
        loop {
            let heard;
            (heard, receiver) = py.detach(move || (receiver.recv_timeout(LOOK), receiver));
            match heard {
                Ok(answer) => return Ok(told(answer)),
                Err(RecvTimeoutError::Timeout) => py.check_signals().inspect_err(|_| work.abort())?,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(PyRuntimeError::new_err("the call ended without an answer"));
                }
            }
        }
    }

    /// Does not wait: `done` is called with what `call` would have returned, on another thread.
    fn begin(&self, asked: Asked, done: Py<PyAny>) -> PyResult<Pending> {
        let (face, driver) = self.open()?;
        let telling = driver.handle();
        let work = driver.handle().spawn(async move {
            let answer = match asked.call() {
                Ok(call) => face.send(call).await,
                Err(error) => Err(error),
            };
            telling.spawn_blocking(move || driver.visit(|| tell(answer, done)));
        });
        Ok(Pending(work.abort_handle()))
    }
}

impl Connection {
    /// The client of this process: a child's own, if there was a fork.
    fn open(&self) -> PyResult<(Face, &'static Driver)> {
        let (process, driver) = runtime::driver()?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((owner, face)) = &*open
            && *owner == process
        {
            return Ok((face.clone(), driver));
        }
        let (host, settings) = (self.host.as_str(), self.settings.clone());
        let made = match &self.who {
            Who::Key(key) => Client::with_settings(host, key.clone(), settings).map(Face::Client),
            Who::Token(token) => Panel::with_settings(host, token.clone(), settings).map(Face::Panel),
        };
        let face = made.map_err(|e| PyValueError::new_err(e.to_string()))?;
        // What a parent had is kept from being dropped: its connections are the parent's.
        std::mem::forget(open.replace((process, face.clone())));
        Ok((face, driver))
    }
}

impl Face {
    async fn send(self, call: Call<Box<RawValue>>) -> Answer {
        match self {
            Self::Client(client) => client.send(call).await,
            Self::Panel(panel) => panel.send(call).await,
        }
    }
}

impl Asked {
    fn call(self) -> Result<Call<Box<RawValue>>, Error> {
        let method = match self.method.as_str() {
            "GET" => Method::Get,
            "POST" => Method::Post,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            other => return Err(Error::Unsendable(format!("no method is called {other}"))),
        };
        let mut call = Call::new(method, self.path);
        for (name, value) in self.query {
            call = call.query(&name, Some(value));
        }
        if let Some(text) = self.body {
            let body: Map<String, Value> = serde_json::from_str(&text)
                .map_err(|e| Error::Unsendable(format!("what is sent has to be a JSON object: {e}")))?;
            call = call.body(&body);
        }
        call = if self.anyone { call.for_anyone() } else { call };
        call = if self.bare { call.bare() } else { call };
        Ok(match self.idempotency_key {
            Some(key) => call.with_idempotency_key(key),
            None => call,
        })
    }
}

impl Setup {
    fn settings(self) -> PyResult<Settings> {
        let seconds = |name: &str, value: f64| {
            let wrong = || PyValueError::new_err(format!("{name} is a number of seconds, more than none"));
            let wait = Duration::try_from_secs_f64(value).map_err(|_| wrong())?;
            if wait.is_zero() { Err(wrong()) } else { Ok(wait) }
        };
        let mut settings = Settings::new()
            .timeout(seconds("timeout", self.timeout)?)
            .connect_timeout(seconds("connect_timeout", self.connect_timeout)?)
            .retries(self.retries)
            .max_answer(self.max_answer);
        if let Some(proxy) = self.proxy {
            settings = settings.proxy(proxy);
        }
        for pem in self.trust {
            settings = settings.trust(pem);
        }
        Ok(if self.insecure { settings.danger_accept_any_certificate() } else { settings })
    }
}

/// A call that nobody waits for here.
#[pyclass(frozen, module = "specie._native")]
pub struct Pending(AbortHandle);

#[pymethods]
impl Pending {
    /// It is not wanted any more. Whether the server did what was asked is not known.
    fn cancel(&self) {
        self.0.abort();
    }
}

fn told(answer: Answer) -> Told {
    match answer {
        Ok(text) => (Some(String::from(Box::<str>::from(text))), None),
        Err(error) => (None, Some(error.into())),
    }
}

/// Nobody is told by an interpreter that ends.
fn tell(answer: Answer, done: Py<PyAny>) {
    let _ = Python::try_attach(|py| {
        if let Err(error) = done.call1(py, told(answer)) {
            error.write_unraisable(py, None);
        }
        drop(done);
    });
}
