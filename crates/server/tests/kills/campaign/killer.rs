//! When the server is killed: a plan that a seed decides, and the clock that it needs.
//!
//! Three kinds of moments: at the first byte of an answer, some time after the first one, and while it
//! starts, which is while it recovers from the kill before. The last kind counts only if the server
//! was not ready yet.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use specie_testkit::server::Server;
use specie_testkit::shop::Shop;
use specie_testkit::wait::until;

use super::chance::Chance;
use super::market::Market;

/// The most answers that there may be.
const ANSWERS: u64 = 120;
/// The longest time after the first answer, in milliseconds.
const MILLIS: u64 = 150;
/// At least one kill in so many is while the server starts.
const IN_START_UP: usize = 6;
/// Between two looks at a server that starts.
const PAUSE: Duration = Duration::from_millis(1);

/// When a server at work is killed.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    /// At the first byte of this answer, by whoever sees it.
    Answer(usize),
    /// So long after the first answer.
    Time(Duration),
}

/// Kills, by kind.
#[derive(Debug, Default, Clone, Copy)]
pub struct Kills {
    /// At an answer.
    pub at_answers: usize,
    /// Some time after the first answer.
    pub after_time: usize,
    /// Before it was ready.
    pub in_start_up: usize,
    /// Meant for that, and it had just become ready.
    pub just_ready: usize,
}

impl Kills {
    /// All of them.
    pub fn all(&self) -> usize {
        self.at_answers + self.after_time + self.in_start_up + self.just_ready
    }
}

/// Kills.
pub struct Killer {
    chance: Chance,
    probe: Probe,
    /// What was done so far.
    pub kills: Kills,
    /// How long it took to be ready, each time that it came so far.
    pub readiness: Vec<Duration>,
}

impl Killer {
    /// Whoever asks, may read this invoice.
    pub fn new(seed: u64, shop: &Shop, invoice: &str) -> Self {
        let (chance, probe) = (Chance::new(seed, 0), Probe::new(shop, invoice));
        Self { chance, probe, kills: Kills::default(), readiness: Vec::new() }
    }

    /// When the next kill of a server at work comes.
    pub fn moment(&mut self) -> Moment {
        match self.chance.one_in(2) {
            true => Moment::Answer(usize::try_from(1 + self.chance.below(ANSWERS)).expect("a small number")),
            false => Moment::Time(Duration::from_millis(self.chance.below(MILLIS))),
        }
    }

    /// Waits for the moment while others trade, and kills.
    pub fn kill_traders(&mut self, moment: Moment, server: &mut Server, market: &Market) {
        match moment {
            Moment::Answer(_) => {
                until("the answer", || soon(|| market.is_doomed()));
                self.kills.at_answers += 1;
            }
            Moment::Time(time) => {
                until("an answer", || soon(|| market.answers() > 0));
                thread::sleep(time);
                market.doom();
                self.kills.after_time += 1;
            }
        }
        server.kill();
    }

    /// Whether the next kill is while the server starts: often enough, and sometimes twice in a row.
    pub fn wants_start_up(&mut self) -> bool {
        self.chance.one_in(5) || self.kills.in_start_up * IN_START_UP < self.kills.all()
    }

    /// Starts the server and kills it before it is ready, if it can.
    pub fn kill_starting(&mut self, server: &mut Server) {
        let usual = self.readiness.iter().rev().take(3).min().copied().unwrap_or_default();
        let micros = self.chance.below(u64::try_from(usual.as_micros()).expect("a short time"));
        let started = now();
        server.begin_restart();
        let moment = started + Duration::from_micros(micros);
        let mut ready = None;
        while ready.is_none() && now() < moment {
            ready = self.probe.is_ready(moment - now()).then(|| started.elapsed());
            thread::sleep(PAUSE);
        }
        assert!(server.is_alive(), "the server ended while it started");
        server.kill();
        match ready {
            Some(took) => {
                self.kills.just_ready += 1;
                self.readiness.push(took);
            }
            None => self.kills.in_start_up += 1,
        }
    }

    /// Starts the server and takes the time until it answers.
    pub fn let_start(&mut self, server: &mut Server) {
        let started = now();
        server.begin_restart();
        until("the server being ready", || {
            assert!(server.is_alive(), "the server ended while it started");
            soon(|| self.probe.is_ready(Duration::from_secs(10)))
        });
        self.readiness.push(started.elapsed());
    }
}

/// Looks a number of times, in short steps: those of `until` are as long as a start.
fn soon(mut look: impl FnMut() -> bool) -> Option<()> {
    let look = |_| {
        thread::sleep(PAUSE);
        look()
    };
    (0..200).any(look).then_some(())
}

/// A signed request for an invoice, as it goes over the wire.
struct Probe {
    host: String,
    request: String,
}

impl Probe {
    fn new(shop: &Shop, invoice: &str) -> Self {
        let host = shop.url.trim_start_matches("http://").to_owned();
        let path = format!("/invoices/{invoice}");
        let signature = shop.sign(&format!("{}{path}", shop.url));
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nx-identity: {}\r\nx-signature: {signature}\r\nconnection: close\r\n\r\n",
            shop.identity(),
        );
        Self { host, request }
    }

    /// Whether the answer comes in time, and is 200.
    fn is_ready(&self, patience: Duration) -> bool {
        let asked = || -> std::io::Result<[u8; 12]> {
            let mut stream = TcpStream::connect(&self.host)?;
            stream.set_read_timeout(Some(patience.max(PAUSE)))?;
            stream.write_all(self.request.as_bytes())?;
            let mut status = [0; 12];
            stream.read_exact(&mut status)?;
            Ok(status)
        };
        asked().is_ok_and(|status| status == *b"HTTP/1.1 200")
    }
}

#[expect(clippy::disallowed_methods, reason = "how soon it is ready is what is measured")]
fn now() -> Instant {
    Instant::now()
}
