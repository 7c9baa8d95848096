//! Every operation that the documents name from which shops were written: BTCPay's page on custom
//! integration, the README of `btcpay-python`, the panel's API, and BitPay's list of calls.
//!
//! `tests/data/reference` has a file for each, with what the document shows of it: the request, and the
//! answers by their status. What the document's examples show, the server's answers must have: every
//! field, with the same type, and where it says so with the same value. They may have more.
//!
//! A row calls its operation in the situation that the example shows. A file without a row and a row
//! without a file are mistakes. Never may a file be changed so that an answer fits it.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod bitpay;
#[path = "../pages/browser.rs"]
mod browser;
mod btcpay;
mod compare;
mod panel;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use specie_testkit::http::{Reply, send};
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use browser::{Browser, merchant};

/// The store's name, as the example has it.
const NAME: &str = "Satoshis Widgets";

/// What a source of rates says, whose prices hold for everyone.
const RATES: &str = include_str!("../data/rates/kraken.json");

/// Where an operation is tried: a server, a practice store of number 1, its merchant's browser, and a
/// client that is paired with it.
struct Scene {
    server: Server,
    store: String,
    browser: Browser,
    shop: Shop,
    _rates: Receiver,
}

impl Scene {
    fn open() -> Self {
        let rates = Receiver::start();
        rates.answer(Answer::Body(200, RATES.to_owned()));
        let args = ["--rates", "kraken", "--rates-kraken", &rates.url(""), "--accept-applications"];
        let server = Server::start_with(env!("CARGO_BIN_EXE_specie"), &args);
        server.create_user(OWNER);
        until("the rates", || server.run(&["status"])["rates"][0]["seen_seconds_ago"].as_u64());
        let store = server.practice_store(NAME, &[]);
        let shop = Shop::paired(&server, &store, "shop");
        let browser = merchant(&server, OWNER);
        Self { server, store, browser, shop, _rates: rates }
    }

    /// A new pairing code for a facade.
    fn code(&self, facade: &str) -> String {
        let code = self.server.run(&["token", "create", "--store", &self.store, "--facade", facade]);
        code["pairing_code"].as_str().unwrap().to_owned()
    }

    /// A request of anyone; `body` counts as JSON.
    fn anyone(&self, method: &str, path: &str, body: &str) -> Reply {
        let url = format!("{}{path}", self.server.url());
        send(method, &url, &[("content-type", "application/json")], body.as_bytes())
    }
}

/// What a document shows of an operation.
struct Documented(Value);

impl Documented {
    fn read(name: &str) -> Self {
        let text = fs::read_to_string(folder().join(format!("{name}.json")));
        let text = text.unwrap_or_else(|e| panic!("{name}: {e}"));
        Self(serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}")))
    }

    fn facade(&self) -> &str {
        self.0["facade"].as_str().unwrap()
    }

    fn operation(&self) -> &str {
        self.0["operation"].as_str().unwrap()
    }

    /// The request, with what only the server knows in the place of the example's.
    fn request(&self, known: &[(&str, &str)]) -> Value {
        let mut request = self.0["request"].clone();
        for (name, value) in known {
            assert!(request.get(name).is_some(), "no {name} in {request}");
            request[*name] = (*value).into();
        }
        request
    }
}

/// What came of a call: its status, what of its headers a document speaks of, and its body as the
/// document shows it, without what all answers are wrapped in.
struct Answered {
    status: u16,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Answered {
    fn with(status: u16, body: Value) -> Self {
        Self { status, headers: vec![], body }
    }

    /// All of an answer.
    fn whole(reply: &Reply) -> Self {
        Self { status: reply.status, headers: reply.headers.clone(), body: reply.json() }
    }

    /// The `data` of an answer.
    fn data(reply: &Reply) -> Self {
        let body = reply.json();
        Self { status: reply.status, headers: vec![], body: body.get("data").unwrap_or(&body).clone() }
    }
}

/// A file, and how its operation is called.
type Row = (&'static str, fn(&mut Scene, &Documented) -> Vec<Answered>);

/// In this order: what the panel's example asks for is in bitcoin, and the other examples know only
/// of dollars.
fn rows() -> Vec<Row> {
    [btcpay::ROWS, bitpay::ROWS, panel::ROWS].concat()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reference")
}

#[test]
fn every_documented_operation_has_a_row_and_every_row_its_document() {
    let documents = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> = documents
        .flat_map(|document| fs::read_dir(document).unwrap())
        .map(|file| {
            let path = file.unwrap().path().with_extension("");
            path.strip_prefix(folder()).unwrap().to_str().unwrap().to_owned()
        })
        .collect();
    let rows: Vec<_> = rows().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(rows.iter().cloned().collect::<BTreeSet<_>>(), files);
    assert_eq!(rows.len(), files.len(), "a row for each");
}

#[test]
fn every_documented_operation_answers_with_every_documented_field() {
    let mut scene = Scene::open();
    let mut lacking = Vec::new();
    for (name, call) in rows() {
        let documented = Documented::read(name);
        let answers = call(&mut scene, &documented);
        for (status, example) in documented.0["answers"].as_object().unwrap() {
            let Some(answer) = answers.iter().find(|answer| answer.status.to_string() == *status) else {
                let others: Vec<_> = answers.iter().map(|answer| (answer.status, &answer.body)).collect();
                lacking.push(format!("{name}: no answer of status {status}, but {others:?}"));
                continue;
            };
            let found = compare::lacks(&documented.0, example, answer);
            lacking.extend(found.into_iter().map(|what| format!("{name} ({status}): {what}")));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}
