//! The blocking client of the panel's API. Its other methods are written down in `panel_calls`.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::Driver;
use crate::{Call, Error, Request, Secret, Settings};

/// A client of one server's panel API, whose calls wait for their answer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Panel {
    inner: crate::Panel,
    driver: Arc<Driver>,
}

impl Panel {
    /// As [`Panel::new`](crate::Panel::new).
    ///
    /// # Errors
    /// The same.
    pub fn new(host: &str, token: impl Into<Secret>) -> Result<Self, Error> {
        Self::with_settings(host, token, Settings::default())
    }

    /// As [`Panel::with_settings`](crate::Panel::with_settings).
    ///
    /// # Errors
    /// The same.
    pub fn with_settings(host: &str, token: impl Into<Secret>, settings: Settings) -> Result<Self, Error> {
        Ok(Self { inner: crate::Panel::with_settings(host, token, settings)?, driver: Driver::start()? })
    }

    /// As [`Panel::prepare`](crate::Panel::prepare).
    ///
    /// # Errors
    /// The same.
    pub fn prepare<T>(&self, call: &Call<T>) -> Result<Request, Error> {
        self.inner.prepare(call)
    }

    /// As [`Panel::send`](crate::Panel::send).
    ///
    /// # Errors
    /// The same.
    pub fn send<T: DeserializeOwned>(&self, call: Call<T>) -> Result<T, Error> {
        self.driver.wait(self.inner.send(call))
    }
}
