//! What a merchant decides over an invoice: to take what came for what was asked, or that it is
//! complete, or invalid, whatever came. A decision is a fact like any other: what becomes of the
//! invoice, what is booked and who is told follow from it.

use specie_core::ids::{InvoiceId, StoreId};
use specie_core::invoice::{Adjustment, Fact, Mark, Moment, step};
use specie_db::audit::Change;
use specie_db::{Reader, chains, invoices, stores};

use super::audit::{Deed, change};
use super::idempotency::{Answered, Idempotency, once};
use super::settle::Taken;
use super::view::InvoiceView;
use super::{App, AppError};
use crate::entropy::IdSeed;

/// What the log of changes says of a decision.
fn decided_so(fact: &Fact) -> Vec<Change> {
    let (what, word) = match fact {
        Fact::Mark(mark) => ("marked", mark.status().name()),
        Fact::Accept { adjustment: Adjustment::Partial, .. } => ("accepted", "partial payment"),
        Fact::Accept { adjustment: Adjustment::Over, .. } => ("accepted", "overpayment"),
        _ => return Vec::new(),
    };
    vec![change(what, None, Some(word.to_owned()))]
}

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
        Ok(self.decide("adjust_invoice", (store, id), fact, idempotency).await?.0)
    }

    /// Marks an invoice, and returns it as it is then. Marked so before, it is marked so still. `by`
    /// names who decides, for the log.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if the store has no such invoice, [`AppError::Refused`] if what was
    /// paid says otherwise.
    pub async fn mark(
        &self,
        store: StoreId,
        id: InvoiceId,
        mark: Mark,
        by: &str,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<InvoiceView>, AppError> {
        let (marked, changed) =
            self.decide("mark_invoice", (store, id), Fact::Mark(mark), idempotency).await?;
        if changed {
            tracing::info!(invoice = %id, mark = mark.status().name(), by, "an invoice was marked");
        }
        Ok(marked)
    }

    /// Takes a decision in, and returns the invoice after it, and whether that changed anything.
    async fn decide(
        &self,
        name: &'static str,
        (store, id): (StoreId, InvoiceId),
        fact: Fact,
        idempotency: Option<Idempotency>,
    ) -> Result<(Answered<InvoiceView>, bool), AppError> {
        let (app, now) = (self.clone(), self.now());
        let seed = IdSeed::new(now);
        let deed = if matches!(fact, Fact::Mark(_)) { Deed::InvoiceMarked } else { Deed::InvoiceAdjusted };
        let noted = self.note(Some(store), deed, id.to_string());
        let decided = self.0.db.write(name, move |tx| {
            let mut changed = false;
            let decided = once(tx, idempotency.as_ref(), now, |tx| {
                let locked = invoices::lock(tx, id)?.filter(|record| record.store_id == store);
                let locked = locked.ok_or(AppError::InvoiceNotFound)?;
                let moment = app.moment(tx, &locked.network)?;
                let taken = step(&locked.invoice, &fact, moment)?;
                if taken.is_empty(&locked.invoice) {
                    let store = stores::find(tx, locked.store_id)?.ok_or(AppError::StoreNotFound)?;
                    return Ok(app.view_now(&locked, &store));
                }
                changed = true;
                noted.add_with(tx, decided_so(&fact))?;
                let taken = Taken { locked: &locked, step: &taken, moment, now, seed: &seed };
                app.store_step(tx, &taken)
            })?;
            Ok::<_, AppError>((decided, changed))
        });
        let (decided, changed) = decided.await?;
        if changed {
            self.tell_changed(&decided.answer);
        }
        Ok((decided, changed))
    }

    /// As of when the facts of a network are known here. Any process may take a decision; one that
    /// does not follow the chain may know of an older moment than whoever does, so it is not asked of
    /// facts that the time changes: what is accepted is final, and a mark stands at any time.
    pub(super) fn moment(&self, reader: &Reader<'_>, network: &str) -> Result<Moment, AppError> {
        let here = self.chain_state(network).locator;
        let stored = chains::load(reader, network)?;
        let height = |locator: &specie_core::chain::Locator| locator.tip().map_or(0, |tip| tip.height);
        Ok(Moment {
            synced_at: here.synced_at.max(stored.synced_at),
            tip_height: height(&here).max(height(&stored)),
        })
    }
}
