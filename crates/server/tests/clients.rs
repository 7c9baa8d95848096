//! The published clients, unmodified, against the server and a regtest node; and the samples of the
//! panel's own document.

#[expect(clippy::unwrap_used, reason = "what fails there fails the test")]
#[path = "pages/browser.rs"]
mod browser;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bitcoin::{Amount, Denomination};
use serde_json::{Value, json};
use specie_testkit::cache::installed;
use specie_testkit::node::RegtestNode;
use specie_testkit::receiver::Receiver;
use specie_testkit::server::{OWNER, Server};
use specie_testkit::wait::until;
use specie_testkit::wallet::account_key;

/// A client's script that is talked to line by line.
struct Script {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Script {
    fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines }
    }

    /// The next step that the script reports.
    fn step(&mut self) -> Option<Value> {
        let line = self.lines.next()?.expect("a line");
        Some(serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}")))
    }

    fn go_on(&mut self) {
        let stdin = self.child.stdin.as_mut().expect("a pipe");
        stdin.write_all(b"continue\n").expect("the script listens");
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // It has ended by itself, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets a client sell something, pays it from the node's wallet, and listens to what the shop hears.
fn sell(name: &str, command: &mut Command) {
    let node = RegtestNode::start();
    let server = Server::on_node(env!("CARGO_BIN_EXE_specie"), &node);
    let store = server.real_store(name, &account_key(name));
    let receiver = Receiver::start();
    let code = || {
        let issued = server.run(&["token", "create", "--store", &store, "--label", name]);
        issued["pairing_code"].as_str().expect("a code").to_owned()
    };
    command
        .env("SPECIE_URL", server.url())
        .env("SPECIE_STORE_ID", &store)
        .env("SPECIE_PAIRING_CODE", code())
        .env("SPECIE_PAIRING_CODE_2", code())
        .env("SPECIE_IPN_URL", receiver.url("/ipn"));
    let mut script = Script::start(command);
    let mut steps = Vec::new();
    while let Some(step) = script.step() {
        match step["await"].as_str() {
            None => {}
            Some("payment") => {
                let invoice = &step["invoice"];
                let address = invoice["bitcoinAddress"].as_str().expect("an address");
                let due = invoice["btcPrice"].as_str().expect("an amount");
                node.send(address, Amount::from_str_in(due, Denomination::Bitcoin).expect("an amount"));
                script.go_on();
            }
            Some("1 block") => {
                node.mine(1);
                script.go_on();
            }
            Some("5 blocks") => {
                node.mine(5);
                script.go_on();
            }
            Some(other) => panic!("the script waits for {other:?}"),
        }
        steps.push(step["step"].as_str().expect("a step").to_owned());
    }
    let ended = script.child.wait().expect("the script ends");
    assert!(ended.success(), "{name} failed after {steps:?}");
    let sold: Vec<_> = steps.iter().map(String::as_str).skip_while(|step| *step != "created").collect();
    assert_eq!(sold, ["created", "paid", "confirmed", "complete", "done"]);

    // Full and extended: each notice plain and named, but for creation and receipt, which are only named.
    receiver.wait_for(8);
    let codes: Vec<_> = receiver.bodies().iter().filter_map(|body| body["event"]["code"].as_u64()).collect();
    assert_eq!(codes, [1001, 1002, 1003, 1005, 1006]);
    let statuses: Vec<_> =
        receiver.bodies().iter().filter_map(|body| body["status"].as_str().map(str::to_owned)).collect();
    assert_eq!(statuses, ["paid", "confirmed", "complete"]);
    let delivered = until("every delivery being recorded", || {
        let deliveries = server.run(&["status"])["deliveries"].clone();
        deliveries["pending"].is_null().then_some(deliveries)
    });
    assert_eq!(delivered["done"], 8, "received, and on record");
}

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients").join(name)
}

#[test]
fn the_python_client_sells_from_pairing_to_complete() {
    let python = installed("SPECIE_PYTHON", "python/bin/python");
    sell("python", Command::new(python).arg(script("python_client.py")));
}

#[test]
fn the_node_js_client_sells_from_pairing_to_complete() {
    let modules = installed("SPECIE_NODE_PATH", "node-clients/node_modules");
    sell("node-js", Command::new("node").arg(script("node_client.js")).env("SPECIE_NODE_PATH", modules));
}

/// Runs the samples of the panel's document, one after the other: each as it stands there, with the
/// address, the key and the number of a store filled in, and with its last expression printed by
/// `shown` instead of dropped. Returns the answers.
fn samples(interpreter: &Path, kind: &str, last: &str, shown: &str) -> Vec<Value> {
    let (server, _) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let page = "/account/api-tokens";
    let made = browser::merchant(&server, OWNER).fill(page, page, &[("name", "Samples")]).body;
    let token = made.split_once("id=\"apitoken\">").expect("a token").1.split('<').next().expect("a token");
    let folder = tempfile::tempdir().expect("a folder");
    let run = |name: &str| {
        let name = format!("{name}.{kind}");
        let sample = std::fs::read_to_string(script("panel").join(&name)).expect("the sample is there");
        let kept = sample.trim_end().strip_suffix(last).unwrap_or_else(|| panic!("{name}: {sample}"));
        let filled = format!("{kept}{shown}")
            .replace("http://www.cryptopay-panel.com", server.url())
            .replace("{YOUR_AUTH_KEY}", token)
            .replace("/stores/16/", "/stores/1/");
        let file = folder.path().join(&name);
        std::fs::write(&file, filled).expect("a file");
        let ran = Command::new(interpreter).arg(&file).output().expect("the interpreter runs");
        assert!(ran.status.success(), "{name}: {ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {name}: {ran:?}"))
    };
    ["stores", "create_invoice", "show_invoice", "summary"].map(run).into()
}

fn assert_answers(answers: &[Value]) {
    let [stores, created, shown, summary] = answers else { panic!("{answers:?}") };
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
    assert!(summary["data"]["invoices"].is_object() && summary["data"]["stores"].is_array(), "{summary}");
}

#[test]
fn the_panels_python_samples_answer_as_documented() {
    let python = installed("SPECIE_PYTHON", "python/bin/python");
    let shown = "print(json.dumps(response.json()))";
    assert_answers(&samples(&python, "py", "response.json()", shown));
}

#[test]
fn the_panels_javascript_samples_answer_as_documented() {
    let last = ".then(response => response.json());";
    let shown = ".then(response => response.json()).then(answer => console.log(JSON.stringify(answer)));";
    assert_answers(&samples(Path::new("node"), "js", last, shown));
}
