//! Live rates from outside: one file for each source's wire form, and one bounded fetch.
//!
//! A source is asked for everything it knows at once, over TLS, and read with suspicion: its answer
//! may be late, huge, of another form, or the wrong way round. What comes out are prices of one
//! bitcoin in currencies that exist. Whether they are believed, and when they are asked for, is
//! decided elsewhere; no word of a source's answer gets into an error.

mod coinbase;
mod fetch;
mod kraken;

use std::fmt;
use std::sync::OnceLock;

use reqwest::Client;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use specie_core::money::{Currency, parse_decimal};
use url::{Host, Url};

use crate::app::view::Feed;

pub use fetch::{MAX_BODY_BYTES, TOTAL_TIMEOUT};

/// Digits behind the point that a rate is kept with; what comes after them is worth nothing.
const MAX_SCALE: u32 = 12;

/// Prices of one bitcoin by currency. None: the currency was named, but no price that makes sense.
pub type Prices = Vec<(Currency, Option<Decimal>)>;

/// Why a source gave no rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: are there root certificates?")]
    Tls,
    /// No answer, or not all of it, within [`TOTAL_TIMEOUT`].
    #[error("it did not answer in time")]
    Late,
    /// No connection.
    #[error("it could not be reached")]
    Unreachable,
    /// The connection ended early, or what came was no HTTP.
    #[error("the connection broke")]
    Broken,
    /// Another status than 200. A redirect is one, too.
    #[error("it answered {0}")]
    Status(u16),
    /// More than [`MAX_BODY_BYTES`].
    #[error("its answer is larger than {} KiB", MAX_BODY_BYTES / 1024)]
    TooLarge,
    /// Another form than the documented one.
    #[error("its answer is not of the form that it documents")]
    Form,
    /// The answer says that it is an error.
    #[error("it refused: {0}")]
    Refused(&'static str),
    /// The answer prices something else.
    #[error("its answer does not price bitcoin")]
    NotBitcoin,
}

/// Reads an address that a source is asked at: https, or http on this machine.
///
/// # Errors
/// In words, what is wrong with it.
pub fn parse_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|e| e.to_string())?;
    let plain = url.query().is_none() && url.fragment().is_none();
    if !plain || !url.has_host() || !url.username().is_empty() || url.password().is_some() {
        return Err("expected an address such as https://rates.example.com".to_owned());
    }
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err("http is for this machine only: rates from elsewhere need https".to_owned()),
        _ => Err("expected an https address".to_owned()),
    }
}

/// A source's own address.
#[must_use]
pub fn usual_address(feed: Feed) -> &'static str {
    match feed {
        Feed::Kraken => kraken::ADDRESS,
        Feed::Coinbase => coinbase::ADDRESS,
    }
}

/// Asks one source.
#[derive(Debug, Clone)]
pub struct Reader {
    feed: Feed,
    url: Url,
    /// Made for the first question: reading the system's root certificates takes a while, and where
    /// there are none the server has to run all the same.
    client: OnceLock<Client>,
}

impl Reader {
    /// A reader of a source at an address that [`parse_address`] let pass. Ring's TLS provider must
    /// be installed in the process.
    #[must_use]
    pub fn new(feed: Feed, address: &Url) -> Self {
        let (path, query) = match feed {
            Feed::Kraken => kraken::TARGET,
            Feed::Coinbase => coinbase::TARGET,
        };
        let mut url = address.clone();
        url.set_path(&format!("{}{path}", address.path().trim_end_matches('/')));
        url.set_query(Some(query));
        Self { feed, url, client: OnceLock::new() }
    }

    /// Which source this is.
    #[must_use]
    pub fn feed(&self) -> Feed {
        self.feed
    }

    /// What the source says now.
    ///
    /// # Errors
    /// [`FeedError`] after [`TOTAL_TIMEOUT`] at the latest.
    pub async fn prices(&self) -> Result<Prices, FeedError> {
        let client = match self.client.get() {
            Some(client) => client,
            None => {
                let made = fetch::client(&self.url, TOTAL_TIMEOUT)?;
                self.client.get_or_init(|| made)
            }
        };
        let body = fetch::get(client, &self.url).await?;
        match self.feed {
            Feed::Kraken => kraken::parse(&body),
            Feed::Coinbase => coinbase::parse(&body),
        }
    }
}

/// An object's fields as they came, those that are there twice included.
struct Entries<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for All<T> {
            type Value = Entries<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Entries<T>, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(All(std::marker::PhantomData))
    }
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, FeedError> {
    serde_json::from_slice(body).map_err(|_| FeedError::Form)
}

/// A number, or a text that is one, cut after [`MAX_SCALE`] digits behind the point.
fn number(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    // Some sources divide and print whatever comes out: more digits than a decimal can hold.
    let digits = text.split_once('.').map_or("", |(_, digits)| digits);
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    let surplus = if all_digits { digits.len().saturating_sub(MAX_SCALE as usize) } else { 0 };
    let number = parse_decimal(&text[..text.len() - surplus]).ok()?;
    Some(number.trunc_with_scale(MAX_SCALE).normalize())
}

/// Leaves every currency once; of two prices neither is the price.
fn each_once(prices: Prices) -> Prices {
    let mut once: Prices = Vec::with_capacity(prices.len());
    for (currency, price) in prices {
        match once.iter_mut().find(|(known, _)| *known == currency) {
            Some(known) => known.1 = None,
            None => once.push((currency, price)),
        }
    }
    once
}

#[cfg(test)]
mod tests;
