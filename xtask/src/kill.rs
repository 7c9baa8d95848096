//! `cargo xtask kill`: the server killed with `kill -9` at random moments under load, for long.
//!
//! What is killed, when, and what must hold afterwards is a program beside the server's tests
//! (`crates/server/examples/kills.rs`): here is only what it needs to run.

use std::{fs, io, path::Path};

use clap::ValueEnum;

use crate::{
    Failure,
    check::{Part, cargo, holds},
    environment,
};

/// What the server writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A cluster of its own.
    Postgres,
}

impl Engine {
    fn example(self) -> &'static str {
        match self {
            Self::Sqlite => "kills",
            Self::Postgres => "kills_on_postgres",
        }
    }

    fn without(self) -> &'static [Part] {
        match self {
            Self::Sqlite => &[Part::Node, Part::Postgres, Part::Clients, Part::Browser],
            Self::Postgres => &[Part::Node, Part::Clients, Part::Browser],
        }
    }
}

pub fn run(root: &Path, kills: u32, engine: Engine, seed: Option<u64>) -> Result<(), Failure> {
    let journal = root.join("target").join(engine.example());
    make_anew(&journal)?;
    let environment = environment::ensure(root, engine.without())?;
    // Its own, so that the program is as new as what kills it.
    let example = engine.example();
    holds(cargo(root).args(["build", "--locked", "-p", "specie", "--bin", "specie", "--example", example]))?;
    let mut command = cargo(root);
    let _running = environment.lend(&mut command)?;
    command.args(["run", "--locked", "--quiet", "-p", "specie", "--example", example, "--"]);
    command.arg(kills.to_string()).arg(&journal).args(seed.map(|seed| seed.to_string()));
    holds(&mut command)
}

/// A journal begins empty.
fn make_anew(folder: &Path) -> Result<(), Failure> {
    let gone = match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        gone => gone,
    };
    gone.and_then(|()| fs::create_dir_all(folder))
        .map_err(|error| Failure::Environment { what: folder.display().to_string(), why: error.to_string() })
}
