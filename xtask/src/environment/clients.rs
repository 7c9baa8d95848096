//! Other projects' published clients, unmodified, at the versions that shops run: PyPI's `btcpay-python` and npm's
//! `btcpay`; and PyPI's `schemathesis`, which asks the APIs for everything that their reference says. They live in the
//! cache; no lock file of theirs is written.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{create, debian::Apt, remove, write};
use crate::shell;

const PYTHON_CLIENT: (&str, &str) = ("btcpay-python", "1.3.0");
/// What asks, what signs for it, and what knows the reference's form.
const ASKING: &[(&str, &str)] =
    &[("schemathesis", "4.32.5"), ("ecdsa", "0.19.2"), ("openapi-spec-validator", "0.9.0")];
const NODE_CLIENT: (&str, &str) = ("btcpay", "0.2.5");

pub struct Clients {
    /// A Python that has `btcpay`.
    pub python: PathBuf,
    /// A `node_modules` that has `btcpay`.
    pub node_path: PathBuf,
    /// A Python that has `schemathesis`.
    pub schemathesis: PathBuf,
}

pub fn ensure(cache: &Path, apt: &Apt) -> Result<Clients, String> {
    Ok(Clients {
        python: python(&cache.join("python"), &[PYTHON_CLIENT], apt)?,
        schemathesis: python(&cache.join("schemathesis"), ASKING, apt)?,
        node_path: node(&cache.join("node-clients"), apt)?,
    })
}

fn python(folder: &Path, packages: &[(&str, &str)], apt: &Apt) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    let checks: Vec<_> =
        packages.iter().map(|(name, version)| format!("m.version('{name}') == '{version}'")).collect();
    let probe = format!("import importlib.metadata as m, sys; sys.exit(not ({}))", checks.join(" and "));
    let answers = || shell::quietly(Command::new(&python).args(["-c", &probe]));
    if answers().is_err() {
        venv(folder, apt)?;
        let wanted = packages.iter().map(|(name, version)| format!("{name}=={version}"));
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(wanted);
        shell::quietly(&mut install)?;
        answers()?;
    }
    for (name, version) in packages {
        println!("   {name} {version}");
    }
    Ok(python)
}

/// The first Python that can make an environment: the one on the path, else Debian's own.
fn venv(folder: &Path, apt: &Apt) -> Result<(), String> {
    let make = |python: &str| {
        remove(folder)?;
        shell::quietly(Command::new(python).args(["-m", "venv"]).arg(folder))
    };
    if make("python3").is_err() {
        apt.install(&["python3", "python3-venv"])?;
        make("/usr/bin/python3")?;
    }
    Ok(())
}

fn node(folder: &Path, apt: &Apt) -> Result<PathBuf, String> {
    let (name, version) = NODE_CLIENT;
    let modules = folder.join("node_modules");
    let probe = format!(
        "require('{name}').BTCPayClient.name; process.exit(require('{name}/package.json').version === '{version}' ? 0 : 1)"
    );
    let answers = || {
        shell::quietly(Command::new("node").args(["-e", &probe]).env("NODE_PATH", &modules).current_dir("/"))
    };
    if answers().is_err() {
        ensure_npm(apt)?;
        remove(folder)?;
        create(folder)?;
        // Without one npm would look for a project in the folders above.
        write(&folder.join("package.json"), "{\"private\":true}\n")?;
        let wanted = format!("{name}@{version}");
        let mut install = Command::new("npm");
        install.args([
            "install",
            "--no-package-lock",
            "--omit-lockfile-registry-resolved",
            "--no-audit",
            "--no-fund",
            &wanted,
        ]);
        shell::quietly(install.current_dir(folder))?;
        answers()?;
    }
    println!("   {name} {version} (npm)");
    Ok(modules)
}

/// Node.js and npm: the path's, else Debian's.
pub fn ensure_npm(apt: &Apt) -> Result<(), String> {
    if ["node", "npm"].iter().all(|program| shell::works(Command::new(program).arg("--version"))) {
        return Ok(());
    }
    apt.install(&["nodejs", "npm"])
}
