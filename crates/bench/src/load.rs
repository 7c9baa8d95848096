//! The generator of load, in a process of its own: so its work never counts as the server's.
//!
//! Each connection sends the next request as soon as the answer to its last one is there. Any
//! answer but 200 spoils the measurement, and says so.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::wire::Connection;
use crate::{clock, machine};

/// What is to be asked, and for how long.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// Where; several servers share the connections evenly.
    pub addresses: Vec<String>,
    /// The servers' processes, whose CPU time is read.
    pub pids: Vec<u32>,
    /// How many connections in all.
    pub connections: usize,
    /// How long is asked before anything is measured, in milliseconds.
    pub warm_ms: u64,
    /// How long is measured, in milliseconds.
    pub measured_ms: u64,
    /// The requests, in turn and over again; each server has as many of its own.
    pub requests: Vec<Vec<String>>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Answers within the measured time.
    pub answers: u64,
    /// Answers in all, those before and after included.
    pub in_all: u64,
    /// The measured time.
    pub elapsed: Duration,
    /// The CPU time of the servers in the measured time.
    pub cpu: Duration,
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// All but one in a hundred took no longer.
    pub p99: Duration,
    /// The longest time in which no answer came at all.
    pub stall: Duration,
    /// What was wrong first, if anything was.
    pub trouble: Option<String>,
}

impl Report {
    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        self.answers as f64 / self.elapsed.as_secs_f64()
    }

    /// CPU time of the servers for one answer, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / (self.answers.max(1)) as f64
    }
}

/// Has an order obeyed by another process.
///
/// # Panics
/// If an answer was not 200.
pub fn run(order: &Order) -> Report {
    let exe = std::env::current_exe().expect("this program's own file");
    let mut child = Command::new(exe)
        .arg("load")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started");
    let text = serde_json::to_vec(order).expect("an order is JSON");
    child.stdin.take().expect("a pipe").write_all(&text).expect("it reads its order");
    let output = child.wait_with_output().expect("it ends");
    let report: Report = serde_json::from_slice(&output.stdout).expect("a report");
    if let Some(trouble) = &report.trouble {
        panic!("the load was not served: {trouble}");
    }
    report
}

#[derive(Default)]
struct Heard {
    in_all: u64,
    latencies: Vec<u32>,
    last: Option<Instant>,
    stall: Duration,
    trouble: Option<String>,
}

impl Heard {
    fn answer(&mut self, at: Instant, took: Duration) {
        self.latencies.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        if let Some(last) = self.last.replace(at) {
            self.stall = self.stall.max(at - last);
        }
    }
}

/// Obeys the order on standard input.
pub fn obey() {
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text).expect("an order");
    let order: Order = serde_json::from_slice(&text).expect("an order");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = tokio::task::LocalSet::new().block_on(&runtime, ask(order));
    println!("{}", serde_json::to_string(&report).expect("a report is JSON"));
}

async fn ask(order: Order) -> Report {
    let heard = Rc::new(RefCell::new(Heard::default()));
    let begun = clock::now();
    let from = begun + Duration::from_millis(order.warm_ms);
    let until = from + Duration::from_millis(order.measured_ms);
    let servers = order.addresses.len();
    let next: Vec<_> = order.requests.into_iter().map(|of_one| Rc::new(Requests::new(of_one))).collect();
    let mut tasks = Vec::new();
    for number in 0..order.connections {
        let (address, requests) = (order.addresses[number % servers].clone(), next[number % servers].clone());
        let heard = Rc::clone(&heard);
        tasks.push(tokio::task::spawn_local(async move {
            if let Err(trouble) = keep_asking(&address, &requests, &heard, from, until).await {
                heard.borrow_mut().trouble.get_or_insert(trouble);
            }
        }));
    }
    tokio::time::sleep_until(from.into()).await;
    let cpu_before: Duration = order.pids.iter().map(|pid| machine::cpu(*pid)).sum();
    let began = clock::now();
    tokio::time::sleep_until(until.into()).await;
    let cpu: Duration = order.pids.iter().map(|pid| machine::cpu(*pid)).sum();
    let elapsed = began.elapsed();
    for task in tasks {
        task.await.expect("no connection panics");
    }
    let mut heard = heard.take();
    heard.latencies.sort_unstable();
    let at = |share: usize| {
        let place = heard.latencies.len() * share / 100;
        Duration::from_micros(heard.latencies.get(place).copied().unwrap_or(0).into())
    };
    Report {
        answers: heard.latencies.len() as u64,
        in_all: heard.in_all,
        elapsed,
        cpu: cpu.saturating_sub(cpu_before),
        p50: at(50),
        p99: at(99),
        stall: heard.stall,
        trouble: heard.trouble.clone(),
    }
}

/// Requests, in turn and over again.
struct Requests {
    all: Vec<String>,
    next: std::cell::Cell<usize>,
}

impl Requests {
    fn new(all: Vec<String>) -> Self {
        Self { all, next: std::cell::Cell::new(0) }
    }

    fn take(&self) -> &[u8] {
        let at = self.next.get();
        self.next.set((at + 1) % self.all.len());
        self.all[at].as_bytes()
    }
}

async fn keep_asking(
    address: &str,
    requests: &Requests,
    heard: &RefCell<Heard>,
    from: Instant,
    until: Instant,
) -> Result<(), String> {
    let mut connection = Connection::to(address).await.map_err(|e| e.to_string())?;
    loop {
        let sent = clock::now();
        if sent >= until {
            return Ok(());
        }
        let status = connection.ask(requests.take()).await.map_err(|e| e.to_string())?;
        let at = clock::now();
        if status != 200 {
            return Err(connection.answer());
        }
        let mut heard = heard.borrow_mut();
        heard.in_all += 1;
        if sent >= from && at < until {
            heard.answer(at, at - sent);
        }
    }
}
