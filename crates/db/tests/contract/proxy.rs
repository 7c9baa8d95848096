//! Something between a program and its server that loses an answer when it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A relay on the loopback. It ends with the process.
pub struct Proxy {
    url: String,
    plan: Arc<Plan>,
}

#[derive(Default)]
struct Plan {
    /// What is waited for in what the program says.
    words: Mutex<Option<Vec<u8>>>,
    lost: AtomicBool,
}

impl Proxy {
    /// A relay to the server of an address.
    pub fn to(url: &str) -> Self {
        let (before, rest) = url.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let plan = Arc::new(Plan::default());
        let relayed = Arc::clone(&plan);
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect(&server) {
                    relay(program, server, &relayed);
                }
            }
        });
        Self { url: format!("{before}@{here}/{name}"), plan }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next message with these words reaches the server, and its answer nobody.
    pub fn lose_the_next_answer_to(&self, words: &str) {
        *self.plan.words.lock().unwrap() = Some(words.as_bytes().to_vec());
    }

    pub fn has_lost_it(&self) -> bool {
        self.plan.lost.load(Ordering::SeqCst)
    }
}

fn relay(mut program: TcpStream, mut server: TcpStream, plan: &Arc<Plan>) {
    let swallow = Arc::new(AtomicBool::new(false));
    let (mut from_server, mut to_program) = (server.try_clone().unwrap(), program.try_clone().unwrap());
    let (answers, lost) = (Arc::clone(&swallow), Arc::clone(plan));
    thread::spawn(move || {
        copy(&mut from_server, &mut to_program, |_| {
            let swallowed = answers.load(Ordering::SeqCst);
            if swallowed {
                lost.lost.store(true, Ordering::SeqCst);
            }
            !swallowed
        });
    });
    let plan = Arc::clone(plan);
    thread::spawn(move || {
        copy(&mut program, &mut server, |said| {
            let mut words = plan.words.lock().unwrap();
            if words.as_ref().is_some_and(|words| said.windows(words.len()).any(|part| part == words)) {
                swallow.store(true, Ordering::SeqCst);
                words.take();
            }
            true
        });
    });
}

/// Copies until either end closes, or what was read is not to be handed on.
fn copy(from: &mut TcpStream, to: &mut TcpStream, mut hand_on: impl FnMut(&[u8]) -> bool) {
    let mut buffer = [0; 8192];
    while let Ok(read) = from.read(&mut buffer)
        && read > 0
        && hand_on(&buffer[..read])
        && to.write_all(&buffer[..read]).is_ok()
    {}
    // The other end may be closed already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
