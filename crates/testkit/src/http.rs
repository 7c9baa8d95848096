//! A plain HTTP client for tests: what is sent is exactly what is asked for.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {} {:?}", self.status, self.body))
    }

    /// The `data` of a success.
    ///
    /// # Panics
    /// If it is no success.
    #[must_use]
    pub fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()["data"].clone()
    }

    /// The `error` of a refusal.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn error(&self) -> String {
        let json = self.json();
        json["error"].as_str().unwrap_or_else(|| panic!("no error: {} {}", self.status, self.body)).to_owned()
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The client of all tests: follows no redirect, keeps no cookie.
pub fn client() -> &'static reqwest::blocking::Client {
    static CLIENT: OnceLock<reqwest::blocking::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        // Another test's client may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::blocking::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .build()
            .expect("a client without special wishes can be built")
    })
}

/// Sends a request with these headers and this body.
///
/// # Panics
/// If no answer comes.
pub fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let method = method.parse().expect("a method");
    let mut request = client().request(method, url).body(body.to_vec());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().unwrap_or_else(|e| panic!("{url}: {e}"));
    let headers = response.headers().iter();
    let headers =
        headers.map(|(k, v)| (k.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
    let status = response.status().as_u16();
    Reply { status, headers, body: response.text().expect("a body") }
}

/// Asks for a page or for public data.
#[must_use]
pub fn get(url: &str) -> Reply {
    send("GET", url, &[], b"")
}
