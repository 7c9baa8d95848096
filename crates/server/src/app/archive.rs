//! Archiving: an invoice is put out of sight of its store's lists, and back. Nothing else becomes of
//! it: it can be paid, is settled, told of and counted as ever, and is read by its id.

use specie_core::ids::{InvoiceId, StoreId};
use specie_db::{invoices, stores};

use super::audit::{Deed, change};
use super::idempotency::{Answered, Idempotency, once};
use super::view::InvoiceView;
use super::{App, AppError};

impl App {
    /// Puts an invoice into the archive, or takes it out. `by` names who does, for the log.
    ///
    /// # Errors
    /// [`AppError::InvoiceNotFound`] if the store has no such invoice.
    pub async fn archive(
        &self,
        store: StoreId,
        id: InvoiceId,
        archived: bool,
        by: &str,
        idempotency: Option<Idempotency>,
    ) -> Result<Answered<InvoiceView>, AppError> {
        let (app, now) = (self.clone(), self.now());
        let noted = self.note(Some(store), Deed::InvoiceArchived, id.to_string());
        let done = self.0.db.write("archive_invoice", move |tx| {
            once(tx, idempotency.as_ref(), now, |tx| {
                let before = invoices::lock(tx, id)?.filter(|record| record.store_id == store);
                let before = before.ok_or(AppError::InvoiceNotFound)?.archived;
                if before != archived {
                    invoices::set_archived(tx, id, store, archived)?;
                    let changed = change("archived", Some(before.to_string()), Some(archived.to_string()));
                    noted.add_with(tx, vec![changed])?;
                }
                let record = invoices::find(tx, id)?.ok_or(AppError::InvoiceNotFound)?;
                let store = stores::find(tx, store)?.ok_or(AppError::StoreNotFound)?;
                Ok(app.view_now(&record, &store))
            })
        });
        let done = done.await?;
        if !done.repeated {
            tracing::info!(invoice = %id, archived, by, "an invoice was put into the archive, or taken out");
        }
        Ok(done)
    }

    /// Puts several invoices of a store into the archive, or takes them out: all of them or none. Returns how many there
    /// were; another store's are none. `by` names who does, for the log.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot write.
    pub async fn archive_all(
        &self,
        store: StoreId,
        ids: Vec<InvoiceId>,
        archived: bool,
        by: &str,
    ) -> Result<usize, AppError> {
        let app = self.clone();
        let done = self.0.db.write("archive_invoices", move |tx| {
            let mut done = 0_usize;
            for id in &ids {
                if invoices::set_archived(tx, *id, store, archived)? {
                    let noted = app.note(Some(store), Deed::InvoiceArchived, id.to_string());
                    noted.add_with(tx, vec![change("archived", None, Some(archived.to_string()))])?;
                    done = done.saturating_add(1);
                }
            }
            Ok::<_, AppError>(done)
        });
        let done = done.await?;
        tracing::info!(%store, invoices = done, archived, by, "invoices were put into the archive, or taken out");
        Ok(done)
    }
}
