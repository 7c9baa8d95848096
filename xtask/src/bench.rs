//! `cargo xtask bench`: how fast the server is, beside what the machine allows.
//!
//! What is measured, and how, is a program of its own (`crates/bench`): here is only what it needs to run. Both are
//! built as they are released, one after the other, so that neither changes what the other is made of.

use std::{path::Path, process::Command};

use crate::{
    Failure,
    check::{cargo, holds},
};

pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    for package in ["specie", "specie-bench"] {
        holds(cargo(root).args(["build", "--locked", "--release", "--package", package]))?;
    }
    holds(Command::new(root.join("target/release/specie-bench")).args(arguments))
}
