//! The server killed at random moments under load: what was acknowledged is there afterwards, and
//! what has to be told is told. `cargo xtask kill` does the same for longer.

mod campaign;

use campaign::{Plan, run};

const EXE: &str = env!("CARGO_BIN_EXE_specie");

#[test]
fn what_was_acknowledged_survives_ten_kills() {
    let journal = tempfile::tempdir().expect("a temporary folder");
    let plan = Plan { kills: 10, seed: 1, journal: journal.path().to_owned(), talkative: false };
    let report = run(EXE, &plan);
    println!("{report}");
    assert!(report.kills.in_start_up >= 2, "{report}");
    assert!(report.under_way.all >= 10, "{report}");
}
