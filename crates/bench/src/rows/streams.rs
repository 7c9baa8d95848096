//! P12, live streams: what a server holds for each stream of an invoice's events that is open.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::{Pace, begin};
use crate::machine;
use crate::stage::{Asking, Stage};
use crate::table::Line;
use crate::wire::Connection;

const STREAMS: usize = 5_000;
/// Buyers of one invoice who look at once: a window on two devices, and the shop.
const OF_EACH: usize = 5;

/// Opens the streams, hears the invoice on each, and weighs the server before and after.
pub fn measure(_: Pace) -> Vec<Line> {
    begin("live streams");
    let stage = Stage::on_sqlite();
    let address = stage.address();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let tokens = runtime.block_on(tokens(&stage, &address)).expect("the server answers");
    let before = machine::resident(stage.server.pid());
    let open: Vec<TcpStream> =
        (0..STREAMS).map(|number| listen(&address, &tokens[number / OF_EACH])).collect();
    let each =
        machine::resident(stage.server.pid()).saturating_sub(before) as f64 / open.len() as f64 / 1024.0;
    vec![Line {
        row: "P12",
        what: format!("memory of each of {STREAMS} open streams of events"),
        figure: each,
        unit: "KiB",
        limit: None,
        goal: "≤ 20 KiB",
        met: each <= 20.0,
    }]
}

/// The tokens of a few orders' events.
async fn tokens(stage: &Stage, address: &str) -> std::io::Result<Vec<String>> {
    let client = stage.client(address, Asking::Anyone);
    let mut connection = Connection::to(address).await?;
    let mut tokens = Vec::new();
    for _ in 0..STREAMS / OF_EACH {
        let request = client.request("GET", &format!("/invoices/{}/events", stage.invoice()), "");
        connection.ask(request.as_bytes()).await?;
        let answer = connection.answer();
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let body: Value = serde_json::from_str(body).expect("JSON");
        tokens.push(body["data"]["token"].as_str().expect("a token").to_owned());
    }
    Ok(tokens)
}

/// Opens a stream, and reads until the invoice was told.
fn listen(address: &str, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(
        stream,
        "GET /events?token={token}&action=subscribe&events[]=payment HTTP/1.1\r\nhost: {address}\r\n\r\n"
    )
    .expect("a request");
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    while !heard.windows(18).any(|part| part == b"event: statechange") {
        let read = stream.read(&mut buffer).expect("the stream");
        assert!(read > 0, "the stream ended: {}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&buffer[..read]);
    }
    stream
}
