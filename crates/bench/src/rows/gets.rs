//! P12: an invoice read by its shop and by anyone, and the page that buyers see.

use super::{Pace, begin};
use crate::clock::median;
use crate::limits::echo;
use crate::load::{self, Order};
use crate::stage::{Asking, Stage};
use crate::table::Line;

/// How many different invoices are read.
const INVOICES: usize = 500;

/// Reads invoices at 64 connections, beside a server that only echoes.
pub fn measure(pace: Pace) -> Vec<Line> {
    begin("invoices read, and checkout pages");
    let stage = Stage::on_sqlite();
    let address = stage.address();
    let ids: Vec<String> = (0..INVOICES).map(|_| stage.invoice()).collect();
    let asked = |asking, folder: &str| {
        let client = stage.client(&address, asking);
        let requests: Vec<_> =
            ids.iter().map(|id| client.request("GET", &format!("/{folder}/{id}"), "")).collect();
        let rounds = (0..pace.rounds).map(|_| {
            let report = load::run(&Order {
                addresses: vec![address.clone()],
                pids: vec![stage.server.pid()],
                connections: 64,
                warm_ms: 300,
                measured_ms: pace.load_ms / 2,
                requests: vec![requests.clone()],
            });
            (report.per_second(), report.cpu_micros())
        });
        let (rates, costs): (Vec<f64>, Vec<f64>) = rounds.unzip();
        (median(rates), median(costs))
    };
    let kinds = [
        ("GET /invoices/{id}, public", Asking::Anyone, "invoices", 75_000.0, 0.5, "≥ 75,000/s and ≥ 0.5 ×"),
        ("GET /invoices/{id}, legacy key", Asking::Key, "invoices", 75_000.0, 0.5, "≥ 75,000/s and ≥ 0.5 ×"),
        ("GET /invoices/{id}, signed", Asking::Signing, "invoices", 25_000.0, 0.0, "≥ 25,000/s"),
        ("checkout page", Asking::Anyone, "i", 0.0, 0.3, "≥ 0.3 ×"),
    ];
    let echoed: Vec<f64> = (0..pace.rounds).map(|_| echo::per_second(pace.load_ms / 3)).collect();
    let limit = median(echoed);
    let lines = kinds.map(|(what, asking, folder, least, share, goal)| {
        let (rate, cost) = asked(asking, folder);
        Line {
            row: "P12",
            what: format!("{what}, 64 connections ({cost:.0} µs of CPU each)"),
            figure: rate,
            unit: "/s",
            limit: Some(("JSON echo", limit)),
            goal,
            met: rate >= least && rate >= share * limit,
        }
    });
    lines.to_vec()
}
