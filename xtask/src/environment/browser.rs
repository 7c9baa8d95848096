//! A browser for the tests of pages: Debian's Chromium, driven by npm's `playwright-core`; beside it `axe-core`, which
//! looks for barriers.
//!
//! The driver is what `tests/browser/package-lock.json` says, byte for byte; it brings no browser of its own.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{debian::Apt, pinned, variable};
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
    let node_path = pinned::ensure(&root.join("tests/browser"), &cache.join("browser"), DRIVER, apt)?;
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
