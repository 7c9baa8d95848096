//! Settling: the one way an invoice changes. A payment, a late one, a reorganisation, an expiry
//! and what the merchant decides all come through here, and all that follows is written with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::{Transaction, Txid};
use specie_core::chain::{Remembered, Snapshot};
use specie_core::coin::{Coin, CoinStanding};
use specie_core::ids::InvoiceId;
use specie_core::invoice::{Fact, Moment, Standing, Step, step};
use specie_core::script::Keychain;
use specie_core::time::Timestamp;
use specie_db::invoices::InvoiceRecord;
use specie_db::scripts::Issued;
use specie_db::{Locked, Tx, coins, events, invoices, payments, postings, scripts, stores, used_addresses};

use super::attention;
use super::deliveries::Writing;
use super::follow::Following;
use super::view::InvoiceView;
use super::{App, AppError};
use crate::entropy::IdSeed;

/// How many overdue invoices are looked at in one go.
const DEADLINES: i64 = 500;

/// A script that is watched, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The script.
    pub script: bitcoin::ScriptBuf,
    /// Every receipt of it ever seen.
    pub known: Vec<Remembered>,
}

/// A transaction that is in neither mempool nor chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The transaction.
    pub tx: Arc<Transaction>,
    /// The invoices that miss it.
    pub pays: BTreeSet<InvoiceId>,
}

/// A step that is to be stored.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    pub(super) locked: &'a Locked<InvoiceRecord>,
    pub(super) step: &'a Step,
    pub(super) moment: Moment,
    pub(super) now: Timestamp,
    pub(super) seed: &'a IdSeed,
}

impl App {
    /// Takes a fact into an invoice, as whoever follows its chain. Returns the invoice if that
    /// changed it.
    ///
    /// # Errors
    /// [`AppError`] if there is no such invoice, the fact is a mark that does not fit, another
    /// process follows the chain by now, or the database cannot write; then nothing has changed.
    pub async fn settle(
        &self,
        following: &Following,
        id: InvoiceId,
        fact: Fact,
        moment: Moment,
    ) -> Result<Option<InvoiceView>, AppError> {
        self.settle_with_coins(following, id, None, (fact, moment)).await
    }

    async fn settle_with_coins(
        &self,
        following: &Following,
        id: InvoiceId,
        issued: Option<Issued>,
        (fact, moment): (Fact, Moment),
    ) -> Result<Option<InvoiceView>, AppError> {
        let app = self.clone();
        let now = self.now();
        let (seed, turn, network) = (IdSeed::new(now), following.turn(), following.network());
        let settled = self.0.db.write("settle_invoice", move |tx| {
            turn.check(tx)?;
            let locked = invoices::lock(tx, id)?.ok_or(AppError::InvoiceNotFound)?;
            if let (Some(issued), Fact::Chain(snapshot)) = (issued, &fact) {
                note_coins(tx, network, issued, snapshot)?;
            }
            let taken = step(&locked.invoice, &fact, moment)?;
            if taken.is_empty(&locked.invoice) {
                return Ok::<_, AppError>(None);
            }
            app.store_step(tx, &Taken { locked: &locked, step: &taken, moment, now, seed: &seed }).map(Some)
        });
        let settled = settled.await?;
        if let Some(view) = &settled {
            self.tell_changed(view);
        }
        Ok(settled)
    }

    /// Writes a step that is not empty, and everything that follows from it.
    pub(super) fn store_step(&self, tx: &mut Tx<'_>, taken: &Taken<'_>) -> Result<InvoiceView, AppError> {
        let Taken { locked, step, moment, now, seed } = *taken;
        invoices::update(tx, locked, &step.invoice, step.events.len(), moment.synced_at)?;
        events::append(tx, locked.id, locked.event_count, &step.events, now)?;
        let event_count = locked.event_count + i64::try_from(step.events.len()).unwrap_or(i64::MAX);
        let cause = postings::Cause { store: locked.store_id, invoice: locked.id, event_count, at: now };
        postings::append(tx, &cause, &step.postings)?;
        attention::note(tx, locked, &step.invoice, now)?;
        let store = stores::find(tx, locked.store_id)?.ok_or(AppError::StoreNotFound)?;
        let view = self.view(locked, &step.invoice, &store, moment.tip_height);
        self.write_deliveries(tx, &Writing { view: &view, events: &step.events, seed, now })?;
        Ok(view)
    }

    /// Says that a changed invoice was stored. Never before it was.
    pub(super) fn tell_changed(&self, view: &InvoiceView) {
        let (id, status, flag) = (view.id, view.status.name(), view.flag.name());
        tracing::info!(invoice = %id, status, flag, "invoice changed");
        self.0.outside.deliveries_written();
        self.0.outside.changed(id);
    }

    /// A network's invoices are going to be settled at this height: they are shown by it from now
    /// on, so that none is ever shown as confirmed by a block that is not counted yet.
    pub fn settling_at(&self, network: &'static str, height: u32) {
        self.chains_mut().entry(network).or_default().shown_height = height;
    }

    /// Takes what is true of a script into the coins that lie at it, and into the invoice that it was issued
    /// for.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub async fn settle_script(
        &self,
        following: &Following,
        snapshot: Snapshot,
        moment: Moment,
    ) -> Result<(), AppError> {
        let network = following.network();
        let script = snapshot.script.clone();
        let issued = self.0.db.read(move |r| scripts::issued(r, network, &script)).await?;
        let Some(issued) = issued else {
            tracing::warn!(network, script = %snapshot.script, "a watched script was never issued");
            return Ok(());
        };
        let Some(invoice) = issued.invoice_id else {
            return self.settle_change(following, issued, snapshot).await;
        };
        let fact = (Fact::Chain(snapshot), moment);
        self.settle_with_coins(following, invoice, Some(issued), fact).await.map(drop)
    }

    /// Takes what is true of a script of a wallet's own change into its coins.
    async fn settle_change(
        &self,
        following: &Following,
        issued: Issued,
        snapshot: Snapshot,
    ) -> Result<(), AppError> {
        let (turn, network) = (following.turn(), following.network());
        let settled = self.0.db.write("settle_change", move |tx| {
            turn.check(tx)?;
            note_coins(tx, network, issued, &snapshot)
        });
        settled.await
    }

    /// Lets the time and the depth of blocks do their work on the invoices that wait for them.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub async fn settle_waiting(
        &self,
        following: &Following,
        moment: Moment,
        new_tip: bool,
    ) -> Result<(), AppError> {
        let network = following.network();
        if new_tip {
            for id in self.0.db.read(move |r| invoices::waiting_for_depth(r, network)).await? {
                self.settle(following, id, Fact::Time, moment).await?;
            }
        }
        loop {
            let due = move |r: &specie_db::Reader<'_>| {
                invoices::past_deadline(r, network, moment.synced_at, DEADLINES)
            };
            let due = self.0.db.read(due).await?;
            let mut changed = 0;
            for id in &due {
                changed += usize::from(self.settle(following, *id, Fact::Time, moment).await?.is_some());
            }
            // A deadline that passes always changes its invoice: none did, so there are no more.
            if due.len() < DEADLINES as usize || changed == 0 {
                return Ok(());
            }
        }
    }

    /// What makes the payments that are in neither mempool nor chain, to be broadcast again.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn missing_payments(&self, network: &'static str) -> Result<BTreeMap<Txid, Missing>, AppError> {
        let missing = self.0.db.read(move |r| {
            let mut missing = BTreeMap::new();
            for id in invoices::missing_payments(r, network)? {
                for payment in payments::of_invoice(r, id)? {
                    if payment.standing == Standing::Missing {
                        let new = Missing { tx: payment.raw_tx, pays: BTreeSet::new() };
                        missing.entry(payment.outpoint.txid).or_insert(new).pays.insert(id);
                    }
                }
            }
            Ok::<_, AppError>(missing)
        });
        missing.await
    }

    /// Every script ever issued on a network, with what is known of it: what a chain source has
    /// to watch when it starts.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn watched(&self, network: &'static str) -> Result<Vec<Watched>, AppError> {
        let watched = self.0.db.read(move |r| {
            let mut known = BTreeMap::<_, Vec<Remembered>>::new();
            payments::for_each(r, network, |script, payment, spent| {
                known.entry(script).or_default().push(payment.remembered(spent));
            })?;
            coins::for_each_change(r, network, |script, coin| known.entry(script).or_default().push(coin))?;
            let mut watched = Vec::new();
            scripts::for_each(r, network, |script| {
                let known = known.remove(&script).unwrap_or_default();
                watched.push(Watched { script, known });
            })?;
            Ok::<_, AppError>(watched)
        });
        watched.await
    }
}

/// Writes what a snapshot makes of the coins of its script.
fn note_coins(tx: &mut Tx<'_>, network: &str, issued: Issued, snapshot: &Snapshot) -> Result<(), AppError> {
    let changed = specie_core::coin::changed(&coins::of_script(tx, issued)?, snapshot);
    if changed.is_empty() {
        return Ok(());
    }
    coins::save(tx, network, issued, &changed, snapshot)?;
    if issued.keychain == Keychain::External {
        let held = |coin: &Coin| matches!(coin.standing, CoinStanding::Mempool | CoinStanding::Block(_));
        let used = coins::of_script(tx, issued)?.iter().any(held);
        used_addresses::note(tx, issued.wallet_id, issued.index, used)?;
    }
    Ok(())
}
