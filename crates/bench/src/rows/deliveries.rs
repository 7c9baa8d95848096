//! P11: notifications that arrive, each attempt on the disk; and whether a dead endpoint delays
//! those of the others.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::{Pace, begin};
use crate::clock;
use crate::echo::{Echo, HOSTS as SHOPS};
use crate::limits::{echo, sqlite::Scribe};
use crate::load::{self, Order};
use crate::stage::Stage;
use crate::table::Line;

/// How many notifications wait when the server starts.
const WAITING: u64 = 10_000;
/// Longer than that is not waited for them.
const PATIENCE: Duration = Duration::from_secs(12);

/// Lets a backlog be sent, then lets shops be told of invoices as they are made.
pub fn measure(pace: Pace) -> Vec<Line> {
    begin("notifications");
    let limit = echo::per_second(pace.load_ms / 3);
    let rates = [SHOPS, 1].map(backlog);
    let healthy = told_after(pace, false);
    let beside_dead = told_after(pace, true);
    let line = |what: String, figure: f64, unit, limit, goal, met| Line {
        row: "P11",
        what,
        figure,
        unit,
        limit: Some(limit),
        goal,
        met,
    };
    vec![
        line(
            format!("durable notifications of a backlog, {SHOPS} shops"),
            rates[0],
            "/s",
            ("HTTP echo", limit),
            "≥ 20,000/s",
            rates[0] >= 20_000.0,
        ),
        line("the same, one shop".to_owned(), rates[1], "/s", ("HTTP echo", limit), "", true),
        line(
            format!("from the invoice to the shop's answer, {SHOPS} shops one of which is dead, p99"),
            beside_dead,
            "ms",
            ("none of them dead", healthy),
            "≤ 1.2 ×",
            beside_dead <= 1.2 * healthy,
        ),
    ]
}

fn shops(count: usize, port: &str) -> Vec<String> {
    (0..count).map(|shop| format!("http://127.0.0.{}:{port}/", shop + 1)).collect()
}

fn port(echo: &Echo) -> &str {
    echo.address.rsplit(':').next().unwrap_or("")
}

/// Notifications a second, of so many that wait when the server starts.
fn backlog(count: usize) -> f64 {
    let echo = Echo::start();
    let mut stage = Stage::on_sqlite();
    let shops = shops(count, port(&echo));
    stage.tell(&shops[0]);
    stage.server.stop();
    let scribe = Scribe::of_server(&stage.file());
    scribe.history(WAITING);
    scribe.notifications(WAITING, &shops);
    stage.server.restart();
    let (begun, before) = (clock::now(), scribe.delivered());
    let mut done = before;
    while done < WAITING && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
        done = scribe.delivered();
    }
    assert!(done > before, "not one notification arrived");
    (done - before) as f64 / begun.elapsed().as_secs_f64()
}

/// All but one in a hundred of those who live were told no later, in milliseconds.
fn told_after(pace: Pace, one_dead: bool) -> f64 {
    let echo = Echo::start();
    let stage = Stage::on_sqlite();
    let mut shops = shops(SHOPS, port(&echo));
    // Takes connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let dead = format!("http://{}/", silent.local_addr().expect("an address"));
    if one_dead {
        shops[0].clone_from(&dead);
    }
    let address = stage.address();
    load::run(&Order {
        addresses: vec![address.clone()],
        pids: vec![stage.server.pid()],
        connections: 1,
        warm_ms: 200,
        measured_ms: pace.load_ms,
        requests: vec![stage.told(&address, &shops)],
    });
    let scribe = Scribe::of_server(&stage.file());
    let begun = clock::now();
    while scribe.undelivered_but_to(&dead) > 0 && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(50));
    }
    scribe.told_after_p99()
}
