//! What the checks need and a fresh Debian machine does not have: a node, PostgreSQL, published clients,
//! a browser, a test runner.
//!
//! Everything is asked for by what it does (`bitcoind -version` answers), installed only if it does not, and kept in
//! one cache folder outside the tree: `$SPECIE_CACHE`, else `$XDG_CACHE_HOME/specie`, else `$HOME/.cache/specie`.
//! Packages come from the registries that the machine's own clients are set up for; no host is named here.

mod browser;
mod clients;
mod debian;
mod node;
mod own_python;
mod pinned;
mod postgres;
mod rust;

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Failure,
    check::{Part, timed},
};

pub const CARGO: &str = "cargo";

/// Where the things are.
pub struct Environment {
    bitcoind: Option<PathBuf>,
    postgres: Option<postgres::Postgres>,
    clients: Option<clients::Clients>,
    browser: Option<browser::Browser>,
    path: Option<OsString>,
}

/// What runs for as long as this is held.
pub struct Running {
    _cluster: Option<postgres::Cluster>,
}

impl Environment {
    /// Starts what has to run while tests do, and tells a test run where everything is.
    pub fn lend(&self, command: &mut Command) -> Result<Running, Failure> {
        if let Some(bitcoind) = &self.bitcoind {
            command.env("BITCOIND_EXE", bitcoind);
        }
        if let Some(clients) = &self.clients {
            command.env("SPECIE_PYTHON", &clients.python).env("SPECIE_NODE_PATH", &clients.node_path);
            command.env("SPECIE_SCHEMATHESIS", &clients.schemathesis);
            command.env("SPECIE_BITPAY_PYTHON", &clients.bitpay_python);
            command.env("SPECIE_BITPAY_NODE_PATH", &clients.bitpay_node_path);
            command.env("SPECIE_OWN_NODE_PATH", &clients.own_node_path);
            command.env("SPECIE_OWN_PYTHON", &clients.own_python);
        }
        if let Some(browser) = &self.browser {
            command.env("SPECIE_CHROMIUM", &browser.chromium).env("SPECIE_PLAYWRIGHT", &browser.node_path);
        }
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        let missing = |why| Failure::Environment { what: "a PostgreSQL cluster".to_owned(), why };
        let cluster = self.postgres.as_ref().map(postgres::Postgres::start).transpose().map_err(missing)?;
        if let Some(cluster) = &cluster {
            command.env("SPECIE_TEST_POSTGRES", &cluster.url);
        }
        Ok(Running { _cluster: cluster })
    }
}

/// Installs what is missing. An error names what could not be had and why.
pub fn ensure(root: &Path, without: &[Part]) -> Result<Environment, Failure> {
    let cache = cache()?;
    let apt = debian::Apt::default();
    let path = had("rust tools", || rust::ensure(&cache))?;
    let wanted = |part| !without.contains(&part);
    Ok(Environment {
        bitcoind: optional(wanted(Part::Node), "bitcoin node", || node::ensure(&cache, &apt))?,
        postgres: optional(wanted(Part::Postgres), "PostgreSQL", || postgres::ensure(root, &apt))?,
        clients: optional(wanted(Part::Clients), "published clients", || {
            clients::ensure(root, &cache, &apt)
        })?,
        browser: optional(wanted(Part::Browser), "browser", || browser::ensure(root, &cache, &apt))?,
        path,
    })
}

fn optional<T>(
    wanted: bool,
    what: &str,
    step: impl FnOnce() -> Result<T, String>,
) -> Result<Option<T>, Failure> {
    wanted.then(|| had(what, step)).transpose()
}

fn had<T>(what: &str, step: impl FnOnce() -> Result<T, String>) -> Result<T, Failure> {
    let missing = |why| Failure::Environment { what: what.to_owned(), why };
    timed(&format!("environment: {what}"), || step().map_err(missing))
}

fn cache() -> Result<PathBuf, Failure> {
    let below = |base: &str, rest: &str| variable(base).map(|folder| PathBuf::from(folder).join(rest));
    let folder = variable("SPECIE_CACHE")
        .map(PathBuf::from)
        .or_else(|| below("XDG_CACHE_HOME", "specie"))
        .or_else(|| below("HOME", ".cache/specie"))
        .ok_or_else(|| "none of SPECIE_CACHE, XDG_CACHE_HOME and HOME is set".to_owned());
    let made = folder.and_then(|folder| match fs::create_dir_all(&folder) {
        Ok(()) => Ok(folder),
        Err(error) => Err(format!("{}: {error}", folder.display())),
    });
    made.map_err(|why| Failure::Environment { what: "a cache folder".to_owned(), why })
}

#[expect(clippy::disallowed_methods, reason = "the environment is what this module is about")]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Removes a folder that may not be there.
fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}
