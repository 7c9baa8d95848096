//! A Bitcoin node for the tests: Bitcoin Knots as Debian unstable packages it.
//!
//! Stable Debian has no node, and unstable's is linked against a newer C and C++ library. So it is unpacked into a
//! folder of its own beside those libraries and run through that folder's loader; the system's packages stay as they
//! are. Unstable moves: no version is named here, and a folder that works is kept.
//!
//! The wrapper scripts `exec`, so the process that a test starts, signals and waits for is the node itself.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{self, Command},
};

use super::{
    create,
    debian::{Apt, Suite},
    remove, variable, write,
};
use crate::shell;

const SUITE: &str = "sid";
const UNPACKED: &[&str] = &["bitcoin-knots", "libc6", "libstdc++6", "libgcc-s1"];
/// The system's own; stable's are new enough.
const INSTALLED: &[&str] =
    &["libzmq5", "libevent-core-2.1-7", "libevent-extra-2.1-7", "libevent-pthreads-2.1-7", "libsqlite3-0"];
const PROGRAMS: &[&str] = &["bitcoind", "bitcoin-cli"];

/// Returns the node's path: the user's own, the cached one, or one just installed.
pub fn ensure(cache: &Path, apt: &Apt) -> Result<PathBuf, String> {
    if let Some(own) = variable("BITCOIND_EXE").map(PathBuf::from) {
        let version =
            version(&own).map_err(|why| format!("BITCOIND_EXE is set to what is no node.\n{why}"))?;
        println!("   {version} (BITCOIND_EXE)");
        return Ok(own);
    }
    let folder = cache.join("node");
    let bitcoind = folder.join("bitcoind");
    if version(&bitcoind).is_err() {
        install(cache, &folder, apt)?;
    }
    println!("   {}", version(&bitcoind)?);
    Ok(bitcoind)
}

fn version(bitcoind: &Path) -> Result<String, String> {
    let said = shell::quietly(Command::new(bitcoind).arg("-version"))?;
    Ok(said.lines().next().unwrap_or_default().to_owned())
}

/// Built beside and moved into place, so that an interrupted run leaves no half of a node.
fn install(cache: &Path, folder: &Path, apt: &Apt) -> Result<(), String> {
    apt.install(INSTALLED)?;
    let state = cache.join(format!("apt-{}", process::id()));
    let beside = cache.join(format!("node-{}", process::id()));
    let built = build(&state, &beside);
    remove(&state)?;
    if let Err(why) = built {
        remove(&beside)?;
        return Err(why);
    }
    remove(folder)?;
    fs::rename(&beside, folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn build(state: &Path, folder: &Path) -> Result<(), String> {
    let root = folder.join("root");
    create(&root)?;
    Suite::prepare(state, SUITE)?.unpack(UNPACKED, &root)?;
    let (libraries, loader) = loader(&root)?;
    for program in PROGRAMS {
        let script = folder.join(program);
        write(&script, &wrapper(program, &libraries, &loader))?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).map_err(|error| error.to_string())?;
    }
    version(&folder.join("bitcoind")).map(drop)
}

/// The folder of libraries for this machine's architecture (from the root) and the loader's name in it.
fn loader(root: &Path) -> Result<(String, String), String> {
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let lib = root.join("usr/lib");
    let found = names(&lib).into_iter().find_map(|triplet| {
        let loader = names(&lib.join(&triplet)).into_iter().find(|name| name.starts_with("ld-linux"))?;
        Some((format!("usr/lib/{triplet}"), loader))
    });
    found.ok_or_else(|| "the unpacked C library has no loader".to_owned())
}

fn wrapper(program: &str, libraries: &str, loader: &str) -> String {
    format!(
        "#!/bin/sh\n\
         here=$(CDPATH= cd -- \"$(dirname -- \"$0\")\" && pwd -P)\n\
         exec \"$here/root/{libraries}/{loader}\" --argv0 {program} \\\n    \
         --library-path \"$here/root/{libraries}:/{libraries}\" \\\n    \
         \"$here/root/usr/bin/{program}\" \"$@\"\n"
    )
}
