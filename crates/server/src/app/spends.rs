//! Spends: building transactions of a merchant's own coins, to be signed elsewhere (see `signing`).
//!
//! A transaction is built outside the writer from what was read, and stored only if all of that still holds:
//! refunds, coins and the place for change are locked and looked at again. Its coins are kept for it then. All
//! that was ever built for a refund spends one coin of it, its pin: so at most one of them ever comes about.

mod materials;
mod storing;

use std::collections::BTreeSet;

use bitcoin::{Amount, FeeRate, OutPoint};
use specie_core::ids::{RefundId, SpendId, StoreId};
use specie_core::invoice::RefundStanding;
use specie_core::spend::SpendStanding;
use specie_core::time::Timestamp;
use specie_db::spends::SpendRecord;
use specie_db::{Locked, Tx, coins, refunds, spends};

use self::materials::Draft;
use super::audit::Deed;
use super::spend_view::SpendView;
use super::{App, AppError, NotPayable, SpendRefused, Store};
use crate::entropy;

/// The most that a transaction of a merchant's pays the network, in satoshis.
const MAX_FEE: Amount = Amount::from_sat(200_000);
/// The most of what is paid, in percent, unless the merchant says otherwise.
const MAX_FEE_PERCENT: u64 = 10;
/// As if there were no such limit.
const ANY_PERCENT: u64 = 1_000_000;
/// How often what was read is read again, because something of it was taken meanwhile.
const TRIES: usize = 4;
/// Refunds that one transaction pays.
pub const MAX_PAYEES: usize = 100;
/// Coins among which those of a payment are chosen, the largest: a transaction of more is none to sign.
const MAX_CONSIDERED: usize = 250;
/// Coins that are put together at a time, the smallest.
pub const MAX_CONSOLIDATED: usize = 200;

/// What a merchant wants of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeChoice {
    /// What it pays; none: what the node says for about an hour, or to put coins together, for a day.
    pub rate: Option<FeeRate>,
    /// More than a tenth of what is paid is taken for the network all the same.
    pub whatever_it_takes: bool,
}

/// What is to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// What pays these refunds.
    Pay(Vec<RefundId>),
    /// Another version of this one, which pays more.
    Bump(SpendId),
    /// All coins in one.
    Consolidate,
}

impl App {
    /// Builds a transaction that pays refunds of a store.
    ///
    /// # Errors
    /// [`AppError::NotPayable`] if one of them cannot be paid now, [`AppError::Build`] if the coins do not
    /// suffice, or the fee is too high.
    pub async fn pay_refunds(
        &self,
        store: &Store,
        which: Vec<RefundId>,
        fee: FeeChoice,
    ) -> Result<SpendView, AppError> {
        let which: Vec<RefundId> = which.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        if which.is_empty() || which.len() > MAX_PAYEES {
            return Err(NotPayable::Count.into());
        }
        self.build_spend(store, Wanted::Pay(which), fee).await
    }

    /// Builds another version of a signed transaction that is in no block, which pays the network more.
    ///
    /// # Errors
    /// [`AppError::Spend`] if there is nothing to be sped up; as [`pay_refunds`](Self::pay_refunds).
    pub async fn bump_spend(
        &self,
        store: &Store,
        id: SpendId,
        fee: FeeChoice,
    ) -> Result<SpendView, AppError> {
        self.build_spend(store, Wanted::Bump(id), fee).await
    }

    /// Builds a transaction that puts a wallet's coins together in one, which makes it cheaper to spend.
    ///
    /// # Errors
    /// As [`pay_refunds`](Self::pay_refunds).
    pub async fn consolidate(&self, store: &Store, fee: FeeChoice) -> Result<SpendView, AppError> {
        self.build_spend(store, Wanted::Consolidate, fee).await
    }

    async fn build_spend(
        &self,
        store: &Store,
        wanted: Wanted,
        fee: FeeChoice,
    ) -> Result<SpendView, AppError> {
        let network = self.network_of(&store.network)?;
        let wallet = store.wallet_id.ok_or(AppError::NoWallet)?;
        let rate = match (fee.rate, &wanted) {
            (Some(rate), _) => rate,
            (None, Wanted::Consolidate) => self.fees(network.name).ok_or(AppError::NoFeeRate)?.slow,
            (None, _) => self.fees(network.name).ok_or(AppError::NoFeeRate)?.normal,
        };
        let deed = if matches!(wanted, Wanted::Bump(_)) { Deed::PayoutSpedUp } else { Deed::PayoutBuilt };
        let percent = if fee.whatever_it_takes { ANY_PERCENT } else { MAX_FEE_PERCENT };
        for _ in 0..TRIES {
            let id = SpendId::from_bytes(entropy::id(self.now()));
            let draft = Draft {
                store: store.clone(),
                network: network.clone(),
                wallet,
                wanted: wanted.clone(),
                tip_height: self.chain_state(network.name).shown_height,
            };
            let found = self.0.db.read(move |r| Ok::<_, AppError>((draft.materials(r)?, draft))).await;
            let (materials, draft) = found?;
            let built = materials.build(&draft, rate, percent)?;
            let (app, now) = (self.clone(), self.now());
            let noted = self.note(Some(store.id), deed, id.to_string());
            let stored = self.0.db.write("store_spend", move |tx| {
                if !draft.store(tx, &materials, &built, id, now)? {
                    return Ok(None);
                }
                noted.add(tx)?;
                let change = materials.change_script(&built)?;
                let record = spends::find(tx, id)?.ok_or(AppError::SpendNotFound)?;
                Ok::<_, AppError>(Some((app.spend_view(tx, &record)?, change)))
            });
            if let Some((view, change)) = stored.await? {
                if let Some(script) = change {
                    self.0.outside.issued(network.name, &script);
                }
                let (payees, fee) = (view.refunds.len(), view.fee);
                tracing::info!(spend = %view.id, store = %store.id, payees, fee, "a transaction was built");
                return Ok(view);
            }
        }
        Err(AppError::CoinsTaken)
    }

    /// Does not sign a transaction after all: its coins are free again, and its refunds wait for another.
    ///
    /// # Errors
    /// [`AppError::SpendNotFound`] if the store has none of that id; [`AppError::Spend`] if it is signed.
    pub async fn cancel_spend(&self, store: StoreId, id: SpendId) -> Result<SpendView, AppError> {
        let (app, now) = (self.clone(), self.now());
        let noted = self.note(Some(store), Deed::PayoutCancelled, id.to_string());
        let cancelled = self.0.db.write("cancel_spend", move |tx| {
            let known = spends::find(tx, id)?.filter(|spend| spend.store_id == store);
            let known = known.ok_or(AppError::SpendNotFound)?;
            if known.signed.is_some() {
                return Err(AppError::Spend(SpendRefused::Signed));
            }
            app.drop_spend(tx, id, now)?;
            noted.add(tx)?;
            let record = spends::find(tx, id)?.ok_or(AppError::SpendNotFound)?;
            app.spend_view(tx, &record)
        });
        let view = cancelled.await?;
        tracing::info!(spend = %id, "a transaction was cancelled");
        Ok(view)
    }

    /// Cancels what is not signed, and gives back what it held.
    pub(super) fn drop_spend(&self, tx: &mut Tx<'_>, id: SpendId, now: Timestamp) -> Result<(), AppError> {
        let spend = lock_with_before(tx, id)?;
        if spend.signed.is_some() {
            return Err(AppError::RefundSigned);
        }
        if spend.cancelled_at.is_none() {
            spends::cancel(tx, &spend, now)?;
            give_back(tx, &spend)?;
        }
        Ok(())
    }
}

/// Locks a transaction, and before it the version whose place it takes: in this order everybody does.
pub(super) fn lock_with_before(tx: &mut Tx<'_>, id: SpendId) -> Result<Locked<SpendRecord>, AppError> {
    let known = spends::find(tx, id)?.ok_or(AppError::SpendNotFound)?;
    if let Some(before) = known.replaces {
        spends::lock(tx, before)?;
    }
    spends::lock(tx, id)?.ok_or(AppError::SpendNotFound)
}

/// Gives back what a transaction holds that is not to be, or cannot be any more: its pending refunds and its
/// coins, to the newest version before it that may still come about, else to nobody.
pub(super) fn give_back(tx: &mut Tx<'_>, spend: &SpendRecord) -> Result<(), AppError> {
    let mut before = spend.replaces.map(|id| spends::find(tx, id)).transpose()?.flatten();
    while let Some(dead) = before.take_if(|before| matches!(before.standing, SpendStanding::Dead(_))) {
        before = dead.replaces.map(|id| spends::find(tx, id)).transpose()?.flatten();
    }
    let records = refunds::of_spend(tx, spend.id)?;
    refunds::release(tx, spend.id)?;
    for outpoint in inputs(spend) {
        let coin = coins::lock(tx, &spend.network, outpoint)?;
        if coin.is_some_and(|coin| coin.spend_id == Some(spend.id)) {
            coins::keep(tx, &spend.network, outpoint, None)?;
        }
    }
    let Some(before) = before else { return Ok(()) };
    for outpoint in inputs(&before) {
        coins::keep(tx, &before.network, outpoint, Some(before.id))?;
    }
    for record in records {
        if let (Some(pin), RefundStanding::Pending) = (record.pin, record.refund.standing) {
            refunds::set_spend(tx, record.refund.id, before.id, pin)?;
        }
    }
    Ok(())
}

/// The coins that a transaction spends.
pub(super) fn inputs(spend: &SpendRecord) -> impl Iterator<Item = OutPoint> {
    spend.psbt.unsigned_tx.input.iter().map(|input| input.previous_output)
}
