//! The panel's API as panels and scripts use it, against the server as a process on the practice
//! chain. One file per subject.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod access;
mod again;
#[path = "../pages/browser.rs"]
mod browser;
mod events;
mod idempotency;
mod invoices;
mod lists;
mod marks;
mod practice;
mod summary;
mod webhooks;

use serde_json::{Value, json};
use specie_testkit::http::{Reply, send};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use browser::{Browser, merchant};

const EXE: &str = env!("CARGO_BIN_EXE_specie");
/// Another merchant on the same server.
const OTHER: &str = "other@shop.example";
const TOKENS: &str = "/account/api-tokens";

/// A server, a practice store of number 1, its merchant's browser, and a token of theirs.
struct House {
    server: Server,
    store: String,
    browser: Browser,
    token: String,
}

impl House {
    fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let mut browser = merchant(&server, OWNER);
        let token = generate(&mut browser, &[]);
        Self { server, store, browser, token }
    }

    /// A second merchant with a store of number 2, and a token of theirs.
    fn neighbour(&self) -> String {
        self.server.create_user(OTHER);
        let store = ["store", "create", "--owner", OTHER, "--name", "Next Door", "--sandbox"];
        assert!(self.server.run(&store)["id"].is_string());
        generate(&mut merchant(&self.server, OTHER), &[])
    }

    /// A request with just these headers. `path` is below `/api/v1`.
    fn with_headers(&self, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
        send(method, &format!("{}/api/v1{path}", self.server.url()), headers, body.as_bytes())
    }

    /// A request with a token, and further headers.
    fn call_with(&self, token: &str, method: &str, path: &str, body: &str, more: &[(&str, &str)]) -> Reply {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("accept", "application/json"),
        ];
        self.with_headers(method, path, body, &[&headers, more].concat())
    }

    fn get(&self, path: &str) -> Reply {
        self.call_with(&self.token, "GET", path, "", &[])
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        self.call_with(&self.token, "POST", path, &body.to_string(), &[])
    }

    /// Makes an invoice in store 1.
    fn invoice(&self, body: &Value) -> Value {
        let reply = self.post("/stores/1/invoices", body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        assert_eq!(reply.json()["success"], true);
        reply.json()["data"].clone()
    }

    /// An invoice over 20 dollars.
    fn twenty(&self) -> Value {
        self.invoice(&json!({ "amount": 20, "currency": "USD" }))
    }

    fn read(&self, number: &Value) -> Value {
        let reply = self.get(&format!("/invoices/{number}"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["data"].clone()
    }

    fn until_status(&self, number: &Value, status: &str) -> Value {
        until(&format!("invoice {number} becoming {status}"), || {
            Some(self.read(number)).filter(|invoice| invoice["status"] == status)
        })
    }
}

/// The id by which all other commands know an invoice.
fn public_id(invoice: &Value) -> &str {
    invoice["checkout_url"].as_str().unwrap().rsplit('/').next().unwrap()
}

/// Makes a token as a merchant does, with what was written into the form's fields.
fn generate(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    // Of two names the first counts.
    let all = [fields, &[("name", "Panel")]].concat();
    let html = browser.fill(TOKENS, TOKENS, &all).body;
    let shown = html.split_once("id=\"apitoken\">").unwrap_or_else(|| panic!("no token: {html}")).1;
    shown.split('<').next().unwrap().to_owned()
}

/// Checks a refusal: the status, that it is JSON, and all of it.
#[track_caller]
fn refused(reply: &Reply, status: u16, body: &Value, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/json"), "{what}");
    assert_eq!(reply.json(), *body, "{what}");
}

/// A client of the store that speaks BitPay's API.
fn bitpay(house: &House) -> Shop {
    Shop::paired(&house.server, &house.store, "shop")
}
