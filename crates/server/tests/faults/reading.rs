//! A node's whole chain, read from the node itself. What was read before is not read again.

use std::cell::RefCell;
use std::collections::HashMap;

use bitcoin::consensus::encode::deserialize_hex;
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash, Transaction, Txid};
use serde_json::{Value, json};
use specie_testkit::node::RegtestNode;

/// The best chain as it was last read.
#[derive(Default)]
pub struct Reading(RefCell<Vec<Block>>);

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

pub fn block(node: &RegtestNode, hash: &str) -> Block {
    deserialize_hex(&text(&node.rpc("getblock", json!([hash, 0])))).unwrap()
}

pub fn pool(node: &RegtestNode) -> Vec<Txid> {
    let listing = node.rpc("getrawmempool", json!([]));
    listing.as_array().unwrap().iter().map(|txid| text(txid).parse().unwrap()).collect()
}

impl Reading {
    /// Every block of the best chain from the first on, and the whole mempool.
    pub fn whole(&self, node: &RegtestNode) -> (Vec<Block>, Vec<Transaction>) {
        let mut read = self.0.borrow_mut();
        let known: HashMap<BlockHash, usize> = (1..).zip(&*read).map(|(n, b)| (b.block_hash(), n)).collect();
        let mut hash: BlockHash = text(&node.rpc("getbestblockhash", json!([]))).parse().unwrap();
        let mut news = Vec::new();
        while hash != BlockHash::all_zeros() && !known.contains_key(&hash) {
            news.push(block(node, &hash.to_string()));
            hash = news[news.len() - 1].header.prev_blockhash;
        }
        read.truncate(known.get(&hash).copied().unwrap_or(0));
        read.extend(news.into_iter().rev());
        let pool = pool(node).into_iter().map(|txid| node.transaction(txid)).collect();
        (read.clone(), pool)
    }
}
