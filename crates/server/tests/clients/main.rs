//! The published clients, unmodified, against the server and a regtest node; the samples of the
//! panel's own document; and Specie's own clients. One file per author of clients.

mod bitpay;
#[expect(clippy::unwrap_used, reason = "what fails there fails the test")]
#[path = "../pages/browser.rs"]
mod browser;
mod btcpay;
mod electrum;
mod javascript;
mod listen;
mod own_python;
mod panel;
#[path = "../pages/qr.rs"]
mod qr;
mod quickstart;
mod rust;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use bitcoin::{Amount, Denomination};
use serde_json::Value;
use specie_testkit::node::RegtestNode;
use specie_testkit::receiver::Receiver;
use specie_testkit::server::Server;
use specie_testkit::wait::until;
use specie_testkit::wallet::account_key;

/// A script of `tests/clients`.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients").join(name)
}

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

/// A store that sells through a client, buyers with a wallet on a node, and the shop's own ears.
struct Market {
    node: RegtestNode,
    server: Server,
    store: String,
    receiver: Receiver,
}

impl Market {
    fn open(name: &str) -> Self {
        let node = RegtestNode::start();
        let server = Server::on_node(env!("CARGO_BIN_EXE_specie"), &node);
        let store = server.real_store(name, &account_key(name));
        Self { node, server, store, receiver: Receiver::start() }
    }

    /// A new pairing code for a facade.
    fn code(&self, facade: &str) -> String {
        let issued = self.server.run(&["token", "create", "--store", &self.store, "--facade", facade]);
        issued["pairing_code"].as_str().expect("a code").to_owned()
    }

    /// Runs a client's script to its end, doing what it waits for, and returns its steps.
    fn run(&mut self, command: &mut Command) -> Vec<String> {
        command
            .env("SPECIE_URL", self.server.url())
            .env("SPECIE_STORE_ID", &self.store)
            .env("SPECIE_PAIRING_CODE", self.code("merchant"))
            .env("SPECIE_PAIRING_CODE_2", self.code("merchant"))
            .env("SPECIE_POS_PAIRING_CODE", self.code("pos"))
            .env("SPECIE_IPN_URL", self.receiver.url("/ipn"));
        let mut script = Script::start(command);
        let mut steps = Vec::new();
        while let Some(step) = script.step() {
            if let Some(awaited) = step["await"].as_str() {
                self.bring_about(awaited, &step);
                script.go_on();
            }
            steps.push(step["step"].as_str().expect("a step").to_owned());
        }
        let ended = script.child.wait().expect("the script ends");
        assert!(ended.success(), "{command:?} failed after {steps:?}");
        steps
    }

    fn bring_about(&mut self, awaited: &str, step: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text: {step}")).to_owned();
        match awaited {
            "payment" => {
                let invoice = &step["invoice"];
                let amount = text(step.get("amount").unwrap_or(&invoice["btcPrice"]));
                let amount = Amount::from_str_in(&amount, Denomination::Bitcoin).expect("an amount");
                self.node.send(&text(&invoice["bitcoinAddress"]), amount);
            }
            "1 block" => drop(self.node.mine(1)),
            "5 blocks" => drop(self.node.mine(5)),
            "approval" => {
                let code = text(&step["code"]);
                self.server.run(&["token", "approve", &code, "--store", &self.store]);
            }
            "notification 1012" => until("the notification", || self.codes().contains(&1012).then_some(())),
            "restart" => self.server.restart(),
            other => panic!("the script waits for {other:?}"),
        }
    }

    /// The codes of the named notices that arrived, in order.
    fn codes(&self) -> Vec<u64> {
        self.receiver.bodies().iter().filter_map(|body| body["event"]["code"].as_u64()).collect()
    }

    /// The statuses of the plain notices that arrived, in order.
    fn statuses(&self) -> Vec<String> {
        let bodies = self.receiver.bodies();
        bodies.iter().filter_map(|body| body["status"].as_str().map(str::to_owned)).collect()
    }

    /// Checks that so many notices arrived, and that the server knows it.
    fn assert_all_arrived(&self, count: u64) {
        let delivered = until("every delivery being recorded", || {
            let deliveries = self.server.run(&["status"])["deliveries"].clone();
            deliveries["pending"].is_null().then_some(deliveries)
        });
        assert_eq!(delivered["done"], count, "received, and on record");
    }
}
