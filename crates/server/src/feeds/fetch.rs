//! One GET, with an end: bounded in time and size, nothing followed, nothing unpacked.

use std::time::Duration;

use reqwest::{Client, redirect, tls};
use url::Url;

use super::FeedError;

/// The time for a whole exchange: lookup, connection, request, response and its body.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The time for a connection, within [`TOTAL_TIMEOUT`].
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How large an answer may be, in bytes. A whole one has some twenty thousand.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// A client for an address. Only a server on this machine is spoken to without TLS.
pub(super) fn client(address: &Url, patience: Duration) -> Result<Client, FeedError> {
    let builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(patience)
        // Asked once a minute: a connection kept open would mostly be a broken one.
        .pool_max_idle_per_host(0)
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .http1_only()
        .https_only(address.scheme() == "https")
        .tls_version_min(tls::Version::TLS_1_2)
        .user_agent(concat!("Specie/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(|_| FeedError::Tls)
}

/// The body of an answer with status 200.
pub(super) async fn get(client: &Client, url: &Url) -> Result<Vec<u8>, FeedError> {
    let request = client.get(url.clone()).header("accept", "application/json");
    let mut response = request.send().await.map_err(|e| coarse(&e))?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(FeedError::Status(status));
    }
    // What it says of its own length may be wrong: the bytes are counted as they come.
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| coarse(&e))? {
        if chunk.len() > MAX_BODY_BYTES - body.len() {
            return Err(FeedError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn coarse(error: &reqwest::Error) -> FeedError {
    if error.is_timeout() {
        FeedError::Late
    } else if error.is_connect() {
        FeedError::Unreachable
    } else {
        FeedError::Broken
    }
}
