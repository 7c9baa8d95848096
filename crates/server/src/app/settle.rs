//! Settling: the one way an invoice changes. A payment, a late one, a reorganisation, an expiry
//! and the operator's mark all come through here, and all that follows is written with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::{Transaction, Txid};
use specie_core::chain::{Remembered, Snapshot};
use specie_core::ids::InvoiceId;
use specie_core::invoice::{Fact, Moment, Standing, step};
use specie_db::{events, invoices, payments, postings, scripts, stores};

use super::deliveries::{self, Writing};
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
        let app = self.clone();
        let now = self.now();
        let (seed, turn) = (IdSeed::new(now), following.turn());
        let settled = self.0.db.write("settle_invoice", move |tx| {
            turn.check(tx)?;
            let locked = invoices::lock(tx, id)?.ok_or(AppError::InvoiceNotFound)?;
            let taken = step(&locked.invoice, &fact, moment)?;
            if taken.is_empty(&locked.invoice) {
                return Ok::<_, AppError>(None);
            }
            invoices::update(tx, &locked, &taken.invoice, taken.events.len(), moment.synced_at)?;
            events::append(tx, id, locked.event_count, &taken.events, now)?;
            postings::append(tx, locked.store_id, id, &taken.postings, now)?;
            let store = stores::find(tx, locked.store_id)?.ok_or(AppError::StoreNotFound)?;
            let view = app.view(&locked, &taken.invoice, &store, moment.tip_height);
            deliveries::write(tx, &Writing { view: &view, events: &taken.events, seed: &seed, now })?;
            Ok(Some(view))
        });
        let settled = settled.await?;
        if let Some(view) = &settled {
            tracing::info!(invoice = %id, status = view.status.name(), flag = view.flag.name(), "invoice changed");
            self.0.outside.deliveries_written();
            self.0.outside.changed(id);
        }
        Ok(settled)
    }

    /// A network's invoices are going to be settled at this height: they are shown by it from now
    /// on, so that none is ever shown as confirmed by a block that is not counted yet.
    pub fn settling_at(&self, network: &'static str, height: u32) {
        self.chains_mut().entry(network).or_default().shown_height = height;
    }

    /// Takes what is true of a script into the invoice that it was issued for.
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
        let invoice = self.0.db.read(move |r| scripts::invoice(r, network, &script)).await?;
        let Some(invoice) = invoice else {
            tracing::warn!(network, script = %snapshot.script, "a watched script belongs to no invoice");
            return Ok(());
        };
        self.settle(following, invoice, Fact::Chain(snapshot), moment).await.map(drop)
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
            payments::for_each(r, network, |script, payment| {
                known.entry(script).or_default().push(payment.remembered());
            })?;
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
