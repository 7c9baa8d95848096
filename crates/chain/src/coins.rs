//! Who spends the known receipts.
//!
//! Every receipt that was ever reported stays known, and each input of each block is looked up among
//! them. So an unspent one costs one entry here, and what may leave the mempool, a few at a time, is
//! kept apart from what blocks spend. A block wins over the mempool.

use std::collections::{HashMap, HashSet};

use bitcoin::{OutPoint, Txid};
use specie_core::chain::{Position, Spend};

use crate::index::ScriptKey;

/// The known receipts as coins.
#[derive(Debug, Default)]
pub(crate) struct Coins {
    /// Each known receipt, present or missing, with the script that it pays.
    owners: HashMap<OutPoint, ScriptKey>,
    /// What blocks of the best chain spend.
    mined: HashMap<OutPoint, Spend>,
    /// What transactions of the mempool spend.
    pooled: HashMap<OutPoint, Spend>,
}

impl Coins {
    /// Knows a receipt from now on.
    pub(crate) fn insert(&mut self, coin: OutPoint, owner: ScriptKey) {
        self.owners.insert(coin, owner);
    }

    /// Forgets a receipt and who spends it.
    pub(crate) fn remove(&mut self, coin: &OutPoint) {
        self.owners.remove(coin);
        self.mined.remove(coin);
        self.pooled.remove(coin);
    }

    /// The script that a known receipt pays.
    pub(crate) fn owner(&self, coin: &OutPoint) -> Option<ScriptKey> {
        self.owners.get(coin).copied()
    }

    /// A transaction of a block, or of the mempool, spends a known receipt.
    pub(crate) fn spend(&mut self, coin: OutPoint, spend: Spend) {
        match spend.position {
            Position::Block(_) => self.mined.insert(coin, spend),
            Position::Mempool => self.pooled.insert(coin, spend),
        };
    }

    /// Undoes the spend of a receipt if it is in a block at `from` or above.
    pub(crate) fn undo(&mut self, coin: &OutPoint, from: u32) {
        let undone = |spend: &Spend| matches!(spend.position, Position::Block(block) if block.height >= from);
        if self.mined.get(coin).is_some_and(undone) {
            self.mined.remove(coin);
        }
    }

    /// Forgets the spenders that are not in the mempool any more.
    pub(crate) fn keep_pooled(&mut self, mempool: &HashSet<Txid>) {
        self.pooled.retain(|_, spend| mempool.contains(&spend.by));
    }

    /// Whether a transaction of the mempool spends a receipt: that may change without a block.
    pub(crate) fn is_open(&self, coin: &OutPoint) -> bool {
        self.pooled.contains_key(coin)
    }

    /// What spends a receipt.
    pub(crate) fn spent(&self, coin: &OutPoint) -> Option<Spend> {
        self.mined.get(coin).or_else(|| self.pooled.get(coin)).copied()
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.owners.is_empty() && self.mined.is_empty() && self.pooled.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;
    use bitcoin::{BlockHash, ScriptBuf};
    use specie_core::chain::BlockRef;

    use super::*;

    #[test]
    fn a_block_wins_over_the_mempool_until_it_is_undone() {
        let coin = OutPoint { txid: Txid::all_zeros(), vout: 1 };
        let (one, other) = (Txid::from_byte_array([1; 32]), Txid::from_byte_array([2; 32]));
        let block = BlockRef { height: 7, hash: BlockHash::all_zeros() };
        let mut coins = Coins::default();
        coins.insert(coin, ScriptKey::of(&ScriptBuf::new()));
        let (in_block, pooled) =
            (Spend::new(one, Position::Block(block)), Spend::new(other, Position::Mempool));
        coins.spend(coin, in_block);
        coins.spend(coin, pooled);
        coins.undo(&coin, 8);
        assert_eq!(coins.spent(&coin), Some(in_block));
        coins.undo(&coin, 7);
        assert_eq!(coins.spent(&coin), Some(pooled));
        coins.keep_pooled(&HashSet::from([one]));
        assert_eq!(coins.spent(&coin), None);
        coins.spend(coin, pooled);
        coins.remove(&coin);
        assert!(coins.is_empty());
    }
}
