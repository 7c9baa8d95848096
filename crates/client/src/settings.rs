//! How a client speaks to its server: how long it waits, how often it tries, what it trusts.

use std::time::Duration;

use crate::Secret;

/// A client's settings. What is not said stays as it is: 30 seconds for an answer, ten for a connection, three more
/// attempts, answers up to 32 MiB, and the certificates that the system trusts.
///
/// ```
/// use std::time::Duration;
///
/// let settings = specie_client::Settings::new().timeout(Duration::from_secs(5)).retries(0);
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) retries: u32,
    pub(crate) max_answer: usize,
    /// Its address, in which a password may be.
    pub(crate) proxy: Option<Secret>,
    pub(crate) trusted: Vec<String>,
    pub(crate) any_certificate: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            retries: 3,
            max_answer: 32 * 1024 * 1024,
            proxy: None,
            trusted: Vec::new(),
            any_certificate: false,
        }
    }
}

impl Settings {
    /// Those that nobody changed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long one attempt may take, from the connection to the last byte of the answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long it may take to connect.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How often a request is sent again that may be (a `GET`, or a `POST` under an idempotency key, which every
    /// one is given), when nothing came back or the server was busy: 429, 502, 503, 504. Its `Retry-After` is
    /// heeded up to 30 seconds; otherwise the wait doubles from a quarter of a second, and varies by chance.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The largest answer that is taken, in bytes.
    #[must_use]
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// A proxy to go through: `socks5h://127.0.0.1:9050` for Tor. Without it, `HTTPS_PROXY` and the like count.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(Secret::from(url.into()));
        self
    }

    /// Certificates in PEM that are trusted as well: of a server that issued its own.
    #[must_use]
    pub fn trust(mut self, pem: impl Into<String>) -> Self {
        self.trusted.push(pem.into());
        self
    }

    /// Any certificate will do, whoever it belongs to: **anyone on the way can read and change everything**. For tests
    /// on one's own machine.
    #[must_use]
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.any_certificate = true;
        self
    }
}
