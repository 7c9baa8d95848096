//! The blocking client of BitPay's API. Its other methods are written down in `calls`.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Driver, Events};
use crate::{Call, Error, Key, PairingRequest, Request, Settings, Tokens};

/// A client of one server, with a key of its own, whose calls wait for their answer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    inner: crate::Client,
    driver: Arc<Driver>,
}

impl Client {
    /// As [`Client::new`](crate::Client::new).
    ///
    /// # Errors
    /// The same.
    pub fn new(host: &str, key: Key) -> Result<Self, Error> {
        Self::with_settings(host, key, Settings::default())
    }

    /// As [`Client::with_settings`](crate::Client::with_settings).
    ///
    /// # Errors
    /// The same.
    pub fn with_settings(host: &str, key: Key, settings: Settings) -> Result<Self, Error> {
        Ok(Self { inner: crate::Client::with_settings(host, key, settings)?, driver: Driver::start()? })
    }

    /// The same client with the tokens that it was given when it was paired.
    #[must_use]
    pub fn with_tokens(self, tokens: Tokens) -> Self {
        Self { inner: self.inner.with_tokens(tokens), ..self }
    }

    /// The server's address, without a slash at its end.
    #[must_use]
    pub fn host(&self) -> &str {
        self.inner.host()
    }

    /// Who it is.
    #[must_use]
    pub fn key(&self) -> &Key {
        self.inner.key()
    }

    /// The tokens that it has.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        self.inner.tokens()
    }

    /// As [`Client::prepare`](crate::Client::prepare).
    ///
    /// # Errors
    /// The same.
    pub fn prepare<T>(&self, call: &Call<T>) -> Result<Request, Error> {
        self.inner.prepare(call)
    }

    /// As [`Client::send`](crate::Client::send).
    ///
    /// # Errors
    /// The same.
    pub fn send<T: DeserializeOwned>(&self, call: Call<T>) -> Result<T, Error> {
        self.driver.wait(self.inner.send(call))
    }

    /// As [`Client::pair`](crate::Client::pair).
    ///
    /// # Errors
    /// The same.
    pub fn pair(self, code: &str) -> Result<Self, Error> {
        let tokens = self.claim(code)?;
        Ok(self.with_tokens(tokens))
    }

    /// As [`Client::claim`](crate::Client::claim).
    ///
    /// # Errors
    /// The same.
    pub fn claim(&self, code: &str) -> Result<Tokens, Error> {
        self.driver.wait(self.inner.claim(code))
    }

    /// As [`Client::claim_pairing`](crate::Client::claim_pairing).
    ///
    /// # Errors
    /// The same.
    pub fn claim_pairing(&self, code: &str, label: Option<&str>) -> Result<PairingRequest, Error> {
        self.driver.wait(self.inner.claim_pairing(code, label))
    }

    /// As [`Client::request_pairing`](crate::Client::request_pairing).
    ///
    /// # Errors
    /// The same.
    pub fn request_pairing(&self, facade: &str, label: &str) -> Result<PairingRequest, Error> {
        self.driver.wait(self.inner.request_pairing(facade, label))
    }

    /// As [`Client::approval_url`](crate::Client::approval_url).
    #[must_use]
    pub fn approval_url(&self, asked: &PairingRequest) -> String {
        self.inner.approval_url(asked)
    }

    /// As [`Client::wait_until_approved`](crate::Client::wait_until_approved).
    ///
    /// # Errors
    /// The same.
    pub fn wait_until_approved(self, asked: &PairingRequest) -> Result<Self, Error> {
        let tokens = self.wait_for_tokens(asked)?;
        Ok(self.with_tokens(tokens))
    }

    /// As [`Client::wait_for_tokens`](crate::Client::wait_for_tokens).
    ///
    /// # Errors
    /// The same.
    pub fn wait_for_tokens(&self, asked: &PairingRequest) -> Result<Tokens, Error> {
        self.driver.wait(self.inner.wait_for_tokens(asked))
    }

    /// As [`Client::events`](crate::Client::events), one after the other.
    #[must_use]
    pub fn events(&self, invoice: &str) -> Events {
        Events { inner: self.inner.events(invoice), driver: self.driver.clone() }
    }
}
