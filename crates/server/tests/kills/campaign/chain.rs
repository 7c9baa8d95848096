//! What the practice chain says, read from a copy of its file beside the program, and judged by the
//! test kit's reference.

use std::collections::BTreeMap;
use std::path::Path;

use bitcoin::ScriptBuf;
use specie_chain::Sandbox;
use specie_testkit::reference::{Deal, Paid, Past, scan, verdict};

use super::books::Invoice;

/// Of this trade: nothing expires, and no block is undone.
const PAST: Past = Past { expired: false, given_up: false, ever_confirmed: false, in_time: 0 };

/// The whole chain with its mempool.
pub struct Ledger {
    paid: BTreeMap<ScriptBuf, Vec<Paid>>,
    /// The height of its tip.
    pub height: usize,
}

impl Ledger {
    /// Reads the chain in this data folder; nobody may be paying.
    pub fn read(data: &Path, copy: &Path) -> Self {
        std::fs::copy(data.join("sandbox.log"), copy).expect("a practice chain");
        let sandbox = Sandbox::open(Some(copy)).expect("a practice chain");
        let blocks = sandbox.blocks();
        Self { paid: scan(&blocks, &sandbox.mempool()), height: blocks.len() - 1 }
    }

    /// What pays a script.
    pub fn paid(&self, script: &[u8]) -> &[Paid] {
        self.paid.get(&ScriptBuf::from_bytes(script.to_vec())).map_or(&[], Vec::as_slice)
    }

    /// Status and exception of an invoice of that speed.
    pub fn verdict(&self, invoice: &Invoice, speed: &str) -> (&'static str, &'static str) {
        let confirmations = match speed {
            "high" => 0,
            "medium" => 1,
            "low-medium" => 2,
            "low" => 6,
            other => panic!("no speed is {other}"),
        };
        let deal = Deal { due: invoice.due, min_due: invoice.min_due, confirmations };
        verdict(self.paid(&invoice.script), deal, PAST)
    }
}
