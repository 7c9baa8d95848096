//! Packages of npm's as a lock file of this repository says, byte for byte, in a folder of the cache.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{clients, create, debian::Apt, remove, write};
use crate::shell;

/// Returns the `node_modules` with what `package.json` and `package-lock.json` in `wanted` name. `shown` is the package whose
/// version is told. The lock file beside what is installed says whether it is still what is wanted.
pub fn ensure(wanted: &Path, folder: &Path, shown: &str, apt: &Apt) -> Result<PathBuf, String> {
    let read = |file: &Path| fs::read_to_string(file).map_err(|why| format!("{}: {why}", file.display()));
    let lock = read(&wanted.join("package-lock.json"))?;
    let modules = folder.join("node_modules");
    let probe = format!("require('{shown}'); console.log(require('{shown}/package.json').version)");
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
    println!("   {shown} {} (npm)", answers()?.trim_end());
    Ok(modules)
}
