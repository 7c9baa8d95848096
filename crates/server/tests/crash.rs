//! The server stopped, politely and not, at any moment: what it acknowledged is there afterwards,
//! and nothing is half done.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use bitcoin::base58;
use serde_json::{Value, json};
use specie_testkit::data::DataFolder;
use specie_testkit::http;
use specie_testkit::receiver::{Answer, Receiver};
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

const EXE: &str = env!("CARGO_BIN_EXE_specie");
const ROUNDS: usize = 20;

/// What clients know for sure: what was answered.
#[derive(Default)]
struct Journal {
    /// Acknowledged invoices: id to price, address and expiry.
    made: Mutex<BTreeMap<String, Value>>,
    /// Invoices whose payment was acknowledged.
    paid: Mutex<BTreeSet<String>>,
    answers: AtomicUsize,
}

/// What of an invoice never changes once it was acknowledged.
fn facts(invoice: &Value) -> Value {
    json!([invoice["price"], invoice["bitcoinAddress"], invoice["btcPrice"], invoice["expirationTime"]])
}

/// Makes an invoice; none if the server went away in between.
fn make(shop: &Shop, price: usize, told: &str) -> Option<Value> {
    let url = format!("{}/invoices", shop.url);
    let body = json!({ "price": price, "currency": "USD", "notificationURL": told }).to_string();
    let request = http::client().post(&url).header("content-type", "application/json");
    let request = request.header("x-identity", shop.identity());
    let request = request.header("x-signature", shop.sign(&format!("{url}{body}")));
    let response = request.body(body).send().ok()?;
    let text = response.text().ok()?;
    let answer: Value = serde_json::from_str(&text).ok()?;
    Some(answer.get("data").unwrap_or_else(|| panic!("refused: {text}")).clone())
}

/// A command through the socket of a running server, never in a process of its own; none if the
/// server went away in between.
fn command(data: &Path, command: &Value) -> Option<Value> {
    let mut stream = UnixStream::connect(data.join("run/admin.sock")).ok()?;
    let body = command.to_string();
    let head = format!("POST /command HTTP/1.1\r\nhost: specie\r\ncontent-length: {}\r\n", body.len());
    stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    serde_json::from_str(body).ok()
}

/// Shops that order, and buyers that pay, until they are told to stop.
fn trade(
    shop: &Shop,
    data: &Path,
    told: &str,
    journal: &Arc<Journal>,
    over: &Arc<AtomicBool>,
) -> Vec<thread::JoinHandle<()>> {
    let traders = (0..3).map(|trader| {
        let (shop, data, told) = (shop.clone(), data.to_owned(), told.to_owned());
        let (journal, over) = (Arc::clone(journal), Arc::clone(over));
        thread::spawn(move || {
            for turn in 1.. {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let Some(invoice) = make(&shop, 1 + (turn * 7 + trader) % 90, &told) else { return };
                let id = invoice["id"].as_str().unwrap().to_owned();
                journal.made.lock().unwrap().insert(id.clone(), facts(&invoice));
                journal.answers.fetch_add(1, Ordering::Relaxed);
                let pay = json!({ "Practice": { "Pay": { "invoice": id, "amount": null } } });
                if turn % 2 == 0 && command(&data, &pay).is_some() {
                    journal.paid.lock().unwrap().insert(id);
                    journal.answers.fetch_add(1, Ordering::Relaxed);
                }
                if turn % 5 == 0 {
                    command(&data, &json!({ "Practice": { "Mine": { "blocks": 1 } } }));
                }
            }
        })
    });
    traders.collect()
}

#[test]
fn what_was_acknowledged_survives_twenty_kills() {
    let (mut server, store) = Server::with_store(EXE);
    let shop = Shop::paired(&server, &store, "shop");
    let receiver = Receiver::start();
    let journal = Arc::new(Journal::default());
    for round in 0..ROUNDS {
        let over = Arc::new(AtomicBool::new(false));
        let traders = trade(&shop, server.data(), &receiver.url("/ipn"), &journal, &over);
        // After another number of answers each time, while further requests are under way.
        let enough = journal.answers.load(Ordering::Relaxed) + (round * 13) % 29;
        until("trade", || (journal.answers.load(Ordering::Relaxed) >= enough).then_some(()));
        server.kill();
        over.store(true, Ordering::Relaxed);
        for trader in traders {
            trader.join().unwrap();
        }
        server.restart();
        assert_eq!(server.run(&["verify"])["sound"], true);
    }

    let made = journal.made.lock().unwrap().clone();
    let paid = journal.paid.lock().unwrap().clone();
    assert!(made.len() > 100 && paid.len() > 50, "{} made, {} paid", made.len(), paid.len());
    for (id, known) in &made {
        assert_eq!(facts(&shop.read(id)), *known, "invoice {id}");
    }
    let addresses: BTreeSet<String> = made.values().map(|known| known[1].to_string()).collect();
    assert_eq!(addresses.len(), made.len(), "an address was given out twice");

    server.mine(6);
    for id in &paid {
        shop.until_status(id, "complete");
    }
    let verified = server.run(&["verify"]);
    assert_eq!((&verified["sound"], &verified["problems"]), (&json!(true), &json!([])));
    assert_told_once(&server, &receiver, &paid);
    assert!(verified["invoices"].as_u64().unwrap() >= made.len() as u64);
}

/// Every payment that was confirmed is told with one delivery, which arrived, or was under way
/// when the server was killed and comes up again when its lease is over.
fn assert_told_once(server: &Server, receiver: &Receiver, paid: &BTreeSet<String>) {
    let mut sql = server.sql();
    for id in paid {
        let of_invoice = [base58::decode(id).unwrap().into()];
        let mut rows = || -> Vec<(String, i64)> {
            let asked = "SELECT state, lease_until FROM deliveries WHERE invoice_id = $1";
            sql.query(asked, &of_invoice).iter().map(|row| (row.text(0), row.integer(1))).collect()
        };
        let settled = |row: &(String, i64)| row.0 == "done" || row.1 > 0;
        let rows = until("the delivery", || Some(rows()).filter(|rows| rows.iter().all(settled)));
        assert_eq!(rows.len(), 1, "invoice {id}: {rows:?}");
        let heard = receiver.heard().iter().any(|heard| heard.body.contains(id));
        assert!(heard || rows[0].0 == "pending", "invoice {id} was never told");
    }
}

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
