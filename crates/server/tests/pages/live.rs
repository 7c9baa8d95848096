//! The stream that says when to look again.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use specie_testkit::server::Server;

use super::{open, order};

/// An open stream of an invoice's events, read as bytes.
struct Stream {
    connection: TcpStream,
    read: String,
}

impl Stream {
    fn open(server: &Server, id: &str) -> Self {
        let address = server.url().trim_start_matches("http://");
        let mut connection = TcpStream::connect(address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(
            connection,
            "GET /i/{id}/events HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n\r\n"
        )
        .unwrap();
        Self { connection, read: String::new() }
    }

    /// Reads on until as many changes were said.
    fn wait_for(&mut self, changes: usize) {
        let mut buffer = [0; 4096];
        while self.read.matches("event: statechange").count() < changes {
            let read = self.connection.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the stream ended: {}", self.read);
            self.read.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    }
}

#[test]
fn a_change_is_said_at_once_and_to_its_own_page_only() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let other = order(&shop, &json!({}));
    let (mut stream, mut twin, mut others) =
        (Stream::open(&server, &id), Stream::open(&server, &id), Stream::open(&server, &other));
    for stream in [&mut stream, &mut twin, &mut others] {
        stream.wait_for(1);
    }
    let head = stream.read.split_once("\r\n\r\n").unwrap().0.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    for header in ["content-type: text/event-stream", "cache-control: no-cache", "x-accel-buffering: no"] {
        assert!(head.contains(header), "{head}");
    }
    assert!(stream.read.contains(&format!("data: {{\"id\":\"{id}\"}}")), "{}", stream.read);

    server.pay(&id);
    // Who is told can read it already; but what was before may be said once more.
    let is_paid = || shop.read(&id)["status"] == "paid";
    for stream in [&mut stream, &mut twin] {
        let told = (2..=3).any(|times| {
            stream.wait_for(times);
            is_paid()
        });
        assert!(told, "{}", stream.read);
    }

    server.pay(&other);
    others.wait_for(2);
    // A change may be said twice, but never another's.
    assert!(!others.read.contains(&id), "{}", others.read);
}

#[test]
fn an_open_page_does_not_hold_up_a_stop() {
    let (mut server, shop) = open();
    let mut stream = Stream::open(&server, &order(&shop, &json!({})));
    stream.wait_for(1);
    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    let asked = std::time::Instant::now();
    assert_eq!(server.stop(), 0);
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    // Told to end, the stream ends as a whole one does.
    let mut rest = String::new();
    stream.connection.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
}
