//! Our own Python package as whoever installs it has it: the built wheel in an environment of its own, beside what its
//! tests need. No compiler is in that environment, and nothing is fetched once it is there.
//!
//! The wheel is built anew when one of its sources has changed. It is of the development's profile, whose dependencies
//! are optimised and built soon.

use std::{
    ffi::OsStr,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::Command,
};

use super::{clients::venv, debian::Apt, remove, write};
use crate::shell;

/// What builds it, runs its tests, checks its types; and what it is compared with.
const BESIDE: &[&str] = &["maturin==1.16.0", "pytest==9.2.0", "mypy==2.4.1", "btcpay-python==1.3.0"];
const PACKAGE: &str = "clients/python";
/// What the wheel is made of.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    ".cargo/config.toml",
    "crates/client/Cargo.toml",
    "crates/client/src",
    "clients/python/Cargo.toml",
    "clients/python/README.md",
    "clients/python/pyproject.toml",
    "clients/python/python",
    "clients/python/src",
];

/// Returns a Python that has it.
pub fn ensure(root: &Path, folder: &Path, apt: &Apt) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    let stamp = folder.join("specie-sources");
    let wanted = state(root).map_err(|error| format!("reading {PACKAGE}: {error}"))?;
    let answers =
        || shell::quietly(Command::new(&python).args(["-c", "import specie, btcpay, pytest, mypy"]));
    if fs::read_to_string(&stamp).ok().as_ref() != Some(&wanted) || answers().is_err() {
        prepare(folder, &python, apt)?;
        build(root, folder, &python)?;
        answers()?;
        write(&stamp, &wanted)?;
    }
    println!("   specie (Python), as it is in this tree");
    Ok(python)
}

fn prepare(folder: &Path, python: &Path, apt: &Apt) -> Result<(), String> {
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(BESIDE);
    if !shell::works(Command::new(python).args(["-c", "import btcpay, maturin, pytest, mypy"])) {
        venv(folder, apt)?;
        shell::quietly(&mut install)?;
    }
    Ok(())
}

fn build(root: &Path, folder: &Path, python: &Path) -> Result<(), String> {
    let wheels = folder.join("wheels");
    remove(&wheels)?;
    let mut maturin = Command::new(python);
    maturin.args(["-m", "maturin", "build", "--locked", "--profile", "dev", "--quiet", "--out"]).arg(&wheels);
    shell::quietly(maturin.current_dir(root.join(PACKAGE)))?;
    let mut install = Command::new(python);
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-index",
        "--no-deps",
    ]);
    install.args(["--force-reinstall", "--find-links"]).arg(&wheels).arg("specie");
    shell::quietly(&mut install).map(drop)
}

/// The same as long as no source changes.
fn state(root: &Path) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        take(&root.join(source), &mut hasher)?;
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn take(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    path.file_name().hash(hasher);
    if !path.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut inside = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    // What Python and `maturin develop` leave there.
    inside.retain(|path| !path.ends_with("__pycache__") && path.extension() != Some(OsStr::new("so")));
    inside.sort();
    inside.iter().try_for_each(|path| take(path, hasher))
}
