//! The server killed at random moments under load, for long: what `cargo xtask kill` runs. It takes the
//! program to kill, the number of kills, a folder for the clients' journal, and a seed.

#[path = "../tests/kills/campaign/mod.rs"]
mod campaign;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// A server that was killed is ready again this soon.
const READY: Duration = Duration::from_secs(1);
/// At least one kill in so many comes before the server is ready.
const IN_START_UP: usize = 20;

pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((exe, plan)) = words.split_first().and_then(|(exe, words)| Some((exe, plan(words)?))) else {
        eprintln!("kills PROGRAM KILLS FOLDER [SEED]");
        return ExitCode::from(2);
    };
    println!("Seed {}; the journal is in {}", plan.seed, plan.journal.display());
    let report = campaign::run(exe, &plan);
    println!("{report}");
    let soon = report.longest_start <= READY;
    let spread = report.kills.in_start_up * IN_START_UP >= report.kills.all();
    if !soon {
        println!("FAILED: ready only after more than {} ms", READY.as_millis());
    }
    if !spread {
        println!("FAILED: fewer than one kill in {IN_START_UP} came before it was ready");
    }
    if soon && spread { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn plan(words: &[String]) -> Option<campaign::Plan> {
    let (kills, folder, seed) = match words {
        [kills, folder] => (kills, folder, u64::from(std::process::id())),
        [kills, folder, seed] => (kills, folder, seed.parse().ok()?),
        _ => return None,
    };
    Some(campaign::Plan {
        kills: kills.parse().ok().filter(|kills| *kills > 0)?,
        seed,
        journal: PathBuf::from(folder),
        talkative: true,
    })
}
