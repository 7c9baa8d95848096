//! One attempt at one delivery.

use std::sync::Arc;

use reqwest::Method;
use specie_core::time::Timestamp;

use super::guard::{AddressPolicy, GuardedClient, Refusal, SystemLookup, read_bounded};
use crate::app::view::{Attempted, Due};
use crate::dialect::delivery;
use crate::dialect::excerpt::excerpt;

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
        let (target, body) = delivery::rendered(due.id, &due.url, due.form, &due.content);
        let url = self.client.policy().check_url(&target).map_err(|refusal| refusal.to_string())?;
        let request = self.client.request(Method::POST, &url).map_err(|e| coarse(&e))?;
        let request = request.header(delivery::REQUEST_ID, due.request_id.as_str());
        let headers = delivery::headers(due.id, &due.keys, now, &body).into_iter();
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        let response = request.body(body).send().await.map_err(|e| coarse(&e))?;
        let status = response.status().as_u16();
        // A shop that cannot be heard out has still answered: its status counts.
        let answer = read_bounded(response).await.ok();
        Ok((status, answer.and_then(|answer| excerpt(&answer.bytes))))
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
