//! Coins: outputs that pay a wallet's scripts, and what spends them.
//!
//! A coin is known from the snapshots of its script alone. Merchants spend their coins with other
//! programs as well: whether one is free is what the chain says, and never what was remembered of it.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Amount, OutPoint, Txid};

use crate::chain::{BlockRef, COINBASE_MATURITY, Conflict, FINAL_DEPTH, Position, Snapshot, Spend};

/// Where a coin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoinStanding {
    /// In the mempool.
    Mempool,
    /// In a block of the best chain.
    Block(BlockRef),
    /// In neither.
    Missing,
    /// In neither, and something else spends what it was made from.
    Lost {
        /// That.
        by: Txid,
        /// The height of the block that it is in; none in the mempool.
        mined_at: Option<u32>,
    },
}

/// An output that pays a wallet's script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coin {
    /// The output.
    pub outpoint: OutPoint,
    /// Its value in satoshis.
    pub amount: Amount,
    /// Paid by a coinbase.
    pub coinbase: bool,
    /// Where it is.
    pub standing: CoinStanding,
    /// What spends it.
    pub spent: Option<Spend>,
}

impl Coin {
    /// Confirmations at a tip: 0 outside the chain, 1 in the tip's own block.
    #[must_use]
    pub fn confirmations(&self, tip_height: u32) -> u32 {
        match self.standing {
            CoinStanding::Block(block) => block.confirmations(tip_height),
            CoinStanding::Mempool | CoinStanding::Missing | CoinStanding::Lost { .. } => 0,
        }
    }

    /// Whether it may be spent at a tip: nothing spends it, and it is final. Of the merchant's `own` change one
    /// block is enough: nobody else can take it back, but with a reorganisation.
    #[must_use]
    pub fn is_free(&self, own: bool, tip_height: u32) -> bool {
        let needed = match (self.coinbase, own) {
            (true, _) => COINBASE_MATURITY,
            (false, true) => 1,
            (false, false) => FINAL_DEPTH,
        };
        self.spent.is_none() && self.confirmations(tip_height) >= needed
    }
}

/// What a snapshot makes of the coins of its script: those that are new, or differ from what was known.
#[must_use]
pub fn changed(known: &[Coin], snapshot: &Snapshot) -> Vec<Coin> {
    let before: BTreeMap<OutPoint, &Coin> = known.iter().map(|coin| (coin.outpoint, coin)).collect();
    let rivals: BTreeMap<OutPoint, &Conflict> = snapshot.conflicts.iter().map(|c| (c.outpoint, c)).collect();
    let present: BTreeSet<OutPoint> = snapshot.receipts.iter().map(|receipt| receipt.outpoint).collect();
    let there = snapshot.receipts.iter().map(|receipt| Coin {
        outpoint: receipt.outpoint,
        amount: receipt.amount,
        coinbase: receipt.coinbase,
        standing: match receipt.position {
            Position::Mempool => CoinStanding::Mempool,
            Position::Block(block) => CoinStanding::Block(block),
        },
        spent: receipt.spent,
    });
    let absent = known.iter().filter(|coin| !present.contains(&coin.outpoint)).map(|coin| {
        let lost = |rival: &&Conflict| CoinStanding::Lost { by: rival.by, mined_at: rival.mined_at };
        let standing = rivals.get(&coin.outpoint).map_or(CoinStanding::Missing, lost);
        Coin { standing, spent: None, ..*coin }
    });
    there.chain(absent).filter(|coin| before.get(&coin.outpoint) != Some(&coin)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bitcoin::hashes::Hash;
    use bitcoin::{BlockHash, ScriptBuf, Transaction, absolute, transaction};

    use super::*;
    use crate::chain::Receipt;
    use crate::time::Timestamp;

    const BLOCK: u32 = 100;

    fn id(n: u8) -> Txid {
        Txid::from_byte_array([n; 32])
    }

    fn block() -> BlockRef {
        BlockRef { height: BLOCK, hash: BlockHash::from_byte_array([1; 32]) }
    }

    fn receipt(n: u8, position: Position, spent: Option<Spend>) -> Receipt {
        Receipt {
            outpoint: OutPoint { txid: id(n), vout: 0 },
            amount: Amount::from_sat(500),
            position,
            first_seen: Timestamp::EPOCH,
            replaceable: false,
            coinbase: false,
            raw_tx: Arc::new(Transaction {
                version: transaction::Version::TWO,
                lock_time: absolute::LockTime::ZERO,
                input: vec![],
                output: vec![],
            }),
            spent,
        }
    }

    fn snapshot(receipts: Vec<Receipt>, conflicts: Vec<Conflict>) -> Snapshot {
        Snapshot { script: ScriptBuf::new(), receipts, conflicts }
    }

    #[test]
    fn a_coin_is_what_the_last_snapshot_says_of_it() {
        let seen = changed(&[], &snapshot(vec![receipt(1, Position::Mempool, None)], vec![]));
        assert_eq!(seen[0].standing, CoinStanding::Mempool);
        let mined = snapshot(vec![receipt(1, Position::Block(block()), None)], vec![]);
        let mined_coins = changed(&seen, &mined);
        assert_eq!(mined_coins[0].standing, CoinStanding::Block(block()));
        assert_eq!(changed(&mined_coins, &mined), [], "the same again changes nothing");
        let spend = Spend::new(id(9), Position::Mempool);
        let spent =
            changed(&mined_coins, &snapshot(vec![receipt(1, Position::Block(block()), Some(spend))], vec![]));
        assert_eq!(spent[0].spent, Some(spend));
        let back = changed(&spent, &mined);
        assert_eq!(back, mined_coins, "what spent it is gone");
        let gone = changed(&mined_coins, &snapshot(vec![], vec![]));
        assert_eq!(gone[0].standing, CoinStanding::Missing);
        let by = id(7);
        let conflict = Conflict { outpoint: mined_coins[0].outpoint, by, mined_at: Some(BLOCK) };
        let lost = changed(&mined_coins, &snapshot(vec![], vec![conflict]));
        assert_eq!(lost[0].standing, CoinStanding::Lost { by, mined_at: Some(BLOCK) });
    }

    #[test]
    fn a_coin_is_free_once_it_is_final_and_nothing_spends_it() {
        let coin = changed(&[], &snapshot(vec![receipt(1, Position::Block(block()), None)], vec![]))[0];
        for (coin, own, tip_height, free) in [
            (coin, false, BLOCK + 4, false),
            (coin, false, BLOCK + 5, true),
            (coin, true, BLOCK, true),
            (Coin { standing: CoinStanding::Mempool, ..coin }, true, BLOCK + 9, false),
            (Coin { coinbase: true, ..coin }, false, BLOCK + 98, false),
            (Coin { coinbase: true, ..coin }, false, BLOCK + 99, true),
            (Coin { spent: Some(Spend::new(id(2), Position::Mempool)), ..coin }, false, BLOCK + 9, false),
        ] {
            assert_eq!(coin.is_free(own, tip_height), free, "{coin:?} at {tip_height}");
        }
    }
}
