//! Where commands are typed, and how.

use std::path::Path;
use std::process::{Command, Stdio};

use specie_testkit::data::DataFolder;
use specie_testkit::server::{PASSWORD, Ran, Server};

pub const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// Somewhere that commands are typed: a data folder, with or without a server at work in it.
pub enum House {
    Served(Server),
    Quiet(DataFolder),
}

impl House {
    pub fn served() -> Self {
        Self::Served(Server::start(EXE))
    }

    pub fn quiet() -> Self {
        Self::Quiet(DataFolder::fresh())
    }

    pub fn data(&self) -> &Path {
        match self {
            Self::Served(server) => server.data(),
            Self::Quiet(folder) => folder.path(),
        }
    }

    /// Types a command with `--json`.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, PASSWORD)
    }

    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let data = self.data().to_str().unwrap();
        run(&[args, &["--json", "--data", data]].concat(), &[], input)
    }

    /// The answer to a command that succeeds: one object on one line, and nothing else.
    pub fn ask(&self, args: &[&str]) -> serde_json::Value {
        let ran = self.run(args);
        assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""), "{args:?}: {ran:?}");
        let answer = ran.answer().unwrap_or_else(|| panic!("{args:?}: {ran:?}"));
        assert!(answer.is_object(), "{answer}");
        answer
    }

    /// Makes a user, and a practice store of theirs.
    pub fn store(&self) -> String {
        self.ask(&["user", "create", "--email", "ann@shop.example", "--password-stdin"]);
        let store =
            self.ask(&["store", "create", "--owner", "ann@shop.example", "--name", "Tea", "--sandbox"]);
        store["id"].as_str().unwrap().to_owned()
    }
}

/// Runs the binary to its end, in this environment and no other.
pub fn run(args: &[&str], env: &[(&str, &str)], input: &str) -> Ran {
    use std::io::Write;
    let mut child = Command::new(EXE)
        .args(args)
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
