//! The async client of the panel's API. Its methods are written down in `panel_calls`.

use serde::de::DeserializeOwned;

use crate::client::named;
use crate::host::Host;
use crate::request::{self, Credentials};
use crate::transport::Transport;
use crate::{Call, Error, Request, Secret, Settings};

/// A client of one server's panel API, `/api/v1`: stores and invoices by small numbers, webhooks, metrics. Cheap to
/// clone. It runs on [tokio](https://tokio.rs).
#[derive(Debug, Clone)]
pub struct Panel {
    host: Host,
    credentials: Credentials,
    transport: Transport,
}

impl Panel {
    /// A client of a server, such as `https://pay.example.com`, with a token from its dashboard.
    ///
    /// # Errors
    /// [`Error::Unsendable`]: the address is none. [`Error::Tls`].
    pub fn new(host: &str, token: impl Into<Secret>) -> Result<Self, Error> {
        Self::with_settings(host, token, Settings::default())
    }

    /// The same with settings.
    ///
    /// # Errors
    /// Those of [`Panel::new`].
    pub fn with_settings(host: &str, token: impl Into<Secret>, settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            host: Host::parse(host)?,
            credentials: Credentials::Bearer(token.into()),
            transport: Transport::new(settings)?,
        })
    }

    /// A call as it would be sent now. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Unsendable`].
    pub fn prepare<T>(&self, call: &Call<T>) -> Result<Request, Error> {
        request::prepare(&call.asked, &self.host, &self.credentials)
    }

    /// Sends a call, again if need be and possible, and reads its answer.
    ///
    /// # Errors
    /// [`Error`]: the server refused, or could not be asked.
    pub async fn send<T: DeserializeOwned>(&self, call: Call<T>) -> Result<T, Error> {
        let request = self.prepare(&named(call))?;
        self.transport.run(&request).await?.read(request.shape)
    }
}
