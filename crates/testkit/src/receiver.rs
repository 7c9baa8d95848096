//! A receiver of notifications, as a shop has one: it keeps what it hears, and answers as told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::wait::until;

/// One request that arrived.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Path and query.
    pub target: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// How the receiver answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// With this status.
    Status(u16),
    /// With a redirect to this address.
    Redirect(String),
    /// With this status and body.
    Body(u16, String),
    /// With just these bytes.
    Raw(Vec<u8>),
    /// Never, but the connection stays open.
    Silence,
    /// Not before it is told how to: then so.
    Held,
    /// With a byte every now and then, and no end.
    Drip,
    /// With as many bytes as the asker takes, and no end.
    Flood,
}

#[derive(Debug)]
struct Shared {
    heard: Mutex<Vec<Heard>>,
    answer: Mutex<Answer>,
    /// At these paths it answers otherwise.
    elsewhere: Mutex<Vec<(String, Answer)>>,
    held: Mutex<Vec<TcpStream>>,
    over: AtomicBool,
}

/// A receiver on a port that the system gave, gone when dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Receiver {
    /// Starts a receiver that answers 200.
    ///
    /// # Panics
    /// If there is no port.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            heard: Mutex::default(),
            answer: Mutex::new(Answer::Status(200)),
            elsewhere: Mutex::default(),
            held: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.over.load(Ordering::Relaxed) {
                    return;
                }
                let serving = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &serving));
            }
        });
        Self { address, shared }
    }

    /// The address of a path here.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers so from now on.
    pub fn answer(&self, answer: Answer) {
        *self.shared.answer.lock().expect("no holder panics") = answer;
    }

    /// Answers so from now on at one path, whatever it answers at others.
    pub fn answer_at(&self, path: &str, answer: Answer) {
        self.shared.elsewhere.lock().expect("no holder panics").push((path.to_owned(), answer));
    }

    /// Everything heard so far, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().expect("no holder panics").clone()
    }

    /// The JSON bodies heard so far, in order.
    #[must_use]
    pub fn bodies(&self) -> Vec<Value> {
        self.heard().iter().map(|heard| serde_json::from_str(&heard.body).expect("JSON")).collect()
    }

    /// Waits until this many requests have arrived, and returns them all.
    pub fn wait_for(&self, count: usize) -> Vec<Heard> {
        until(&format!("{count} notifications"), || Some(self.heard()).filter(|heard| heard.len() >= count))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, shared: &Shared) {
    let Ok(mut out) = stream.try_clone() else { return };
    let Some(heard) = read(stream) else { return };
    let target = heard.target.clone();
    let told = || {
        let elsewhere = shared.elsewhere.lock().expect("no holder panics");
        let here = elsewhere.iter().rev().find(|(path, _)| *path == target);
        here.map_or_else(|| shared.answer.lock().expect("no holder panics").clone(), |(_, told)| told.clone())
    };
    // Decided before it is known that anything was heard.
    let mut answer = told();
    shared.heard.lock().expect("no holder panics").push(heard);
    while matches!(answer, Answer::Held) && !shared.over.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(5));
        answer = told();
    }
    let whole = |status: u16, more: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status} Whatever\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
    };
    let bytes = match answer {
        Answer::Status(status) => whole(status, "", "").into_bytes(),
        Answer::Redirect(to) => whole(302, &format!("location: {to}\r\n"), "").into_bytes(),
        Answer::Body(status, body) => whole(status, "", &body).into_bytes(),
        Answer::Raw(bytes) => bytes,
        Answer::Silence | Answer::Held => return shared.held.lock().expect("no holder panics").push(out),
        Answer::Drip => return without_end(&mut out, b"1", Duration::from_millis(20)),
        Answer::Flood => return without_end(&mut out, &[b'1'; 4096], Duration::ZERO),
    };
    // Whoever asked may be gone.
    let _ = out.write_all(&bytes);
}

/// Writes until the other side has had enough.
fn without_end(out: &mut TcpStream, bytes: &[u8], pause: Duration) {
    let mut written = out.write_all(b"HTTP/1.1 200 Whatever\r\nconnection: close\r\n\r\n");
    while written.is_ok() {
        thread::sleep(pause);
        written = out.write_all(bytes);
    }
}

fn read(stream: TcpStream) -> Option<Heard> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let target = line.split_whitespace().nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(Some(0), |(_, v)| v.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Heard { target, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
