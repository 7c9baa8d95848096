//! Following what was built: each transaction of a merchant's is judged by what spends its coins, and its
//! refunds with it, in one transaction. Nothing is remembered of a wake-up: whatever is open is looked at in
//! every round, and what stands as it stood is not written.

use std::collections::BTreeSet;

use bitcoin::{ScriptBuf, Transaction, Txid};
use specie_core::coin::Coin;
use specie_core::ids::{RefundId, SpendId};
use specie_core::invoice::{Fact, Moment, Outcome, step};
use specie_core::spend::{self, SpendStanding, Version};
use specie_core::time::Timestamp;
use specie_db::spends::SpendRecord;
use specie_db::{DbError, Reader, Tx, coins, invoices, refunds, scripts, spends};

use super::follow::Following;
use super::settle::Taken;
use super::spends::{give_back, inputs, lock_with_before};
use super::view::InvoiceView;
use super::{App, AppError};
use crate::entropy::IdSeed;

/// A signed transaction that is in neither mempool nor chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Which.
    pub id: SpendId,
    /// The transaction, as it was signed.
    pub tx: Transaction,
    /// Why the node did not take it when it was last handed over.
    pub refusal: Option<String>,
}

impl App {
    /// Judges every transaction whose fate is open, as whoever follows its chain.
    ///
    /// # Errors
    /// [`AppError`] if another process follows the chain by now, or the database cannot write.
    pub async fn settle_spends(&self, following: &Following, moment: Moment) -> Result<(), AppError> {
        let network = following.network();
        let moved = self.0.db.read(move |r| {
            let mut moved = vec![];
            for spend in open(r, network)? {
                let standing = judged(r, &spend, moment)?;
                if standing != spend.standing || standing.is_final(moment.tip_height) {
                    moved.push(spend.id);
                }
            }
            Ok::<_, DbError>(moved)
        });
        for id in moved.await? {
            self.settle_spend(following, id, moment).await?;
        }
        Ok(())
    }

    async fn settle_spend(&self, following: &Following, id: SpendId, moment: Moment) -> Result<(), AppError> {
        let (app, turn, now) = (self.clone(), following.turn(), self.now());
        let seed = IdSeed::new(now);
        let settled = self.0.db.write("settle_spend", move |tx| {
            turn.check(tx)?;
            let spend = lock_with_before(tx, id)?;
            let standing = judged(tx, &spend, moment)?;
            if let Some(txid) = seen_as(tx, &spend)? {
                spends::seen_as(tx, &spend, txid)?;
            }
            spends::stand(tx, &spend, standing, !standing.is_final(moment.tip_height))?;
            let paid = in_order(tx, id)?;
            let mut changed = vec![];
            for (number, refund) in paid.into_iter().enumerate() {
                let seed = seed.of(number);
                changed.extend(app.settle_refund(tx, refund, &seed, (moment, now))?);
            }
            if let SpendStanding::Dead(_) = standing {
                give_back(tx, &spend)?;
            }
            Ok::<_, AppError>((standing, changed))
        });
        let (standing, changed) = settled.await?;
        tracing::info!(spend = %id, ?standing, "a transaction of the merchant's moved on");
        for view in &changed {
            self.tell_changed(view);
        }
        Ok(())
    }

    /// Takes into its invoice what became of a refund, by all that was ever built for it.
    fn settle_refund(
        &self,
        tx: &mut Tx<'_>,
        refund: RefundId,
        seed: &IdSeed,
        (moment, now): (Moment, Timestamp),
    ) -> Result<Option<InvoiceView>, AppError> {
        let record = refunds::find(tx, refund)?.ok_or(AppError::RefundNotFound)?;
        let locked = invoices::lock(tx, record.invoice_id)?.ok_or(AppError::InvoiceNotFound)?;
        let mut outcomes: Vec<Outcome> = vec![];
        for (id, fee) in spends::of_refund(tx, refund)? {
            let spend = spends::find(tx, id)?.ok_or(AppError::SpendNotFound)?;
            outcomes.extend(spend.standing.outcome(spend.txid, fee, spend.cancelled_at.is_some()));
        }
        let outcome = spend::together(outcomes);
        let taken = step(&locked.invoice, &Fact::RefundStands { id: refund, outcome }, moment)?;
        if taken.is_empty(&locked.invoice) {
            return Ok(None);
        }
        self.store_step(tx, &Taken { locked: &locked, step: &taken, moment, now, seed }).map(Some)
    }

    /// The signed transactions of a network that are to be handed to the node: those that are nowhere, the
    /// newest version of each.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn outgoing(&self, network: &'static str) -> Result<Vec<Outgoing>, AppError> {
        let open = self.0.db.read(move |r| open(r, network)).await?;
        let signed = open.iter().filter(|spend| spend.signed.is_some());
        let replaced: BTreeSet<SpendId> = signed.filter_map(|spend| spend.replaces).collect();
        let nowhere = |spend: &SpendRecord| {
            matches!(spend.standing, SpendStanding::Nowhere | SpendStanding::Rivalled(_))
        };
        let wanted = open.into_iter().filter(|spend| nowhere(spend) && !replaced.contains(&spend.id));
        Ok(wanted
            .filter_map(|spend| {
                let (tx, _) = spend.signed?;
                Some(Outgoing { id: spend.id, tx, refusal: spend.refusal })
            })
            .collect())
    }

    /// Records why the node does not take a transaction; none: it took it.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn handed_over(&self, outgoing: &Outgoing, refusal: Option<String>) -> Result<(), AppError> {
        if outgoing.refusal == refusal {
            return Ok(());
        }
        let id = outgoing.id;
        if let Some(reason) = &refusal {
            tracing::warn!(spend = %id, reason, "the node does not take a transaction of the merchant's");
        }
        self.0
            .db
            .write("hand_over", move |tx| Ok::<_, AppError>(spends::refuse(tx, id, refusal.as_deref())?))
            .await
    }

    /// The wallets' own change of transactions whose fate is open: to be watched, whichever process built them.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn open_change(&self, network: &'static str) -> Result<Vec<ScriptBuf>, AppError> {
        let found = self.0.db.read(move |r| {
            let mut own = vec![];
            for spend in open(r, network)? {
                for output in &spend.psbt.unsigned_tx.output {
                    let issued = scripts::issued(r, network, &output.script_pubkey)?;
                    if issued.is_some_and(|issued| issued.invoice_id.is_none()) {
                        own.push(output.script_pubkey.clone());
                    }
                }
            }
            Ok::<_, AppError>(own)
        });
        found.await
    }
}

/// The transactions whose fate is open. One that cannot be read is told of, and holds up no other.
fn open(r: &Reader<'_>, network: &str) -> Result<Vec<SpendRecord>, DbError> {
    let told = |read: Result<SpendRecord, DbError>| match read {
        Ok(spend) => Some(spend),
        Err(error) => {
            tracing::error!(network, %error, "a transaction of a merchant's cannot be read, and is not followed");
            None
        }
    };
    Ok(spends::followed(r, network)?.into_iter().filter_map(told).collect())
}

fn judged(r: &Reader<'_>, spend: &SpendRecord, moment: Moment) -> Result<SpendStanding, DbError> {
    let mut taken: Vec<Coin> = vec![];
    for outpoint in inputs(spend) {
        taken.extend(coins::find(r, &spend.network, outpoint)?.map(|record| record.coin));
    }
    let mut before = vec![];
    let mut next = spend.replaces;
    while let Some(id) = next {
        let Some(version) = spends::find(r, id)? else { break };
        next = version.replaces;
        before.push(ids(&version));
    }
    Ok(spend::judge(ids(spend), &taken, &before, moment.tip_height))
}

/// The id under which a transaction spends its coins: whoever signed it elsewhere may have given it another.
fn seen_as(r: &Reader<'_>, spend: &SpendRecord) -> Result<Option<Txid>, DbError> {
    for outpoint in inputs(spend) {
        let coin = coins::find(r, &spend.network, outpoint)?.map(|record| record.coin);
        let own = coin.and_then(|coin| coin.spent).filter(|spent| ids(spend).is(spent));
        if let Some(spent) = own {
            return Ok(Some(spent.by));
        }
    }
    Ok(None)
}

fn ids(spend: &SpendRecord) -> Version {
    Version { txid: spend.txid, unsigned: spend.psbt.unsigned_tx.compute_txid() }
}

/// The refunds that a transaction pays, in the order of their invoices, in which everybody locks them.
fn in_order(r: &Reader<'_>, spend: SpendId) -> Result<Vec<RefundId>, AppError> {
    let mut found = vec![];
    for (id, _) in spends::shares(r, spend)? {
        let record = refunds::find(r, id)?.ok_or(AppError::RefundNotFound)?;
        found.push((record.invoice_id, id));
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, refund)| refund).collect())
}
