//! Other projects' published clients, unmodified, at the versions that shops run: PyPI's `btcpay-python` and `bitpay`,
//! npm's `btcpay` and `bitpay-rest`; Debian's PHP with the HTTP client that PHP's shops use; and Debian's Electrum, which
//! merchants sign with. And PyPI's `schemathesis`, which asks the APIs for everything that their reference says. Those of
//! npm and PyPI live in the cache, each in a folder of its own; no lock file of theirs is written, and no script of theirs
//! is run.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{create, debian::Apt, own_python, pinned, remove, write};
use crate::shell;

/// A client from PyPI, and its name in Python.
struct Wheel {
    name: &'static str,
    version: &'static str,
    module: &'static str,
}

const BTCPAY_PYTHON: Wheel = Wheel { name: "btcpay-python", version: "1.3.0", module: "btcpay" };
const BITPAY_PYTHON: Wheel = Wheel { name: "bitpay", version: "2.6.1910", module: "bitpay.client" };

/// What asks for everything, and beside it what signs for it and what knows the reference's form.
const SCHEMATHESIS: Wheel = Wheel { name: "schemathesis", version: "4.32.5", module: "schemathesis" };
const BESIDE_SCHEMATHESIS: &[&str] = &["ecdsa==0.19.2", "openapi-spec-validator==0.9.0"];

/// A client from npm.
struct Module {
    name: &'static str,
    version: &'static str,
    /// What can be loaded once it is there, whole.
    loads: &'static [&'static str],
    /// What else the `package.json` of whoever installs it says.
    more: &'static str,
}

const BTCPAY_NODE: Module = Module { name: "btcpay", version: "0.2.5", loads: &["btcpay"], more: "" };
/// The `bitauth` of its own time no longer builds. It cannot be loaded itself: it reads a file of the user's then.
const BITPAY_NODE: Module = Module {
    name: "bitpay-rest",
    version: "0.3.2",
    loads: &[
        "bitpay-rest/lib/event-parser",
        "bitauth",
        "request",
        "qs",
        "extend",
        "read",
        "async",
        "commander",
    ],
    more: r#","overrides":{"bitauth":"0.4.1"}"#,
};

const PHP: &[&str] = &["php-cli", "php-guzzlehttp-guzzle"];

/// What the quick start is typed with.
const SHELL: &[&str] = &["curl", "jq"];

/// Its window needs more; the commands do not.
const ELECTRUM: &[&str] = &["electrum"];

pub struct Clients {
    /// A Python that has `btcpay`.
    pub python: PathBuf,
    /// A Python that has `bitpay`.
    pub bitpay_python: PathBuf,
    /// A `node_modules` that has `btcpay`.
    pub node_path: PathBuf,
    /// A Python that has `schemathesis`.
    pub schemathesis: PathBuf,
    /// A `node_modules` that has `bitpay-rest`.
    pub bitpay_node_path: PathBuf,
    /// A `node_modules` with what our own client for JavaScript needs and is checked by.
    pub own_node_path: PathBuf,
    /// A Python that has our own `specie`, and `btcpay` to compare it with.
    pub own_python: PathBuf,
}

pub fn ensure(root: &Path, cache: &Path, apt: &Apt) -> Result<Clients, String> {
    php(apt)?;
    electrum(apt)?;
    shell_tools(apt)?;
    Ok(Clients {
        own_python: own_python::ensure(root, &cache.join("python-specie"), apt)?,
        python: python(&cache.join("python"), &BTCPAY_PYTHON, &[], apt)?,
        bitpay_python: python(&cache.join("python-bitpay"), &BITPAY_PYTHON, &[], apt)?,
        schemathesis: python(&cache.join("schemathesis"), &SCHEMATHESIS, BESIDE_SCHEMATHESIS, apt)?,
        node_path: node(&cache.join("node-clients"), &BTCPAY_NODE, apt)?,
        bitpay_node_path: node(&cache.join("node-bitpay"), &BITPAY_NODE, apt)?,
        own_node_path: pinned::ensure(
            &root.join("clients/js"),
            &cache.join("node-specie"),
            "typescript",
            apt,
        )?,
    })
}

fn php(apt: &Apt) -> Result<(), String> {
    let probe = "require 'GuzzleHttp/autoload.php'; new GuzzleHttp\\Client(); echo GuzzleHttp\\Client::MAJOR_VERSION;";
    let answers = || shell::quietly(Command::new("php").args(["-r", probe]));
    if answers().is_err() {
        apt.install(PHP)?;
    }
    println!("   Guzzle {} (PHP)", answers()?.trim_end());
    Ok(())
}

/// The tests find it in the path, as they do PHP.
fn shell_tools(apt: &Apt) -> Result<(), String> {
    if SHELL.iter().any(|tool| !shell::works(Command::new(tool).arg("--version"))) {
        println!("   installing {}", SHELL.join(", "));
        apt.install(SHELL)?;
    }
    Ok(())
}

fn electrum(apt: &Apt) -> Result<(), String> {
    let answers = || shell::quietly(Command::new("electrum").args(["--offline", "version"]));
    if answers().is_err() {
        apt.install(ELECTRUM)?;
    }
    println!("   Electrum {}", answers()?.trim_end());
    Ok(())
}

fn python(folder: &Path, wheel: &Wheel, beside: &[&str], apt: &Apt) -> Result<PathBuf, String> {
    let Wheel { name, version, module } = wheel;
    let python = folder.join("bin/python");
    let probe = format!(
        "import importlib.metadata as m, sys, {module}; sys.exit(m.version('{name}') != '{version}')"
    );
    let answers = || shell::quietly(Command::new(&python).args(["-c", &probe]));
    if answers().is_err() {
        venv(folder, apt)?;
        let wanted = format!("{name}=={version}");
        let mut install = Command::new(&python);
        install
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &wanted])
            .args(beside);
        shell::quietly(&mut install)?;
        answers()?;
    }
    println!("   {name} {version}");
    Ok(python)
}

/// The first Python that can make an environment: the one on the path, else Debian's own.
pub fn venv(folder: &Path, apt: &Apt) -> Result<(), String> {
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

fn node(folder: &Path, client: &Module, apt: &Apt) -> Result<PathBuf, String> {
    let Module { name, version, loads, more } = client;
    let modules = folder.join("node_modules");
    let wanted = format!("{{\"private\":true,\"dependencies\":{{\"{name}\":\"{version}\"}}{more}}}\n");
    let probe = format!(
        "{loads:?}.forEach(require); process.exit(require('{name}/package.json').version === '{version}' ? 0 : 1)"
    );
    let answers = || {
        shell::quietly(Command::new("node").args(["-e", &probe]).env("NODE_PATH", &modules).current_dir("/"))
    };
    if answers().is_err() {
        ensure_npm(apt)?;
        remove(folder)?;
        create(folder)?;
        write(&folder.join("package.json"), &wanted)?;
        let mut install = Command::new("npm");
        install.args([
            "install",
            "--ignore-scripts",
            "--no-package-lock",
            "--omit-lockfile-registry-resolved",
            "--no-audit",
            "--no-fund",
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
