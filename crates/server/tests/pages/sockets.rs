//! The socket that says when to look again.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde_json::json;
use specie_testkit::http::{get, send};
use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::HandshakeError;
use tungstenite::{Error, Message, WebSocket};

use super::{EXE, open, order};

type Socket = WebSocket<TcpStream>;

/// Opens a socket at that path, as a page of somebody else's would; or the status that it is refused with.
fn connect(server: &Server, path: &str) -> Result<Socket, u16> {
    let address = server.url().trim_start_matches("http://");
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    request.headers_mut().insert("origin", "https://elsewhere.example".parse().unwrap());
    match tungstenite::client(request, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(HandshakeError::Failure(Error::Http(refused))) => Err(refused.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

fn changed() -> Message {
    Message::Binary(vec![0].into())
}

/// Reads on until the server says goodbye; says how often something changed before.
fn until_closed(socket: &mut Socket) -> usize {
    let mut changes = 0;
    loop {
        match socket.read() {
            Ok(Message::Close(_)) => return changes,
            Ok(message) => {
                assert_eq!(message, changed());
                changes += 1;
            }
            Err(error) => panic!("no goodbye: {error}"),
        }
    }
}

#[test]
fn every_spelling_leads_to_an_invoices_changes_and_to_no_others() {
    let (server, shop) = open();
    let id = order(&shop, &json!({}));
    let other = order(&shop, &json!({}));
    let paths = [
        format!("/i/{id}/status/ws"),
        format!("/i/{id}/BTC-CHAIN/status/ws"),
        format!("/i/BTC-CHAIN/{id}/status/ws"),
        format!("/invoice/{id}/status/ws"),
        format!("/invoice/status/ws?invoiceId={id}&paymentMethodId=BTC-CHAIN"),
    ];
    let mut sockets = paths.map(|path| connect(&server, &path).unwrap_or_else(|e| panic!("{path}: {e}")));
    let mut others = connect(&server, &format!("/i/{other}/status/ws")).unwrap();
    // Once at the start: what was before is looked at, too.
    for socket in sockets.iter_mut().chain([&mut others]) {
        assert_eq!(socket.read().unwrap(), changed());
    }
    server.pay(&id);
    for socket in &mut sockets {
        assert_eq!(socket.read().unwrap(), changed());
    }
    server.mine(6);
    shop.until_status(&id, "complete");
    for socket in &mut sockets {
        assert!(until_closed(socket) > 0, "a final change, and then the end");
    }
    // Nothing changed there: after a while it says that it is there still.
    assert_eq!(others.read().unwrap(), Message::Text("ping".into()));
    server.pay(&other);
    assert_eq!(others.read().unwrap(), changed());
}

#[test]
fn there_is_none_for_what_does_not_change_or_is_no_socket() {
    let (server, shop) = open();
    let (waiting, done) = (order(&shop, &json!({})), order(&shop, &json!({})));
    server.pay(&done);
    server.mine(6);
    shop.until_status(&done, "complete");
    for path in [
        format!("/i/{done}/status/ws"),
        format!("/i/{done}/BTC-CHAIN/status/ws"),
        format!("/invoice/{done}/status/ws"),
        format!("/invoice/status/ws?invoiceId={done}"),
        "/i/FMfp7ZAmD1ZCMoNbo1eXSt/status/ws".to_owned(),
        "/i/x/status/ws".to_owned(),
        "/invoice/status/ws".to_owned(),
    ] {
        assert_eq!(connect(&server, &path).err(), Some(404), "{path}");
    }
    let path = format!("{}/i/{waiting}/status/ws", server.url());
    assert_eq!(get(&path).status, 404);
    for method in ["POST", "HEAD"] {
        assert!([404, 405].contains(&send(method, &path, &[], b"").status), "{method}");
    }
}

#[test]
fn what_the_other_side_says_is_thrown_away_and_too_much_of_it_ends_its_own() {
    let (server, shop) = open();
    let path = format!("/i/{}/status/ws", order(&shop, &json!({})));
    let (mut calm, mut loud) = (connect(&server, &path).unwrap(), connect(&server, &path).unwrap());
    for socket in [&mut calm, &mut loud] {
        assert_eq!(socket.read().unwrap(), changed());
    }
    for _ in 0..100 {
        calm.send(Message::Text("{\"status\":\"complete\"}".into())).unwrap();
    }
    // It may be hung up while it is still sent.
    let _ = loud.send(Message::Binary(vec![0; 100_000].into()));
    let ended =
        std::iter::from_fn(|| Some(loud.read())).take(3).any(|read| !matches!(read, Ok(Message::Binary(_))));
    assert!(ended, "nobody listens to that much");
    server.pay(path.split('/').nth(2).unwrap());
    assert_eq!(calm.read().unwrap(), changed());
}

#[test]
fn sockets_have_places_and_give_them_back() {
    // So few files that there are 120 connections, half of which may be followed pages.
    let folder = tempfile::tempdir().unwrap();
    let narrow = folder.path().join("narrow");
    std::fs::write(&narrow, format!("#!/bin/sh\nulimit -n 240\nexec {EXE} \"$@\"\n")).unwrap();
    std::fs::set_permissions(&narrow, std::fs::Permissions::from_mode(0o700)).unwrap();
    let (server, store) = Server::with_store(narrow.to_str().unwrap());
    let shop = Shop::paired(&server, &store, "shop");
    let path = format!("/i/{}/status/ws", order(&shop, &json!({})));
    let mut held: Vec<Socket> = (0..60).map(|_| connect(&server, &path).unwrap()).collect();
    assert_eq!(connect(&server, &path).err(), Some(503));
    // A socket keeps its place among the connections: others find what is left.
    let address = server.url().trim_start_matches("http://");
    let idle: Vec<TcpStream> = (0..60).map(|_| TcpStream::connect(address).unwrap()).collect();
    until("no place being left", || answered(&server, "/i/x", "").is_none().then_some(()));
    drop(idle);
    held.truncate(1);
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                   sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    until("a place", || (answered(&server, &path, upgrade)? == "HTTP/1.1 101").then_some(()));
}

/// What a server answers first on a connection of its own, unless it hangs up.
fn answered(server: &Server, path: &str, more: &str) -> Option<String> {
    let address = server.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\n{more}\r\n").ok()?;
    let mut first = [0; 12];
    stream.read_exact(&mut first).ok()?;
    Some(String::from_utf8_lossy(&first).into_owned())
}

#[test]
fn an_open_socket_does_not_hold_up_a_stop_and_hears_a_goodbye() {
    let (mut server, shop) = open();
    let path = format!("/i/{}/status/ws", order(&shop, &json!({})));
    // A process that shares its database hears once more what it wrote, but for what was there at its start.
    assert_eq!(server.stop(), 0);
    server.restart();
    let mut socket = connect(&server, &path).unwrap();
    assert_eq!(socket.read().unwrap(), changed());
    // One that does not read does not either.
    let _deaf = connect(&server, &path).unwrap();
    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    let asked = std::time::Instant::now();
    assert_eq!(server.stop(), 0);
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!(until_closed(&mut socket), 0);
}
