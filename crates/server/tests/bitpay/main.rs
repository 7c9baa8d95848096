//! BitPay's API as shops use it, against the server as a process on the practice chain. One file
//! per subject.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod again;
mod applications;
mod auth;
mod bad_input;
mod cors;
mod events;
mod facades;
mod idempotency;
mod invoices;
mod ledgers;
mod lists;
mod notifications;
mod rates;
mod refunds;
mod request_id;
mod rpc;
mod sessions;
mod time;
mod tokens;
mod user;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use specie_testkit::http::{Reply, send};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

/// The program.
pub const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// A server, a practice store, and a client that is paired with it.
pub struct House {
    pub server: Server,
    pub store: String,
    pub shop: Shop,
}

impl House {
    pub fn open() -> Self {
        Self::with(&[], &[])
    }

    /// With further arguments of `serve`, and of `store create`.
    pub fn with(serve: &[&str], store: &[&str]) -> Self {
        let server = Server::start_with(EXE, serve);
        server.create_user(OWNER);
        let store = server.practice_store("Alder & Finch Books", store);
        let shop = Shop::paired(&server, &store, "shop");
        Self { server, store, shop }
    }

    /// A second store with a client of its own.
    pub fn neighbour(&self) -> (String, Shop) {
        let store = self.server.practice_store("Next Door", &[]);
        let shop = Shop::paired(&self.server, &store, "neighbour");
        (store, shop)
    }

    /// A request without credentials; `body` counts as JSON.
    pub fn anyone(&self, method: &str, path: &str, body: &str) -> Reply {
        self.with_headers(method, path, body, &[("content-type", "application/json")])
    }

    /// A request with just these headers.
    pub fn with_headers(&self, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
        send(method, &format!("{}{path}", self.server.url()), headers, body.as_bytes())
    }

    /// A new pairing code of a store.
    pub fn code(&self, store: &str) -> String {
        self.code_for("merchant", store)
    }

    /// A new pairing code for a facade.
    pub fn code_for(&self, facade: &str, store: &str) -> String {
        let code = self.server.run(&["token", "create", "--store", store, "--facade", facade]);
        code["pairing_code"].as_str().unwrap().to_owned()
    }

    /// A new legacy API key of the store.
    pub fn api_key(&self) -> String {
        let key = self.server.run(&["token", "api-key", "--store", &self.store]);
        key["api_key"].as_str().unwrap().to_owned()
    }

    /// How many invoices there are in all.
    pub fn invoices(&self) -> u64 {
        let status = self.server.run(&["status"]);
        status["invoices"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
    }

    /// An invoice over 20 dollars.
    pub fn twenty(&self) -> Value {
        self.shop.invoice(&json!({ "price": 20, "currency": "USD" }))
    }

    /// Host and port, as a `Host` header has them.
    pub fn host(&self) -> &str {
        self.server.url().trim_start_matches("http://")
    }

    /// Sends these bytes, and reads until the server has no more to say.
    pub fn raw(&self, request: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        // The server may have answered and closed before everything was sent.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {answer:?}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned())).collect();
        Reply { status, headers, body: body.to_owned() }
    }
}

/// Checks a refusal: the status, and JSON with nothing but an `error` that has these words in it.
#[track_caller]
pub fn refused(reply: &Reply, status: u16, words: &str, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/json"), "{what}");
    assert!(reply.error().contains(words), "{what}: {}", reply.body);
    assert_eq!(reply.header("retry-after"), (status == 429).then_some("60"), "{what}");
    assert_eq!(reply.json().as_object().unwrap().len(), 1, "{what}: {}", reply.body);
}

/// The keys of an object, in order.
pub fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap_or_else(|| panic!("no object: {object}")).keys().map(String::as_str).collect()
}
