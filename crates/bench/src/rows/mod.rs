//! The rows: what is measured of the server, each beside its limit.

mod blocks;
mod creates;
mod deliveries;
mod gets;
mod latency;
mod lists;
mod pages;
mod postgres;
mod size;
mod streams;

use clap::ValueEnum;

use crate::stage;
use crate::table::Line;

/// A row of the list of goals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Row {
    /// Creates a second.
    #[value(name = "P1", alias = "p1")]
    P1,
    /// How long a create takes.
    #[value(name = "P2", alias = "p2")]
    P2,
    /// CPU time for a create.
    #[value(name = "P3", alias = "p3")]
    P3,
    /// A page of a list of 100,000.
    #[value(name = "P5", alias = "p5")]
    P5,
    /// A block and a million scripts.
    #[value(name = "P6", alias = "p6")]
    P6,
    /// Memory, size, start.
    #[value(name = "P10", alias = "p10")]
    P10,
    /// Notifications that arrive.
    #[value(name = "P11", alias = "p11")]
    P11,
    /// What is read, by shops and by buyers.
    #[value(name = "P12", alias = "p12")]
    P12,
    /// On PostgreSQL, in one process and in two.
    #[value(name = "P13", alias = "p13")]
    P13,
    /// Merchants' pages over a long history.
    #[value(name = "P14", alias = "p14")]
    P14,
}

/// How long everything takes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often what is cheap is repeated; the middle one counts.
    pub rounds: usize,
    /// How long a load is measured, in milliseconds.
    pub load_ms: u64,
    /// How long is waited for a stall, in milliseconds.
    pub stall_ms: u64,
}

impl Pace {
    const USUAL: Self = Self { rounds: 3, load_ms: 3_000, stall_ms: 20_000 };
    const QUICK: Self = Self { rounds: 1, load_ms: 1_500, stall_ms: 4_000 };
}

/// What measures a row.
type Measure = fn(Pace) -> Vec<Line>;

/// Measures these rows, or all of them.
pub fn measure(wanted: &[Row], quick: bool) -> Vec<Line> {
    let pace = if quick { Pace::QUICK } else { Pace::USUAL };
    let is_wanted = |row: Row| wanted.is_empty() || wanted.contains(&row);
    let mut lines = Vec::new();
    if is_wanted(Row::P1) || is_wanted(Row::P3) {
        let measured = creates::measure(pace);
        lines.extend(is_wanted(Row::P1).then(|| measured.rates()).into_iter().flatten());
        if is_wanted(Row::P2) {
            lines.extend(latency::measure(pace));
        }
        lines.extend(is_wanted(Row::P3).then(|| measured.cpu()).into_iter().flatten());
    } else if is_wanted(Row::P2) {
        lines.extend(latency::measure(pace));
    }
    let others: [(Row, Measure); 8] = [
        (Row::P5, lists::measure),
        (Row::P6, blocks::measure),
        (Row::P10, size::measure),
        (Row::P11, deliveries::measure),
        (Row::P12, gets::measure),
        (Row::P12, streams::measure),
        (Row::P13, postgres::measure),
        (Row::P14, pages::measure),
    ];
    for (_, measure) in others.into_iter().filter(|(row, _)| is_wanted(*row)) {
        lines.extend(measure(pace));
    }
    lines
}

/// Says on standard error what is being measured: a run takes minutes.
fn begin(what: &str) {
    eprintln!("measuring: {what}");
}

/// A folder beside the servers' data, on the same disk.
fn folder() -> tempfile::TempDir {
    stage::folder()
}
