//! P10: what an idle server holds, how large the program is, and how soon it answers.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, io::Read, io::Write, thread};

use super::{Pace, begin, folder};
use crate::clock::{self, median};
use crate::table::Line;
use crate::{machine, stage};

const STARTS: usize = 20;
/// Until everything that runs at the start has run.
const SETTLED: Duration = Duration::from_secs(2);
/// Longer than any start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Starts the server again and again in one folder, and weighs the last one.
pub fn measure(_: Pace) -> Vec<Line> {
    begin("memory, size and start");
    let program = stage::program();
    let folder = folder();
    let mut bare = Vec::new();
    let mut took = Vec::new();
    // The first start makes the database.
    start(&program, folder.path());
    for _ in 0..STARTS {
        took.push(start(&program, folder.path()).0.as_secs_f64() * 1e3);
        bare.push(process_start(&program));
    }
    let (_, last) = start(&program, folder.path());
    thread::sleep(SETTLED);
    let memory = machine::resident(last.0.id()) as f64 / (1 << 20) as f64;
    let size = fs::metadata(&program).expect("the program").len() as f64 / 1e6;
    let (start, bare) = (median(took), median(bare));
    let line = |what: &str, figure, unit, limit, goal, met| Line {
        row: "P10",
        what: what.to_owned(),
        figure,
        unit,
        limit,
        goal,
        met,
    };
    vec![
        line("memory of an idle server", memory, "MiB", None, "≤ 20 MiB", memory <= 20.0),
        line("the program, with pages, SQLite and TLS", size, "MB", None, "≤ 20 MB", size <= 20.0),
        line(
            "start to first answer",
            start,
            "ms",
            Some(("the program saying its version", bare)),
            "≤ 15 ms",
            start <= 15.0,
        ),
    ]
}

/// A running server, killed when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server and asks it until it answers; returns how long that took.
fn start(program: &Path, data: &Path) -> (Duration, Running) {
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let address = format!("127.0.0.1:{port}");
    let begun = clock::now();
    let child = Command::new(program)
        .args(["serve", "--listen", &address, "--log", "error", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the server can be started");
    let running = Running(child);
    while !answers(&address) {
        assert!(begun.elapsed() < PATIENCE, "the server does not answer");
        thread::sleep(Duration::from_micros(200));
    }
    (begun.elapsed(), running)
}

fn answers(address: &str) -> bool {
    let ask = || -> std::io::Result<usize> {
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET /nothing HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        stream.read(&mut [0; 64])
    };
    ask().is_ok_and(|read| read > 0)
}

/// How long the program takes to begin and to end, in milliseconds.
fn process_start(program: &Path) -> f64 {
    let (took, ended) =
        clock::timed(|| Command::new(program).arg("--version").stdout(Stdio::null()).status());
    assert!(ended.expect("the program can be started").success());
    took.as_secs_f64() * 1e3
}
