//! Adjusting: a merchant takes what came for what was asked. The decision is a fact like any other:
//! what becomes of the invoice, and what is booked, follows from it.

use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::{Adjustment, Fact, Moment, step};
use specie_db::{Reader, chains, invoices, stores};

use super::idempotency::{Answered, Idempotency, once};
use super::settle::Taken;
use super::view::InvoiceView;
use super::{App, AppError};
use crate::entropy::IdSeed;

impl App {
    /// Accepts a partial or an overpayment, and returns the invoice after it. Without `commit` only
    /// that: nothing is written, nor kept for the same request again. What was accepted before is accepted
    /// still, and changes nothing.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if the store has no such invoice, [`AppError::Refused`] if there
    /// is nothing to accept, or it is not final yet.
    pub async fn adjust(
        &self,
        store: StoreId,
        id: InvoiceId,
        adjustment: Adjustment,
        commit: bool,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<InvoiceView>, AppError> {
        let (app, now) = (self.clone(), self.now());
        let seed = IdSeed::new(now);
        let fact = Fact::Accept { adjustment, at: now };
        if !commit {
            let preview = self.0.db.read(move |r| {
                let record = invoices::find(r, id)?.filter(|record| record.store_id == store);
                let record = record.ok_or(AppError::InvoiceNotFound)?;
                let moment = app.moment(r, &record.network)?;
                let taken = step(&record.invoice, &fact, moment)?;
                let store = stores::find(r, record.store_id)?.ok_or(AppError::StoreNotFound)?;
                Ok::<_, AppError>(app.view(&record, &taken.invoice, &store, moment.tip_height))
            });
            return preview.await.map(Answered::anew);
        }
        let adjusted = self.0.db.write("adjust_invoice", move |tx| {
            let mut changed = false;
            let adjusted = once(tx, idempotency.as_ref(), now, |tx| {
                let locked = invoices::lock(tx, id)?.filter(|record| record.store_id == store);
                let locked = locked.ok_or(AppError::InvoiceNotFound)?;
                let moment = app.moment(tx, &locked.network)?;
                let taken = step(&locked.invoice, &fact, moment)?;
                if taken.is_empty(&locked.invoice) {
                    let store = stores::find(tx, locked.store_id)?.ok_or(AppError::StoreNotFound)?;
                    return Ok(app.view_now(&locked, &store));
                }
                changed = true;
                let taken = Taken { locked: &locked, step: &taken, moment, now, seed: &seed };
                app.store_step(tx, &taken)
            })?;
            Ok::<_, AppError>((adjusted, changed))
        });
        let (adjusted, changed) = adjusted.await?;
        if changed {
            self.tell_changed(&adjusted.answer);
        }
        Ok(adjusted)
    }

    /// As of when the facts of a network are known here. Any process may take a decision; one that
    /// does not follow the chain may know of an older moment than whoever does, so it is not asked of
    /// facts that the time changes: what is accepted is final, and judged as such at any time.
    fn moment(&self, reader: &Reader<'_>, network: &str) -> Result<Moment, AppError> {
        let here = self.chain_state(network).locator;
        let stored = chains::load(reader, network)?;
        let height = |locator: &specie_core::chain::Locator| locator.tip().map_or(0, |tip| tip.height);
        Ok(Moment {
            synced_at: here.synced_at.max(stored.synced_at),
            tip_height: height(&here).max(height(&stored)),
        })
    }
}
