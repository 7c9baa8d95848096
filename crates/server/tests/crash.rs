//! The server stopped, politely and not, and started beside another or what one left behind. What
//! survives kills under load is in `kills/`.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use specie_testkit::data::DataFolder;
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// A server started by hand; killed when dropped.
struct ByHand(Child);

impl ByHand {
    fn start(data: &Path) -> Self {
        let child = Command::new(EXE)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_socket_left_behind_is_no_obstacle() {
    let (mut server, store) = Server::with_store(EXE);
    server.kill();
    let socket = server.data().join("run/admin.sock");
    assert!(socket.exists(), "a kill leaves it behind");
    // Commands see that nobody listens, and work by themselves.
    assert_eq!(server.run(&["store", "list"])["stores"][0]["id"], store);
    let _again = ByHand::start(server.data());
    until("an answer", || UnixStream::connect(&socket).ok());
    assert_eq!(server.run(&["store", "list"])["stores"][0]["id"], store);
}

#[test]
fn a_second_server_on_the_same_folder_refuses_to_start() {
    let (server, store) = Server::with_store(EXE);
    let second = ByHand::start(server.data());
    let mut second = second;
    let status = second.0.wait().unwrap();
    let mut said = String::new();
    second.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(1));
    let words = format!("another specie process uses the data folder {}", server.data().display());
    assert!(said.contains(&words), "{said}");
    // The first one never noticed.
    assert_eq!(server.run(&["store", "list"])["stores"][0]["id"], store);
}

#[test]
fn asked_to_stop_it_stops_soon_whatever_is_under_way() {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let silent = Receiver::start();
    silent.answer(Answer::Silence);
    let invoice = shop.invoice(&json!({
        "price": 20, "currency": "USD", "extendedNotifications": true, "notificationURL": silent.url("/ipn"),
    }));
    silent.wait_for(1);
    // A buyer's page is open, too.
    let id = invoice["id"].as_str().unwrap();
    let address = server.url().trim_start_matches("http://").to_owned();
    let mut page = std::net::TcpStream::connect(&address).unwrap();
    write!(page, "GET /i/{id}/events HTTP/1.1\r\nhost: {address}\r\n\r\n").unwrap();
    let mut first = [0; 16];
    page.read_exact(&mut first).unwrap();

    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    let asked = std::time::Instant::now();
    assert_eq!(server.stop(), 0);
    let took = asked.elapsed();
    assert!(took.as_secs() < 10, "{took:?}");
    assert!(!server.data().join("run/admin.sock").exists());

    assert_eq!(server.run(&["verify"])["sound"], true);
    server.restart();
    assert_eq!(shop.read(id)["status"], "new");
}

#[test]
fn asked_twice_it_stops_at_once() {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let silent = Receiver::start();
    silent.answer(Answer::Silence);
    let told = silent.url("/ipn");
    shop.invoice(&json!({ "price": 1, "extendedNotifications": true, "notificationURL": told }));
    silent.wait_for(1);
    let asked = Command::new("kill").arg(server.pid().to_string()).status().unwrap();
    assert!(asked.success());
    let socket = server.data().join("run/admin.sock");
    until("its stopping", || UnixStream::connect(&socket).is_err().then_some(()));
    assert_eq!(server.stop(), 1);
    assert_eq!(server.run(&["verify"])["sound"], true);
}

/// Calls that change something, each with a count of how often it was done.
fn changing(server: &Server, shop: &Shop) -> [(String, String, &'static str); 3] {
    let over = shop.invoice(&json!({ "price": 20, "currency": "USD" }));
    let over = over["id"].as_str().unwrap();
    server.run(&["sandbox", "pay", over, "--amount", "0.0005"]);
    server.mine(6);
    let accept = json!({ "type": "acceptOverPayment", "commit": true });
    let path = format!("/invoices/{over}/adjustments");
    until("six confirmations", || {
        let preview = json!({ "type": "acceptOverPayment", "commit": false });
        (shop.post(&path, &preview).status == 200).then_some(())
    });
    [
        (path, accept.to_string(), "SELECT count(*) FROM events WHERE event LIKE '%ccepted%'"),
        (
            "/invoices".to_owned(),
            json!({ "price": 20, "currency": "USD" }).to_string(),
            "SELECT count(*) FROM invoices",
        ),
        (
            "/tokens".to_owned(),
            json!({ "id": shop.sin(), "facade": "pos" }).to_string(),
            "SELECT count(*) FROM pairing_codes",
        ),
    ]
}

fn done(server: &Server, count: &str) -> i64 {
    server.sql().query(count, &[])[0].integer(0)
}

#[test]
fn what_was_answered_before_a_kill_is_answered_again_byte_for_byte() {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let calls = changing(&server, &shop);
    let ask = |path: &str, body: &str| shop.send_with("POST", path, body, &[("idempotency-key", "1")]);
    let before: Vec<i64> = calls.iter().map(|(.., count)| done(&server, count)).collect();
    let first: Vec<_> = calls.iter().map(|(path, body, _)| ask(path, body)).collect();
    server.kill();
    server.restart();
    for (((path, body, count), first), before) in calls.iter().zip(&first).zip(before) {
        assert_eq!(first.status, 200, "{path}: {}", first.body);
        let again = ask(path, body);
        assert_eq!((again.status, &again.body), (200, &first.body), "{path}");
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{path}");
        assert_eq!(done(&server, count), before + 1, "{path}");
    }
    assert_eq!(server.run(&["verify"])["sound"], true);
}

#[test]
fn what_was_asked_before_a_kill_and_not_answered_is_done_once() {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let calls = changing(&server, &shop);
    let before: Vec<i64> = calls.iter().map(|(.., count)| done(&server, count)).collect();
    let rounds = 4;
    for round in 0..rounds {
        let key = round.to_string();
        let host = server.url().trim_start_matches("http://").to_owned();
        let streams: Vec<_> = calls
            .iter()
            .map(|(path, body, _)| {
                let signature = shop.sign(&format!("{}{path}{body}", shop.url));
                let mut stream = std::net::TcpStream::connect(&host).unwrap();
                let (identity, length) = (shop.identity(), body.len());
                write!(
                    stream,
                    "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
                     idempotency-key: {key}\r\nx-identity: {identity}\r\nx-signature: {signature}\r\n\
                     content-length: {length}\r\n\r\n{body}"
                )
                .unwrap();
                stream
            })
            .collect();
        // A later moment each time: before anything, in the middle of it, after all of it.
        std::thread::sleep(std::time::Duration::from_millis(round * 4));
        server.kill();
        drop(streams);
        server.restart();
        for (path, body, _) in &calls {
            let ask = || shop.send_with("POST", path, body, &[("idempotency-key", &key)]);
            let (first, again) = (ask(), ask());
            assert_eq!((first.status, &first.body), (200, &again.body), "{path}");
        }
    }
    let rounds = i64::try_from(rounds).unwrap();
    // What is accepted already is accepted still, and written once.
    for (((path, _, count), before), times) in calls.iter().zip(before).zip([1, rounds, rounds]) {
        assert_eq!(done(&server, count), before + times, "{path}");
    }
    assert_eq!(server.run(&["verify"])["sound"], true);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = DataFolder::fresh();
    let ran = Command::new(EXE)
        .args(["serve", "--listen", &address, "--data"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
    assert!(!folder.path().join("run/admin.sock").exists());
}

#[test]
fn asked_to_stop_an_idle_server_stops_at_once() {
    let (mut server, _) = Server::with_store(EXE);
    assert_eq!(server.stop(), 0);
    assert_eq!(server.run(&["verify"])["sound"], true);
}
