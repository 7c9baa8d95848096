//! `specie logs tail`: what the server answered, without what it was asked.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use specie_testkit::http::{get, send};
use specie_testkit::server::Server;
use specie_testkit::wait::until;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

fn lines(server: &Server, more: &[&str]) -> Vec<Value> {
    let ran = server.try_run(&[&["logs", "tail", "--no-follow"], more].concat(), "");
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_last_requests_are_shown_by_their_routes_and_never_by_what_is_in_them() {
    let (server, store) = Server::with_store(EXE);
    let url = server.url();
    let found = get(&format!("{url}/i/QzFf7p3nHwB2tJgXcVd8aM?secret=1"));
    assert_eq!(found.status, 404);
    let named = found.header("request-id").unwrap().to_owned();
    assert_eq!(get(&format!("{url}/rates?storeId={store}")).status, 200);
    assert_eq!(send("POST", &format!("{url}/api/8Eiseuq74gFWa3wB1T6c"), &[], b"{}").status, 401);
    let refused = lines(&server, &["--status", "4xx"]);
    let of: Vec<_> = refused.iter().map(|line| (&line["method"], &line["route"], &line["status"])).collect();
    assert_eq!(
        of,
        [
            (&json!("GET"), &json!("/i/{id}"), &json!(404)),
            (&json!("POST"), &json!("/api/{token}"), &json!(401)),
        ]
    );
    assert_eq!(refused[0]["request_id"], json!(named), "the name on the answer");
    assert_eq!(lines(&server, &["--route", "/rates"]).len(), 1);
    assert_eq!(lines(&server, &["--lines", "1"]).len(), 1);
    let all = format!("{:?}", lines(&server, &[]));
    assert!(!all.contains("secret") && !all.contains("8Eise"), "{all}");
    let ran = server.try_run(&["logs", "tail", "--status", "four"], "");
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("a status such as 404, or 4xx"), "{ran:?}");
}

#[test]
fn whoever_follows_goes_on_with_the_next_server() {
    let (mut server, _) = Server::with_store(EXE);
    let mut tail = Command::new(EXE)
        .args(["logs", "tail", "--lines", "0", "--route", "/currencies", "--json", "--data"])
        .arg(server.data())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let followed = BufReader::new(tail.stdout.take().unwrap()).lines();
    let (say, hear) = std::sync::mpsc::channel();
    let reading =
        std::thread::spawn(move || followed.map_while(Result::ok).try_for_each(|line| say.send(line)));
    let url = server.url().to_owned();
    let until_seen = |url: &str| {
        // It may not follow yet.
        let line = until("a line", || {
            assert_eq!(get(&format!("{url}/currencies")).status, 200);
            hear.try_recv().ok()
        });
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["route"], "/currencies");
        while hear.try_recv().is_ok() {}
    };
    until_seen(&url);
    assert_eq!(server.stop(), 0);
    server.restart();
    until_seen(&url);
    tail.kill().unwrap();
    tail.wait().unwrap();
    reading.join().unwrap().unwrap();
}

#[test]
fn without_a_server_there_is_nothing_to_follow() {
    let (mut server, _) = Server::with_store(EXE);
    assert_eq!(server.stop(), 0);
    let ran = server.try_run(&["logs", "tail"], "");
    assert_eq!(ran.code, 1);
    assert!(ran.error().contains("no server runs"), "{ran:?}");
}
