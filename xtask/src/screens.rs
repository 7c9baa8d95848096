//! `cargo xtask screens`: every page and every state of the checkout, as screenshots and on contact sheets.
//!
//! What is shown, and how, is a program beside the server's tests (`crates/server/examples/screens.rs`): here is only
//! what it needs to run.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::{
    Failure,
    check::{Part, cargo, holds},
    environment,
};

/// Neither a node nor PostgreSQL is looked at.
const WITHOUT: &[Part] = &[Part::Node, Part::Postgres, Part::Clients];

pub fn run(root: &Path, out: Option<&Path>) -> Result<(), Failure> {
    let folder = folder(root, out)?;
    let environment = environment::ensure(root, WITHOUT)?;
    // Its own, so that the program is as new as what looks at it.
    holds(cargo(root).args([
        "build",
        "--locked",
        "-p",
        "specie",
        "--bin",
        "specie",
        "--example",
        "screens",
    ]))?;
    let mut command = cargo(root);
    let _running = environment.lend(&mut command)?;
    command.args(["run", "--locked", "--quiet", "-p", "specie", "--example", "screens", "--"]).arg(&folder);
    let done = holds(&mut command);
    println!("\nLook at {}", folder.join("contact-sheet.png").display());
    done
}

/// Where people say it from where they are, else beside what is built.
fn folder(root: &Path, out: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(out) = out else { return Ok(root.join("target/screens")) };
    let here = env::current_dir().map_err(|error| Failure::Environment {
        what: "the current folder".to_owned(),
        why: error.to_string(),
    })?;
    Ok(here.join(out))
}
