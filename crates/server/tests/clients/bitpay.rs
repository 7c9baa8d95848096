//! BitPay's own clients: npm's `bitpay-rest` and PyPI's `bitpay`, of the last versions whose server can
//! be chosen.

use std::fs;
use std::process::Command;

use serde_json::json;
use specie_testkit::cache::installed;

use super::{Market, script};

/// It has a program for its keys and its pairing, and reads its server from a file in the user's
/// home. It signs host and port, and hangs up on a stream after five seconds of silence.
#[test]
fn npms_bitpay_rest_does_all_that_its_api_has() {
    let mut market = Market::open("bitpay-rest");
    let home = tempfile::tempdir().expect("a folder");
    let keys = home.path().join(".bitpay");
    fs::create_dir(&keys).expect("a folder");
    let (host, port) = market.server.url().trim_start_matches("http://").split_once(':').expect("a port");
    let port: u16 = port.parse().expect("a port");
    let config = json!({ "apiHost": host, "apiPort": port, "forceSSL": false });
    fs::write(keys.join("config.json"), config.to_string()).expect("a file");
    let modules = installed("SPECIE_BITPAY_NODE_PATH", "node-bitpay/node_modules");
    let steps = market.run(
        Command::new("node")
            .args(["-r".into(), script("hex_signatures.js"), script("bitpay_rest.js")])
            .env("SPECIE_NODE_PATH", modules)
            .env("HOME", home.path()),
    );
    assert_eq!(steps.last().map(String::as_str), Some("done"), "{steps:?}");

    // Named and plain for the one, told once more before it was paid; the default for the other.
    market.receiver.wait_for(11);
    assert_eq!(market.codes(), [1001, 1012, 1002, 1003, 1005, 1006]);
    let mut statuses = market.statuses();
    statuses.sort_unstable();
    assert_eq!(statuses, ["complete", "confirmed", "confirmed", "new", "paid"]);
    market.assert_all_arrived(11);
}

#[test]
fn pypis_bitpay_sells_with_a_tills_code_and_with_a_merchants() {
    let mut market = Market::open("bitpay");
    let python = installed("SPECIE_BITPAY_PYTHON", "python-bitpay/bin/python");
    let steps = market.run(Command::new(python).arg(script("bitpay_python.py")));
    assert_eq!(
        steps,
        ["till", "asked", "merchant", "refused", "created", "paid", "confirmed", "complete", "done"]
    );
    market.receiver.wait_for(3);
    assert_eq!(market.statuses(), ["paid", "confirmed", "complete"]);
    market.assert_all_arrived(3);
}
