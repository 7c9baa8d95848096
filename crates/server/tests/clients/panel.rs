//! The samples of the panel's own document, each as it stands there.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use specie_testkit::cache::installed;
use specie_testkit::http::send;
use specie_testkit::receiver::Receiver;
use specie_testkit::server::{OWNER, Server};

use super::{browser, script};

/// A language of the document's samples.
struct Language {
    interpreter: PathBuf,
    /// How its files end.
    kind: &'static str,
    /// What a file needs before a sample.
    first: &'static str,
    /// The last expression of each sample, which drops the answer or shows it to people.
    last: &'static str,
    /// What shows it as JSON instead.
    shown: &'static str,
}

/// A token of the owner's, as the dashboard shows it.
pub fn api_token(server: &Server) -> String {
    let page = "/account/api-tokens";
    let made = browser::merchant(server, OWNER).fill(page, page, &[("name", "Samples")]).body;
    let shown = made.split_once("id=\"apitoken\">").expect("a token").1;
    shown.split('<').next().expect("a token").to_owned()
}

/// Runs the samples of the panel's document, one after the other: each as it stands there, with the
/// address, the key and the number of a store filled in, and with another last expression. Returns the
/// answers.
fn samples(language: &Language) -> Vec<Value> {
    let (server, _) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let token = api_token(&server);
    let shop = Receiver::start();
    let hook = json!({ "url": shop.url("/hook") }).to_string();
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", &*bearer), ("content-type", "application/json")];
    let made = send("POST", &format!("{}/api/v1/stores/1/webhooks", server.url()), &headers, hook.as_bytes());
    assert_eq!(made.status, 201, "{}", made.body);
    let folder = tempfile::tempdir().expect("a folder");
    let Language { interpreter, kind, first, last, shown } = language;
    let run = |name: &str| {
        let name = format!("{name}.{kind}");
        let sample = std::fs::read_to_string(script("panel").join(&name)).expect("the sample is there");
        let kept = sample.trim_end().strip_suffix(last).unwrap_or_else(|| panic!("{name}: {sample}"));
        let filled = format!("{first}{kept}{shown}")
            .replace("http://www.cryptopay-panel.com", server.url())
            .replace("{YOUR_AUTH_KEY}", &token)
            .replace("/stores/16/", "/stores/1/");
        let file = folder.path().join(&name);
        std::fs::write(&file, filled).expect("a file");
        let ran = Command::new(interpreter).arg(&file).output().expect("the interpreter runs");
        assert!(ran.status.success(), "{name}: {ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {name}: {ran:?}"))
    };
    let answers = ["stores", "create_invoice", "show_invoice", "summary", "webhook_test"].map(run);
    let tests = shop.bodies().iter().filter(|body| body["event"] == "webhook.test").count();
    assert_eq!(tests, 1, "the test arrived");
    answers.into()
}

fn assert_answers(answers: &[Value]) {
    let [stores, created, shown, summary, test] = answers else { panic!("{answers:?}") };
    for answer in answers {
        assert_eq!(answer["success"], true, "{answer}");
    }
    assert_eq!((&stores["data"][0]["id"], &stores["data"][0]["status"]), (&json!(1), &json!("active")));
    let documented = ["id", "invoice_number", "currency", "status", "order_id", "buyer_email"];
    let told = documented.map(|field| created["data"][field].clone());
    let expected = json!([1, "INV-000001", "BTC", "new", "ORD-123", "jdach@example.org"]);
    assert_eq!(Value::from(told.to_vec()), expected);
    assert_eq!(created["data"]["amount"].to_string(), "0.001");
    assert_eq!(shown["data"], created["data"]);
    assert_eq!(test["data"]["status_code"], 200, "{test}");
    assert!(summary["data"]["invoices"].is_object() && summary["data"]["stores"].is_array(), "{summary}");
}

#[test]
fn the_panels_python_samples_answer_as_documented() {
    assert_answers(&samples(&Language {
        interpreter: installed("SPECIE_PYTHON", "python/bin/python"),
        kind: "py",
        first: "",
        last: "response.json()",
        shown: "print(json.dumps(response.json()))",
    }));
}

#[test]
fn the_panels_javascript_samples_answer_as_documented() {
    assert_answers(&samples(&Language {
        interpreter: "node".into(),
        kind: "js",
        first: "",
        last: ".then(response => response.json());",
        shown: ".then(response => response.json()).then(answer => console.log(JSON.stringify(answer)));",
    }));
}

#[test]
fn the_panels_php_samples_answer_as_documented() {
    assert_answers(&samples(&Language {
        interpreter: "php".into(),
        kind: "php",
        first: "<?php\nrequire 'GuzzleHttp/autoload.php';\n",
        last: "print_r(json_decode((string) $body));",
        shown: "echo $body;",
    }));
}
