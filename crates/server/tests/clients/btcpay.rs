//! BTCPay's clients for BitPay's API: PyPI's `btcpay-python` and npm's `btcpay`.

use std::process::Command;

use specie_testkit::cache::installed;

use super::{Market, script};

/// Lets a client sell something from pairing to complete, and listens to what the shop hears.
pub fn sell(name: &str, command: &mut Command) {
    let mut market = Market::open(name);
    let steps = market.run(command);
    let sold: Vec<_> = steps.iter().map(String::as_str).skip_while(|step| *step != "created").collect();
    assert_eq!(sold, ["created", "paid", "confirmed", "complete", "done"]);

    // Full and extended: each notice plain and named, but for creation and receipt, which are only named.
    market.receiver.wait_for(8);
    assert_eq!(market.codes(), [1001, 1002, 1003, 1005, 1006]);
    assert_eq!(market.statuses(), ["paid", "confirmed", "complete"]);
    market.assert_all_arrived(8);
}

#[test]
fn the_python_client_sells_from_pairing_to_complete() {
    let python = installed("SPECIE_PYTHON", "python/bin/python");
    sell("python", Command::new(python).arg(script("python_client.py")));
}

#[test]
fn the_node_js_client_sells_from_pairing_to_complete() {
    let modules = installed("SPECIE_NODE_PATH", "node-clients/node_modules");
    sell("node-js", Command::new("node").arg(script("node_client.js")).env("SPECIE_NODE_PATH", modules));
}
