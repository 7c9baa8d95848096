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

/// What is killed, and how often.
#[derive(clap::Args)]
pub struct Kill {
    /// How often.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    kills: u32,
    /// What the server writes to.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// What decides when, and what is traded [default: another each time].
    #[arg(long)]
    seed: Option<u64>,
    /// The server as it is released: then its starts take as long as they will.
    #[arg(long)]
    release: bool,
}

pub fn run(root: &Path, kill: &Kill) -> Result<(), Failure> {
    let example = kill.engine.example();
    let journal = root.join("target").join(example);
    make_anew(&journal)?;
    let environment = environment::ensure(root, kill.engine.without())?;
    let (profile, folder) = if kill.release { ("release", "release") } else { ("dev", "debug") };
    let build = ["build", "--locked", "--package", "specie"];
    holds(cargo(root).args(build).args(["--bin", "specie", "--profile", profile]))?;
    let mut command = cargo(root);
    let _running = environment.lend(&mut command)?;
    command.args(["run", "--locked", "--quiet", "--package", "specie", "--example", example, "--"]);
    command.arg(root.join("target").join(folder).join("specie")).arg(kill.kills.to_string()).arg(&journal);
    command.args(kill.seed.map(|seed| seed.to_string()));
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
