//! The other way of pairing: a client asks, somebody with a store approves, the client waits.

use std::time::Duration;

use crate::{Client, Error, PairingRequest, Tokens};

/// How often the server is asked whether it was approved.
const PERIOD: Duration = Duration::from_secs(2);
/// If the server does not say how long a code lasts.
const USUALLY: Duration = Duration::from_secs(15 * 60);
/// Whatever it says.
const AT_MOST: Duration = Duration::from_secs(24 * 60 * 60);

impl Client {
    /// Where somebody with a store approves a pairing that this client asked for.
    #[must_use]
    pub fn approval_url(&self, asked: &PairingRequest) -> String {
        let code = asked.pairing_code.clone().unwrap_or_default();
        let query = [("pairingCode".to_owned(), code)];
        self.host
            .url(&["api-access-request".to_owned()], &query)
            .map_or_else(|_| self.host().to_owned(), |url| url.to_string())
    }

    /// Waits until it was approved, and has the tokens from then on. [`Client::tokens`] is to be kept.
    ///
    /// # Errors
    /// [`Error::NotApproved`] when the code's time is over.
    pub async fn wait_until_approved(self, asked: &PairingRequest) -> Result<Self, Error> {
        let tokens = self.wait_for_tokens(asked).await?;
        Ok(self.with_tokens(tokens))
    }

    /// Waits until it was approved: the tokens to keep.
    ///
    /// # Errors
    /// Those of [`Client::wait_until_approved`].
    pub async fn wait_for_tokens(&self, asked: &PairingRequest) -> Result<Tokens, Error> {
        let lasts = if asked.lasts().is_zero() { USUALLY } else { asked.lasts().min(AT_MOST) };
        let attempts = lasts.as_millis() / PERIOD.as_millis() + 1;
        for _ in 0..attempts {
            match self.get_tokens().await {
                Ok(tokens) if approved(&tokens, asked) => return Ok(asked.tokens()),
                Err(error) if !error.is_passing() => return Err(error),
                _ => tokio::time::sleep(PERIOD).await,
            }
        }
        Err(Error::NotApproved)
    }
}

/// Some servers list one token for all facades, and a new one at each pairing.
fn approved(tokens: &Tokens, asked: &PairingRequest) -> bool {
    tokens.iter().any(|(_, token)| token == &asked.token)
}
