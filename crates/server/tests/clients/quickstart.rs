//! The quick start, typed into a shell from top to bottom, as a developer would.

use std::path::Path;
use std::process::Command;

const QUICK_START: &str = include_str!("../../../../docs/quickstart.md");
/// Where the text lets the server listen, which here is wherever there is room.
const WRITTEN: &str = "127.0.0.1:23000";

/// The blocks that are typed, in order.
fn typed() -> String {
    let blocks = QUICK_START.split("```sh\n").skip(1).map(|rest| rest.split("```").next().expect("an end"));
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_block_of_the_quick_start_does_what_it_says() {
    let home = tempfile::tempdir().expect("a folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let program = Path::new(env!("CARGO_BIN_EXE_specie")).parent().expect("a folder");
    // Whatever fails ends it; whatever it started is ended with it.
    let script = format!(
        "set -eum\nPATH='{}':$PATH\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{}",
        program.display(),
        typed()
    );
    let script = script.replace(WRITTEN, &free.to_string()).replace("kill %1 %2\n", "");
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(script).current_dir(home.path());
    let done = shell.env("XDG_CONFIG_HOME", home.path().join("settings")).env_remove("SPECIE_LOGIN").output();
    let done = done.expect("a shell");
    let (said, failed) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let log = std::fs::read_to_string(home.path().join("till.log")).unwrap_or_default();
    assert!(done.status.success(), "{said}\n{failed}\n{log}");
    for words in [
        "Logged in at",
        "Status    new",
        "A-17",
        "invoice.created",
        "invoice.paid",
        "invoice.confirmed",
        "/invoice?id=",
    ] {
        assert!(said.contains(words), "{words}: {said}\n{failed}");
    }
}

#[test]
fn the_quick_start_begins_and_ends_what_it_runs() {
    assert!(typed().trim_end().ends_with("kill %1 %2"), "{}", typed());
    assert_eq!(typed().matches(" &\n").count(), 2);
}
