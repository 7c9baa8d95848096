//! Spends: how a transaction of the merchant's own coins stands, by what spends them.
//!
//! A transaction is followed by the coins that it takes, which are the wallet's own and watched, and never
//! by whom it pays: a stranger's address may be anybody's. A coin is spent once, so a transaction that
//! shares a coin with another rules the other out; that is how two for the same refund never both come about.

use bitcoin::Txid;

use crate::chain::{BlockRef, Position};
use crate::coin::{Coin, CoinStanding, FINAL_DEPTH};
use crate::invoice::Outcome;

/// How a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendStanding {
    /// In neither mempool nor chain.
    Nowhere,
    /// In the mempool.
    Mempool,
    /// In a block of the best chain.
    Block(BlockRef),
    /// Another transaction takes one of its coins, and may still lose it.
    Rivalled(Txid),
    /// Another transaction took one of its coins, six blocks deep: it can never be in a block.
    Dead(Txid),
}

impl SpendStanding {
    /// What it means for the refunds that it pays; nothing, if it was never signed and never can be paid:
    /// another takes its place.
    #[must_use]
    pub fn outcome(self, txid: Txid, fee: bitcoin::Amount, signed: bool) -> Option<Outcome> {
        match self {
            Self::Block(_) => Some(Outcome::Paid { txid, fee }),
            Self::Dead(_) => signed.then_some(Outcome::Lost),
            Self::Nowhere | Self::Mempool | Self::Rivalled(_) => Some(Outcome::Open),
        }
    }

    /// Whether nothing that is to be expected changes it, at a tip.
    #[must_use]
    pub fn is_final(self, tip_height: u32) -> bool {
        match self {
            Self::Block(block) => depth(block, tip_height) >= FINAL_DEPTH,
            Self::Dead(_) => true,
            Self::Nowhere | Self::Mempool | Self::Rivalled(_) => false,
        }
    }
}

/// Judges a transaction by the coins that it takes, at a tip.
#[must_use]
pub fn judge(txid: Txid, coins: &[Coin], tip_height: u32) -> SpendStanding {
    let spends = || coins.iter().filter_map(|coin| coin.spent);
    if let Some(own) = spends().find(|spend| spend.by == txid) {
        return match own.position {
            Position::Mempool => SpendStanding::Mempool,
            Position::Block(block) => SpendStanding::Block(block),
        };
    }
    let deep = |position| match position {
        Position::Block(block) => depth(block, tip_height) >= FINAL_DEPTH,
        Position::Mempool => false,
    };
    if let Some(rival) = spends().find(|spend| deep(spend.position)) {
        return SpendStanding::Dead(rival.by);
    }
    let lost = coins.iter().find_map(|coin| match coin.standing {
        CoinStanding::Lost(by) => Some(by),
        _ => None,
    });
    match spends().next().map(|spend| spend.by).or(lost) {
        Some(by) => SpendStanding::Rivalled(by),
        None => SpendStanding::Nowhere,
    }
}

/// What became of a refund, by all transactions that were ever made for it: each with its standing, and
/// the outcome that this alone would give.
#[must_use]
pub fn together(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    let mut lost = false;
    let mut open = false;
    for outcome in outcomes {
        match outcome {
            Outcome::Paid { .. } => return outcome,
            Outcome::Lost => lost = true,
            Outcome::Open => open = true,
        }
    }
    if lost && !open { Outcome::Lost } else { Outcome::Open }
}

fn depth(block: BlockRef, tip_height: u32) -> u32 {
    (tip_height + 1).saturating_sub(block.height)
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;
    use bitcoin::{Amount, BlockHash, OutPoint};

    use super::*;
    use crate::chain::Spend;

    const TIP: u32 = 110;

    fn id(n: u8) -> Txid {
        Txid::from_byte_array([n; 32])
    }

    fn block(height: u32) -> BlockRef {
        BlockRef { height, hash: BlockHash::from_byte_array([1; 32]) }
    }

    fn coin(spent: Option<(u8, Option<u32>)>) -> Coin {
        Coin {
            outpoint: OutPoint { txid: id(1), vout: 0 },
            amount: Amount::from_sat(500),
            coinbase: false,
            standing: CoinStanding::Block(block(100)),
            spent: spent.map(|(by, height)| Spend {
                by: id(by),
                position: height.map_or(Position::Mempool, |height| Position::Block(block(height))),
            }),
        }
    }

    #[test]
    fn a_transaction_stands_as_its_coins_say() {
        const OURS: u8 = 9;
        let lost = Coin { standing: CoinStanding::Lost(id(3)), ..coin(None) };
        for (coins, standing) in [
            (vec![coin(None), coin(None)], SpendStanding::Nowhere),
            (vec![coin(None), coin(Some((OURS, None)))], SpendStanding::Mempool),
            (vec![coin(Some((OURS, Some(TIP))))], SpendStanding::Block(block(TIP))),
            (vec![coin(None), coin(Some((3, None)))], SpendStanding::Rivalled(id(3))),
            (vec![coin(Some((3, Some(TIP - 4))))], SpendStanding::Rivalled(id(3))),
            (vec![coin(None), coin(Some((3, Some(TIP - 5))))], SpendStanding::Dead(id(3))),
            (vec![coin(None), lost], SpendStanding::Rivalled(id(3))),
        ] {
            assert_eq!(judge(id(OURS), &coins, TIP), standing, "{coins:?}");
        }
        assert!(SpendStanding::Block(block(TIP - 5)).is_final(TIP));
        assert!(!SpendStanding::Block(block(TIP - 4)).is_final(TIP));
    }

    #[test]
    fn a_refund_is_lost_only_if_everything_that_was_signed_for_it_is() {
        let paid = Outcome::Paid { txid: id(9), fee: Amount::from_sat(7) };
        for (outcomes, together_they_are) in [
            (vec![], Outcome::Open),
            (vec![Outcome::Lost], Outcome::Lost),
            (vec![Outcome::Lost, Outcome::Open], Outcome::Open),
            (vec![Outcome::Lost, paid], paid),
        ] {
            assert_eq!(together(outcomes.clone()), together_they_are, "{outcomes:?}");
        }
        let dead = SpendStanding::Dead(id(3));
        assert_eq!(dead.outcome(id(9), Amount::ZERO, true), Some(Outcome::Lost));
        assert_eq!(dead.outcome(id(9), Amount::ZERO, false), None);
    }
}
