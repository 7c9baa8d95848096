//! `cargo xtask check`: everything that must hold, in one command, on a fresh Debian machine.
//!
//! The environment first, then the cheap checks, all of them, then the tests. If a cheap check fails the tests are not
//! run: their verdict on such a tree is worth little. The tests come last and nothing is printed after them, so that
//! the last line is theirs. Nothing is left out silently: what is not run was named in `--without`, and is named again.

use std::{
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use xtask::tidy::run as broken_rules;

use crate::{
    Failure,
    environment::{self, Environment},
    shell,
};

/// What may be left out by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Tests against a real node.
    Node,
    /// Tests on PostgreSQL.
    Postgres,
    /// Tests with the published clients of other projects.
    Clients,
    /// Tests of pages in a browser.
    Browser,
}

impl Part {
    /// What its test binaries are called: `tests/node.rs`, `tests/bitcoind_node/main.rs`, `tests/clients/main.rs`, and
    /// `cli_on_postgres` in a manifest. A single test elsewhere belongs to it by having the word in its own name.
    fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Postgres => "postgres",
            Self::Clients => "clients",
            Self::Browser => "browser",
        }
    }

    /// Other words in the names of its binaries.
    fn also(self) -> &'static [&'static str] {
        if self == Self::Clients { &["schemathesis"] } else { &[] }
    }

    /// Its tests in nextest's filter language, which takes a binary that does not exist for a mistake.
    fn filter(self, root: &Path) -> String {
        let name = self.name();
        let words = self.also().iter().copied().chain([name]);
        let binaries =
            words.filter(|word| has_test_binary(root, word)).map(|word| format!(" + binary(~{word})"));
        format!("test(~{name}){}", binaries.collect::<String>())
    }
}

fn has_test_binary(root: &Path, word: &str) -> bool {
    let entries = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
    let crates = entries(root.join("crates")).map(|entry| entry.path());
    let binaries = crates.flat_map(|folder| entries(folder.join("tests"))).map(|entry| entry.path());
    binaries
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs") || path.join("main.rs").is_file())
        .any(|path| {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            name.is_some_and(|name| name.contains(word))
        })
}

type Step = (&'static str, fn(&Path) -> Result<(), Failure>);

const STEPS: &[Step] =
    &[("fmt", fmt), ("clippy", clippy), ("tidy", tidy), ("docs", docs), ("examples", examples)];

pub fn run(root: &Path, without: &[Part]) -> Result<(), Failure> {
    let environment = environment::ensure(root, without)?;
    let mut broken = Vec::new();
    for (name, step) in STEPS {
        match timed(name, || step(root)) {
            Ok(()) => {}
            Err(Failure::Broken) => broken.push(*name),
            Err(environment) => return Err(environment),
        }
    }
    if !broken.is_empty() {
        println!("\nBroken: {}. The tests were not run.", broken.join(", "));
        return Err(Failure::Broken);
    }
    tests(root, &environment, without)
}

/// Prints a step's name as it starts and its seconds as it ends.
pub fn timed<T>(name: &str, step: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    println!("== {name}");
    #[expect(clippy::disallowed_methods, reason = "how long a step took is for people, and decides nothing")]
    let start = Instant::now();
    let done = step();
    let verdict = if done.is_ok() { "" } else { " FAILED" };
    println!("== {name}:{verdict} {}", seconds(start.elapsed()));
    done
}

fn seconds(elapsed: Duration) -> String {
    format!("{}.{} s", elapsed.as_secs(), elapsed.subsec_millis() / 100)
}

fn fmt(root: &Path) -> Result<(), Failure> {
    holds(cargo(root).args(["fmt", "--all", "--check"]))
}

fn clippy(root: &Path) -> Result<(), Failure> {
    holds(cargo(root).args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn docs(root: &Path) -> Result<(), Failure> {
    let command = &mut cargo(root);
    holds(command.args(["doc", "--locked", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Those of the published crate's documentation: nextest runs none.
fn examples(root: &Path) -> Result<(), Failure> {
    holds(cargo(root).args(["test", "--quiet", "--locked", "--doc", "--package", "specie-client"]))
}

pub fn tidy(root: &Path) -> Result<(), Failure> {
    let broken = broken_rules(root).map_err(|error| Failure::Environment {
        what: "reading the tree".to_owned(),
        why: error.to_string(),
    })?;
    for violation in &broken {
        eprintln!("{violation}");
    }
    if broken.is_empty() { Ok(()) } else { Err(Failure::Broken) }
}

fn tests(root: &Path, environment: &Environment, without: &[Part]) -> Result<(), Failure> {
    println!("== tests");
    let mut command = cargo(root);
    // Held until the tests have ended; it goes without a word.
    let _running = environment.lend(&mut command)?;
    command.args(["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]);
    command.arg(format!("--test-threads={}", tests_at_once()));
    if !without.is_empty() {
        let names: Vec<_> = without.iter().map(|part| part.name()).collect();
        let filters: Vec<_> = without.iter().map(|part| part.filter(root)).collect();
        let filter = format!("not ({})", filters.join(" + "));
        println!("!! NOT EVERYTHING IS CHECKED: without {} (nextest's filter: {filter})", names.join(", "));
        command.args(["-E", &filter]);
    }
    holds(&mut command)
}

/// Most tests wait for a server more than they work: two of them keep a core busy.
fn tests_at_once() -> usize {
    2 * thread::available_parallelism().map_or(1, NonZero::get)
}

pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(environment::CARGO);
    command.current_dir(root);
    command
}

pub fn holds(command: &mut Command) -> Result<(), Failure> {
    match shell::watch(command) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::Broken),
        Err(why) => Err(Failure::Environment { what: "a program of the check".to_owned(), why }),
    }
}
