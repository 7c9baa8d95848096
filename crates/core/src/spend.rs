//! Spends: how a transaction of the merchant's own coins stands, by what spends them.
//!
//! A transaction is followed by the coins that it takes, which are the wallet's own and watched, and never
//! by whom it pays: a stranger's address may be anybody's. A coin is spent once, so a transaction that
//! shares a coin with another rules the other out; that is how two for the same refund never both come about.
//!
//! A *spend* here is such a transaction of the merchant's, in one version; [`chain::Spend`](crate::chain::Spend) is
//! whatever spends a receipt, anybody's.

use bitcoin::{Amount, Txid};

use crate::chain::{BlockRef, FINAL_DEPTH, Position, Spend};
use crate::coin::{Coin, CoinStanding};
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
    /// What it means for the refunds that it pays. Whoever has it may have signed it: its coins may have gone
    /// where it would have sent them, by a transaction that is another in some detail. So that it is dead
    /// is a loss for the merchant to look at, unless it was cancelled before.
    #[must_use]
    pub fn outcome(self, txid: Txid, fee: Amount, cancelled: bool) -> Option<Outcome> {
        match self {
            Self::Block(_) => Some(Outcome::Paid { txid, fee }),
            Self::Dead(_) => (!cancelled).then_some(Outcome::Lost),
            Self::Nowhere | Self::Mempool | Self::Rivalled(_) => Some(Outcome::Open),
        }
    }

    /// Whether nothing that is to be expected changes it, at a tip.
    #[must_use]
    pub fn is_final(self, tip_height: u32) -> bool {
        match self {
            Self::Block(block) => block.confirmations(tip_height) >= FINAL_DEPTH,
            Self::Dead(_) => true,
            Self::Nowhere | Self::Mempool | Self::Rivalled(_) => false,
        }
    }
}

/// A transaction by both of its ids: for some types of wallet a signature changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// As it is, with the signatures that are known.
    pub txid: Txid,
    /// Before it was signed.
    pub unsigned: Txid,
}

impl Version {
    /// Whether a coin is spent by this one, whoever signed it, and where.
    #[must_use]
    pub fn is(self, spend: &Spend) -> bool {
        spend.by == self.txid || spend.unsigned == self.unsigned
    }
}

/// Judges a transaction by the coins that it takes, at a tip. `before`: the versions whose place it is to
/// take. As long as they are in no block they are no rivals.
#[must_use]
pub fn judge(version: Version, coins: &[Coin], before: &[Version], tip_height: u32) -> SpendStanding {
    if let Some(spend) = coins.iter().filter_map(|coin| coin.spent).find(|spend| version.is(spend)) {
        return match spend.position {
            Position::Mempool => SpendStanding::Mempool,
            Position::Block(block) => SpendStanding::Block(block),
        };
    }
    let deep = coins.iter().filter_map(Rival::of).find(|rival| rival.is_deep(tip_height));
    if let Some(rival) = deep {
        return SpendStanding::Dead(rival.by);
    }
    let waits = |coin: &&Coin| {
        let place = coin.spent.filter(|spend| spend.position == Position::Mempool);
        place.is_none_or(|spend| !before.iter().any(|version| version.is(&spend)))
    };
    let open = coins.iter().filter(waits).find_map(Rival::of);
    open.map_or(SpendStanding::Nowhere, |rival| SpendStanding::Rivalled(rival.by))
}

/// What stands in the way of spending a coin.
struct Rival {
    by: Txid,
    mined_at: Option<u32>,
}

impl Rival {
    /// What spends it, or took what it was made from.
    fn of(coin: &Coin) -> Option<Self> {
        let spent = coin.spent.map(|spend| Self {
            by: spend.by,
            mined_at: match spend.position {
                Position::Mempool => None,
                Position::Block(block) => Some(block.height),
            },
        });
        let lost = match coin.standing {
            CoinStanding::Lost { by, mined_at } => Some(Self { by, mined_at }),
            CoinStanding::Mempool | CoinStanding::Block(_) | CoinStanding::Missing => None,
        };
        spent.or(lost)
    }

    fn is_deep(&self, tip_height: u32) -> bool {
        self.mined_at.is_some_and(|height| (tip_height + 1).saturating_sub(height) >= FINAL_DEPTH)
    }
}

/// What a coin that was once spent for a refund means for the next transaction for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// It has to be spent again: so at most one of the two ever comes about.
    Binds,
    /// It is being spent, or is nowhere at the moment: whoever builds has to wait.
    Open,
    /// It is gone for good, and with it whatever was built on it.
    Void,
}

impl Pin {
    /// What a coin means at a tip.
    #[must_use]
    pub fn of(coin: &Coin, tip_height: u32) -> Self {
        match (Rival::of(coin), coin.standing) {
            (Some(rival), _) if rival.is_deep(tip_height) => Self::Void,
            (None, CoinStanding::Block(_)) => Self::Binds,
            _ => Self::Open,
        }
    }
}

/// A fee in as many parts as there are refunds, as equal as satoshis allow, the first ones a satoshi more.
#[must_use]
pub fn shares(fee: Amount, refunds: usize) -> Vec<Amount> {
    let count = u64::try_from(refunds).unwrap_or(u64::MAX).max(1);
    let (each, more) = (fee.to_sat() / count, fee.to_sat() % count);
    (0..count).take(refunds).map(|n| Amount::from_sat(each + u64::from(n < more))).collect()
}

/// What became of a refund, by what each transaction that was ever made for it would mean alone.
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

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;
    use bitcoin::{BlockHash, OutPoint};

    use super::*;

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
            spent: spent.map(|(by, height)| {
                Spend::new(id(by), height.map_or(Position::Mempool, |height| Position::Block(block(height))))
            }),
        }
    }

    fn lost(mined_at: Option<u32>) -> Coin {
        Coin { standing: CoinStanding::Lost { by: id(3), mined_at }, ..coin(None) }
    }

    #[test]
    fn a_transaction_stands_as_its_coins_say() {
        const OURS: u8 = 9;
        const BEFORE: u8 = 8;
        let version = |n| Version { txid: id(n), unsigned: id(n) };
        for (coins, standing) in [
            (vec![coin(None), coin(None)], SpendStanding::Nowhere),
            (vec![coin(None), coin(Some((OURS, None)))], SpendStanding::Mempool),
            (vec![coin(Some((OURS, Some(TIP))))], SpendStanding::Block(block(TIP))),
            (vec![coin(None), coin(Some((3, None)))], SpendStanding::Rivalled(id(3))),
            (vec![coin(Some((3, Some(TIP - 4))))], SpendStanding::Rivalled(id(3))),
            (vec![coin(None), coin(Some((3, Some(TIP - 5))))], SpendStanding::Dead(id(3))),
            (vec![coin(None), lost(None)], SpendStanding::Rivalled(id(3))),
            (vec![coin(None), lost(Some(TIP - 4))], SpendStanding::Rivalled(id(3))),
            (vec![coin(None), lost(Some(TIP - 5))], SpendStanding::Dead(id(3))),
            // The version before waits in the mempool for this one to take its place.
            (vec![coin(Some((BEFORE, None)))], SpendStanding::Nowhere),
            (vec![coin(Some((BEFORE, None))), coin(Some((3, None)))], SpendStanding::Rivalled(id(3))),
            (vec![coin(Some((BEFORE, Some(TIP))))], SpendStanding::Rivalled(id(BEFORE))),
            (vec![coin(Some((BEFORE, Some(TIP - 5))))], SpendStanding::Dead(id(BEFORE))),
        ] {
            assert_eq!(judge(version(OURS), &coins, &[version(BEFORE)], TIP), standing, "{coins:?}");
        }
        // Signed elsewhere, it has another id, and is the same all the same.
        let signed = Spend { by: id(7), unsigned: id(OURS), position: Position::Block(block(TIP)) };
        let coins = [Coin { spent: Some(signed), ..coin(None) }];
        assert_eq!(judge(version(OURS), &coins, &[], TIP), SpendStanding::Block(block(TIP)));
        assert!(SpendStanding::Block(block(TIP - 5)).is_final(TIP));
        assert!(!SpendStanding::Block(block(TIP - 4)).is_final(TIP));
    }

    #[test]
    fn a_pin_binds_until_it_is_gone_for_good() {
        let missing = Coin { standing: CoinStanding::Missing, ..coin(None) };
        for (pin, means) in [
            (coin(None), Pin::Binds),
            (coin(Some((3, None))), Pin::Open),
            (coin(Some((3, Some(TIP - 4)))), Pin::Open),
            (coin(Some((3, Some(TIP - 5)))), Pin::Void),
            (missing, Pin::Open),
            (Coin { standing: CoinStanding::Mempool, ..coin(None) }, Pin::Open),
            (lost(None), Pin::Open),
            (lost(Some(TIP - 4)), Pin::Open),
            (lost(Some(TIP - 5)), Pin::Void),
        ] {
            assert_eq!(Pin::of(&pin, TIP), means, "{pin:?}");
        }
    }

    #[test]
    fn shares_of_a_fee_add_up_to_it() {
        for fee in [0, 1, 7, 100, 1_411] {
            for refunds in 1..=9 {
                let shares = shares(Amount::from_sat(fee), refunds);
                assert_eq!(shares.len(), refunds);
                assert_eq!(shares.iter().copied().sum::<Amount>().to_sat(), fee);
                let (least, most) = (shares.iter().min().unwrap(), shares.iter().max().unwrap());
                assert!(most.to_sat() - least.to_sat() <= 1, "{shares:?}");
            }
        }
        assert_eq!(shares(Amount::from_sat(7), 0), []);
    }

    #[test]
    fn a_refund_is_lost_only_if_everything_that_was_built_for_it_is() {
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
        assert_eq!(dead.outcome(id(9), Amount::ZERO, false), Some(Outcome::Lost));
        assert_eq!(dead.outcome(id(9), Amount::ZERO, true), None, "it was cancelled");
    }
}
