//! `cargo xtask simulate`: schedules of faults over the real application, in simulated time.
//!
//! What a schedule is, and what has to be true in it, is a program beside the server's tests
//! (`crates/server/examples/simulate.rs`). It is built as what is released is: there are many to play.

use std::path::Path;

use crate::{
    Failure,
    check::{cargo, holds},
};

pub fn run(root: &Path, schedules: u64, seed: u64) -> Result<(), Failure> {
    let mut command = cargo(root);
    command.args(["run", "--locked", "--quiet", "--release", "-p", "specie", "--example", "simulate", "--"]);
    holds(command.args([schedules.to_string(), seed.to_string()]))
}
