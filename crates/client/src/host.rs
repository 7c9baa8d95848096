//! Which server is spoken to.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::Error;

/// All but letters, digits and `-._~` (RFC 3986, 2.3): what is written so is the same for every reader.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A server's address, such as `https://pay.example.com`, perhaps with a path before its APIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host(String);

impl Host {
    /// Reads an address. Slashes at its end do not count.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refused = |why: &str| Error::Unsendable(format!("the server's address {why}"));
        let url =
            Url::parse(text.trim()).map_err(|_| refused("is not one such as https://pay.example.com"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(refused("has to begin with https:// or http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("may not contain a name or a password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("may not have a query"));
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of a path below it, exactly as it is sent. Segments and parameters may contain anything: they are
    /// encoded, and cannot become another path.
    pub fn url(&self, path: &[String], query: &[(String, String)]) -> Result<Url, Error> {
        let mut text = self.0.clone();
        for segment in path {
            if matches!(segment.as_str(), "" | "." | "..") {
                return Err(Error::Unsendable(format!("`{segment}` cannot be an id")));
            }
            text.push('/');
            text.extend(utf8_percent_encode(segment, ENCODED));
        }
        for (at, (name, value)) in query.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.extend(utf8_percent_encode(name, ENCODED));
            text.push('=');
            text.extend(utf8_percent_encode(value, ENCODED));
        }
        Url::parse(&text).map_err(|e| Error::Unsendable(e.to_string()))
    }
}
