//! P6: what a block of 5,000 transactions pays to a million watched scripts, from its bytes.

use bitcoin::consensus::{deserialize, serialize};
use bitcoin::constants::genesis_block;
use bitcoin::hashes::{Hash, sha256};
use bitcoin::{
    Amount, Block, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
};
use specie_chain::Scripts;

use super::{Pace, begin};
use crate::clock::{self, median};
use crate::table::Line;

const WATCHED: u64 = 1_000_000;
const TRANSACTIONS: u64 = 5_000;
/// How many of them pay a watched script.
const PAYING: u64 = 50;
const ROUNDS: usize = 15;
/// More than any cache holds.
const OUT_OF_CACHE: usize = 256 << 20;

/// Looks for the scripts in a block, beside rust-bitcoin taking it apart and hashing it.
pub fn measure(_: Pace) -> Vec<Line> {
    begin("a block and a million watched scripts");
    let mut scripts = Scripts::default();
    for number in 0..WATCHED {
        scripts.insert(&script("watched", number));
    }
    let bytes = serialize(&block());
    let look = || {
        let (took, found) = clock::timed(|| scripts.paid_by(&bytes));
        assert_eq!(found.expect("a block").len() as u64, PAYING);
        took.as_secs_f64() * 1e3
    };
    let cold = (0..ROUNDS).map(|_| {
        forget_caches();
        look()
    });
    let cold = median(cold.collect());
    let warm = median((0..ROUNDS).map(|_| look()).collect());
    let limit = median((0..ROUNDS).map(|_| taken_apart(&bytes)).collect());
    let line = |what: &str, figure: f64, goal, met| Line {
        row: "P6",
        what: format!("a 5,000-transaction block against 1,000,000 scripts, raw bytes to matches, {what}"),
        figure,
        unit: "ms",
        limit: Some(("rust-bitcoin: deserialised, with txids", limit)),
        goal,
        met,
    };
    vec![
        line("cold", cold, "≤ 1.5 ms and ≤ 0.5 ×", cold <= 1.5 && cold <= 0.5 * limit),
        line("warm", warm, "≤ 0.5 ×", warm <= 0.5 * limit),
    ]
}

fn taken_apart(bytes: &[u8]) -> f64 {
    let (took, ids) = clock::timed(|| {
        let block: Block = deserialize(bytes).expect("a block");
        block.txdata.iter().map(Transaction::compute_txid).collect::<Vec<Txid>>()
    });
    assert_eq!(ids.len() as u64, TRANSACTIONS);
    took.as_secs_f64() * 1e3
}

/// Fills the caches with something else.
fn forget_caches() {
    let other = std::hint::black_box(vec![1u8; OUT_OF_CACHE]);
    let sum: u64 = other.iter().step_by(64).map(|byte| u64::from(*byte)).sum();
    assert_eq!(sum, (OUT_OF_CACHE / 64) as u64);
}

fn hash(of: &str, number: u64) -> [u8; 32] {
    sha256::Hash::hash(format!("{of} {number}").as_bytes()).to_byte_array()
}

fn script(of: &str, number: u64) -> ScriptBuf {
    ScriptBuf::from_bytes([&[0, 20][..], &hash(of, number)[..20]].concat())
}

/// Transactions as most are: two witnessed inputs, two outputs.
fn block() -> Block {
    let input = |number: u64| TxIn {
        previous_output: OutPoint { txid: Txid::from_byte_array(hash("spent", number)), vout: 1 },
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::from_slice(&[vec![7; 72], vec![3; 33]]),
    };
    let output = |script_pubkey| TxOut { value: Amount::from_sat(10_000), script_pubkey };
    let transaction = |number: u64| {
        let pays = number.is_multiple_of(TRANSACTIONS / PAYING);
        let paid = if pays { script("watched", number) } else { script("other", number) };
        Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: bitcoin::absolute::LockTime::ZERO,
            input: vec![input(2 * number), input(2 * number + 1)],
            output: vec![output(paid), output(script("change", number))],
        }
    };
    Block {
        header: genesis_block(Network::Regtest).header,
        txdata: (0..TRANSACTIONS).map(transaction).collect(),
    }
}
