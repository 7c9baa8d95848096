//! Our own client for JavaScript, `clients/js`: its tests and types, a whole story on a practice chain, every block of its
//! README run from the packed package, and npm's `btcpay` replaced by it in a shop that knows nothing of that.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use specie_testkit::cache::installed;
use specie_testkit::server::Server;
use tempfile::TempDir;

use super::btcpay::sell;
use super::panel::api_token;
use super::{Script, script};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the client needs and is checked by.
fn modules() -> PathBuf {
    installed("SPECIE_OWN_NODE_PATH", "node-specie/node_modules")
}

/// Runs a command to its end, which has to be a good one.
fn run(command: &mut Command) {
    let ran = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let said = [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).join("\n");
    assert!(ran.status.success(), "{command:?}:\n{said}");
}

/// A copy of the client with its dependencies beside it: `node_modules` are looked for there alone.
fn copy() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let own = root().join("clients/js");
    for part in ["src", "test", "package.json", "README.md", "tsconfig.json", "tsconfig.types.json"] {
        run(Command::new("cp").arg("-r").arg(own.join(part)).arg(folder.path()));
    }
    symlink(modules(), folder.path().join("node_modules")).expect("a link");
    folder
}

/// An empty folder into which the package was installed, as npm packs it.
fn consumer() -> TempDir {
    let (package, folder) = (copy(), tempfile::tempdir().expect("a folder"));
    let own = folder.path().join("node_modules/specie");
    fs::create_dir_all(&own).expect("a folder");
    let pack = ["pack", "--silent", "--offline", "--pack-destination"];
    run(Command::new("npm").args(pack).arg(folder.path()).current_dir(package.path()));
    let unpack = ["-xzf", "specie-0.1.0.tgz", "--strip-components=1", "-C", "node_modules/specie"];
    run(Command::new("tar").args(unpack).current_dir(folder.path()));
    symlink(modules().join("@noble"), folder.path().join("node_modules/@noble")).expect("a link");
    folder
}

/// A script of the client's tests, in Node.js.
fn node(flags: &[&str], package: &Path, file: &str) -> Command {
    let mut node = Command::new("node");
    node.args(flags).arg(package.join("test").join(file));
    node
}

/// The same in Deno, which asks no registry and keeps what it makes of the script in the folder.
fn deno(package: &Path, file: &str) -> Command {
    let platforms = fs::read_dir(modules().join("@deno")).expect("Deno is installed");
    let mut programs = platforms.map(|platform| platform.expect("a folder").path().join("deno"));
    let mut deno = Command::new(programs.find(|program| program.exists()).expect("for this platform"));
    deno.args(["run", "--quiet", "--no-remote", "--node-modules-dir=manual", "--allow-all"]);
    deno.arg(package.join("test").join(file)).current_dir(package);
    deno.env("DENO_DIR", package.join("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    deno
}

/// Plays a script on a server with a practice store, and returns its steps.
fn play(mut command: Command, folder: &Path) -> Vec<String> {
    let (server, store) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let issued = server.run(&["token", "create", "--store", &store]);
    command
        .env("SPECIE_URL", server.url())
        .env("SPECIE_PAIRING_CODE", issued["pairing_code"].as_str().expect("a code"))
        .env("SPECIE_API_TOKEN", api_token(&server))
        .env("SPECIE_FOLDER", folder);
    let mut script = Script::start(&mut command);
    let mut steps = Vec::new();
    while let Some(step) = script.step() {
        if step["await"] == "approval" {
            let code = step["code"].as_str().expect("a code");
            server.run(&["token", "approve", code, "--store", &store]);
            script.go_on();
        }
        steps.push(step["step"].as_str().expect("a step").to_owned());
    }
    assert!(script.child.wait().expect("the script ends").success(), "{command:?} failed after {steps:?}");
    steps
}

#[test]
fn the_javascript_client_passes_its_own_tests_and_its_types_hold() {
    let package = copy();
    let contract = root().join("contract");
    run(Command::new("npm")
        .args(["test", "--silent"])
        .env("SPECIE_CONTRACT", &contract)
        .current_dir(package.path()));
}

#[test]
fn a_shop_in_javascript_pairs_sells_hears_and_gives_back() {
    let package = copy();
    let told = [
        "paired",
        "asked",
        "approved",
        "sold",
        "given back",
        "adjusted",
        "counted",
        "decided",
        "signed",
        "refused",
        "done",
    ];
    // A checkout is followed by asking, and by its socket where there is one.
    let runtimes = [
        node(&[], package.path(), "story.mjs"),
        node(&["--experimental-websocket"], package.path(), "story.mjs"),
        deno(package.path(), "story.mjs"),
    ];
    for runtime in runtimes {
        assert_eq!(play(runtime, package.path()), told);
    }
}

#[test]
fn every_block_of_the_javascript_clients_readme_runs_from_its_package() {
    let (package, consumer) = (copy(), consumer());
    let steps = play(node(&[], package.path(), "readme.mjs"), consumer.path());
    assert_eq!(steps.last().map(String::as_str), Some("done"));
    assert_eq!(steps.len(), 9, "{steps:?}");
}

#[test]
fn the_javascript_client_takes_the_place_of_npms_btcpay() {
    let consumer = consumer();
    let modules = consumer.path().join("node_modules");
    symlink(modules.join("specie"), modules.join("btcpay")).expect("a link");
    let mut shop = Command::new("node");
    sell("javascript", shop.arg(script("node_client.js")).env("SPECIE_NODE_PATH", modules));
}
