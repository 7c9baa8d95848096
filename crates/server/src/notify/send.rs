//! One attempt at one delivery.

use std::sync::Arc;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};

use super::guard::{AddressPolicy, GuardedClient, Refusal, SystemLookup, read_bounded};
use crate::app::view::{Attempted, Due, Form};
use crate::dialect::bitpay::ipn;
use crate::dialect::panel::event;

/// Carries notifications to shops.
pub struct Courier {
    client: GuardedClient,
}

impl Courier {
    /// A courier that goes only where the policy lets it.
    #[must_use]
    pub fn new(policy: AddressPolicy) -> Self {
        Self { client: GuardedClient::new(policy, Arc::new(SystemLookup::default())) }
    }

    /// Posts a notification once. Any answer of 200 to 299 is a success; a redirect is not.
    pub async fn attempt(&self, due: &Due) -> Attempted {
        match self.post(due).await {
            Ok(status) if (200..300).contains(&status) => {
                Attempted { http_status: Some(status), failure: None }
            }
            Ok(status) => {
                Attempted { http_status: Some(status), failure: Some(format!("answered {status}")) }
            }
            Err(failure) => Attempted { http_status: None, failure: Some(failure) },
        }
    }

    async fn post(&self, due: &Due) -> Result<u16, String> {
        let target = match due.form {
            Form::Plain | Form::Named => ipn::target(&due.url, &due.snapshot),
            Form::Event => due.url.clone(),
        };
        let url = self.client.policy().check_url(&target).map_err(|refusal| refusal.to_string())?;
        let body = match due.form {
            Form::Plain | Form::Named => ipn::body(&due.snapshot, due.notice, due.form),
            Form::Event => event::body(due.id, &due.snapshot, due.notice),
        };
        let request = self.client.request(Method::POST, &url).map_err(|e| coarse(&e))?;
        let request = request
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header(USER_AGENT, concat!("Specie/", env!("CARGO_PKG_VERSION")))
            .header("Specie-Delivery", due.id.to_string())
            .header("Request-Id", due.request_id.as_str())
            .body(body);
        let response = request.send().await.map_err(|e| coarse(&e))?;
        let status = response.status().as_u16();
        // A shop that cannot be heard out has still answered: its status counts.
        let _ = read_bounded(response).await;
        Ok(status)
    }
}

/// Why an exchange failed, without a stranger's words in it.
fn coarse(error: &reqwest::Error) -> String {
    match Refusal::behind(error) {
        Some(refusal) => refusal.to_string(),
        None if error.is_timeout() => "timed out".to_owned(),
        None if error.is_connect() => "could not connect".to_owned(),
        None => "the connection broke".to_owned(),
    }
}
