//! A browser for the tests of pages: Debian's Chromium, driven by npm's `playwright-core`; beside it `axe-core`, which
//! looks for barriers.
//!
//! The driver is what `tests/browser/package-lock.json` says, byte for byte; it brings no browser of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{clients, create, debian::Apt, remove, variable, write};
use crate::shell;

/// Chromium itself, and letters for it to draw.
const INSTALLED: &[&str] = &["chromium", "fonts-liberation"];
const DRIVER: &str = "playwright-core";

pub struct Browser {
    pub chromium: PathBuf,
    /// A `node_modules` that has `playwright-core`.
    pub node_path: PathBuf,
}

pub fn ensure(root: &Path, cache: &Path, apt: &Apt) -> Result<Browser, String> {
    let chromium = chromium(apt)?;
    let node_path = driver(&root.join("tests/browser"), &cache.join("browser"), apt)?;
    Ok(Browser { chromium, node_path })
}

fn chromium(apt: &Apt) -> Result<PathBuf, String> {
    let version = |chromium: &Path| shell::quietly(Command::new(chromium).arg("--version"));
    if let Some(own) = variable("SPECIE_CHROMIUM").map(PathBuf::from) {
        let said = version(&own).map_err(|why| format!("SPECIE_CHROMIUM is set to what is none.\n{why}"))?;
        println!("   {} (SPECIE_CHROMIUM)", said.trim());
        return Ok(own);
    }
    if version(Path::new("chromium")).is_err() {
        apt.install(INSTALLED)?;
    }
    println!("   {}", version(Path::new("chromium"))?.trim());
    // The driver wants a path, not a name.
    let found = shell::quietly(Command::new("sh").args(["-c", "command -v chromium"]))?;
    Ok(PathBuf::from(found.trim_end()))
}

/// The lock file beside the installed driver says whether it is still the one that is wanted.
fn driver(wanted: &Path, folder: &Path, apt: &Apt) -> Result<PathBuf, String> {
    let read = |file: &Path| fs::read_to_string(file).map_err(|why| format!("{}: {why}", file.display()));
    let lock = read(&wanted.join("package-lock.json"))?;
    let modules = folder.join("node_modules");
    let probe =
        format!("require('{DRIVER}').chromium.launch; console.log(require('{DRIVER}/package.json').version)");
    let answers = || {
        shell::quietly(Command::new("node").args(["-e", &probe]).env("NODE_PATH", &modules).current_dir("/"))
    };
    if read(&folder.join("package-lock.json")).as_ref() != Ok(&lock) || answers().is_err() {
        clients::ensure_npm(apt)?;
        remove(folder)?;
        create(folder)?;
        write(&folder.join("package.json"), &read(&wanted.join("package.json"))?)?;
        write(&folder.join("package-lock.json"), &lock)?;
        let mut install = Command::new("npm");
        install.args([
            "ci",
            "--ignore-scripts",
            "--omit-lockfile-registry-resolved",
            "--no-audit",
            "--no-fund",
        ]);
        shell::quietly(install.current_dir(folder))?;
    }
    println!("   {DRIVER} {} (npm)", answers()?.trim_end());
    Ok(modules)
}
