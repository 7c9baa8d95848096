//! What a chain says of an invoice, worked out anew from every block and the whole mempool.
//!
//! The measure of the program after faults: written from what is promised, sharing no code with what
//! follows chains and settles invoices, so that no mistake is made twice. Slow and simple.

use std::collections::BTreeMap;

use bitcoin::{Block, OutPoint, ScriptBuf, Transaction};

/// Confirmations at which a payment is final.
const FINAL: u32 = 6;
/// Confirmations before which a coinbase is nobody's to spend.
const MATURITY: u32 = 100;

/// An output of the best chain or of the mempool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    /// The output.
    pub outpoint: OutPoint,
    /// Its value in satoshis.
    pub sats: u64,
    /// Blocks from its own to the tip; 0: in the mempool.
    pub confirmations: u32,
    /// A block's first transaction pays it.
    pub coinbase: bool,
}

/// Every output by the script that it pays, in the order of the chain. `blocks` are those of the best
/// chain from the genesis block up.
#[must_use]
pub fn scan(blocks: &[Block], mempool: &[Transaction]) -> BTreeMap<ScriptBuf, Vec<Paid>> {
    let depths = (1u32..=u32::try_from(blocks.len()).expect("a short chain")).rev();
    let mined = depths.zip(blocks).flat_map(|(depth, block)| block.txdata.iter().map(move |tx| (depth, tx)));
    let mut found = BTreeMap::<ScriptBuf, Vec<Paid>>::new();
    for (confirmations, tx) in mined.chain(mempool.iter().map(|tx| (0, tx))) {
        let txid = tx.compute_txid();
        for (vout, output) in (0..).zip(&tx.output) {
            found.entry(output.script_pubkey.clone()).or_default().push(Paid {
                outpoint: OutPoint { txid, vout },
                sats: output.value.to_sat(),
                confirmations,
                coinbase: tx.is_coinbase(),
            });
        }
    }
    found
}

/// What was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// Satoshis asked.
    pub due: u64,
    /// Satoshis that are enough.
    pub min_due: u64,
    /// Confirmations that a payment needs.
    pub confirmations: u32,
}

/// What the chain of today does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// The time for paying is over.
    pub expired: bool,
    /// The time for watching an unconfirmed payment is over.
    pub given_up: bool,
    /// It was confirmed once.
    pub ever_confirmed: bool,
    /// Satoshis of what is there that were first seen in time.
    pub in_time: u64,
}

/// Status and exception of an invoice that was paid so, as BitPay's API names them; no exception is
/// empty.
#[must_use]
pub fn verdict(paid: &[Paid], deal: Deal, past: Past) -> (&'static str, &'static str) {
    let deep = |confirmations: u32| -> u64 {
        let deep = |p: &&Paid| p.confirmations >= if p.coinbase { MATURITY } else { confirmations };
        paid.iter().filter(deep).map(|p| p.sats).sum()
    };
    let all: u64 = paid.iter().map(|p| p.sats).sum();
    let enough = |sats: u64| sats >= deal.min_due;
    let partial = if all > 0 { "paidPartial" } else { "" };
    let over = if all > deal.due { "paidOver" } else { "" };
    if !enough(all) {
        let status = match past {
            Past { ever_confirmed: true, .. } => "invalid",
            Past { expired: true, .. } => "expired",
            _ => "new",
        };
        return (status, partial);
    }
    if past.expired && !enough(past.in_time) && !past.ever_confirmed {
        return ("expired", "paidLate");
    }
    if !enough(deep(deal.confirmations)) {
        let forgotten = past.given_up && !past.ever_confirmed;
        return if forgotten { ("invalid", "") } else { ("paid", over) };
    }
    (if enough(deep(FINAL)) { "complete" } else { "confirmed" }, over)
}

#[cfg(test)]
mod tests {
    use bitcoin::Txid;
    use bitcoin::hashes::Hash;

    use super::*;

    const DEAL: Deal = Deal { due: 1_000, min_due: 990, confirmations: 1 };
    const OPEN: Past = Past { expired: false, given_up: false, ever_confirmed: false, in_time: 0 };

    fn paid(sats: u64, confirmations: u32) -> Paid {
        let outpoint = OutPoint { txid: Txid::all_zeros(), vout: 0 };
        Paid { outpoint, sats, confirmations, coinbase: false }
    }

    #[test]
    fn a_verdict_follows_from_what_is_there() {
        let expired = Past { expired: true, ..OPEN };
        let in_time = Past { in_time: 1_000, ..expired };
        let confirmed = Past { ever_confirmed: true, ..in_time };
        let coinbase = Paid { coinbase: true, ..paid(1_000, 99) };
        let rows: &[(&[Paid], Past, (&str, &str))] = &[
            (&[], OPEN, ("new", "")),
            (&[paid(989, 9)], OPEN, ("new", "paidPartial")),
            (&[paid(990, 0)], OPEN, ("paid", "")),
            (&[paid(500, 1), paid(501, 0)], OPEN, ("paid", "paidOver")),
            (&[paid(1_000, 1)], OPEN, ("confirmed", "")),
            (&[paid(1_000, 6)], OPEN, ("complete", "")),
            (&[coinbase], OPEN, ("paid", "")),
            (&[], expired, ("expired", "")),
            (&[paid(1, 0)], expired, ("expired", "paidPartial")),
            (&[paid(1_000, 6)], expired, ("expired", "paidLate")),
            (&[paid(1_000, 6)], in_time, ("complete", "")),
            (&[paid(1_000, 0)], Past { given_up: true, ..in_time }, ("invalid", "")),
            (&[], confirmed, ("invalid", "")),
            (&[paid(1_000, 0)], confirmed, ("paid", "")),
        ];
        for (paid, past, expected) in rows {
            assert_eq!(verdict(paid, DEAL, *past), *expected, "{paid:?} {past:?}");
        }
    }
}
