//! That the files are whole: every operation of the reference, every method of JSON-RPC and every call that the README
//! names has been answered well in one of them, and every notification is as genuine as it says.

use serde_json::Value;
use specie_testkit::http::get;
use specie_testkit::server::Server;

use super::genuine::is_genuine;
use super::golden::{names, read};

/// All files of a folder, or of all.
fn files(folder: &str) -> Vec<(String, Value)> {
    names()
        .into_iter()
        .filter(|name| name.starts_with(folder))
        .map(|name| (name.clone(), read(&name)))
        .collect()
}

fn document() -> Value {
    let server = Server::start(env!("CARGO_BIN_EXE_specie"));
    get(&format!("{}/openapi.json", server.url())).json()
}

/// Whether this is an answer to that operation, and no refusal.
fn answers(told: &Value, method: &str, template: &str) -> bool {
    let Some(path) = told["request"]["path"].as_str() else { return false };
    let (asked, known) = (path.split('/'), template.split('/'));
    let same = asked.clone().count() == known.clone().count()
        && asked.zip(known).all(|(asked, known)| asked == known || known.starts_with('{'));
    same && told["request"]["method"] == method && told["answer"]["status"].as_u64().unwrap() < 400
}

#[test]
fn every_operation_of_the_reference_has_an_answer() {
    let (document, files) = (document(), files(""));
    let operations = document["paths"].as_object().unwrap().iter();
    let each = operations
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (path, method)));
    let lacking: Vec<String> = each
        .map(|(path, method)| (path, method.to_uppercase()))
        .filter(|(path, method)| !files.iter().any(|(_, told)| answers(told, method, path)))
        .map(|(path, method)| format!("{method} {path}"))
        .collect();
    assert!(lacking.is_empty(), "no file of contract/ has {}", lacking.join(", "));
}

#[test]
fn every_method_of_json_rpc_has_an_answer() {
    let (document, files) = (document(), files("rpc/"));
    let methods = &document["components"]["schemas"]["RpcCall"]["properties"]["method"]["enum"];
    for method in methods.as_array().unwrap() {
        let answered =
            |told: &Value| told["request"]["body"]["method"] == *method && told["answer"]["status"] == 200;
        assert!(files.iter().any(|(_, told)| answered(told)), "no file of contract/rpc has {method}");
    }
}

#[test]
fn every_call_that_the_readme_names_has_an_answer_and_there_is_no_other() {
    let readme = include_str!("../../../../contract/README.md");
    let calls = readme.split_once("## Calls").unwrap().1.split("\n## ").next().unwrap();
    let named = calls.split('`').filter_map(|word| word.split_once('(')).map(|(name, _)| name);
    let named: Vec<&str> =
        named.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
    assert!(named.len() > 30, "{named:?}");
    let files = [files("bitpay/"), files("panel/")].concat();
    for name in &named {
        let answered =
            |told: &Value| told["call"]["name"] == *name && told["answer"]["status"].as_u64().unwrap() < 300;
        assert!(files.iter().any(|(_, told)| answered(told)), "no file has {name}");
    }
    for (file, told) in files.iter().filter(|(_, told)| !told["call"].is_null()) {
        assert!(
            named.contains(&told["call"]["name"].as_str().unwrap()),
            "{file}: the README has no such call"
        );
    }
}

#[test]
fn every_notification_is_as_genuine_as_it_says() {
    let mut found = [0, 0];
    for (file, told) in files("webhooks/") {
        let Some(genuine) = told["genuine"].as_bool() else { continue };
        let of = |field: &str| told[field].as_str().unwrap();
        let header = told["headers"]["Specie-Signature"].as_str().unwrap_or_default();
        let judged = is_genuine(of("secret"), header, of("body"), told["at"].as_i64().unwrap());
        assert_eq!(judged, genuine, "{file}: {}", of("says"));
        found[usize::from(genuine)] += 1;
    }
    assert!(found[0] > 10 && found[1] > 10, "{found:?}");
}

#[test]
fn what_is_heard_is_signed_by_the_secret_that_listening_began_with() {
    let secret = read("bitpay/begin_listening")["answer"]["body"]["data"]["secret"].clone();
    for name in ["bitpay/hear", "bitpay/hear_next"] {
        let heard = &read(name)["answer"]["body"]["data"][0];
        let of = |value: &Value| value.as_str().unwrap().to_owned();
        let header = of(&heard["headers"]["Specie-Signature"]);
        let sent = header.split(['=', ',']).nth(1).unwrap().parse().unwrap();
        let genuine = is_genuine(&of(&secret), &header, &of(&heard["body"]), sent);
        assert!(
            genuine,
            "{name}: not recorded together; remove both and begin_listening, and write them anew"
        );
    }
}

#[test]
fn the_key_of_the_files_has_their_sin() {
    let pairing = read("pairing");
    let client = specie_testkit::shop::Shop::with_key("", pairing["key"].as_str().unwrap());
    assert_eq!(pairing["sin"], client.sin());
    assert_eq!(client.sin(), super::calls::SIN);
}
