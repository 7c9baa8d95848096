//! Schemathesis asks a real server for everything that its reference says, and for much that it does
//! not: no answer may be the server's fault, or other than the reference tells. And the reference
//! itself: its form, the contract's answers, and its examples, run as they stand.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../pages/browser.rs"]
mod browser;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use specie_testkit::cache::installed;
use specie_testkit::http::{get, send};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;

const EXE: &str = env!("CARGO_BIN_EXE_specie");
const CLIENT: &str = "schemathesis";

/// A server with a store of number 1, an invoice of number 1, another that is sold and of which something
/// is given back, a webhook of number 1, a listener of number 2, and everyone's credentials.
struct House {
    server: Server,
    shop: Shop,
    token: String,
    key: String,
    invoice: Value,
    sold: Value,
    refund: Value,
}

impl House {
    fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let page = "/account/api-tokens";
        let made = browser::merchant(&server, OWNER).fill(page, page, &[("name", "Schemathesis")]).body;
        let token = made.split_once("id=\"apitoken\">").unwrap().1.split('<').next().unwrap().to_owned();
        let shop = Shop::paired(&server, &store, CLIENT);
        let key =
            server.run(&["token", "api-key", "--store", &store])["api_key"].as_str().unwrap().to_owned();
        let invoice = shop.invoice(&json!({ "price": 20, "currency": "USD", "orderId": "A-1" }));
        let sold = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
        let id = sold["id"].as_str().unwrap();
        server.pay(id);
        server.mine(6);
        shop.until_status(id, "complete");
        let some = json!({ "amount": 1, "currency": "USD", "guid": "some" });
        let refund = shop.post(&format!("/invoices/{id}/refunds"), &some).data();
        let hooks = format!("{}/api/v1/stores/1/webhooks", server.url());
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let made = send("POST", &hooks, &headers, br#"{"url":"http://127.0.0.1:23999/nobody"}"#);
        assert_eq!(made.json()["data"]["id"], 1, "{}", made.body);
        assert_eq!(shop.post("/listeners", &json!({ "name": "laptop" })).data()["id"], 2);
        Self { server, shop, token, key, invoice, sold, refund }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        vec![
            ("SPECIE_TOKEN", self.token.clone()),
            ("SPECIE_API_KEY", self.key.clone()),
            ("SPECIE_CLIENT", CLIENT.to_owned()),
            ("SPECIE_INVOICE", text(&self.invoice["id"])),
            ("SPECIE_INVOICE_TOKEN", text(&self.invoice["token"])),
            ("SPECIE_SOLD", text(&self.sold["id"])),
            ("SPECIE_SOLD_TOKEN", text(&self.sold["token"])),
            ("SPECIE_REFUND", text(&self.refund["id"])),
            ("SPECIE_REFUND_TOKEN", text(&self.refund["token"])),
            ("SPECIE_STORE_TOKEN", text(&self.shop.get("/tokens").json()["data"][0]["merchant"])),
        ]
    }
}

fn python() -> PathBuf {
    installed("SPECIE_SCHEMATHESIS", "schemathesis/bin/python")
}

/// How many examples each operation gets.
#[expect(clippy::disallowed_methods, reason = "a person may ask for more of them")]
fn examples() -> String {
    std::env::var("SPECIE_SCHEMATHESIS_EXAMPLES").unwrap_or_else(|_| "20".to_owned())
}

#[test]
fn every_operation_answers_as_the_reference_says() {
    let house = House::open();
    let folder = tempfile::tempdir().unwrap();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/schemathesis");
    let ran = Command::new(python())
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(scripts.join("schemathesis.toml"))
        .args(["run", "--no-color", "--workers", "2", "--seed", "5", "--continue-on-failure"])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", &examples()])
        .arg(format!("{}/openapi.json", house.server.url()))
        .current_dir(folder.path())
        .env("PYTHONPATH", &scripts)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .envs(house.environment())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    println!("{said}");
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(get(&format!("{}/currencies", house.server.url())).status, 200, "it still answers");
    house.server.run(&["verify"]);
}

#[test]
fn the_reference_has_its_form_and_the_contract_is_as_it_says() {
    let server = Server::start(EXE);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    std::fs::write(&file, get(&format!("{}/openapi.json", server.url())).body).unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("../../tests/clients/schemathesis/reference.py");
    let held = printed(Command::new(python()).arg(script).arg(&file).arg(here.join("../../contract")));
    assert!(held.trim().parse::<u32>().unwrap() > 200, "{held}");
}

/// Runs an example, and reads what it printed.
fn printed(command: &mut Command) -> String {
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn the_examples_run_as_they_stand() {
    let house = House::open();
    let document = get(&format!("{}/openapi.json", house.server.url())).json();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|item| item.as_object().unwrap().values());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut successes = 0;
    for told in operations {
        let name = told["operationId"].as_str().unwrap();
        let source = |language: usize| told["x-codeSamples"][language]["source"].as_str().unwrap();
        let id = house.invoice["id"].as_str().unwrap();
        let filled = |text: &str| {
            text.replace("/invoices/ID", &format!("/invoices/{id}")).replace("/i/ID", &format!("/i/{id}"))
        };
        let shell = Command::new("sh")
            .args(["-c", &filled(source(0))])
            .envs([("TOKEN", &house.token), ("KEY", &house.key)])
            .envs([("PUBLIC_KEY", "02"), ("SIGNATURE", "30")])
            .output()
            .unwrap();
        let answer: Value =
            serde_json::from_slice(&shell.stdout).unwrap_or_else(|e| panic!("{e}: {name}: {shell:?}"));
        successes += usize::from(answer.get("error").is_none() && answer.get("message").is_none());
        // A webhook is deleted on the way, and the address of the example is nobody's.
        if told["security"] != json!([{ "token": [] }]) || name.contains("Webhook") {
            continue;
        }
        assert_eq!(answer["success"], true, "{name}: {answer}");
        if name == "markInvoice" {
            // Once is enough.
            continue;
        }
        let python_file = file("sample.py", format!("token = '{}'\n{}", house.token, source(3)));
        let script = file("sample.mjs", format!("const token = '{}'\n{}", house.token, source(1)));
        for said in
            [printed(Command::new(python()).arg(python_file)), printed(Command::new("node").arg(script))]
        {
            assert!(said.to_lowercase().contains("true"), "{name}: {said}");
        }
    }
    assert!(successes >= 18, "{successes}");
}
