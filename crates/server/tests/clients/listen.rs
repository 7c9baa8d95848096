//! The developer's command line: it is let in, makes invoices, and hears all that happens to them, whatever goes down
//! meanwhile.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use specie_client::webhook;
use specie_testkit::http::send;
use specie_testkit::receiver::{Answer, Heard, Receiver};
use specie_testkit::server::{OWNER, Server};
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::browser::merchant;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// A practice store, a shop that sells there, and a developer's computer with a program on it.
struct Desk {
    server: Server,
    store: String,
    shop: Shop,
    program: Receiver,
    home: tempfile::TempDir,
}

impl Desk {
    fn open() -> Self {
        let (server, store) = Server::with_store(EXE);
        let shop = Shop::paired(&server, &store, "shop");
        let home = tempfile::tempdir().expect("a folder");
        Self { server, store, shop, program: Receiver::start(), home }
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("specie/login.json")
    }

    /// A command of this computer.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(EXE);
        command.args(args).arg("--json").env("XDG_CONFIG_HOME", self.home.path()).env_remove("SPECIE_LOGIN");
        command
    }

    fn run(&self, args: &[&str]) -> Result<Value, Value> {
        let output = self.command(args).output().expect("the command can be run");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{args:?}: {e}: {said} {output:?}"));
        if output.status.success() { Ok(said) } else { Err(said) }
    }

    fn log_in(&self) {
        let code = self.server.run(&["token", "create", "--store", &self.store]);
        let code = code["pairing_code"].as_str().expect("a code");
        self.run(&["login", self.server.url(), "--code", code]).expect("it is let in");
    }

    /// Begins to listen; its first line.
    fn listen(&self, more: &[&str]) -> (Listening, Value) {
        let to = self.program.url("/hook?a=b");
        let args = [&["listen", "--forward-to", to.trim_start_matches("http://")][..], more].concat();
        let mut listening = Listening::start(self.command(&args));
        let begun = listening.line();
        (listening, begun)
    }

    /// The events that the program was told, in order, each signed with the secret.
    fn told(&self, secret: &str) -> Vec<String> {
        let told = self.program.heard();
        told.iter().map(|heard| genuine(secret, heard)).collect()
    }
}

fn genuine(secret: &str, heard: &Heard) -> String {
    let header =
        |name: &str| heard.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let signature = header("specie-signature").expect("a signature");
    let event = webhook::receive(secret, signature, heard.body.as_bytes()).expect("it is genuine");
    assert_eq!(header("specie-delivery"), Some(event.id.as_str()));
    assert_eq!(heard.target, "/hook?a=b");
    event.event.as_str().to_owned()
}

/// `specie listen`, until it is dropped.
struct Listening {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    complaints: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Listening {
    fn start(mut command: Command) -> Self {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("it can be run");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let complaints = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        Self { child, lines, complaints }
    }

    fn complaint(&mut self) -> String {
        self.complaints.next().expect("it goes on").expect("a text")
    }

    fn line(&mut self) -> Value {
        let line = self.lines.next().expect("a line").expect("a text");
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sorted(mut events: Vec<String>) -> Vec<String> {
    events.sort_unstable();
    events
}

#[test]
fn every_event_is_heard_once_though_server_and_listener_go_down_meanwhile() {
    let mut desk = Desk::open();
    desk.log_in();
    let (listening, begun) = desk.listen(&[]);
    let secret = begun["secret"].as_str().expect("a secret").to_owned();
    let invoice = desk.shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let id = invoice["id"].as_str().expect("an id").to_owned();
    desk.program.wait_for(1);

    // Nobody listens while it is paid, and the server goes down after it.
    drop(listening);
    desk.server.pay(&id);
    desk.shop.until_status(&id, "paid");
    assert_eq!(desk.server.stop(), 0);
    desk.server.restart();
    let (mut listening, again) = desk.listen(&[]);
    assert_eq!(again, begun, "the same secret, and the same place");
    let line = listening.line();
    assert_eq!((&line["status"], &line["invoice"]), (&json!(200), &json!(id)));
    desk.program.wait_for(3);

    // The server goes down under the listener, and stays away for longer than a call is tried.
    assert_eq!(desk.server.stop(), 0);
    let complaint = listening.complaint();
    assert!(complaint.ends_with("; trying again"), "{complaint}");
    desk.server.restart();
    desk.server.mine(6);
    desk.shop.until_status(&id, "complete");
    desk.program.wait_for(5);
    let all = [
        "invoice.completed",
        "invoice.confirmed",
        "invoice.created",
        "invoice.paid",
        "invoice.payment_received",
    ];
    assert_eq!(sorted(desk.told(&secret)), all);
    until("all being recorded as delivered", || {
        let left = "SELECT count(*) FROM deliveries WHERE state <> 'done'";
        (desk.server.sql().query(left, &[])[0].integer(0) == 0).then_some(())
    });
    let ids = "SELECT count(*) FROM deliveries";
    assert_eq!(desk.server.sql().query(ids, &[])[0].integer(0), 5);
}

#[test]
fn what_the_program_does_not_take_waits_and_is_told_of() {
    let desk = Desk::open();
    desk.log_in();
    desk.program.answer(Answer::Body(500, "No such table: orders".to_owned()));
    let (mut listening, _) = desk.listen(&["--events", "invoice.paid,invoice.created", "--name", "laptop"]);
    let invoice = desk.shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let line = listening.line();
    assert_eq!(
        (&line["event"], &line["status"], &line["attempt"]),
        (&json!("invoice.created"), &json!(500), &json!(1))
    );
    let mut owner = merchant(&desk.server, OWNER);
    let hooks = format!("/stores/{}/webhooks", desk.store);
    until("the merchant sees it", || {
        let html = owner.open(&hooks).body;
        (html.contains("listen:laptop") && html.contains("2 of 14 events") && html.contains("Failing"))
            .then_some(())
    });
    // One waits its turn behind the other.
    desk.server.pay(invoice["id"].as_str().expect("an id"));
    desk.shop.until_status(invoice["id"].as_str().expect("an id"), "paid");
    let attempts = desk.server.sql().query("SELECT excerpt, failure FROM attempts", &[]);
    assert_eq!(attempts.len(), 1);
    assert!(format!("{attempts:?}").contains("No such table: orders"), "{attempts:?}");

    // Sent again by hand, it arrives, and the next one behind it.
    desk.program.answer(Answer::Status(200));
    let failed = "/redeliver-failed";
    owner.fill(
        &format!("/stores/{}/deliveries", desk.store),
        &format!("/stores/{}/deliveries{failed}", desk.store),
        &[("hours", "1")],
    );
    assert_eq!(listening.line()["event"], "invoice.created");
    assert_eq!(listening.line()["event"], "invoice.paid");
}

#[test]
fn what_a_program_answered_is_kept_as_one_plain_line() {
    let desk = Desk::open();
    let made = desk.shop.post("/listeners", &json!({ "name": "laptop" }));
    let hear = format!("/listeners/{}/deliveries", made.data()["id"]);
    desk.shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let heard = desk.shop.post(&hear, &json!({ "wait": 25 })).data();
    let delivery = heard[0]["id"].as_str().expect("an id");
    let told = json!({ "attempt": 1, "status": 500, "excerpt": "two\r\nlines\u{0}\u{1b}[2J\u{202e}" });
    assert_eq!(desk.shop.post(&format!("{hear}/{delivery}"), &told).status, 200);
    let kept = desk.server.sql().query("SELECT excerpt FROM attempts", &[]);
    assert!(format!("{kept:?}").contains("\"two lines[2J\""), "{kept:?}");
}

#[test]
fn a_secret_that_is_replaced_is_asked_for_again() {
    let desk = Desk::open();
    desk.log_in();
    let (mut listening, begun) = desk.listen(&[]);
    let page = format!("/stores/{}/webhooks/{}", desk.store, begun["listener"]);
    let mut owner = merchant(&desk.server, OWNER);
    for act in ["/rotate", "/end-previous"] {
        owner.fill(&page, &format!("{page}{act}"), &[]);
    }
    desk.shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let line = listening.line();
    assert_eq!((&line["event"], &line["status"]), (&json!("invoice.created"), &json!(200)), "{line}");
    let (_, again) = desk.listen(&["--name", begun["name"].as_str().expect("a name")]);
    assert_ne!(again["secret"], begun["secret"]);
    assert_eq!(desk.told(again["secret"].as_str().expect("a secret")), ["invoice.created"]);
}

#[test]
fn a_computer_is_let_in_by_its_merchant_and_keeps_its_key_to_itself() {
    let desk = Desk::open();
    let nobody = desk.run(&["invoices", "list"]).expect_err("nobody is logged in");
    assert!(nobody["error"].as_str().expect("words").contains("specie login"), "{nobody}");
    let mut waiting =
        Listening::start(desk.command(&["login", desk.server.url(), "--label", "Kim's laptop"]));
    let asked = waiting.line();
    let code = asked["code"].as_str().expect("a code");
    assert_eq!(asked["url"], format!("{}/api-access-request?pairingCode={code}", desk.server.url()));
    assert!(!desk.file().exists(), "nothing is kept before somebody said yes");
    desk.server.run(&["token", "approve", code, "--store", &desk.store]);
    let done = waiting.line();
    assert_eq!(done["file"], json!(desk.file()));
    drop(waiting);
    assert_eq!(mode(&desk.file()), 0o600);
    assert_eq!(mode(desk.file().parent().expect("a folder")), 0o700);

    let made = ["invoices", "create", "--price", "20.50", "--currency", "USD", "--order-id", "A-17"];
    let invoice = desk.run(&made).expect("it is made");
    let id = invoice["id"].as_str().expect("an id");
    assert_eq!((&invoice["orderId"], &invoice["status"]), (&json!("A-17"), &json!("new")));
    assert_eq!(desk.run(&["invoices", "get", id]).expect("it is there")["btcPrice"], invoice["btcPrice"]);
    let listed = desk.run(&["invoices", "list", "--status", "new", "--order-id", "A-17"]).expect("a list");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(desk.run(&["invoices", "list", "--status", "paid"]).expect("a list"), json!([]));
    let refused = desk.run(&["invoices", "get", "QzFf7p3nHwB2tJgXcVd8aM"]).expect_err("none of its own");
    assert!(refused["error"].as_str().expect("words").contains("Object not found"), "{refused}");
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn nobody_hears_of_another_store_or_without_being_a_merchant() {
    let desk = Desk::open();
    let made = desk.shop.post("/listeners", &json!({ "name": "laptop" }));
    let number = made.data()["id"].as_i64().expect("a number");
    let other = desk.server.practice_store("Another", &[]);
    let stranger = Shop::paired(&desk.server, &other, "stranger");
    let hear = format!("/listeners/{number}/deliveries");
    for (who, path, status) in [
        (&stranger, hear.as_str(), 404),
        (&desk.shop, "/listeners/99/deliveries", 404),
        (&desk.shop, "/listeners/x/deliveries", 404),
        (&desk.shop, &format!("{hear}/QzFf7p3nHwB2tJgXcVd8aM"), 404),
    ] {
        assert_eq!(who.post(path, &json!({ "wait": 0 })).status, status, "{path}");
    }
    let url = format!("{}/listeners", desk.server.url());
    assert_eq!(send("POST", &url, &[("content-type", "application/json")], b"{\"name\":\"x\"}").status, 401);
    for (body, words) in [
        (json!({}), "'name' is missing"),
        (json!({ "name": "a b" }), "name"),
        (json!({ "name": "a".repeat(41) }), "name"),
        (json!({ "name": "a", "events": "invoice.paid" }), "'events' is not a list"),
        (json!({ "name": "a", "events": ["invoice.lost"] }), "there is no event"),
        (json!({ "name": "a", "events": [] }), "at least one event"),
    ] {
        let refused = desk.shop.post("/listeners", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(words), "{body}: {}", refused.body);
    }
    // Its merchant chooses other events, and leaves its name as it is.
    let mut owner = merchant(&desk.server, OWNER);
    let page = format!("/stores/{}/webhooks/{number}", desk.store);
    let chosen = [("url", "listen:laptop"), ("which", "some"), ("event", "invoice.paid"), ("on", "1")];
    let changed = owner.fill(&page, &page, &chosen);
    assert_eq!(changed.status, 200, "{}", changed.body);
    // Where what waits for it could be neither heard nor posted, it is not led.
    let moved =
        owner.fill(&page, &page, &[("url", &desk.program.url("/hook")), ("which", "all"), ("on", "1")]);
    assert!(moved.body.contains("asks for what it hears"), "{}", moved.body);
    // What listens is posted nothing, and what is posted to does not listen.
    let nothing = desk.shop.post(&hear, &json!({ "wait": 0 }));
    assert_eq!(nothing.data(), json!([]));
    let hooks = format!("/stores/{}/webhooks", desk.store);
    owner.fill(&hooks, &hooks, &[("url", &desk.program.url("/hook")), ("which", "all")]);
    let posted = desk.shop.post(&format!("/listeners/{}/deliveries", number + 1), &json!({ "wait": 0 }));
    assert_eq!(posted.status, 404, "{}", posted.body);
}
