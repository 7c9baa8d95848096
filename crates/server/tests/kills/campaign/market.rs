//! Where clients meet the server: over connections that they keep, so that an answer is seen as soon as
//! its first byte is there. Whoever sees the one that was chosen kills the server there and then: what
//! was answered too early has no time to become true.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use specie_testkit::shop::Shop;

/// The market of one server.
pub struct Market {
    /// The server, and who asks it.
    pub shop: Shop,
    identity: String,
    data: PathBuf,
    process: AtomicI32,
    /// Answers since it opened.
    answers: AtomicUsize,
    /// At which of them the server is killed; 0: at none.
    fatal: AtomicUsize,
    /// The server is being killed: requests may fail from now on.
    doomed: AtomicBool,
    /// Nobody asks any more.
    over: AtomicBool,
}

/// A connection that is kept; none before the first request.
#[derive(Debug, Default)]
pub struct Line(Option<BufReader<TcpStream>>);

impl Market {
    /// The market of a server with this data folder. It is closed.
    pub fn new(shop: Shop, data: &Path) -> Self {
        Self {
            identity: shop.identity(),
            shop,
            data: data.to_owned(),
            process: AtomicI32::new(0),
            answers: AtomicUsize::new(0),
            fatal: AtomicUsize::new(0),
            doomed: AtomicBool::new(true),
            over: AtomicBool::new(true),
        }
    }

    /// Opens: this process is there, and is killed at that answer, if at any.
    pub fn open(&self, process: u32, fatal: usize) {
        self.process.store(process.cast_signed(), Ordering::SeqCst);
        self.answers.store(0, Ordering::SeqCst);
        self.fatal.store(fatal, Ordering::SeqCst);
        self.doomed.store(false, Ordering::SeqCst);
        self.over.store(false, Ordering::SeqCst);
    }

    /// Before the server is killed: whoever meets a broken connection goes home, and nobody else.
    pub fn doom(&self) {
        self.doomed.store(true, Ordering::SeqCst);
    }

    /// Whether the server is being killed.
    pub fn is_doomed(&self) -> bool {
        self.doomed.load(Ordering::SeqCst)
    }

    /// Closes: everybody goes home.
    pub fn close(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.fatal.store(0, Ordering::SeqCst);
    }

    /// Whether it is closed.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Answers since it opened.
    pub fn answers(&self) -> usize {
        self.answers.load(Ordering::SeqCst)
    }

    /// An answer is there.
    fn heard(&self) {
        let number = self.answers.fetch_add(1, Ordering::SeqCst) + 1;
        if number == self.fatal.load(Ordering::SeqCst) {
            self.doom();
            let process = Pid::from_raw(self.process.load(Ordering::SeqCst)).expect("a process");
            kill_process(process, Signal::KILL).expect("it is ours");
        }
    }

    /// Asks for an invoice: the answer's text, or none if the server went away in between.
    pub fn create(&self, line: &mut Line, key: &str, body: &str) -> Option<String> {
        let (url, host) = (&self.shop.url, self.shop.url.trim_start_matches("http://"));
        let signature = self.shop.sign(&format!("{url}/invoices{body}"));
        let request = format!(
            "POST /invoices HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\n\
             x-identity: {}\r\nx-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
            self.identity,
            body.len(),
        );
        let mut stream = match line.0.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect(host).ok()?),
        };
        let answer = self.exchange(&mut stream, &request)?;
        line.0 = Some(stream);
        Some(answer)
    }

    /// A command through the socket of a running server, never in a process of its own; none if the
    /// server went away in between.
    pub fn command(&self, command: &Value) -> Option<Value> {
        let body = command.to_string();
        let head = "POST /command HTTP/1.1\r\nhost: specie\r\nconnection: close\r\ncontent-length:";
        let mut stream = BufReader::new(UnixStream::connect(self.data.join("run/admin.sock")).ok()?);
        let answer = self.exchange(&mut stream, &format!("{head} {}\r\n\r\n{body}", body.len()))?;
        Some(serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{e}: {answer}")))
    }

    /// A request, and the body of its answer. Here nothing is ever refused.
    fn exchange<S: Read + Write>(&self, stream: &mut BufReader<S>, request: &str) -> Option<String> {
        stream.get_mut().write_all(request.as_bytes()).ok()?;
        if stream.fill_buf().ok()?.is_empty() {
            return None;
        }
        self.heard();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            // 0: it ended here.
            if stream.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).expect("text");
        assert!(head.starts_with("HTTP/1.1 200"), "refused: {request}\n{head}{body}");
        Some(body)
    }
}
