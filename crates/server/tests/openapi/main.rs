//! The reference: what `/openapi.json` says of every operation, and the page that shows it. That every
//! route is in it is a rule of `xtask/src/tidy/documented.rs`.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod page;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use specie::dialect::bitpay::facade::Call;
use specie_testkit::http::{Reply, get, send};
use specie_testkit::server::Server;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

fn document(server: &Server) -> Value {
    get(&format!("{}/openapi.json", server.url())).json()
}

/// Every operation: its path, its method, and what is said of it.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let each = paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, told)| (path.as_str(), method.as_str(), told))
    });
    each.collect()
}

fn named<'d>(document: &'d Value, name: &str) -> &'d Value {
    let found = operations(document).into_iter().find(|(.., told)| told["operationId"] == name);
    found.unwrap_or_else(|| panic!("no {name}")).2
}

#[test]
fn the_reference_is_for_anyone_names_this_server_and_is_not_sent_twice() {
    let server = Server::start(EXE);
    let url = format!("{}/openapi.json", server.url());
    let first = send("GET", &url, &[("origin", "https://tools.example")], b"");
    assert_eq!(first.status, 200, "before there is a user, too");
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("access-control-allow-origin"), Some("*"));
    assert_eq!(first.json()["servers"], json!([{ "url": server.url() }]));
    assert!(first.json()["openapi"].as_str().unwrap().starts_with("3.1"));
    let tag = first.header("etag").unwrap();
    let again = |tag: &str| -> Reply { send("GET", &url, &[("if-none-match", tag)], b"") };
    assert_eq!((again(tag).status, again(tag).body.as_str()), (304, ""));
    assert_eq!(again("\"other\"").status, 200);
}

#[test]
fn with_a_public_address_the_reference_names_that() {
    // An address that no other process of this machine listens on.
    let [.., high, low] = std::process::id().to_be_bytes();
    let listen = format!("127.2.{high}.{low}:23000");
    let args = ["--public-url", "https://pay.example/btc"].map(str::to_owned).to_vec();
    let document = document(&Server::start_at(EXE, &listen, args));
    assert_eq!(document["servers"], json!([{ "url": "https://pay.example/btc" }]));
    let shell = named(&document, "getCurrencies")["x-codeSamples"][0]["source"].as_str().unwrap();
    assert_eq!(shell, "curl -s 'https://pay.example/btc/currencies'");
}

#[test]
fn every_operation_has_a_name_a_summary_answers_and_examples() {
    let server = Server::start(EXE);
    let document = document(&server);
    let mut names = BTreeSet::new();
    let all = operations(&document);
    assert!(all.len() > 20, "{}", all.len());
    for (path, method, told) in all {
        let what = format!("{method} {path}");
        assert!(names.insert(told["operationId"].as_str().unwrap()), "{what}: its name is taken");
        assert!(told["summary"].as_str().is_some_and(|words| words.len() > 5), "{what}: no summary");
        assert!(told["security"].is_array(), "{what}: nothing is said of who may");
        let answers = told["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{what}: no success");
        for (status, answer) in
            answers.iter().filter(|(status, _)| !["302", "303"].contains(&status.as_str()))
        {
            assert!(!answer["description"].as_str().unwrap().is_empty(), "{what}: {status}");
            let kinds =
                answer["content"].as_object().unwrap_or_else(|| panic!("{what}: {status} has no content"));
            assert!(kinds.values().all(|kind| kind["schema"].is_object()), "{what}: {status} has no schema");
        }
        for parameter in told["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{what}: {parameter}");
        }
        let samples = told["x-codeSamples"].as_array().unwrap();
        let languages: Vec<_> = samples.iter().map(|one| one["lang"].as_str().unwrap()).collect();
        assert_eq!(languages, ["bash", "javascript", "php", "python"], "{what}");
        for sample in samples {
            assert!(sample["source"].as_str().unwrap().contains(server.url()), "{what}: {sample}");
        }
    }
}

#[test]
fn the_calls_of_json_rpc_and_their_facades_are_those_that_the_server_knows() {
    let server = Server::start(EXE);
    let document = document(&server);
    let known: Vec<&str> = Call::ALL.into_iter().map(Call::method).collect();
    let told = &document["components"]["schemas"]["RpcCall"]["properties"]["method"]["enum"];
    assert_eq!(*told, json!(known));
    let with_token = named(&document, "callWithToken");
    let examples = with_token["requestBody"]["content"]["application/json"]["examples"].as_object().unwrap();
    // With a token a call is in somebody's name.
    for call in Call::ALL.into_iter().filter(|call| call.facades().iter().any(|one| *one != "public")) {
        let method = call.method();
        assert_eq!(examples[method]["value"]["method"], method);
        let facades: Vec<_> = call.facades().iter().map(|facade| format!("`{facade}`")).collect();
        let row = format!("| `{method}` | {} |", facades.join(", "));
        assert!(with_token["description"].as_str().unwrap().contains(&row), "{row}");
    }
    assert!(
        named(&document, "findInvoices")["description"].as_str().unwrap().contains("Facades: `merchant`.")
    );
}

#[test]
fn who_may_call_is_told_as_it_is() {
    let server = Server::start(EXE);
    let document = document(&server);
    let signed = json!({ "identity": [], "signature": [] });
    let key = json!({ "legacyKey": [] });
    for (name, expected) in [
        ("listStores", json!([{ "token": [] }])),
        ("findInvoices", json!([signed, key])),
        ("getInvoice", json!([{}, signed, key])),
        ("getCurrencies", json!([{}])),
    ] {
        assert_eq!(named(&document, name)["security"], expected, "{name}");
    }
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    for (_, _, told) in operations(&document) {
        let named = told["security"].as_array().unwrap().iter().filter_map(Value::as_object);
        assert!(named.flat_map(|one| one.keys()).all(|name| schemes.contains_key(name)), "{told}");
    }
}

#[test]
fn an_operation_that_is_told_of_is_there() {
    let (server, _) = Server::with_store(EXE);
    for (path, method, told) in operations(&document(&server)) {
        let path = path.replace(['{', '}'], "");
        let reply = send(&method.to_uppercase(), &format!("{}{path}", server.url()), &[], b"");
        assert_ne!(reply.status, 405, "{method} {path}");
        let told = told["responses"].as_object().unwrap();
        assert!(told.contains_key(&reply.status.to_string()), "{method} {path}: {}", reply.status);
    }
}
