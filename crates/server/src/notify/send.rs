//! One attempt at one delivery.

use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::{Method, RequestBuilder};
use specie_core::time::Timestamp;

use super::excerpt::excerpt;
use super::guard::{AddressPolicy, GuardedClient, Refusal, SystemLookup, read_bounded};
use super::sign;
use crate::app::view::{Attempted, Content, Due, Form};
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

    /// Posts a notification once, now. Any answer of 200 to 299 is a success; a redirect is not.
    pub async fn attempt(&self, due: &Due, now: Timestamp) -> Attempted {
        match self.post(due, now).await {
            Ok((status, excerpt)) => {
                let arrived = (200..300).contains(&status);
                let failure = (!arrived).then(|| format!("answered {status}"));
                Attempted { http_status: Some(status), failure, excerpt }
            }
            Err(failure) => Attempted { http_status: None, failure: Some(failure), excerpt: None },
        }
    }

    async fn post(&self, due: &Due, now: Timestamp) -> Result<(u16, Option<String>), String> {
        let (target, body) = rendered(due);
        let url = self.client.policy().check_url(&target).map_err(|refusal| refusal.to_string())?;
        let request = self.client.request(Method::POST, &url).map_err(|e| coarse(&e))?;
        let request = request
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header(USER_AGENT, concat!("Specie/", env!("CARGO_PKG_VERSION")))
            .header("Specie-Delivery", due.id.to_string())
            .header("Request-Id", due.request_id.as_str());
        let response = signed(request, due, now, &body).body(body).send().await.map_err(|e| coarse(&e))?;
        let status = response.status().as_u16();
        // A shop that cannot be heard out has still answered: its status counts.
        let answer = read_bounded(response).await.ok();
        Ok((status, answer.and_then(|answer| excerpt(&answer.bytes))))
    }
}

/// Where it goes, and what is said there.
fn rendered(due: &Due) -> (String, String) {
    match &due.content {
        Content::Test(test) => (due.url.clone(), event::test_body(due.id, test)),
        Content::Notice { notice, snapshot } => match due.form {
            Form::Plain | Form::Named => {
                (ipn::target(&due.url, snapshot), ipn::body(snapshot, *notice, due.form))
            }
            Form::Event | Form::Test => (due.url.clone(), event::body(due.id, snapshot, *notice)),
        },
    }
}

/// With a signature, if whoever hears it knows a secret.
fn signed(request: RequestBuilder, due: &Due, now: Timestamp, body: &str) -> RequestBuilder {
    let Some(current) = due.keys.first() else { return request };
    request
        .header("Specie-Signature", sign::timed(&due.keys, now, body))
        .header("BTCPay-Sig", sign::of_body(current, body))
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
