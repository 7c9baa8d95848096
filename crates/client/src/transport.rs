//! Carries requests to the server and answers back. Decides nothing: what is sent is in [`Request`], whether it is
//! sent again in `retry.rs`, what an answer means in `answer.rs`.
//!
//! Redirects are never followed, no cookie is kept, an answer is read up to its limit and no further.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName};
use reqwest::redirect::Policy;
use url::Url;

use crate::answer::Answer;
use crate::request::Request;
use crate::{Error, Method, Settings, entropy, retry, tls};

const AGENT: &str = concat!("specie-client/", env!("CARGO_PKG_VERSION"));

/// Connections to one server.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    settings: Settings,
}

impl Transport {
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(&settings)?)
            .redirect(Policy::none())
            .connect_timeout(settings.connect_timeout)
            .user_agent(AGENT);
        if let Some(proxy) = &settings.proxy {
            builder = builder.proxy(through(proxy.reveal())?);
        }
        let http = builder.build().map_err(|e| Error::Tls(words(&e)))?;
        Ok(Self { http, settings })
    }

    /// The answer that accepts the request, after as many attempts as are allowed.
    pub async fn run(&self, request: &Request) -> Result<Answer, Error> {
        let retries = if request.may_be_repeated() { self.settings.retries } else { 0 };
        let mut failed = 0;
        loop {
            let error = match self.attempt(request).await.and_then(Answer::accepted) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let [luck] = entropy::bytes();
            let Some(wait) = retry::wait(&error, failed, retries, luck) else { return Err(error) };
            tokio::time::sleep(wait).await;
            failed += 1;
        }
    }

    async fn attempt(&self, request: &Request) -> Result<Answer, Error> {
        let response = self.open(request, Some(self.settings.timeout)).await?;
        self.whole(response).await
    }

    /// Sends it and waits for the head of the answer.
    pub async fn open(
        &self,
        request: &Request,
        timeout: Option<Duration>,
    ) -> Result<reqwest::Response, Error> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut building = self.http.request(method, request.url.clone());
        for (name, value) in &request.headers {
            building = building.header(*name, value);
        }
        if let Some(timeout) = timeout {
            building = building.timeout(timeout);
        }
        if let Some(body) = &request.body {
            building = building.body(body.clone());
        }
        building.send().await.map_err(|e| self.failed(e))
    }

    /// All of an answer, up to the limit.
    pub async fn whole(&self, mut response: reqwest::Response) -> Result<Answer, Error> {
        let mut answer = head(response.status().as_u16(), response.headers());
        let limit = self.settings.max_answer;
        while let Some(chunk) = response.chunk().await.map_err(|e| self.failed(e))? {
            if answer.body.len() + chunk.len() > limit {
                return Err(Error::TooLarge { limit });
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }

    pub fn failed(&self, error: reqwest::Error) -> Error {
        if error.is_timeout() {
            let settings = &self.settings;
            let after = if error.is_connect() { settings.connect_timeout } else { settings.timeout };
            Error::Timeout { after: after.min(settings.timeout) }
        } else if error.is_builder() {
            Error::Unsendable(words(&error.without_url()))
        } else {
            Error::Unreachable(words(&error.without_url()))
        }
    }
}

fn through(proxy: &str) -> Result<reqwest::Proxy, Error> {
    let refused =
        || Error::Unsendable("the proxy's address is not one such as socks5h://127.0.0.1:9050".to_owned());
    let url = Url::parse(proxy).map_err(|_| refused())?;
    let known = matches!(url.scheme(), "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h");
    let host = url.host_str().is_some_and(|host| !host.is_empty());
    if known && host { reqwest::Proxy::all(url).map_err(|_| refused()) } else { Err(refused()) }
}

fn head(status: u16, headers: &HeaderMap) -> Answer {
    let text = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.to_owned());
    Answer {
        status,
        request_id: text(HeaderName::from_static("request-id")),
        retry_after: text(reqwest::header::RETRY_AFTER)
            .and_then(|seconds| seconds.parse().ok())
            .map(Duration::from_secs),
        location: text(reqwest::header::LOCATION),
        body: Vec::new(),
    }
}

/// The innermost causes say most: "connection refused".
fn words(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        words = format!("{words}: {deeper}");
        cause = deeper.source();
    }
    words
}
