//! P1 and P3: durable invoices a second over HTTP, at 64 connections, and the CPU time of each.

use std::time::Duration;

use super::{Pace, begin, folder};
use crate::clock::median;
use crate::limits::sqlite;
use crate::load::{self, Order};
use crate::stage::{Asking, Stage};
use crate::table::Line;

/// What came of several rounds: for each kind of client, invoices a second and microseconds each.
pub struct Creates {
    key: Vec<(f64, f64)>,
    signing: Vec<(f64, f64)>,
    limit: Vec<f64>,
}

/// Asks a server for invoices, and between that measures what SQLite allows.
pub fn measure(pace: Pace) -> Creates {
    begin("invoices made, with the legacy key and signed");
    let (stage, beside) = (Stage::on_sqlite(), folder());
    let address = stage.address();
    let [by_key, signed] = [Asking::Key, Asking::Signing].map(|asking| stage.creates(&address, asking));
    let asked = |requests: &Vec<String>| {
        let report = load::run(&Order {
            addresses: vec![address.clone()],
            pids: vec![stage.server.pid()],
            connections: 64,
            warm_ms: 700,
            measured_ms: pace.load_ms,
            requests: vec![requests.clone()],
        });
        (report.per_second(), report.cpu_micros())
    };
    let mut measured = Creates { key: vec![], signing: vec![], limit: vec![] };
    for _ in 0..pace.rounds {
        measured.key.push(asked(&by_key));
        measured.limit.push(sqlite::group_commit(beside.path(), Duration::from_millis(1_500)));
        measured.signing.push(asked(&signed));
    }
    measured
}

impl Creates {
    /// The lines of P1.
    pub fn rates(&self) -> Vec<Line> {
        let limit = median(self.limit.clone());
        let rate = |of: &[(f64, f64)]| median(of.iter().map(|(rate, _)| *rate).collect());
        let line = |what: &str, figure: f64, goal, met| Line {
            row: "P1",
            what: format!("durable POST /invoices at 64 connections, SQLite, {what}"),
            figure,
            unit: "/s",
            limit: Some(("SQLite, the same rows, 64 a commit", limit)),
            goal,
            met,
        };
        let (key, signed) = (rate(&self.key), rate(&self.signing));
        vec![
            line("legacy key", key, "≥ 20,000/s and ≥ 0.8 ×", key >= 20_000.0 && key >= 0.8 * limit),
            line("signed", signed, "≥ 12,000/s and ≥ 0.5 ×", signed >= 12_000.0 && signed >= 0.5 * limit),
        ]
    }

    /// The lines of P3.
    pub fn cpu(&self) -> Vec<Line> {
        let rows = 1e6 / median(self.limit.clone());
        let cost = |of: &[(f64, f64)]| median(of.iter().map(|(_, micros)| *micros).collect());
        let line = |what: &str, figure: f64, goal, met| Line {
            row: "P3",
            what: format!("CPU time of the server for each of these, {what}"),
            figure,
            unit: "µs",
            limit: Some(("SQLite, the rows alone, flushes included", rows)),
            goal,
            met,
        };
        let (key, signed) = (cost(&self.key), cost(&self.signing));
        vec![
            line("legacy key", key, "≤ 60 µs", key <= 60.0),
            line("signed", signed, "≤ 90 µs", signed <= 90.0),
        ]
    }
}
