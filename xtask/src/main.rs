//! The project's own commands: `cargo xtask check`, `tidy`, `screens`, `kill`, `simulate` and `bench`.
//!
//! Exit codes: 0 all held, 1 something did not, 2 the command line was wrong, 3 the environment could not be had,
//! so that a machine without what a check needs is never mistaken for a check that failed, or for one that passed.

mod bench;
mod check;
mod environment;
mod kill;
mod screens;
mod shell;
mod simulate;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything that must hold: environment, fmt, clippy, tidy, docs, tests.
    Check {
        /// Leave these tests out, and what only they need (they are named again before the tests run).
        #[arg(long, value_enum, value_delimiter = ',')]
        without: Vec<check::Part>,
    },
    /// The rules of the tree: floors, manifests, names, sizes.
    Tidy,
    /// Every page and every state of the checkout, as screenshots and on contact sheets.
    Screens {
        /// The folder to write to [default: target/screens].
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// The server killed at random moments under load; nothing that was acknowledged may be lost.
    Kill(kill::Kill),
    /// Schedules of faults over the real application, in simulated time, by a seed.
    Simulate {
        /// How many.
        #[arg(long, default_value_t = 10_000)]
        schedules: u64,
        /// The seed of the first; each further one has the next.
        #[arg(long, default_value_t = 0)]
        seed: u64,
    },
    /// How fast the server is, beside what the machine allows (`--help` for what can be chosen).
    #[command(disable_help_flag = true)]
    Bench {
        /// What the benchmark is told.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// Why a command ended without success.
pub enum Failure {
    /// Something that must hold does not. The reason has been printed.
    Broken,
    /// What a check needs could not be had.
    Environment { what: String, why: String },
}

fn main() -> ExitCode {
    let root = root();
    let done = match Arguments::parse().command {
        Command::Check { without } => check::run(&root, &without),
        Command::Tidy => check::tidy(&root),
        Command::Screens { out } => screens::run(&root, out.as_deref()),
        Command::Kill(what) => kill::run(&root, &what),
        Command::Simulate { schedules, seed } => simulate::run(&root, schedules, seed),
        Command::Bench { arguments } => bench::run(&root, &arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Broken) => ExitCode::from(1),
        Err(Failure::Environment { what, why }) => {
            eprintln!("\nThe environment could not be had: {what}\n{why}");
            ExitCode::from(3)
        }
    }
}

/// The repository's root. Asked at run time first: one target folder may serve several clones.
fn root() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "cargo says here where the manifest is")]
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().unwrap_or(Path::new(".")).to_path_buf()
}
