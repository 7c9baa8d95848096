//! What is known of one script that was ever paid.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use bitcoin::{OutPoint, ScriptBuf, Transaction, Txid};
use specie_core::chain::{BlockRef, Conflict, Position, Receipt, Snapshot, Spend};
use specie_core::time::Timestamp;

use crate::coins::Coins;
pub(crate) use specie_core::chain::inputs;

/// One receipt, present or missing. The transaction is shared by all its receipts.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) tx: Arc<Transaction>,
    pub(crate) first_seen: Timestamp,
    /// The block of the best chain that holds it.
    pub(crate) mined: Option<BlockRef>,
    /// The caller has heard of it. One that it has not, and that is gone, never was.
    pub(crate) reported: bool,
}

impl Known {
    fn position(&self, txid: Txid, mempool: &HashSet<Txid>) -> Option<Position> {
        match self.mined {
            Some(block) => Some(Position::Block(block)),
            None => mempool.contains(&txid).then_some(Position::Mempool),
        }
    }
}

/// Who spends an output that an unconfirmed receipt spends too.
#[derive(Debug, Default)]
pub(crate) struct Contest {
    /// How many unconfirmed receipts spend it.
    pub(crate) claims: usize,
    /// Transactions of the mempool and the best chain that spend it, with the height of their
    /// block.
    pub(crate) spenders: BTreeMap<Txid, Option<u32>>,
}

/// The contested outputs.
pub(crate) type Contests = HashMap<OutPoint, Contest>;

/// The receipts of one script, and what was last reported of them.
#[derive(Debug)]
pub(crate) struct ScriptReceipts {
    pub(crate) script: ScriptBuf,
    pub(crate) receipts: BTreeMap<OutPoint, Known>,
    reported: Reported,
}

/// What was last reported of a script, ordered by outpoint.
#[derive(Debug, Default, PartialEq, Eq)]
struct Reported {
    positions: Vec<(OutPoint, Position)>,
    /// Only of those that are spent.
    spends: Vec<(OutPoint, Spend)>,
    conflicts: Vec<Conflict>,
}

/// Puts a value into a list that is ordered by outpoint.
fn put<T>(list: &mut Vec<(OutPoint, T)>, outpoint: OutPoint, value: T) {
    match list.binary_search_by_key(&outpoint, |(outpoint, _)| *outpoint) {
        Ok(place) => list[place].1 = value,
        Err(place) => list.insert(place, (outpoint, value)),
    }
}

impl ScriptReceipts {
    pub(crate) fn new(script: ScriptBuf) -> Self {
        Self { script, receipts: BTreeMap::new(), reported: Reported::default() }
    }

    /// Takes a receipt that the caller knows as what was last reported of it.
    pub(crate) fn already_reported(&mut self, outpoint: OutPoint, position: Position, spent: Option<Spend>) {
        put(&mut self.reported.positions, outpoint, position);
        if let Some(spend) = spent {
            put(&mut self.reported.spends, outpoint, spend);
        }
    }

    /// The snapshot, if it differs from what was last reported; it counts as reported then.
    pub(crate) fn report(
        &mut self,
        mempool: &HashSet<Txid>,
        contests: &Contests,
        coins: &Coins,
    ) -> Option<Snapshot> {
        let mut now = Reported::default();
        for (outpoint, known) in &mut self.receipts {
            match known.position(outpoint.txid, mempool) {
                Some(position) => {
                    now.positions.push((*outpoint, position));
                    now.spends.extend(coins.spent(outpoint).map(|spend| (*outpoint, spend)));
                }
                None => now.conflicts.extend(conflict(*outpoint, &known.tx, contests)),
            }
            known.reported = true;
        }
        if now == self.reported {
            return None;
        }
        self.reported = now;
        Some(Snapshot {
            script: self.script.clone(),
            receipts: self.reported.positions.iter().map(|(out, at)| self.receipt(*out, *at)).collect(),
            conflicts: self.reported.conflicts.clone(),
        })
    }

    /// Receipts that are gone and of which the caller never heard.
    pub(crate) fn never_reported(&self, mempool: &HashSet<Txid>) -> Vec<OutPoint> {
        let gone = self
            .receipts
            .iter()
            .filter(|(outpoint, known)| !known.reported && known.position(outpoint.txid, mempool).is_none());
        gone.map(|(outpoint, _)| *outpoint).collect()
    }

    fn receipt(&self, outpoint: OutPoint, position: Position) -> Receipt {
        let known = &self.receipts[&outpoint];
        let vout = usize::try_from(outpoint.vout).unwrap_or(usize::MAX);
        let spends = &self.reported.spends;
        let spent = spends.binary_search_by_key(&outpoint, |(outpoint, _)| *outpoint).ok();
        Receipt {
            outpoint,
            amount: known.tx.output[vout].value,
            position,
            first_seen: known.first_seen,
            replaceable: known.tx.is_explicitly_rbf(),
            coinbase: known.tx.is_coinbase(),
            raw_tx: known.tx.clone(),
            spent: spent.map(|place| spends[place].1),
        }
    }
}

/// What took an input of a receipt that is neither in the mempool nor on the best chain. A
/// transaction on the chain is named before one in the mempool.
fn conflict(outpoint: OutPoint, tx: &Transaction, contests: &Contests) -> Option<Conflict> {
    inputs(tx)
        .filter_map(|input| contests.get(&input))
        .flat_map(|contest| &contest.spenders)
        .filter(|(txid, _)| **txid != outpoint.txid)
        .min_by_key(|(txid, height)| (height.is_none(), **txid))
        .map(|(txid, height)| Conflict { outpoint, by: *txid, mined_at: *height })
}
