//! A browser, driven by a script of `tests/browser`: it does what a person would, and sees what a
//! person sees. What else happens in its story (a client pairs, a buyer pays, a node mines) it asks
//! the test for, in one line of JSON for each question and each answer.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cache::installed;

/// A script with its browser, gone when dropped.
#[derive(Debug)]
struct Script {
    child: Child,
    /// Everything that it and its browser write. Removed last.
    _folder: TempDir,
}

impl Script {
    fn start(script: &str, variables: &[(&str, &str)]) -> Self {
        let folder =
            tempfile::Builder::new().prefix("specie-browser-").tempdir().expect("a temporary folder");
        let mut command = Command::new("node");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser").join(script));
        // Chromium keeps things in its user's folders, too.
        for name in
            ["TMPDIR", "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"]
        {
            command.env(name, folder.path());
        }
        command
            .env("SPECIE_CHROMIUM", chromium())
            .env("SPECIE_PLAYWRIGHT", installed("SPECIE_PLAYWRIGHT", "browser/node_modules"))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        Self { child, _folder: folder }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // It has ended by itself, unless the test failed. Its browser ends with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a script to its end, and answers what it asks. `variables` are its environment; it knows
/// already where the browser and its driver are.
///
/// # Panics
/// If the script fails. It has said why on standard error, with what the browser showed.
pub fn play(script: &str, variables: &[(&str, &str)], mut answer: impl FnMut(&str, &Value) -> Value) {
    let mut running = Script::start(script, variables);
    let lines = BufReader::new(running.child.stdout.take().expect("a pipe")).lines();
    let mut answers = running.child.stdin.take().expect("a pipe");
    for line in lines {
        let line = line.expect("a line");
        let question: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let what = question["ask"].as_str().unwrap_or_else(|| panic!("no question: {line}"));
        let said = json!({ "answer": answer(what, &question["with"]) });
        writeln!(answers, "{said}").expect("the script listens");
    }
    let ended = running.child.wait().expect("the script ends");
    assert!(ended.success(), "{script} {variables:?}: {ended}");
}

/// Where Chromium is: where the variable says, else in `PATH`.
#[expect(clippy::disallowed_methods, reason = "the test kit may read the environment")]
fn chromium() -> PathBuf {
    if let Some(own) = std::env::var_os("SPECIE_CHROMIUM") {
        return own.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("chromium")).find(|file| file.exists());
    found.expect("chromium is missing: run `cargo xtask check`, or set SPECIE_CHROMIUM")
}
