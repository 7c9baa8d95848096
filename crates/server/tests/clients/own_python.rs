//! Our own Python package, installed from its wheel: it passes its own tests, takes the place of `btcpay-python` in a
//! shop that was written for that, and does what its own pages say.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use specie_testkit::cache::installed;
use specie_testkit::server::{OWNER, Server};

use super::{Market, browser, script};

fn python() -> PathBuf {
    installed("SPECIE_OWN_PYTHON", "python-specie/bin/python")
}

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/python")
}

/// Runs it to its end; what it wrote to stdout.
fn done(command: &mut Command) -> String {
    let ran = command.output().expect("python runs");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(ran.status.success(), "{}\n{}", said(&ran.stdout), said(&ran.stderr));
    said(&ran.stdout)
}

#[test]
fn the_python_package_passes_its_own_tests() {
    let cache = tempfile::tempdir().expect("a folder");
    let cache_dir = format!("cache_dir={}", cache.path().display());
    let mut pytest = Command::new(python());
    pytest.args(["-m", "pytest", "-q", "-o", &cache_dir, "tests"]).env("PYTHONDONTWRITEBYTECODE", "1");
    let said = done(pytest.current_dir(package()));
    println!("{}", said.lines().last().unwrap_or_default());
}

/// The whole script of a shop on `btcpay-python`, where `btcpay` is ours: line for line.
#[test]
fn a_shop_written_for_btcpay_python_sells_with_the_python_package() {
    let swap = "import runpy, sys, specie; sys.modules['btcpay'] = specie; \
                sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')";
    super::btcpay::sell(
        "own-python",
        Command::new(python()).args(["-c", swap]).arg(script("python_client.py")),
    );
}

/// Every block of the README of `btcpay-python`, in order, as it stands there but for the module's name, the host and what
/// a reader is to fill in. Returns what each came to, without what is another's in every store.
fn readme_of_btcpay_python(module: &str) -> Vec<Value> {
    let mut market = Market::open(module);
    let transcript = tempfile::NamedTempFile::new().expect("a file");
    let steps = market.run(
        Command::new(python())
            .arg(script("btcpay_python_readme.py"))
            .arg(module)
            .arg(script("btcpay_python_readme.md"))
            .arg(transcript.path()),
    );
    assert_eq!(steps, ["created", "paid", "done"], "{module}");
    let told = std::fs::read_to_string(transcript.path()).expect("a transcript");
    told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn every_block_of_the_readme_of_btcpay_python_comes_to_the_same_with_the_python_package() {
    let (theirs, ours) = (readme_of_btcpay_python("btcpay"), readme_of_btcpay_python("specie"));
    assert_eq!((theirs.len(), ours.len()), (10, 10), "blocks of the README");
    for (theirs, ours) in theirs.iter().zip(&ours) {
        assert_eq!(ours, theirs);
    }
}

/// Every Python block of our own pages, each page in a program of its own, against a practice store.
#[test]
fn every_block_of_the_python_packages_pages_runs() {
    let (server, store) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let page = "/account/api-tokens";
    let made = browser::merchant(&server, OWNER).fill(page, page, &[("name", "Pages")]).body;
    let token = made.split_once("id=\"apitoken\">").expect("a token").1.split('<').next().expect("a token");
    let code = || {
        let issued = server.run(&["token", "create", "--store", &store, "--facade", "merchant"]);
        issued["pairing_code"].as_str().expect("a code").to_owned()
    };
    for page in ["clients/python/README.md", "docs/python.md", "docs/from-btcpay-python.md"] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut run = Command::new(python());
        run.arg(script("python_pages.py")).arg(package().join("../..").join(page)).current_dir(folder.path());
        let codes = (0..6).map(|_| code()).collect::<Vec<_>>().join(" ");
        run.env("SPECIE_URL", server.url())
            .env("SPECIE_PANEL_TOKEN", token)
            .env("SPECIE_PAIRING_CODES", codes);
        let blocks: u32 = done(&mut run).trim().parse().expect("a number of blocks");
        assert!(blocks > 0, "{page} has blocks");
    }
}

#[test]
fn the_example_of_the_python_package_sells_once_and_knows_itself_again() {
    let (server, store) = Server::with_store(env!("CARGO_BIN_EXE_specie"));
    let issued = server.run(&["token", "create", "--store", &store, "--facade", "merchant"]);
    let code = issued["pairing_code"].as_str().expect("a code");
    let folder = tempfile::tempdir().expect("a folder");
    let shop = |arguments: &[&str]| {
        let mut run = Command::new(python());
        done(run.arg(package().join("examples/shop.py")).args(arguments).current_dir(folder.path()))
    };
    let first = shop(&[server.url(), code]);
    assert!(first.starts_with("pay here: http"), "{first}");
    assert_eq!(shop(&[server.url()]), first, "one order is one invoice");
}
