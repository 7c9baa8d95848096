//! A server that answers what a test tells it to, over a real socket.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part of it, and what fails here fails the test"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Heard {
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Heard {
    /// A header by its name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(each, _)| each.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What is answered.
pub enum Reply {
    /// A status, more headers (each ended by CRLF), and a JSON body.
    Json(u16, &'static str, String),
    /// Bytes as they are.
    Raw(Vec<u8>),
    /// Bytes as they are, and then silence until the client goes.
    Hold(Vec<u8>),
}

/// A JSON answer of status 200.
pub fn data(value: &Value) -> Reply {
    Reply::Json(200, "", serde_json::json!({ "data": value }).to_string())
}

pub struct Stub {
    pub host: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Stub {
    /// Answers each request with what `answer` says of it and of how many came before.
    pub fn start(answer: impl Fn(&Heard, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), heard.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, log) = (answer.clone(), log.clone());
                thread::spawn(move || serve(stream, &*answer, &log));
            }
        });
        Self { host, heard }
    }

    /// All that came so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&Heard, usize) -> Reply, log: &Mutex<Vec<Heard>>) {
    let Some(heard) = read(&stream) else { return };
    let before = {
        let mut log = log.lock().unwrap();
        log.push(heard.clone());
        log.len() - 1
    };
    let (bytes, hold) = match answer(&heard, before) {
        Reply::Raw(bytes) => (bytes, false),
        Reply::Hold(bytes) => (bytes, true),
        Reply::Json(status, headers, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            ((head + &body).into_bytes(), false)
        }
    };
    let _ = stream.write_all(&bytes);
    if hold {
        let _ = stream.read(&mut [0]);
    }
}

fn read(stream: &TcpStream) -> Option<Heard> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let (method, rest) = first.split_once(' ')?;
    let (target, _) = rest.rsplit_once(' ')?;
    let (method, target) = (method.to_owned(), target.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut heard = Heard { method, target, headers, body: Vec::new() };
    let length = heard.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    heard.body = vec![0; length];
    reader.read_exact(&mut heard.body).ok()?;
    Some(heard)
}
