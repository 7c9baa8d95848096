//! The async client of BitPay's API. Its methods are written down in `calls`.

use serde::de::DeserializeOwned;

use crate::host::Host;
use crate::request::{self, Credentials};
use crate::transport::Transport;
use crate::{Call, Error, Key, Method, PairingRequest, Request, Settings, Tokens, calls, entropy};

/// A client of one server, with a key of its own. Cheap to clone; all clones share their connections.
///
/// It runs on [tokio](https://tokio.rs). The same without `async` is `blocking::Client`.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) host: Host,
    key: Key,
    tokens: Tokens,
    pub(crate) transport: Transport,
}

impl Client {
    /// A client of a server, such as `https://pay.example.com`, not paired yet.
    ///
    /// # Errors
    /// [`Error::Unsendable`]: the address is none. [`Error::Tls`].
    pub fn new(host: &str, key: Key) -> Result<Self, Error> {
        Self::with_settings(host, key, Settings::default())
    }

    /// The same with settings.
    ///
    /// # Errors
    /// Those of [`Client::new`].
    pub fn with_settings(host: &str, key: Key, settings: Settings) -> Result<Self, Error> {
        let host = Host::parse(host)?;
        Ok(Self { host, key, tokens: Tokens::new(), transport: Transport::new(settings)? })
    }

    /// The same client with the tokens that it was given when it was paired.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = tokens;
        self
    }

    /// The server's address, without a slash at its end.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.as_str()
    }

    /// Who it is. Keep it: without it, it has to be paired anew.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The tokens that it has.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// A call as it would be sent now: signed, with the exact URL and bytes. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Unsendable`].
    pub fn prepare<T>(&self, call: &Call<T>) -> Result<Request, Error> {
        request::prepare(
            &call.asked,
            &self.host,
            &Credentials::Signing(self.key.clone(), self.tokens.clone()),
        )
    }

    /// Sends a call, again if need be and possible, and reads its answer.
    ///
    /// # Errors
    /// [`Error`]: the server refused, or could not be asked.
    pub async fn send<T: DeserializeOwned>(&self, call: Call<T>) -> Result<T, Error> {
        let request = self.prepare(&named(call))?;
        self.transport.run(&request).await?.read(request.shape)
    }

    /// Claims a code of seven characters, once, and has the tokens from then on: the whole of pairing if a store's
    /// owner made the code. [`Client::tokens`] is to be kept.
    ///
    /// # Errors
    /// [`Error::Refused`]: no such code (404), or one that is too old or another store's (400).
    pub async fn pair(self, code: &str) -> Result<Self, Error> {
        let tokens = self.claim(code).await?;
        Ok(self.with_tokens(tokens))
    }

    /// Claims a code of seven characters, once: the tokens to keep.
    ///
    /// # Errors
    /// Those of [`Client::pair`].
    pub async fn claim(&self, code: &str) -> Result<Tokens, Error> {
        Ok(self.claim_pairing(code, None).await?.tokens())
    }

    /// The same, with what the client calls itself, and all that the server says of it.
    ///
    /// # Errors
    /// Those of [`Client::pair`].
    pub async fn claim_pairing(&self, code: &str, label: Option<&str>) -> Result<PairingRequest, Error> {
        let [pairing] = self.send(calls::claim_pairing(&self.key, code, label)).await?;
        Ok(pairing)
    }

    /// Asks to be paired: somebody with a store opens [`Client::approval_url`] and says yes. `facade` is `merchant` or
    /// `pos`.
    ///
    /// # Errors
    /// [`Error`]: the server refused, or could not be asked.
    pub async fn request_pairing(&self, facade: &str, label: &str) -> Result<PairingRequest, Error> {
        let [pairing] = self.send(calls::request_pairing(&self.key, facade, label)).await?;
        Ok(pairing)
    }
}

/// The call under a name that is kept over all attempts.
pub(crate) fn named<T>(call: Call<T>) -> Call<T> {
    if call.asked.method == Method::Post && call.asked.idempotency_key.is_none() {
        call.with_idempotency_key(entropy::name())
    } else {
        call
    }
}
