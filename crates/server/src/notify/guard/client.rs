//! The HTTP client behind the guard: it dials what was checked, follows nothing, unpacks nothing,
//! and stops reading early.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Method, RequestBuilder, Response, redirect, tls};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{AddressPolicy, CheckedUrl, MAX_ANSWERS, Refusal};

/// The time for a whole exchange: lookup, connection, request, response and its body.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The time for resolving a name, within [`TOTAL_TIMEOUT`].
pub const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// How much of a response's body is read, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// How many lookups may occupy the system's resolver at once. It cannot be interrupted, and each
/// lookup that hangs holds a thread.
const MAX_LOOKUPS: usize = 32;

/// How many clients are kept, one per port.
const MAX_CLIENTS: usize = 64;

/// A lookup under way: the addresses of a name.
pub type Answers = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Turns names into addresses.
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of `host`; more than [`MAX_ANSWERS`] need not be complete.
    fn lookup(&self, host: &str) -> Answers;
}

/// The operating system's resolver.
#[derive(Debug)]
pub struct SystemLookup {
    free: Arc<Semaphore>,
}

impl Default for SystemLookup {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(MAX_LOOKUPS)) }
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> Answers {
        let (free, host) = (Arc::clone(&self.free), host.to_owned());
        Box::pin(async move {
            let permit = free.acquire_owned().await.map_err(io::Error::other)?;
            // A task of its own: when the caller's patience ends, the permit must stay taken for
            // as long as the resolver's thread is.
            let lookup = tokio::spawn(async move {
                let answers = tokio::net::lookup_host((host.as_str(), 0)).await;
                drop(permit);
                answers.map(|found| found.map(|address| address.ip()).take(MAX_ANSWERS + 1).collect())
            });
            lookup.await.map_err(io::Error::other)?
        })
    }
}

/// The time that is given to an exchange and to its lookup.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) total: Duration,
    pub(super) lookup: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { total: TOTAL_TIMEOUT, lookup: LOOKUP_TIMEOUT }
    }
}

/// Resolves names for connections to one port and hands out checked addresses only. The HTTP
/// client dials what it is handed, so nothing can change in between.
#[derive(Clone)]
pub struct GuardedResolver {
    policy: Arc<AddressPolicy>,
    lookup: Arc<dyn Lookup>,
    port: u16,
    timeout: Duration,
}

impl GuardedResolver {
    /// A resolver for connections to `port`: an HTTP client tells its resolver the name alone,
    /// but what the operator opened depends on the port.
    #[must_use]
    pub fn new(policy: Arc<AddressPolicy>, lookup: Arc<dyn Lookup>, port: u16) -> Self {
        Self { policy, lookup, port, timeout: LOOKUP_TIMEOUT }
    }

    pub(super) fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The addresses of `host`, each of them allowed.
    ///
    /// # Errors
    /// A name that is refused, a failed or slow lookup, or an answer that is refused.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Refusal> {
        self.policy.check_name(host, self.port)?;
        let answers = timeout(self.timeout, self.lookup.lookup(host)).await;
        let answers = answers.map_err(|_| Refusal::LookupTimedOut)?.map_err(|_| Refusal::LookupFailed)?;
        self.policy.check_answers(&answers, self.port)?;
        Ok(answers)
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let answers = resolver.addresses(name.as_str()).await?;
            let port = resolver.port;
            let addresses = answers.into_iter().map(move |address| SocketAddr::new(address, port));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// The only way out to addresses that merchants chose.
pub struct GuardedClient {
    policy: Arc<AddressPolicy>,
    lookup: Arc<dyn Lookup>,
    patience: Patience,
    by_port: Mutex<BTreeMap<u16, Client>>,
}

impl GuardedClient {
    /// A client under `policy`. Ring's TLS provider must be installed in the process.
    #[must_use]
    pub fn new(policy: AddressPolicy, lookup: Arc<dyn Lookup>) -> Self {
        Self::with_patience(policy, lookup, Patience::default())
    }

    pub(super) fn with_patience(policy: AddressPolicy, lookup: Arc<dyn Lookup>, patience: Patience) -> Self {
        Self { policy: Arc::new(policy), lookup, patience, by_port: Mutex::default() }
    }

    /// The policy, to check URLs with.
    #[must_use]
    pub fn policy(&self) -> &AddressPolicy {
        &self.policy
    }

    /// A request to a URL that [`AddressPolicy::check_url`] let pass. If sending it fails,
    /// [`Refusal::behind`] tells whether the guard was the reason.
    ///
    /// # Errors
    /// The TLS configuration cannot be set up (no root certificates, for one).
    pub fn request(&self, method: Method, url: &CheckedUrl) -> reqwest::Result<RequestBuilder> {
        Ok(self.client(url.port())?.request(method, url.url().clone()))
    }

    /// The client for a port, made once: reading the system's root certificates takes a while.
    fn client(&self, port: u16) -> reqwest::Result<Client> {
        let mut by_port = self.by_port.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = by_port.get(&port) {
            return Ok(client.clone());
        }
        if by_port.len() >= MAX_CLIENTS {
            by_port.clear();
        }
        let client = self.builder(port).build()?;
        by_port.insert(port, client.clone());
        Ok(client)
    }

    pub(super) fn builder(&self, port: u16) -> reqwest::ClientBuilder {
        let resolver = GuardedResolver::new(Arc::clone(&self.policy), Arc::clone(&self.lookup), port);
        Client::builder()
            .dns_resolver(resolver.with_timeout(self.patience.lookup))
            // A proxy from the environment would resolve the name by itself.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .timeout(self.patience.total)
            // No connection outlives its attempt: each attempt resolves and checks anew.
            .pool_max_idle_per_host(0)
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .http1_only()
            .https_only(!self.policy.allow_http)
            .tls_version_min(tls::Version::TLS_1_2)
    }
}

/// The beginning of a response's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundedBody {
    /// At most [`MAX_BODY_BYTES`], as sent. A stranger's bytes: escape them wherever they show.
    pub bytes: Vec<u8>,
    /// Whether there was more, which was not read.
    pub truncated: bool,
}

/// Reads a response's body up to [`MAX_BODY_BYTES`], then closes the connection.
///
/// # Errors
/// The connection broke, or the time for the whole exchange was over.
pub async fn read_bounded(mut response: Response) -> reqwest::Result<BoundedBody> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = MAX_BODY_BYTES - bytes.len();
        if chunk.len() > room {
            bytes.extend_from_slice(&chunk[..room]);
            return Ok(BoundedBody { bytes, truncated: true });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(BoundedBody { bytes, truncated: false })
}
