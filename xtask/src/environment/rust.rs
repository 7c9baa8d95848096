//! The Rust tools: rustfmt and clippy come with the toolchain file; the test runner is built once if it is absent.

use std::{env, ffi::OsString, path::Path, process::Command};

use super::{CARGO, variable};
use crate::shell;

/// Returns the `PATH` for cargo's subcommands, if it has to differ from ours.
pub fn ensure(cache: &Path) -> Result<Option<OsString>, String> {
    for component in ["fmt", "clippy"] {
        shell::quietly(Command::new(CARGO).args([component, "--version"]))?;
    }
    if shell::works(Command::new(CARGO).args(["nextest", "--version"])) {
        return Ok(None);
    }
    let folder = cache.join("cargo-tools");
    let bin = folder.join("bin");
    if !shell::works(Command::new(bin.join("cargo-nextest")).args(["nextest", "--version"])) {
        println!("   building cargo-nextest from source, once; this takes some minutes");
        let mut install = Command::new(CARGO);
        install.args(["install", "cargo-nextest", "--locked", "--force", "--root"]).arg(&folder);
        shell::quietly(install.env_remove("CARGO_TARGET_DIR"))?;
    }
    let old = variable("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(bin).chain(env::split_paths(&old)))
        .map(Some)
        .map_err(|error| error.to_string())
}
